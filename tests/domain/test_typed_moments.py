"""What people type for a time that is to come."""

from datetime import datetime, timedelta
from gettext import NullTranslations
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from inbox.domain.language import Language, speaking
from inbox.domain.times import DAY, MINUTE, SECOND, Micros, micros
from inbox.domain.typed_moments import FARTHEST, moment_typed

BERLIN = "Europe/Berlin"
NOW = micros(datetime(2026, 11, 25, 10, 30, tzinfo=ZoneInfo(BERLIN)))
"""A Wednesday."""
zones = st.sampled_from((BERLIN, "America/New_York", "Asia/Kolkata", "Pacific/Apia", "UTC"))
moments = st.integers(NOW - 400 * DAY, NOW + 400 * DAY)


def local(at: Micros | None, zone: str = BERLIN) -> datetime:
    assert at is not None
    return datetime.fromtimestamp(at // SECOND, ZoneInfo(zone))


@pytest.mark.parametrize(
    ("words", "day"),
    [
        ("tomorrow 9", "Thu 26 Nov 09:00"),
        ("Tomorrow at 14:15", "Thu 26 Nov 14:15"),
        ("in 3 hours", "Wed 25 Nov 13:30"),
        ("in an hour", "Wed 25 Nov 11:30"),
        ("30m", "Wed 25 Nov 11:00"),
        ("2 days", "Fri 27 Nov 09:00"),
        ("1w", "Wed 02 Dec 09:00"),
        ("fri", "Fri 27 Nov 09:00"),
        ("wed", "Wed 02 Dec 09:00"),
        ("wed 17:00", "Wed 25 Nov 17:00"),
        ("next monday 14:00", "Mon 30 Nov 14:00"),
        ("next friday", "Fri 04 Dec 09:00"),
        ("next week", "Mon 30 Nov 09:00"),
        ("next month", "Tue 01 Dec 09:00"),
        ("14", "Wed 25 Nov 14:00"),
        ("9", "Thu 26 Nov 09:00"),
        ("9 pm", "Wed 25 Nov 21:00"),
        ("12am", "Thu 26 Nov 00:00"),
        ("tonight", "Wed 25 Nov 18:00"),
        ("this evening", "Wed 25 Nov 18:00"),
        ("tomorrow afternoon", "Thu 26 Nov 14:00"),
        ("noon tomorrow", "Thu 26 Nov 12:00"),
        ("24 dec", "Thu 24 Dec 09:00"),
        ("Jan 5, 10:00", "Tue 05 Jan 10:00"),
        ("2026-12-24 8", "Thu 24 Dec 08:00"),
    ],
)
def test_it_is_when_whoever_typed_it_means(words: str, day: str) -> None:
    assert local(moment_typed(words, NOW, BERLIN)).strftime("%a %d %b %H:%M") == day


@pytest.mark.parametrize(
    "words",
    ["", "soon", "at", "25:00", "13pm", "today 9", "31 feb", "2026-11-24", "2030-01-01", "9 9",
     "fri sat", "next", "0m", "9999 days", "²m"],
)  # fmt: skip
def test_what_is_no_time_to_come_is_none(words: str) -> None:
    assert moment_typed(words, NOW, BERLIN) is None


_SPOKEN = (
    "in at next a 3 9 30m 14:00 9pm 99 hours days week monday fri tomorrow today tonight noon dec "
    "24 2026-12-24 evening am ² -1 : ."
)
_WORDS = st.sampled_from(_SPOKEN.split())


@given(st.one_of(st.text(max_size=80), st.lists(_WORDS, max_size=5).map(" ".join)), moments, zones)
def test_whatever_is_typed_is_to_come_within_a_year_or_nothing(
    words: str, now: Micros, zone: str
) -> None:
    found = moment_typed(words, now, zone)
    assert found is None or now < found <= now + FARTHEST


@given(st.integers(1, 9999), moments, zones)
def test_minutes_are_minutes_whatever_the_clocks_do(count: int, now: Micros, zone: str) -> None:
    assert moment_typed(f"in {count} minutes", now, zone) == now + count * MINUTE


@given(st.integers(0, 23), moments, zones)
def test_tomorrow_is_the_next_day_of_ones_own_zone(hour: int, now: Micros, zone: str) -> None:
    found = local(moment_typed(f"tomorrow {hour}", now, zone), zone)
    assert found.date() == local(now, zone).date() + timedelta(1)
    assert found.hour == hour or found.date() != local(micros(found), zone).date()


@given(st.sampled_from(["mon", "tuesday", "wed", "thu", "friday", "sat", "sun"]), moments, zones)
def test_a_weekday_is_that_day_within_a_week(name: str, now: Micros, zone: str) -> None:
    found = local(moment_typed(name, now, zone), zone)
    assert f"{found:%A}".lower().startswith(name)
    assert timedelta(0) < found.date() - local(now, zone).date() <= timedelta(7)


def test_a_language_that_is_spoken_has_its_own_words_beside_the_english() -> None:
    german = Language("de", NullTranslations(), "de")
    with speaking(german):
        assert moment_typed("nächsten montag", NOW, BERLIN) is None, "no catalogue has it yet"
        assert moment_typed("montag 14:00", NOW, BERLIN) == moment_typed("mon 14", NOW, BERLIN)
        assert moment_typed("24 dez.", NOW, BERLIN) == moment_typed("24 dec", NOW, BERLIN)
