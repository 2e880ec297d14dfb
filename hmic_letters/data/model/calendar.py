"""Days and moments as letters write them, in English and in London's time."""

import struct
from datetime import date, datetime
from functools import cache
from importlib import resources
from zoneinfo import ZoneInfo

from hmic_letters.problem import Unavailable

# English whatever the machine's locale says.
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
    """A date as a letter writes it: ``3 September 2014``."""
    return f"{day.day} {MONTHS[day.month - 1]} {day.year}"


@cache
def london() -> ZoneInfo:
    """London's zone out of the tzdata package: neither TZ nor a changed system zone moves it."""
    try:
        with resources.files("tzdata.zoneinfo.Europe").joinpath("London").open("rb") as file:
            return ZoneInfo.from_file(file, "Europe/London")
    except (ImportError, OSError, ValueError, struct.error) as error:
        raise Unavailable(
            f"London's time cannot be known: its zone in the package tzdata is no use ({error}). "
            "Set up again: 'rm -r .venv; make letters'."
        ) from None


def in_london(moment: datetime) -> datetime:
    """An aware moment as London's clocks show it."""
    return moment.astimezone(london())
