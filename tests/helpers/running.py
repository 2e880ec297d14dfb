"""Run ``hmic-letters``: inside this process, which is quick, or as a process of its own."""

import ctypes
import gc
import io
import os
import signal
import subprocess
import sys
import traceback
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager, redirect_stderr, redirect_stdout
from pathlib import Path

from hmic_letters.cli.main import main

COMMAND = [sys.executable, "-m", "hmic_letters"]
Run = Callable[..., subprocess.CompletedProcess[str]]


def run_here(
    *arguments: str | Path, cwd: Path, typed: str = ""
) -> subprocess.CompletedProcess[str]:
    """Run a command in this process, as if a shell had started it in ``cwd``."""
    words = [str(argument) for argument in arguments]
    out, err = _stream(), _stream()
    with _as_before(), redirect_stdout(out), redirect_stderr(err):
        os.chdir(cwd)
        sys.stdin = _stream(typed)
        try:
            main(words, prog_name="hmic-letters")
            status: object = 0
        except SystemExit as end:
            status = end.code or 0
        except BaseException:  # as Python itself ends a process
            traceback.print_exc()
            status = 1
    assert isinstance(status, int)
    return subprocess.CompletedProcess(words, status, _text(out), _text(err))


def run_process(
    *arguments: str | Path, cwd: Path, typed: str = "", **environment: str
) -> subprocess.CompletedProcess[str]:
    """Run a command as a process: where its environment, its streams or its imports matter."""
    return subprocess.run(
        [*COMMAND, *map(str, arguments)],
        cwd=cwd,
        env=os.environ | environment,
        input=typed,
        capture_output=True,
        text=True,
        check=False,
    )


def run_killed(*arguments: str | Path, cwd: Path, at: int) -> int:
    """Run a command in a fork of this process, killed before its ``at``th write in ``cwd``.

    Returns -9, or the exit status of a run that writes less often.
    """
    left = at

    def kill(event: str, details: tuple[object, ...]) -> None:
        nonlocal left
        flags = details[2] if event == "open" else 0
        writes = isinstance(flags, int) and flags & (os.O_WRONLY | os.O_RDWR)
        if (writes or event in {"os.rename", "os.mkdir"}) and str(cwd) in os.getcwd():  # noqa: PTH109
            left -= 1
            if left == 0:
                os.kill(os.getpid(), signal.SIGKILL)

    with warnings.catch_warnings():
        # The threads of pytest-xdist end with the fork, and nothing of theirs is needed in it.
        warnings.simplefilter("ignore", DeprecationWarning)
        child = os.fork()
    if child == 0:
        status = 1
        try:
            gc.freeze()
            sys.addaudithook(kill)
            status = run_here(*arguments, cwd=cwd).returncode
        finally:
            os._exit(status)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])


@contextmanager
def _as_before() -> Iterator[None]:
    """Give back what a command may change for the whole process."""
    folder, stdin, environment = Path.cwd(), sys.stdin, dict(os.environ)
    collecting, thresholds = gc.isenabled(), gc.get_threshold()
    umask = os.umask(0o022)
    os.umask(umask)
    try:
        yield
    finally:
        os.chdir(folder)
        os.umask(umask)
        sys.stdin = stdin
        os.environ.clear()
        os.environ.update(environment)
        gc.set_threshold(*thresholds)
        if collecting:
            gc.enable()


def _stream(text: str = "") -> io.TextIOWrapper:
    return io.TextIOWrapper(io.BytesIO(text.encode()), encoding="utf-8")


def _text(stream: io.TextIOWrapper) -> str:
    stream.flush()
    assert isinstance(stream.buffer, io.BytesIO)
    return stream.buffer.getvalue().decode()


def without_privileges() -> None:
    """Lets permissions count for root, too: takes CAP_DAC_OVERRIDE and CAP_DAC_READ_SEARCH away."""
    drop = 24  # PR_CAPBSET_DROP of prctl(2); nobody but root has anything to lose
    for capability in (1, 2):
        ctypes.CDLL(None).prctl(drop, capability, 0, 0, 0)
