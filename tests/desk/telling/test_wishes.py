"""What somebody wishes to be told of: kept, checked, and told to their open pages alone."""

from inbox.desk.telling import wishes
from inbox.domain.feed_events import NoticesUpdated, only
from inbox.domain.notices import as_clock, minutes_of
from inbox.domain.times import HOUR, iso
from inbox.feed.log import events_after
from tests.desk.telling.conftest import Agent, Desk


async def test_what_is_not_named_stays_and_every_page_of_theirs_hears(
    desk: Desk, ana: Agent
) -> None:
    change = wishes.change_notice_settings
    await desk.database.write(change, ana.id, {"sound": "drop"}, desk.clock)
    changed = await desk.database.write(change, ana.id, {"mentions": False}, desk.clock)
    assert (changed["sound"], changed["mentions"], changed["messages"]) == ("drop", False, "all")
    events = await desk.database.read(events_after, 0, 500)
    told = [one.audience for one in events if one.type == NoticesUpdated.type]
    assert told == [only(ana.id)] * 2


async def test_who_is_away_until_a_time_is_back_by_then(desk: Desk, ana: Agent) -> None:
    until = desk.clock + HOUR
    away = {"away_until": iso(until)}
    changed = await desk.database.write(wishes.change_notice_settings, ana.id, away, desk.clock)
    assert changed["away"] and changed["away_until"] == iso(until)
    back = await desk.database.read(wishes.notice_settings, ana.id, until)
    assert not back["away"] and back["away_until"] is None


def test_times_of_the_day_are_read_as_they_are_written() -> None:
    assert [minutes_of(as_clock(minute)) for minute in range(1440)] == [*range(1440)]
    assert {minutes_of(text) for text in ("", "24:00", "7", "07:60", "a:b", "-1:00", "1:2")} == {
        None
    }
