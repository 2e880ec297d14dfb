"""The values of ``data/inspection.yaml`` and ``data/inspectors.yaml``."""

from datetime import datetime
from typing import Literal, Self

from pydantic import (
    model_validator,
)

from hmic_letters.data.model.calendar import WEEKDAYS, in_words, london
from hmic_letters.data.model.fields import (
    Code,
    Count,
    Day,
    LocalTime,
    Particulars,
    Slug,
    Some,
    TemplateName,
    Text,
    TrueOrFalse,
    Value,
    wrong,
)


class Embargo(Value):
    """The moment before which nothing may be public, as London's clocks show it.

    A time that London's clocks skip or show twice is refused: zoneinfo says nothing of either.
    """

    until: LocalTime
    zone: Literal["Europe/London"]

    @model_validator(mode="after")
    def _exists_once(self) -> Self:
        # PEP 495: the offsets of the two folds differ if the clocks skip a time or show it twice.
        first, second = (self.moment.replace(fold=fold).utcoffset() for fold in (0, 1))
        assert first is not None
        assert second is not None
        if first != second:
            how = f"skip {self.time}" if first < second else f"show {self.time} twice"
            raise wrong(
                "embargo-time",
                f"London's clocks {how} on {in_words(self.until)}",
                "Choose a time outside the hour in which the clocks change.",
                "until",
            )
        return self

    @property
    def moment(self) -> datetime:
        """The aware moment.

        Compare it in UTC only. Why: Python compares two London times by wall clock.
        """
        return self.until.replace(tzinfo=london())

    @property
    def iso(self) -> str:
        """The moment as ``2014-09-04T00:01:00+01:00``, with London's offset on that day."""
        return self.moment.isoformat()

    @property
    def time(self) -> str:
        """The time of day as ``00:01``."""
        return f"{self.until:%H:%M}"

    @property
    def day(self) -> str:
        """The day as ``Thursday 4 September 2014``; the weekday is computed, never typed."""
        return f"{WEEKDAYS[self.until.weekday()]} {in_words(self.until)}"


class Allowance(Value):
    """Words that a check objects to and that stay, with the reason.

    ``check`` is the code of the problem, ``text`` the words that it is about.
    """

    check: Code
    text: Text
    reason: Text


class Theme(Value):
    """A part of the inspection; ``question`` completes 'assessed ... areas of police work'."""

    id: Slug
    heading: Text
    question: Text
    particulars: Particulars = {}


class Inspection(Value):
    """What is common to all the letters of one inspection.

    ``forces`` is the register: the slugs of the forces that the inspection covers, in the order in
    which their letters are made. ``template`` is a file in ``templates/``. ``page_limit`` is the
    number of pages that no letter exceeds. ``known_acronyms`` need no explanation in a letter;
    ``enclosure`` is the file of the report that goes out with every letter, a PDF, from the
    workspace's folder on. ``allowed`` is for the words of this file and of the templates.
    """

    title: Text
    former_title: Text
    short_title: Text
    fieldwork: Text
    letter_date: Day
    embargo: Embargo
    template: TemplateName
    themes: Some[Theme]
    forces: Some[Slug]
    page_limit: Count | None = None
    enclosure: Text | None = None
    known_acronyms: tuple[Text, ...] = ()
    particulars: Particulars = {}
    allowed: tuple[Allowance, ...] = ()


class Letterhead(Value):
    """The head of an office's letters. ``address`` is one line, divided as that office divides it.

    ``date_after_addressee`` tells where the office puts the date.
    """

    inspectorate: Text
    office: Text | None = None
    address: Text | None = None
    telephone: Text | None = None
    email: Text | None = None
    date_after_addressee: TrueOrFalse = False


class Inspector(Value):
    """An HM Inspector of Constabulary, who signs.

    ``name`` is absent where no document says who holds the post. ``honours`` are degrees or
    honours. ``template`` is the office's own edition of the letter, where it has one.
    """

    name: Text | None = None
    honours: Text | None = None
    honours_after_comma: TrueOrFalse = False
    signs_with_honours: TrueOrFalse = False
    title: Text
    region: Text | None = None
    letterhead: Letterhead
    template: TemplateName | None = None


class Inspectors(Value):
    """``data/inspectors.yaml``: the HM Inspectors by the slug that a force's file gives."""

    inspectors: dict[Slug, Inspector]
