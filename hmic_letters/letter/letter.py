"""Inspection + inspector + force + edition -> the letter: all that a template may say."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from hmic_letters.data.model.calendar import in_words
from hmic_letters.data.model.force import Addressee, CopiedTo, Finding, Force
from hmic_letters.data.model.inspection import Embargo, Inspection, Inspector
from hmic_letters.letter.changes import Redline
from hmic_letters.workspace.paths import Edition


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


def compose(
    inspection: Inspection,
    inspector: Inspector,
    slug: str,
    force: Force,
    edition: Edition,
    proof: DraftProof | None = None,
) -> Letter:
    """Resolves one letter. The values must have passed checks.py.

    The edition for the accuracy check has a ``proof`` and bears the day on which that is sent. The
    findings are grouped in the inspection's order of themes, and stand in the file's order within a
    theme.
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
