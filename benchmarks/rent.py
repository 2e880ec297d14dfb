"""The rent that each room of the patches pays: CPU time a letter with that room left out.

Each row is a process that prints all letters; the processes take turns, letter by letter, so that
whatever else the machine does meets them all. A room that does not bring 4% is to go.
"""

import argparse
import gc
import json
import os
import subprocess
import sys
import tempfile
import time
import zlib
from collections.abc import Sequence
from contextlib import ExitStack, nullcontext
from hashlib import sha256
from pathlib import Path

import pydyf
from measure import Table, Way, compared, write
from specimens import copy_project, set_own_words

from hmic_letters.data.load import load
from hmic_letters.letter.letter import compose
from hmic_letters.letter.render import Renderer
from hmic_letters.pdf import faster
from hmic_letters.workspace.paths import Edition

NOTHING, ALL = "nothing", "all rooms"
# Beside the rooms: pydyf compresses at its own level, cffi reads its declarations at each start.
COMPRESSION, DECLARATIONS = "compression", "declarations"
Ways = dict[str, list[str]]  # what each leaves out


def print_letters(workspace: Path, left_out: Sequence[str]) -> None:
    """Print the letters one by one, each when a line is read, and write the seconds it took.

    The line after the last letter is a digest of all letters.
    """
    import_without(left_out)
    from hmic_letters.pdf.press import Press  # noqa: PLC0415

    # As where letters are printed: no letter is stopped in its midst to look for garbage.
    gc.disable()
    read = load(workspace)
    renderer, press = Renderer(read.templates), Press(read.templates)
    press.warm_up()
    digest = sha256()
    for slug in read.slugs:
        letter = compose(read, slug, Edition.EMBARGOED)
        page = renderer.render(letter)
        input()
        began = time.process_time()
        digest.update(press.print(page, letter.template))
        print(time.process_time() - began, flush=True)
    print(digest.hexdigest(), flush=True)


def import_without(left_out: Sequence[str]) -> None:
    """Import what prints, with some of the patches not taken."""
    faster.ROOMS = tuple(room for room in faster.ROOMS if room not in left_out)
    if DECLARATIONS in left_out:
        faster.read_once = nullcontext  # type: ignore[assignment]
    from hmic_letters.pdf import engine  # noqa: F401, PLC0415

    if COMPRESSION in left_out:
        pydyf.zlib = zlib
    if "known_styles" in left_out:
        from hmic_letters.pdf.faster import known_styles  # noqa: PLC0415

        # Another room asks it.
        known_styles.known = lambda *_: None


def measured(workspace: Path, ways: Ways, count: int) -> dict[str, list[float]]:
    """Measure each way once: its CPU seconds for each of so many letters."""
    taken: dict[str, list[float]] = {name: [] for name in ways}
    digests = {}
    with ExitStack() as stack:
        processes = {
            name: stack.enter_context(
                subprocess.Popen(
                    [*OWN, "--workspace", workspace, "--without", json.dumps(left_out)],
                    stdin=subprocess.PIPE,
                    stdout=subprocess.PIPE,
                    text=True,
                )
            )
            for name, left_out in ways.items()
        }
        for _ in range(count):
            for name, process in processes.items():
                assert process.stdin
                assert process.stdout
                process.stdin.write("\n")
                process.stdin.flush()
                taken[name].append(float(process.stdout.readline()))
        for name, process in processes.items():
            assert process.stdout
            digests[name] = process.stdout.readline()
    del digests[COMPRESSION]
    assert len(set(digests.values())) == 1, "a room changes the bytes of letters"
    return taken


OWN = [sys.executable, __file__]


def of_letters(workspace: Path, rounds: int) -> Table:
    """Compare the ways by the least that each letter took in all rounds."""
    rooms = faster.ROOMS
    ways: Ways = {NOTHING: [], **{room: [room] for room in (*rooms, COMPRESSION)}, ALL: [*rooms]}
    count = len(list((workspace / "data/forces").glob("*.yaml")))
    least = {name: [float("inf")] * count for name in ways}
    for number in range(rounds):
        for name, seconds in measured(workspace, ways, count).items():
            least[name] = list(map(min, least[name], seconds))
        print(f"round {number + 1} of {rounds}", flush=True)
    title = f"(f) CPU time of a letter, of {count}, with a room of the patches left out"
    return compared(title, [Way(name, name, lambda: None) for name in ways], least)


def of_a_start(rounds: int) -> Table:
    """Compare what a process takes to import WeasyPrint, which each run does once."""
    ways: Ways = {NOTHING: [], DECLARATIONS: [DECLARATIONS]}
    taken: dict[str, list[float]] = {name: [] for name in ways}
    for _ in range(rounds):
        for name, left_out in ways.items():
            done = subprocess.run(
                [*OWN, "--import", "--without", json.dumps(left_out)],
                check=True,
                capture_output=True,
                text=True,
            )
            taken[name].append(float(done.stdout))
    title = "(g) CPU time to import WeasyPrint, once a run"
    return compared(title, [Way(name, name, lambda: None) for name in ways], taken)


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--rounds", type=int, default=5)
    arguments.add_argument("--workspace", type=Path)
    arguments.add_argument("--without", type=json.loads)
    arguments.add_argument("--import", action="store_true", dest="is_import")
    asked = arguments.parse_args()
    if asked.is_import:
        began = time.process_time()
        import_without(asked.without)
        print(time.process_time() - began)
    elif asked.without is not None:
        print_letters(asked.workspace, asked.without)
    else:
        # The declarations are written where Python keeps what it compiles.
        os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
        with tempfile.TemporaryDirectory() as folder:
            set_own_words(copy_project(Path(folder)))
            letters = of_letters(Path(folder), asked.rounds)
        write("rent", asked.rounds, [letters, of_a_start(4 * asked.rounds)])


if __name__ == "__main__":
    main()
