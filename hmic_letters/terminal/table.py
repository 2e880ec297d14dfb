"""Rows -> a table on the terminal."""

from collections.abc import Iterable, Sequence

from rich.console import Console
from rich.table import Table
from rich.text import Text

WIDE = 200  # width of a table that does not go to a terminal, in characters
NO_RECORD = "–"

Cell = str | tuple[str, str]  # a text, or a text and its colour


def show_table(
    columns: Sequence[str],
    rows: Iterable[Sequence[Cell]],
    caption: str,
    whole: Iterable[str],
    space: int,
) -> None:
    """Print rows under ``columns``; those in ``whole`` never wrap.

    ``space`` is the number of blanks between two columns. Colour only repeats words.
    """
    console = Console(highlight=False)
    if not console.is_terminal:
        console = Console(highlight=False, width=WIDE)
    table = Table(box=None, padding=(0, space, 0, 0), caption=caption, caption_justify="left")
    kept = set(whole)
    for name in columns:
        table.add_column(name, overflow="fold", no_wrap=name in kept)
    for row in rows:
        table.add_row(*(Text(*cell) if isinstance(cell, tuple) else cell for cell in row))
    console.print(table)
