"""What the commands share: their common options, and how forces and problems are named."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from hmic_letters.data.load import Workspace
    from hmic_letters.problem import Problem
    from hmic_letters.record.ledger import Occasion

    Command = Callable[..., None]


# Exit statuses; README has the same table. Click itself ends with 2 for a misused command.
FAILED = 1
UNAVAILABLE = 3
INTERRUPTED = 130

workspace_option = click.option(
    "--workspace",
    metavar="DIR",
    envvar="HMIC_LETTERS_WORKSPACE",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    help="The folder that holds data/ and templates/. Default: the current folder or the nearest "
    "above it. [env: HMIC_LETTERS_WORKSPACE]",
)


def complete(ctx: click.Context, parameter: click.Parameter, begun: str) -> list[str]:  # noqa: ARG001
    """The forces that a name can be completed to, for the shell."""
    from hmic_letters.workspace.paths import find_workspace, forces_with_file  # noqa: PLC0415

    root = ctx.params.get("workspace") or find_workspace(Path.cwd())
    return [slug for slug in (forces_with_file(root) if root else ()) if slug.startswith(begun)]


forces_argument = click.argument("forces", nargs=-1, metavar="[FORCE]...", shell_complete=complete)


force_argument = click.argument("force", shell_complete=complete)
on_option = click.option(
    "--on",
    "day",
    metavar="DAY",
    type=click.DateTime(["%Y-%m-%d"]),
    help="The day on which it is done, such as 2014-08-11. Default: today in London.",
)

output_option = click.option(
    "--output",
    metavar="DIR",
    type=click.Path(file_okay=False, path_type=Path),
    help="Where the letters are. Default: letters/ in the workspace.",
)


def workspace_root(workspace: Path | None) -> Path:
    from hmic_letters.workspace.paths import MARKER, find_workspace  # noqa: PLC0415

    if workspace is not None:
        root = workspace.absolute()
        if not (root / MARKER).is_file():
            raise click.UsageError(f"{workspace} is not a workspace: it has no {MARKER}.")
        return root
    found = find_workspace(Path.cwd())
    if found is None:
        raise click.UsageError(
            f"There is no {MARKER} here or in a folder above. Go to a workspace, or name one with "
            "--workspace DIR."
        )
    return found


def chosen(forces: Sequence[str], register: Sequence[str]) -> tuple[str, ...]:
    """The forces asked for, each once and in the register's order."""
    unknown = [force for force in forces if force not in register]
    if unknown:
        raise click.UsageError(
            "\n".join(
                f"There is no force '{force}' in the register. " + _force_meant(force, register)
                for force in unknown
            ).rstrip()
        )
    return tuple(slug for slug in register if not forces or slug in forces)


def _force_meant(force: str, register: Sequence[str]) -> str:
    from hmic_letters.problem import did_you_mean  # noqa: PLC0415

    word = Path(force).stem.casefold().replace(" ", "-")
    begun = [slug for slug in register if word.startswith(f"{slug}-")]
    return f"Did you mean '{begun[0]}'?" if begun else did_you_mean(word, register)


def show_problems(problems: Iterable[Problem], with_text: bool = True) -> None:
    """Tells problems; without the text that they are about where that may go into a log."""
    for problem in problems:
        told = problem if with_text else problem.without_text()
        click.echo(told.text(relative_to=Path.cwd()), err=True)


def shown(path: Path) -> str:
    """A path as a reader finds it from here."""
    return min(os.path.relpath(path), str(path), key=len)


def _in_letters(ctx: click.Context, parameter: click.Parameter, text: str | None) -> str | None:
    """A text that can be recorded."""
    if text is not None and not (text.strip() and text.isprintable()):
        raise click.BadParameter("say it in letters, on one line.", ctx, parameter)
    return text


def reason_option(required: bool, help_text: str) -> Callable[[Command], Command]:
    return click.option(
        "--reason", metavar="TEXT", required=required, callback=_in_letters, help=help_text
    )


@contextmanager
def answering(
    workspace: Path | None, output: Path | None = None, with_text: bool = True
) -> Iterator[Workspace]:
    """The workspace, with an answer to what can be wrong with it and what is asked of it."""
    from hmic_letters.data.load import load  # noqa: PLC0415
    from hmic_letters.problem import Refused, Unavailable  # noqa: PLC0415

    root = workspace_root(workspace)
    try:
        yield load(root, output)
    except Refused as error:
        show_problems(error.problems, with_text)
        sys.exit(FAILED)
    except Unavailable as error:
        click.echo(f"Error: {error}", err=True)
        sys.exit(UNAVAILABLE)


def occasion_now(given: date | None) -> Occasion:
    """Who runs the command, and when; ``given`` is the day that was told instead of today."""
    from hmic_letters.record.clock import now  # noqa: PLC0415
    from hmic_letters.record.ledger import Occasion  # noqa: PLC0415
    from hmic_letters.workspace.store import account  # noqa: PLC0415

    return Occasion(account(), now(), day_given(given))


def day_given(given: date | None) -> date:
    from hmic_letters.record.clock import today  # noqa: PLC0415

    # click gives a date with a time.
    return date(given.year, given.month, given.day) if given else today()
