"""The nouns of the trade, as frozen values: what the YAML files of a workspace may say.

A rule that one value can break by itself is kept here; what needs a second value is in checks.py.
"""

import re
import struct
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from functools import cache
from importlib import resources
from typing import Annotated, Any, Literal, Self, TypeVar
from zoneinfo import ZoneInfo

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    WithJsonSchema,
    model_validator,
)
from pydantic_core import PydanticCustomError

from hmic_letters.files import Edition
from hmic_letters.problem import Unavailable

# English whatever the machine's locale says.
WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
MONTHS = (
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
)


def in_words(day: date) -> str:
    """A date as a letter writes it: ``3 September 2014``."""
    return f"{day.day} {MONTHS[day.month - 1]} {day.year}"


def wrong(code: str, message: str, remedy: str, *at: str | int) -> PydanticCustomError:
    """A validator's complaint; load.py turns it into a Problem at the value's place, or at the one
    that the keys ``at`` lead to from there."""
    context = {"message": message, "remedy": remedy, "at": at}
    return PydanticCustomError(code, "{message}", context)


@cache
def _london() -> ZoneInfo:
    """London's zone out of the tzdata package: neither TZ nor a changed system zone moves it."""
    try:
        with resources.files("tzdata.zoneinfo.Europe").joinpath("London").open("rb") as file:
            return ZoneInfo.from_file(file, "Europe/London")
    except (ImportError, OSError, ValueError, struct.error) as error:
        raise Unavailable(
            f"London's time cannot be known: its zone in the package tzdata is no use ({error}). "
            "Set up again: 'rm -r .venv; make letters'."
        ) from None


def in_london(moment: datetime) -> datetime:
    """An aware moment as London's clocks show it."""
    return moment.astimezone(_london())


def _one_line(text: str) -> str:
    if not text.strip():
        raise wrong("empty", "the text is empty", "Write the text, or remove the whole entry.")
    if "\n" in text:
        raise wrong(
            "line-break",
            "there is a line break inside the text",
            "Write '>-' after the key, not '>' or '|'; remove a blank line, and extra spaces at "
            "the start of a line. A second paragraph is an entry of its own.",
        )
    return text


def _true_or_false(value: object) -> bool:
    if value not in ("true", "false"):
        raise wrong("true-or-false", f"'{value}' is neither true nor false", "Write true or false.")
    return value == "true"


def _count(value: object) -> int:
    if not re.fullmatch(COUNT, str(value)):
        raise wrong("not-a-count", f"'{value}' is not a count", "Write it in digits, as in 6.")
    return int(str(value))


def _named(pattern: str, remedy: str) -> AfterValidator:
    """Lets pass what matches the whole of ``pattern``."""

    def check(text: str) -> str:
        if not re.fullmatch(pattern, text):
            raise wrong("not-a-name", f"'{text}' cannot be a name here", remedy)
        return text

    return AfterValidator(check)


def _schema(pattern: str) -> WithJsonSchema:
    """What an editor is told of a text that matches the whole of ``pattern``."""
    return WithJsonSchema({"type": "string", "pattern": f"^({pattern})$"})


def _written(form: str, parse: Callable[[str], date], what: str, example: str) -> BeforeValidator:
    """Takes what has the whole of ``form`` and can be parsed."""

    def check(value: object) -> date:
        text = str(value)
        with suppress(ValueError):
            if re.fullmatch(form, text):
                return parse(text)
        raise wrong("date", f"'{text}' is not {what}", f"Write it like this: {example}.")

    return BeforeValidator(check)


def _particulars(value: object) -> object:
    if isinstance(value, str):
        return _one_line(value)
    if isinstance(value, list):
        return tuple(_particulars(item) for item in value)
    if isinstance(value, dict):
        return {_one_line(key): _particulars(item) for key, item in value.items()}
    raise wrong("no-value", "a key or an item has no value", "Write it, or remove the key.")


T = TypeVar("T")


def _not_empty(items: tuple[T, ...]) -> tuple[T, ...]:
    # pydantic's min_length also speaks where an item has a fault of its own.
    if not items:
        raise wrong("no-value", "the list is empty", "Add an entry.")
    return items


SLUG = "[a-z]+(-[a-z]+)*"
FINDING_ID = "[A-Za-z][A-Za-z0-9-]{0,15}"
TEMPLATE = r"[a-z0-9-]+\.html"
CODE = "[a-z]+(-[a-z]+)*"
EMAIL = r"[A-Za-z0-9._%+'-]+@[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)+"
DAY = "[0-9]{4}-[0-9]{2}-[0-9]{2}"
LOCAL_TIME = f"{DAY} [0-9]{{2}}:[0-9]{{2}}"
COUNT = "[1-9][0-9]{0,3}"

Some = Annotated[
    tuple[T, ...], AfterValidator(_not_empty), Field(json_schema_extra={"minItems": 1})
]
Text = Annotated[
    str, AfterValidator(_one_line), WithJsonSchema({"type": "string", "pattern": r"\S"})
]
Slug = Annotated[
    str, _named(SLUG, "Use small letters and hyphens, as in thames-valley."), _schema(SLUG)
]
FindingId = Annotated[
    str,
    _named(
        FINDING_ID,
        "Use a letter, then letters, digits and hyphens, 16 in all at most, as in AC7.",
    ),
    _schema(FINDING_ID),
]
# What one inspection's template needs and no other: texts, lists of them and keys with them.
Particulars = Annotated[dict[str, Any], BeforeValidator(_particulars)]
TemplateName = Annotated[
    str,
    _named(TEMPLATE, "Use the name of a file in templates/ that ends in .html."),
    _schema(TEMPLATE),
]
Email = Annotated[
    str, _named(EMAIL, "Use an address such as liaison@force.example."), _schema(EMAIL)
]
Code = Annotated[
    str,
    _named(CODE, "Use the word that stands in brackets in the problem, as in contraction."),
    _schema(CODE),
]
Day = Annotated[
    date,
    _written(DAY, date.fromisoformat, "a date (year, month, day)", "2014-09-03"),
    _schema(DAY),
]
LocalTime = Annotated[
    datetime,
    _written(
        LOCAL_TIME,
        datetime.fromisoformat,
        "a date (year, month, day) with a time",
        "2014-09-04 00:01",
    ),
    _schema(LOCAL_TIME),
]
Count = Annotated[int, BeforeValidator(_count), WithJsonSchema({"type": "integer", "minimum": 1})]
TrueOrFalse = Annotated[bool, BeforeValidator(_true_or_false)]


class Value(BaseModel):
    """What all the values share: unknown keys are refused, and nothing changes after reading."""

    model_config = ConfigDict(extra="forbid", frozen=True, defer_build=True)


class Embargo(Value):
    """The moment before which nothing may be public, as London's clocks show it.

    A time that London's clocks skip or show twice is refused: zoneinfo says nothing of either.
    """

    until: LocalTime
    zone: Literal["Europe/London"]

    @model_validator(mode="after")
    def _exists_once(self) -> Self:
        # PEP 495: the two folds of a time differ where it is skipped and where it comes twice.
        first, second = (self.moment.replace(fold=fold).utcoffset() for fold in (0, 1))
        assert first is not None
        assert second is not None
        if first != second:
            how = f"skip {self.time}" if first < second else f"show {self.time} twice"
            raise wrong(
                "embargo-time",
                f"London's clocks {how} on {in_words(self.until)}",
                "Choose a time outside the hour in which the clocks change.",
            )
        return self

    @property
    def moment(self) -> datetime:
        """The aware instant; compare it in UTC only, for two London times compare by the clock."""
        return self.until.replace(tzinfo=_london())

    @property
    def iso(self) -> str:
        """``2014-09-04T00:01:00+01:00``, the offset being London's on that day."""
        return self.moment.isoformat()

    @property
    def time(self) -> str:
        """``00:01``."""
        return f"{self.until:%H:%M}"

    @property
    def day(self) -> str:
        """``Thursday 4 September 2014``; the weekday is computed, never typed."""
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


class Addressee(Value):
    """To whom the letter goes. ``name`` is absent where no document says who held the office.

    With a ``postal_address`` (its lines after office and force) the head is a postal block, without
    it the office and the force share a line. ``email`` is where the letter is sent; no page has it.
    """

    style: Text | None = None
    name: Text | None = None
    honours: Text | None = None
    office: Text
    postal_address: tuple[Text, ...] = ()
    salutation: Text
    email: Email | None = None

    @property
    def in_full(self) -> str:
        """Who it is, with the office: 'Mr Andy Bliss QPM, Chief Constable'."""
        name = " ".join(filter(None, (self.style, self.name, self.honours))) if self.name else ""
        return f"{name}, {self.office}" if name else f"The {self.office}"


class CopiedTo(Value):
    """A person, or where nobody is named a post, that gets a copy."""

    name: Text | None = None
    post: Text
    email: Email | None = None

    @property
    def in_full(self) -> str:
        """Who it is: 'Kay Lancaster, HMIC Liaison Officer'."""
        return f"{self.name}, {self.post}" if self.name else f"The {self.post}"


class Finding(Value):
    """One finding. ``id`` stays with it for good, so that an accuracy check can speak of it."""

    id: FindingId
    text: Text
    points: tuple[Text, ...] = ()
    particulars: Particulars = {}


Group = Literal["name", "welsh_name", "chief_officer", "honours", "inspector", "region"]


class Force(Value):
    """One police force: its letter's addressee and findings.

    ``findings`` are in the order of the file, by the id of their theme. ``specimen`` marks a letter
    whose findings are no findings. ``aliases`` are what else the force is called and ``own_terms``
    what only it has, such as the name of a programme: neither may stand in another force's letter.
    ``allowed`` is for the words of this file. ``sources`` (documents), ``unconfirmed`` (what no
    document settles, whether the file leaves it out or not) and ``notes`` are for the record: never
    printed.
    """

    name: Text
    welsh_name: Text | None = None
    aliases: tuple[Text, ...] = ()
    own_terms: tuple[Text, ...] = ()
    specimen: TrueOrFalse = False
    region: Text | None = None
    inspector: Slug
    addressee: Addressee
    copied_to: tuple[CopiedTo, ...] = ()
    findings: dict[Slug, Some[Finding]]
    particulars: Particulars = {}
    allowed: tuple[Allowance, ...] = ()
    sources: dict[Group, tuple[Text, ...]] = {}
    unconfirmed: tuple[Group, ...] = ()
    notes: Text | None = None


class Medium(StrEnum):
    """What a letter is read on: one template makes both, so that the words are the same."""

    PAPER = "paper"
    SCREEN = "screen"


@dataclass(frozen=True)
class ThemeFindings:
    """A theme's findings about one force, in order."""

    heading: str
    particulars: Mapping[str, Any]
    findings: tuple[Finding, ...]


@dataclass(frozen=True)
class DraftProof:
    """What the draft of a letter says of itself; the days are in words."""

    number: int
    sent: str
    due: str


@dataclass(frozen=True)
class Worded:
    """A wording of a finding: its text, and the points under it."""

    text: str
    points: tuple[str, ...]


@dataclass(frozen=True)
class Answered:
    """What a force said in one point of its response, and what became of it: the finding as it was
    ``checked``, the ``proposed`` wording where the point is not that, and the ``agreed`` one."""

    id: str
    finding: str
    kind: str
    checked: Worded | None
    point: str
    proposed: Worded | None
    evidence: str | None
    decision: str
    agreed: Worded | None
    reason: str | None


class Change(StrEnum):
    """What became of a piece of text."""

    SAME = "same"
    INSERTED = "inserted"
    DELETED = "deleted"
    MOVED_FROM = "moved from here"
    MOVED_HERE = "moved here"


@dataclass(frozen=True)
class Piece:
    """Some words, and what became of them."""

    change: Change
    text: str


@dataclass(frozen=True)
class Passage:
    """One block of a letter, two versions of it laid into each other, in reading order.

    ``change`` is that of the block as a whole: SAME and MOVED_HERE also where words in it changed.
    """

    style: str
    finding: str
    change: Change
    pieces: tuple[Piece, ...]

    @property
    def is_changed(self) -> bool:
        """Whether anything in it is not as it was."""
        return any(piece.change is not Change.SAME for piece in self.pieces)

    @property
    def is_moved(self) -> bool:
        """Whether it is one of the two ends of a move."""
        return self.change in {Change.MOVED_FROM, Change.MOVED_HERE}

    @property
    def old(self) -> str:
        """The old version's words."""
        return "".join(piece.text for piece in self.pieces if piece.change is not Change.INSERTED)


@dataclass(frozen=True)
class Redline:
    """What changed between two versions: the passages in which something did, and the headings of
    their themes. ``old`` and ``new`` are the versions in words."""

    old: str
    new: str
    standing: tuple[Passage, ...]
    findings: tuple[Passage, ...]


@dataclass(frozen=True)
class Letter:
    """All that a template may say about one letter; its fields are the names a template uses.

    ``template`` is the file that renders it. ``date`` is in words. ``proof`` is there in the
    edition for the accuracy check alone, ``answers`` in the reply to a force's response and
    ``redline`` in what tells the changes.
    """

    template: str
    edition: Edition
    medium: Medium
    slug: str
    force: str
    specimen: bool
    inspection: Inspection
    date: str
    embargo: Embargo
    inspector: Inspector
    addressee: Addressee
    copied_to: tuple[CopiedTo, ...]
    particulars: Mapping[str, Any]
    themes: tuple[ThemeFindings, ...]
    proof: DraftProof | None = None
    answers: tuple[Answered, ...] = ()
    redline: Redline | None = None
