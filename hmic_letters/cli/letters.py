"""The commands that check, make and show letters."""

import os
from pathlib import Path

import click

from hmic_letters.cli.options import (
    Day,
    body_in,
    complete,
    force_argument,
    forces_argument,
    json_option,
    lock_wait_option,
    on_option,
    output_option,
    workspace_option,
)


@click.command()
@forces_argument
@workspace_option
@lock_wait_option
@output_option
@click.option(
    "--jobs",
    metavar="N",
    type=click.IntRange(min=1),
    default=os.cpu_count() or 1,
    help="The number of letters to make at a time. Default: one per processor.",
)
@click.option("--why", is_flag=True, help="Say for each letter what has changed since it was made.")
@click.option("--force", is_flag=True, help="Make the letters even if nothing has changed.")
@body_in("making.commands")
def generate() -> None:
    """Make the letters of the named forces, or of all.

    A FORCE is the name of its file in data/forces/, such as hertfordshire. Letters are written to
    letters/embargoed/FORCE.pdf. Letters of other forces, and letters that are up to date, are not
    touched.
    """


@click.command()
@forces_argument
@workspace_option
@lock_wait_option
@output_option
@click.option("--letters", is_flag=True, help="Check the letters that were made, too.")
@click.option("--ocr", is_flag=True, help="With --letters: read pictures of their pages, too.")
@click.option("--strict", is_flag=True, help="Fail on warnings, too.")
@click.option("--fix", is_flag=True, help="First correct purely mechanical faults.")
@click.option(
    "--format",
    "form",
    type=click.Choice(["text", "json", "github", "sarif"]),
    default="text",
    help="The format of the problems. Default: text.",
)
@click.option("--explain", metavar="CODE", help="Explain a code, and check nothing.")
@body_in("check.commands")
def check() -> None:
    """Find problems in the data and the templates, before any letter is made.

    Without a FORCE it checks all forces. With --letters it checks the PDFs, too, as a reader sees
    them. Problems go to the standard output, everything else to the standard error. An error stops
    the letters it concerns; a warning stops none.
    """


@click.command()
@forces_argument
@workspace_option
@output_option
@json_option
@click.option(
    "--require",
    metavar="STAGE",
    type=click.Choice(["checked", "made", "accuracy-check", "dispatched", "published"]),
    help="Fail until every letter has reached this stage: checked, made, accuracy-check, "
    "dispatched or published.",
)
@body_in("making.board")
def status() -> None:
    """Show how far each force's letter has come, the most urgent first.

    Forces for which nobody has to do anything are one line; a FORCE that you name has its row.
    """


@click.command()
@click.argument("force", required=False, shell_complete=complete)
@workspace_option
@output_option
@body_in("preview.commands")
def preview() -> None:
    """Show letters in a browser as they would print, beside their problems.

    The page shows every change as soon as you save a file. Nobody but you can see it, and it writes
    no letter.
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
    help="Write the changes to a .html, .pdf or .docx instead of the terminal.",
)
@on_option
@workspace_option
@body_in("accuracy.commands")
def diff() -> None:
    """Show what changed between two versions of a force's letter.

    A version is proof-1, proof-2, ..., letter (from the data of now) or made (the letter that was
    made last). Without versions it compares the proof that was checked with the letter. A Word
    document has tracked changes, which bear the day.
    """


@click.command()
@workspace_option
@lock_wait_option
@body_in("check.commands")
def schema() -> None:
    """Write the JSON Schemas of the data files into data/schema/.

    The data files point to them, so an editor can complete keys and underline slips.
    """


@click.command("template-values")
@click.argument("force", required=False, shell_complete=complete)
@workspace_option
@body_in("check.commands")
def template_values() -> None:
    """List every value that a template may name, with its kind and an example.

    The examples are from the letter to FORCE, or from the first letter.
    """


@click.command()
@click.argument("directory", metavar="DIR", type=click.Path(path_type=Path))
@click.option("--title", metavar="TEXT", help="The title of the inspection.")
@click.option("--letter-date", metavar="DAY", type=Day(), help="The date of the letters.")
@click.option("--embargo", metavar="WHEN", help="London's date and time, '2027-03-04 00:01'.")
@click.option("--no-embargo", metavar="REASON", help="Why the letters have no embargo.")
@click.option("--theme", "themes", metavar="HEADING", multiple=True, help="A theme's heading.")
@click.option("--example", "is_example", is_flag=True, help="The workspace of 2014, as it is.")
@body_in("new.commands")
def new() -> None:
    """Begin the workspace of a new inspection in DIR, a folder that is not there yet.

    It has the register of the 43 forces with their names and regions, specimens for findings, a
    plain template, and a README with the next steps. It asks for the options that you leave out.
    """


@click.command()
@click.argument("shell", type=click.Choice(["bash", "zsh", "fish"]))
@body_in("terminal.commands")
def completion() -> None:
    """Print the script that lets a SHELL complete commands, options and forces.

    For bash: 'hmic-letters completion bash >> ~/.bashrc', then open a new terminal.
    """


COMMANDS = (new, generate, check, status, preview, diff, schema, template_values, completion)
