"""The pipeline, for one force or for all: one force is a batch of one."""

from collections import deque
from collections.abc import Iterable, Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from hmic_letters.check.run import check_force, check_register, check_workspace
from hmic_letters.data.load import Workspace
from hmic_letters.letter.inputs import findings, inputs_of
from hmic_letters.letter.letter import compose
from hmic_letters.letter.page import Rendered
from hmic_letters.letter.render import Renderer
from hmic_letters.making.unchanged import SEAL, files_of, sealed
from hmic_letters.pdf.pool import print_all
from hmic_letters.problem import Place, Problem, Refused, errors
from hmic_letters.workspace.digests import digest
from hmic_letters.workspace.letter_record import Made, record_name, state
from hmic_letters.workspace.paths import Edition
from hmic_letters.workspace.store import Folder, hold


@dataclass(frozen=True)
class Outcome:
    """What became of one force's letter.

    It was written to ``path`` because of ``why``; or it is there and nothing that it is made from
    has changed, with an empty ``why``; or there is none because of ``problems``. ``warnings``
    counts what stopped nothing.
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
    edition: Edition,
    folder: Path,
    jobs: int,
    force: bool = False,
) -> Iterator[Outcome]:
    """Makes the letters of the forces asked for: ``<folder>/<slug>.pdf``, its twin for screens,
    ``<slug>.html``, and their record. A letter that is up to date is made by ``force`` only.

    Yields an outcome as soon as it is known; the letters of one process (``jobs`` is 1) come in the
    order of the forces, those first whose files have changed. A force with errors stops no other.
    Raises Refused where no letter can be made, Unavailable where this machine cannot make any.
    """
    if problems := errors(check_workspace(workspace)):
        raise Refused(problems)
    batch = _Batch(workspace, edition, folder, force)
    slugs = list(slugs)
    with hold(folder) as held:
        letters = batch.rendered(slugs)
        with closing(print_all(letters, workspace.templates, min(jobs, len(slugs)))) as printed:
            for path, pdf in printed:
                yield from batch.told()
                yield batch.written(held, path, pdf)
        yield from batch.told()
        batch.seal(held)


class _Batch:
    """One run: what it has to make, and what it has to say."""

    def __init__(self, workspace: Workspace, edition: Edition, folder: Path, force: bool) -> None:
        self._workspace, self._edition, self._folder = workspace, edition, folder
        self._force = force
        self._told: deque[Outcome] = deque()
        self._why: dict[Path, str] = {}
        self._pages: dict[Path, str] = {}
        self._warnings: dict[str, int] = {}
        self._good: list[str] = []

    def told(self) -> Iterator[Outcome]:
        """What is known of letters that are not made."""
        while self._told:
            yield self._told.popleft()

    def rendered(self, slugs: Iterable[str]) -> Iterator[tuple[Path, Rendered]]:
        """The letters that have to be made, each as soon as its force is checked; those first whose
        files have changed, so that they are printed while the others are looked at."""
        renderer = Renderer(self._workspace.templates)
        for slug in sorted(slugs, key=self._seems_made):
            path = self._folder / f"{slug}.pdf"
            problems = check_force(slug, self._workspace)
            if wrong := errors(problems):
                self._told.append(Outcome(path, wrong))
                continue
            self._warnings[slug] = len(problems)
            how, why = state(self._folder, slug, inputs_of(self._workspace, slug))
            if how == "up to date" and not self._force:
                self._good.append(slug)
                self._told.append(Outcome(path, (), len(problems)))
                continue
            self._why[path] = why or "--force asks for it"
            letter = compose(
                self._workspace.inspection.value,
                self._workspace.inspector(slug),
                slug,
                self._workspace.forces[slug].value,
                self._edition,
            )
            try:
                both = renderer.render_both(letter)
            except Refused as error:
                self._told.append(Outcome(path, error.problems))
                continue
            self._pages[path] = both.screen
            yield path, both

    def _seems_made(self, slug: str) -> bool:
        made = self._workspace.made.get(slug)
        return made is not None and made.has_files(self._workspace.digests)

    def written(self, folder: Folder, path: Path, pdf: bytes | Refused) -> Outcome:
        """Puts a letter in its place."""
        page = self._pages.pop(path).encode()
        if isinstance(pdf, Refused):
            return Outcome(path, pdf.problems)
        slug, force = path.stem, self._workspace.forces[path.stem].value
        record = Made(
            digest(pdf),
            digest(page),
            inputs_of(self._workspace, slug),
            files_of(slug, self._workspace.digests),
            force.addressee.name or force.addressee.office,
            findings(force),
        )
        try:
            # A letter that a crash leaves with the record of the one before is taken for altered.
            folder.write({
                path.name: pdf, f"{slug}.html": page, record_name(slug): record.as_json()
            })  # fmt: skip
        except OSError as error:
            reason = f"it cannot be written: {error.strerror}"
            remedy = "Check the space and permissions of the disk, then run again."
            return Outcome(path, (Problem(Place(path), "unwritable", reason, remedy),))
        self._good.append(slug)
        return Outcome(path, (), self._warnings[slug], self._why[path])

    def seal(self, folder: Folder) -> None:
        """Notes that these letters need not be looked at again until a file changes."""
        if check_register(self._workspace) or not self._good:
            return
        records = {slug: digest(folder.read(record_name(slug))) for slug in self._good}
        warnings = {slug: self._warnings[slug] for slug in self._good}
        data = sealed(
            self._folder, self._workspace.digests, self._workspace.slugs, records, warnings
        )
        folder.write({SEAL: data})
