"""The values of a force's file, ``data/forces/<slug>.yaml``."""

from typing import Annotated, Literal

from pydantic import Discriminator, Tag

from hmic_letters.data.model.fields import (
    KEYS,
    TEXT,
    Day,
    Email,
    FindingId,
    Particulars,
    Slug,
    Some,
    TemplateName,
    Text,
    TrueOrFalse,
    Value,
    text_or_keys,
)
from hmic_letters.data.model.inspection import Allowance, Embargo

UNDER = "– "  # before a point under a point


class Addressee(Value):
    """To whom the letter goes. ``name`` is absent where no document says who held the office.

    With a ``postal_address`` (its lines after office and force) the head is a postal block, without
    it the office and the force share a line. An addressee that is the body itself has its name as
    the office. ``email`` is where the letter is sent; no page has it.
    """

    style: Text | None = None
    name: Text | None = None
    honours: Text | None = None
    office: Text
    postal_address: tuple[Text, ...] = ()
    salutation: Text | None = None
    email: Email | None = None

    @property
    def in_full(self) -> str:
        """The addressee with the office: 'Mr Andy Bliss QPM, Chief Constable'."""
        name = " ".join(filter(None, (self.style, self.name, self.honours))) if self.name else ""
        return f"{name}, {self.office}" if name else f"The {self.office}"


class CopiedTo(Value):
    """A person, or where nobody is named a post, that gets a copy."""

    name: Text | None = None
    post: Text
    email: Email | None = None

    @property
    def in_full(self) -> str:
        """The person with the post: 'Kay Lancaster, HMIC Liaison Officer'."""
        return f"{self.name}, {self.post}" if self.name else f"The {self.post}"


class LongPoint(Value):
    """A point under a finding that has points of its own."""

    text: Text
    points: Some[Text]


class Finding(Value):
    """One finding. ``id`` stays with it for good, so that an accuracy check can speak of it."""

    id: FindingId
    text: Text
    points: tuple[
        Annotated[
            Annotated[Text, Tag(TEXT)] | Annotated[LongPoint, Tag(KEYS)],
            Discriminator(text_or_keys),
        ],
        ...,
    ] = ()
    particulars: Particulars = {}

    @property
    def lines(self) -> tuple[str, ...]:
        """The points, each on a line; a point under a point begins with a dash."""
        return tuple(
            line
            for point in self.points
            for line in (
                (point,)
                if isinstance(point, str)
                else (point.text, *(f"{UNDER}{under}" for under in point.points))
            )
        )


Group = Literal["name", "welsh_name", "chief_officer", "honours", "inspector", "region"]


class Force(Value):
    """One police force: its letter's addressee and findings.

    ``findings`` are in the order of the file, by the id of their theme. ``letter_date``,
    ``embargo``, ``template`` and ``second_inspector`` are there if this letter has others than the
    inspection. ``further_addressees`` get the letter, too. ``specimen`` marks a letter
    whose findings are no findings. ``aliases`` are what else the force is called and ``own_terms``
    what only it has, such as the name of a programme: neither may stand in another force's letter.
    ``allowed`` is for the words of this file. ``sources`` (documents), ``unconfirmed`` (what no
    document settles, whether the file leaves it out or not) and ``notes`` are for the record: never
    printed. ``to_do`` has what somebody still has to do before the letter goes out.
    """

    name: Text
    welsh_name: Text | None = None
    aliases: tuple[Text, ...] = ()
    own_terms: tuple[Text, ...] = ()
    specimen: TrueOrFalse = False
    region: Text | None = None
    inspector: Slug
    second_inspector: Slug | None = None
    letter_date: Day | None = None
    embargo: Embargo | None = None
    template: TemplateName | None = None
    your_reference: Text | None = None
    addressee: Addressee
    further_addressees: tuple[Addressee, ...] = ()
    copied_to: tuple[CopiedTo, ...] = ()
    findings: dict[Slug, tuple[Finding, ...]] = {}
    particulars: Particulars = {}
    allowed: tuple[Allowance, ...] = ()
    sources: dict[Group, tuple[Text, ...]] = {}
    unconfirmed: tuple[Group, ...] = ()
    to_do: tuple[Text, ...] = ()
    notes: Text | None = None
