"""The letter that was really sent, word for word."""

import re
from pathlib import Path

from helpers.reader import letter_words, lines, pages, tagged_text, without, words
from helpers.seed import SEED, long_lines, seed_words

NOTICE = "Embargoed. This letter must not be published before 00:01 on Thursday 4 September 2014."
LETTERHEAD = (
    "Her Majesty’s Inspectorate of Constabulary "
    "6th Floor | Globe House | 89 Eccleston Square | London SW1V 1PN "
    "Zoë Billingham BA Hons (Oxon) HM Inspector of Constabulary, Eastern Region"
)


def test_the_seed_is_whole() -> None:
    found = seed_words()
    assert found[:6] == ["3", "September", "2014", "Mr", "Andy", "Bliss"]
    assert found[-3:] == ["HMIC", "Liaison", "Officer"]
    assert len(found) == 1215


def test_the_pdf_says_the_seed_and_nothing_else(letters: Path) -> None:
    found = letter_words(letters / "hertfordshire.pdf", "Hertfordshire Constabulary")
    head = words(LETTERHEAD)
    assert without(found, NOTICE) == [*head, *seed_words()]


def test_the_lines_break_as_in_the_original(letters: Path) -> None:
    """The subject is larger, and two lines of the original have two spaces after a full stop."""
    pdf = letters / "hertfordshire.pdf"
    original, printed = long_lines(SEED.read_text("utf-8")), long_lines(lines(pdf))
    assert len(original) == 84
    assert sum(line in printed for line in original) >= 81
    assert len(pages(pdf)) == 4


def test_a_screen_reader_meets_the_notice_first(letters: Path) -> None:
    spoken = tagged_text(letters / "hertfordshire.pdf")
    # A name in the structure stands alone on its line, what it says in quotation marks.
    said = words(" ".join(re.findall(r'"([^"\n]*)"', spoken)))
    assert said[: len(words(NOTICE))] == words(NOTICE)
