"""What a channel's own past says of when it is busy, and how long it is quiet."""

from collections.abc import Callable

import pytest

from inbox.alerts.baseline import LEAST, TIMES, Baseline, baseline
from inbox.alerts.counts import SLOT
from inbox.domain.times import DAY, HOUR, MINUTE, Micros

MONDAY: Micros = 1_749_427_200_000_000  # 2025-06-09 00:00 UTC
WEEK = 7 * DAY
NOON = 12 * HOUR


def past(start: Micros, end: Micros, number: Callable[[Micros], int]) -> dict[int, int]:
    return {slot: number(slot * SLOT) for slot in range(start // SLOT, end // SLOT)}


def office(at: Micros) -> int:
    """Ten webhooks in ten minutes from 8 to 20, Monday to Friday."""
    return 10 if 8 <= at // HOUR % 24 < 20 and (at - MONDAY) // DAY % 7 < 5 else 0


def of(accepted: dict[int, int], **more: list[tuple[Micros, Micros]]) -> Baseline | None:
    return baseline(accepted, max(slot for slot, number in accepted.items() if number), **more)


def test_an_hour_is_usually_as_in_the_same_hour_of_the_week_before() -> None:
    found = of(past(MONDAY - 4 * WEEK, MONDAY + NOON, office))
    assert found is not None and found.basis == "weeks"
    assert found.in_hour(MONDAY + NOON) == 60
    assert found.in_hour(MONDAY + 3 * HOUR) == 0
    assert found.in_hour(MONDAY - DAY + NOON) == 0


def test_what_is_missing_counts_busy_hours_alone() -> None:
    found = of(past(MONDAY - 4 * WEEK, MONDAY, office))
    assert found is not None
    assert found.missing(MONDAY - 4 * HOUR, MONDAY + 8 * HOUR) == 0
    assert found.missing(MONDAY - 2 * DAY, MONDAY + 8 * HOUR + 30 * MINUTE) == pytest.approx(30)


def test_much_is_more_than_was_ever_missing_before() -> None:
    dense = of(past(MONDAY - 4 * WEEK, MONDAY, lambda _: 1))
    assert dense is not None and (dense.in_hour(MONDAY), dense.much) == (6, LEAST)
    hourly = of(past(MONDAY - 4 * WEEK, MONDAY, lambda at: 30 * (at % HOUR == 0)))
    assert hourly is not None and hourly.in_hour(MONDAY) == 30
    assert hourly.missing(MONDAY, MONDAY + HOUR + 5 * MINUTE) < hourly.much
    assert hourly.missing(MONDAY, MONDAY + 3 * HOUR) >= hourly.much


def test_one_holiday_and_what_was_an_alert_teach_no_patience() -> None:
    def with_holidays(*days: int) -> Callable[[Micros], int]:
        return lambda at: 0 if (MONDAY - at) // DAY in days else office(at)

    def much(*days: int, excused: list[tuple[Micros, Micros]] | None = None) -> float:
        accepted = past(MONDAY - 5 * WEEK, MONDAY, with_holidays(*days))
        found = of(accepted, excused=excused or [])
        assert found is not None and found.in_hour(MONDAY + NOON) == 60
        return found.much

    usual = much()
    assert much(10) == usual < 12 * 60
    assert much(10, 18) > TIMES * 12 * 60
    assert much(10, 18, excused=[(MONDAY - 11 * DAY, MONDAY - 10 * DAY)]) == usual


@pytest.mark.parametrize("days", [0, 1, 6])
def test_with_less_than_a_week_of_past_nothing_is_usual(days: int) -> None:
    assert of(past(MONDAY - days * DAY, MONDAY + NOON, lambda _: 10)) is None


def test_with_a_week_of_past_its_quietest_day_is_usual() -> None:
    found = of(past(MONDAY - 8 * DAY, MONDAY, lambda at: 5 + (at // DAY) % 7))
    assert found is not None and (found.basis, found.in_hour(MONDAY)) == ("days", 30)
    assert of(past(MONDAY - 8 * DAY, MONDAY, office)) is None


def test_a_slow_channel_has_no_busy_hour() -> None:
    assert of(past(MONDAY - 4 * WEEK, MONDAY, lambda at: 3 * (at % HOUR == 0))) is None
