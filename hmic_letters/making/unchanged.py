"""Whether letters have to be made at all, told from bytes alone: nothing heavy is imported."""

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
    """That letters were made from files that had no errors.

    ``files`` is the digest of all files of the workspace with the versions of what makes letters,
    ``register`` the forces in their order, ``records`` the digests of the records of the letters
    that were up to date, and ``warnings`` how many their checks gave, by slug.
    """

    files: str
    register: Sequence[str]
    records: Mapping[str, str]
    warnings: Mapping[str, int]


class Look:
    """What the files of a workspace and its letters are at this moment, as bytes."""

    def __init__(self, root: Path, folder: Path) -> None:
        self._folder = folder
        try:
            self._digests = digests(root)
        except OSError:
            self._digests = {}
        self._seal = _read_seal(folder)

    def unchanged(self, slugs: Sequence[str]) -> dict[str, int] | None:
        """The forces asked for, or all, each with its warnings, if nothing at all has changed.

        None where the files have to be read to know.
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
        """How many letters, of the forces or of all, are not whole or perhaps not of these very
        bytes."""
        return sum(not self._is_of_these(slug) for slug in slugs or self._slugs())

    def _is_of_these(self, slug: str) -> bool:
        made = read_made(self._folder, slug)
        if made is None or not is_whole(self._folder, slug, made):
            return False
        if not made.has_files(self._digests):
            return False
        shared = {name: said for name, said in made.inputs.items() if name not in BY_MEANING}
        return shared == self._shared

    @cached_property
    def _shared(self) -> dict[str, str]:
        """What all letters are made from."""
        now = self._digests | versions()
        return {name: said for name, said in now.items() if not name.startswith("data/")}

    def _slugs(self) -> list[str]:
        return [Path(name).stem for name in self._digests if Path(name).parent == FORCES]


# Inputs that are digests of what files say, not of their bytes.
BY_MEANING = {"force", "inspection", "inspector"}


def files_of(slug: str, found: Mapping[str, str]) -> dict[str, str]:
    """The digests of the data files that the letter of a force is made from."""
    names = map(str, (MARKER, INSPECTORS, force_file(slug)))
    return {name: found[name] for name in names}


def seal_of(found: Mapping[str, str]) -> str:
    """One digest of all files of a workspace and of the versions of what makes letters."""
    return digest(json.dumps({**found, **versions()}, sort_keys=True).encode())


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
    found: Mapping[str, str],
    register: Sequence[str],
    records: Mapping[str, str],
    warnings: Mapping[str, int],
) -> bytes:
    """The seal as it is kept, with what an earlier one says of the very same files."""
    files = seal_of(found)
    if (before := _read_seal(folder)) and before.files == files:
        records, warnings = {**before.records, **records}, {**before.warnings, **warnings}
    seal = Seal(files, register, records, warnings)
    return (json.dumps(asdict(seal), indent=1, sort_keys=True) + "\n").encode()
