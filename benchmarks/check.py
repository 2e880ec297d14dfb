"""How long ``hmic-letters check`` takes, against importing the libraries that it needs.

``make bench`` runs it. Both are whole processes, run in turn; the figures are medians, the ratio is
what counts.
"""

import platform
import statistics
import subprocess
import sys
import time
from pathlib import Path

PROJECT = Path(__file__).parent.parent
ROUNDS = 15
COMMANDS = {
    "import click, yaml, jinja2, pydantic": ["-c", "import click, yaml, jinja2, pydantic"],
    "hmic-letters check (43 files)": ["-m", "hmic_letters", "check"],
}


def seconds(arguments: list[str]) -> float:
    """The wall time of one process."""
    start = time.perf_counter()
    subprocess.run([sys.executable, *arguments], cwd=PROJECT, check=True, capture_output=True)
    return time.perf_counter() - start


def main() -> None:
    taken: dict[str, list[float]] = {name: [] for name in COMMANDS}
    for _ in range(ROUNDS):
        for name, arguments in COMMANDS.items():
            taken[name].append(seconds(arguments))
    print(f"{platform.machine()}, Python {platform.python_version()}, median of {ROUNDS}")
    medians = [statistics.median(times) for times in taken.values()]
    for name, median in zip(COMMANDS, medians, strict=True):
        print(f"{median * 1000:8.0f} ms  {median / medians[0]:5.2f}  {name}")


if __name__ == "__main__":
    main()
