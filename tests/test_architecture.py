"""The order of the rooms and the one door of each library: CONTRIBUTING.md tells why."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

from conftest import PROJECT

# A room may import the rooms above it.
ROOMS = (
    "problem",
    "model",
    "source",
    "load",
    "checks",
    "letter",
    "render",
    "pdf",
    "store",
    "generate",
    "cli",
    "__main__",
)

# The only rooms that may import a library.
DOORS = {
    "pydantic": {"model", "load"},
    "pydantic_core": {"model", "load"},
    "yaml": {"source"},
    "jinja2": {"render"},
    "weasyprint": {"pdf"},
    "click": {"cli"},
    "concurrent": {"generate"},
    "multiprocessing": {"generate"},
    "fcntl": {"store"},
    "time": set(),
    "tempfile": set(),
    "socket": set(),
    "urllib": set(),
}

# What reads the clock.
CLOCK = {"now", "utcnow", "today", "fromtimestamp"}


def imports(tree: ast.AST) -> Iterator[tuple[int, str]]:
    """Line and full name of every import, wherever it stands in the file."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from ((node.lineno, alias.name) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            package = "hmic_letters" if node.level else ""
            module = ".".join(part for part in (package, node.module) if part)
            if module == "hmic_letters":
                yield from ((node.lineno, f"{module}.{alias.name}") for alias in node.names)
            else:
                yield node.lineno, module


def trespasses(package: Path) -> list[str]:
    found = []
    for path in sorted(package.glob("*.py")):
        room = path.stem
        if room == "__init__":
            continue
        if room not in ROOMS:
            found.append(f"{room}: not a room")
            continue
        tree = ast.parse(path.read_text("utf-8"))
        for line, name in imports(tree):
            top, _, rest = name.partition(".")
            if top == "hmic_letters" and rest != "__version__":
                inner = rest.partition(".")[0]
                if inner not in ROOMS or ROOMS.index(inner) >= ROOMS.index(room):
                    found.append(f"{room}:{line}: imports {inner}")
            elif top in DOORS and room not in DOORS[top]:
                found.append(f"{room}:{line}: imports {top}")
        found += [
            f"{room}:{node.lineno}: reads the clock"
            for node in ast.walk(tree)
            if isinstance(node, ast.Attribute) and node.attr in CLOCK
        ]
    return found


def test_the_rooms_are_in_order() -> None:
    assert trespasses(PROJECT / "hmic_letters") == []


def test_every_room_is_there() -> None:
    there = {path.stem for path in (PROJECT / "hmic_letters").glob("*.py")} - {"__init__"}
    assert there == set(ROOMS)


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
    ],
)
def test_a_trespass_is_seen(room: str, line: str, trespass: str, tmp_path: Path) -> None:
    (tmp_path / f"{room}.py").write_text(f"{line}\n")
    assert trespasses(tmp_path) == [trespass]
