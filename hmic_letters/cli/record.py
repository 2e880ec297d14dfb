"""The commands that read the record."""

from pathlib import Path

import click

from hmic_letters.cli.options import body_in, complete, json_option, workspace_option


@click.command()
@click.argument("force", required=False, shell_complete=complete)
@json_option
@workspace_option
@body_in("record.commands")
def log() -> None:
    """Show what was sent, received, decided, dispatched and published, and by whom."""


@click.command()
@click.option("--head", metavar="HASH", help="A hash that a dispatch note has: is it on record?")
@click.option("--rebuild", "again", is_flag=True, help="Make each letter again, and compare.")
@workspace_option
@body_in("record.commands")
def verify() -> None:
    """Find any changed, missing or added byte in the ledger and in what it speaks of."""


@click.command()
@click.argument("file", type=click.Path(dir_okay=False, exists=True, path_type=Path))
@workspace_option
@body_in("publication.commands")
def trace() -> None:
    """Name the copy that a FILE comes from, a PDF that was sealed, opened or printed again."""


@click.command()
@click.argument("folder", metavar="DIR", type=click.Path(path_type=Path))
@workspace_option
@body_in("record.commands")
def archive() -> None:
    """Write the record into the new folder DIR, readable without this tool."""


COMMANDS = (log, verify, trace, archive)
