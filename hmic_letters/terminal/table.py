"""Rows -> a table on the terminal, of at most 80 columns."""

from collections.abc import Iterable, Sequence
from datetime import date

import click
from rich.console import Console
from rich.table import Table
from rich.text import Text

from hmic_letters.data.model.calendar import MONTHS
from hmic_letters.terminal.answers import counted

WIDTH = 80  # of every table, in characters, in a terminal or a pipe
NO_RECORD = "–"

Cell = str | tuple[str, str]  # a text, or a text and its colour


def show_table(columns: Sequence[str], rows: Iterable[Sequence[Cell]]) -> None:
    """Print rows under ``columns``. Nothing wraps; if need be, the first column is cut short.

    Colour only repeats words.
    """
    console = Console(highlight=False, width=WIDTH, soft_wrap=True)
    table = Table(box=None, padding=(0, 1, 0, 0), pad_edge=False)
    cells = [[Text(*((cell,) if isinstance(cell, str) else cell)) for cell in row] for row in rows]
    for number, name in enumerate(columns):
        width = max([len(name), *(row[number].cell_len for row in cells)])
        table.add_column(
            name, no_wrap=True, overflow="ellipsis", min_width=width if number else None
        )
    for row in cells:
        table.add_row(*row)
    console.print(table, no_wrap=True, crop=True)


def show_quiet(number: int) -> None:
    """Report the forces without a row, for which nobody has to do anything."""
    if number:
        click.echo(f"{counted(number, 'force')}: nothing to do. Name a force to see its row.")


def short(day: str | None, now: date) -> str:
    """Write a day of ISO 8601 shortly and whole: '26 Nov', or '26 Nov 14' of another year."""
    if day is None:
        return NO_RECORD
    when = date.fromisoformat(day)
    year = "" if when.year == now.year else f" {when.year % 100:02}"
    return f"{when.day} {MONTHS[when.month - 1][:3]}{year}"
