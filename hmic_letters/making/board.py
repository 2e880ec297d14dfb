"""The body of ``status``: the stage of each letter, as a table or as JSON."""

import gc
import sys
from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path

import click

from hmic_letters.check.checked import State
from hmic_letters.making.status import Row, Stage, Version, by_urgency
from hmic_letters.making.status import as_json as rows_as_json
from hmic_letters.making.status import status as rows_of
from hmic_letters.record.clock import today_if_known
from hmic_letters.terminal.answers import FAILED, chosen, counted, show_wrapped
from hmic_letters.terminal.reading import reading
from hmic_letters.terminal.table import NO_RECORD, Cell, short, show_quiet, show_table
from hmic_letters.workspace.paths import Edition, letters_folder

GOOD, BAD, LOOK = "green", "red", "yellow"
COLOURS = {
    State.UNREADABLE: BAD,
    State.OVERDUE: BAD,
    State.CHANGED: BAD,
    State.CLOSED: GOOD,
}


def status(
    forces: tuple[str, ...],
    workspace: Path | None,
    output: Path | None,
    as_json: bool,
    require: str | None,
) -> None:
    """Show how far each force's letter has come; fail if one is behind a required stage."""
    gc.disable()
    day = today_if_known()
    with reading(workspace, output) as read:
        slugs = chosen(forces, read.slugs, read.names)
        rows = rows_of(read, letters_folder(read.root, output, Edition.EMBARGOED), slugs, day)
        headings = {theme.id: theme.heading or theme.id for theme in read.inspection.value.themes}
        if as_json:
            click.echo(rows_as_json(rows))
        else:
            _show(rows, day or date.min, named=bool(forces))
            for row in rows if forces else ():
                _show_details(row, headings)
    if require is not None:
        stage = Stage(require)
        behind = [row for row in rows if not row.reached(stage)]
        for row in behind:
            click.echo(f"Not {require}: {row.slug}", err=True)
        sys.exit(FAILED if behind else 0)


def _show(rows: Sequence[Row], day: date, *, named: bool) -> None:
    """Print the rows as a table, most urgent first; a row without work only if it was ``named``."""
    columns = ("Force", "Problems", "Accuracy check", "Letter", "Dispatched", "Published")
    loud = [row for row in rows if named or not row.is_quiet]
    cells: list[tuple[Cell, ...]] = [
        (
            row.slug + "*" * row.specimen,
            _problems(row),
            (row.accuracy_check, COLOURS.get(row.accuracy_check, "")),
            (row.letter, GOOD if row.letter == "up to date" else BAD),
            _dispatched(row, day),
            _version(row.published, day),
        )
        for row in by_urgency(loud)
    ]
    if cells:
        show_table(columns, cells)
    show_quiet(len(rows) - len(loud))
    if any(row.specimen for row in loud):
        click.echo("* specimen")


def _show_details(row: Row, headings: Mapping[str, str]) -> None:
    """Print what the row of a force has no room for."""
    counts = [f"{heading} {row.findings[theme]}" for theme, heading in headings.items()]
    details = [f"findings: {', '.join(counts)}"]
    if row.because:
        details.append(f"letter: {row.because}")
    if row.dispatched is not None and row.changed_since_dispatch:
        details.append(f"dispatched: version {row.dispatched.version} {row.changed_since_dispatch}")
    for detail in details:
        show_wrapped(f"{row.slug}: {detail}.")


def _problems(row: Row) -> Cell:
    if row.errors:
        return counted(row.errors, "error"), BAD
    return (counted(row.warnings, "warning"), LOOK) if row.warnings else ("none", GOOD)


def _dispatched(row: Row, day: date) -> Cell:
    if row.dispatched is not None and row.changed_since_dispatch:
        return f"v{row.dispatched.version} changed", BAD
    return _version(row.dispatched, day)


def _version(version: Version | None, day: date) -> str:
    return f"v{version.version} {short(version.on, day)}" if version else NO_RECORD
