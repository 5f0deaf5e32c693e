"""When a team is there: by the clocks of its own zone, whatever they do."""

from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from inbox.domain.errors import Invalid
from inbox.domain.hours.given import DAYS, AutomaticTexts, hours_given, kept_hours
from inbox.domain.hours.opening import opens_again
from inbox.domain.hours.week import BusinessHours, Holiday, Opening, OpenPeriod, period_at
from inbox.domain.times import DAY, HOUR, MINUTE, Micros, micros

BERLIN = "Europe/Berlin"
OFFICE = (Opening(9 * 60, 12 * 60 + 30), Opening(13 * 60 + 30, 18 * 60))
WEEK = ((OFFICE,) * 5) + ((), ())
NIGHTS = ((Opening(22 * 60, 2 * 60 + 30),),) * 7
ALL_DAY = (Opening(0, 24 * 60),)


def at(
    year: int,
    month: int,
    day: int,
    hour: int = 0,
    minute: int = 0,
    *,
    zone: str = BERLIN,
    fold: int = 0,
) -> Micros:
    there = ZoneInfo(zone)
    return micros(datetime(year, month, day, hour, minute, tzinfo=there, fold=fold))


def hours(week: Any = WEEK, *holidays: Holiday, zone: str = BERLIN) -> BusinessHours:
    return BusinessHours(zone, week, holidays)


def test_a_day_may_have_several_spans_and_is_closed_between_them() -> None:
    noon = period_at(hours(), at(2026, 11, 30, 13))
    assert noon == OpenPeriod(False, at(2026, 11, 30, 12, 30), at(2026, 11, 30, 13, 30))
    assert period_at(hours(), at(2026, 11, 30, 12, 30)).open is False
    assert period_at(hours(), at(2026, 11, 30, 13, 30)).open is True


def test_a_weekend_is_one_closed_period_also_where_clocks_change_in_it() -> None:
    spring = OpenPeriod(False, at(2026, 3, 27, 18), at(2026, 3, 30, 9))
    autumn = OpenPeriod(False, at(2026, 10, 23, 18), at(2026, 10, 26, 9))
    assert spring.until and spring.since and autumn.until and autumn.since
    assert (spring.until - spring.since, autumn.until - autumn.since) == (62 * HOUR, 64 * HOUR)
    assert period_at(hours(), at(2026, 3, 29, 4)) == spring
    assert period_at(hours(), at(2026, 10, 25, 2, 30, fold=1)) == autumn


def test_an_hour_that_comes_twice_is_within_and_one_left_out_ends_at_once() -> None:
    twice = OpenPeriod(True, at(2026, 10, 24, 22), at(2026, 10, 25, 2, 30, fold=1))
    for moment in (
        at(2026, 10, 25, 2, 15),
        at(2026, 10, 25, 2, 45),
        at(2026, 10, 25, 2, 15, fold=1),
    ):
        assert period_at(hours(NIGHTS), moment) == twice
    assert not period_at(hours(NIGHTS), at(2026, 10, 25, 2, 30, fold=1)).open
    left_out = OpenPeriod(True, at(2026, 3, 28, 22), at(2026, 3, 29, 3))
    assert period_at(hours(NIGHTS), at(2026, 3, 29, 1, 59)) == left_out
    assert not period_at(hours(NIGHTS), at(2026, 3, 29, 3)).open
    never = ((Opening(2 * 60, 3 * 60),),) * 7
    assert period_at(hours(never), at(2026, 3, 29, 1)).until == at(2026, 3, 30, 2)


def test_a_span_over_midnight_belongs_to_the_day_on_which_it_begins() -> None:
    closed = Holiday("New Year", date(2026, 1, 1), date(2026, 1, 1), yearly=True)
    bar = hours(NIGHTS, closed)
    assert period_at(bar, at(2027, 1, 1, 1)).until == at(2027, 1, 1, 2, 30)
    assert period_at(bar, at(2027, 1, 1, 23)).until == at(2027, 1, 2, 22)


def test_when_it_opens_again_is_said_by_its_own_clock() -> None:
    friday, christmas = at(2026, 11, 27, 19), Holiday("", date(2026, 12, 21), date(2027, 1, 3))
    assert opens_again(hours(), friday) == "Monday 09:00"
    assert opens_again(hours(), at(2026, 11, 30, 13)) == "Monday 13:30"
    assert opens_again(hours(WEEK, christmas), at(2026, 12, 21)) == "4 Jan 09:00"
    assert opens_again(hours(), at(2026, 11, 30, 10)) is None, "it is open"
    assert opens_again(hours(((),) * 7), friday) is None, "it never opens"


def test_days_that_follow_each_other_are_one_period() -> None:
    always = hours((ALL_DAY,) * 7)
    assert period_at(always, at(2026, 6, 1)) == OpenPeriod(True, None, None)
    work = hours((ALL_DAY,) * 5 + ((), ()))
    assert period_at(work, at(2026, 6, 3)) == OpenPeriod(True, at(2026, 6, 1), at(2026, 6, 6))
    assert period_at(hours(((),) * 7), at(2026, 6, 3)) == OpenPeriod(False, None, None)


def test_a_holiday_that_comes_yearly_may_go_into_january() -> None:
    between = Holiday("", date(2020, 12, 24), date(2021, 1, 2), yearly=True)
    open_else = hours(None, between)
    closed = OpenPeriod(False, at(2026, 12, 24), at(2027, 1, 3))
    assert period_at(open_else, at(2026, 12, 31)) == closed == period_at(open_else, at(2027, 1, 2))
    once = hours(None, between._replace(yearly=False))
    assert period_at(once, at(2026, 12, 31)).open
    assert not period_at(once, at(2020, 12, 31)).open


@pytest.mark.parametrize("zone", ["Asia/Kathmandu", "America/St_Johns", "Pacific/Apia", "UTC"])
def test_hours_are_those_of_the_zone(zone: str) -> None:
    there = hours(zone=zone)
    opens = at(2026, 11, 30, 9, zone=zone)
    assert [period_at(there, moment).open for moment in (opens - MINUTE, opens)] == [False, True]


MOMENTS = st.integers(1_767_225_600, 1_830_297_600).map(lambda second: second * 1_000_000)
ZONES = st.sampled_from([BERLIN, "America/Sao_Paulo", "Australia/Lord_Howe", "Africa/Cairo"])


@given(MOMENTS, ZONES, st.sampled_from([WEEK, NIGHTS]))
def test_a_period_is_one_from_its_first_moment_to_its_last(
    moment: Micros, zone: str, week: Any
) -> None:
    there = hours(week, zone=zone)
    period = period_at(there, moment)
    assert period.since is not None and period.until is not None
    assert period.since <= moment < period.until < period.since + 4 * DAY
    for within in (period.since, moment, period.until - MINUTE):
        assert period_at(there, within) == period
    assert period_at(there, period.until).open is not period.open
    assert period_at(there, period.since - MINUTE).open is not period.open


GIVEN: dict[str, Any] = {
    "time_zone": BERLIN,
    "week": {day: [] for day in DAYS}
    | {"friday": [{"opens": "08:30", "closes": "12:00"}, {"opens": "20:00", "closes": "02:00"}]},
    "holidays": [
        {"name": "Labour Day", "first": "2026-05-01", "last": "2026-05-01", "yearly": True}
    ],
    "away": {"text": "We are closed, {{contact.first_name|friend}}."},
    "greeting": {"text": "Welcome to {{channel.name}}.", "after_days": 30},
}


def test_what_is_kept_is_what_was_given() -> None:
    found, texts = hours_given(GIVEN)
    assert kept_hours(found, texts) == GIVEN
    assert hours_given(kept_hours(found, texts)) == (found, texts)
    assert kept_hours(BusinessHours(), AutomaticTexts()) == {}
    assert hours_given({}) == (BusinessHours(), AutomaticTexts())


def test_midnight_ends_a_day_however_it_is_written() -> None:
    for closes in ("24:00", "00:00", "0:00"):
        week = {day: [{"opens": "00:00", "closes": closes}] for day in DAYS}
        assert hours_given({"week": week})[0].week == (ALL_DAY,) * 7


@pytest.mark.parametrize(
    ("field", "wrong"),
    [
        ("time_zone", {"time_zone": "Mars/Olympus"}),
        ("monday", {"week": {"monday": [{"opens": "9", "closes": "18:00"}]}}),
        ("monday", {"week": {"monday": [{"opens": "09:00", "closes": "24:30"}]}}),
        ("monday", {"week": {"monday": [{"opens": "09:00", "closes": "09:00"}]}}),
        (
            "sunday",
            {
                "week": {
                    "sunday": [
                        {"opens": "09:00", "closes": "12:00"},
                        {"opens": "11:00", "closes": "13:00"},
                    ]
                }
            },
        ),
        (
            "sunday",
            {
                "week": {
                    "sunday": [
                        {"opens": "22:00", "closes": "02:00"},
                        {"opens": "23:00", "closes": "23:30"},
                    ]
                }
            },
        ),
        ("holidays.0", {"holidays": [{"name": "", "first": "2026-02-30"}]}),
        ("holidays.0", {"holidays": [{"name": "", "first": "2026-03-02", "last": "2026-03-01"}]}),
        ("away", {"away": {"text": "Hello {{nobody}}"}}),
        ("greeting", {"greeting": {"text": "I am {{agent.name}}"}}),
        ("away", {"away": {"text": "x" * 4_097}}),
        ("after_days", {"greeting": {"text": "Hello", "after_days": 0}}),
    ],
)
def test_what_cannot_be_is_refused_where_it_stands(field: str, wrong: dict[str, Any]) -> None:
    with pytest.raises(Invalid) as refused:
        hours_given(wrong)
    assert refused.value.field == field
