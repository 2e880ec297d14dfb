"""A list of every check, with its severity and its subject."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Generic, TypeVar

from hmic_letters.check.other_forces import findings, mentions, people
from hmic_letters.check.rules import characters, dates, leftovers, register, style, wording
from hmic_letters.check.templates import rendered
from hmic_letters.check.templates import rules as template_rules
from hmic_letters.data.passages import Flaw
from hmic_letters.problem import Fault, Severity

# The result of a check: a fault, a flaw of a passage, or a message about a letter.
F_co = TypeVar("F_co", covariant=True)


@dataclass(frozen=True)
class Check(Generic[F_co]):
    """A check, with the severity of its problems."""

    run: Callable[..., Iterator[F_co]]
    severity: Severity

    @property
    def code(self) -> str:
        """The word in brackets in each of its problems."""
        return self.run.__name__.replace("_", "-")


def _errors(*functions: Callable[..., Iterator[F_co]]) -> tuple[Check[F_co], ...]:
    return tuple(Check(function, Severity.ERROR) for function in functions)


def _warnings(*functions: Callable[..., Iterator[F_co]]) -> tuple[Check[F_co], ...]:
    return tuple(Check(function, Severity.WARNING) for function in functions)


# Checks of the files that all letters share.
WORKSPACE_CHECKS = _errors(
    register.repeated_theme,
    register.repeated_force,
    register.unknown_not_inspected,
    register.unread_not_inspected,
    register.accuracy_check_on_record,
    register.unknown_second_inspector,
    register.unknown_translation,
    register.letter_after_embargo,
    register.missing_template,
    template_rules.template_syntax,
    template_rules.merge_conflict,
    template_rules.unseen_in_template,
    template_rules.style_sheet_syntax,
    template_rules.template_of_another_inspection,
    template_rules.missing_include,
    template_rules.missing_resource,
    template_rules.undeclared_name,
) + _warnings(register.to_do, register.letter_long_before_embargo, template_rules.unused_value)
# Checks of the folder with the forces' files: they stop no letter.
REGISTER_CHECKS = _errors(register.not_registered)
# Checks of a force against the inspection and the HM Inspectors.
FORCE_CHECKS = _errors(
    register.unknown_region,
    register.unknown_theme,
    register.theme_without_findings,
    register.repeated_finding,
    register.unknown_inspector,
    register.inspector_of_another_region,
    register.honours_without_name,
    register.style_or_honours_twice,
) + _warnings(register.to_do_of_force)
# Checks of a force against the other forces.
AMONG_FORCES_CHECKS = _errors(
    people.name_of_another_force,
    people.addressee_of_another_force,
    people.address_of_another_force,
    people.addressee_made_for_another_force,
) + _warnings(people.salutation_of_another_person)
# Checks of every text in a file, even of texts that no letter prints.
DOCUMENT_CHECKS = _errors(characters.invisible_character)
# Checks of a passage alone.
PASSAGE_CHECKS = _errors(
    leftovers.placeholder,
    leftovers.markup,
    leftovers.damaged_text,
    leftovers.braces,
    leftovers.quoted_name,
    characters.foreign_letter,
    characters.unprintable_character,
) + _warnings(
    leftovers.square_brackets,
    leftovers.quoted_finding,
    characters.separate_accent,
    style.doubled_space,
    style.straight_quote,
    style.hyphen_as_dash,
    style.contraction,
    style.missing_full_stop,
    style.point_ending,
    style.doubled_word,
    style.stray_punctuation,
    style.open_bracket,
    style.typed_bullet,
    style.broken_word,
)
# Checks of a passage against the embargo.
PUBLICATION_CHECKS = _errors(dates.date_that_is_not, dates.date_against_embargo) + _warnings(
    dates.date_of_publication
)
# Checks of a passage against its force.
WORDING_CHECKS = _errors(
    wording.force_of_another_kind,
    wording.misnamed_force,
    wording.finding_in_a_specimen,
    wording.specimen_in_a_letter,
) + _warnings(wording.officer_of_another_kind)
# Checks of a passage against the other forces.
LEAK_CHECKS = _errors(
    mentions.another_force,
    mentions.officer_of_another_force,
    mentions.term_of_another_force,
    findings.finding_of_another_force,
    findings.finding_made_for_another_force,
) + _warnings(findings.common_finding, findings.shared_sentence, findings.repeated_text)
# Checks of all the passages of a letter.
LETTER_CHECKS = _warnings(
    findings.repeated_sentence, mentions.shared_term, style.unexplained_acronym
)

# Checks of a letter as its template renders it: the first, and if it finds nothing, the rest.
RENDERING_CHECKS = _errors(rendered.failing_template)
RENDERED_CHECKS = _errors(
    rendered.unsaid_embargo,
    rendered.unknown_element,
    rendered.misspelt_style,
    rendered.unseen_character,
)
# Checks of what goes with the letters.
BESIDE_CHECKS = _errors(rendered.template_beside_the_letter)
# Checks of a letter beside its public edition, once it is to be made.
EDITION_CHECKS = _errors(rendered.unlike_public)

CHECKS: tuple[Check[Fault | Flaw], ...] = (
    *WORKSPACE_CHECKS,
    *REGISTER_CHECKS,
    *FORCE_CHECKS,
    *AMONG_FORCES_CHECKS,
    *DOCUMENT_CHECKS,
    *PASSAGE_CHECKS,
    *PUBLICATION_CHECKS,
    *WORDING_CHECKS,
    *LEAK_CHECKS,
    *LETTER_CHECKS,
    *RENDERING_CHECKS,
    *RENDERED_CHECKS,
    *EDITION_CHECKS,
    *BESIDE_CHECKS,
)

# The codes that an entry under 'allowed' may name.
ALLOWABLE = frozenset(
    check.code
    for check in (
        *AMONG_FORCES_CHECKS,
        *PASSAGE_CHECKS,
        *PUBLICATION_CHECKS,
        *WORDING_CHECKS,
        *LEAK_CHECKS,
        *LETTER_CHECKS,
    )
)
