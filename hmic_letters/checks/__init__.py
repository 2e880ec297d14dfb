"""The workspace -> what is wrong with it that no value shows by itself.

A check is a pure function that yields what it finds. Its name is the code of its problems, its
docstring their explanation; one that stands in none of the tuples below does not run.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Generic, TypeVar

from hmic_letters.checks import leaks, publication, register, style, templates, wording
from hmic_letters.load import Workspace
from hmic_letters.model import Allowance
from hmic_letters.passages import Flaw, Passage, passages, prose
from hmic_letters.problem import Fault, Problem, Severity, did_you_mean
from hmic_letters.source import Document

# What a check finds: a fault, a flaw of a passage, or what to say of a letter.
F_co = TypeVar("F_co", covariant=True)


@dataclass(frozen=True)
class Check(Generic[F_co]):
    """A check, with what its problems are."""

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


# Of what all the letters share.
WORKSPACE_CHECKS = _errors(
    register.repeated_theme,
    register.repeated_force,
    register.letter_after_embargo,
    register.missing_template,
    templates.template_syntax,
    templates.missing_include,
    templates.missing_resource,
    templates.undeclared_name,
) + _warnings(templates.unused_value)
# Of the folder, which stops no letter.
REGISTER_CHECKS = _errors(register.not_registered)
# Of a force and what it has to agree with.
FORCE_CHECKS = _errors(
    register.unknown_theme,
    register.theme_without_findings,
    register.repeated_finding,
    register.unknown_inspector,
    register.inspector_of_another_region,
    register.honours_without_name,
)
# Of a force among the others.
AMONG_FORCES_CHECKS = _errors(leaks.addressee_of_another_force) + _warnings(
    leaks.salutation_of_another_person
)
# Of every text of a file, printed or not.
DOCUMENT_CHECKS = _errors(style.invisible_character)
# Of a passage alone.
PASSAGE_CHECKS = _errors(wording.placeholder, style.foreign_letter) + _warnings(
    wording.braces,
    style.separate_accent,
    style.doubled_space,
    style.straight_quote,
    style.hyphen_as_dash,
    style.contraction,
    style.missing_full_stop,
    style.point_ending,
)
# Of a passage and the embargo.
PUBLICATION_CHECKS = _errors(publication.date_that_is_not, publication.date_against_embargo)
# Of a passage and its force.
WORDING_CHECKS = _errors(
    wording.force_of_another_kind, wording.finding_in_a_specimen, wording.specimen_in_a_letter
) + _warnings(wording.officer_of_another_kind)
# Of a passage and the other forces.
LEAK_CHECKS = _errors(
    leaks.another_force,
    leaks.officer_of_another_force,
    leaks.term_of_another_force,
    leaks.finding_of_another_force,
    leaks.finding_made_for_another_force,
) + _warnings(leaks.common_finding, leaks.repeated_text)
# Of all the passages of a letter.
LETTER_CHECKS = _warnings(leaks.shared_term, style.unexplained_acronym)

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
)


def check_register(workspace: Workspace) -> tuple[Problem, ...]:
    """The problems of the folder of the forces' files, which stop no letter."""
    return _sorted(_ask(REGISTER_CHECKS, workspace))


def check_workspace(workspace: Workspace) -> tuple[Problem, ...]:
    """The problems of what all letters share; an error among them stops every letter."""
    inspection, inspectors = workspace.inspection, workspace.inspectors
    found = [*inspection.problems, *inspectors.problems, *_ask(WORKSPACE_CHECKS, workspace)]
    said = [*prose(workspace.templates)]
    for document in (inspection.document, inspectors.document):
        found += _ask(DOCUMENT_CHECKS, document, workspace)
        said += passages(document)
    for passage in said:
        found += _of_passage(passage, None, workspace)
    allowances = inspection.value.allowed
    return _sorted(_allowed(found, allowances, inspection.document))


def check_force(slug: str, workspace: Workspace) -> tuple[Problem, ...]:
    """The problems of one force's file; an error among them stops its letter."""
    found = list(workspace.unread.get(slug, ()))
    allowances: tuple[Allowance, ...] = ()
    document = workspace.documents.get(slug)
    if document is None:
        return _sorted(found)
    found += _ask(DOCUMENT_CHECKS, document, workspace)
    letter = tuple(passages(document))
    for passage in letter:
        found += _of_passage(passage, slug, workspace)
    if force := workspace.forces.get(slug):
        found += force.problems
        found += _ask(FORCE_CHECKS, force, workspace)
        found += _ask(AMONG_FORCES_CHECKS, slug, workspace)
        for passage in letter:
            found += _flaws(WORDING_CHECKS, passage, force.value)
        allowances = force.value.allowed
    found += _ask(LETTER_CHECKS, _in_order(letter, workspace), slug, workspace)
    return _sorted(_allowed(found, allowances, document))


def _of_passage(passage: Passage, slug: str | None, workspace: Workspace) -> Iterator[Problem]:
    yield from _flaws(PASSAGE_CHECKS, passage)
    yield from _flaws(PUBLICATION_CHECKS, passage, workspace)
    yield from _flaws(LEAK_CHECKS, passage, slug, workspace)


def _in_order(letter: tuple[Passage, ...], workspace: Workspace) -> tuple[Passage, ...]:
    """The passages as the letter prints them: by the inspection's themes."""
    themes = [theme.id for theme in workspace.inspection.value.themes]

    def theme(passage: Passage) -> int:
        of_finding = passage.keys[:1] == ("findings",) and passage.keys[1] in themes
        return 1 + themes.index(str(passage.keys[1])) if of_finding else 0

    return tuple(sorted(letter, key=theme))


def _ask(checks: Iterable[Check[Fault]], *about: object) -> Iterator[Problem]:
    for check in checks:
        for fault in check.run(*about):
            yield _problem(check, fault)


def _flaws(checks: Iterable[Check[Flaw]], passage: Passage, *about: object) -> Iterator[Problem]:
    for check in checks:
        for flaw in check.run(passage, *about):
            said = passage.text[flaw.start : flaw.end] if flaw.about is None else flaw.about
            mend = () if flaw.new is None else passage.change(flaw.start, flaw.end, flaw.new)
            place = passage.place(flaw.start)
            yield _problem(check, Fault(place, flaw.message, flaw.remedy, said, mend))


def _problem(check: Check[Fault | Flaw], fault: Fault) -> Problem:
    remedy = f"{fault.remedy} --fix does so." if fault.mend else fault.remedy
    return Problem(
        fault.place, check.code, fault.message, remedy, check.severity, fault.about, fault.mend
    )


UNUSED = "unused-allowance"


def _allowed(
    problems: Iterable[Problem], allowances: tuple[Allowance, ...], document: Document
) -> Iterator[Problem]:
    """The problems less those that are allowed, and a warning for what allows nothing."""
    allowed = {(allowance.check, allowance.text): False for allowance in allowances}
    for problem in problems:
        if (problem.code, problem.about) in allowed:
            allowed[problem.code, problem.about] = True
        else:
            yield problem
    codes = [check.code for check in CHECKS]
    for number, allowance in enumerate(allowances):
        if not allowed[allowance.check, allowance.text]:
            known = allowance.check in codes
            yield Problem(
                document.place("allowed", number, "text" if known else "check"),
                UNUSED,
                f"nothing is wrong here with '{allowance.text}' that this would allow"
                if known
                else f"there is no check '{allowance.check}'",
                "Remove the entry, or correct its text."
                if known
                else did_you_mean(allowance.check, codes)
                or "Use the word in the problem's brackets.",
                Severity.WARNING,
            )


def _sorted(problems: Iterable[Problem]) -> tuple[Problem, ...]:
    return tuple(sorted(set(problems)))
