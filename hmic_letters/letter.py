"""Inspection + inspector + force + edition -> the letter: all that a template may say."""

from hmic_letters.files import Edition
from hmic_letters.model import (
    Force,
    Inspection,
    Inspector,
    Letter,
    Medium,
    ThemeFindings,
    in_words,
)


def compose(
    inspection: Inspection, inspector: Inspector, slug: str, force: Force, edition: Edition
) -> Letter:
    """Resolves one letter. The values must have passed checks.py.

    The findings are grouped in the inspection's order of themes, and stand in the file's order
    within a theme.
    """
    return Letter(
        template=inspector.template or inspection.template,
        edition=edition,
        medium=Medium.PAPER,
        slug=slug,
        force=force.name,
        specimen=force.specimen,
        inspection=inspection,
        date=in_words(inspection.letter_date),
        embargo=inspection.embargo,
        inspector=inspector,
        addressee=force.addressee,
        copied_to=force.copied_to,
        particulars=force.particulars,
        themes=tuple(
            ThemeFindings(theme.heading, theme.particulars, force.findings[theme.id])
            for theme in inspection.themes
        ),
    )
