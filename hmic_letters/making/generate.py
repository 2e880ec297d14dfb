"""The steps of a letter: read, check, compose, render, print, write.

One force is a batch of one, with the same code. ``making.batch`` reads the workspace first.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from hmic_letters.check.run import check_editions, check_force, check_register, check_workspace
from hmic_letters.check.templates.rendered import renderings
from hmic_letters.data.load import Workspace
from hmic_letters.data.passages import passages
from hmic_letters.letter.inputs import findings, inputs_of
from hmic_letters.letter.page import TOO_LONG, Rendered
from hmic_letters.making.unchanged import SEAL, files_of, sealed
from hmic_letters.pdf.pool import Pool
from hmic_letters.pdf.printer import Printer
from hmic_letters.problem import Place, Problem, Refused, errors, failing
from hmic_letters.workspace.digests import digest
from hmic_letters.workspace.letter_record import Made, record_name, state
from hmic_letters.workspace.store import Folder, hold


@dataclass(frozen=True)
class Outcome:
    """The result for one force's letter.

    The letter was written to ``path``, for the reason in ``why``. Or ``why`` is empty, and the
    letter there is up to date. Or ``problems`` kept it from being made. ``warnings`` counts
    problems that stop no letter.
    """

    path: Path
    problems: tuple[Problem, ...] = ()
    warnings: int = 0
    why: str = ""

    @property
    def slug(self) -> str:
        """The force."""
        return self.path.stem


def generate(
    workspace: Workspace,
    slugs: Iterable[str],
    folder: Path,
    printer: Printer | Pool,
    force: bool = False,
) -> Iterator[Outcome]:
    """Make the letters of some forces: ``<folder>/<slug>.pdf``, its page and its letter record.

    With ``force`` it makes letters that are up to date, too. Yields each outcome at once, first
    those of letters whose files have changed. A force with errors stops no other.
    Raises Refused if no letter can be made, Unavailable if this machine cannot make any.
    """
    if problems := errors(check_workspace(workspace)):
        raise Refused(problems)
    with hold(folder) as locked:
        run = _Run(workspace, folder, force)
        # The printer asks for a letter once it has room for one. So this process checks, composes
        # and renders letters while others are printed.
        for path, pdf in printer.print_all(run.rendered(slugs)):
            yield from run.take_outcomes()
            yield run.write(locked, path, pdf)
        yield from run.take_outcomes()
        run.seal(locked)


class _Run:
    """One run: the steps of each letter, and their outcomes."""

    def __init__(self, workspace: Workspace, folder: Path, force: bool) -> None:
        self._workspace, self._folder, self._force = workspace, folder, force
        self._outcomes: list[Outcome] = []
        self._pages: dict[Path, str] = {}
        self._why: dict[Path, str] = {}
        self._warnings: dict[str, int] = {}
        self._good: list[str] = []

    def rendered(self, slugs: Iterable[str]) -> Iterator[tuple[Path, Rendered]]:
        """Yield the letters to print, each with the path of its PDF."""
        for slug in sorted(slugs, key=self._seems_made):
            path = self._folder / f"{slug}.pdf"
            try:
                if self._is_due(slug, path):
                    rendered = replace(
                        renderings(self._workspace).both(slug),
                        page_limit=self._workspace.inspection.value.page_limit,
                    )
                    self._pages[path] = rendered.screen
                    yield path, rendered
            except Refused as error:
                self._outcomes.append(Outcome(path, error.problems))

    def _seems_made(self, slug: str) -> bool:
        made = self._workspace.made.get(slug)
        return made is not None and made.has_files(self._workspace.digests)

    def _is_due(self, slug: str, path: Path) -> bool:
        """Check a force, and return whether its letter has to be made. Raises Refused on errors."""
        problems = check_force(slug, self._workspace)
        if wrong := errors(problems):
            raise Refused(wrong)
        self._warnings[slug] = len(problems)
        stage, why = state(self._folder, slug, inputs_of(self._workspace, slug))
        if stage == "up to date" and not self._force:
            self._good.append(slug)
            self._outcomes.append(Outcome(path, warnings=len(problems)))
            return False
        if wrong := check_editions(slug, self._workspace):
            raise Refused(wrong)
        self._why[path] = why or "--force asks for it"
        return True

    def write(self, folder: Folder, path: Path, pdf: bytes | Refused) -> Outcome:
        """Put a letter, its page and its letter record in place."""
        page = self._pages.pop(path).encode()
        if isinstance(pdf, Refused):
            return Outcome(path, self._in_data(path.stem, pdf.problems))
        slug, force = path.stem, self._workspace.forces[path.stem].value
        record = Made(
            letter=digest(pdf),
            page=digest(page),
            inputs=inputs_of(self._workspace, slug),
            files=files_of(slug, self._workspace.digests),
            addressee=force.addressee.name or force.addressee.office,
            findings=findings(force),
        )
        files = {path.name: pdf, f"{slug}.html": page, record_name(slug): record.as_json()}
        try:
            # The letter record goes last. Why: a letter beside the record of another is 'altered'.
            folder.write(files)
        except OSError as error:
            at, why = failing(error, path)
            reason = f"it cannot be written: {why}"
            remedy = "Check the space and permissions of the disk, then run again."
            return Outcome(path, (Problem(Place(at), "unwritable", reason, remedy),))
        self._good.append(slug)
        return Outcome(path, (), self._warnings[slug], self._why[path])

    def _in_data(self, slug: str, problems: Iterable[Problem]) -> tuple[Problem, ...]:
        """Give the problems of printing a letter their places in the data, if they have one.

        The length of a letter is that of its findings. A problem that quotes words of the data is
        about these words.
        """
        document = self._workspace.forces[slug].document
        placed = []
        for problem in problems:
            place = problem.place
            if problem.code == TOO_LONG:
                place = Place(document.path)
            elif problem.code == "pdf" and not place.line:
                places = [
                    passage.place(passage.text.index(words))
                    for words in re.findall(r"'(.+?)'", problem.message)
                    for passage in passages(document)
                    if words in passage.text
                ]
                place = places[0] if len(places) == 1 else place
            placed.append(replace(problem, place=place))
        return tuple(placed)

    def take_outcomes(self) -> Iterator[Outcome]:
        """Yield once the outcomes of letters that are not printed."""
        while self._outcomes:
            yield self._outcomes.pop(0)

    def seal(self, folder: Folder) -> None:
        """Write the seal: the next run need not check these letters until a file changes."""
        if check_register(self._workspace) or not self._good:
            return
        records = {slug: digest(folder.read(record_name(slug))) for slug in self._good}
        warnings = {slug: self._warnings[slug] for slug in self._good}
        data = sealed(
            self._folder, self._workspace.digests, self._workspace.slugs, records, warnings
        )
        folder.write({SEAL: data})
