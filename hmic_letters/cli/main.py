"""Words -> calls -> exit status. The user, the folders and the machine enter here alone."""

from __future__ import annotations

import atexit
import contextlib
import errno
import gc
import io
import os
import sys
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import click

from hmic_letters import __version__
from hmic_letters.cli.accuracy import accuracy
from hmic_letters.cli.options import (
    FAILED,
    INTERRUPTED,
    UNAVAILABLE,
    answering,
    chosen,
    complete,
    day_given,
    force_argument,
    forces_argument,
    on_option,
    output_option,
    show_problems,
    shown,
    workspace_option,
    workspace_root,
)
from hmic_letters.cli.publication import COMMANDS

if TYPE_CHECKING:
    from hmic_letters.making.generate import Outcome
    from hmic_letters.problem import Problem


# Python looks for garbage when it ends: a tenth of a second, for memory that ends with it.
atexit.register(gc.freeze)

TO_BE_SEEN_TO = {errno.EACCES, errno.EDQUOT, errno.EFBIG, errno.ENOSPC, errno.EPERM, errno.EROFS}


class Commands(click.Group):
    """Gives a message and an exit status to what can befall any command at any moment."""

    def invoke(self, ctx: click.Context) -> object:
        try:
            for stream in (sys.stdout, sys.stderr):
                # A terminal that has not the letters is shown what they are.
                if isinstance(stream, io.TextIOWrapper):
                    stream.reconfigure(errors="backslashreplace")
            # A folder that was deleted is no place to work from.
            Path.cwd()
            return super().invoke(ctx)
        except KeyboardInterrupt:
            click.echo("\nInterrupted: what was written so far is whole.", err=True)
            sys.exit(INTERRUPTED)
        except BrokenPipeError:
            raise  # click's own: the reader of a pipe has gone
        except OSError as error:
            where = f"{error.filename}: " if error.filename else ""
            click.echo(
                f"Error: {where}{error.strerror or 'it is no file'}",
                err=True,
            )
            if error.errno in TO_BE_SEEN_TO:
                click.echo(
                    "  See to the space and the permissions there, then run again: nothing "
                    "half-written was kept.",
                    err=True,
                )
        except MemoryError:
            click.echo("Error: there is not enough memory.", err=True)
        sys.exit(UNAVAILABLE)


@click.group(cls=Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="hmic-letters")
def main() -> None:
    """Letters to chief constables from an inspectorate's findings, as embargoed PDFs."""


@main.command()
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
def generate(
    forces: tuple[str, ...],
    workspace: Path | None,
    output: Path | None,
    jobs: int,
    why: bool,
    force: bool,
) -> None:
    """Make the letters of the named forces, or of all.

    A FORCE is the name of its file in data/forces/, such as hertfordshire. Letters are written to
    letters/embargoed/FORCE.pdf; those of other forces, and those of which nothing has changed since
    they were made, stay as they are.
    """
    # Nothing heavy is imported before it is known that something has to be done.
    from hmic_letters.making.unchanged import Look  # noqa: PLC0415
    from hmic_letters.workspace.paths import Edition, letters_folder  # noqa: PLC0415

    root = workspace_root(workspace)
    folder = letters_folder(root, output, Edition.EMBARGOED)
    look = Look(root, folder)
    unchanged = None if force else look.unchanged(forces)
    if unchanged is not None:
        _say_made({folder}, len(unchanged), 0, sum(unchanged.values()))
        if why:
            _say_why(dict.fromkeys(unchanged, ""))
        return
    from hmic_letters.pdf.pool import warmed_up  # noqa: PLC0415
    from hmic_letters.problem import Refused  # noqa: PLC0415
    from hmic_letters.workspace.paths import TEMPLATES  # noqa: PLC0415
    from hmic_letters.workspace.templates import read_templates  # noqa: PLC0415

    with contextlib.ExitStack() as held:
        letters = (len(set(forces)) or jobs) if force else look.unsure(set(forces))
        if letters:
            jobs = min(jobs, letters)
            # What is wrong with the templates is told with all the rest.
            with contextlib.suppress(Refused):
                templates = read_templates(root / TEMPLATES)
                held.enter_context(warmed_up(templates, jobs))
        _make(root, output, folder, forces, jobs, why, force)


def _make(
    root: Path,
    output: Path | None,
    folder: Path,
    forces: tuple[str, ...],
    jobs: int,
    why: bool,
    force: bool,
) -> None:
    """Generates, and ends the process with what has become of the letters."""
    # A run is short, and makes little garbage.
    gc.set_threshold(200_000)
    from hmic_letters.check.run import check_register  # noqa: PLC0415
    from hmic_letters.data.load import load  # noqa: PLC0415
    from hmic_letters.making.generate import generate as make  # noqa: PLC0415
    from hmic_letters.problem import Refused, Unavailable  # noqa: PLC0415
    from hmic_letters.workspace.exposure import exposures  # noqa: PLC0415
    from hmic_letters.workspace.paths import Edition  # noqa: PLC0415

    outcomes: list[Outcome] = []
    try:
        read = load(root, output)
        slugs = chosen(forces, read.slugs)
        strays = () if forces else check_register(read)
        letters = make(read, slugs, Edition.EMBARGOED, folder, jobs, force)
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
    except Refused as error:
        show_problems(error.problems)
        click.echo("No letter was written.", err=True)
        sys.exit(FAILED)
    except Unavailable as error:
        click.echo(f"Error: {error}", err=True)
        sys.exit(UNAVAILABLE)
    for exposure in exposures(folder) if folder.is_dir() else ():
        click.echo(f"Warning: {shown(folder)} is exposed: {exposure}.", err=True)
    show_problems(strays)
    outcomes.sort(key=lambda outcome: outcome.slug)
    status = _summary(outcomes, strays)
    if why:
        _say_why({one.slug: one.why for one in outcomes if not one.problems})
    sys.exit(status)


@main.command()
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
def check(
    forces: tuple[str, ...],
    workspace: Path | None,
    output: Path | None,
    letters: bool,
    ocr: bool,
    strict: bool,
    fix: bool,
    form: str,
    explain: str | None,
) -> None:
    """Find what is wrong with the data and the templates, before any letter is made.

    Without a FORCE all are checked; with --letters the PDFs too, as a reader of PDFs sees them.
    The problems go to the standard output, everything else to the standard error. An error stops
    the letters it concerns, a warning none.
    """
    # Nothing of so short a run is worth collecting, and looking for it takes a tenth of the time.
    gc.disable()
    from hmic_letters.check.fix import mend  # noqa: PLC0415
    from hmic_letters.check.report import Format, report  # noqa: PLC0415
    from hmic_letters.check.run import check_documents, review  # noqa: PLC0415
    from hmic_letters.data.load import NotUnderstood, load  # noqa: PLC0415
    from hmic_letters.problem import Severity, Unavailable, errors  # noqa: PLC0415
    from hmic_letters.workspace.paths import Edition, letters_folder  # noqa: PLC0415

    if explain is not None:
        _explain(explain)
        return
    if ocr and not letters:
        raise click.UsageError("--ocr reads the letters: it goes with --letters.")
    root = workspace_root(workspace)
    try:
        read = load(root, output)
        slugs = chosen(forces, read.slugs)
        if fix:
            for problem in mend(root, output, slugs):
                change = "".join(part.new for part in problem.mend)
                line = problem.heading(Path.cwd()).replace(f": {problem.severity}[", ": mended[", 1)
                click.echo(f"{line}: {_quoted(problem.mend[0].old)} -> {_quoted(change)}", err=True)
            read = load(root, output)
        problems = review(read, slugs)
        if letters:
            from hmic_letters.check.letters.readback import read_back  # noqa: PLC0415

            folder = letters_folder(root, output, Edition.EMBARGOED)
            problems = (*problems, *read_back(read, slugs, Edition.EMBARGOED, folder, ocr))
        of = f"{len(slugs)} force{'' if len(slugs) == 1 else 's'}"
    except NotUnderstood as error:
        problems = tuple(sorted((*error.problems, *check_documents(error.documents))))
        of = "what could be read"
    except Unavailable as error:
        click.echo(f"Error: {error}", err=True)
        sys.exit(UNAVAILABLE)
    if told := report(problems, Format(form), Path.cwd()):
        click.echo(told)
    wrong = len(errors(problems))
    counts = [(wrong, Severity.ERROR), (len(problems) - wrong, Severity.WARNING)]
    said = [f"{number} {kind}{'' if number == 1 else 's'}" for number, kind in counts if number]
    click.echo(f"Checked {of}: {' and '.join(said) or 'no problems'}.", err=True)
    sys.exit(FAILED if wrong or (strict and problems) else 0)


@main.command()
@workspace_option
@output_option
@click.option("--json", "as_json", is_flag=True, help="Tell it to a script, as JSON.")
@click.option(
    "--require",
    metavar="STAGE",
    type=click.Choice(["checked", "made", "accuracy-check", "sent", "published"]),
    help="Fail until every letter has come so far: checked, made, accuracy-check, sent or "
    "published.",
)
def status(workspace: Path | None, output: Path | None, as_json: bool, require: str | None) -> None:
    """Show where each force's letter stands."""
    gc.disable()
    from hmic_letters.data.load import load  # noqa: PLC0415
    from hmic_letters.making import status as board  # noqa: PLC0415
    from hmic_letters.problem import Refused  # noqa: PLC0415
    from hmic_letters.workspace.paths import Edition, letters_folder  # noqa: PLC0415

    root = workspace_root(workspace)
    try:
        read = load(root, output)
    except Refused as error:
        show_problems(error.problems)
        sys.exit(FAILED)
    rows = board.status(read, letters_folder(root, output, Edition.EMBARGOED))
    if as_json:
        click.echo(board.as_json(rows))
    else:
        board.show(rows, {theme.id: theme.heading for theme in read.inspection.value.themes})
    if require is not None:
        stage = board.Stage(require)
        behind = [row for row in rows if not row.reached(stage)]
        for row in behind:
            click.echo(f"Not {require}: {row.slug}", err=True)
        sys.exit(FAILED if behind else 0)


@main.command()
@click.argument("force", required=False, shell_complete=complete)
@workspace_option
@output_option
def preview(force: str | None, workspace: Path | None, output: Path | None) -> None:
    """Show letters in a browser as they would print, beside what is wrong with them.

    The page shows every change as soon as a file is saved. Nobody but this machine's user can see
    it, and no letter is written.
    """
    import webbrowser  # noqa: PLC0415

    from hmic_letters.data.load import load  # noqa: PLC0415
    from hmic_letters.problem import Refused, Unavailable  # noqa: PLC0415
    from hmic_letters.workspace.paths import Edition, letters_folder  # noqa: PLC0415

    root = workspace_root(workspace)
    # Where nothing can be understood, the page says why.
    with contextlib.suppress(Refused):
        chosen([force] if force else [], load(root).slugs)
    try:
        import hmic_letters.pdf.press  # noqa: F401, PLC0415 (what the machine lacks is said at once)
        from hmic_letters.preview.desk import Desk  # noqa: PLC0415
        from hmic_letters.preview.server import serve  # noqa: PLC0415
    except Unavailable as error:
        click.echo(f"Error: {error}", err=True)
        sys.exit(UNAVAILABLE)

    def opened(page: Path) -> None:
        click.echo(f"Open {page.as_uri()} in a browser of this machine; Ctrl-C ends it.")
        webbrowser.open(page.as_uri())

    folder = letters_folder(root, output, Edition.EMBARGOED)
    watched = [root / "data", root / "templates", *filter(Path.is_dir, [folder])]
    with contextlib.suppress(KeyboardInterrupt):
        serve(Desk(root, output, folder), watched, force, opened)


for command in (accuracy, *COMMANDS):
    main.add_command(command)


@main.command()
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
def diff(
    force: str,
    old: str | None,
    new: str | None,
    file: Path | None,
    day: date | None,
    workspace: Path | None,
) -> None:
    """Show what changed between two versions of a force's letter.

    A version is proof-1, proof-2, ..., letter (as the data has it now) or made (the letter that was
    made last). Without any it is from the proof that was checked to the letter. A Word document has
    tracked changes, which bear the day.
    """
    from hmic_letters.accuracy.versions import SUFFIXES, as_file  # noqa: PLC0415
    from hmic_letters.accuracy.versions import diff as compare  # noqa: PLC0415
    from hmic_letters.letter.changes import as_text  # noqa: PLC0415
    from hmic_letters.problem import visible  # noqa: PLC0415
    from hmic_letters.workspace.store import put  # noqa: PLC0415

    if file is not None and file.suffix.lower() not in SUFFIXES:
        raise click.UsageError(f"--output ends in {', '.join(SUFFIXES)}, and says what to write.")
    with answering(workspace) as read:
        (slug,) = chosen([force], read.slugs)
        told = compare(read, None, slug, old, new)
        if file is None:
            click.echo(f"From {told.old} to {told.new}:\n")
            for line in as_text(told.comparison).splitlines():
                click.echo(visible(line))
            return
        data = as_file(read, told, file.suffix.lower(), day_given(day))
    put(file.absolute(), data, 0o600)
    click.echo(f"What changed from {told.old} to {told.new} is in {shown(file)}.")


@main.command()
@workspace_option
def schema(workspace: Path | None) -> None:
    """Write the JSON Schemas of the data files into data/schema/.

    The data files point to them, so that an editor completes keys and underlines slips.
    """
    from hmic_letters.data.schema import schemas  # noqa: PLC0415
    from hmic_letters.workspace.store import put  # noqa: PLC0415

    folder = workspace_root(workspace) / "data" / "schema"
    folder.mkdir(exist_ok=True)
    for name, text in schemas().items():
        put(folder / name, text.encode())
        click.echo(shown(folder / name))


def _explain(code: str) -> None:
    from hmic_letters.check.explain import codes, explanation, severity  # noqa: PLC0415
    from hmic_letters.problem import did_you_mean  # noqa: PLC0415

    if code not in codes():
        near = did_you_mean(code, codes()) or f"The codes are {', '.join(codes())}."
        raise click.UsageError(f"There is no code '{code}'. {near}")
    click.echo(f"{severity(code)}[{code}]\n\n{explanation(code)}")


def _quoted(text: str) -> str:
    from hmic_letters.problem import visible  # noqa: PLC0415

    return f"'{visible(text)}'"


def _summary(outcomes: Sequence[Outcome], strays: Sequence[Problem]) -> int:
    """Says what became of the letters, and gives the exit status that says the same."""
    from hmic_letters.problem import visible  # noqa: PLC0415

    failures = [outcome for outcome in outcomes if outcome.problems]
    # A fault of a template is every letter's, and is shown once.
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
    _say_made(folders, len(outcomes), len(made), warnings, len(failures))
    return FAILED if failures or strays else 0


def _say_made(
    folders: Iterable[Path], asked: int, written: int, warnings: int, failed: int = 0
) -> None:
    if warnings:
        told = f"{warnings} warning{'' if warnings == 1 else 's'}"
        click.echo(f"{told}: 'hmic-letters check' tells what about.", err=True)
    unchanged = asked - written - failed
    rest = f", {unchanged} unchanged" if unchanged else ""
    where = ", ".join(sorted(map(shown, folders)))
    click.echo(f"{written} of {_letters(asked)} written to {where}{rest}.")


def _say_why(reasons: Mapping[str, str]) -> None:
    for slug, why in reasons.items():
        click.echo(f"{slug}: {why or 'nothing has changed'}")


def _letters(number: int) -> str:
    return f"{number} letter{'' if number == 1 else 's'}"
