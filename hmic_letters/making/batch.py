"""A run of ``generate`` that has letters to make, and its report."""

import gc
import sys
from collections.abc import Sequence
from pathlib import Path

import click

from hmic_letters.check.run import check_register
from hmic_letters.data.load import load
from hmic_letters.making.commands import say_made, say_why
from hmic_letters.making.generate import Outcome, generate
from hmic_letters.pdf.pool import printing
from hmic_letters.problem import Problem, Refused, visible
from hmic_letters.terminal.answers import FAILED, chosen, show_problems, shown
from hmic_letters.terminal.reading import answering
from hmic_letters.workspace.exposure import exposures
from hmic_letters.workspace.paths import TEMPLATES, Edition, letters_folder
from hmic_letters.workspace.templates import Templates, read_templates


def make(
    root: Path,
    output: Path | None,
    forces: tuple[str, ...],
    jobs: int,
    likely: int,
    why: bool,
    force: bool,
) -> None:
    """Make letters, report each result, and end the process with an exit status.

    ``likely`` is the number of letters to make, judged by the bytes of their files.
    """
    # Why: a run is short and makes little garbage.
    gc.set_threshold(200_000)
    folder = letters_folder(root, output, Edition.EMBARGOED)
    outcomes: list[Outcome] = []
    with (
        answering("No letter was written."),
        printing(min(jobs, likely), _templates(root)) as printer,
    ):
        read = load(root, output)
        slugs = chosen(forces, read.slugs, read.names)
        strays = () if forces else check_register(read)
        letters = generate(read, slugs, folder, printer, force)
        with click.progressbar(
            length=len(slugs),
            label="Letters",
            show_pos=True,
            hidden=len(slugs) == 1 or sys.stderr is None or not sys.stderr.isatty(),
            file=sys.stderr,
        ) as bar:
            for outcome in letters:
                outcomes.append(outcome)
                bar.update(1)
    for exposure in exposures(folder) if folder.is_dir() else ():
        click.echo(f"Warning: {shown(folder)} is exposed: {exposure}.", err=True)
    show_problems(strays)
    outcomes.sort(key=lambda outcome: outcome.slug)
    status = _summary(outcomes, strays)
    if why:
        say_why({one.slug: one.why for one in outcomes if not one.problems})
    sys.exit(status)


def _templates(root: Path) -> Templates | None:
    """Read the templates for printers to prepare; None on errors, which ``load`` will report."""
    try:
        return read_templates(root / TEMPLATES)
    except Refused:
        return None


def _summary(outcomes: Sequence[Outcome], strays: Sequence[Problem]) -> int:
    """Report the results of all letters, and return the exit status."""
    failures = [outcome for outcome in outcomes if outcome.problems]
    # Why a set: all letters share a fault of a template, and it is shown once.
    show_problems(sorted({problem for outcome in failures for problem in outcome.problems}))
    for outcome in failures:
        reason = outcome.problems[0].message
        if more := len(outcome.problems) - 1:
            reason += f", and {more} more problem{'s' if more > 1 else ''}"
        if outcome.path.is_file():
            reason += f" ({shown(outcome.path)} is of an earlier run)"
        click.echo(visible(f"No letter for {outcome.slug}: {reason}"), err=True)
    made = [outcome for outcome in outcomes if outcome.why]
    warnings = sum(outcome.warnings for outcome in outcomes)
    folders = {outcome.path.parent for outcome in outcomes}
    say_made(folders, len(outcomes), len(made), warnings, len(failures))
    return FAILED if failures or strays else 0
