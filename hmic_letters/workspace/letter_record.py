"""What a letter was made from: the digests of its inputs, recorded beside it."""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path

from hmic_letters.workspace.digests import content, digest


@dataclass(frozen=True)
class Made:
    """The record of one letter.

    ``letter`` is the SHA-256 of the PDF, in hexadecimal, and ``page`` that of its HTML twin.
    ``inputs`` are those of what the force, the inspection and the HM Inspector said, of the
    templates and the fonts, and the versions of what made it; ``files`` are those of the data files
    as they were. ``addressee`` is to whom it went, ``findings`` are the texts that it printed, by
    the finding's id.
    """

    letter: str
    page: str
    inputs: Mapping[str, str]
    files: Mapping[str, str]
    addressee: str
    findings: Mapping[str, str]

    def has_files(self, now: Mapping[str, str]) -> bool:
        """Whether the data files are as they were, by their digests now."""
        return all(now.get(name) == said for name, said in self.files.items())

    def as_json(self) -> bytes:
        """The record as it is kept."""
        return (json.dumps(asdict(self), indent=1, ensure_ascii=False) + "\n").encode()


def record_name(slug: str) -> str:
    """The file of a letter's record, hidden beside the letter."""
    return f".{slug}.json"


def read_made(folder: Path, slug: str) -> Made | None:
    """The record of a letter; None where there is none that can be understood."""
    try:
        held = json.loads(content(folder / record_name(slug)))
        made = Made(**held)
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
    """How a letter stands to its inputs, in a word or two, and why.

    'up to date'; 'missing'; 'altered', where the file is not the one that was made; 'stale', where
    an input has changed since.
    """
    made = read_made(folder, slug)
    if wrong := _wrong(folder, slug, made):
        return wrong
    assert made is not None
    was = made.inputs
    changed = sorted(name for name in {**now, **was} if was.get(name) != now.get(name))
    if changed:
        return "stale", f"changed since it was made: {', '.join(changed)}"
    return "up to date", ""


def is_whole(folder: Path, slug: str, made: Made | None) -> bool:
    """Whether the letter and its page are there, as they were made."""
    return _wrong(folder, slug, made) is None


def _wrong(folder: Path, slug: str, made: Made | None) -> tuple[str, str] | None:
    paths = [folder / f"{slug}{kind}" for kind in MISSING]
    for path in paths:
        if not path.is_file():
            there = path.exists()
            return ("altered", f"{path.name} is no file") if there else MISSING[path.suffix]
    if made is None:
        return "altered", "there is no record of its making"
    for path, was in zip(paths, (made.letter, made.page), strict=True):
        if digest(path.read_bytes()) != was:
            return "altered", f"{path.name} is not the one that was made"
    return None
