"""Lanes share what may be under way, and none can take all of it."""

from hypothesis import given
from hypothesis import strategies as st

from inbox.storage.slots import Slots

LANES = st.sampled_from("abcdef")


def test_one_lane_alone_takes_its_share_and_no_more() -> None:
    assert Slots(total=10, each=8).rooms([], ["a"]) == {"a": 8}


def test_those_that_have_least_come_first() -> None:
    assert Slots(total=4, each=3).rooms(["a", "a"], ["a", "b"]) == {"b": 2}


@given(st.lists(LANES, max_size=12), st.lists(LANES, unique=True))
def test_whoever_has_nothing_under_way_may_begin_one(busy: list[str], waiting: list[str]) -> None:
    rooms = Slots(total=4, each=3).rooms(busy, waiting)
    assert {lane for lane in waiting if lane not in busy} <= rooms.keys()


@given(st.lists(LANES, max_size=12), st.lists(LANES, unique=True))
def test_nobody_gets_more_than_a_share(busy: list[str], waiting: list[str]) -> None:
    slots = Slots(total=4, each=3)
    rooms = slots.rooms(busy, waiting)
    assert all(busy.count(lane) + room <= slots.each for lane, room in rooms.items())
    beyond = len(busy) + sum(rooms.values()) - slots.total
    assert beyond <= max(len(busy) - slots.total, 0) + len({*waiting} - {*busy})
