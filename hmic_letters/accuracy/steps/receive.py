"""Receive: read a returned form, keep the file, and record its points."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from itertools import count
from pathlib import Path

from hmic_letters.accuracy.case import (
    digests,
    folder_of,
    is_free,
    opened,
    refused,
)
from hmic_letters.accuracy.form.content import Form, on_one_line
from hmic_letters.accuracy.form.points import (
    Answer,
    in_words,
    read_response,
    unrecorded,
)
from hmic_letters.accuracy.record import Content, change_record, plain
from hmic_letters.accuracy.steps.close import closing_of
from hmic_letters.check.checked import findings_of, one_line
from hmic_letters.data.load import Workspace
from hmic_letters.data.model.accuracy import (
    LETTER,
    NEW,
    AccuracyCheck,
    Response,
)
from hmic_letters.documents.reading import SIZE_LIMIT, read_returned
from hmic_letters.problem import Place, Problem, Refused
from hmic_letters.record.ledger import Entry, Event, Occasion, read_ledger
from hmic_letters.workspace.digests import digest, from_outside
from hmic_letters.workspace.store import hold


@dataclass(frozen=True)
class Received:
    """The content of a form; ``closed`` if it closed the check, or else ``why_open``."""

    answer: Answer
    closed: bool
    why_open: str


def receive(
    workspace: Workspace,
    slug: str,
    path: Path,
    occasion: Occasion,
    author: str | None,
    anyway: bool,
) -> Received:
    """Read a returned form, keep the file, and record its points.

    A form that confirms 'no inaccuracies' and says nothing else closes the check, if it answers the
    last proof and no point is open. Raises Refused if the form cannot be understood, or came before
    its proof was sent. Raises it, unless ``anyway``, if the form has a point on a finding that has
    changed since it was checked.
    """
    try:
        data = from_outside(path, SIZE_LIMIT)
    except OSError as error:
        reason = f"the file cannot be read: {error.strerror}"
        raise refused(path, "unreadable", reason, "Look at its name and permissions.") from None
    with opened(workspace, slug) as (root, force, located):
        check = located.value
        if any(response.digest == digest(data) for response in check.responses):
            raise refused(
                path,
                "received-before",
                "this file was received before",
                "Nothing is to be done; a form that was changed since is another file.",
            )
        form = Form(slug, force.name, check.proofs[-1], force.specimen)
        answer = read_response(path, read_returned(path, data), form, check, author)
        problems = list(_too_early(path, answer, occasion.day))
        if not anyway:
            problems += _changed_since(workspace, slug, path, answer)
        if problems:
            rows = [in_words(one.finding, plain(one)) for one in answer.points]
            raise Refused([*problems, *unrecorded(path, [*rows, *answer.unplaced])])
        folder = folder_of(root, slug) / "received"
        plain_name = re.sub(r"[^A-Za-z0-9._-]+", "-", path.name)[-80:]
        recorded = read_ledger(root).files
        name = next(
            name
            for number in count(len(check.responses) + 1)
            if is_free(root, recorded, folder / (name := f"{number}-{plain_name}"), digest(data))
        )
        with hold(folder) as kept:
            kept.write({name: data})
        response = Response(
            proof=answer.proof.number,
            received=occasion.day,
            file=name,
            digest=digest(data),
            author=answer.author,
            unplaced=answer.unplaced,
        )
        why_open = _why_open(slug, answer, check)
        closed = answer.no_inaccuracies and not why_open

        def add(content: Content) -> None:
            fields = plain(response)
            if answer.no_inaccuracies:
                fields["no_inaccuracies"] = True
            content.setdefault("responses", []).append(fields)
            if answer.points:
                content.setdefault("points", []).extend(plain(point) for point in answer.points)
            if closed:
                content["closed"] = plain(
                    closing_of(workspace, slug, occasion.day, answer.author, "no-inaccuracies")
                )

        about = {
            "proof": answer.proof.number,
            "on": str(occasion.day),
            "from": answer.author,
            "points": [point.id for point in answer.points],
            "closed": closed,
        }
        files = digests(workspace, {folder / name: data})
        entry = Entry(event=Event.RECEIVED, force=slug, occasion=occasion, files=files, about=about)
        change_record(root, force.name, add, entry)
    return Received(answer, closed, why_open)


def _why_open(slug: str, answer: Answer, check: AccuracyCheck) -> str:
    """Return why the form does not close the check; empty if it may."""
    if answer.proof.number != check.proofs[-1].number:
        return f"it answers proof {answer.proof.number}, and a later one was sent"
    if check.undecided:
        return "points are open"
    if answer.unplaced:
        return (
            "the form says more. Type what is a point into a copy of it and receive that, or close "
            f"the check: 'hmic-letters accuracy close {slug} --by NAME'"
        )
    return ""


def _too_early(path: Path, answer: Answer, day: date) -> Iterator[Problem]:
    if day < answer.proof.sent:
        yield Problem(
            Place(path),
            "before-sent",
            f"it is received on {day}, and proof {answer.proof.number} was sent on "
            f"{answer.proof.sent}",
            "Name the day on which it was received with --on.",
        )


def _changed_since(
    workspace: Workspace, slug: str, path: Path, answer: Answer
) -> Iterator[Problem]:
    now = {
        finding.id: one_line(finding)
        for finding in findings_of(workspace, workspace.forces[slug].value)
    }
    for point in answer.points:
        if point.finding in {LETTER, NEW}:
            continue
        checked = on_one_line(answer.proof.findings[point.finding])
        if now.get(point.finding) != checked:
            text = now.get(point.finding, "(no such finding)")
            yield Problem(
                Place(path),
                "changed-since",
                f"{point.finding} has been changed since it was checked. Checked: '{checked}' "
                f"Now: '{text}' The point: '{point.point}'",
                "See whether the point still holds; then receive the form with --anyway.",
            )
