"""Days and moments as letters write them, in English and in London time."""

import struct
from datetime import date, datetime
from functools import cache
from importlib import resources
from zoneinfo import ZoneInfo

from hmic_letters.problem import Unavailable

# Why not from the locale: letters are in English on every machine.
WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
MONTHS = (
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
)


def in_words(day: date) -> str:
    """Write a date as a letter does: ``3 September 2014``."""
    return f"{day.day} {MONTHS[day.month - 1]} {day.year}"


@cache
def london() -> ZoneInfo:
    """Read London's time zone from the tzdata package. Raises Unavailable if that is damaged.

    Why from there: neither TZ nor a changed zone of the system can move it.
    """
    try:
        with resources.files("tzdata.zoneinfo.Europe").joinpath("London").open("rb") as file:
            return ZoneInfo.from_file(file, "Europe/London")
    except (ImportError, OSError, ValueError, struct.error) as error:
        raise Unavailable(
            f"London's time cannot be known: its zone in the package tzdata is no use ({error}). "
            "Set up again: 'rm -r .venv; make letters'."
        ) from None


def in_london(moment: datetime) -> datetime:
    """Convert an aware moment to London time."""
    return moment.astimezone(london())
