"""The pipeline, for one force or for all: one force is a batch of one."""

import multiprocessing
import os
import signal
from collections.abc import Iterable, Iterator, Mapping
from concurrent.futures import ProcessPoolExecutor, as_completed
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from threading import Thread

from hmic_letters.checks import check_force, check_workspace
from hmic_letters.letter import compose
from hmic_letters.load import Workspace
from hmic_letters.made import Made, digest, findings, record_name
from hmic_letters.model import Edition, Letter, Medium, Templates
from hmic_letters.page import Page, faults_of_twin
from hmic_letters.problem import Place, Problem, Refused, Unavailable, errors
from hmic_letters.store import Folder, hold


@dataclass(frozen=True)
class Outcome:
    """What became of one force's letter: written to ``path``, or not because of ``problems``.

    ``warnings`` counts what stopped nothing.
    """

    path: Path
    problems: tuple[Problem, ...] = ()
    warnings: int = 0

    @property
    def slug(self) -> str:
        """The force."""
        return self.path.stem


@dataclass(frozen=True)
class Pair:
    """A letter's two files."""

    pdf: bytes
    html: bytes


def generate(
    workspace: Workspace, slugs: Iterable[str], edition: Edition, folder: Path, jobs: int
) -> Iterator[Outcome]:
    """Makes the letters of the forces asked for: ``<folder>/<slug>.pdf``, its twin for screens,
    ``<slug>.html``, and their record.

    Yields an outcome as soon as it is known; the letters of one process (``jobs`` is 1) come in the
    order of the forces. A force with errors stops no other. Raises Refused where no letter can be
    made, Unavailable where this machine cannot make any.
    """
    if problems := errors(check_workspace(workspace)):
        raise Refused(problems)
    refused = {}
    letters = {}
    warnings = {}
    for slug in slugs:
        problems = check_force(slug, workspace)
        if wrong := errors(problems):
            refused[slug] = wrong
            continue
        warnings[slug] = len(problems)
        letters[folder / f"{slug}.pdf"] = compose(
            workspace.inspection.value,
            workspace.inspector(slug),
            slug,
            workspace.forces[slug].value,
            edition,
        )
    with hold(folder) as held:
        for slug, problems in refused.items():
            yield Outcome(folder / f"{slug}.pdf", problems)
        for path, made in _make_all(letters, workspace.templates, jobs):
            if isinstance(made, Refused):
                yield Outcome(path, made.problems)
            else:
                yield Outcome(path, _put(held, path, made, workspace), warnings[path.stem])


def _put(folder: Folder, path: Path, made: Pair, workspace: Workspace) -> tuple[Problem, ...]:
    force = workspace.forces[path.stem].value
    record = Made(
        digest(made.pdf),
        digest(made.html),
        workspace.inputs(path.stem),
        force.addressee.name or force.addressee.office,
        findings(force),
    )
    try:
        # A letter that a crash leaves with the record of the one before is taken for altered.
        folder.write(path.name, made.pdf)
        folder.write(f"{path.stem}.html", made.html)
        folder.write(record_name(path.stem), record.as_json())
    except OSError as error:
        reason = f"it cannot be written: {error.strerror}"
        remedy = "Check the space and permissions of the disk, then run again."
        return (Problem(Place(path), "unwritable", reason, remedy),)
    return ()


def _make_all(
    letters: Mapping[Path, Letter], templates: Templates, jobs: int
) -> Iterator[tuple[Path, Pair | Refused]]:
    jobs = min(jobs, len(letters))
    if jobs <= 1:
        maker = Maker(templates)
        for path, letter in letters.items():
            yield path, maker.make(letter)
        return
    with _pool(templates, jobs) as pool:
        # Ctrl-C reaches every process of the terminal; the one that holds the folder answers it.
        # The others are started by submit, and start with what is blocked here.
        signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
        try:
            futures = {pool.submit(_make, letter): path for path, letter in letters.items()}
        except BrokenProcessPool:
            raise Unavailable(
                "The processes that make the letters were killed as they started. Run again, with "
                "fewer --jobs if memory is short."
            ) from None
        finally:
            signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGINT})
        for future in as_completed(futures):
            path = futures.pop(future)
            try:
                yield path, future.result()
            except BrokenProcessPool:
                reason = "the process that made it was killed"
                remedy = "Run again, with fewer --jobs if memory is short."
                yield path, Refused([Problem(Place(path), "killed", reason, remedy)])


@contextmanager
def _pool(templates: Templates, jobs: int) -> Iterator[ProcessPoolExecutor]:
    # Pango keeps a thread for fontconfig from version 1.52, and no thread survives a fork.
    context = multiprocessing.get_context("spawn")
    try:
        pool = ProcessPoolExecutor(jobs, context, initializer=_start, initargs=(templates,))
        try:
            yield pool
        finally:
            pool.shutdown(cancel_futures=True)
    except OSError as error:
        raise Unavailable(
            f"The processes that make the letters cannot be started: {error.strerror}. Try with "
            "--jobs 1."
        ) from None


class Maker:
    """Letter -> HTML -> PDF and its twin, with everything that is set up once a process."""

    def __init__(self, templates: Templates) -> None:
        # Here and not above, so that no process imports WeasyPrint that prints nothing.
        from hmic_letters.pdf import Press  # noqa: PLC0415
        from hmic_letters.render import Renderer  # noqa: PLC0415

        self._templates = templates
        self._renderer = Renderer(templates)
        self._press = Press(templates)

    def make(self, letter: Letter) -> Pair | Refused:
        """The two files of a letter; or what is wrong with it, not raised."""
        try:
            paper = self._renderer.render(letter)
            pdf = self._press.print(paper, letter.template)
            screen = self._renderer.render(replace(letter, medium=Medium.SCREEN))
            if faults := list(faults_of_twin(Page(screen), Page(paper))):
                place = self._templates.place(letter.template)
                remedy = "Correct the template."
                raise Refused(Problem(place, "screen", fault, remedy) for fault in faults)
            return Pair(pdf, screen.encode())
        except Refused as error:
            return error
        except Exception as error:  # a defect in one letter stops no other
            place = self._templates.place(letter.template)
            reason = f"{type(error).__name__}: {error}"
            remedy = "This is a defect of hmic-letters: please report it with this line."
            return Refused([Problem(place, "defect", reason, remedy)])


# What a process of the pool sets up at its first letter: an exception there reaches the caller,
# one in the pool's initializer would not.
_templates: Templates | None = None
_maker: Maker | None = None


def _start(templates: Templates) -> None:
    global _templates  # noqa: PLW0603
    _templates = templates
    Thread(target=_end_with_parent, daemon=True).start()


def _end_with_parent() -> None:
    # A process of the pool waits for its next letter for ever, also after its parent was killed.
    parent = multiprocessing.parent_process()
    assert parent is not None
    parent.join()
    os._exit(1)


def _make(letter: Letter) -> Pair | Refused:
    global _maker  # noqa: PLW0603
    if _maker is None:
        assert _templates is not None
        _maker = Maker(_templates)
    return _maker.make(letter)
