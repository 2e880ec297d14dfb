"""The machine's clock: for what is recorded, and for what guards publication.

Nothing that is printed asks it.
"""

import sys
from datetime import UTC, date, datetime
from pathlib import Path

from hmic_letters.model import in_london
from hmic_letters.problem import Unavailable

STAT = Path("/proc/stat")
UPTIME = Path("/proc/uptime")


def now() -> datetime:
    """The moment, in UTC: the earlier of what this process is told and what the kernel counts.

    A process can be told another time (faketime does it), and the kernel's count goes on. It says
    whole seconds of the moment it was started, so that the moment can be a second early, and never
    late. Raises Unavailable where Linux does not say it.
    """
    told = datetime.now(UTC)
    return min(told, _counted()) if sys.platform == "linux" else told


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
