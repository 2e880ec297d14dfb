"""The bodies of ``check``, ``schema`` and ``template-values``."""

import gc
import sys
import textwrap
from collections.abc import Iterable
from pathlib import Path

import click

from hmic_letters.check.explain import codes, explanation, severity
from hmic_letters.check.fix import mend
from hmic_letters.check.letters.readback import read_back
from hmic_letters.check.report import Format, report
from hmic_letters.check.run import check_documents, check_force, check_workspace, review
from hmic_letters.data.load import NotUnderstood, load
from hmic_letters.data.schema import schemas
from hmic_letters.letter.letter import compose
from hmic_letters.letter.values import BESIDE, filters, values_of
from hmic_letters.problem import Problem, Refused, Severity, did_you_mean, errors, visible
from hmic_letters.terminal.answers import FAILED, chosen, counted, shown, workspace_root
from hmic_letters.terminal.reading import answering, reading
from hmic_letters.workspace.paths import DATA, Edition, letters_folder
from hmic_letters.workspace.store import hold

WIDTH = 80  # columns of a list


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
    """Find problems in the data and the templates, before any letter is made."""
    # Why: in so short a run, collecting garbage takes a tenth of the time and frees nothing.
    gc.disable()

    if explain is not None:
        _explain(explain)
        return
    if ocr and not letters:
        raise click.UsageError("--ocr reads the letters: it goes with --letters.")
    root = workspace_root(workspace)
    with answering():
        try:
            problems, subject = _problems_of(root, output, forces, letters, ocr, fix)
        except NotUnderstood as error:
            problems = tuple(sorted((*error.problems, *check_documents(error.documents))))
            subject = "what could be read"
    if text := report(problems, Format(form), Path.cwd()):
        click.echo(text)
    wrong = len(errors(problems))
    counts = [(wrong, Severity.ERROR), (len(problems) - wrong, Severity.WARNING)]
    totals = [counted(number, kind) for number, kind in counts if number]
    click.echo(f"Checked {subject}: {' and '.join(totals) or 'no problems'}.", err=True)
    sys.exit(FAILED if wrong or (strict and problems) else 0)


def _problems_of(
    root: Path, output: Path | None, forces: tuple[str, ...], letters: bool, ocr: bool, fix: bool
) -> tuple[tuple[Problem, ...], str]:
    """Return the problems, and the number of forces as a phrase.

    Raises the errors of ``load``.
    """
    read = load(root, output)
    slugs = chosen(forces, read.slugs, read.names)
    if fix:
        with hold(root / DATA):
            mended = mend(root, output, slugs)
        for problem in mended:
            change = "".join(part.new for part in problem.mend)
            line = problem.heading(Path.cwd()).replace(f": {problem.severity}[", ": mended[", 1)
            old = problem.mend[0].old
            click.echo(f"{line}: '{visible(old)}' -> '{visible(change)}'", err=True)
        read = load(root, output)
    problems = review(read, slugs)
    if letters:
        folder = letters_folder(root, output, Edition.EMBARGOED)
        problems = (*problems, *read_back(read, slugs, Edition.EMBARGOED, folder, ocr))
    return problems, counted(len(slugs), "force")


def _explain(code: str) -> None:
    if code not in codes():
        near = did_you_mean(code, codes()) or f"The codes are {', '.join(codes())}."
        raise click.UsageError(f"There is no code '{code}'. {near}")
    click.echo(f"{severity(code)}[{code}]\n\n{explanation(code)}")


def schema(workspace: Path | None) -> None:
    """Write the JSON Schemas of the data files into data/schema/."""
    root = workspace_root(workspace)
    with answering(), hold(root / DATA) as data:
        files = {f"schema/{name}": text.encode() for name, text in schemas().items()}
        (root / DATA / "schema").mkdir(exist_ok=True)
        data.write(files, mode=None)
    for name in files:
        click.echo(shown(root / DATA / name))


def template_values(force: str | None, workspace: Path | None) -> None:
    """List every value that a template may name, with its kind and an example."""
    with reading(workspace) as read:
        slugs = chosen([force] if force else [], read.slugs, read.names)
        if wrong := errors((*check_workspace(read), *check_force(slugs[0], read))):
            raise Refused(wrong)
        letter = compose(read, slugs[0], Edition.EMBARGOED)
    click.echo(f"In a letter, with examples from that to {slugs[0]}; [] marks a list:\n")
    _list_values(
        (one.name, f"{one.kind}{', or absent' if one.optional else ''}", one.example)
        for one in values_of(letter)
    )
    for template, given in BESIDE.items():
        click.echo(f"\nIn {template}:\n")
        _list_values((name, kind, "") for name, kind in given.items())
    click.echo("\nFilters:\n")
    text = ", ".join(filters())
    click.echo(textwrap.fill(text, WIDTH, initial_indent="  ", subsequent_indent="  "))


def _list_values(values: Iterable[tuple[str, str, str]]) -> None:
    """Print names, each with its kind and example on the next line."""
    for name, kind, example in values:
        line = f"      {kind}: {example}" if example else f"      {kind}"
        click.echo(f"  {name}\n{line if len(line) <= WIDTH else line[: WIDTH - 1] + '…'}")
