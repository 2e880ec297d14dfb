"""Run ``hmic-letters``: inside this process, which is quick, or as a process of its own."""

import gc
import io
import os
import subprocess
import sys
import traceback
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
