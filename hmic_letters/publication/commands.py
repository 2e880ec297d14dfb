"""The bodies of ``dispatch``, ``publish``, ``embargo`` and ``trace``."""

import os
import sys
from collections.abc import Iterable
from datetime import UTC, datetime
from pathlib import Path

import click

from hmic_letters.check.letters.ocr import can_read
from hmic_letters.data.model.fields import Without
from hmic_letters.data.model.inspection import Embargo
from hmic_letters.documents.apart import Unreadable
from hmic_letters.problem import Problem, visible
from hmic_letters.publication.clearance import Plan, prepare
from hmic_letters.publication.copy.trace import trace as trace_file
from hmic_letters.publication.dispatch import dispatch as send_out
from hmic_letters.publication.embargo import move as move_embargo
from hmic_letters.publication.embargo import off_record, remains
from hmic_letters.publication.publish import publish as make_public
from hmic_letters.record.clock import occasion_now
from hmic_letters.record.commands import changing
from hmic_letters.record.ledger import Occasion, read_ledger
from hmic_letters.terminal.answers import (
    FAILED,
    chosen,
    counted,
    show_problems,
    shown,
    workspace_root,
)
from hmic_letters.terminal.reading import reading
from hmic_letters.workspace.digests import from_outside
from hmic_letters.workspace.paths import Edition, letters_folder

TRACED_LIMIT = 100_000_000  # bytes


def dispatch(
    forces: tuple[str, ...],
    every: bool,
    yes: bool,
    reason: str | None,
    workspace: Path | None,
    output: Path | None,
) -> None:
    """Prepare the letters that go out to the named forces, and record them."""
    if bool(forces) == every:
        raise click.UsageError("Name the forces, or say --all.")

    occasion = occasion_now()
    with reading(workspace, output, with_text=False) as read:
        folder = letters_folder(read.root, output, Edition.EMBARGOED)
        answers = list(prepare(read, folder, chosen(forces, read.slugs, read.names), reason))
        failed = _show_refused((one.slug, one.problems) for one in answers if one.problems)
        for line in (one.line for one in answers if one.line):
            click.echo(
                f"{line.force}: dispatched as it is, as version {line.about['version']}. To make "
                "another: --reason."
            )
        plans = [one.plan for one in answers if one.plan]
        for plan in plans:
            _show_plan(plan, occasion)
        if plans and not yes:
            click.echo("Nothing was done yet: add --yes.")
        for plan, done in send_out(read, plans, occasion) if plans and yes else ():
            if isinstance(done, tuple):
                failed = _show_refused([(plan.slug, done)])
                continue
            where = shown(read.root / "dispatched" / plan.slug / str(plan.number))
            slip = shown(read.root / "passphrases" / f"{plan.slug}-{plan.number}.txt")
            click.echo(
                f"{plan.slug}: version {plan.number}, copy {done.about['serial']}, is in {where}, "
                f"its passphrase in {slip}; head of the ledger {done.hash}."
            )
    sys.exit(FAILED if failed else 0)


def publish(workspace: Path | None) -> None:
    """Make the public edition of every dispatched letter, once the embargo has lifted."""
    with reading(workspace, with_text=False) as read:
        done = make_public(read, occasion_now(), os.cpu_count() or 1)
    show_problems(done.problems, with_text=False)
    for slug, embargo in done.waiting.items():
        click.echo(f"{slug}: not yet; embargoed until {embargo.time} on {embargo.day}.")
    count = counted(len(done.versions), "letter")
    if done.line is not None:
        where = shown(read.root / "published" / str(done.line.about["publication"]))
        click.echo(
            f"{count} of {len(read.slugs)} published in {where}, which has all that is public; "
            f"head of the ledger {done.line.hash}."
        )
    elif done.versions:
        click.echo(f"{count} of {len(read.slugs)} published already, as they are.")
    else:
        click.echo("No letter was published.", err=True)
    sys.exit(FAILED if done.problems else 0)


def embargo(workspace: Path | None) -> None:
    """Show when the embargo lifts, in London and in UTC, and the time until then."""
    with reading(workspace) as read:
        ledger, at = read_ledger(read.root), occasion_now().at
        problems = {
            problem
            for slug in read.slugs
            if slug in read.forces
            for problem in off_record(read, slug, ledger)
        }
        if problems:
            show_problems(sorted(problems))
            sys.exit(FAILED)
        given = read.inspection.value.embargo
        if isinstance(given, Without):
            click.echo(f"The letters have no embargo: {given.none}")
        else:
            _show_embargo(given, at)
        for slug in read.slugs:
            if slug in read.forces and (own := read.forces[slug].value.embargo):
                click.echo(f"\n{slug} alone:")
                _show_embargo(own, at)


def _show_embargo(embargo: Embargo, at: datetime) -> None:
    left = remains(embargo, at)
    click.echo(f"London   {embargo.time} on {embargo.day}")
    click.echo(f"UTC      {embargo.moment.astimezone(UTC):%Y-%m-%d %H:%M}")
    click.echo(f"Remains  {left or 'nothing: it has lifted'}")


def move(when: str, force: str | None, reason: str, workspace: Path | None) -> None:
    """Move the embargo to WHEN, London's date and time: '2014-09-05 00:01'."""
    with changing(workspace, with_text=False) as read:
        slug = chosen([force], read.slugs, read.names)[0] if force else None
        moved = move_embargo(read, when, reason, occasion_now(), slug)
    of = f" of the letter to {slug}" if slug else ""
    click.echo(f"The embargo{of} now lifts at {moved.embargo.time} on {moved.embargo.day}.")
    click.echo(f"Head of the ledger {moved.line.hash}: note it elsewhere.")
    click.echo("Letters that name another moment have to be made again: 'hmic-letters generate'.")
    if moved.public is not None:
        forces = ", ".join(moved.public.about["versions"])
        click.echo(f"Warning: public since {moved.public.london[:16]} are {forces}.", err=True)
    for line in moved.wrong:
        click.echo(
            f"Wrong now: {line.force}, version {line.about['version']}, copy "
            f"{line.about['serial']}, held by {line.about['holder']}"
            + "".join(f"; {name}" for name in line.about["copied_to"])
        )
    if moved.wrong:
        click.echo("Dispatch these again, with --reason, and have the wrong copies destroyed.")


def trace(file: Path, workspace: Path | None) -> None:
    """Name the copy that a FILE comes from, even if it was opened or printed again."""
    root = workspace_root(workspace)
    try:
        traces = trace_file(root, read_ledger(root), from_outside(file, TRACED_LIMIT))
    except FileNotFoundError:
        raise click.UsageError(f"{file} is no file.") from None
    except OSError as error:
        raise click.UsageError(f"{file}: {error.strerror}.") from None
    except Unreadable as error:
        click.echo(visible(f"{file}: {error.reason}. {error.remedy}".rstrip()), err=True)
        sys.exit(FAILED)
    certain = [one for one in traces if one.is_certain]
    for one in traces:
        click.echo(
            f"{one.said} (known by {one.by})"
            if one.is_certain
            else f"candidate {one.said} ({one.by})"
        )
    if traces and not certain:
        click.echo(
            "It is not certain: compare the serial of each candidate with the file by eye.",
            err=True,
        )
    if not traces:
        click.echo(
            "No copy on record is known by it. If its foot can be read: 'hmic-letters log' has the "
            "serials.",
            err=True,
        )
    if not certain and not can_read():
        click.echo(
            "Pictures of pages were not read, because there is no tesseract here. Run "
            "'setup/system.sh ocr' in the project's folder, then trace the file again.",
            err=True,
        )
    sys.exit(0 if certain else FAILED)


def _show_refused(refused: Iterable[tuple[str, tuple[Problem, ...]]]) -> bool:
    reasons: dict[str, list[str]] = {}
    # Show a problem that several forces have once, with the first of them.
    examples: dict[str, Problem] = {}
    for slug, problems in refused:
        more = f", and {len(problems) - 1} more" if len(problems) > 1 else ""
        reasons.setdefault(problems[0].message + more, []).append(slug)
        examples = {problem.message: problem for problem in problems} | examples
    show_problems(sorted(examples.values()), with_text=False)
    for reason, slugs in reasons.items():
        click.echo(visible(f"Not dispatched: {', '.join(slugs)} ({reason})."), err=True)
    return bool(reasons)


def _show_plan(plan: Plan, occasion: Occasion) -> None:
    click.echo(f"{plan.slug}: version {plan.number}, copy for {plan.holder}")
    for header, people in (("to", (plan.to,)), ("copied to", plan.copied_to)):
        for name, address in people:
            click.echo(f"  {header} {name} <{address or 'no e-mail address in its file'}>")
    enclosed = f" and {plan.enclosure.name}" if plan.enclosure else ", nothing else"
    click.echo(f"  encloses {plan.slug}-letter.pdf{enclosed}")
    embargo, inspection = plan.letter.embargo, plan.letter.inspection
    if embargo:
        click.echo(f"  embargoed until {embargo.time} on {embargo.day}")
    elif isinstance(inspection.embargo, Without):
        click.echo(f"  no embargo: {inspection.embargo.none}")
    if inspection.accuracy_check:
        click.echo(f"  no accuracy check: {inspection.accuracy_check.none}")
    for warning in plan.warnings(occasion.at):
        click.echo(f"Warning: {plan.slug}: {warning}.", err=True)
