"""The machine's clock: for what is recorded, and for what guards publication.

Nothing that is printed asks it.
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
    """The moment, in UTC: the earliest of what this process is told, what the kernel says itself
    and what it counts.

    A process can be told another time (faketime does it) and be shown other files; the kernel's own
    clock goes on. What it counts is in whole seconds from the moment it was started, so that the
    moment can be a second early, and never late. Raises Unavailable where Linux does not say it.
    """
    told = datetime.now(UTC)
    return min(told, _counted(), _said(told)) if sys.platform == "linux" else told


def _said(told: datetime) -> datetime:
    """What the kernel says when it is asked without the libraries that can be told another time;
    ``told`` on machines whose way of asking is not known."""
    if (call := CLOCK_GETTIME.get(platform.machine())) is None:
        return told
    moment = (ctypes.c_long * 2)()
    if ctypes.CDLL(None, use_errno=True).syscall(call, 0, moment):
        raise Unavailable(f"The kernel does not say the time: {os.strerror(ctypes.get_errno())}.")
    return datetime.fromtimestamp(moment[0], UTC)


def _counted() -> datetime:
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
    """Today's date in London, wherever the machine stands."""
    return in_london(now()).date()


def occasion_now(day: date | None = None) -> Occasion:
    """Tell who runs the command, and when; ``day`` is the one that was named instead of today."""
    return Occasion(account(), now(), day_given(day))


def day_given(day: date | None) -> date:
    """Give the day that was named, which click has with a time, or today in London."""
    return date(day.year, day.month, day.day) if day else today()
