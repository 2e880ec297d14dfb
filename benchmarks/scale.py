"""What ten and a hundred times the letters take, and ten and a hundred times the findings.

Time a letter and a page, and memory of a process that prints, in rounds that run in turn. The
letters are Kent's specimen under made-up names, each with words of its own. 4,300 of them take some
minutes a round.
"""

import argparse
import re
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from contextlib import suppress
from functools import partial
from pathlib import Path

import psutil
import pypdfium2
from measure import Table, Way, compared, measure, run, write
from specimens import copy_project, set_own_words

OURS = Path(sys.executable).with_name("hmic-letters")
DIGITS = ("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine")


def name(number: int) -> str:
    """A name that no other number has, in letters alone."""
    return " ".join(DIGITS[int(digit)] for digit in f"{number:05}").title()


def workspace(folder: Path, count: int) -> None:
    """A workspace with so many specimens."""
    forces = copy_project(folder)
    kent = (forces / "kent.yaml").read_text("utf-8")
    shutil.rmtree(forces)
    forces.mkdir()
    inspection = folder / "data/inspection.yaml"
    slugs = [f"specimen-{name(number).lower().replace(' ', '-')}" for number in range(count)]
    register = "".join(f"  - {slug}\n" for slug in slugs)
    shared = re.sub("(?<=\nforces:\n)(  - [a-z-]+\n)+", register, inspection.read_text("utf-8"))
    inspection.write_text(shared, "utf-8")
    for number, slug in enumerate(slugs):
        text = kent.replace("Kent Police", f"Specimen {name(number)} Police")
        text = text.replace("aliases: [Kent]", f"aliases: [Specimen {name(number)}]")
        text = text.replace("  style: Mr\n  name: Alan Pughsley\n", "")
        text = text.replace("Dear Alan", "Dear Chief Constable")
        (forces / f"{slug}.yaml").write_text(text, "utf-8")
    set_own_words(forces)


class Watch:
    """Looks every fiftieth of a second how much memory a run's processes have."""

    def __init__(self) -> None:
        self.largest = 0  # bytes of a process that prints
        self.holder = 0  # bytes of the one that reads and writes

    def run(self, command: list[str | Path], folder: Path) -> float:
        """Seconds that the command takes."""
        began = time.perf_counter()
        with subprocess.Popen(
            command, cwd=folder, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        ) as process:
            own = psutil.Process(process.pid)
            while process.poll() is None:
                with suppress(psutil.Error):
                    self.holder = max(self.holder, own.memory_info().rss)
                    for child in own.children(recursive=True):
                        with suppress(psutil.Error):
                            self.largest = max(self.largest, child.memory_info().rss)
                time.sleep(0.02)
        taken = time.perf_counter() - began
        assert process.returncode == 0
        return taken


def many(counts: list[int], rounds: int, folder: Path) -> tuple[Table, dict[str, object]]:
    """So many letters from nothing: time a letter, and the largest process that prints."""
    ways: list[Way] = []
    taken: dict[str, list[float]] = {}
    memory: dict[str, dict[str, list[int]]] = {}
    for count in counts:
        workspace(folder / str(count), count)
        ways.append(Way(f"{count} letters, a letter", "nothing", lambda: None, count))
    for number in range(rounds):
        for way in ways:
            place = folder / str(way.share)
            shutil.rmtree(place / "letters", ignore_errors=True)
            watch = Watch()
            seconds = watch.run([OURS, "generate"], place)
            taken.setdefault(way.name, []).append(seconds / way.share)
            found = memory.setdefault(way.name, {"prints": [], "holds": []})
            found["prints"].append(watch.largest >> 20)
            found["holds"].append(watch.holder >> 20)
            print(f"round {number + 1}: {way.share} letters {seconds:.1f} s", flush=True)
    table = compared("(d) so many letters", ways, taken)
    held = {
        way: {kind: statistics.median(values) for kind, values in kinds.items()}
        for way, kinds in memory.items()
    }
    for name_of, kinds in held.items():
        print(f"{name_of}: MiB that prints {kinds['prints']}, that holds {kinds['holds']}")
    return table, {"MiB": held}


def long(counts: list[int], rounds: int, folder: Path) -> Table:
    """One letter with so many findings: time a page."""
    ways = []
    for count in counts:
        place = folder / f"long-{count}"
        workspace(place, 1)
        (path,) = (place / "data/forces").iterdir()
        text = path.read_text("utf-8")
        head, _, rest = text.partition("findings:\n")
        rest = re.split("^[a-z]", rest, maxsplit=1, flags=re.MULTILINE)[0]
        themes = re.findall("^  ([a-z-]+):$", rest, re.MULTILINE)
        edit = place / "data/inspection.yaml"
        edit.write_text(re.sub("page_limit.*\n", "", edit.read_text("utf-8")), "utf-8")
        findings = "".join(
            f"  {theme}:\n"
            + "".join(
                f"    - id: F{at}-{number}\n      text: >-\n        {said(count, at, number)}\n"
                for number in range(count // len(themes) + (at < count % len(themes)))
            )
            for at, theme in enumerate(themes)
        )
        path.write_text(f"{head}findings:\n{findings}", "utf-8")
        again(place)
        (letter,) = (place / "letters/embargoed").glob("*.pdf")
        with pypdfium2.PdfDocument(letter) as document:
            pages = len(document)
        name = f"{count} findings, {pages} pages, a page"
        ways.append(Way(name, "nothing", partial(again, place), pages))
    return measure("(e) one letter with so many findings", ways, rounds)


def again(place: Path) -> None:
    """Makes the letters of a workspace, though nothing has changed."""
    run([OURS, "generate", "--force"], place)


def said(count: int, theme: int, number: int) -> str:
    """The text of a finding that no other has."""
    return (
        f"Specimen text, no finding: number {name(number)} of theme {name(theme)}, one of {count} "
        "in a letter that is made to see how long it takes, in as many words as a finding has, "
        "which are some forty, so that two or three lines of the page are filled by each of them."
    )


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--rounds", type=int, default=5)
    arguments.add_argument("--letters", type=int, nargs="+", default=[43, 430, 4300])
    arguments.add_argument("--findings", type=int, nargs="+", default=[20, 200, 2000])
    asked = arguments.parse_args()
    with tempfile.TemporaryDirectory() as temporary:
        table = long(asked.findings, asked.rounds, Path(temporary))
        letters, memory = many(asked.letters, asked.rounds, Path(temporary))
    write("scale", asked.rounds, [letters, table], memory)


if __name__ == "__main__":
    main()
