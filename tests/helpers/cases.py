"""The cases in tests/broken: mistakes that people type."""

from pathlib import Path

from helpers.project import PROJECT, edit

BROKEN = PROJECT / "tests/broken"


def case(name: str) -> str:
    return (BROKEN / name).read_text("utf-8").removesuffix("\n")


def replace_line(path: Path, change: str) -> None:
    old, _, new = change.partition("\n")
    edit(path, f"{old}\n", f"{new}\n" if new else "")
