"""The letter record: the digests of a letter's inputs, in a file beside the letter."""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path

from hmic_letters.workspace.digests import content, digest


@dataclass(frozen=True)
class Made:
    """The letter record of one letter.

    ``letter`` is the SHA-256 of the PDF, in hexadecimal, and ``page`` that of the page. ``inputs``
    has the digests of the data of force, inspection and HM Inspector, of templates and of fonts. It
    also has the versions of the tool and its libraries. ``files`` has the digests of the data files
    at that time. ``addressee`` names the addressee. ``findings`` has the printed texts, by the id
    of the finding.
    """

    letter: str
    page: str
    inputs: Mapping[str, str]
    files: Mapping[str, str]
    addressee: str
    findings: Mapping[str, str]

    def has_files(self, now: Mapping[str, str]) -> bool:
        """Tell whether the data files are unchanged, given their digests ``now``."""
        return all(now.get(name) == value for name, value in self.files.items())

    def as_json(self) -> bytes:
        """Return the letter record as the bytes of its file."""
        return (json.dumps(asdict(self), indent=1, ensure_ascii=False) + "\n").encode()


def record_name(slug: str) -> str:
    """Return the name of the letter record's file, which is hidden beside the letter."""
    return f".{slug}.json"


def read_made(folder: Path, slug: str) -> Made | None:
    """Read a letter record; return None if it is missing or cannot be understood."""
    try:
        fields = json.loads(content(folder / record_name(slug)))
        made = Made(**fields)
        texts = (
            *(made.letter, made.page, made.addressee),
            *(*made.inputs.values(), *made.files.values(), *made.findings.values()),
        )
        return made if all(isinstance(text, str) for text in texts) else None
    except (OSError, ValueError, TypeError, AttributeError, RecursionError):
        return None


MISSING = {
    ".pdf": ("missing", "no letter is there"),
    ".html": ("missing", "its page for screens is not there"),
}


def state(folder: Path, slug: str, now: Mapping[str, str]) -> tuple[str, str]:
    """Compare a letter with its inputs ``now``, and return its state and the reason.

    The states are 'up to date'; 'missing'; 'altered', if a file is not the one that was made;
    'stale', if an input has changed since.
    """
    made = read_made(folder, slug)
    if damage := _damage(folder, slug, made):
        return damage
    assert made is not None
    old = made.inputs
    changed = sorted(name for name in {**now, **old} if old.get(name) != now.get(name))
    if changed:
        return "stale", f"changed since it was made: {', '.join(changed)}"
    return "up to date", ""


def is_whole(folder: Path, slug: str, made: Made | None) -> bool:
    """Tell whether the letter and its page are there and unaltered."""
    return _damage(folder, slug, made) is None


def _damage(folder: Path, slug: str, made: Made | None) -> tuple[str, str] | None:
    paths = [folder / f"{slug}{kind}" for kind in MISSING]
    for path in paths:
        if not path.is_file():
            exists = path.exists()
            return ("altered", f"{path.name} is no file") if exists else MISSING[path.suffix]
    if made is None:
        return "altered", "there is no record of its making"
    for path, recorded in zip(paths, (made.letter, made.page), strict=True):
        if digest(path.read_bytes()) != recorded:
            return "altered", f"{path.name} is not the one that was made"
    return None
