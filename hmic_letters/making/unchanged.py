"""Find out from bytes alone if any letter has to be made. It imports nothing heavy."""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from functools import cached_property
from pathlib import Path

from hmic_letters.letter.versions import versions
from hmic_letters.workspace.digests import content, digest, digests
from hmic_letters.workspace.letter_record import is_whole, read_made, record_name
from hmic_letters.workspace.paths import FORCES, INSPECTORS, MARKER, force_file

SEAL = ".checked.json"


@dataclass(frozen=True)
class Seal:
    """A note of letters that were made from files without errors.

    ``files`` is one digest of all files of the workspace and of the versions of the programs that
    make letters. ``register`` has the forces in their order. ``records`` has the digests of the
    letter records of letters that were up to date, by slug. ``warnings`` counts the warnings of
    their checks, by slug.
    """

    files: str
    register: Sequence[str]
    records: Mapping[str, str]
    warnings: Mapping[str, int]


class Look:
    """The bytes of a workspace's files and letters at one moment."""

    def __init__(self, root: Path, folder: Path) -> None:
        """Read the digests of the workspace's files, and the seal of the letters."""
        self._folder = folder
        try:
            self._digests = digests(root)
        except OSError:
            self._digests = {}
        self._seal = _read_seal(folder)

    def unchanged(self, slugs: Sequence[str]) -> dict[str, int] | None:
        """Return the forces asked for, or all, with their warnings, if nothing at all has changed.

        Returns None if only reading the files can tell.
        """
        seal = self._seal
        if seal is None or not self._digests or seal.files != seal_of(self._digests):
            return None
        asked = [slug for slug in seal.register if not slugs or slug in slugs]
        if set(slugs) - set(asked) or not set(asked) <= seal.warnings.keys():
            return None
        whole = all(self._is_whole(slug, seal.records.get(slug)) for slug in asked)
        return {slug: seal.warnings[slug] for slug in asked} if whole else None

    def _is_whole(self, slug: str, record: str | None) -> bool:
        try:
            same = digest(content(self._folder / record_name(slug))) == record
        except OSError:
            return False
        return same and is_whole(self._folder, slug, read_made(self._folder, slug))

    def unsure(self, slugs: Iterable[str]) -> int:
        """Count the letters, of the forces or of all, that may have to be made.

        Those letters are not whole, or may be made from other bytes than the present ones.
        """
        return sum(not self._is_of_these(slug) for slug in slugs or self._slugs())

    def _is_of_these(self, slug: str) -> bool:
        made = read_made(self._folder, slug)
        if made is None or not is_whole(self._folder, slug, made):
            return False
        if not made.has_files(self._digests):
            return False
        shared = {name: value for name, value in made.inputs.items() if name not in BY_MEANING}
        return shared == self._shared

    @cached_property
    def _shared(self) -> dict[str, str]:
        """The digests and versions that all letters share."""
        now = self._digests | versions()
        return {name: value for name, value in now.items() if not name.startswith("data/")}

    def _slugs(self) -> list[str]:
        return [Path(name).stem for name in self._digests if Path(name).parent == FORCES]


# Inputs that are digests of the values in files, not of their bytes.
BY_MEANING = {"force", "inspection", "inspector"}


def files_of(slug: str, digests_by_name: Mapping[str, str]) -> dict[str, str]:
    """Return the digests of the data files that a force's letter is made from."""
    names = map(str, (MARKER, INSPECTORS, force_file(slug)))
    return {name: digests_by_name[name] for name in names}


def seal_of(digests_by_name: Mapping[str, str]) -> str:
    """Return one digest of a workspace's files and of the versions of the programs."""
    return digest(json.dumps({**digests_by_name, **versions()}, sort_keys=True).encode())


def _read_seal(folder: Path) -> Seal | None:
    try:
        seal = Seal(**json.loads(content(folder / SEAL)))
        strings = [seal.files, *seal.register, *seal.records.values()]
        whole = all(isinstance(one, str) for one in strings)
        return seal if whole and all(type(n) is int for n in seal.warnings.values()) else None
    except (OSError, ValueError, TypeError, AttributeError, RecursionError):
        return None


def sealed(
    folder: Path,
    digests_by_name: Mapping[str, str],
    register: Sequence[str],
    records: Mapping[str, str],
    warnings: Mapping[str, int],
) -> bytes:
    """Write a seal as JSON, with the entries of an earlier seal of the very same files."""
    files = seal_of(digests_by_name)
    if (before := _read_seal(folder)) and before.files == files:
        records, warnings = {**before.records, **records}, {**before.warnings, **warnings}
    seal = Seal(files, register, records, warnings)
    return (json.dumps(asdict(seal), indent=1, sort_keys=True) + "\n").encode()
