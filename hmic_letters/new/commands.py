"""The body of ``new``."""

import sys
from datetime import date, datetime
from pathlib import Path

import click

from hmic_letters.new.begin import Plan, begin, example
from hmic_letters.problem import Unavailable
from hmic_letters.terminal.answers import shown
from hmic_letters.terminal.reading import answering
from hmic_letters.workspace.store import hold_new

EXAMPLES = {
    "title": "'--title TEXT', the title of the inspection",
    "letter_date": "'--letter-date DAY', such as 2027-03-03",
    "embargo": "'--embargo WHEN', such as '2027-03-04 00:01', or '--no-embargo REASON'",
    "themes": "'--theme HEADING', once for each theme",
}


def new(
    directory: Path,
    title: str | None,
    letter_date: datetime | None,
    embargo: str | None,
    no_embargo: str | None,
    themes: tuple[str, ...],
    is_example: bool,
) -> None:
    """Begin a workspace in a new folder."""
    with answering():
        if directory.exists():
            raise Unavailable(f"{shown(directory)} is there already. Name a folder that is not.")
        day = letter_date.date() if letter_date else None
        hold_new(
            directory,
            example() if is_example else begin(_plan(title, day, embargo, no_embargo, themes)),
        )
    click.echo(f"The workspace is in {shown(directory)}. Next:")
    click.echo(f"  cd {shown(directory)}")
    click.echo("  hmic-letters check       # what is still to be done")
    click.echo("  hmic-letters generate    # the letters, as they are")


def _plan(
    title: str | None,
    letter_date: date | None,
    embargo: str | None,
    no_embargo: str | None,
    themes: tuple[str, ...],
) -> Plan:
    """Ask for what was not said, if somebody can answer. Raises UsageError otherwise."""
    if embargo and no_embargo:
        raise click.UsageError("Say --embargo or --no-embargo, not both.")
    missing = [
        name
        for name, said in (
            ("title", title),
            ("letter_date", letter_date),
            ("embargo", embargo or no_embargo),
            ("themes", themes),
        )
        if not said
    ]
    if missing and not sys.stdin.isatty():
        raise click.UsageError("Say " + "; ".join(EXAMPLES[name] for name in missing) + ".")
    title = title or click.prompt("Title of the inspection")
    if letter_date is None:
        asked = click.prompt("Date of the letters (2027-03-03)", type=click.DateTime(["%Y-%m-%d"]))
        letter_date = asked.date()
    if not (embargo or no_embargo):
        embargo = click.prompt("Embargo, London time (2027-03-04 00:01; empty: none)", default="")
        if not embargo:
            no_embargo = click.prompt("Why the letters have no embargo")
    heading = "?" if "themes" in missing else ""
    while heading or not themes:
        heading = click.prompt("Heading of a theme (empty: no more)", default="")
        themes = (*themes, heading) if heading else themes
    assert title is not None
    return Plan(
        title=title,
        letter_date=letter_date,
        embargo=embargo or None,
        no_embargo=no_embargo,
        themes=themes,
    )
