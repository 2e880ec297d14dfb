"""Where the files of a workspace and its letters are, and whether they are still the same."""

from enum import StrEnum
from pathlib import Path

MARKER = Path("data", "inspection.yaml")  # the file that makes a folder a workspace
INSPECTORS = Path("data", "inspectors.yaml")
FORCES = Path("data", "forces")
ACCURACY = Path("data", "accuracy")  # the records of the factual accuracy checks
TEMPLATES = Path("templates")
LEDGER = Path("ledger")  # what was sent, received, decided, dispatched and published
DISPATCHED = Path("dispatched")  # what really went out, by force and version
PASSPHRASES = Path("passphrases")  # kept apart from what they open
PUBLISHED = Path("published")  # what is public, by publication


class Edition(StrEnum):
    """Which of a letter's editions: one function makes them all, so that they cannot drift."""

    EMBARGOED = "embargoed"
    ACCURACY_CHECK = "accuracy-check"
    PUBLIC = "public"


def find_workspace(start: Path) -> Path | None:
    """The nearest folder that holds ``data/inspection.yaml``: ``start`` or one above it."""
    return next((at for at in (start, *start.parents) if (at / MARKER).is_file()), None)


def letters_folder(root: Path, output: Path | None, edition: Edition) -> Path:
    """Where the letters of an edition stand: in ``output``, or in ``letters/`` of the workspace."""
    return (output or root / "letters") / edition


def force_file(slug: str) -> Path:
    """Where the file of a force stands in a workspace, whether it exists or not."""
    return FORCES / f"{slug}.yaml"


def accuracy_file(slug: str) -> Path:
    """Where the record of a force's accuracy check stands in a workspace, if there is one."""
    return ACCURACY / f"{slug}.yaml"


def forces_with_file(root: Path) -> list[str]:
    """The forces that have a file, by slug. Raises OSError."""
    return sorted(path.stem for path in (root / FORCES).glob("*.yaml"))
