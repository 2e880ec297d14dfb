"""The paths of a workspace's files and of its letters."""

from enum import StrEnum
from pathlib import Path

DATA = Path("data")
MARKER = Path("data", "inspection.yaml")  # the file that makes a folder a workspace
INSPECTORS = Path("data", "inspectors.yaml")
FORCES = Path("data", "forces")
ACCURACY = Path("data", "accuracy")  # the accuracy files
PAPERS = Path("accuracy")  # the proofs, returned forms and replies, by force
TEMPLATES = Path("templates")
LEDGER = Path("ledger")  # one line for each event, from the first proof to publication
DISPATCHED = Path("dispatched")  # the letters that went out, by force and version
PASSPHRASES = Path("passphrases")  # kept apart from the copies that they open
PUBLISHED = Path("published")  # the public editions, by publication


class Edition(StrEnum):
    """An edition of a letter. Why one function makes them all: so they cannot drift apart."""

    EMBARGOED = "embargoed"
    ACCURACY_CHECK = "accuracy-check"
    PUBLIC = "public"


def find_workspace(start: Path) -> Path | None:
    """Find the nearest folder with ``data/inspection.yaml``: ``start`` or one above it."""
    return next((folder for folder in (start, *start.parents) if (folder / MARKER).is_file()), None)


def letters_folder(root: Path, output: Path | None, edition: Edition) -> Path:
    """Return the folder of an edition, in ``output`` or in ``letters/`` of the workspace."""
    return (output or root / "letters") / edition


def force_file(slug: str) -> Path:
    """Return the path of a force's file in a workspace; the file need not exist."""
    return FORCES / f"{slug}.yaml"


def accuracy_file(slug: str) -> Path:
    """Return the path of an accuracy file in a workspace; the file need not exist."""
    return ACCURACY / f"{slug}.yaml"


def slip_file(slug: str, version: int) -> Path:
    """Return the path of the slip with the passphrase of a version, in a workspace."""
    return PASSPHRASES / f"{slug}-{version}.txt"


def forces_with_file(root: Path) -> list[str]:
    """List the slugs of the forces that have a file. Raises OSError."""
    return sorted(path.stem for path in (root / FORCES).glob("*.yaml"))
