"""Clearance: list the letters that may go out, and the problems of the rest. It only reads."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime
from pathlib import Path

from hmic_letters.accuracy.case import specimen_letter
from hmic_letters.check.checked import obstacle
from hmic_letters.check.letters.drawn import sheets, unseen
from hmic_letters.check.letters.public import public_differences
from hmic_letters.check.letters.readback import read_back
from hmic_letters.check.run import check_beside, check_force, check_workspace
from hmic_letters.data.load import Workspace
from hmic_letters.data.model.calendar import in_london
from hmic_letters.documents.apart import Unreadable
from hmic_letters.letter.letter import Letter, compose
from hmic_letters.letter.outline import outline
from hmic_letters.letter.render import Renderer
from hmic_letters.pdf.printer import Printer
from hmic_letters.problem import Place, Problem, Refused, Severity, errors
from hmic_letters.publication.copy.enclosure import LARGEST_FILE, Enclosure, read_enclosure
from hmic_letters.publication.embargo import has_lifted, off_record
from hmic_letters.record.dispatched import difference, holder
from hmic_letters.record.ledger import Ledger, Line, read_ledger
from hmic_letters.workspace.digests import digest, from_outside
from hmic_letters.workspace.letter_record import Made, read_made
from hmic_letters.workspace.paths import Edition, force_file

# Words in a letter that announce an enclosure.
ENCLOSES = re.compile(
    r"\b(?:attached|enclosed) (?:is|are)\b|\bI (?:attach|enclose)\b", re.IGNORECASE
)


@dataclass(frozen=True)
class Plan:
    """A dispatch to come: version ``number`` of a force's letter, and its addressee.

    ``dated`` is the day that the letter bears. ``to`` and ``copied_to`` are people with e-mail
    addresses, empty if unknown. ``enclosure`` is the report that goes out with the letter.
    """

    slug: str
    number: int
    letter: Letter
    dated: date
    to: tuple[str, str]
    copied_to: tuple[tuple[str, str], ...]
    pdf: bytes
    page: bytes
    made: Made
    enclosure: Enclosure | None
    reason: str | None

    @property
    def holder(self) -> str:
        """The holder: 'Mr Andy Bliss QPM, Chief Constable, Hertfordshire Constabulary'."""
        return holder(self.letter.addressee, self.letter.force)

    def warnings(self, now: datetime) -> Iterator[str]:
        """Yield warnings to the person who will send it, in sentences."""
        if not self.to[1]:
            yield "no e-mail address is known, so the draft has no addressee"
        if not self.letter.inspector.name:
            yield "nobody is named under 'Yours sincerely': the letter has no HM Inspector's name"
        if self.enclosure is not None and self.enclosure.removed:
            removed = ", ".join(self.enclosure.removed)
            yield f"taken out of the copy of {self.enclosure.name}: {removed}"
        if self.dated > in_london(now).date():
            yield f"it is dated {self.letter.date}, a day that is still to come"
        if (embargo := self.letter.embargo) and has_lifted(embargo, now):
            yield f"its embargo lifted at {embargo.time} on {embargo.day}"


@dataclass(frozen=True)
class Answer:
    """The answer to a request for a force's dispatch.

    It has a ``plan``, or the ``problems`` that forbid a dispatch. Or it has the ledger's ``line``
    of an earlier dispatch of the same letter: there is nothing to do.
    """

    slug: str
    plan: Plan | None = None
    line: Line | None = None
    problems: tuple[Problem, ...] = ()


def prepare(
    workspace: Workspace, folder: Path, slugs: Iterable[str], reason: str | None
) -> Iterator[Answer]:
    """Plan the dispatch of forces' letters; it yields one answer for each force.

    ``folder`` has the letters. ``reason`` is for letters that were dispatched before. Raises
    Refused if no letter can be dispatched, Unavailable if this machine cannot check them.
    """
    shared = check_workspace(workspace)
    if problems := (*errors((*shared, *check_beside(workspace))), *_to_do(shared)):
        raise Refused(problems)
    ledger = read_ledger(workspace.root)
    if ledger.problems:
        raise Refused(ledger.problems)
    answers = list(_prepare(workspace, folder, slugs, reason, ledger))
    going = {one.slug for one in answers if not one.problems}
    for answer in answers:
        missing = [
            other
            for other in workspace.pair(answer.slug)
            if other not in going and (ledger.dispatched(other) is None or reason is not None)
        ]
        if answer.plan is None or not missing:
            yield answer
            continue
        yield Answer(
            answer.slug,
            problems=problem_of(
                workspace.root / force_file(answer.slug),
                "pair-not-ready",
                f"it goes out together with {' and '.join(missing)}, the same letter in another "
                "language, which does not go",
                "Name both, and mend what keeps the other.",
            ),
        )


def _prepare(
    workspace: Workspace,
    folder: Path,
    slugs: Iterable[str],
    reason: str | None,
    ledger: Ledger,
) -> Iterator[Answer]:
    """Plan each dispatch by itself."""
    enclosure = _enclosure(workspace)
    renderer, printer = Renderer(workspace.templates), Printer()
    for slug in slugs:
        problems = tuple(_obstacles(workspace, folder, slug, ledger))
        if problems:
            yield Answer(slug, problems=problems)
            continue
        plan = _plan(workspace, folder, slug, ledger, enclosure, reason)
        before = ledger.dispatched(slug)
        if before is not None and reason is None:
            if not (changed := _difference(before, plan)):
                yield Answer(slug, line=before)
                continue
            yield Answer(
                slug,
                problems=problem_of(
                    workspace.root / force_file(slug),
                    "dispatched-before",
                    f"version {before.about['version']} was dispatched on {before.london[:10]}, "
                    f"and {changed}",
                    "Say why it goes out again: --reason.",
                ),
            )
            continue
        problems = (
            *_missing_enclosure(workspace, plan, renderer),
            *_unseen_words(plan, folder),
            *_unpublishable(plan, renderer, printer),
        )
        yield Answer(slug, plan=None if problems else plan, problems=problems)


def _obstacles(workspace: Workspace, folder: Path, slug: str, ledger: Ledger) -> Iterator[Problem]:
    """Yield the problems that keep a force's letter from going out."""
    problems = check_force(slug, workspace)
    data_errors = (*errors(problems), *_to_do(problems))
    yield from data_errors
    if data_errors:
        return
    force = workspace.forces[slug].value
    if force.specimen:
        yield specimen_letter(workspace, slug)
        return
    yield from workspace.unread_checks.get(slug, ())
    yield from off_record(workspace, slug, ledger)
    if problem := obstacle(workspace, slug):
        yield replace(problem, severity=Severity.ERROR)
    yield from errors(read_back(workspace, [slug], Edition.EMBARGOED, folder, ocr=False))


def _to_do(problems: Iterable[Problem]) -> tuple[Problem, ...]:
    """Return the things to do as errors: they keep a letter back."""
    return tuple(
        replace(one, severity=Severity.ERROR) for one in problems if one.code.startswith("to-do")
    )


def _enclosure(workspace: Workspace) -> Enclosure | None:
    inspection = workspace.inspection
    if inspection.value.enclosure is None:
        return None
    path = workspace.root / inspection.value.enclosure
    try:
        if path.suffix.lower() != ".pdf":
            raise Unreadable("its name does not end in .pdf")
        if not path.resolve().is_relative_to(workspace.root.resolve()):
            raise Unreadable("it is outside the workspace")
        if path.stem in {f"{slug}-letter" for slug in workspace.slugs}:
            raise Unreadable("it has the name that a letter goes out by")
        return read_enclosure(path.name, from_outside(path, LARGEST_FILE))
    except FileNotFoundError:
        reason = f"the enclosure is not there: no file {inspection.value.enclosure}"
    except OSError as error:
        reason = f"the enclosure cannot be read: {error.strerror}"
    except Unreadable as error:
        reason = f"the enclosure cannot be stamped: {error.reason}"
    raise enclosure_refused(workspace, reason)


def enclosure_refused(workspace: Workspace, reason: str) -> Refused:
    """Return a refusal of the report that the inspection names as its enclosure."""
    place = workspace.inspection.document.place("enclosure")
    return Refused([Problem(place, "enclosure", reason, "Name the report's PDF.")])


def _missing_enclosure(workspace: Workspace, plan: Plan, renderer: Renderer) -> tuple[Problem, ...]:
    if plan.enclosure is not None:
        return ()
    blocks = outline(renderer.render(plan.letter))
    announced = [
        match for one in blocks if not one.finding and (match := ENCLOSES.search(one.text))
    ]
    if not announced:
        return ()
    return problem_of(
        workspace.inspection.document.path,
        "enclosure",
        f"the letter says '{announced[0][0]}', and the inspection has no enclosure",
        "Name the report's PDF: 'enclosure:', with its path from the workspace's folder on.",
    )


def _unseen_words(plan: Plan, folder: Path) -> Iterator[Problem]:
    """Yield a problem for each page with lines that no reader can see."""
    for message in unseen(sheets(plan.pdf)):
        remedy = "Correct the template or the style sheet, then make the letter again."
        yield Problem(Place(folder / f"{plan.slug}.pdf"), "unseen-words", message, remedy)


def _unpublishable(plan: Plan, renderer: Renderer, printer: Printer) -> Iterator[Problem]:
    """Yield the reasons why the letter, once dispatched, could never be published."""
    rendered = renderer.render_both(replace(plan.letter, edition=Edition.PUBLIC))
    public = printer.print(rendered)
    if isinstance(public, Refused):
        for one in public.problems:
            message = f"the public edition cannot be made: {one.message}"
            yield replace(one, message=message, code="public-differs")
        return
    for message in public_differences(plan.pdf, plan.page.decode("utf-8"), public, rendered.screen):
        yield Problem(
            rendered.templates.place(rendered.template),
            "public-differs",
            f"the letter could never be published: {message}",
            "Let the public edition leave out the notice, and nothing else.",
        )


def _plan(
    workspace: Workspace,
    folder: Path,
    slug: str,
    ledger: Ledger,
    enclosure: Enclosure | None,
    reason: str | None,
) -> Plan:
    force = workspace.forces[slug].value
    made = read_made(folder, slug)
    assert made is not None
    letter = compose(workspace, slug, Edition.EMBARGOED)
    before = ledger.dispatched(slug)
    return Plan(
        slug,
        int(before.about["version"]) + 1 if before else 1,
        letter,
        workspace.letter_date(slug),
        (force.addressee.in_full, force.addressee.email or ""),
        (
            *((person.in_full, person.email or "") for person in force.further_addressees),
            *((person.in_full, person.email or "") for person in force.copied_to),
        ),
        (folder / f"{slug}.pdf").read_bytes(),
        (folder / f"{slug}.html").read_bytes(),
        made,
        enclosure,
        reason,
    )


def _difference(line: Line, plan: Plan) -> str:
    enclosure = digest(plan.enclosure.data) if plan.enclosure else None
    return difference(line, digest(plan.pdf), enclosure, plan.holder)


def problem_of(path: Path, code: str, message: str, remedy: str) -> tuple[Problem, ...]:
    """Return one problem of a whole file, in a tuple."""
    return (Problem(Place(path), code, message, remedy),)
