"""Inspection + HM Inspector + force + edition -> the letter, as a value for templates."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from hmic_letters.data.emphasis import emphasised
from hmic_letters.data.load import Workspace
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
    """The findings about one force under one theme, in order.

    ``first`` is the number of the first one, counted through the letter.
    """

    heading: str | None
    layout: str
    first: int
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

    ``template`` is the file that renders it. ``date`` is in words. A letter without ``embargo`` may
    be published at any time. Only the edition for the accuracy check has a ``proof``, only a reply
    has ``answers``, only a redline has ``redline``.
    """

    template: str
    edition: Edition
    medium: Medium
    slug: str
    force: str
    specimen: bool
    inspection: Inspection
    date: str
    embargo: Embargo | None
    inspector: Inspector
    second_inspector: Inspector | None
    addressee: Addressee
    further_addressees: tuple[Addressee, ...]
    your_reference: str | None
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
    workspace: Workspace, slug: str, edition: Edition, proof: DraftProof | None = None
) -> Letter:
    """Compose a force's letter from values that have passed the checks.

    The edition for the accuracy check needs a ``proof``, and takes its day of sending as the date.
    Themes come in the inspection's order, findings within a theme in the order of the force's file.
    """
    force, inspection = workspace.forces[slug].value, workspace.inspection.value
    return Letter(
        template=workspace.template(slug),
        edition=edition,
        medium=Medium.PAPER,
        slug=slug,
        force=force.name,
        specimen=force.specimen,
        inspection=_without_translations(workspace),
        date=proof.sent if proof else in_words(workspace.letter_date(slug)),
        embargo=workspace.embargo(slug),
        inspector=workspace.inspector(slug),
        second_inspector=workspace.second_inspector(slug),
        addressee=force.addressee,
        further_addressees=force.further_addressees,
        your_reference=force.your_reference,
        copied_to=force.copied_to,
        particulars=emphasised(force.particulars),
        themes=tuple(_themes(inspection, force)),
        proof=proof,
    )


def _without_translations(workspace: Workspace) -> Inspection:
    """Return the inspection with each force once, also if it gets letters in two languages."""
    inspection = workspace.inspection.value
    if not inspection.translations:
        return inspection
    forces = tuple(slug for slug in inspection.forces if workspace.force_of(slug) == slug)
    return inspection.model_copy(update={"forces": forces})


def _printed(finding: Finding) -> Finding:
    """Return a finding whose marked words pages show as emphasis."""
    texts = {
        "text": emphasised(finding.text),
        "points": tuple(
            emphasised(point)
            if isinstance(point, str)
            else point.model_copy(
                update={"text": emphasised(point.text), "points": emphasised(point.points)}
            )
            for point in finding.points
        ),
        "particulars": emphasised(finding.particulars),
    }
    return finding.model_copy(update=texts)


def _themes(inspection: Inspection, force: Force) -> Iterator[ThemeFindings]:
    first = 1
    for theme in inspection.themes:
        findings = tuple(map(_printed, force.findings[theme.id]))
        yield ThemeFindings(theme.heading, theme.layout, first, theme.particulars, findings)
        first += len(findings)
