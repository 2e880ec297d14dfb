"""The machine's clock: it dates lines of the ledger and guards publication.

Printing never reads it.
"""

import ctypes
import sys
from collections.abc import Iterable
from datetime import UTC, date, datetime, timedelta
from functools import cache
from pathlib import Path

from hmic_letters.data.model.calendar import in_london
from hmic_letters.problem import Unavailable
from hmic_letters.record.ledger import NO_EMBARGO, Ledger, Occasion
from hmic_letters.workspace.lock import account

STAT = Path("/proc/stat")
UPTIME = Path("/proc/uptime")
EXECUTABLE = Path("/proc/self/exe")
# The number of the system call, by class and machine in the head of Python's own ELF file. Why not
# by the name of the machine: setarch gives a process another name.
CLOCK_GETTIME = {(2, 62): 228, (2, 183): 113}  # 64-bit x86 and 64-bit ARM


DISAGREE = timedelta(seconds=2)  # by which three clocks that are right can differ


def now() -> datetime:
    """Return the moment in UTC by this process's clock, if the kernel's two clocks allow it.

    Why three: tools such as faketime give a process another time and other files, but not another
    kernel clock. A process whose clock is behind gets a warning and goes on: it publishes nothing
    early. The kernel gives its start in whole seconds. So the moment can be a second early, and is
    never late. Raises Unavailable if Linux does not give the time, if its two clocks disagree, or
    if the process's clock is ahead of them.
    """
    own_time = datetime.now(UTC)
    if sys.platform != "linux":
        return own_time
    since_start = _started_and_uptime()
    kernel_time = _kernel_time()
    said = f"Python's clock says {_shown(own_time)}, the kernel's start and uptime say "
    said += _shown(since_start)
    if kernel_time is None:
        raise Unavailable(
            "The kernel cannot be asked for the time on this machine, and no moment is trusted "
            f"without it. {said}. Run the command with a 64-bit Python on x86-64 or ARM, where "
            "/proc can be read."
        )
    said += f", the kernel's clock says {_shown(kernel_time)}"
    if (
        abs(kernel_time - since_start) > DISAGREE
        or own_time - min(kernel_time, since_start) > DISAGREE
    ):
        raise Unavailable(
            f"The clocks of this machine disagree, and no moment is trusted. {said}. Have the "
            "clock set right, or run the command on a machine whose clocks agree (in some "
            "containers they never do)."
        )
    if kernel_time - own_time > DISAGREE:
        _warn(said)
    return min(own_time, since_start, kernel_time)


def _shown(at: datetime) -> str:
    return f"{at:%Y-%m-%d %H:%M:%S} UTC"


@cache
def _warn(said: str) -> None:
    if sys.stderr is not None:
        sys.stderr.write(f"Warning: this process has another time than the machine. {said}.\n")


def has_lifted(ledger: Ledger, forces: Iterable[str]) -> bool:
    """Tell whether the embargoes on record of these forces' letters have lifted.

    They have not, where no clock can be trusted.
    """
    embargoes = {ledger.own_embargo(force) or ledger.embargo for force in forces}
    try:
        at = now()
    except Unavailable:
        return False
    return at >= ledger.last and all(
        one is not None
        and (one == NO_EMBARGO or at.timestamp() >= datetime.fromisoformat(one).timestamp())
        for one in embargoes
    )


def _kernel_time() -> datetime | None:
    """Ask the kernel by a system call; return None if it cannot be asked.

    Why: faketime and the like replace the C library's functions, not system calls.
    """
    try:
        with EXECUTABLE.open("rb") as executable:
            head = executable.read(20)
    except OSError:
        return None
    kind = (head[4], int.from_bytes(head[18:20], "little"))
    if not head.startswith(b"\x7fELF") or (call := CLOCK_GETTIME.get(kind)) is None:
        return None
    moment = (ctypes.c_long * 2)()
    if ctypes.CDLL(None).syscall(call, 0, moment):
        return None
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


def today_if_known() -> date | None:
    """Return today's date in London; None where no clock can be trusted."""
    try:
        return today()
    except Unavailable:
        return None


def occasion_now(day: date | None = None) -> Occasion:
    """Return who runs the command, and when; ``day`` is the day that was named instead of today."""
    now()  # refuse a clock that nobody can trust before anything is done
    return Occasion(account(), now, day_given(day))


def day_given(day: date | None) -> date:
    """Return the day that was named, without the time that click adds, or today in London."""
    return date(day.year, day.month, day.day) if day else today()
