"""Send: make a proof and its response forms, and record them."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from itertools import count
from pathlib import Path

from hmic_letters.accuracy.case import (
    digests,
    folder_of,
    is_free,
    refuse_closed,
    refused,
    specimen_letter,
)
from hmic_letters.accuracy.deadline import after
from hmic_letters.accuracy.form.as_excel import spreadsheet
from hmic_letters.accuracy.form.as_word import word
from hmic_letters.accuracy.form.content import Form
from hmic_letters.accuracy.record import Content, change_record, plain, read_record
from hmic_letters.check.checked import findings_of
from hmic_letters.check.run import check_force, check_workspace
from hmic_letters.data.load import Workspace
from hmic_letters.data.model.accuracy import CheckedFinding, Proof
from hmic_letters.data.model.calendar import in_words
from hmic_letters.letter.letter import DraftProof, Letter, compose
from hmic_letters.letter.page import Rendered
from hmic_letters.letter.render import Renderer
from hmic_letters.pdf.pool import printing
from hmic_letters.problem import Problem, Refused, errors
from hmic_letters.record.ledger import Entry, Event, Occasion, read_ledger
from hmic_letters.workspace.digests import digest
from hmic_letters.workspace.paths import Edition, accuracy_file, force_file
from hmic_letters.workspace.store import hold, temporary_files_in


@dataclass(frozen=True)
class Sent:
    """The result of sending one force its proof.

    ``proof`` is on record, or ``problems`` give the reasons why none is. ``folder`` has the files.
    ``is_old`` means that an earlier run made them.
    """

    slug: str
    folder: Path
    proof: Proof | None
    problems: tuple[Problem, ...] = ()
    is_old: bool = False


def send(
    workspace: Workspace, slugs: Iterable[str], occasion: Occasion, working_days: int, jobs: int
) -> Iterator[Sent]:
    """Make and record the next proof of each force, with both response forms.

    The day of the ``occasion`` is the day of sending; the answer is due ``working_days`` later. The
    same proof of the same day is not made twice, so an interrupted run can be repeated. Yields each
    result at once; a force that has errors or is closed stops no other. Raises Refused if no letter
    can be made, Unavailable if this machine cannot make any.
    """
    if problems := errors(check_workspace(workspace)):
        raise Refused(problems)
    proofs: dict[Path, tuple[str, Proof, str]] = {}
    lasts: dict[str, int] = {}
    settled: list[Sent] = []
    renderer = Renderer(workspace.templates)
    day = occasion.day
    due = after(day, working_days)

    def drafts() -> Iterator[tuple[Path, Rendered]]:
        for slug in slugs:
            folder = folder_of(workspace.root, slug)
            try:
                last = _last_proof(workspace, slug)
                if (
                    last is not None
                    and (last.sent, last.due) == (day, due)
                    and _is_same(workspace, renderer, slug, last)
                ):
                    settled.append(Sent(slug, folder / str(last.number), last, is_old=True))
                    continue
                lasts[slug] = last.number if last else 0
                proof, rendered = _next(workspace, renderer, slug, lasts[slug], day, due)
            except Refused as error:
                settled.append(Sent(slug, folder, None, error.problems))
                continue
            path = _paths(workspace.root, slug, proof.number)[0]
            proofs[path] = (slug, proof, rendered.screen)
            yield path, rendered

    with printing(jobs, workspace.templates) as printer:
        for path, pdf in printer.print_all(drafts()):
            while settled:
                yield settled.pop(0)
            slug, proof, page = proofs.pop(path)
            if isinstance(pdf, Refused):
                yield Sent(slug, path.parent, None, pdf.problems)
                continue
            try:
                _record_proof(workspace, occasion, proof, lasts[slug], path, pdf, page)
            except Refused as error:
                yield Sent(slug, path.parent, None, error.problems)
                continue
            yield Sent(slug, path.parent, proof)
    yield from settled


def _last_proof(workspace: Workspace, slug: str) -> Proof | None:
    """Return the last proof of a force, if any. Raises Refused if the force can get no proof."""
    if problems := errors(check_force(slug, workspace)):
        raise Refused(problems)
    if without := workspace.inspection.value.accuracy_check:
        raise refused(
            workspace.inspection.document.path,
            "no-accuracy-check",
            f"this inspection has no accuracy check: {without.none}",
            "Remove 'accuracy_check' with its 'none', if it has one.",
        )
    if workspace.forces[slug].value.specimen:
        raise Refused([specimen_letter(workspace, slug)])
    located = read_record(workspace.root, slug)
    if located is None:
        return None
    refuse_closed(workspace.root, slug, located.value)
    return located.value.proofs[-1]


def _is_same(workspace: Workspace, renderer: Renderer, slug: str, proof: Proof) -> bool:
    """Return whether a sent proof's files are there and would read the same today."""
    letter, _ = _draft(workspace, slug, proof.number, proof.sent, proof.due)
    page = renderer.render_both(letter).screen
    paths = _paths(workspace.root, slug, proof.number)
    return digest(page.encode()) == proof.digest and all(path.is_file() for path in paths)


def _next(
    workspace: Workspace, renderer: Renderer, slug: str, last: int, day: date, due: date
) -> tuple[Proof, Rendered]:
    """Draft the proof after the ``last``, under the first number that is free on record."""
    recorded = read_ledger(workspace.root).files
    for number in count(last + 1):
        letter, proof = _draft(workspace, slug, number, day, due)
        rendered = renderer.render_both(letter)
        sha = digest(rendered.screen.encode())
        if is_free(workspace.root, recorded, _paths(workspace.root, slug, number)[1], sha):
            return proof.model_copy(update={"digest": sha}), rendered
    raise AssertionError("the numbers have no end")


def _paths(root: Path, slug: str, number: int) -> tuple[Path, ...]:
    """Return the paths of a proof (PDF and page) and of its form (Word and Excel)."""
    proof, form = f"{slug}-proof-{number}", f"{slug}-response-form-{number}"
    names = (f"{proof}.pdf", f"{proof}.html", f"{form}.docx", f"{form}.xlsx")
    return tuple(folder_of(root, slug) / str(number) / name for name in names)


def _draft(
    workspace: Workspace, slug: str, number: int, day: date, due: date
) -> tuple[Letter, Proof]:
    force = workspace.forces[slug].value
    draft = DraftProof(number, in_words(day), in_words(due))
    letter = compose(workspace, slug, Edition.ACCURACY_CHECK, draft)
    findings = {
        finding.id: CheckedFinding(text=finding.text, points=finding.lines)
        for finding in findings_of(workspace, force)
    }
    proof = Proof.model_construct(
        number=number,
        sent=day,
        due=due,
        to=force.addressee.in_full,
        digest="",
        findings=findings,
    )
    return letter, proof


def _record_proof(
    workspace: Workspace,
    occasion: Occasion,
    proof: Proof,
    last: int,
    path: Path,
    pdf: bytes,
    page: str,
) -> None:
    """Keep a proof. Raises Refused if another run sent one after the ``last`` meanwhile."""
    slug = path.parent.parent.name
    force = workspace.forces[slug].value
    form = Form(slug, force.name, proof, force.specimen)
    paths = _paths(workspace.root, slug, proof.number)
    with hold(path.parent.parent) as folder:
        with temporary_files_in(path.parent.parent):
            files = (pdf, page.encode(), word(form), spreadsheet(form))
        kept = dict(zip(paths, files, strict=True))
        # Why: the draft was made without the folder's lock, so check the number before writing.
        located = read_record(workspace.root, slug)
        if located is not None:
            refuse_closed(workspace.root, slug, located.value)
        recorded = read_ledger(workspace.root).files
        free = all(is_free(workspace.root, recorded, at, digest(data)) for at, data in kept.items())
        if not free or last != (located.value.proofs[-1].number if located else 0):
            raise refused(
                workspace.root / accuracy_file(slug),
                "sent-twice",
                f"proof {proof.number} was sent by another run meanwhile",
                "Look at it, then send again if need be.",
            )
        folder.write({f"{proof.number}/{at.name}": data for at, data in kept.items()})

        def add(content: Content) -> None:
            content.setdefault("proofs", []).append(plain(proof))

        about = {"proof": proof.number, "on": str(proof.sent), "due": str(proof.due)}
        about |= {"to": proof.to, "data": workspace.digests[str(force_file(slug))]}

        files_kept = digests(workspace, kept)
        entry = Entry(
            event=Event.SENT, force=slug, occasion=occasion, files=files_kept, about=about
        )
        change_record(workspace.root, force.name, add, entry)
