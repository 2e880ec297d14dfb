"""The values of ``data/inspection.yaml`` and ``data/inspectors.yaml``."""

from datetime import datetime
from typing import Annotated, Literal, Self

from pydantic import Discriminator, Tag, model_validator

from hmic_letters.data.model.calendar import WEEKDAYS, in_words, london
from hmic_letters.data.model.fields import (
    ABSENT,
    PRESENT,
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
    Without,
    present_or_absent,
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
    """A part of the inspection; ``question`` completes 'assessed ... areas of police work'.

    ``layout`` says how a letter sets out the findings under it. Numbers go on through the letter.
    """

    id: Slug
    heading: Text | None = None
    question: Text | None = None
    layout: Literal["bullets", "paragraphs", "numbered"] = "bullets"
    particulars: Particulars = {}


class Recipients(Value):
    """The words for the bodies that the letters go to: a force, forces, and the chief officer."""

    one: Text = "force"
    many: Text = "forces"
    officer: Text = "chief officer"


class Inspection(Value):
    """What is common to all the letters of one inspection.

    ``forces`` is the register: the slugs of the forces, in the order in which their letters are
    made. ``not_inspected`` has those of them that get no letter this time, each with the reason.
    ``translations`` has letters of the register that are another force's letter in another
    language: the two go out and become public together, and count as one force. ``embargo`` and
    ``accuracy_check`` may have the key ``none`` instead, with the reason.
    ``second_inspector`` signs, too. ``template`` is a file in ``templates/``. ``page_limit`` is the
    number of pages that no letter exceeds. ``known_acronyms`` need no explanation in a letter;
    ``enclosure`` is the file of the report that goes out with every letter, a PDF, from the
    workspace's folder on. ``to_do`` has what somebody still has to do before any letter goes out.
    ``allowed`` is for the words of this file and of the templates.
    """

    title: Text
    former_title: Text | None = None
    short_title: Text | None = None
    fieldwork: Text | None = None
    letter_date: Day
    embargo: Annotated[
        Annotated[Embargo, Tag(PRESENT)] | Annotated[Without, Tag(ABSENT)],
        Discriminator(present_or_absent),
    ]
    accuracy_check: Without | None = None
    template: TemplateName
    second_inspector: Slug | None = None
    recipients: Recipients = Recipients()
    themes: tuple[Theme, ...] = ()
    to_do: tuple[Text, ...] = ()
    forces: Some[Slug]
    not_inspected: dict[Slug, Text] = {}
    translations: dict[Slug, Slug] = {}
    page_limit: Count | None = None
    enclosure: Text | None = None
    known_acronyms: tuple[Text, ...] = ()
    particulars: Particulars = {}
    allowed: tuple[Allowance, ...] = ()

    @property
    def shared_embargo(self) -> Embargo | None:
        """The embargo of all letters that have no other; None if this inspection has none."""
        return self.embargo if isinstance(self.embargo, Embargo) else None


class Letterhead(Value):
    """The head of an office's letters. ``address`` is one line, divided as that office divides it.

    ``date_after_addressee`` tells where the office puts the date.
    """

    inspectorate: Text
    office: Text | None = None
    address: Text | None = None
    telephone: Text | None = None
    fax: Text | None = None
    email: Text | None = None
    date_after_addressee: TrueOrFalse = False


class Inspector(Value):
    """An HM Inspector of Constabulary, who signs.

    ``name`` is absent where no document says who holds the post. ``honours`` are degrees or
    honours. ``second_title`` is that of another office that the same person holds. ``signature`` is
    a picture in ``templates/``. ``template`` is the office's own edition of the letter, where it
    has one.
    """

    name: Text | None = None
    honours: Text | None = None
    honours_after_comma: TrueOrFalse = False
    signs_with_honours: TrueOrFalse = False
    title: Text
    second_title: Text | None = None
    signature: Text | None = None
    region: Text | None = None
    letterhead: Letterhead
    template: TemplateName | None = None


class Inspectors(Value):
    """``data/inspectors.yaml``: the HM Inspectors by the slug that a force's file gives."""

    to_do: tuple[Text, ...] = ()
    inspectors: dict[Slug, Inspector]
