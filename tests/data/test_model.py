"""The rules that values keep by themselves."""

import pickle
from datetime import UTC, date, datetime

import pytest
from pydantic import ValidationError

from hmic_letters.data.model.calendar import in_words
from hmic_letters.data.model.inspection import Embargo


def embargo(until: str) -> Embargo:
    return Embargo.model_validate({"until": until, "zone": "Europe/London"})


def test_the_embargo_of_the_seed() -> None:
    seed = embargo("2014-09-04 00:01")
    assert seed.day == "Thursday 4 September 2014"
    assert seed.time == "00:01"
    assert seed.iso == "2014-09-04T00:01:00+01:00"
    # The day before, in UTC: an embargo has been announced a day wrong for this.
    assert seed.moment.astimezone(UTC) == datetime(2014, 9, 3, 23, 1, tzinfo=UTC)


def test_an_embargo_in_winter() -> None:
    assert embargo("2014-11-27 00:01").iso == "2014-11-27T00:01:00+00:00"


@pytest.mark.parametrize(
    ("until", "said"),
    [
        ("2014-03-30 01:00", "skip 01:00 on 30 March 2014"),
        ("2014-03-30 01:59", "skip 01:59 on 30 March 2014"),
        ("2014-10-26 01:00", "show 01:00 twice on 26 October 2014"),
        ("2014-10-26 01:59", "show 01:59 twice on 26 October 2014"),
    ],
)
def test_times_that_london_has_not_or_has_twice(until: str, said: str) -> None:
    with pytest.raises(ValidationError, match=said):
        embargo(until)


@pytest.mark.parametrize(
    "until", ["2014-03-30 00:59", "2014-03-30 02:00", "2014-10-26 00:59", "2014-10-26 02:00"]
)
def test_times_beside_them(until: str) -> None:
    assert embargo(until).until == datetime.fromisoformat(until)


def test_an_embargo_crosses_the_process_pool() -> None:
    seed = embargo("2014-09-04 00:01")
    assert seed.iso
    assert pickle.loads(pickle.dumps(seed)) == seed


def test_dates_in_words_are_english_and_unpadded() -> None:
    assert in_words(date(2014, 9, 3)) == "3 September 2014"
    assert in_words(date(2014, 12, 31)) == "31 December 2014"
