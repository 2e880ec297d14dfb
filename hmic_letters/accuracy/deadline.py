"""Working days of England and Wales."""

from datetime import date, timedelta

from holidays import country_holidays

SATURDAY = 5


def after(day: date, working_days: int) -> date:
    """Count ``working_days`` from the day after ``day``, and return the last of them.

    Saturdays, Sundays and the bank holidays of England and Wales do not count. The library brings
    the holidays with it, so this needs no network.
    """
    bank_holidays = country_holidays("GB", subdiv="ENG")
    while working_days:
        day += timedelta(days=1)
        if day.weekday() < SATURDAY and day not in bank_holidays:
            working_days -= 1
    return day
