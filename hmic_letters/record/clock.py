"""The machine's clock: it dates lines of the ledger and guards publication.

Printing never reads it.
"""

import ctypes
import os
import platform
import sys
from datetime import UTC, date, datetime
from pathlib import Path

from hmic_letters.data.model.calendar import in_london
from hmic_letters.problem import Unavailable
from hmic_letters.record.ledger import Occasion
from hmic_letters.workspace.store import account

STAT = Path("/proc/stat")
UPTIME = Path("/proc/uptime")
CLOCK_GETTIME = {"x86_64": 228, "aarch64": 113}  # the number of Linux's system call


def now() -> datetime:
    """Return the moment in UTC: the earliest of Python's clock, the kernel's and its uptime.

    Why three: tools such as faketime give a process another time and other files, but not another
    kernel clock. The kernel gives its start in whole seconds. So the moment can be a second early,
    and is never late. Raises Unavailable if Linux does not give the time.
    """
    own_time = datetime.now(UTC)
    return (
        min(own_time, _started_and_uptime(), _kernel_time(own_time))
        if sys.platform == "linux"
        else own_time
    )


def _kernel_time(fallback: datetime) -> datetime:
    """Ask the kernel by a system call; return ``fallback`` if this machine's call is not known.

    Why: faketime and the like replace the C library's functions, not system calls.
    """
    if (call := CLOCK_GETTIME.get(platform.machine())) is None:
        return fallback
    moment = (ctypes.c_long * 2)()
    if ctypes.CDLL(None, use_errno=True).syscall(call, 0, moment):
        raise Unavailable(f"The kernel does not say the time: {os.strerror(ctypes.get_errno())}.")
    return datetime.fromtimestamp(moment[0], UTC)


def _started_and_uptime() -> datetime:
    try:
        started = next(
            int(line.split()[1])
            for line in STAT.read_text("ascii").splitlines()
            if line.startswith("btime ")
        )
        return datetime.fromtimestamp(started + float(UPTIME.read_text("ascii").split()[0]), UTC)
    except (OSError, ValueError, StopIteration):
        raise Unavailable(
            f"The kernel's clock cannot be read ({STAT}, {UPTIME}), and no moment is trusted "
            "without it."
        ) from None


def today() -> date:
    """Return today's date in London, wherever the machine is."""
    return in_london(now()).date()


def occasion_now(day: date | None = None) -> Occasion:
    """Return who runs the command, and when; ``day`` is the day that was named instead of today."""
    return Occasion(account(), now(), day_given(day))


def day_given(day: date | None) -> date:
    """Return the day that was named, without the time that click adds, or today in London."""
    return date(day.year, day.month, day.day) if day else today()
