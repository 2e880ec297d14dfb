"""What ten times the letters take: time a letter, and memory of a process that prints.

    python benchmarks/scale.py [COUNT]...          default: 43 430

The letters are Kent's specimen under made-up names; each count is one run from nothing.
"""

import os
import platform
import re
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

PROJECT = Path(__file__).parent.parent
OURS = Path(sys.executable).with_name("hmic-letters")
DIGITS = ("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine")


def name(number: int) -> str:
    """A name that no other number has, in letters alone."""
    return " ".join(DIGITS[int(digit)] for digit in f"{number:05}").title()


def workspace(folder: Path, count: int) -> None:
    """A workspace with so many specimens."""
    for part in ("data", "templates"):
        shutil.copytree(PROJECT / part, folder / part)
    forces = folder / "data/forces"
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


def main() -> None:
    print(f"{platform.machine()}, {os.cpu_count()} processors, Python {platform.python_version()}")
    for count in map(int, sys.argv[1:] or ("43", "430")):
        with tempfile.TemporaryDirectory() as temporary:
            folder = Path(temporary)
            workspace(folder, count)
            began = time.perf_counter()
            subprocess.run([OURS, "generate"], cwd=folder, check=True, stderr=subprocess.DEVNULL)
            taken = time.perf_counter() - began
        peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
        print(f"{count:6} letters {taken:8.1f} s, {taken / count * 1000:6.1f} ms a letter")
        print(f"{'':6} largest process so far: {peak:.0f} MiB")


if __name__ == "__main__":
    main()
