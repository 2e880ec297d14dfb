"""The body of ``status``: the stage of each letter, as a table or as JSON."""

import gc
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

import click

from hmic_letters.making.status import Row, Stage
from hmic_letters.making.status import as_json as rows_as_json
from hmic_letters.making.status import status as rows_of
from hmic_letters.terminal.answers import FAILED, counted
from hmic_letters.terminal.reading import reading
from hmic_letters.terminal.table import NO_RECORD, Cell, show_table
from hmic_letters.workspace.paths import Edition, letters_folder


def status(workspace: Path | None, output: Path | None, as_json: bool, require: str | None) -> None:
    """Show how far each force's letter has come; fail if one is behind a required stage."""
    gc.disable()
    with reading(workspace, output) as read:
        rows = rows_of(read, letters_folder(read.root, output, Edition.EMBARGOED))
        if as_json:
            click.echo(rows_as_json(rows))
        else:
            _show(
                rows,
                {theme.id: theme.heading or theme.id for theme in read.inspection.value.themes},
            )
    if require is not None:
        stage = Stage(require)
        behind = [row for row in rows if not row.reached(stage)]
        for row in behind:
            click.echo(f"Not {require}: {row.slug}", err=True)
        sys.exit(FAILED if behind else 0)


def _show(rows: Sequence[Row], headings: Mapping[str, str]) -> None:
    """Print the rows as a table; ``headings`` are the headings of the themes, by id."""
    columns = ("Force", "Findings", "Problems", "Accuracy check", "Letter", "Sent", "Published")
    cells: list[tuple[Cell, ...]] = [
        (
            row.slug + "*" * row.specimen,
            " ".join(f"{row.findings[theme]:>3}" for theme in headings),
            _problems(row),
            row.accuracy_check or NO_RECORD,
            (row.letter, "green" if row.letter == "up to date" else "red"),
            row.sent or NO_RECORD,
            row.published or NO_RECORD,
        )
        for row in rows
    ]
    caption = (
        f"Findings: {', '.join(headings.values())}.\n* specimen   {NO_RECORD} nothing on record"
    )
    show_table(columns, cells, caption, ("Force", "Findings", "Letter"), space=1)


def _problems(row: Row) -> Cell:
    counts = ((row.errors, "error"), (row.warnings, "warning"))
    parts = [counted(number, kind) for number, kind in counts if number]
    colour = "red" if row.errors else "yellow" if row.warnings else "green"
    return ", ".join(parts) or "none", colour
