"""The workspace -> what is wrong with it that no value shows by itself.

A check is a pure function that yields what it finds. Its name is the code of its problems, its
docstring their explanation; one that stands in none of the tuples below does not run.
"""

import json
import re
from collections.abc import Iterable, Iterator

from hmic_letters.check.allowances import UNUSED, without_allowed
from hmic_letters.check.catalogue import (
    AMONG_FORCES_CHECKS,
    DOCUMENT_CHECKS,
    FORCE_CHECKS,
    LEAK_CHECKS,
    LETTER_CHECKS,
    PASSAGE_CHECKS,
    PUBLICATION_CHECKS,
    REGISTER_CHECKS,
    WORDING_CHECKS,
    WORKSPACE_CHECKS,
    Check,
)
from hmic_letters.data.load import Workspace
from hmic_letters.data.passages import Flaw, Passage, passages, prose
from hmic_letters.data.source import Document
from hmic_letters.problem import Fault, Problem
from hmic_letters.workspace.paths import MARKER


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
    return _sorted(without_allowed(found, inspection.document))


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
    return _sorted(without_allowed(found, document))


def check_documents(documents: Iterable[Document]) -> tuple[Problem, ...]:
    """The problems of some forces' files that need nothing else to be seen."""
    problems: list[Problem] = []
    for document in documents:
        found = [*_ask(DOCUMENT_CHECKS, document)]
        for passage in passages(document):
            found += _flaws(PASSAGE_CHECKS, passage)
        # What the file allows besides cannot be asked for.
        problems += [one for one in without_allowed(found, document) if one.code != UNUSED]
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


def _sorted(problems: Iterable[Problem]) -> tuple[Problem, ...]:
    return tuple(sorted(set(problems)))


def review(workspace: Workspace, slugs: Iterable[str]) -> tuple[Problem, ...]:
    """The problems of what all letters share and of the forces asked for, sorted."""
    found = [*check_register(workspace), *check_workspace(workspace)]
    for slug in slugs:
        found += check_force(slug, workspace)
        found += workspace.unread_checks.get(slug, ())
    return tuple(sorted(found))
