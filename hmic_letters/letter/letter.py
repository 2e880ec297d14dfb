"""Inspection + HM Inspector + force + edition -> the letter, as a value for templates."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from hmic_letters.data.model.calendar import in_words
from hmic_letters.data.model.force import Addressee, CopiedTo, Finding, Force
from hmic_letters.data.model.inspection import Embargo, Inspection, Inspector
from hmic_letters.letter.changes import Redline
from hmic_letters.workspace.paths import Edition

# The templates of what goes with a letter.
REPLY, REDLINE = "reply.html", "redline.html"
MARK, MESSAGE, INDEX = "mark.html", "dispatch.txt", "index.html"


class Medium(StrEnum):
    """A medium of a letter. Why one template makes both: so that the words are the same."""

    PAPER = "paper"
    SCREEN = "screen"


@dataclass(frozen=True)
class ThemeFindings:
    """The findings about one force under one theme, in order."""

    heading: str
    particulars: Mapping[str, Any]
    findings: tuple[Finding, ...]


@dataclass(frozen=True)
class DraftProof:
    """The number and the days that a proof prints; the days are in words."""

    number: int
    sent: str
    due: str


@dataclass(frozen=True)
class Worded:
    """A wording of a finding: its text and the points under it."""

    text: str
    points: tuple[str, ...]


@dataclass(frozen=True)
class Answered:
    """One point of a force's response, with the office's answer.

    ``checked`` is the finding that the force saw. ``proposed`` is the force's wording, if it is not
    the point itself. ``agreed`` is the wording that the letter gets.
    """

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


@dataclass(frozen=True)
class Letter:
    """The data of one letter for its template, which uses the names of the fields.

    ``template`` is the file that renders it. ``date`` is in words. Only the edition for the
    accuracy check has a ``proof``, only a reply has ``answers``, only a redline has ``redline``.
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


@dataclass(frozen=True)
class Listed:
    """A force in the index of the public letters."""

    slug: str
    force: str
    is_public: bool


def compose(
    inspection: Inspection,
    inspector: Inspector,
    slug: str,
    force: Force,
    edition: Edition,
    proof: DraftProof | None = None,
) -> Letter:
    """Compose one letter from values that have passed the checks.

    The edition for the accuracy check needs a ``proof``, and takes its day of sending as the date.
    Themes come in the inspection's order, findings within a theme in the order of the force's file.
    """
    return Letter(
        template=inspector.template or inspection.template,
        edition=edition,
        medium=Medium.PAPER,
        slug=slug,
        force=force.name,
        specimen=force.specimen,
        inspection=inspection,
        date=proof.sent if proof else in_words(inspection.letter_date),
        embargo=inspection.embargo,
        inspector=inspector,
        addressee=force.addressee,
        copied_to=force.copied_to,
        particulars=force.particulars,
        themes=tuple(
            ThemeFindings(theme.heading, theme.particulars, force.findings[theme.id])
            for theme in inspection.themes
        ),
        proof=proof,
    )
