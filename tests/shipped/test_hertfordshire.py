"""The letter that was really sent, word for word."""

import re
from pathlib import Path

from helpers.reader import letter_words, tagged_text, without, words
from helpers.seed import seed_words

NOTICE = "Embargoed This letter must not be published before 00:01 on Thursday 4 September 2014."
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
    found, head = without(found, NOTICE), words(LETTERHEAD)
    assert found[: len(head)] == head
    # poppler takes a hyphen at the end of a line for one that only divides a word.
    assert _without_hyphens(found[len(head) :]) == _without_hyphens(seed_words())


def _without_hyphens(words: list[str]) -> list[str]:
    return [word.replace("-", "") for word in words]


def test_a_screen_reader_meets_the_notice_first(letters: Path) -> None:
    spoken = tagged_text(letters / "hertfordshire.pdf")
    # A name in the structure stands alone on its line, what it says in quotation marks.
    said = words(" ".join(re.findall(r'"([^"\n]*)"', spoken)))
    assert said[: len(words(NOTICE))] == words(NOTICE)
