"""Dates and times that somebody typed in prose, against the calendar and the embargo."""

import re
from collections.abc import Iterator
from datetime import date, time

from hmic_letters.load import Workspace
from hmic_letters.model import MONTHS, WEEKDAYS, Inspection, in_words
from hmic_letters.passages import Flaw, Passage

_weekday = "|".join(f"{name[:3]}(?:{name[3:]})?" for name in WEEKDAYS)
_month = "|".join(f"{name[:3]}(?:t?{name[3:]})?\\.?" for name in MONTHS)
DATE = re.compile(
    rf"(?:\b(?P<weekday>{_weekday})\b\.?,?\s+)?(?:the\s+)?\b"
    rf"(?:(?P<day>\d{{1,2}})(?:st|nd|rd|th)?\s+(?:of\s+)?(?P<month>{_month})"
    rf"|(?P<month_first>{_month})\s+(?P<day_last>\d{{1,2}})(?:st|nd|rd|th)?)(?![\d\w])"
    r"(?:,?\s+(?P<year>(?:19|20)\d\d)\b)?"
)
# What has none of these names no month, or speaks of no publication, and is read faster so.
MONTH_HINTS = tuple(name[:3] for name in MONTHS)
EMBARGO_HINTS = ("mbargo", "MBARGO", "ublish", "ublic", "elease")
WEEKDAY = re.compile(rf"\b(?:{'|'.join(WEEKDAYS)})\b")
TIME = re.compile(
    r"(?<![\d.,£])(?P<hour>\d{1,2})(?P<divider>[:.])(?P<minute>\d\d)(?!\d|\.\d|%| ?per cent)"
    r"(?:\s?(?P<half>am|pm)\b)?"
    r"|(?<![\d.,£:])(?P<full>\d{1,2})\s?(?P<full_half>am|pm)\b|\b(?P<word>midnight|noon|midday)\b",
    re.IGNORECASE,
)
SENTENCE = re.compile(r"[^\n]*?(?:[.!?](?=\s|$)|\n|$)")
EMBARGOED = re.compile(
    r"\bembargo|\b(?:will|must|to|may|can|shall|should|not|due|going|until|before)\b[^.]*"
    r"\b(?:publish|publication|made public|released?\b)",
    re.IGNORECASE,
)


def date_that_is_not(passage: Passage, workspace: Workspace) -> Iterator[Flaw]:
    """A date typed in prose exists, and falls on the weekday typed with it.

    Where no year is typed, it is the year of the embargo.
    """
    if not any(hint in passage.text for hint in MONTH_HINTS):
        return
    inspection = workspace.inspection.value
    for found in DATE.finditer(passage.text):
        day = _date(found, inspection)
        if day is None:
            yield Flaw(*found.span(), f"there is no '{found[0]}'", "Correct the date.")
        elif found["weekday"] and not WEEKDAYS[day.weekday()].startswith(found["weekday"]):
            yield Flaw(
                *found.span(),
                f"{in_words(day)} is a {WEEKDAYS[day.weekday()]}, not a {found['weekday']}",
                "Correct one or the other.",
            )


def date_against_embargo(passage: Passage, workspace: Workspace) -> Iterator[Flaw]:
    """What a sentence says of publication agrees with the embargo in data/inspection.yaml.

    Asked of sentences that speak of the embargo or of what will or must not be published: a date, a
    weekday or a time of day in them is that of the embargo. Midnight is not 00:01.
    """
    if not any(hint in passage.text for hint in EMBARGO_HINTS):
        return
    inspection = workspace.inspection.value
    embargo = inspection.embargo
    for sentence in SENTENCE.finditer(passage.text):
        if not EMBARGOED.search(sentence[0]):
            continue
        disagrees = f"the embargo lifts on {embargo.day} at {embargo.time}"
        remedy = "Correct it; a template takes it from {{ embargo.day }} and {{ embargo.time }}."
        dates = list(DATE.finditer(passage.text, *sentence.span()))
        for found in dates:
            day = _date(found, inspection)
            if day is not None and day != embargo.until.date():
                yield Flaw(*found.span(), f"'{found[0]}' disagrees: {disagrees}", remedy)
        for found in WEEKDAY.finditer(passage.text, *sentence.span()):
            in_date = any(at.start() <= found.start() < at.end() for at in dates)
            if not in_date and found[0] != WEEKDAYS[embargo.until.weekday()]:
                yield Flaw(*found.span(), f"'{found[0]}' disagrees: {disagrees}", remedy)
        for found in TIME.finditer(passage.text, *sentence.span()):
            at = _time(found)
            if at is not None and at != embargo.until.time():
                yield Flaw(*found.span(), f"'{found[0]}' disagrees: {disagrees}", remedy)


def _date(found: re.Match[str], inspection: Inspection) -> date | None:
    month = (found["month"] or found["month_first"])[:3]
    number = next(at for at, name in enumerate(MONTHS, 1) if name.startswith(month))
    year = int(found["year"] or inspection.embargo.until.year)
    try:
        return date(year, number, int(found["day"] or found["day_last"]))
    except ValueError:
        return None


def _time(found: re.Match[str]) -> time | None:
    if found["word"]:
        return time(0 if found["word"].casefold() == "midnight" else 12)
    half = (found["half"] or found["full_half"] or "").casefold()
    if re.fullmatch(r"\d\.\d\d", found[0]):
        return None  # a figure
    hour = int(found["hour"] or found["full"])
    if half:
        hour = hour % 12 + 12 * (half == "pm")
    try:
        return time(hour, int(found["minute"] or 0))
    except ValueError:
        return None
