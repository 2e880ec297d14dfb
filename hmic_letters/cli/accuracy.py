"""``hmic-letters accuracy``: words -> calls -> exit status, for the factual accuracy check."""

from __future__ import annotations

import gc
import os
import sys
from datetime import date
from pathlib import Path
from typing import IO, TYPE_CHECKING

import click

from hmic_letters.cli.options import (
    FAILED,
    answering,
    chosen,
    day_given,
    force_argument,
    forces_argument,
    occasion_now,
    on_option,
    show_problems,
    shown,
    workspace_option,
)

if TYPE_CHECKING:
    from hmic_letters.data.load import Workspace
    from hmic_letters.record.ledger import Occasion


DECISIONS = ("accepted", "accepted-in-part", "not-accepted", "no-change-needed")

TEXT_FILE = click.File(encoding="utf-8-sig")  # '-' is the standard input

by_option = click.option("--by", metavar="NAME", required=True, help="Who decides it.")


def _typed_once(name: str, text: str | None, file: IO[str] | None) -> str | None:
    """Give a text of an option, or of the file that is named in its place."""
    if file is None:
        return text
    if text is not None:
        raise click.UsageError(f"Give --{name} or --{name}-file, not both.")
    try:
        return " ".join(file.read().split())
    except UnicodeDecodeError:
        raise click.UsageError(f"--{name}-file: {file.name} is not text in UTF-8.") from None


def _occasion(workspace: Workspace, given: date | None) -> Occasion:
    """Who does something, and when; a day after the publication is asked about."""
    from hmic_letters.data.model.calendar import in_words  # noqa: PLC0415

    occasion = occasion_now(given)
    embargo = workspace.inspection.value.embargo
    if occasion.day > embargo.until.date():
        click.echo(
            f"Warning: {in_words(occasion.day)} is after the publication on {embargo.day}. "
            "If it was another day, say so with --on.",
            err=True,
        )
    return occasion


@click.group()
def accuracy() -> None:
    """The factual accuracy check: out to a force, back in, decided, closed.

    What is sent, received and decided is recorded in data/accuracy/FORCE.yaml, which people can
    read and edit; the files themselves are in accuracy/FORCE/.
    """


@accuracy.command()
@forces_argument
@click.option("--all", "every", is_flag=True, help="Send to every force of the register.")
@on_option
@click.option(
    "--days",
    metavar="N",
    type=click.IntRange(1, 100),
    default=10,
    help="In how many working days the answer is due. Default: 10.",
)
@workspace_option
def send(
    forces: tuple[str, ...], every: bool, day: date | None, days: int, workspace: Path | None
) -> None:
    """Make the next proof of the named forces, with a response form in Word and Excel.

    The proof and the forms are written to accuracy/FORCE/N/, for you to send that day.
    """
    if bool(forces) == every:
        raise click.UsageError("Name the forces, or say --all.")
    from hmic_letters.accuracy.deadline import after  # noqa: PLC0415
    from hmic_letters.accuracy.steps.send import send as make  # noqa: PLC0415
    from hmic_letters.data.model.calendar import in_words  # noqa: PLC0415

    failed = False
    specimens = []
    with answering(workspace) as read:
        on = _occasion(read, day)
        if after(on.day, days) > read.inspection.value.embargo.until.date():
            click.echo("Warning: the answer is due after the day of publication.", err=True)
        jobs = min(os.cpu_count() or 1, len(forces) or len(read.slugs))
        for sent in make(read, chosen(forces, read.slugs), on, days, jobs):
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
            if read.forces[sent.slug].value.specimen:
                specimens.append(sent.slug)
    if specimens:
        click.echo(
            f"Warning: specimen text, no findings: {', '.join(sorted(specimens))}.", err=True
        )
    sys.exit(FAILED if failed else 0)


@accuracy.command()
@force_argument
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--from", "author", metavar="NAME", help="Who completed it, if it does not say so.")
@click.option("--anyway", is_flag=True, help="Also where a finding was changed since it was sent.")
@on_option
@workspace_option
def receive(
    force: str,
    file: Path,
    author: str | None,
    anyway: bool,
    day: date | None,
    workspace: Path | None,
) -> None:
    """Take in the response form that a force returned, .docx or .xlsx."""
    from hmic_letters.accuracy.steps.receive import receive as take_in  # noqa: PLC0415

    with answering(workspace) as read:
        (slug,) = chosen([force], read.slugs)
        received = take_in(read, slug, file.absolute(), _occasion(read, day), author, anyway)
    answer = received.answer
    for point in answer.points:
        click.echo(f"{point.id} on {point.finding} (class {point.kind}): {point.point}")
    for text in answer.unplaced:
        click.echo(f"Kept, and belongs to no point: {text}")
    if answer.no_inaccuracies:
        click.echo(f"{slug}: no inaccuracies, says {answer.author}.")
        click.echo(f"{slug}: {'closed' if received.closed else 'not closed: points are open'}.")
    else:
        count = len(answer.points)
        click.echo(f"{slug}: {count} point{'' if count == 1 else 's'} from {answer.author}.")


@accuracy.command()
@force_argument
@click.argument("point")
@click.argument("decision", type=click.Choice(DECISIONS))
@by_option
@click.option("--reason", metavar="TEXT", help="Why; needed for all but accepted.")
@click.option("--reason-file", metavar="FILE", type=TEXT_FILE, help="The same, out of a file.")
@click.option("--agreed", metavar="TEXT", help="The whole new text of the finding.")
@click.option("--agreed-file", metavar="FILE", type=TEXT_FILE, help="The same, out of a file.")
@on_option
@workspace_option
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
    """Record what was decided on a POINT, such as P1.

    Points under a finding follow its text in --agreed, each after a bullet: 'Text: • one; • two.'

    Other users of this machine can read what is typed after a command. Where that matters, put an
    embargoed text into a file and name it, or name '-' and type the text when the command waits.
    """
    reason = _typed_once("reason", reason, reason_file)
    agreed = _typed_once("agreed", agreed, agreed_file)
    from hmic_letters.accuracy.steps.decide import decide as record  # noqa: PLC0415
    from hmic_letters.data.model.accuracy import DECISIONS as KNOWN  # noqa: PLC0415
    from hmic_letters.data.model.accuracy import in_words  # noqa: PLC0415

    (which,) = (one for one in KNOWN if one == decision)
    with answering(workspace) as read:
        (slug,) = chosen([force], read.slugs)
        before, now = record(read, slug, point, which, by, _occasion(read, day), reason, agreed)
    was = f" (before: {in_words(before.decision)}, by {before.by})" if before.decision else ""
    click.echo(f"{slug}: {now.id} on {now.finding}: {in_words(decision)}{was}.")


@accuracy.command()
@force_argument
@workspace_option
def apply(force: str, workspace: Path | None) -> None:
    """Put the agreed wordings into the force's findings."""
    from hmic_letters.accuracy.steps.apply import apply as put_in  # noqa: PLC0415

    with answering(workspace) as read:
        (slug,) = chosen([force], read.slugs)
        applied = put_in(read, slug, occasion_now(None))
    for point in applied.by_hand:
        click.echo(f"{point.id} is on no one finding: see to it by hand: {point.point}")
    done = ", ".join(applied.changed) or "nothing"
    before = f"; already there: {', '.join(applied.unchanged)}" if applied.unchanged else ""
    click.echo(f"{slug}: changed {done}{before}.")
    if applied.undecided:
        click.echo(f"Undecided yet: {', '.join(point.id for point in applied.undecided)}.")


@accuracy.command()
@force_argument
@on_option
@workspace_option
def reply(force: str, day: date | None, workspace: Path | None) -> None:
    """Make the PDF that tells the force what became of each of its points."""
    from hmic_letters.accuracy.steps.reply import reply as make  # noqa: PLC0415

    with answering(workspace) as read:
        (slug,) = chosen([force], read.slugs)
        path = make(read, slug, _occasion(read, day))
    click.echo(f"{slug}: the reply is {shown(path)}.")


@accuracy.command()
@force_argument
@by_option
@click.option(
    "--no-inaccuracies", "how", flag_value="no-inaccuracies", help="It said there are none."
)
@click.option("--no-response", "how", flag_value="no-response", help="The answer is overdue.")
@on_option
@workspace_option
def close(force: str, by: str, how: str | None, day: date | None, workspace: Path | None) -> None:
    """End the check of a force: its findings stand as they are now."""
    from hmic_letters.accuracy.steps.close import close as end  # noqa: PLC0415
    from hmic_letters.data.model.accuracy import in_words  # noqa: PLC0415

    with answering(workspace) as read:
        (slug,) = chosen([force], read.slugs)
        closing = end(read, slug, by, _occasion(read, day), how)
    click.echo(f"{slug}: closed ({in_words(closing.how)}).")


@accuracy.command()
@click.option(
    "--on",
    "day",
    metavar="DAY",
    type=click.DateTime(["%Y-%m-%d"]),
    help="The day on which an answer counts as overdue or not. Default: today in London.",
)
@click.option("--json", "as_json", is_flag=True, help="Tell it to a script, as JSON.")
@workspace_option
def status(day: date | None, as_json: bool, workspace: Path | None) -> None:
    """Show where the accuracy check of each force stands."""
    gc.disable()
    from hmic_letters.accuracy import status as board  # noqa: PLC0415

    with answering(workspace) as read:
        rows = board.board(read, day_given(day))
        click.echo(board.as_json(rows)) if as_json else board.show(rows)
        problems = [problem for slug in read.slugs for problem in read.unread_checks.get(slug, ())]
        show_problems(problems)
    sys.exit(FAILED if problems else 0)
