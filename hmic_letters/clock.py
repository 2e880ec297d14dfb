"""The machine's clock, for what is recorded with its day. Nothing that is printed asks it."""

from datetime import UTC, date, datetime

from hmic_letters.model import in_london


def today() -> date:
    """Today's date in London, wherever the machine stands."""
    return in_london(datetime.now(UTC)).date()
