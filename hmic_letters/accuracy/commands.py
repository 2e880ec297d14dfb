"""The bodies of ``accuracy ...`` and of ``diff``."""

import gc
import os
import sys
from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import IO

import click

from hmic_letters.accuracy.deadline import after
from hmic_letters.accuracy.status import CheckRow, board, by_urgency
from hmic_letters.accuracy.status import as_json as rows_as_json
from hmic_letters.accuracy.steps.apply import apply as apply_wordings
from hmic_letters.accuracy.steps.close import close as close_check
from hmic_letters.accuracy.steps.decide import decide as decide_point
from hmic_letters.accuracy.steps.receive import receive as receive_form
from hmic_letters.accuracy.steps.reply import reply as make_reply
from hmic_letters.accuracy.steps.send import send as send_proofs
from hmic_letters.accuracy.versions import SUFFIXES, as_file
from hmic_letters.accuracy.versions import diff as compare
from hmic_letters.check.checked import State
from hmic_letters.data.load import Workspace
from hmic_letters.data.model.accuracy import DECISIONS
from hmic_letters.data.model.accuracy import in_words as decision_in_words
from hmic_letters.data.model.calendar import in_words
from hmic_letters.letter.changes import as_text
from hmic_letters.problem import visible
from hmic_letters.record.clock import day_given, occasion_now, today
from hmic_letters.record.commands import changing
from hmic_letters.record.ledger import Occasion
from hmic_letters.terminal.answers import FAILED, chosen, counted, show_problems, shown
from hmic_letters.terminal.reading import reading
from hmic_letters.terminal.table import NO_RECORD, Cell, short, show_quiet, show_table
from hmic_letters.workspace.store import put

COLOURS = {
    State.UNREADABLE: "red",
    State.OVERDUE: "red",
    State.CHANGED: "red",
    State.RECEIVED: "yellow",
    State.DECIDED: "yellow",
    State.CLOSED: "green",
}


def diff(
    force: str,
    old: str | None,
    new: str | None,
    file: Path | None,
    day: date | None,
    workspace: Path | None,
) -> None:
    """Show what changed between two versions of a force's letter."""
    if file is not None and file.suffix.lower() not in SUFFIXES:
        raise click.UsageError(f"--output ends in {', '.join(SUFFIXES)}, and says what to write.")
    with reading(workspace) as read:
        (slug,) = chosen([force], read.slugs, read.names)
        changes = compare(read, None, slug, old, new)
        if file is None:
            click.echo(f"From {changes.old} to {changes.new}:\n")
            for line in as_text(changes.comparison).splitlines():
                click.echo(visible(line))
            return
        data = as_file(read, changes, file.suffix.lower(), _day(day))
    put(file.absolute(), data, 0o600)
    click.echo(f"What changed from {changes.old} to {changes.new} is in {shown(file)}.")


def send(
    forces: tuple[str, ...], every: bool, day: date | None, days: int, workspace: Path | None
) -> None:
    """Make the next proof of the named forces, with a response form in Word and Excel."""
    if bool(forces) == every:
        raise click.UsageError("Name the forces, or say --all.")

    failed = False
    with changing(workspace) as read:
        on = _occasion(read, day)
        embargo = read.inspection.value.shared_embargo
        if embargo and after(on.day, days) > embargo.until.date():
            click.echo("Warning: the answer is due after the day of publication.", err=True)
        jobs = min(os.cpu_count() or 1, len(forces) or len(read.slugs))
        for sent in send_proofs(read, chosen(forces, read.slugs, read.names), on, days, jobs):
            if sent.proof is None:
                failed = True
                show_problems(sent.problems)
                click.echo(f"No proof for {sent.slug}.", err=True)
                continue
            was = "was there already, in" if sent.is_old else "is in"
            click.echo(
                f"{sent.slug}: proof {sent.proof.number} {was} {shown(sent.folder)}; the answer "
                f"is due by {in_words(sent.proof.due)}."
            )
    sys.exit(FAILED if failed else 0)


def receive(
    force: str,
    file: Path,
    author: str | None,
    anyway: bool,
    day: date | None,
    workspace: Path | None,
) -> None:
    """Read the response form that a force returned, .docx or .xlsx, and record its points."""
    with changing(workspace) as read:
        (slug,) = chosen([force], read.slugs, read.names)
        received = receive_form(read, slug, file.absolute(), _occasion(read, day), author, anyway)
    answer = received.answer
    for point in answer.points:
        click.echo(f"{point.id} on {point.finding} (class {point.kind}): {point.point}")
    for text in answer.unplaced:
        click.echo(f"Kept, and belongs to no point: {text}")
    if answer.points:
        click.echo(f"{slug}: {counted(len(answer.points), 'point')} from {answer.author}.")
        return
    if answer.no_inaccuracies:
        click.echo(f"{slug}: no inaccuracies, says {answer.author}.")
    click.echo(f"{slug}: {'closed' if received.closed else f'not closed: {received.why_open}'}.")


def decide(
    force: str,
    point: str,
    decision: str,
    by: str,
    reason: str | None,
    reason_file: IO[str] | None,
    agreed: str | None,
    agreed_file: IO[str] | None,
    day: date | None,
    workspace: Path | None,
) -> None:
    """Record the decision on a POINT, such as P1."""
    reason = _typed_once("reason", reason, reason_file)
    agreed = _typed_once("agreed", agreed, agreed_file)

    (known,) = (one for one in DECISIONS if one == decision)
    with changing(workspace) as read:
        (slug,) = chosen([force], read.slugs, read.names)
        before, now = decide_point(
            read, slug, point, known, by, _occasion(read, day), reason, agreed
        )
    was = (
        f" (before: {decision_in_words(before.decision)}, by {before.by})"
        if before.decision
        else ""
    )
    click.echo(f"{slug}: {now.id} on {now.finding}: {decision_in_words(decision)}{was}.")


def apply(force: str, workspace: Path | None) -> None:
    """Put the agreed wordings into the force's findings."""
    with changing(workspace) as read:
        (slug,) = chosen([force], read.slugs, read.names)
        applied = apply_wordings(read, slug, occasion_now(None))
    for point in applied.by_hand:
        click.echo(f"{point.id} is on no one finding: see to it by hand: {point.point}")
    done = ", ".join(applied.changed) or "nothing"
    before = f"; already there: {', '.join(applied.unchanged)}" if applied.unchanged else ""
    click.echo(f"{slug}: changed {done}{before}.")
    if applied.undecided:
        click.echo(f"Undecided yet: {', '.join(point.id for point in applied.undecided)}.")


def reply(force: str, day: date | None, workspace: Path | None) -> None:
    """Make the PDF that answers each of the force's points."""
    with changing(workspace) as read:
        (slug,) = chosen([force], read.slugs, read.names)
        path = make_reply(read, slug, _occasion(read, day))
    click.echo(f"{slug}: the reply is {shown(path)}.")


def close(force: str, by: str, how: str | None, day: date | None, workspace: Path | None) -> None:
    """End the check of a force with its findings in their present wording."""
    with changing(workspace) as read:
        (slug,) = chosen([force], read.slugs, read.names)
        closing = close_check(read, slug, by, _occasion(read, day), how)
    click.echo(f"{slug}: closed ({decision_in_words(closing.how)}).")


def status(
    forces: tuple[str, ...], day: date | None, as_json: bool, workspace: Path | None
) -> None:
    """Show how far the accuracy check of each force has come."""
    gc.disable()

    with reading(workspace) as read:
        slugs, on = chosen(forces, read.slugs, read.names), _day(day)
        rows = board(read, on, slugs)
        if as_json:
            click.echo(rows_as_json(rows))
        else:
            _show(rows, on, named=bool(forces))
        problems = [problem for slug in slugs for problem in read.unread_checks.get(slug, ())]
        show_problems(problems)
    sys.exit(FAILED if problems else 0)


def _typed_once(name: str, text: str | None, file: IO[str] | None) -> str | None:
    """Return the text of an option, or of the file that another option names."""
    if file is None:
        return text
    if text is not None:
        raise click.UsageError(f"Give --{name} or --{name}-file, not both.")
    try:
        return " ".join(file.read().split())
    except UnicodeDecodeError:
        raise click.UsageError(f"--{name}-file: {file.name} is not text in UTF-8.") from None


def _day(given: date | None) -> date:
    """Return the day that was named, or today. Raises UsageError for a day to come."""
    day = day_given(given)
    if day > today():
        raise click.UsageError(f"--on {day} is still to come: today is {today()} in London.")
    return day


def _occasion(workspace: Workspace, given: date | None) -> Occasion:
    """Return who runs the command, and when; warn if the day is after the publication."""
    occasion = occasion_now(_day(given))
    embargo = workspace.inspection.value.shared_embargo
    if embargo and occasion.day > embargo.until.date():
        click.echo(
            f"Warning: {in_words(occasion.day)} is after the publication on {embargo.day}. "
            "If it was another day, say so with --on.",
            err=True,
        )
    return occasion


def _show(rows: Sequence[CheckRow], day: date, *, named: bool) -> None:
    """Print the rows as a table, most urgent first; a row without work only if it was ``named``."""
    columns = ("Force", "Accuracy check", "Proof", "Sent", "Due", "Received", "Points")
    loud = [row for row in rows if named or not row.is_quiet]
    cells: list[tuple[Cell, ...]] = []
    for row in by_urgency(loud):
        state = f"closed {short(row.closed, day)}" if row.state is State.CLOSED else str(row.state)
        points = f"{row.undecided} of {row.undecided + row.decided}"
        cells.append(
            (
                row.slug + "*" * row.specimen,
                (state, COLOURS.get(row.state, "")),
                str(row.proofs or NO_RECORD),
                *(short(one, day) for one in (row.sent, row.due, row.received)),
                f"{points} open" if row.undecided + row.decided else NO_RECORD,
            )
        )
    if cells:
        show_table(columns, cells)
    show_quiet(len(rows) - len(loud))
    if any(row.specimen for row in loud):
        click.echo("* specimen")
