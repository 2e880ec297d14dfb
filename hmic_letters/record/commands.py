"""The bodies of ``log``, ``verify`` and ``archive``."""

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import click

from hmic_letters.data.load import Workspace, load
from hmic_letters.problem import Problem, errors, visible
from hmic_letters.record.archive import archive as write_archive
from hmic_letters.record.changing import changing_data
from hmic_letters.record.ledger import Ledger, Line, read_ledger
from hmic_letters.record.verify import rebuild
from hmic_letters.record.verify import verify as look
from hmic_letters.terminal.answers import (
    FAILED,
    chosen,
    counted,
    show_problems,
    shown,
    workspace_root,
)
from hmic_letters.terminal.reading import answering, reading
from hmic_letters.workspace.exposure import exposures

# The words of a line come from these keys, in this order, and from its event.
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
SAID_OF_PEOPLE = (
    "holder",
    "copied_to",
    "serial",
    "to",
    "from",
    "by",
    "due",
    "on",
    "embargo",
    "reason",
)


@contextmanager
def changing(workspace: Path | None, with_text: bool = True) -> Iterator[Workspace]:
    """Read a workspace whose ``data/`` is locked, for a command that changes it.

    A refusal in the ``with`` ends the command, as in ``reading``.
    """
    root = workspace_root(workspace)
    with answering(with_text=with_text), changing_data(root) as completed:
        for path in completed:
            click.echo(
                f"A run was ended after its line was in the ledger: {shown(path)} now is as it "
                "left it.",
                err=True,
            )
        yield load(root)


def log(force: str | None, as_json: bool, workspace: Path | None) -> None:
    """Show what was sent, received, decided, dispatched and published, and by whom."""
    root = workspace_root(workspace)
    ledger = read_ledger(root)
    if force is not None:
        with reading(workspace) as read:
            (force,) = chosen([force], read.slugs, read.names)
    lines = ledger.lines if force is None else ledger.concerning(force)
    if as_json:
        click.echo("[" + ",\n".join(line.text.decode() for line in lines) + "]")
    for line in () if as_json else lines:
        click.echo(visible(_in_words(line)))
    if not ledger.lines and not as_json:
        click.echo("Nothing is on record yet.")
    show_problems(ledger.problems)
    sys.exit(FAILED if ledger.problems else 0)


def verify(head: str | None, again: bool, workspace: Path | None) -> None:
    """Find any changed, missing or added byte in the ledger and in what it speaks of."""
    root = workspace_root(workspace)
    with answering():
        ledger, problems = look(root, head.strip().lower() if head else None)
        show_problems(problems)
        for line, outcome in rebuild(root, ledger, os.cpu_count() or 1) if again else ():
            if isinstance(outcome, Problem):
                problems = (*problems, outcome)
                show_problems([outcome])
            else:
                click.echo(f"{line.force}, version {line.about['version']}: {outcome}.")
    _say_verified(ledger, problems)
    sys.exit(FAILED if errors(problems) else 0)


def archive(folder: Path, workspace: Path | None) -> None:
    """Write the record into the new folder DIR, readable without this tool."""
    with reading(workspace, with_text=False) as read:
        ledger, problems = look(read.root, None)
        show_problems(problems)
        if errors(problems):
            click.echo("Nothing was archived.", err=True)
            sys.exit(FAILED)
        count = write_archive(read, ledger, folder.absolute())
    for exposure in exposures(folder):
        click.echo(f"Warning: {shown(folder)} is exposed: {exposure}.", err=True)
    versions = counted(count, "version")
    click.echo(f"{versions} of letters archived in {shown(folder.absolute())}.")


def _in_words(line: Line) -> str:
    said = []
    for name in (*SAID, *SAID_OF_PEOPLE):
        value = line.about.get(name)
        if not value or (name == "findings" and isinstance(value, str)):
            continue
        if isinstance(value, dict):
            value = ", ".join(f"{one} {other}" for one, other in value.items())
        # Names of people have spaces and commas in them.
        between = "; copied to " if name == "copied_to" else " "
        text = between.join(value) if isinstance(value, list) else value
        said.append(f"{name.replace('_', ' ')} {text}")
    of = f" {line.force}" if line.force else ""
    return (
        f"{line.number:>4}  {line.london[:19].replace('T', ' ')}  {line.by}  {line.event}{of}: "
        + ("; ".join(said))
    )


def _say_verified(ledger: Ledger, problems: tuple[Problem, ...]) -> None:
    said = counted(len(problems), "problem") if problems else "all as recorded"
    lines, files = counted(len(ledger.lines), "line"), len(ledger.files)
    click.echo(f"{lines}, {files} files: {said}. Head {ledger.head}.")
