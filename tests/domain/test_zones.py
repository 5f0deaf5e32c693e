"""Days in a time zone, as statements can count them."""

from datetime import date, datetime
from itertools import pairwise
from zoneinfo import ZoneInfo

from hypothesis import given
from hypothesis import strategies as st

from inbox.domain.times import DAY, HOUR, SECOND
from inbox.domain.zones import day_of, is_zone, month_of, numbered, spans, start_of

ZONES = ("UTC", "Europe/Berlin", "America/Sao_Paulo", "Asia/Kathmandu", "Africa/Cairo")
TIMES = st.integers(1_500_000_000, 1_900_000_000).map(lambda second: second * SECOND)


@given(TIMES, TIMES, st.sampled_from(ZONES), st.integers(0, 999))
def test_within_a_span_days_are_counted_by_its_offset(a: int, b: int, zone: str, at: int) -> None:
    start, end = min(a, b), max(a, b) + 1
    found = list(spans(start, end, zone))
    assert (found[0].start, found[-1].end) == (start, end)
    assert all(one.end == next_.start for one, next_ in pairwise(found))
    for span in found:
        moment = span.start + (span.end - 1 - span.start) * at // 999
        assert numbered((moment + span.offset) // DAY) == day_of(moment, zone)


@given(st.dates(date(2010, 1, 1), date(2030, 1, 1)), st.sampled_from(ZONES))
def test_a_day_begins_where_the_one_before_ends(day: date, zone: str) -> None:
    at = start_of(day, zone)
    assert day_of(at, zone) == day
    assert day_of(at - 1, zone) < day


def test_a_day_on_which_clocks_change_is_longer_or_shorter() -> None:
    spring, after = date(2026, 3, 29), date(2026, 3, 30)
    length = start_of(after, "Europe/Berlin") - start_of(spring, "Europe/Berlin")
    assert length == 23 * HOUR
    own = datetime(2026, 3, 29, tzinfo=ZoneInfo("Europe/Berlin"))
    assert start_of(spring, "Europe/Berlin") == own.timestamp() * SECOND


def test_a_month_ends_where_the_next_begins() -> None:
    assert month_of(date(2026, 12, 31)) == (date(2026, 12, 1), date(2027, 1, 1))
    assert month_of(date(2026, 2, 1)) == (date(2026, 2, 1), date(2026, 3, 1))


def test_zones_are_called_after_places() -> None:
    assert is_zone("UTC") and is_zone("Europe/Berlin")
    assert not any(map(is_zone, ("", "Nowhere/At_all", "Etc/GMT+1", "../../etc/passwd")))
