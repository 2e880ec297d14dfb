"""The values of a force's file, ``data/forces/<slug>.yaml``."""

from typing import Literal

from hmic_letters.data.model.fields import (
    Email,
    FindingId,
    Particulars,
    Slug,
    Some,
    Text,
    TrueOrFalse,
    Value,
)
from hmic_letters.data.model.inspection import Allowance


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
