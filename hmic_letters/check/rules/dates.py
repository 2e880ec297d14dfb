"""Dates and times that somebody typed in prose, against the calendar and the embargo."""

import re
from collections.abc import Iterator
from datetime import date, time

from hmic_letters.data.load import Workspace
from hmic_letters.data.model.calendar import MONTHS, WEEKDAYS, in_words
from hmic_letters.data.model.inspection import Inspection
from hmic_letters.data.passages import Flaw, Kind, Passage, has_any

_weekday = "|".join(f"{name[:3]}(?:{name[3:]})?" for name in WEEKDAYS)
_month = "|".join(f"{name[:3]}(?:t?{name[3:]})?\\.?" for name in MONTHS)
_year = r"(?:19|20)\d\d"
# '4 September', '4th Sept 2014', 'September 4, 2014'; not 'In February 30 of 70 officers'.
DATE = re.compile(
    rf"(?:\b(?P<weekday>{_weekday})\b\.?,?\s+)?(?:the\s+)?\b"
    rf"(?:(?P<day>\d{{1,2}})(?:st|nd|rd|th)?\s+(?:of\s+)?(?P<month>{_month})(?![\d\w])"
    rf"(?:,?\s+(?P<year>{_year})\b)?"
    rf"|(?P<month_first>{_month})\s+(?P<day_last>\d{{1,2}})(?:st|nd|rd|th)?,?\s+"
    rf"(?P<year_last>{_year})\b)"
)
# '4/9/2014' and '2014-09-04'.
FIGURES = re.compile(
    rf"\b(?:(?P<day>\d{{1,2}})[/.](?P<month>\d{{1,2}})[/.](?P<year>{_year})"
    rf"|(?P<year_first>{_year})-(?P<month_middle>\d\d)-(?P<day_last>\d\d))\b"
)
# What has none of these names no month, or speaks of no publication, and is read faster so.
MONTH_HINTS = tuple(name[:3] for name in MONTHS)
EMBARGO_HINTS = ("mbargo", "MBARGO", "ublish", "ublication", "made public")
WEEKDAY = re.compile(rf"\b(?:{'|'.join(WEEKDAYS)})\b")
TIME = re.compile(
    r"(?<![\d.,£])(?P<hour>\d{1,2})(?P<divider>[:.])(?P<minute>\d\d)(?!\d|\.\d|%| ?per cent)"
    r"(?:\s?(?P<half>am|pm)\b)?"
    r"|(?<![\d.,£:])(?P<full>\d{1,2})\s?(?P<full_half>am|pm)\b|\b(?P<word>midnight|noon|midday)\b",
    re.IGNORECASE,
)
SENTENCE = re.compile(r"[^\n]*?(?:[.!?](?=\s|$)|\n|$)")
SPEAKS = re.compile(r"\bembargo|\bpubli(?:sh|cation)|\bmade public\b", re.IGNORECASE)
EMBARGO = re.compile(r"\bembargo", re.IGNORECASE)
OURS = re.compile(
    r"\b(?:HMIC|report|letter|inspection|findings|embargoed)\b|^\s*This\b"
    r"|\bnot be (?:publish|made public)"
)
TO_COME = re.compile(
    r"\b(?:will|must|may|can|shall|should|is|are|was|were|not|due|going|now)\b(?: \w+,?){0,3}? "
    r"(?:be |to )+(?:published|made public|released|publish|release)\b|\bpublication (?:is|will)\b"
    r"|\b(?:before|until) publication\b|\bnot be published\b",
    re.IGNORECASE,
)


def date_that_is_not(
    passage: Passage,
    slug: str | None,  # noqa: ARG001
    workspace: Workspace,
) -> Iterator[Flaw]:
    """A date typed in prose exists, and falls on the weekday typed with it.

    Where no year is typed, it is the year of the embargo.
    """
    if not has_any(passage, MONTH_HINTS):
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


def date_against_embargo(
    passage: Passage, slug: str | None, workspace: Workspace
) -> Iterator[Flaw]:
    """What the templates and the inspection say of publication agrees with the embargo.

    Asked of sentences that speak of the embargo or of publication: a date that is not past, and a
    weekday or a time of day of what is to come, are those of the embargo in data/inspection.yaml.
    Midnight is not 00:01.
    """
    if slug is None:
        yield from _flaws(passage, workspace)


def date_of_publication(passage: Passage, slug: str | None, workspace: Workspace) -> Iterator[Flaw]:
    """What a force's file says of this publication agrees with the embargo.

    Asked of sentences that speak of HMIC, a report, a letter, an inspection, findings or of 'this',
    and of the embargo or of what will be published. What the force publishes is its own affair:
    look which it is.
    """
    if slug is not None:
        yield from _flaws(passage, workspace, OURS)


def _flaws(
    passage: Passage, workspace: Workspace, about: re.Pattern[str] | None = None
) -> Iterator[Flaw]:
    if not has_any(passage, EMBARGO_HINTS):
        return
    inspection = workspace.inspection.value
    embargo = inspection.embargo
    remedy = "Correct it."
    if passage.kind is Kind.PROSE:
        remedy = "Let the template take it from {{ embargo.day }} and {{ embargo.time }}."
    for sentence in SENTENCE.finditer(passage.text):
        ours = about is None or about.search(sentence[0])
        if not (ours and SPEAKS.search(sentence[0])):
            continue
        for found in _disagreeing(passage.text, sentence, inspection):
            yield Flaw(
                *found.span(),
                f"'{found[0]}' disagrees: the embargo lifts on {embargo.day} at {embargo.time}",
                remedy,
                allow=True,
            )


def _disagreeing(
    text: str, sentence: re.Match[str], inspection: Inspection
) -> Iterator[re.Match[str]]:
    """The dates, weekdays and times of a sentence on publication that are not the embargo's."""
    until = inspection.embargo.until
    to_come = EMBARGO.search(sentence[0]) or TO_COME.search(sentence[0])
    dates = [found for form in (DATE, FIGURES) for found in form.finditer(text, *sentence.span())]
    for found in dates:
        day = _date(found, inspection)
        # What is past was published then.
        past = day is not None and day < inspection.letter_date and not to_come
        if day is not None and day != until.date() and not past:
            yield found
    if not to_come and not dates:
        return
    for form in (WEEKDAY, TIME):
        for found in form.finditer(text, *sentence.span()):
            if any(one.start() <= found.start() < one.end() for one in dates):
                continue
            if form is WEEKDAY:
                agrees = found[0] == WEEKDAYS[until.weekday()]
            else:
                past_it = text[: found.start()].endswith("past ")
                agrees = _time(found) in {None, until.time()} or past_it
            if not agrees:
                yield found


def _date(found: re.Match[str], inspection: Inspection) -> date | None:
    if found.re is FIGURES:
        year, month, day = (
            found[one] or found[other]
            for one, other in (
                ("year", "year_first"),
                ("month", "month_middle"),
                ("day", "day_last"),
            )
        )
    else:
        name = (found["month"] or found["month_first"])[:3]
        month = next(at for at, known in enumerate(MONTHS, 1) if known.startswith(name))
        year = found["year"] or found["year_last"] or inspection.embargo.until.year
        day = found["day"] or found["day_last"]
    try:
        return date(int(year), int(month), int(day))
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
