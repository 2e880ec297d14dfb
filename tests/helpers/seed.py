"""The letter that was really sent."""

import re

from helpers.project import PROJECT
from helpers.reader import words

SEED = PROJECT / "tests/seed-letter.txt"


def seed_words() -> list[str]:
    """The seed's words without the marks of its extraction: page breaks, bullets, sub-bullets."""
    text = SEED.read_text("utf-8").replace("\f", "\n")
    text = re.sub(r"[\ue000-\uf8ff]", " ", text)
    text = re.sub(r"^o ", "", text, flags=re.MULTILINE)
    return words(text)


def long_lines(text: str) -> list[str]:
    """The lines of 60 characters and more, without bullets, each with single spaces."""
    lines = (
        re.sub(r"^([o•○]\s|[\ue000-\uf8ff])", "", line.strip()) for line in re.split("[\f\n]", text)
    )
    spaced = (" ".join(line.split()) for line in lines)
    return [line for line in spaced if len(line) >= 60]
