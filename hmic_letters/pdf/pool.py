"""A pool of processes that print letters, several at a time."""

import gc
import os
import signal
import sys
import tempfile
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from multiprocessing.connection import Connection, wait
from multiprocessing.context import ForkServerContext, SpawnContext
from multiprocessing.util import get_temp_dir
from pathlib import Path
from queue import SimpleQueue
from threading import Thread
from types import TracebackType
from typing import Self

from hmic_letters.letter.page import Rendered
from hmic_letters.pdf.printer import Letters, Printed, Printer
from hmic_letters.problem import Place, Problem, Refused, Unavailable
from hmic_letters.workspace.templates import Templates

# A process ends after this many. Why: every letter leaves some 20 KiB in Pango.
LETTERS_A_PROCESS = 250
# Letters in the hand of each process, so that none waits for a letter.
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

    # Why not concurrent.futures: before Python 3.11.5, if a process is killed while a letter is
    # handed to it, the executor waits for ever (python/cpython#94777).
    def __init__(self, jobs: int, likely: Templates | None = None) -> None:
        """Start the processes, in a thread."""
        self._jobs = jobs
        self._processes: list[_Process] = []
        self._error: OSError | EOFError | None = None
        # Why a thread: starting waits until the first process has imported WeasyPrint.
        self._starting = Thread(target=self._start, args=(likely,), daemon=True)
        self._starting.start()

    def _start(self, likely: Templates | None) -> None:
        try:
            for _ in range(self._jobs):
                self._processes.append(_Process(likely))
        except (OSError, EOFError) as error:
            self._error = error

    def __enter__(self) -> Self:
        """Return the pool."""
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Kill the processes at once, without waiting for letters that they are printing."""
        self._starting.join()
        for process in self._processes:
            process.end()

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
        """Print letters; ``lost`` gets each that a process was printing when it was killed."""
        self._starting.join()
        if self._error is not None:
            raise _cannot_start(self._error)
        letters = iter(letters)
        not_begun: list[tuple[Path, Rendered]] = []
        while True:
            while (process := self._next_free()) and (
                letter := not_begun.pop() if not_begun else next(letters, None)
            ):
                process.give(*letter)
            busy = [process for process in self._processes if process.in_hand]
            if not busy:
                return
            ready = wait([process.connection for process in busy])
            for process in busy:
                if process.connection not in ready:
                    continue
                try:
                    printed, error = process.connection.recv()
                except (EOFError, OSError):
                    lost.append(process.in_hand.popleft())
                    not_begun += process.in_hand
                    self._replace(process)
                    continue
                path, _ = process.in_hand.popleft()
                if error is not None:
                    raise error
                yield path, printed

    def _next_free(self) -> "_Process | None":
        """Return the process with the fewest letters in hand that can take one more, if any."""
        for process in list(self._processes):
            if not process.in_hand and process.given >= LETTERS_A_PROCESS:
                self._replace(process)
        free = [process for process in self._processes if process.can_take()]
        return min(free, key=lambda process: len(process.in_hand), default=None)

    def _replace(self, process: "_Process") -> None:
        process.end()
        self._processes.remove(process)
        try:
            self._processes.append(_Process())
        except (OSError, EOFError) as error:
            raise _cannot_start(error) from None


def _cannot_start(error: OSError | EOFError) -> Unavailable:
    reason = getattr(error, "strerror", None) or str(error) or "the first one was killed"
    return Unavailable(
        f"The processes that make the letters cannot be started: {reason}. Try with --jobs 1."
    )


class _Process:
    """A process that prints letters; ``in_hand`` are those that were given to it, in order."""

    def __init__(self, likely: Templates | None = None) -> None:
        context = _context()
        self.in_hand: deque[tuple[Path, Rendered]] = deque()
        self.given = 0
        self.connection, theirs = context.Pipe()
        with theirs, _open_to_own_processes():
            self._process = context.Process(target=_work, args=(theirs,), daemon=True)
            self._process.start()
        if likely is not None:
            self._send(likely)

    def can_take(self) -> bool:
        """Tell whether the process can get another letter."""
        return len(self.in_hand) < AHEAD and self.given < LETTERS_A_PROCESS

    def give(self, path: Path, rendered: Rendered) -> None:
        """Hand over a letter."""
        self.in_hand.append((path, rendered))
        self.given += 1
        self._send(rendered)

    def _send(self, value: Rendered | Templates) -> None:
        # If the process was killed, receiving will report it.
        with suppress(OSError):
            self.connection.send(value)

    def end(self) -> None:
        """Kill the process."""
        self._process.kill()
        self._process.join()
        self.connection.close()


def _context() -> ForkServerContext | SpawnContext:
    # Why forkserver: Pango has a thread for fontconfig from version 1.52, and no thread survives a
    # fork. So processes fork after the import and before the first font. macOS forbids even that.
    if sys.platform != "linux":
        return SpawnContext()
    context = ForkServerContext()
    context.set_forkserver_preload(["hmic_letters.pdf.preload"])
    return context


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


def _work(connection: Connection) -> None:
    """Print what comes, and send each letter back, until the other end is closed."""
    # Ctrl-C reaches every process of the terminal. Only the process with the folder's lock answers.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    gc.disable()
    values: SimpleQueue[Rendered | Templates] = SimpleQueue()
    Thread(target=_receive, args=(connection, values), daemon=True).start()
    while True:
        value = values.get()
        if isinstance(value, Templates):
            _warm_up(value)
            continue
        try:
            answer: tuple[object, Exception | None] = (_print(value), None)
        except Exception as error:  # the caller raises it
            answer = (None, error)
        try:
            connection.send(answer)
        except OSError:
            os._exit(1)


def _receive(connection: Connection, values: "SimpleQueue[Rendered | Templates]") -> None:
    # Why a thread: the pool and its process must never both wait until the other one receives. It
    # also ends the process as soon as the pool's own was killed.
    while True:
        try:
            values.put(connection.recv())
        except (EOFError, OSError):
            os._exit(1)


# The state of a process of the pool.
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
