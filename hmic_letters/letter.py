"""Inspection + inspector + force + edition -> the letter: all that a template may say."""

from hmic_letters.files import Edition
from hmic_letters.model import (
    DraftProof,
    Force,
    Inspection,
    Inspector,
    Letter,
    Medium,
    ThemeFindings,
    in_words,
)


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
