"""The order of the rooms and the one door of each library: CONTRIBUTING.md tells why."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

from conftest import PROJECT

# A room may import the rooms above it.
ROOMS = (
    "problem",
    "files",
    "typeface",
    "templates",
    "versions",
    "made",
    "fresh",
    "model",
    "accuracy",
    "clock",
    "store",
    "ledger",
    "workdays",
    "schema",
    "source",
    "inputs",
    "load",
    "passages",
    "letter",
    "page",
    "outline",
    "changes",
    "sandbox",
    "render",
    "checks.register",
    "checks.publication",
    "checks.wording",
    "checks.marks",
    "checks.style",
    "checks.leaks",
    "checks.walk",
    "checks.templates",
    "checks",
    "reader",
    "ocr",
    "readback",
    "explain",
    "report",
    "status",
    "board",
    "xmp",
    "tags",
    "declarations",
    "shortcuts.memory",
    "shortcuts.reading",
    "shortcuts.known",
    "shortcuts.styles",
    "shortcuts.boxes",
    "shortcuts.glyphs",
    "shortcuts.spread",
    "shortcuts.lines",
    "shortcuts.bullets",
    "shortcuts.drawing",
    "shortcuts.pages",
    "shortcuts.pictures",
    "shortcuts.writing",
    "shortcuts",
    "pdf",
    "warm",
    "processes",
    "review",
    "record",
    "packed",
    "word",
    "form",
    "redline",
    "returned",
    "response",
    "amend",
    "frozen",
    "exposure",
    "generate",
    "liaison",
    "diff",
    "seal",
    "passphrase",
    "mail",
    "dispatch",
    "verify",
    "publish",
    "embargo",
    "trace",
    "archive",
    "preview",
    "commands",
    "cli_accuracy",
    "cli_publication",
    "cli",
    "__main__",
)

SHORTCUTS = {room for room in ROOMS if room.startswith("shortcuts")}

# The only rooms that may import a library.
DOORS = {
    "pydantic": {"model", "accuracy", "load"},
    "pydantic_core": {"model", "load"},
    "yaml": {"source"},
    "jinja2": {"sandbox", "render", "checks.templates", "checks.walk"},
    "cffi": {"declarations"},
    "weasyprint": {"pdf", *SHORTCUTS},
    "pydyf": {"pdf", "tags", *SHORTCUTS},
    "tinyhtml5": SHORTCUTS,
    "cssselect2": SHORTCUTS,
    "pikepdf": {"seal"},
    "xkcdpass": {"passphrase"},
    "email": {"mail"},
    "secrets": {"seal", "preview"},
    "pypdfium2": {"reader"},
    "subprocess": {"ocr", "exposure"},
    "rich": {"status", "board"},
    "starlette": {"preview"},
    "uvicorn": {"preview"},
    "watchfiles": {"preview"},
    "fontTools": {"typeface"},
    "click": {"cli", "cli_accuracy", "cli_publication", "commands"},
    "docx": {"form", "redline", "word"},
    "openpyxl": {"form", "returned"},
    "defusedxml": {"returned"},
    "holidays": {"workdays"},
    "ruamel": {"record"},
    "concurrent": {"processes", "ocr"},
    "multiprocessing": {"processes"},
    "ctypes": {"clock", "versions", "pdf", "reader"},
    "fcntl": {"store"},
    "time": set(),
    "tempfile": set(),
    "socket": {"preview"},
    "urllib": {"preview"},
}

# What reads the clock, which one room may: what is recorded has its day from there.
CLOCK = {"now", "utcnow", "today", "fromtimestamp"}


def imports(tree: ast.AST, package: str) -> Iterator[tuple[int, str]]:
    """Line and full name of every import, wherever it stands in the file."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from ((node.lineno, alias.name) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            above = package.split(".")[: len(package.split(".")) - node.level + 1]
            module = ".".join([*(above if node.level else []), *filter(None, [node.module])])
            yield from ((node.lineno, f"{module}.{alias.name}") for alias in node.names)


def room_of(name: str) -> str:
    """The room that a name inside the package belongs to."""
    parts = name.split(".")[1:]
    names = [".".join(parts[:end]) for end in range(len(parts), 0, -1)]
    return next((name for name in names if name in ROOMS), names[-1])


def files(package: Path) -> Iterator[tuple[str, Path]]:
    for path in sorted(package.rglob("*.py")):
        parts = path.relative_to(package).with_suffix("").parts
        name = ".".join(part for part in parts if part != "__init__")
        if name:
            yield name, path


def trespasses(package: Path) -> list[str]:
    found = []
    for room, path in files(package):
        if room not in ROOMS:
            found.append(f"{room}: not a room")
            continue
        tree = ast.parse(path.read_text("utf-8"))
        inside = (
            f"hmic_letters.{room}"
            if path.stem == "__init__"
            else f"hmic_letters.{room}".rpartition(".")[0]
        )
        for line, name in imports(tree, inside):
            top = name.partition(".")[0]
            if top == "hmic_letters" and name != "hmic_letters.__version__":
                inner = room_of(name)
                if inner not in ROOMS or ROOMS.index(inner) >= ROOMS.index(room):
                    found.append(f"{room}:{line}: imports {inner}")
            elif top in DOORS and room not in DOORS[top]:
                found.append(f"{room}:{line}: imports {top}")
        found += [
            f"{room}:{node.lineno}: reads the clock"
            for node in ast.walk(tree)
            if isinstance(node, ast.Attribute) and node.attr in CLOCK and room != "clock"
        ]
    return found


def test_the_rooms_are_in_order() -> None:
    assert trespasses(PROJECT / "hmic_letters") == []


def test_every_room_is_there() -> None:
    assert {room for room, _ in files(PROJECT / "hmic_letters")} == set(ROOMS)


@pytest.mark.parametrize(
    ("room", "line", "trespass"),
    [
        ("model", "from hmic_letters.load import load", "model:1: imports load"),
        ("model", "from hmic_letters import load", "model:1: imports load"),
        ("model", "from .load import load", "model:1: imports load"),
        ("model", "from . import load", "model:1: imports load"),
        ("model", "import hmic_letters.load", "model:1: imports load"),
        ("load", "def f():\n    import yaml", "load:2: imports yaml"),
        ("cli", "from weasyprint.text import fonts", "cli:1: imports weasyprint"),
        ("letter", "import time", "letter:1: imports time"),
        ("letter", "a = datetime.now()", "letter:1: reads the clock"),
        ("utils", "", "utils: not a room"),
        ("checks/utils", "", "checks.utils: not a room"),
        (
            "checks/leaks",
            "from hmic_letters.checks import CHECKS",
            "checks.leaks:1: imports checks",
        ),
        ("checks/leaks", "from . import templates", "checks.leaks:1: imports checks.templates"),
        ("checks/leaks", "from ..report import report", "checks.leaks:1: imports report"),
        ("checks/leaks", "import yaml", "checks.leaks:1: imports yaml"),
        ("checks/__init__", "from .. import cli", "checks:1: imports cli"),
    ],
)
def test_a_trespass_is_seen(room: str, line: str, trespass: str, tmp_path: Path) -> None:
    path = tmp_path / f"{room}.py"
    path.parent.mkdir(exist_ok=True)
    path.write_text(f"{line}\n")
    assert trespasses(tmp_path) == [trespass]
