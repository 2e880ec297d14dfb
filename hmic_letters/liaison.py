"""The factual accuracy check of a force: out, in, decided, applied, answered, closed.

What is made or received is on the disk before the record speaks of it, and the record is replaced
whole: a killed process leaves the old record, or the new one with all that it names.
"""

import re
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import dataclass, replace
from datetime import date
from itertools import count
from pathlib import Path
from typing import Any

from hmic_letters.accuracy import (
    LETTER,
    NEW,
    AccuracyCheck,
    CheckedFinding,
    Closing,
    Decision,
    Point,
    Proof,
    Response,
)
from hmic_letters.accuracy import in_words as decision_in_words
from hmic_letters.amend import amended_text
from hmic_letters.checks import check_force, check_workspace
from hmic_letters.files import Edition, accuracy_file, digest, force_file
from hmic_letters.form import Form, spreadsheet, word
from hmic_letters.ledger import Event, Occasion, read_ledger, record
from hmic_letters.letter import compose
from hmic_letters.load import Located, Workspace
from hmic_letters.model import (
    Answered,
    DraftProof,
    Finding,
    Force,
    Letter,
    Worded,
    in_words,
)
from hmic_letters.page import Page, Rendered
from hmic_letters.problem import Place, Problem, Refused, errors
from hmic_letters.processes import print_all
from hmic_letters.record import Content, change_record, plain, read_record
from hmic_letters.render import Renderer
from hmic_letters.response import BULLET, Answer, folded, on_one_line, read_response
from hmic_letters.returned import read_returned
from hmic_letters.source import Keys, parse
from hmic_letters.store import hold, put
from hmic_letters.workdays import after

REPLY = "reply.html"


@dataclass(frozen=True)
class Sent:
    """What became of sending one force its proof: ``proof`` is recorded, or ``problems`` say why
    nothing is. ``folder`` holds what was made, now or, where ``is_old``, by an earlier run."""

    slug: str
    folder: Path
    proof: Proof | None
    problems: tuple[Problem, ...] = ()
    is_old: bool = False


def folder_of(root: Path, slug: str) -> Path:
    """Where a force's proofs, returned forms and replies are kept."""
    return root / "accuracy" / slug


def send(
    workspace: Workspace, slugs: Iterable[str], occasion: Occasion, working_days: int, jobs: int
) -> Iterator[Sent]:
    """Makes and records the next proof of each force, with both response forms.

    They are sent on the day of the ``occasion``; the answer is due so many working days after it.
    The same proof of the same day is not made twice, so that a run that was interrupted can be
    repeated. Yields each as it is done; a force that has errors or is closed stops no other. Raises
    Refused where no letter can be made, Unavailable where this machine cannot make any.
    """
    if problems := errors(check_workspace(workspace)):
        raise Refused(problems)
    proofs: dict[Path, tuple[str, Proof, str]] = {}
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
                number = last.number + 1 if last else 1
                letter, proof = _draft(workspace, slug, number, day, due)
                rendered = renderer.render_both(letter)
            except Refused as error:
                settled.append(Sent(slug, folder, None, error.problems))
                continue
            path = _paths(workspace.root, slug, number)[0]
            page = rendered.screen
            proofs[path] = (
                slug,
                proof.model_copy(update={"digest": digest(page.encode())}),
                page,
            )
            yield path, rendered

    with closing(print_all(drafts(), workspace.templates, jobs)) as printed:
        for path, pdf in printed:
            while settled:
                yield settled.pop(0)
            slug, proof, page = proofs.pop(path)
            if isinstance(pdf, Refused):
                yield Sent(slug, path.parent, None, pdf.problems)
                continue
            try:
                _record_proof(workspace, occasion, proof, path, pdf, page)
            except Refused as error:
                yield Sent(slug, path.parent, None, error.problems)
                continue
            yield Sent(slug, path.parent, proof)
    yield from settled


def _last_proof(workspace: Workspace, slug: str) -> Proof | None:
    """Raises Refused for a force that no proof can be sent to."""
    if problems := errors(check_force(slug, workspace)):
        raise Refused(problems)
    located = read_record(workspace.root, slug)
    if located is None:
        return None
    _refuse_closed(workspace.root, slug, located.value)
    return located.value.proofs[-1]


def _is_same(workspace: Workspace, renderer: Renderer, slug: str, proof: Proof) -> bool:
    """Whether a proof that was sent is there, and says what it would say today."""
    letter, _ = _draft(workspace, slug, proof.number, proof.sent, proof.due)
    page = renderer.render_both(letter).screen
    paths = _paths(workspace.root, slug, proof.number)
    return digest(page.encode()) == proof.digest and all(path.is_file() for path in paths)


def _paths(root: Path, slug: str, number: int) -> tuple[Path, ...]:
    """A proof as PDF and as a page, its form for Word and for Excel."""
    proof, form = f"{slug}-proof-{number}", f"{slug}-response-form-{number}"
    names = (f"{proof}.pdf", f"{proof}.html", f"{form}.docx", f"{form}.xlsx")
    return tuple(folder_of(root, slug) / str(number) / name for name in names)


def _draft(
    workspace: Workspace, slug: str, number: int, day: date, due: date
) -> tuple[Letter, Proof]:
    force = workspace.forces[slug].value
    letter = compose(
        workspace.inspection.value,
        workspace.inspector(slug),
        slug,
        force,
        Edition.ACCURACY_CHECK,
        DraftProof(number, in_words(day), in_words(due)),
    )
    findings = {
        finding.id: CheckedFinding(text=finding.text, points=finding.points)
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
    workspace: Workspace, occasion: Occasion, proof: Proof, path: Path, pdf: bytes, page: str
) -> None:
    slug = path.parent.parent.name
    force = workspace.forces[slug].value
    form = Form(slug, force.name, proof, force.specimen)
    paths = _paths(workspace.root, slug, proof.number)
    files = (pdf, page.encode(), word(form), spreadsheet(form))
    with hold(path.parent.parent):
        # The number is settled before a byte is written: the draft was made without the folder.
        located = read_record(workspace.root, slug)
        if located is not None:
            _refuse_closed(workspace.root, slug, located.value)
        if proof.number != (len(located.value.proofs) if located else 0) + 1:
            raise _refused(
                workspace.root / accuracy_file(slug),
                "sent-twice",
                f"proof {proof.number} was sent by another run meanwhile",
                "Look at it, then send again if need be.",
            )
        _refuse_recorded(workspace, slug, paths)
        with hold(path.parent) as folder:
            folder.write({path.name: data for path, data in zip(paths, files, strict=True)})

        def add(content: Content) -> None:
            content.setdefault("proofs", []).append(plain(proof))

        kept = dict(zip(paths, files, strict=True))
        about = {"proof": proof.number, "on": str(proof.sent), "due": str(proof.due)}
        about |= {"to": proof.to, "data": workspace.digests[str(force_file(slug))]}

        def note(_: AccuracyCheck) -> None:
            record(workspace.root, Event.SENT, slug, occasion, _digests(workspace, kept), about)

        change_record(workspace.root, slug, force.name, add, note)


def _refuse_recorded(workspace: Workspace, slug: str, paths: Iterable[Path]) -> None:
    """Raises Refused where the ledger speaks of a file that would be written anew."""
    recorded = {name for line in read_ledger(workspace.root).lines for name in line.files}
    for path in paths:
        if str(path.relative_to(workspace.root)) in recorded:
            raise _refused(
                path,
                "on-record",
                f"the ledger has this file on record, and {accuracy_file(slug)} does not",
                f"Bring {accuracy_file(slug)} back as it was last.",
            )


def _digests(workspace: Workspace, kept: Mapping[Path, bytes]) -> dict[str, str]:
    return {str(path.relative_to(workspace.root)): digest(data) for path, data in kept.items()}


def findings_of(workspace: Workspace, force: Force) -> Iterator[Finding]:
    """The findings of a force in the order of its letter."""
    for theme in workspace.inspection.value.themes:
        yield from force.findings[theme.id]


@dataclass(frozen=True)
class Received:
    """What a form said, and whether the check was ``closed`` by it."""

    answer: Answer
    closed: bool


def receive(
    workspace: Workspace,
    slug: str,
    path: Path,
    occasion: Occasion,
    author: str | None,
    anyway: bool,
) -> Received:
    """Takes in a returned form, keeps the file, and records its points.

    A form that confirms that there are no inaccuracies closes the check, if it is on the last proof
    and nothing is open. Raises Refused where the form cannot be understood, and, unless ``anyway``,
    where a finding that it has a point on has been changed since it was checked.
    """
    try:
        data = path.read_bytes()
    except OSError as error:
        reason = f"the file cannot be read: {error.strerror}"
        raise _refused(path, "unreadable", reason, "Look at its name and permissions.") from None
    with _opened(workspace, slug) as (root, force, located):
        check = located.value
        if any(response.digest == digest(data) for response in check.responses):
            raise _refused(
                path,
                "received-before",
                "this file was received before",
                "Nothing is to be done; a form that was changed since is another file.",
            )
        form = Form(slug, force.name, check.proofs[-1], force.specimen)
        answer = read_response(path, read_returned(path, data), form, check, author)
        if not anyway and (changed := list(_changed_since(workspace, slug, path, answer))):
            raise Refused(changed)
        name = f"{len(check.responses) + 1}-{re.sub(r'[^A-Za-z0-9._-]+', '-', path.name)[-80:]}"
        _refuse_recorded(workspace, slug, [folder_of(root, slug) / "received" / name])
        with hold(folder_of(root, slug) / "received") as kept:
            kept.write({name: data})
        response = Response(
            proof=answer.proof.number,
            received=occasion.day,
            file=name,
            digest=digest(data),
            author=answer.author,
            unplaced=answer.unplaced,
        )
        last = answer.proof.number == check.proofs[-1].number
        closed = answer.no_inaccuracies and last and not check.undecided

        def add(content: Content) -> None:
            said = plain(response)
            if answer.no_inaccuracies:
                said["no_inaccuracies"] = True
            content.setdefault("responses", []).append(said)
            if answer.points:
                content.setdefault("points", []).extend(plain(point) for point in answer.points)
            if closed:
                content["closed"] = plain(
                    _closing(workspace, slug, occasion.day, answer.author, "no-inaccuracies")
                )

        about = {
            "proof": answer.proof.number,
            "on": str(occasion.day),
            "from": answer.author,
            "points": [point.id for point in answer.points],
            "closed": closed,
        }
        file = {folder_of(root, slug) / "received" / name: data}

        def note(_: AccuracyCheck) -> None:
            record(root, Event.RECEIVED, slug, occasion, _digests(workspace, file), about)

        change_record(root, slug, force.name, add, note)
    return Received(answer, closed)


def _changed_since(
    workspace: Workspace, slug: str, path: Path, answer: Answer
) -> Iterator[Problem]:
    now = {
        finding.id: _one_line(finding)
        for finding in findings_of(workspace, workspace.forces[slug].value)
    }
    for point in answer.points:
        if point.finding in {LETTER, NEW}:
            continue
        checked = on_one_line(answer.proof.findings[point.finding])
        if now.get(point.finding) != checked:
            said = now.get(point.finding, "(no such finding)")
            yield Problem(
                Place(path),
                "changed-since",
                f"{point.finding} has been changed since it was checked. Checked: '{checked}' "
                f"Now: '{said}' The point: '{point.point}'",
                "See whether the point still holds; then receive the form with --anyway.",
            )


def decide(
    workspace: Workspace,
    slug: str,
    point_id: str,
    decision: Decision,
    by: str,
    occasion: Occasion,
    reason: str | None,
    agreed: str | None,
) -> tuple[Point, Point]:
    """Records what was decided on a point, in the place of what was decided before: the point as it
    was and as it is.

    Raises Refused for a point that is not there, and where the record's rules are broken: a reason
    for all but accepted, another person than the author, a wording where one is needed.
    """
    with _opened(workspace, slug) as (root, force, located):
        ids = [point.id for point in located.value.points]
        if point_id not in ids:
            known = f"The points are {', '.join(ids)}." if ids else "The force has made no point."
            raise _refused(
                root / accuracy_file(slug), "no-such-point", f"there is no point {point_id}", known
            )
        before = located.value.points[ids.index(point_id)]
        said = {
            "decision": decision,
            "agreed": agreed,
            "reason": reason,
            "by": by,
            "on": occasion.day,
        }

        def change(content: Content) -> None:
            point = content["points"][ids.index(point_id)]
            for key, value in said.items():
                point.pop(key, None)
                if value is not None:
                    point[key] = value

        about = {"point": point_id, "decision": decision, "by": by, "on": str(occasion.day)}

        def note(_: AccuracyCheck) -> None:
            record(root, Event.DECIDED, slug, occasion, {}, about)

        check = change_record(root, slug, force.name, change, note)
    return before, check.points[ids.index(point_id)]


@dataclass(frozen=True)
class Applied:
    """``changed`` and ``unchanged`` are the findings whose text is now the agreed one; ``by_hand``
    the accepted points that a person has to put into the file; ``undecided`` those left open."""

    changed: tuple[str, ...]
    unchanged: tuple[str, ...]
    by_hand: tuple[Point, ...]
    undecided: tuple[Point, ...]


def apply(workspace: Workspace, slug: str, occasion: Occasion) -> Applied:
    """Puts the agreed wordings into the force's file; every byte outside those texts stays.

    Raises Refused, with the file as it was, where a finding has changed since it was checked, where
    two points agreed on different wordings, or where the number of points under a finding differs.
    """
    with _opened(workspace, slug) as (root, _, located):
        document = workspace.forces[slug].document
        problems: list[Problem] = []
        changed, unchanged = [], []
        data = document.data
        for name, points in _agreed(located.value).items():
            keys = _keys_of(workspace, slug, name)
            texts = list(dict.fromkeys(point.new_text or "" for point in points))
            current = _current(workspace, slug, name)
            if keys is None or current is None or len(texts) > 1 or current != texts[0]:
                problems += _obstacles(located, workspace, slug, points, texts, keys)
            if not problems and keys is not None and current != texts[0]:
                data = _put_in(document.path, data, keys, texts[0])
                changed.append(name)
            else:
                unchanged.append(name)
        if problems:
            raise Refused(problems)
        if changed:
            if document.path.read_bytes() != document.data:
                raise _refused(
                    document.path,
                    "changed-meanwhile",
                    "the file was saved by somebody else at this moment",
                    "Run apply again.",
                )
            about = {"findings": changed, "data": digest(data)}
            record(root, Event.APPLIED, slug, occasion, {}, about)
            put(document.path, data)
    by_hand = tuple(
        point
        for point in located.value.points
        if point.finding in {LETTER, NEW} and point.decision in {"accepted", "accepted-in-part"}
    )
    return Applied(tuple(changed), tuple(unchanged), by_hand, located.value.undecided)


def _put_in(path: Path, data: bytes, keys: Keys, new: str) -> bytes:
    text, *points = new.split(BULLET)
    data = amended_text(parse(path, data), (*keys, "text"), text)
    for number, point in enumerate(points):
        data = amended_text(parse(path, data), (*keys, "points", number), point)
    return data


def _agreed(check: AccuracyCheck) -> dict[str, list[Point]]:
    """The points that change a finding, by its id."""
    found: dict[str, list[Point]] = defaultdict(list)
    for point in check.standing:
        if point.finding not in {LETTER, NEW}:
            found[point.finding].append(point)
    return found


def _obstacles(
    located: Located[AccuracyCheck],
    workspace: Workspace,
    slug: str,
    points: list[Point],
    texts: list[str],
    keys: Keys | None,
) -> Iterator[Problem]:
    """Why agreed wordings cannot be put in the place of a finding's text."""
    name = points[0].finding
    numbers = " and ".join(point.id for point in points)
    index = located.value.points.index(points[0])
    at = located.document.place("points", index)
    if len(texts) > 1:
        yield Problem(
            at,
            "two-wordings",
            f"{numbers} agree on different wordings of {name}",
            "Decide them again with one wording (--agreed) for all.",
        )
        return
    current = _current(workspace, slug, name)
    if keys is None or current is None:
        reason = f"there is no finding {name} in the file any more"
        yield Problem(at, "changed-since", reason, "Bring it back, or decide the point otherwise.")
        return
    checked = [
        on_one_line(located.value.proofs[point.proof - 1].findings[name]) for point in points
    ]
    place = workspace.forces[slug].document.place(*keys, "text")
    if current not in checked:
        yield Problem(
            place,
            "changed-since",
            f"{name} has been changed since it was checked. Checked: '{checked[-1]}' "
            f"Now: '{current}' Agreed: '{texts[0]}'",
            "Type the agreed wording into the file, or decide the point otherwise.",
        )
    elif current.count(BULLET) != texts[0].count(BULLET):
        yield Problem(
            place,
            "other-points",
            f"the agreed wording of {name} has {texts[0].count(BULLET)} points under it, the "
            f"finding {current.count(BULLET)}",
            "Type it into the file by hand; 'accuracy close' compares it.",
        )


def _current(workspace: Workspace, slug: str, name: str) -> str | None:
    for finding in findings_of(workspace, workspace.forces[slug].value):
        if finding.id == name:
            return _one_line(finding)
    return None


def _one_line(finding: Finding) -> str:
    return BULLET.join([finding.text, *finding.points])


def _keys_of(workspace: Workspace, slug: str, name: str) -> Keys | None:
    for theme, group in workspace.forces[slug].value.findings.items():
        for number, finding in enumerate(group):
            if finding.id == name:
                return ("findings", theme, number)
    return None


def reply(workspace: Workspace, slug: str, occasion: Occasion) -> Path:
    """Makes the letter's companion, which tells the force what became of each of its points.

    Raises Refused while a point is undecided, while an agreed wording is not in the letter, and
    where there was no response.
    """
    with _opened(workspace, slug, also_closed=True) as (root, force, located):
        check = located.value
        if not check.responses:
            raise _refused(
                located.document.path,
                "no-response",
                f"{force.name} has not responded",
                "Receive its form first: 'hmic-letters accuracy receive'.",
            )
        _refuse_open(located)
        problems = list(errors((*check_workspace(workspace), *check_force(slug, workspace))))
        if problems or (problems := list(_not_in_letter(workspace, slug, located))):
            raise Refused(problems)
        inspection = workspace.inspection.value
        inspector = workspace.inspector(slug)
        letter = compose(inspection, inspector, slug, force, Edition.EMBARGOED)
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
        ((_, pdf),) = print_all([(path, rendered)], workspace.templates, 1)
        if isinstance(pdf, Refused):
            raise pdf
        for name, sha in before.items():
            if sha == digest(pdf) and (root / name).is_file():
                return root / name
        with hold(path.parent) as folder:
            about = {"proof": number, "on": str(occasion.day)}
            folder.write({path.name: pdf})
            record(root, Event.ANSWERED, slug, occasion, _digests(workspace, {path: pdf}), about)
    return path


def _replies(workspace: Workspace, slug: str) -> dict[str, str]:
    """The replies on record, each with its digest, by its path in the workspace."""
    lines = read_ledger(workspace.root).of(Event.ANSWERED, slug)
    return {name: sha for line in lines for name, sha in line.files.items()}


def _reply_path(root: Path, slug: str, number: int, before: Collection[str]) -> Path:
    """Where the next reply goes: one that is on record is never written over."""
    folder = folder_of(root, slug) / str(number)
    names = (f"{slug}-reply-{number}{'' if at == 1 else f'-{at}'}.pdf" for at in count(1))
    paths = (folder / name for name in names)
    return next(path for path in paths if str(path.relative_to(root)) not in before)


def _answered(check: AccuracyCheck, point: Point) -> Answered:
    assert point.decision is not None
    where = {LETTER: "The letter", NEW: "An omission"}.get(point.finding, point.finding)
    checked = check.proofs[point.proof - 1].findings.get(point.finding)
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


def close(workspace: Workspace, slug: str, by: str, occasion: Occasion, how: str | None) -> Closing:
    """Ends the check. ``how`` is 'no-inaccuracies' or 'no-response' where no form says so.

    Raises Refused while a point is undecided, an agreed wording is not in the letter, nobody has
    responded, or, for want of a response, before the answer was due.
    """
    with _opened(workspace, slug) as (root, force, located):
        _refuse_open(located)
        problems = list(errors((*check_workspace(workspace), *check_force(slug, workspace))))
        if not problems:
            problems += _not_in_letter(workspace, slug, located)
        problems += _wrong_ending(located, force.name, occasion.day, how)
        if problems:
            raise Refused(problems)
        closing = _closing(workspace, slug, occasion.day, by, how or "answered")

        def end(content: Content) -> None:
            content["closed"] = plain(closing)

        about = {"how": closing.how, "by": by, "on": str(closing.on), "findings": closing.digest}

        def note(_: AccuracyCheck) -> None:
            record(root, Event.CLOSED, slug, occasion, {}, about)

        change_record(root, slug, force.name, end, note)
    return closing


def _wrong_ending(
    located: Located[AccuracyCheck], force: str, day: date, how: str | None
) -> Iterator[Problem]:
    check, at = located.value, Place(located.document.path)
    due = check.proofs[-1].due
    if how is None and not check.responses:
        yield Problem(
            at,
            "no-response",
            f"{force} has not responded",
            "Receive its form; or close with --no-inaccuracies if it said so otherwise, with "
            "--no-response once the answer is overdue.",
        )
    elif how is not None and check.points:
        reason = f"{force} has made points, so it cannot be closed for {decision_in_words(how)}"
        yield Problem(at, "has-points", reason, "Close it without that option.")
    elif how == "no-response" and check.responses:
        yield Problem(at, "has-response", f"{force} has responded", "Close it without that option.")
    elif how == "no-response" and day <= due:
        reason = f"the answer is due on {in_words(due)}, which is not over"
        yield Problem(at, "not-overdue", reason, "Wait until then.")


def _not_in_letter(
    workspace: Workspace, slug: str, located: Located[AccuracyCheck]
) -> Iterator[Problem]:
    force = workspace.forces[slug].value
    now = {finding.id: _one_line(finding) for finding in findings_of(workspace, force)}
    inspector = workspace.inspector(slug)
    letter = compose(workspace.inspection.value, inspector, slug, force, Edition.EMBARGOED)
    words = folded(Page(Renderer(workspace.templates).render(letter)).words)
    for point in located.value.standing:
        wanted = point.new_text or ""
        there = (
            folded(wanted) in words
            if point.finding == LETTER
            else wanted in now.values()
            if point.finding == NEW
            else now.get(point.finding) == wanted
        )
        if not there:
            by_hand = point.finding in {LETTER, NEW}
            yield Problem(
                located.document.place("points", located.value.points.index(point)),
                "not-in-letter",
                f"{point.id} on {point.finding} is {decision_in_words(str(point.decision))}, and "
                f"its wording is not in the letter: '{wanted}'",
                f"Type it into {force_file(slug)}."
                if by_hand
                else f"Run 'hmic-letters accuracy apply {slug}'.",
            )


def _closing(workspace: Workspace, slug: str, day: date, by: str, how: Any) -> Closing:
    force = workspace.forces[slug].value
    return Closing.model_construct(on=day, by=by, how=how, digest=digest_of(workspace, force))


def digest_of(workspace: Workspace, force: Force) -> str:
    """One digest of all findings of a force, as a closed check has it."""
    findings = "\n".join(
        f"{finding.id} {_one_line(finding)}" for finding in findings_of(workspace, force)
    )
    return digest(findings.encode())


def _refuse_open(located: Located[AccuracyCheck]) -> None:
    if open_points := located.value.undecided:
        raise Refused(
            Problem(
                located.document.place("points", located.value.points.index(point)),
                "undecided",
                f"{point.id} on {point.finding} is undecided: '{point.point}'",
                "Decide it: 'hmic-letters accuracy decide', or type the decision into this file.",
            )
            for point in open_points
        )


def _refuse_closed(root: Path, slug: str, check: AccuracyCheck) -> None:
    if check.closed is not None:
        raise _refused(
            root / accuracy_file(slug),
            "closed",
            f"the accuracy check was closed on {in_words(check.closed.on)}",
            "To open it again, remove the lines of 'closed' from the file.",
        )


@contextmanager
def _opened(
    workspace: Workspace, slug: str, also_closed: bool = False
) -> Iterator[tuple[Path, Force, Located[AccuracyCheck]]]:
    """Holds a force's check against other runs. Raises Refused where it has none that is open."""
    root = workspace.root
    if slug not in workspace.forces:
        raise Refused(workspace.unread[slug])
    with hold(folder_of(root, slug)):
        located = read_record(root, slug)
        if located is None:
            raise _refused(
                root / accuracy_file(slug),
                "not-sent",
                "no proof was sent to this force",
                f"Send one first: 'hmic-letters accuracy send {slug}'.",
            )
        if not also_closed:
            _refuse_closed(root, slug, located.value)
        yield root, workspace.forces[slug].value, located


def _refused(path: Path, code: str, message: str, remedy: str) -> Refused:
    return Refused([Problem(Place(path), code, message, remedy)])
