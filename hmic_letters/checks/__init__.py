"""The workspace -> what is wrong with it that no value shows by itself.

A check is a pure function that yields what it finds. Its name is the code of its problems, its
docstring their explanation; one that stands in none of the tuples below does not run.
"""

import json
import re
from collections.abc import Callable, Collection, Iterable, Iterator
from dataclasses import dataclass
from typing import Generic, TypeVar

from hmic_letters.checks import leaks, publication, register, style, templates, wording
from hmic_letters.files import MARKER
from hmic_letters.load import Workspace
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
) + _warnings(register.letter_long_before_embargo, templates.unused_value)
# Of the folder, which stops no letter.
REGISTER_CHECKS = _errors(register.not_registered)
# Of a force and what it has to agree with.
FORCE_CHECKS = _errors(
    register.unknown_region,
    register.unknown_theme,
    register.theme_without_findings,
    register.repeated_finding,
    register.unknown_inspector,
    register.inspector_of_another_region,
    register.honours_without_name,
    register.style_or_honours_twice,
)
# Of a force among the others.
AMONG_FORCES_CHECKS = _errors(
    leaks.name_of_another_force,
    leaks.addressee_of_another_force,
    leaks.addressee_made_for_another_force,
) + _warnings(leaks.salutation_of_another_person)
# Of every text of a file, printed or not.
DOCUMENT_CHECKS = _errors(style.invisible_character)
# Of a passage alone.
PASSAGE_CHECKS = _errors(
    wording.placeholder, wording.damaged_text, style.foreign_letter, style.unprintable_character
) + _warnings(
    wording.braces,
    wording.square_brackets,
    style.separate_accent,
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
# Of a passage and the embargo.
PUBLICATION_CHECKS = _errors(
    publication.date_that_is_not, publication.date_against_embargo
) + _warnings(publication.date_of_publication)
# Of a passage and its force.
WORDING_CHECKS = _errors(
    wording.force_of_another_kind,
    wording.misnamed_force,
    wording.finding_in_a_specimen,
    wording.specimen_in_a_letter,
) + _warnings(wording.officer_of_another_kind)
# Of a passage and the other forces.
LEAK_CHECKS = _errors(
    leaks.another_force,
    leaks.officer_of_another_force,
    leaks.term_of_another_force,
    leaks.finding_of_another_force,
    leaks.finding_made_for_another_force,
) + _warnings(leaks.common_finding, leaks.shared_sentence, leaks.repeated_text)
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


def check_register(workspace: Workspace) -> tuple[Problem, ...]:
    """The problems of the folder of the forces' files, which stop no letter."""
    return _sorted(_ask(REGISTER_CHECKS, workspace))


def check_workspace(workspace: Workspace) -> tuple[Problem, ...]:
    """The problems of what all letters share; an error among them stops every letter."""
    inspection, inspectors = workspace.inspection, workspace.inspectors
    found = [*inspection.problems, *inspectors.problems, *_ask(WORKSPACE_CHECKS, workspace)]
    said = [*prose(workspace.templates)]
    for document in (inspection.document, inspectors.document):
        found += _ask(DOCUMENT_CHECKS, document)
        said += passages(document)
    for passage in said:
        found += _of_passage(passage, None, workspace)
    return _sorted(_allowed(found, inspection.document))


def check_force(slug: str, workspace: Workspace) -> tuple[Problem, ...]:
    """The problems of one force's file; an error among them stops its letter."""
    found = list(workspace.unread.get(slug, ()))
    document = workspace.documents.get(slug)
    if document is None:
        return _sorted(found)
    found += _ask(DOCUMENT_CHECKS, document)
    letter = passages(document)
    for passage in letter:
        found += _of_passage(passage, slug, workspace)
    if force := workspace.forces.get(slug):
        found += force.problems
        found += _ask(FORCE_CHECKS, force, workspace)
        found += _ask(AMONG_FORCES_CHECKS, slug, workspace)
        for passage in letter:
            found += _flaws(WORDING_CHECKS, passage, force.value)
    found += _ask(LETTER_CHECKS, _in_order(letter, workspace), slug, workspace)
    return _sorted(_allowed(found, document))


def check_documents(documents: Iterable[Document]) -> tuple[Problem, ...]:
    """The problems of some forces' files that need nothing else to be seen."""
    problems: list[Problem] = []
    for document in documents:
        found = [*_ask(DOCUMENT_CHECKS, document)]
        for passage in passages(document):
            found += _flaws(PASSAGE_CHECKS, passage)
        # What the file allows besides cannot be asked for.
        problems += [one for one in _allowed(found, document) if one.code != UNUSED]
    return _sorted(problems)


def _of_passage(passage: Passage, slug: str | None, workspace: Workspace) -> Iterator[Problem]:
    yield from _flaws(PASSAGE_CHECKS, passage)
    yield from _flaws(PUBLICATION_CHECKS, passage, slug, workspace)
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
            fault = Fault(
                place, flaw.message, flaw.remedy, said, passage.finding_id, mend, flaw.allow
            )
            yield _problem(check, fault)


def _problem(check: Check[Fault | Flaw], fault: Fault) -> Problem:
    remedy = fault.remedy
    if fault.mend:
        remedy += " --fix does so."
    if fault.allow:
        plain = re.fullmatch(r"[A-Za-z][\w’ .-]*", fault.about)
        text = fault.about if plain else json.dumps(fault.about, ensure_ascii=False)
        entry = f"- {{check: {check.code}, text: {text}, reason: ...}}"
        remedy += f" If it is right, put this under 'allowed:' {_where(fault)}: {entry}"
    return Problem(
        fault.place,
        check.code,
        fault.message,
        remedy,
        check.severity,
        fault.about,
        fault.finding,
        fault.mend,
    )


def _where(fault: Fault) -> str:
    return "in this file" if fault.place.path.suffix == ".yaml" else f"in {MARKER}"


UNUSED = "unused-allowance"


# What these say depends on other files too, whose changes must not make an entry wrong.
OF_OTHER_FILES = {"shared-term", "shared-sentence", "common-finding"}


def _allowed(problems: Iterable[Problem], document: Document) -> Iterator[Problem]:
    """The problems less those that the file allows, and a warning for what allows nothing."""
    problems = list(problems)
    allowances = _allowances(document)
    used = set()
    for problem in problems:
        names = {(problem.code, problem.about), (problem.code, problem.finding)}
        if allowing := names & allowances.keys():
            used |= allowing
        else:
            yield problem
    for (check, text), number in allowances.items():
        if (check, text) in used or check in OF_OTHER_FILES:
            continue
        if check not in ALLOWABLE:
            yield _unused(document, number, "check", f"there is no check '{check}'", ALLOWABLE)
        else:
            words = [problem.about for problem in problems if problem.code == check]
            message = f"nothing is wrong here with '{text}' that this would allow"
            yield _unused(document, number, "text", message, words)


def _allowances(document: Document) -> dict[tuple[str, str], int]:
    """Check and text of each entry under 'allowed', whatever else is wrong with the file."""
    allowances = {}
    number = 0
    while document.has("allowed", number):
        check, text = (document.text("allowed", number, key) for key in ("check", "text"))
        if check and text and document.text("allowed", number, "reason"):
            allowances[check, text] = number
        number += 1
    return allowances


def _unused(
    document: Document, number: int, key: str, message: str, known: Collection[str]
) -> Problem:
    place = document.place("allowed", number, key)
    words = document.text("allowed", number, key) or ""
    remedy = did_you_mean(words, known) or "Remove the entry, or give it the words to the letter."
    return Problem(place, UNUSED, message, remedy, Severity.WARNING)


def _sorted(problems: Iterable[Problem]) -> tuple[Problem, ...]:
    return tuple(sorted(set(problems)))
