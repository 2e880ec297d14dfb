"""The disk gives an error at any moment of any command that writes: nothing on record is lost.

A part of the moments is tried here; ``tests/soak.py`` tries each.
"""

import errno
import os
import shutil
import sys
from pathlib import Path
from typing import Any

import pytest

from helpers import trade
from helpers.cleared import attempt
from hmic_letters.record.ledger import read_ledger
from soak import kills

pytestmark = pytest.mark.crash
# Of the moments of a command: every so manyth is tried.
SELDOM = {"dispatch": 401, "send": 61, "publish": 41, "archive": 61, "reply": 17, "receive": 17}


@pytest.mark.parametrize("name", trade.COMMANDS)
def test_an_error_of_the_disk_loses_nothing(name: str, states: Path, tmp_path: Path) -> None:
    step = SELDOM.get(name, 7)
    for number, at in enumerate(range(1 + len(name) % 3, 1000, step)):
        code = (errno.EIO, errno.ENOSPC)[number % 2]
        if not trade.fail_at(states, name, at, code, tmp_path / f"{at}", done=number % 3 == 0):
            return
    pytest.fail(f"{name} asks more of the disk than was tried")


def test_real_runs_that_are_killed_lose_nothing(states: Path, tmp_path: Path) -> None:
    assert kills(states, tmp_path, ("dispatch", "publish", "apply"), 3, 6) == 3


class Order:
    """Notes what of a workspace the disk was not made to keep before the ledger speaks of it."""

    def __init__(self, patch: pytest.MonkeyPatch, office: Path) -> None:
        self._office, self._kept = office, set[int]()
        self._before = {path.lstat().st_ino for path in office.rglob("*")}
        self.unkept: list[Path] = []
        fsync, replace = os.fsync, os.replace

        def watched_fsync(handle: int) -> None:
            fsync(handle)
            self._kept.add(os.fstat(handle).st_ino)

        def watched_replace(old: str, new: str, **folders: int) -> None:
            if new == "ledger.jsonl":
                self._look()
            replace(old, new, **folders)

        patch.setattr(os, "fsync", watched_fsync)
        patch.setattr(os, "replace", watched_replace)

    def _look(self) -> None:
        """Note each new file or folder, unless it and the folder with its name were synced."""
        for path in self._office.rglob("*"):
            made, folder = path.lstat().st_ino, path.parent.lstat().st_ino
            if made not in self._before and path.name != ".holder":
                self.unkept += [] if {made, folder} <= self._kept else [path]


@pytest.mark.parametrize(
    "name", [name for name in trade.COMMANDS if name not in {"fix", "schema", "generate"}]
)
def test_what_the_ledger_speaks_of_is_on_the_disk_before_it(
    name: str, states: Path, tmp_path: Path
) -> None:
    """Also if the power fails: each file, each new folder and the folder that has its name."""
    office = shutil.copytree(states / name, tmp_path / "office")
    with pytest.MonkeyPatch.context() as patch:
        order = Order(patch, office)
        lines = len(read_ledger(office).lines)
        assert attempt(office, *trade.COMMANDS[name]).returncode == 0
    assert len(read_ledger(office).lines) > lines or name == "archive"
    assert order.unkept == []


@pytest.mark.parametrize("name", trade.COMMANDS)
def test_no_command_writes_outside_the_workspace(
    name: str, states: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nobody sweeps the files of a killed run in /tmp, and others may read them."""
    office = shutil.copytree(states / name, tmp_path / "office")
    outside: list[str] = []
    is_on = True

    def note(event: str, details: tuple[Any, ...]) -> None:
        if is_on and event == "open" and isinstance(details[2], int):
            writes = details[2] & (os.O_WRONLY | os.O_RDWR | os.O_CREAT)
            path = (
                "" if isinstance(details[0], int) else str(Path(os.fsdecode(details[0])).absolute())
            )
            if writes and path and not path.startswith((str(office), "/dev/", "/proc/")):
                outside.append(path)

    monkeypatch.chdir(office)
    sys.addaudithook(note)
    try:
        assert attempt(office, *trade.COMMANDS[name]).returncode == 0
    finally:
        is_on = False
    assert outside == []
