"""Kills real runs at random moments, and looks what they leave: tests/soak.py [ROUNDS] [SEED].

200 rounds, which is what is done without a number, take about ten minutes. After each kill the
record is verified and no letter may be half a letter; at the end everything is run to its end.
"""

import random
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from shutil import copytree

import pypdfium2

from helpers.cleared import CLEARED, attempt, attempt_process, command, prepare
from helpers.running import COMMAND
from hmic_letters.record.verify import verify

PROJECT = Path(__file__).parent.parent
AGAIN = ("--yes", "--reason", "The soak.")
RUNS = (
    ("generate", *CLEARED, "--force"),
    ("dispatch", *CLEARED, *AGAIN),
    ("publish",),
)


def soak(office: Path, rounds: int, seed: int) -> dict[str, int]:
    """Kills so many runs before their end, and says how many of each command. Raises AssertionError
    for what a killed run should not leave."""
    chance = random.Random(seed)
    command(office, "dispatch", *CLEARED, *AGAIN)
    lasting = {words: _seconds(office, words) for words in RUNS}
    killed = dict.fromkeys((words[0] for words in RUNS), 0)
    for number in range(rounds):
        words = RUNS[number % len(RUNS)]
        if words[0] == "publish":
            # So that there is something to publish.
            command(office, "dispatch", chance.choice(CLEARED), *AGAIN)
        # A run that was quicker than the kill is run again.
        while not _killed(office, words, chance.uniform(0.2, 1) * lasting[words]):
            _look(office)
            if words[0] == "publish":
                command(office, "dispatch", chance.choice(CLEARED), *AGAIN)
        killed[words[0]] += 1
        _look(office)
    for words in RUNS:
        done = attempt(office, *words)
        assert "Traceback" not in done.stderr
    command(office, "verify")
    command(office, "generate", *CLEARED)
    return killed


def _killed(office: Path, words: tuple[str, ...], after: float) -> bool:
    """Whether a run was killed after so many seconds, before its end."""
    with subprocess.Popen(
        [*COMMAND, *words], cwd=office, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    ) as process:
        time.sleep(after)
        process.kill()
    return process.returncode < 0


def _seconds(office: Path, words: tuple[str, ...]) -> float:
    begun = time.perf_counter()
    attempt_process(office, *words)
    return time.perf_counter() - begun


def _look(office: Path) -> None:
    problems = verify(office, None)[1]
    assert not problems, problems
    for folder in ("dispatched", "published"):
        assert not list((office / folder).rglob(".*.part"))
    for letter in (office / "letters/embargoed").glob("*.pdf"):
        with pypdfium2.PdfDocument(letter) as document:
            assert len(document) > 1


if __name__ == "__main__":
    asked = [int(word) for word in sys.argv[1:]]
    rounds, seed = (*asked, *(200, 6)[len(asked) :])
    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder) / "office"
        for name in ("data", "templates"):
            copytree(PROJECT / name, place / name)
        prepare(place)
        print(f"Killed in {rounds} rounds: {soak(place, rounds, seed)}; the record held each time.")
