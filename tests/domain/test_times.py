"""Provider's times: any unit, any lie (wire-formats F.5)."""

import re
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from inbox.domain.times import DAY, SECOND, iso, micros, when

AT = 1_750_000_000 * SECOND
NOW = AT + 60 * SECOND


@pytest.mark.parametrize(
    "spelled",
    [
        "1750000000",
        1750000000,
        1750000000.0,
        "1750000000000",
        1750000000000,
        " 1750000000 ",
        "2025-06-15T15:06:40Z",
        "2025-06-15T15:06:40.000Z",
        "2025-06-15 15:06:40",
        "2025-06-15T17:06:40+02:00",
    ],
)
def test_spellings_of_one_moment(spelled: Any) -> None:
    assert when(spelled, NOW) == AT


@pytest.mark.parametrize(
    "useless",
    [
        None, True, "", "soon", "2025-06-15", "15:06:40", "١٧٥٠٠٠٠٠٠٠", "1_750_000_000", "²",
        0, -1, "-5", 1e300, float("inf"), float("nan"), 10**30, "9" * 17, [], {},
        "2025-13-45T99:00:00Z",
    ],
)  # fmt: skip
def test_what_is_no_time_is_none(useless: Any) -> None:
    assert when(useless, NOW) is None


def test_a_clock_that_is_more_than_a_day_ahead_lies() -> None:
    assert when((NOW + DAY) // SECOND, NOW) is not None
    assert when((NOW + DAY) // SECOND + 1, NOW) is None
    assert when("2999-01-01T00:00:00Z", NOW) is None


def test_old_times_are_believed() -> None:
    assert when("1234567890", NOW) == 1_234_567_890 * SECOND


@given(st.integers() | st.floats() | st.text() | st.binary() | st.none())
def test_nothing_raises_and_nothing_is_later_than_tomorrow(value: Any) -> None:
    found = when(value, NOW)
    assert found is None or (isinstance(found, int) and found <= NOW + DAY)


@given(st.integers(0, 4_000_000_000 * SECOND))
def test_a_moment_is_written_in_utc_with_milliseconds(at: int) -> None:
    written = iso(at)
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z", written)
    assert abs(micros(datetime.fromisoformat(written)) - at) < 1000


@given(st.integers(0, 4_000_000_000_000), st.integers(0, 4_000_000_000_000))
def test_written_moments_sort_as_the_moments_do(one: int, other: int) -> None:
    assert (iso(one * 1000) < iso(other * 1000)) == (one < other)
    assert datetime.fromisoformat(iso(0)) == datetime(1970, 1, 1, tzinfo=UTC)
