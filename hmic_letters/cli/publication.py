"""The commands from a cleared letter to a published one."""

from pathlib import Path
from typing import Any

import click

from hmic_letters.cli.options import (
    body_in,
    forces_argument,
    lock_wait_option,
    output_option,
    reason_option,
    workspace_option,
)
from hmic_letters.terminal.answers import run_body


@click.command()
@forces_argument
@click.option("--all", "every", is_flag=True, help="Dispatch to every force of the register.")
@click.option("--yes", is_flag=True, help="Dispatch; without this it only shows the plan.")
@reason_option(False, "The reason why a letter goes out again, as a new version.")
@workspace_option
@lock_wait_option
@output_option
@body_in("publication.commands")
def dispatch() -> None:
    """Prepare the letters that go out to the named forces, and record them.

    Each letter is frozen as a version in dispatched/FORCE/N/. The version has a copy that is marked
    and encrypted for its holder, and an e-mail draft with that copy. Passphrases are in
    passphrases/. Nothing is sent. Without --yes it only shows the plan.
    """


@click.command()
@workspace_option
@lock_wait_option
@body_in("publication.commands")
def publish() -> None:
    """Make the public edition of every dispatched letter, once the embargo has lifted.

    The files go to published/N/: each letter as PDF and as a page, and an index of all forces. It
    refuses before the embargo lifts, and no option overrides that.
    """


@click.group(invoke_without_command=True)
@workspace_option
@click.pass_context
def embargo(ctx: click.Context, workspace: Path | None) -> None:
    """Show when the embargo lifts, in London and in UTC, and the time until then."""
    ctx.obj = workspace
    if ctx.invoked_subcommand is None:
        run_body("publication.commands:embargo", workspace=workspace)


@embargo.command()
@click.argument("when")
@click.argument("force", required=False)
@reason_option(True, "The reason for the move.")
@workspace_option
@lock_wait_option
@click.pass_obj
def move(above: Path | None, /, workspace: Path | None, **given: Any) -> None:
    """Move the embargo to WHEN, London's date and time: '2014-09-05 00:01'.

    With FORCE it moves the embargo of that one letter, in the file of that force.
    """
    run_body("publication.commands:move", workspace=workspace or above, **given)


COMMANDS = (dispatch, publish, embargo)
