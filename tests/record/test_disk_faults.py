"""The disk gives an error at any moment of a command that writes: nothing on record is lost."""

import errno
import os
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from helpers.cleared import attempt, command
from hmic_letters.record.ledger import STANDS, read_ledger

COMMANDS = {
    "dispatch": ("dispatch", "kent", "--yes", "--reason", "A slip."),
    "embargo": ("embargo", "move", "2099-09-04 00:01", "--reason", "A reason."),
    "publish": ("publish",),
}
MOMENTS = 60  # more than any of these commands has


class Disk:
    """Counts what a command does to the disk, and fails once: before or after it was done."""

    def __init__(self, patch: pytest.MonkeyPatch, at: int, *, done: bool) -> None:
        self.count, self._at, self._done = 0, at, done
        for name in ("fsync", "replace", "rename"):
            patch.setattr(os, name, self._counted(getattr(os, name)))

    def _counted(self, call: Callable[..., None]) -> Callable[..., None]:
        def counted(*arguments: Any, **names: Any) -> None:
            self.count += 1
            if self.count != self._at:
                call(*arguments, **names)
                return
            if self._done:
                call(*arguments, **names)
            raise OSError(errno.EIO, os.strerror(errno.EIO))

        return counted


@pytest.mark.crash
@pytest.mark.parametrize("done", [False, True], ids=["before", "after"])
@pytest.mark.parametrize("name", COMMANDS)
def test_an_error_of_the_disk_loses_nothing_on_record(
    name: str, done: bool, sent: Path, tmp_path: Path
) -> None:
    before = read_ledger(sent).lines
    stood = set()
    # A dispatch takes a second or two: every third moment is tried.
    for at in range(1, MOMENTS, 3 if name == "dispatch" else 1):
        office = shutil.copytree(sent, tmp_path / f"{at}")
        with pytest.MonkeyPatch.context() as patch:
            disk = Disk(patch, at, done=done)
            told = attempt(office, *COMMANDS[name])
        if disk.count < at:
            # A publication says which letters were not dispatched.
            assert told.returncode == (name == "publish"), told.stderr
            break
        assert told.returncode == 3, (at, told.stderr)
        assert "Input/output error" in told.stderr
        ledger = read_ledger(office)
        assert ledger.problems == (), at
        assert ledger.lines[: len(before)] == before
        stands = len(ledger.lines) > len(before)
        assert (STANDS in told.stderr) == stands, (at, told.stderr)
        stood.add(stands)
        attempt(office, *COMMANDS[name])
        assert "all as recorded" in command(office, "verify"), at
        assert len(read_ledger(office).lines) > len(before)
        shutil.rmtree(tmp_path / f"{at}", ignore_errors=True)
    else:
        pytest.fail(f"{name} does more to the disk than was tried")
    assert stood == {False, True}
