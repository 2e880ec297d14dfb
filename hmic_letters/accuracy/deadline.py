"""Working days of England and Wales."""

from datetime import date, timedelta

from holidays import country_holidays

SATURDAY = 5


def after(day: date, working_days: int) -> date:
    """The last of so many working days, the first being that after ``day``.

    Saturdays, Sundays and the bank holidays of England and Wales do not count; the holidays come
    with the library, from no network.
    """
    bank_holidays = country_holidays("GB", subdiv="ENG")
    while working_days:
        day += timedelta(days=1)
        if day.weekday() < SATURDAY and day not in bank_holidays:
            working_days -= 1
    return day
