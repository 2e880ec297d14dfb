"""The body of ``generate``.

It imports nothing heavy before it knows that a letter has to be made.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path

import click

from hmic_letters.making.unchanged import Look
from hmic_letters.terminal.answers import counted, run_body, shown, workspace_root
from hmic_letters.workspace.paths import Edition, letters_folder


def generate(
    forces: tuple[str, ...],
    workspace: Path | None,
    output: Path | None,
    jobs: int,
    why: bool,
    force: bool,
) -> None:
    """Make the letters whose files have changed, or with ``force`` all."""
    root = workspace_root(workspace)
    folder = letters_folder(root, output, Edition.EMBARGOED)
    look = Look(root, folder)
    unchanged = None if force else look.unchanged(forces)
    if unchanged is not None:
        say_made({folder}, len(unchanged), 0, sum(unchanged.values()))
        if why:
            say_why(dict.fromkeys(unchanged, ""))
        return
    likely = (len(set(forces)) or jobs) if force else look.unsure(set(forces))
    run_body(
        "making.batch:make",
        root=root,
        output=output,
        forces=forces,
        jobs=jobs,
        likely=likely,
        why=why,
        force=force,
    )


def say_made(
    folders: Iterable[Path], asked: int, written: int, warnings: int, failed: int = 0
) -> None:
    """Report how many letters were written, and where."""
    if warnings:
        number = counted(warnings, "warning")
        click.echo(f"{number}: 'hmic-letters check' tells what about.", err=True)
    unchanged = asked - written - failed
    rest = f", {unchanged} unchanged" if unchanged else ""
    where = ", ".join(sorted(map(shown, folders)))
    click.echo(f"{written} of {counted(asked, 'letter')} written to {where}{rest}.")


def say_why(reasons: Mapping[str, str]) -> None:
    """Report for each letter what has changed since it was made."""
    for slug, why in reasons.items():
        click.echo(f"{slug}: {why or 'nothing has changed'}")
