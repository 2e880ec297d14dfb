"""A pool of processes that print letters, several at a time."""

import gc
import itertools
import multiprocessing
import os
import signal
import sys
import tempfile
from collections.abc import Iterator
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager, suppress
from multiprocessing.util import get_temp_dir
from pathlib import Path
from threading import Thread
from types import TracebackType
from typing import Self

from hmic_letters.letter.page import Rendered
from hmic_letters.pdf.printer import Letters, Printed, Printer
from hmic_letters.problem import Place, Problem, Refused, Unavailable
from hmic_letters.workspace.templates import Templates

# A process ends after this many. Why: every letter leaves some 20 KiB in Pango.
LETTERS_A_PROCESS = 250
# Letters in the queue for each process, so that no process waits for a letter.
AHEAD = 2
# Python collects garbage after this many letters. Why: between two letters the objects of the last
# layout are free. During a letter Python would search all of them again and again.
LETTERS_A_COLLECTION = 4
# A socket's path has at most 107 bytes, or 103 on macOS; Python adds up to 30 to the folder's.
LONGEST_FOLDER = 70


@contextmanager
def printing(jobs: int, likely: Templates | None = None) -> Iterator["Printer | Pool"]:
    """Provide a printer for ``jobs`` letters at a time: a pool of processes, or this one for one.

    A pool prepares itself for the ``likely`` templates before the first letter comes.
    """
    if jobs > 1:
        with Pool(jobs, likely) as pool:
            yield pool
    else:
        yield Printer()


class Pool:
    """A printer of ``jobs`` processes, which end with the pool's ``with`` block.

    The processes start at once, import WeasyPrint and print a page with the ``likely`` templates.
    Meanwhile the caller reads the data. If a library is missing, the error surfaces when the first
    letter is printed.
    """

    def __init__(self, jobs: int, likely: Templates | None = None) -> None:
        """Start the processes, in a thread."""
        self._jobs = jobs
        self._executor: ProcessPoolExecutor | None = None
        self._error: OSError | None = None
        self._printed = 0
        # Why a thread: submitting waits until the first process has imported WeasyPrint.
        self._starting = Thread(target=self._start, args=(likely,), daemon=True)
        self._starting.start()

    def _start(self, likely: Templates | None) -> None:
        try:
            self._executor = _new_executor(self._jobs)
            if likely is not None:
                for _ in range(self._jobs):
                    self._executor.submit(_warm_up, likely)
        except OSError as error:
            self._error = error
        except (BrokenProcessPool, EOFError):
            self._executor = None

    def __enter__(self) -> Self:
        """Return the pool."""
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """End the processes at once."""
        self._starting.join()
        self._end()

    def print_all(self, letters: Letters) -> Iterator[Printed]:
        """Print letters as they come, and yield them in the order in which they are ready.

        It takes only as many letters as are being printed or are next. If a process is killed, its
        letter is printed once more, alone. If that process is killed too, the letter is Refused,
        and the others go on. Raises Unavailable if no process can be started or WeasyPrint cannot
        be imported.
        """
        lost: list[tuple[Path, Rendered]] = []
        yield from self._print_some(letters, lost)
        for path, rendered in lost:
            with Pool(1) as alone:
                again: list[tuple[Path, Rendered]] = []
                yield from alone._print_some([(path, rendered)], again)
            if again:
                reason = "the process that made it was killed, twice"
                remedy = "Run again, with fewer --jobs if memory is short."
                yield path, Refused([Problem(Place(path), "killed", reason, remedy)])

    def _print_some(self, letters: Letters, lost: list[tuple[Path, Rendered]]) -> Iterator[Printed]:
        """Print letters; ``lost`` gets those that a killed process left unprinted."""
        letters = iter(letters)
        unprinted: dict[Path, Rendered] = {}
        futures: dict[Future[bytes | Refused], Path] = {}
        while True:
            executor = self._ready(idle=not unprinted)
            try:
                for path, rendered in itertools.islice(letters, self._free(len(unprinted))):
                    unprinted[path] = rendered
                    futures[executor.submit(_print, rendered)] = path
                    self._printed += 1
                if not unprinted:
                    return
                done, _ = wait(futures, return_when=FIRST_COMPLETED)
                for future in done:
                    pdf = future.result()
                    path = futures.pop(future)
                    del unprinted[path]
                    yield path, pdf
            except BrokenProcessPool:
                lost += unprinted.items()
                unprinted.clear()
                futures.clear()
                self._end()

    def _free(self, in_hand: int) -> int:
        """Count the letters that may be handed to the processes now."""
        left = LETTERS_A_PROCESS * self._jobs - self._printed
        return max(0, min(self._jobs * AHEAD - in_hand, left))

    def _ready(self, idle: bool) -> ProcessPoolExecutor:
        """Return processes that print; new ones once the others have printed enough letters."""
        self._starting.join()
        if idle and self._printed >= LETTERS_A_PROCESS * self._jobs:
            self._end()
        if self._executor is None:
            try:
                if self._error is not None:
                    raise self._error
                self._executor = _new_executor(self._jobs)
            except OSError as error:
                raise Unavailable(
                    "The processes that make the letters cannot be started: "
                    f"{error.strerror or error}. Try with --jobs 1."
                ) from None
        return self._executor

    def _end(self) -> None:
        """Kill the processes at once, without waiting for letters that they are printing."""
        self._printed = 0
        if self._executor is not None:
            for process in multiprocessing.active_children():
                process.kill()
            self._executor.shutdown(cancel_futures=True)
            self._executor = None


def _new_executor(jobs: int) -> ProcessPoolExecutor:
    # Why forkserver: Pango has a thread for fontconfig from version 1.52, and no thread survives a
    # fork. So processes fork after the import and before the first font. macOS forbids even that.
    context = multiprocessing.get_context("forkserver" if sys.platform == "linux" else "spawn")
    if sys.platform == "linux":
        context.set_forkserver_preload(["hmic_letters.pdf.preload"])
    with _open_to_own_processes():
        return ProcessPoolExecutor(jobs, context, initializer=_begin)


@contextmanager
def _open_to_own_processes() -> Iterator[None]:
    """Let the pool's processes open what Python makes for them: a folder with a socket, and locks.

    A umask such as 0777 would shut their owner out, and a long TMPDIR leaves the socket no path.
    """
    umask, folder = os.umask(0o077), tempfile.gettempdir()
    try:
        if len(os.fsencode(folder)) > LONGEST_FOLDER:
            tempfile.tempdir = "/tmp"  # noqa: S108 (Python makes a folder of its own in it)
        get_temp_dir()
        yield
    finally:
        os.umask(umask)
        tempfile.tempdir = folder


def _begin() -> None:
    # Ctrl-C reaches every process of the terminal. Only the process with the folder's lock answers.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    Thread(target=_end_with_parent, daemon=True).start()
    gc.disable()


def _end_with_parent() -> None:
    # Why: a process of the pool waits for its next letter for ever, even if its parent was killed.
    parent = multiprocessing.parent_process()
    assert parent is not None
    parent.join()
    os._exit(1)


# The state of a process of the pool. Why not in the pool's initializer: an exception there would
# not reach the caller. An exception while a letter is printed does.
_printer = Printer()
_printed = 0


def _print(rendered: Rendered) -> bytes | Refused:
    global _printed  # noqa: PLW0603
    _printed += 1
    if _printed % LETTERS_A_COLLECTION == 0:
        gc.collect()
    return _printer.print(rendered)


def _warm_up(templates: Templates) -> None:
    # The first letter reports the error.
    with suppress(Refused, Unavailable):
        _printer.press(templates).warm_up()
