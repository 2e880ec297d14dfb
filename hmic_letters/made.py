"""What a letter was made from: the digests of its inputs, recorded beside it."""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from functools import cache
from pathlib import Path

from hmic_letters import __version__
from hmic_letters.model import Force, Inspection, Inspector, Templates

# What no page can show, so that a change of it makes no letter stale.
OF_FORCE = ("name", "specimen", "addressee", "copied_to", "findings", "particulars")
NOT_OF_INSPECTION = {"page_limit", "known_acronyms", "allowed"}


@dataclass(frozen=True)
class Made:
    """The record of one letter.

    ``letter`` is the SHA-256 of the PDF, in hexadecimal, and ``page`` that of its HTML twin;
    ``inputs`` are those of the force, the inspection, the HM Inspector and the templates, and the
    names of what made it. ``addressee`` is to whom it went, ``findings`` are the texts that it
    printed, by the finding's id.
    """

    letter: str
    page: str
    inputs: Mapping[str, str]
    addressee: str
    findings: Mapping[str, str]

    def as_json(self) -> bytes:
        """The record as it is kept."""
        return (json.dumps(asdict(self), indent=1, ensure_ascii=False) + "\n").encode()


def record_name(slug: str) -> str:
    """The file of a letter's record, hidden beside the letter."""
    return f".{slug}.json"


def read_made(folder: Path, slug: str) -> Made | None:
    """The record of a letter; None where there is none that can be understood."""
    path = folder / record_name(slug)
    if not path.is_file():
        return None
    try:
        held = json.loads(path.read_bytes())
        made = Made(**held)
        texts = (
            made.letter,
            made.page,
            made.addressee,
            *made.inputs.values(),
            *made.findings.values(),
        )
        return made if all(isinstance(text, str) for text in texts) else None
    except (OSError, ValueError, TypeError, AttributeError, RecursionError):
        return None


def digest(data: bytes) -> str:
    """The SHA-256 of some bytes, in hexadecimal."""
    # Here and not above: a check without letters needs none.
    import hashlib  # noqa: PLC0415

    return hashlib.sha256(data).hexdigest()


def inputs(
    inspection: Inspection, inspector: Inspector, force: Force, templates: Templates
) -> dict[str, str]:
    """What a letter depends on, each with a digest of what it says now."""
    parts = {
        "force": force.model_dump(mode="json", include=set(OF_FORCE)),
        "inspection": inspection.model_dump(mode="json", exclude=NOT_OF_INSPECTION),
        "inspector": inspector.model_dump(mode="json", exclude={"region"}),
        "templates": {name: digest(data) for name, data in templates.files.items()},
    }
    said = {
        name: digest(json.dumps(part, sort_keys=True, ensure_ascii=False).encode())
        for name, part in parts.items()
    }
    return said | {"tool": _tool()}


@cache
def _tool() -> str:
    # Here and not above: it takes a while, and a check without letters needs none.
    from importlib.metadata import version  # noqa: PLC0415

    made_by = ", ".join(f"{name} {version(name)}" for name in ("weasyprint", "pikepdf", "jinja2"))
    return f"hmic-letters {__version__}, {made_by}"


def findings(force: Force) -> dict[str, str]:
    """The text of each finding with its points, by its id."""
    return {
        finding.id: " ".join((finding.text, *finding.points))
        for group in force.findings.values()
        for finding in group
    }


MISSING = {
    ".pdf": ("missing", "no letter is there"),
    ".html": ("missing", "its page for screens is not there"),
}


def state(folder: Path, slug: str, now: Mapping[str, str]) -> tuple[str, str]:
    """How a letter stands to its inputs, in a word or two, and why.

    'up to date'; 'missing'; 'altered', where the file is not the one that was made; 'stale', where
    an input has changed since.
    """
    paths = [folder / f"{slug}.{kind}" for kind in ("pdf", "html")]
    for path in paths:
        if not path.is_file():
            there = path.exists()
            return ("altered", f"{path.name} is no file") if there else MISSING[path.suffix]
    made = read_made(folder, slug)
    if made is None:
        return "altered", "there is no record of its making"
    for path, was in zip(paths, (made.letter, made.page), strict=True):
        if digest(path.read_bytes()) != was:
            return "altered", f"{path.name} is not the one that was made"
    changed = [name for name in now if made.inputs.get(name) != now[name]]
    if changed:
        return "stale", f"changed since it was made: {', '.join(changed)}"
    return "up to date", ""
