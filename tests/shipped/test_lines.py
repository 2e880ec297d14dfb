"""The lines of the Hertfordshire letter break where those of the original break."""

import re
import subprocess
from pathlib import Path

from helpers.project import PROJECT

LONG = 60  # characters


def words(line: str) -> tuple[str, ...]:
    """The words of a line, without the bullet before them."""
    return tuple(re.sub(r"^(?:[^\w‘(]+|o\s+)(?=\S)", "", line.strip()).split())


def test_the_long_lines_break_where_the_original_breaks(letters: Path) -> None:
    seed = (PROJECT / "tests/seed-letter.txt").read_text("utf-8").splitlines()
    long = [words(line) for line in seed if len(line.strip()) > LONG]
    printed = subprocess.run(
        ["pdftotext", "-layout", letters / "hertfordshire.pdf", "-"],
        capture_output=True,
        text=True,
        check=True,
    )
    here = set(map(words, printed.stdout.splitlines()))
    assert len(long) == 84
    assert sum(line in here for line in long) >= 80
