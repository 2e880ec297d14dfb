"""Every command that writes, each with the workspace from which it starts: the trade in order."""

import errno
import os
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from helpers.cleared import REPORT, attempt, command, report, tree
from helpers.office import fill_word
from helpers.project import FORCE, copy_project, edit
from hmic_letters.record.ledger import read_ledger
from hmic_letters.workspace.store import remove

HERTS, KENT = "hertfordshire", "data/forces/kent.yaml"
BY = ("--by", "Ann Other", "--on", "2014-08-20")
ROW = {
    "class": "B",
    "point": "The target is 75%, not 70%.",
    "wording": (
        "There are specific occasions when crime is reported, where the force will always aim to "
        "attend. The force has a target to attend 75% of crimes reported to it. It uses the "
        "attendance data to present to Chief Officers and Area Commanders at regular operational "
        "and strategic meetings."
    ),
    "evidence": "Policing Plan 2014, page 12, paragraph 3",
}
COMMANDS = {
    "fix": ("check", "--fix"),
    "schema": ("schema",),
    "generate": ("generate", "kent", "--force"),
    "send": ("accuracy", "send", "kent", HERTS, "--on", "2014-08-11"),
    "receive": ("accuracy", "receive", HERTS, "back.docx", "--on", "2014-08-15"),
    "decide": ("accuracy", "decide", HERTS, "P1", "accepted", *BY),
    "apply": ("accuracy", "apply", HERTS),
    "reply": ("accuracy", "reply", HERTS, "--on", "2014-08-20"),
    "close": ("accuracy", "close", HERTS, *BY),
    "dispatch": ("dispatch", "kent", HERTS, "--yes"),
    "move": ("embargo", "move", "2099-09-04 00:01", "--reason", "A reason."),
    "publish": ("publish",),
    "archive": ("archive", "archive"),
}
CALLS = ("fsync", "replace", "rename", "mkdir", "open")


def prepare(folder: Path, until: str = "") -> None:
    """Go through the trade; keep in ``folder`` the workspace before and after each command.

    It ends before the command ``until``, if there is one.
    """
    office = copy_project(folder / "office", "kent", HERTS)
    (office / KENT).write_text(FORCE)
    edit(office / "data/inspection.yaml", "page_limit: 6", f"page_limit: 6\nenclosure: {REPORT}")
    (office / REPORT).write_bytes(report())
    for name, words in COMMANDS.items():
        if name == "fix":
            edit(office / KENT, "text: One.", "text: One  and two.")
        elif name == "receive":
            form = office / f"accuracy/{HERTS}/1/{HERTS}-response-form-1.docx"
            fill_word(form, office / "back.docx", {"AC2": ROW})
        elif name == "dispatch":
            close = ("close", "kent", "--no-inaccuracies", *BY)
            command(office, "accuracy", *close)
            command(office, "generate")
        shutil.copytree(office, folder / name)
        if name == until:
            return
        done = attempt(office, *words)
        assert done.returncode == 0, (name, done.stderr)
        shutil.copytree(office, folder / f"{name}-done")
        if name == "move":
            remove(office)
            shutil.copytree(folder / "move", office)


def result(office: Path) -> tuple[object, ...]:
    """Return what a command leaves, without moments and chance: data, events, files on record."""
    ledger = read_ledger(office)
    data = {name: text for name, text in tree(office / "data").items() if ".holder" not in name}
    return data, [line.event for line in ledger.lines], sorted(ledger.files)


class Disk:
    """Counts what a command asks of the disk in a folder, and fails once: before or after it."""

    def __init__(self, patch: pytest.MonkeyPatch, at: int, code: int, *, done: bool) -> None:
        self.count, self._at, self._code, self._done = 0, at, code, done
        for name in CALLS:
            patch.setattr(os, name, self._counted(name, getattr(os, name)))

    def _counted(self, name: str, call: Callable[..., Any]) -> Callable[..., Any]:
        def counted(*arguments: Any, **names: Any) -> Any:
            reads = name == "open" and not arguments[1] & os.O_CREAT
            self.count += not reads
            if reads or self.count != self._at:
                return call(*arguments, **names)
            if self._done and name != "open":
                call(*arguments, **names)
            raise OSError(self._code, os.strerror(self._code))

        return counted


def fail_at(states: Path, name: str, at: int, code: int, folder: Path, *, done: bool) -> bool:
    """Run a command whose disk fails once; look what it leaves, and that a second run completes it.

    Returns whether the command asked for so much. Raises AssertionError.
    """
    office = shutil.copytree(states / name, folder)
    before = read_ledger(office).lines
    with pytest.MonkeyPatch.context() as patch:
        disk = Disk(patch, at, code, done=done)
        told = attempt(office, *COMMANDS[name])
    where = (name, at, errno.errorcode[code], done, told.stdout, told.stderr)
    assert "Traceback" not in told.stderr, where
    ledger = read_ledger(office)
    assert ledger.problems == (), where
    assert ledger.lines[: len(before)] == before, where
    if "The ledger has the line of this command" in told.stderr:
        assert len(ledger.lines) > len(before), where
    attempt(office, *COMMANDS[name])
    assert result(office) == result(states / f"{name}-done"), where
    if ledger.lines:
        assert "all as recorded" in command(office, "verify"), where
    left = [*office.rglob("*.part"), *office.rglob("*.pending"), *office.rglob(".temporary")]
    assert left == [], where
    remove(folder)
    return disk.count >= at
