"""The order in which every command that writes calls the disk, as strace sees it.

A file gets its name when its content is on the disk, and the folder with the name follows at once.
"""

import re
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from helpers import trade
from helpers.running import COMMAND

pytestmark = pytest.mark.crash
CALL = re.compile(r"(fsync|rename\w*)\((.*)\) = 0$")
PLACE = re.compile(r'(?:\w+<([^>]*)>, )?"([^"]*)"')


def calls(office: Path, *words: str) -> list[list[tuple[str, ...]]]:
    """By process: what the disk has to keep ('fsync', a), and new names ('rename', a, b)."""
    logs = office.with_name("strace")
    logs.mkdir()
    tracing = ("strace", "-ff", "-y", "--seccomp-bpf", "-e", "trace=/^(fsync|rename.*)$", "-o")
    done = subprocess.run(
        [*tracing, logs / "of", *COMMAND, *words],
        cwd=office,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return [list(_calls(log, office)) for log in logs.iterdir()]


def _calls(log: Path, office: Path) -> Iterator[tuple[str, ...]]:
    for line in log.read_text("utf-8").splitlines():
        if call := CALL.search(line):
            if call[1] == "fsync":
                paths = [call[2].partition("<")[2].rstrip(">")]
            else:
                paths = [str(Path(at, name)) for at, name in PLACE.findall(call[2])]
            if paths[0].startswith(str(office)):
                yield call[1], *paths


@pytest.mark.parametrize("name", trade.COMMANDS)
def test_a_name_follows_its_content_and_its_folder_follows_the_name(
    name: str, states: Path, tmp_path: Path
) -> None:
    """The folder follows before the ledger speaks of the file, and before the command ends."""
    office = shutil.copytree(states / name, tmp_path / "office")
    ledger = []
    count = 0
    for asked in calls(office, *trade.COMMANDS[name]):
        kept: set[str] = set()
        waiting: set[str] = set()
        for call, old, *new in asked:
            if call == "fsync":
                kept.add(old)
                waiting.discard(old)
                continue
            assert old in kept, old
            if new[0].startswith(f"{office}/ledger/"):
                ledger.append(Path(new[0]).name)
                assert waiting == set(), new
            waiting.add(str(Path(new[0]).parent))
            count += 1
        assert waiting == set()
    assert count
    # The head speaks of both lines before the ledger is replaced, and of one after it. The first
    # head of all speaks of no line.
    lines = ledger.count("ledger.jsonl")
    first = ["head"] * (lines > 0 and not (states / name / "ledger").exists())
    assert ledger == first + ["head", "ledger.jsonl", "head"] * lines
    assert bool(lines) == (name not in {"fix", "schema", "generate", "archive"})
