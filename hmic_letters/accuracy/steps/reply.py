"""Reply: tell the force the decision on each of its points."""

from collections.abc import Collection
from dataclasses import replace
from itertools import count
from pathlib import Path

from hmic_letters.accuracy.case import (
    digests,
    folder_of,
    not_in_letter,
    opened,
    refuse_earlier,
    refuse_open,
    refused,
)
from hmic_letters.accuracy.form.content import on_one_line
from hmic_letters.check.checked import BULLET
from hmic_letters.check.run import check_force, check_workspace
from hmic_letters.data.load import Workspace
from hmic_letters.data.model.accuracy import LETTER, NEW, AccuracyCheck, Point
from hmic_letters.data.model.accuracy import in_words as decision_in_words
from hmic_letters.data.model.calendar import in_words
from hmic_letters.letter.letter import REPLY, Answered, Worded, compose
from hmic_letters.letter.render import Renderer
from hmic_letters.pdf.printer import print_one
from hmic_letters.problem import Refused, errors
from hmic_letters.record.ledger import Entry, Event, Occasion, read_ledger, record
from hmic_letters.workspace.digests import digest
from hmic_letters.workspace.paths import Edition
from hmic_letters.workspace.store import hold


def reply(workspace: Workspace, slug: str, occasion: Occasion) -> Path:
    """Make the reply, which answers each of the force's points, and return its path.

    Raises Refused while a point is undecided or an agreed wording is not in the letter, and if
    there was no response.
    """
    with opened(workspace, slug, also_closed=True) as (root, force, located):
        check = located.value
        if not check.responses:
            raise refused(
                located.document.path,
                "no-response",
                f"{force.name} has not responded",
                "Receive its form first: 'hmic-letters accuracy receive'.",
            )
        refuse_open(located)
        refuse_earlier(located, "answered", occasion.day, check.days)
        problems = list(errors((*check_workspace(workspace), *check_force(slug, workspace))))
        if problems or (problems := list(not_in_letter(workspace, slug, located))):
            raise Refused(problems)
        letter = compose(workspace, slug, Edition.EMBARGOED)
        letter = replace(
            letter,
            template=REPLY,
            date=in_words(occasion.day),
            answers=tuple(_answered(check, point) for point in check.points),
        )
        rendered = Renderer(workspace.templates).render_both(letter)
        number = check.proofs[-1].number
        before = _replies(workspace, slug)
        path = _reply_path(root, slug, number, before)
        pdf = print_one(rendered)
        for name, sha in before.items():
            if sha == digest(pdf) and (root / name).is_file():
                return root / name
        with hold(path.parent) as folder:
            about = {"proof": number, "on": str(occasion.day)}
            folder.write({path.name: pdf})
            files = digests(workspace, {path: pdf})
            record(
                root,
                Entry(
                    event=Event.ANSWERED, force=slug, occasion=occasion, files=files, about=about
                ),
            )
    return path


def _replies(workspace: Workspace, slug: str) -> dict[str, str]:
    """Return the SHA-256 of each reply on record, by path in the workspace."""
    lines = read_ledger(workspace.root).of(Event.ANSWERED, slug)
    return {name: sha for line in lines for name, sha in line.files.items()}


def _reply_path(root: Path, slug: str, number: int, before: Collection[str]) -> Path:
    """Return the path of the next reply: the tool never overwrites one on record."""
    folder = folder_of(root, slug) / str(number)
    names = (f"{slug}-reply-{number}{'' if at == 1 else f'-{at}'}.pdf" for at in count(1))
    paths = (folder / name for name in names)
    return next(path for path in paths if str(path.relative_to(root)) not in before)


def _answered(check: AccuracyCheck, point: Point) -> Answered:
    assert point.decision is not None
    where = {LETTER: "The letter", NEW: "An omission"}.get(point.finding, point.finding)
    checked = check.proof(point.proof).findings.get(point.finding)
    return Answered(
        point.id,
        where,
        point.kind,
        _worded(on_one_line(checked) if checked else None),
        point.point,
        _worded(point.wording if point.wording != point.point else None),
        point.evidence,
        decision_in_words(point.decision),
        _worded(point.new_text),
        point.reason,
    )


def _worded(text: str | None) -> Worded | None:
    first, *points = (text or "").split(BULLET)
    return Worded(first, tuple(points)) if text else None
