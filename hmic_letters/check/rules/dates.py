"""Dates and times in prose, compared with the calendar and the embargo."""

import re
from collections.abc import Iterator
from datetime import date, time

from hmic_letters.data.load import Workspace
from hmic_letters.data.model.calendar import MONTHS, WEEKDAYS, in_words
from hmic_letters.data.model.inspection import Embargo, Inspection
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
# A passage with none of the first names no month; one with none of the second mentions no
# publication. Why: looking for these is faster than matching the patterns.
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
    """A date in prose exists and falls on the weekday typed with it.

    If no year is typed, the check takes the year of the embargo.
    """
    if not has_any(passage, MONTH_HINTS):
        return
    inspection = workspace.inspection.value
    for match in DATE.finditer(passage.text):
        day = _date(match, inspection)
        if day is None:
            yield Flaw(*match.span(), f"there is no '{match[0]}'", "Correct the date.")
        elif match["weekday"] and not WEEKDAYS[day.weekday()].startswith(match["weekday"]):
            yield Flaw(
                *match.span(),
                f"{in_words(day)} is a {WEEKDAYS[day.weekday()]}, not a {match['weekday']}",
                "Correct one or the other.",
            )


def date_against_embargo(
    passage: Passage, slug: str | None, workspace: Workspace
) -> Iterator[Flaw]:
    """Templates and inspection give dates and times of publication that agree with the embargo.

    The check reads sentences that mention the embargo or publication. A date that is not past is
    the day of the embargo in data/inspection.yaml. A weekday or a time of day in the future is that
    of the embargo, too. Midnight is not 00:01.
    """
    if slug is None:
        yield from _flaws(passage, slug, workspace)


def date_of_publication(passage: Passage, slug: str | None, workspace: Workspace) -> Iterator[Flaw]:
    """A force's file gives dates and times of this publication that agree with the embargo.

    The check reads sentences that mention HMIC, a report, a letter, an inspection, findings or
    'this'. They also mention the embargo or a future publication. A force decides when it publishes
    something itself: look which publication the sentence means.
    """
    if slug is not None:
        yield from _flaws(passage, slug, workspace, OURS)


def _flaws(
    passage: Passage,
    slug: str | None,
    workspace: Workspace,
    about: re.Pattern[str] | None = None,
) -> Iterator[Flaw]:
    own = workspace.forces.get(slug or "")
    inspection = workspace.inspection.value
    embargo = (own.value.embargo if own else None) or inspection.shared_embargo
    if embargo is None or not has_any(passage, EMBARGO_HINTS):
        return
    remedy = "Correct it."
    if passage.kind is Kind.PROSE:
        remedy = "Let the template take it from {{ embargo.day }} and {{ embargo.time }}."
    for sentence in SENTENCE.finditer(passage.text):
        ours = about is None or about.search(sentence[0])
        if not (ours and SPEAKS.search(sentence[0])):
            continue
        for match in _disagreeing(passage.text, sentence, inspection, embargo):
            yield Flaw(
                *match.span(),
                f"'{match[0]}' disagrees: the embargo lifts on {embargo.day} at {embargo.time}",
                remedy,
                allow=True,
            )


def _disagreeing(
    text: str, sentence: re.Match[str], inspection: Inspection, embargo: Embargo
) -> Iterator[re.Match[str]]:
    """Yield the dates, weekdays and times in a sentence that disagree with the embargo."""
    until = embargo.until
    to_come = EMBARGO.search(sentence[0]) or TO_COME.search(sentence[0])
    dates = [match for form in (DATE, FIGURES) for match in form.finditer(text, *sentence.span())]
    for match in dates:
        day = _date(match, inspection)
        # A past date belongs to an earlier publication.
        past = day is not None and day < inspection.letter_date and not to_come
        if day is not None and day != until.date() and not past:
            yield match
    if not to_come and not dates:
        return
    for form in (WEEKDAY, TIME):
        for match in form.finditer(text, *sentence.span()):
            if any(one.start() <= match.start() < one.end() for one in dates):
                continue
            if form is WEEKDAY:
                agrees = match[0] == WEEKDAYS[until.weekday()]
            else:
                past_it = text[: match.start()].endswith("past ")
                agrees = _time(match) in {None, until.time()} or past_it
            if not agrees:
                yield match


def _date(match: re.Match[str], inspection: Inspection) -> date | None:
    if match.re is FIGURES:
        year, month, day = (
            match[one] or match[other]
            for one, other in (
                ("year", "year_first"),
                ("month", "month_middle"),
                ("day", "day_last"),
            )
        )
    else:
        name = (match["month"] or match["month_first"])[:3]
        month = next(at for at, known in enumerate(MONTHS, 1) if known.startswith(name))
        year = match["year"] or match["year_last"] or _year_of(inspection)
        day = match["day"] or match["day_last"]
    try:
        return date(int(year), int(month), int(day))
    except ValueError:
        return None


def _year_of(inspection: Inspection) -> int:
    """Return the year of a date without one: that of the embargo, else of the letter."""
    embargo = inspection.shared_embargo
    return (embargo.until if embargo else inspection.letter_date).year


def _time(match: re.Match[str]) -> time | None:
    if match["word"]:
        return time(0 if match["word"].casefold() == "midnight" else 12)
    half = (match["half"] or match["full_half"] or "").casefold()
    if re.fullmatch(r"\d\.\d\d", match[0]):
        return None  # a figure such as 3.45
    hour = int(match["hour"] or match["full"])
    if half:
        hour = hour % 12 + 12 * (half == "pm")
    try:
        return time(hour, int(match["minute"] or 0))
    except ValueError:
        return None
