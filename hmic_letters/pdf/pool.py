"""Rendered letters -> PDFs, printed by several processes at a time."""

import errno
import gc
import itertools
import multiprocessing
import os
import signal
import sys
from collections.abc import Generator, Iterable, Iterator
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager, suppress
from pathlib import Path
from threading import Thread
from typing import TYPE_CHECKING

from hmic_letters.letter.page import Rendered
from hmic_letters.problem import Place, Problem, Refused, Unavailable
from hmic_letters.workspace.templates import Templates

if TYPE_CHECKING:
    from hmic_letters.pdf.press import Press


# Every letter leaves some 20 KiB in Pango: a process ends after so many.
LETTERS_A_PROCESS = 250
# How many letters wait for each process, so that none waits for a letter.
AHEAD = 2
# Python looks for garbage after so many letters, when what they were laid out with is no longer
# held: in the midst of a letter it would look through all of that again and again.
LETTERS_A_COLLECTION = 4

Printed = tuple[Path, bytes | Refused]


class _Begun:
    """Processes that were started before there was anything to print."""

    def __init__(self, templates: Templates, jobs: int) -> None:
        self.templates, self.jobs = templates, jobs
        self._pool: ProcessPoolExecutor | None = None
        self._error: OSError | None = None
        # To start one waits until the first has imported WeasyPrint.
        self._thread = Thread(target=self._start, daemon=True)
        self._thread.start()

    def _start(self) -> None:
        try:
            self._pool = _new_pool(self.templates, self.jobs)
            for _ in range(self.jobs):
                self._pool.submit(_warm)
        except OSError as error:
            self._error = error
        except (BrokenProcessPool, EOFError):
            # Who prints is told.
            pass

    def end(self) -> None:
        """Ends processes that nobody needs."""
        self._thread.join()
        if self._pool is not None:
            for process in multiprocessing.active_children():
                process.kill()
            self._pool.shutdown(cancel_futures=True)

    def pool(self) -> ProcessPoolExecutor:
        """The processes. Raises OSError where there can be none."""
        self._thread.join()
        if self._pool is None:
            raise self._error or OSError(errno.EAGAIN, os.strerror(errno.EAGAIN))
        return self._pool


_begun: _Begun | None = None


@contextmanager
def warmed_up(templates: Templates, jobs: int) -> Iterator[None]:
    """Starts processes that import WeasyPrint and set up what the first letter needs, so that this
    goes on beside the reading; ends them where nothing is printed meanwhile. Nothing is said of
    what they lack before something is."""
    global _begun  # noqa: PLW0603
    _begun = _Begun(templates, jobs)
    try:
        yield
    finally:
        begun, _begun = _begun, None
        if begun is not None:
            begun.end()


def print_all(
    letters: Iterable[tuple[Path, Rendered]], templates: Templates, jobs: int
) -> Generator[Printed, None, None]:
    """Prints letters as they come, in the order in which they are ready.

    No more of them are held than are being printed or are next. A letter whose process is killed is
    printed once more, alone; if that is killed, too, it is Refused, and the others go on. Raises
    Unavailable where no process can be started or WeasyPrint cannot be imported.
    """
    letters = iter(letters)
    for first in letters:
        some = itertools.chain([first], itertools.islice(letters, LETTERS_A_PROCESS * jobs - 1))
        lost = yield from _print_some(some, templates, jobs)
        for path, rendered in lost:
            if (yield from _print_some([(path, rendered)], templates, 1)):
                reason = "the process that made it was killed, twice"
                remedy = "Run again, with fewer --jobs if memory is short."
                yield path, Refused([Problem(Place(path), "killed", reason, remedy)])


def _print_some(
    letters: Iterable[tuple[Path, Rendered]], templates: Templates, jobs: int
) -> Generator[Printed, None, list[tuple[Path, Rendered]]]:
    """Prints letters; returns those that a killed process left unprinted."""
    letters = iter(letters)
    held: dict[Path, Rendered] = {}
    futures: dict[Future[bytes | Refused], Path] = {}
    with _pool(templates, jobs) as pool:
        try:
            while True:
                for path, rendered in itertools.islice(letters, jobs * AHEAD - len(held)):
                    held[path] = rendered
                    futures[pool.submit(_print, rendered)] = path
                if not held:
                    return []
                done, _ = wait(futures, return_when=FIRST_COMPLETED)
                for future in done:
                    pdf = future.result()
                    path = futures.pop(future)
                    del held[path]
                    yield path, pdf
        except BrokenProcessPool:
            return list(held.items())


def _context() -> multiprocessing.context.BaseContext:
    # Pango keeps a thread for fontconfig from version 1.52, and no thread survives a fork: so the
    # processes part after the import and before the first font. macOS forbids even that.
    return multiprocessing.get_context("forkserver" if sys.platform == "linux" else "spawn")


@contextmanager
def _pool(templates: Templates, jobs: int) -> Iterator[ProcessPoolExecutor]:
    pool = None
    try:
        pool = _taken(templates, jobs) or _new_pool(templates, jobs)
    except OSError as error:
        raise Unavailable(
            f"The processes that make the letters cannot be started: {error.strerror}. Try with "
            "--jobs 1."
        ) from None
    try:
        yield pool
    except BaseException:
        # Who is interrupted does not wait for what is being printed.
        for process in multiprocessing.active_children():
            process.kill()
        raise
    finally:
        pool.shutdown(cancel_futures=True)


def _taken(templates: Templates, jobs: int) -> ProcessPoolExecutor | None:
    """The processes that were started before, once, if they are what is needed now."""
    global _begun
    begun, _begun = _begun, None
    if begun is None:
        return None
    if begun.jobs >= jobs and begun.templates.say_the_same(templates):
        return begun.pool()
    begun.end()
    return None


def _new_pool(templates: Templates, jobs: int) -> ProcessPoolExecutor:
    context = _context()
    if sys.platform == "linux":
        context.set_forkserver_preload(["hmic_letters.pdf.preload"])
    return ProcessPoolExecutor(jobs, context, initializer=_start, initargs=(templates,))


# What a process of the pool sets up at its first letter: an exception there reaches the caller,
# one in the pool's initializer would not.
_templates: Templates | None = None
_press: "Press | None" = None


def _start(templates: Templates) -> None:
    global _templates  # noqa: PLW0603
    # Ctrl-C reaches every process of the terminal; the one that holds the folder answers it.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    _templates = templates
    Thread(target=_end_with_parent, daemon=True).start()
    gc.disable()


def _end_with_parent() -> None:
    # A process of the pool waits for its next letter for ever, also after its parent was killed.
    parent = multiprocessing.parent_process()
    assert parent is not None
    parent.join()
    os._exit(1)


_printed = 0


def _print(rendered: Rendered) -> bytes | Refused:
    global _printed  # noqa: PLW0603
    _printed += 1
    if _printed % LETTERS_A_COLLECTION == 0:
        gc.collect()
    return _own_press().make(rendered)


def _own_press() -> "Press":
    global _press  # noqa: PLW0603
    if _press is None:
        from hmic_letters.pdf.press import Press  # noqa: PLC0415

        assert _templates is not None
        _press = Press(_templates)
    return _press


def _warm() -> None:
    # What is wrong is told of the first letter.
    with suppress(Refused, Unavailable):
        _own_press().warm_up()
