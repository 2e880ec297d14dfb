"""The commands that check, make and show letters."""

import os
from pathlib import Path

import click

from hmic_letters.cli.options import (
    body_in,
    complete,
    force_argument,
    forces_argument,
    json_option,
    on_option,
    output_option,
    workspace_option,
)


@click.command()
@forces_argument
@workspace_option
@output_option
@click.option(
    "--jobs",
    metavar="N",
    type=click.IntRange(min=1),
    default=os.cpu_count() or 1,
    help="How many letters to make at a time. Default: one per processor.",
)
@click.option("--why", is_flag=True, help="Say of each letter what has changed since it was made.")
@click.option("--force", is_flag=True, help="Make the letters although nothing has changed.")
@body_in("making.commands")
def generate() -> None:
    """Make the letters of the named forces, or of all.

    A FORCE is the name of its file in data/forces/, such as hertfordshire. Letters are written to
    letters/embargoed/FORCE.pdf; those of other forces, and those of which nothing has changed since
    they were made, stay as they are.
    """


@click.command()
@forces_argument
@workspace_option
@output_option
@click.option("--letters", is_flag=True, help="Look at the letters as they are made, too.")
@click.option("--ocr", is_flag=True, help="With --letters: read pictures of their pages, too.")
@click.option("--strict", is_flag=True, help="Fail on warnings too.")
@click.option("--fix", is_flag=True, help="First mend what is purely mechanical.")
@click.option(
    "--format",
    "form",
    type=click.Choice(["text", "json", "github", "sarif"]),
    default="text",
    help="How to tell the problems. Default: text.",
)
@click.option("--explain", metavar="CODE", help="Say what a code is about, and check nothing.")
@body_in("check.commands")
def check() -> None:
    """Find what is wrong with the data and the templates, before any letter is made.

    Without a FORCE all are checked; with --letters the PDFs too, as a reader of PDFs sees them.
    The problems go to the standard output, everything else to the standard error. An error stops
    the letters it concerns, a warning none.
    """


@click.command()
@workspace_option
@output_option
@json_option
@click.option(
    "--require",
    metavar="STAGE",
    type=click.Choice(["checked", "made", "accuracy-check", "sent", "published"]),
    help="Fail until every letter has come so far: checked, made, accuracy-check, sent or "
    "published.",
)
@body_in("making.board")
def status() -> None:
    """Show where each force's letter stands."""


@click.command()
@click.argument("force", required=False, shell_complete=complete)
@workspace_option
@output_option
@body_in("preview.commands")
def preview() -> None:
    """Show letters in a browser as they would print, beside what is wrong with them.

    The page shows every change as soon as a file is saved. Nobody but this machine's user can see
    it, and no letter is written.
    """


@click.command()
@force_argument
@click.argument("old", metavar="[FROM]", required=False)
@click.argument("new", metavar="[TO]", required=False)
@click.option(
    "--output",
    "file",
    metavar="FILE",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Write it to a .html, .pdf or .docx instead of the terminal.",
)
@on_option
@workspace_option
@body_in("accuracy.commands")
def diff() -> None:
    """Show what changed between two versions of a force's letter.

    A version is proof-1, proof-2, ..., letter (as the data has it now) or made (the letter that was
    made last). Without any it is from the proof that was checked to the letter. A Word document has
    tracked changes, which bear the day.
    """


@click.command()
@workspace_option
@body_in("check.commands")
def schema() -> None:
    """Write the JSON Schemas of the data files into data/schema/.

    The data files point to them, so that an editor completes keys and underlines slips.
    """


COMMANDS = (generate, check, status, preview, diff, schema)
