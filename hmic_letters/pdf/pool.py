"""A pool of processes that print letters, several at a time."""

import gc
import itertools
import multiprocessing
import os
import signal
import sys
from collections.abc import Iterator
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager, suppress
from pathlib import Path
from threading import Thread
from types import TracebackType
from typing import Self

from hmic_letters.letter.page import Rendered
from hmic_letters.pdf.printer import Letters, Printed, Printer
from hmic_letters.problem import Place, Problem, Refused, Unavailable
from hmic_letters.workspace.templates import Templates

# Every letter leaves some 20 KiB in Pango: a process ends after so many.
LETTERS_A_PROCESS = 250
# How many letters wait for each process, so that none waits for a letter.
AHEAD = 2
# Python looks for garbage after so many letters, when what they were laid out with is no longer
# held: in the midst of a letter it would look through all of that again and again.
LETTERS_A_COLLECTION = 4


@contextmanager
def printing(jobs: int, likely: Templates | None = None) -> Iterator["Printer | Pool"]:
    """Give what prints letters, ``jobs`` at a time: a pool of processes, or this process for one.

    ``likely`` are the templates that a pool gets ready for while nothing is printed yet.
    """
    if jobs > 1:
        with Pool(jobs, likely) as pool:
            yield pool
    else:
        yield Printer()


class Pool:
    """Prints letters by ``jobs`` processes. They end with the ``with`` that the pool is used in.

    The processes start at once, import WeasyPrint and print a page with the ``likely`` templates,
    so that this goes on beside the reading of the data. What they lack surfaces when the first
    letter is printed.
    """

    def __init__(self, jobs: int, likely: Templates | None = None) -> None:
        self._jobs = jobs
        self._executor: ProcessPoolExecutor | None = None
        self._error: OSError | None = None
        self._printed = 0
        # Submitting waits until the first process has imported WeasyPrint.
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
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._starting.join()
        self._end()

    def print_all(self, letters: Letters) -> Iterator[Printed]:
        """Print letters as they come, in the order in which they are ready.

        No more of them are held than are being printed or are next. A letter whose process is
        killed is printed once more, alone; if that is killed too, it is Refused, and the others go
        on. Raises Unavailable where no process can be started or WeasyPrint cannot be imported.
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
        held: dict[Path, Rendered] = {}
        futures: dict[Future[bytes | Refused], Path] = {}
        while True:
            executor = self._ready(idle=not held)
            try:
                for path, rendered in itertools.islice(letters, self._free(len(held))):
                    held[path] = rendered
                    futures[executor.submit(_print, rendered)] = path
                    self._printed += 1
                if not held:
                    return
                done, _ = wait(futures, return_when=FIRST_COMPLETED)
                for future in done:
                    pdf = future.result()
                    path = futures.pop(future)
                    del held[path]
                    yield path, pdf
            except BrokenProcessPool:
                lost += held.items()
                held.clear()
                futures.clear()
                self._end()

    def _free(self, held: int) -> int:
        """Count the letters that may be handed to the processes now."""
        left = LETTERS_A_PROCESS * self._jobs - self._printed
        return max(0, min(self._jobs * AHEAD - held, left))

    def _ready(self, idle: bool) -> ProcessPoolExecutor:
        """Give processes that print, new ones where the others have printed enough."""
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
        """End the processes at once: nobody waits for what they are printing."""
        self._printed = 0
        if self._executor is not None:
            for process in multiprocessing.active_children():
                process.kill()
            self._executor.shutdown(cancel_futures=True)
            self._executor = None


def _new_executor(jobs: int) -> ProcessPoolExecutor:
    # Pango keeps a thread for fontconfig from version 1.52, and no thread survives a fork: so the
    # processes part after the import and before the first font. macOS forbids even that.
    context = multiprocessing.get_context("forkserver" if sys.platform == "linux" else "spawn")
    if sys.platform == "linux":
        context.set_forkserver_preload(["hmic_letters.pdf.preload"])
    return ProcessPoolExecutor(jobs, context, initializer=_begin)


def _begin() -> None:
    # Ctrl-C reaches every process of the terminal; the one that holds the folder answers it.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    Thread(target=_end_with_parent, daemon=True).start()
    gc.disable()


def _end_with_parent() -> None:
    # A process of the pool waits for its next letter for ever, also after its parent was killed.
    parent = multiprocessing.parent_process()
    assert parent is not None
    parent.join()
    os._exit(1)


# What a process of the pool has: an exception where it sets that up reaches the caller with a
# letter, one in the pool's initializer would not.
_printer = Printer()
_printed = 0


def _print(rendered: Rendered) -> bytes | Refused:
    global _printed  # noqa: PLW0603
    _printed += 1
    if _printed % LETTERS_A_COLLECTION == 0:
        gc.collect()
    return _printer.print(rendered)


def _warm_up(templates: Templates) -> None:
    # The first letter reports what is wrong.
    with suppress(Refused, Unavailable):
        _printer.press(templates).warm_up()
