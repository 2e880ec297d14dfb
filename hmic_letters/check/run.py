"""Run the checks on a workspace.

They report problems that no single value shows. A check is a pure function that yields faults or
flaws. Its name is the code of its problems, and its docstring explains them. A check runs only if
the catalogue lists it.
"""

import json
import re
from collections.abc import Iterable, Iterator
from functools import lru_cache

from hmic_letters.check.allowances import UNUSED, without_allowed
from hmic_letters.check.catalogue import (
    AMONG_FORCES_CHECKS,
    BESIDE_CHECKS,
    DOCUMENT_CHECKS,
    EDITION_CHECKS,
    FORCE_CHECKS,
    LEAK_CHECKS,
    LETTER_CHECKS,
    PASSAGE_CHECKS,
    PUBLICATION_CHECKS,
    REGISTER_CHECKS,
    RENDERED_CHECKS,
    RENDERING_CHECKS,
    WORDING_CHECKS,
    WORKSPACE_CHECKS,
    Check,
)
from hmic_letters.check.checked import changed_after_closing
from hmic_letters.check.templates.rendered import Said, renderings, said, said_beside
from hmic_letters.data.load import Workspace
from hmic_letters.data.passages import Flaw, Kind, Passage, passages, prose
from hmic_letters.data.source import Document
from hmic_letters.problem import Fault, Problem, errors
from hmic_letters.workspace.paths import MARKER


def check_register(workspace: Workspace) -> tuple[Problem, ...]:
    """Return the problems of the folder with the forces' files, which stop no letter."""
    return _sorted(_run_checks(REGISTER_CHECKS, workspace))


def check_workspace(workspace: Workspace) -> tuple[Problem, ...]:
    """Return the problems that all letters share; an error among them stops every letter."""
    inspection, inspectors = workspace.inspection, workspace.inspectors
    problems = [
        *inspection.problems,
        *inspectors.problems,
        *_run_checks(WORKSPACE_CHECKS, workspace),
    ]
    shared: list[Passage] = []
    for document in (inspection.document, inspectors.document):
        problems += _run_checks(DOCUMENT_CHECKS, document)
        shared += passages(document)
    for passage in shared:
        problems += _of_passage(passage, None, workspace)
    problems += _of_prose(workspace)
    return _sorted(without_allowed(problems, inspection.document))


def check_force(slug: str, workspace: Workspace) -> tuple[Problem, ...]:
    """Return the problems of one force's file; an error among them stops its letter."""
    problems = list(workspace.unread.get(slug, ()))
    document = workspace.documents.get(slug)
    if document is None:
        return _sorted(problems)
    problems += _run_checks(DOCUMENT_CHECKS, document)
    letter = passages(document)
    for passage in letter:
        problems += _of_passage(passage, slug, workspace)
    if force := workspace.forces.get(slug):
        problems += force.problems
        problems += _run_checks(FORCE_CHECKS, force, workspace)
        problems += _run_checks(AMONG_FORCES_CHECKS, slug, workspace)
        for passage in letter:
            problems += _flaws(WORDING_CHECKS, passage, force.value)
    problems += _run_checks(LETTER_CHECKS, _in_order(letter, workspace), slug, workspace)
    problems = list(without_allowed(problems, document))
    if not errors(problems) and renderings(workspace).is_possible:
        problems += _of_letter(slug, workspace)
    return _sorted(problems)


def _of_letter(slug: str, workspace: Workspace) -> list[Problem]:
    """Return the problems of a force's letter as its template renders it."""
    if problems := list(_run_checks(RENDERING_CHECKS, slug, workspace)):
        return problems
    words: list[Problem] = []
    for passage in said(slug, workspace):
        words += _of_words(workspace, str(passage.keys[0]), passage.text)
    allowed = without_allowed(words, workspace.inspection.document)
    # Why not unused entries: some allow problems that only other letters have.
    return [
        *_run_checks(RENDERED_CHECKS, slug, workspace),
        *(one for one in allowed if one.code != UNUSED),
    ]


def check_beside(workspace: Workspace) -> tuple[Problem, ...]:
    """Return the problems of what goes with the letters: no letter waits for these."""
    problems = list(_run_checks(BESIDE_CHECKS, workspace))
    for passage in said_beside(workspace):
        problems += _of_words(workspace, str(passage.keys[0]), passage.text)
    allowed = without_allowed(problems, workspace.inspection.document)
    return _sorted(one for one in allowed if one.code != UNUSED)


def check_editions(slug: str, workspace: Workspace) -> tuple[Problem, ...]:
    """Return the differences of a force's public letter, which it may not have; it has no errors.

    Why apart: no other letter is like it, and only a letter that is made has a public edition.
    """
    return _sorted(_run_checks(EDITION_CHECKS, slug, workspace))


@lru_cache(maxsize=2)
def _of_prose(workspace: Workspace) -> tuple[Problem, ...]:
    """Return the problems of the templates' prose as it is in the files."""
    templates = prose(workspace.templates)
    return tuple(one for passage in templates for one in _of_passage(passage, None, workspace))


@lru_cache(maxsize=4096)
def _of_words(workspace: Workspace, template: str, text: str) -> tuple[Problem, ...]:
    """Return the problems of words that a template says, which its file does not show."""
    passage = Said(text, Kind.PROSE, workspace.templates, (template,))
    shown = {(one.code, one.about): one.place for one in _of_prose(workspace)}
    return tuple(
        one
        for one in _of_passage(passage, None, workspace)
        if (one.code, one.about) not in shown
        or (one.place.line and one.place.line != shown[one.code, one.about].line)
    )


def check_documents(documents: Iterable[Document]) -> tuple[Problem, ...]:
    """Return the problems of some forces' files that these files alone show."""
    problems: list[Problem] = []
    for document in documents:
        unfiltered = [*_run_checks(DOCUMENT_CHECKS, document)]
        for passage in passages(document):
            unfiltered += _flaws(PASSAGE_CHECKS, passage)
        # Why not unused entries: some of them allow problems that only other checks report.
        problems += [one for one in without_allowed(unfiltered, document) if one.code != UNUSED]
    return _sorted(problems)


def _of_passage(passage: Passage, slug: str | None, workspace: Workspace) -> Iterator[Problem]:
    yield from _flaws(PASSAGE_CHECKS, passage)
    yield from _flaws(PUBLICATION_CHECKS, passage, slug, workspace)
    yield from _flaws(LEAK_CHECKS, passage, slug, workspace)


def _in_order(letter: tuple[Passage, ...], workspace: Workspace) -> tuple[Passage, ...]:
    """Sort the passages as the letter prints them: by the inspection's themes."""
    themes = [theme.id for theme in workspace.inspection.value.themes]

    def theme(passage: Passage) -> int:
        of_finding = passage.keys[:1] == ("findings",) and passage.keys[1] in themes
        return 1 + themes.index(str(passage.keys[1])) if of_finding else 0

    return tuple(sorted(letter, key=theme))


def _run_checks(checks: Iterable[Check[Fault]], *about: object) -> Iterator[Problem]:
    for check in checks:
        for fault in check.run(*about):
            yield _problem(check, fault)


def _flaws(checks: Iterable[Check[Flaw]], passage: Passage, *about: object) -> Iterator[Problem]:
    for check in checks:
        for flaw in check.run(passage, *about):
            about_words = passage.text[flaw.start : flaw.end] if flaw.about is None else flaw.about
            mend = () if flaw.new is None else passage.change(flaw.start, flaw.end, flaw.new)
            place = passage.place(flaw.start)
            fault = Fault(
                place, flaw.message, flaw.remedy, about_words, passage.finding_id, mend, flaw.allow
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


def _sorted(problems: Iterable[Problem]) -> tuple[Problem, ...]:
    return tuple(sorted(set(problems)))


def review(workspace: Workspace, slugs: Iterable[str]) -> tuple[Problem, ...]:
    """Return the problems that all letters share and those of some forces, sorted."""
    problems = [*check_register(workspace), *check_workspace(workspace), *check_beside(workspace)]
    for slug in slugs:
        problems += check_force(slug, workspace)
        problems += workspace.unread_checks.get(slug, ())
        if changed := changed_after_closing(workspace, slug):
            problems.append(changed)
    # Why a set: many letters may share a fault of a template.
    return tuple(sorted(set(problems)))
