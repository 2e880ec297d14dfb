"""One run at a time in a folder: wait for the run that has it, but not for ever.

It imports nothing heavy. Why: a command that has nothing to do must end at once.
"""

import fcntl
import os
import pwd
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from contextvars import ContextVar
from pathlib import Path

HOLDER = ".holder"  # names the run that has the lock on a folder
WAIT = ContextVar("WAIT", default=60.0)  # seconds to wait for another run: --lock-wait
QUIET = 2.0  # seconds to wait without a word
PAUSE = 0.05


class Busy(Exception):  # noqa: N818
    """Raised if another run keeps a folder for too long; the message names the run."""


@contextmanager
def locked(handle: int, path: Path) -> Iterator[None]:
    """Lock a folder, given its handle and its ``path``, against other runs.

    While another run has the lock, wait, and after two seconds name that run on the standard error.
    Raises Busy after ``WAIT`` seconds. The lock ends with the process, however that ends.
    """
    _wait(handle, path)
    holder = path / HOLDER
    # If the folder is read-only, the first file that is written there will report it.
    with suppress(OSError):
        command = " ".join(["hmic-letters", *sys.argv[1:2]])
        holder.unlink(missing_ok=True)
        with open(os.open(holder, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:  # noqa: PTH123
            file.write(f"process {os.getpid()} of {account()}: {command}")
    try:
        yield
    finally:
        with suppress(OSError):
            holder.unlink()


def _wait(handle: int, path: Path) -> None:
    begun, is_quiet = time.monotonic(), True
    while True:
        with suppress(BlockingIOError):
            return fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        waited = time.monotonic() - begun
        other = f"Another run of hmic-letters{_holder(path)} is writing to {path}"
        if waited >= WAIT.get():
            raise Busy(
                f"{other}, and has not ended within {WAIT.get():g} seconds. Wait until it has "
                "ended, or end it; then run this command again. --lock-wait changes the time."
            )
        if is_quiet and waited >= QUIET and sys.stderr is not None:
            sys.stderr.write(f"{other}. This run waits for it.\n")
            is_quiet = False
        time.sleep(min(PAUSE, WAIT.get()))


def _holder(path: Path) -> str:
    try:
        # The other run may not have written it yet.
        holder = (path / HOLDER).read_text("utf-8")
        return f" ({holder})" if holder else ""
    except (OSError, UnicodeDecodeError):
        return ""


def account() -> str:
    """Return the account that runs this process. Why from the system: no variable can fake it."""
    try:
        return pwd.getpwuid(os.getuid()).pw_name
    except KeyError:
        return str(os.getuid())
