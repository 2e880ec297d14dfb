"""From cleared to published: words -> calls -> exit status, for what leaves and its record."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from hmic_letters.cli.options import (
    FAILED,
    UNAVAILABLE,
    answering,
    chosen,
    complete,
    forces_argument,
    occasion_now,
    output_option,
    reason_option,
    show_problems,
    shown,
    workspace_option,
    workspace_root,
)

if TYPE_CHECKING:
    from collections.abc import Iterable

    from hmic_letters.problem import Problem
    from hmic_letters.publication.clearance import Plan
    from hmic_letters.record.ledger import Ledger, Line, Occasion


@click.command()
@forces_argument
@click.option("--all", "every", is_flag=True, help="Dispatch to every force of the register.")
@click.option("--yes", is_flag=True, help="Do what is otherwise only shown.")
@reason_option(False, "Why a letter goes out again, as a new version.")
@workspace_option
@output_option
def dispatch(
    forces: tuple[str, ...],
    every: bool,
    yes: bool,
    reason: str | None,
    workspace: Path | None,
    output: Path | None,
) -> None:
    """Prepare what really goes out to the named forces, and record it.

    Each letter is frozen as a version in dispatched/FORCE/N/, with a copy that is marked and
    encrypted for its reader and an e-mail draft that carries it. Passphrases are in passphrases/.
    Nothing is sent. Without --yes it only shows what it would do.
    """
    if bool(forces) == every:
        raise click.UsageError("Name the forces, or say --all.")
    from hmic_letters.publication.clearance import prepare  # noqa: PLC0415
    from hmic_letters.publication.dispatch import dispatch as act  # noqa: PLC0415
    from hmic_letters.workspace.paths import Edition, letters_folder  # noqa: PLC0415

    occasion = occasion_now(None)
    with answering(workspace, output, with_text=False) as read:
        folder = letters_folder(read.root, output, Edition.EMBARGOED)
        answers = list(prepare(read, folder, chosen(forces, read.slugs), reason))
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
        for plan, done in act(read, plans, occasion) if plans and yes else ():
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


def _show_refused(refused: Iterable[tuple[str, tuple[Problem, ...]]]) -> bool:
    from hmic_letters.problem import visible  # noqa: PLC0415

    reasons: dict[str, list[str]] = {}
    # What is the same with several is shown once, with the first of them.
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
    enclosed = f" and {plan.enclosure[0]}" if plan.enclosure else ", nothing else"
    click.echo(f"  encloses {plan.slug}-letter.pdf{enclosed}")
    click.echo(f"  embargoed until {plan.letter.embargo.time} on {plan.letter.embargo.day}")
    for warning in plan.warnings(occasion.at):
        click.echo(f"Warning: {plan.slug}: {warning}.", err=True)


@click.command()
@workspace_option
def publish(workspace: Path | None) -> None:
    """Make the public edition of every dispatched letter, once the embargo has lifted.

    It is written to published/N/: each letter as PDF and as a page, and an index of all forces. It
    is refused before the embargo lifts, and no option overrides that.
    """
    from hmic_letters.publication.publish import publish as act  # noqa: PLC0415

    with answering(workspace, with_text=False) as read:
        done = act(read, occasion_now(None), os.cpu_count() or 1)
    show_problems(done.problems, with_text=False)
    count = f"{len(done.versions)} letter{'' if len(done.versions) == 1 else 's'}"
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


@click.group(invoke_without_command=True)
@workspace_option
@click.pass_context
def embargo(ctx: click.Context, workspace: Path | None) -> None:
    """Show when the embargo lifts, in London and in UTC, and what remains."""
    if ctx.invoked_subcommand is not None:
        ctx.obj = workspace
        return
    from datetime import UTC  # noqa: PLC0415

    from hmic_letters.publication.embargo import remains  # noqa: PLC0415
    from hmic_letters.record.ledger import read_ledger  # noqa: PLC0415

    with answering(workspace) as read:
        held = read.inspection.value.embargo
        on_record = read_ledger(read.root).embargo
        if on_record not in {None, held.iso}:
            click.echo(
                f"Error: the file says {held.iso}, and {on_record} is on record. What is typed "
                "into the file lifts nothing: take it back, or move it: 'embargo move'.",
                err=True,
            )
            sys.exit(FAILED)
        left = remains(held, occasion_now(None).at)
        click.echo(f"London   {held.time} on {held.day}")
        click.echo(f"UTC      {held.moment.astimezone(UTC):%Y-%m-%d %H:%M}")
        click.echo(f"Remains  {left or 'nothing: it has lifted'}")


@embargo.command()
@click.argument("when")
@reason_option(True, "Why it moves.")
@workspace_option
@click.pass_obj
def move(above: Path | None, when: str, reason: str, workspace: Path | None) -> None:
    """Move the embargo to WHEN, London's date and time: '2014-09-05 00:01'."""
    from hmic_letters.publication.embargo import move as act  # noqa: PLC0415

    with answering(workspace or above, with_text=False) as read:
        moved = act(read, when, reason, occasion_now(None))
    click.echo(f"The embargo now lifts at {moved.embargo.time} on {moved.embargo.day}.")
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


@click.command()
@click.argument("force", required=False, shell_complete=complete)
@click.option("--json", "as_json", is_flag=True, help="Tell it to a script, as JSON.")
@workspace_option
def log(force: str | None, as_json: bool, workspace: Path | None) -> None:
    """Show what was sent, received, decided, dispatched and published, and by whom."""
    from hmic_letters.problem import visible  # noqa: PLC0415
    from hmic_letters.record.ledger import read_ledger  # noqa: PLC0415

    root = workspace_root(workspace)
    ledger = read_ledger(root)
    if force is not None:
        with answering(workspace) as read:
            (force,) = chosen([force], read.slugs)
    lines = ledger.lines if force is None else ledger.concerning(force)
    if as_json:
        click.echo("[" + ",\n".join(line.text.decode() for line in lines) + "]")
    for line in () if as_json else lines:
        click.echo(visible(_in_words(line)))
    if not ledger.lines and not as_json:
        click.echo("Nothing is on record yet.")
    show_problems(ledger.problems)
    sys.exit(FAILED if ledger.problems else 0)


# What a line's words are made of beside its event, in this order.
SAID = (
    "version",
    "publication",
    "versions",
    "proof",
    "point",
    "points",
    "decision",
    "findings",
    "how",
)
SAID_OF_PEOPLE = ("holder", "serial", "to", "from", "by", "due", "on", "embargo", "reason")


def _in_words(line: Line) -> str:
    said = []
    for name in (*SAID, *SAID_OF_PEOPLE):
        value = line.about.get(name)
        if value and not (name == "findings" and isinstance(value, str)):
            if isinstance(value, dict):
                value = ", ".join(f"{one} {other}" for one, other in value.items())
            text = " ".join(value) if isinstance(value, list) else value
            said.append(f"{name} {text}")
    of = f" {line.force}" if line.force else ""
    return (
        f"{line.number:>4}  {line.london[:19].replace('T', ' ')}  {line.by}  {line.event}{of}: "
        + ("; ".join(said))
    )


@click.command()
@click.option("--head", metavar="HASH", help="A hash that a dispatch note has: is it on record?")
@click.option("--rebuild", "again", is_flag=True, help="Make each letter again, and compare.")
@workspace_option
def verify(head: str | None, again: bool, workspace: Path | None) -> None:
    """Find any changed, missing or added byte in the ledger and in what it speaks of."""
    from hmic_letters.problem import Unavailable  # noqa: PLC0415
    from hmic_letters.record.verify import rebuild  # noqa: PLC0415
    from hmic_letters.record.verify import verify as act  # noqa: PLC0415

    root = workspace_root(workspace)
    try:
        ledger, problems = act(root, head.strip().lower() if head else None)
        show_problems(problems)
        for line, problem in rebuild(root, ledger) if again else ():
            if problem is not None:
                problems = (*problems, problem)
                show_problems([problem])
            else:
                click.echo(
                    f"{line.force}, version {line.about['version']}: made again, the same bytes."
                )
    except Unavailable as error:
        click.echo(f"Error: {error}", err=True)
        sys.exit(UNAVAILABLE)
    _say_verified(ledger, problems)
    sys.exit(FAILED if problems else 0)


def _say_verified(ledger: Ledger, problems: tuple[Problem, ...]) -> None:
    count = len(ledger.lines)
    files = len({path for line in ledger.lines for path in line.files})
    said = (
        f"{len(problems)} problem{'' if len(problems) == 1 else 's'}"
        if problems
        else "all as recorded"
    )
    click.echo(
        f"{count} line{'' if count == 1 else 's'}, {files} files: {said}. Head {ledger.head}."
    )


@click.command()
@click.argument("file", type=click.Path(dir_okay=False, exists=True, path_type=Path))
@workspace_option
def trace(file: Path, workspace: Path | None) -> None:
    """Name the copy that a FILE comes from, a PDF that was sealed, opened or printed again."""
    from hmic_letters.publication.copy.trace import trace as act  # noqa: PLC0415
    from hmic_letters.record.ledger import read_ledger  # noqa: PLC0415
    from hmic_letters.workspace.digests import content  # noqa: PLC0415

    root = workspace_root(workspace)
    try:
        found = act(root, read_ledger(root), content(file))
    except FileNotFoundError:
        raise click.UsageError(f"{file} is no file.") from None
    except ValueError as error:
        click.echo(f"{file}: {error}", err=True)
        sys.exit(FAILED)
    for one in found:
        click.echo(f"{one.said} (known by {one.by})")
    if not found:
        click.echo(
            "No copy on record is known by it. If its foot can be read: 'hmic-letters log' has the "
            "serials.",
            err=True,
        )
    sys.exit(0 if found else FAILED)


@click.command()
@click.argument("folder", metavar="DIR", type=click.Path(path_type=Path))
@workspace_option
def archive(folder: Path, workspace: Path | None) -> None:
    """Write the record into the new folder DIR, readable without this tool."""
    from hmic_letters.record.archive import archive as act  # noqa: PLC0415
    from hmic_letters.record.verify import verify as look  # noqa: PLC0415
    from hmic_letters.workspace.exposure import exposures  # noqa: PLC0415

    with answering(workspace, with_text=False) as read:
        ledger, problems = look(read.root, None)
        if problems:
            show_problems(problems)
            click.echo("Nothing was archived.", err=True)
            sys.exit(FAILED)
        count = act(read, ledger, folder.absolute())
    for exposure in exposures(folder):
        click.echo(f"Warning: {shown(folder)} is exposed: {exposure}.", err=True)
    versions = f"{count} version{'' if count == 1 else 's'}"
    click.echo(f"{versions} of letters archived in {shown(folder.absolute())}.")


COMMANDS = (dispatch, publish, embargo, log, verify, trace, archive)
