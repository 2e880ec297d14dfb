"""Try what a machine may do to every command that writes: tests/soak.py [ROUNDS] [SEED].

    kills    real runs killed at random moments: ROUNDS (default 200, some fifteen minutes)
    moments  each command, killed at each of its writes
    disk     each command, with EIO and ENOSPC before and after each thing that it asks of the disk
    pairs    each pair of commands, the second begun while the first waits before a rename

After each of them the record is verified, nothing may be lost, and a second run completes the
first.
"""

import errno
import itertools
import os
import random
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

from helpers import trade
from helpers.cleared import attempt, command
from helpers.running import COMMAND, run_killed
from hmic_letters.record.ledger import read_ledger
from hmic_letters.record.verify import verify
from hmic_letters.workspace.store import remove

# Makes a process wait before it gives a file or a folder its name.
SLOW = (
    "import os, sys, time\n"
    "def slow(call):\n"
    "    def late(*names, **folders):\n"
    "        time.sleep(0.05); return call(*names, **folders)\n"
    "    return late\n"
    "os.replace, os.rename = slow(os.replace), slow(os.rename)\n"
    "from hmic_letters.cli.main import main; main(sys.argv[1:], prog_name='hmic-letters')\n"
)


def kills(states: Path, room: Path, names: Sequence[str], rounds: int, seed: int) -> int:
    """Kill real runs before their end; a run that was quicker than the kill is run again."""
    chance = random.Random(seed)
    lasting = {}
    for name in names:
        office = shutil.copytree(states / name, room / "timed")
        begun = time.perf_counter()
        subprocess.run(
            [*COMMAND, *trade.COMMANDS[name]], cwd=office, capture_output=True, check=False
        )
        lasting[name] = time.perf_counter() - begun
        remove(office)
    for number in range(rounds):
        name = names[number % len(names)]
        while True:
            office = shutil.copytree(states / name, room / "killed")
            with subprocess.Popen(
                [*COMMAND, *trade.COMMANDS[name]],
                cwd=office,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
            ) as process:
                time.sleep(chance.uniform(0.2, 1) * lasting[name])
                process.kill()
            _look(office)
            _complete(states, name, office)
            remove(office)
            if process.returncode < 0:
                break
    return rounds


def moments(states: Path, room: Path) -> Iterator[tuple[str, int]]:
    """Kill each command at each of its writes. Raises AssertionError, also for a run that fails."""
    for name, words in trade.COMMANDS.items():
        for at in itertools.count(1):
            office = shutil.copytree(states / name, room / "killed")
            status = run_killed(*words, cwd=office, at=at)
            _look(office)
            _complete(states, name, office)
            remove(office)
            if status != -9:
                assert status == 0, (name, at, status)
                break
        yield name, at - 1


def disk(states: Path, room: Path) -> Iterator[tuple[str, int]]:
    """Let the disk fail at each moment of each command, before and after."""
    for name in trade.COMMANDS:
        count = 0
        for done, code in itertools.product((False, True), (errno.EIO, errno.ENOSPC)):
            for at in itertools.count(1):
                if not trade.fail_at(states, name, at, code, room / "failed", done=done):
                    break
                count += 1
        yield name, count


def pairs(states: Path, room: Path) -> int:
    """Run each pair of commands at once, from the workspace of the one that comes later."""
    count = 0
    for first, second in itertools.product(trade.COMMANDS, repeat=2):
        later = max(first, second, key=list(trade.COMMANDS).index)
        office = shutil.copytree(states / later, room / "paired")
        before = read_ledger(office).lines
        runs = [
            subprocess.Popen(
                [sys.executable, "-c", SLOW, *trade.COMMANDS[name]],
                cwd=office,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.PIPE,
                text=True,
            )
            for name in (first, second)
        ]
        for run in runs:
            told = run.communicate()[1]
            assert "Traceback" not in told, (first, second, told)
        _look(office)
        assert read_ledger(office).lines[: len(before)] == before, (first, second)
        remove(office)
        count += 1
    return count


def _look(office: Path) -> None:
    """Raise AssertionError for what no run may leave, however it ended."""
    problems = [one for one in verify(office, None)[1] if one.code != "record-changed"]
    assert problems == [], problems
    changed = [one for one in verify(office, None)[1] if one.severity == "error"]
    assert changed == [], changed
    for folder in ("dispatched", "published"):
        assert not list((office / folder).rglob(".*.part"))


def _complete(states: Path, name: str, office: Path) -> None:
    """Run a command again, and compare what there is now with what one whole run leaves."""
    attempt(office, *trade.COMMANDS[name])
    assert trade.result(office) == trade.result(states / f"{name}-done"), name
    if read_ledger(office).lines:
        assert "all as recorded" in command(office, "verify")


def main() -> None:
    """Do all four, and print how many of each."""
    asked = [int(word) for word in sys.argv[1:]]
    rounds, seed = (*asked, *(200, 6)[len(asked) :])
    with tempfile.TemporaryDirectory() as folder:
        states, room = Path(folder) / "states", Path(folder)
        trade.prepare(states)
        os.chdir(folder)
        # A fork of this process has no pool of processes: letters are printed in it.
        os.cpu_count = lambda: 1
        print(f"pairs: {pairs(states, room)}", flush=True)
        for name, count in moments(states, room):
            print(f"moments of {name}: {count} kills", flush=True)
        for name, count in disk(states, room):
            print(f"disk under {name}: {count} errors", flush=True)
        print(
            f"kills at random: {kills(states, room, list(trade.COMMANDS), rounds, seed)}",
            flush=True,
        )
    print("The record held each time.")


if __name__ == "__main__":
    main()
