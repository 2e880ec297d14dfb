"""The commands that read the ledger and its files."""

from pathlib import Path

import click

from hmic_letters.cli.options import (
    body_in,
    complete,
    json_option,
    lock_wait_option,
    workspace_option,
)


@click.command()
@click.argument("force", required=False, shell_complete=complete)
@json_option
@workspace_option
@body_in("record.commands")
def log() -> None:
    """Show what was sent, received, decided, dispatched and published, and by whom."""


@click.command()
@click.option(
    "--head", metavar="HASH", help="Check that this hash of a dispatch note is on record."
)
@click.option(
    "--rebuild", "again", is_flag=True, help="Make each letter again, and compare its bytes."
)
@workspace_option
@lock_wait_option
@body_in("record.commands")
def verify() -> None:
    """Find any changed, missing or added byte in the ledger and in the files it names."""


@click.command()
@click.argument("file", type=click.Path(dir_okay=False, exists=True, path_type=Path))
@workspace_option
@body_in("publication.commands")
def trace() -> None:
    """Name the copy that a FILE comes from, even if it was opened or printed again.

    FILE is a PDF or a picture of a page.
    """


@click.command()
@click.argument("folder", metavar="DIR", type=click.Path(path_type=Path))
@workspace_option
@lock_wait_option
@body_in("record.commands")
def archive() -> None:
    """Write the letters, the public editions and the ledger into the new folder DIR.

    People can read it without this tool.
    """


COMMANDS = (log, verify, trace, archive)
