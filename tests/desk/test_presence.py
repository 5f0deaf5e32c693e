"""Who is viewing and who is writing: true for a moment, and the same at every process."""

from typing import Any

import pytest

from inbox.desk.presence import (
    MOST_WRITTEN,
    VIEWING_SECONDS,
    WRITING_SECONDS,
    Attendee,
    Presence,
)
from inbox.domain.feed_events import MessageNew
from inbox.domain.shapes import encoded
from inbox.feed.log import FeedEvent

ANA, BEN = Attendee("Ana", "u-1"), Attendee("Ben", "u-2")


class Clock:
    now = 1_000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def here(clock: Clock) -> Presence:
    return Presence(clock)


def viewing(at: Presence, where: str = "c-1") -> list[str]:
    return [one.name for one in at.of(where).viewers]


def writing(at: Presence, where: str = "c-1") -> list[tuple[str, str]]:
    return [(one.name, kind) for one, kind in at.of(where).writers]


def changes(at: Presence) -> list[set[str]]:
    told: list[set[str]] = []
    at.on_change = told.append
    return told


def said(sender: Attendee, where: str = "c-1") -> FeedEvent:
    payload: dict[str, Any] = {"sender": {"id": sender.id, "name": sender.name}}
    return FeedEvent(7, MessageNew.type, 0, encoded(payload), where, None, "")


def test_who_opens_a_conversation_is_there_until_they_go_on_or_away(here: Presence) -> None:
    told = changes(here)
    here.view("tab", "c-1", ANA)
    here.view("tab", "c-2", ANA)
    assert (viewing(here), viewing(here, "c-2")) == ([], ["Ana"])
    here.view("tab", None, ANA)
    assert told == [{"c-1"}, {"c-1", "c-2"}, {"c-2"}]
    assert here.conversations == set()


def test_who_uses_a_page_is_here_until_it_is_left_alone(here: Presence, clock: Clock) -> None:
    told: list[int] = []
    here.on_here = lambda: told.append(len(here.here))
    here.stay("tab", BEN)
    here.stay("tab", BEN)
    here.stay("other", ANA)
    assert (here.here, told) == ((ANA, BEN), [1, 2])
    here.go("tab")
    assert here.here == (ANA,)
    clock.now += VIEWING_SECONDS + 1
    here.expire()
    assert (here.here, here.quiet) == ((), False), "others are still to be told"


def test_who_is_here_is_here_for_all_processes(here: Presence, clock: Clock) -> None:
    there = Presence(clock)
    there.stay("tab", ANA)
    here.stay("tab", BEN)
    here.hear(there.news() or "")
    assert here.here == (ANA, BEN)
    there.leave("tab")
    assert there.here == (ANA,), "who shows no conversation is still here"
    there.go("tab")
    here.hear(there.news() or "")
    assert here.here == (BEN,)


def test_somebody_with_two_tabs_is_one_and_stays_while_either_does(here: Presence) -> None:
    told = changes(here)
    for tab in ("one", "other"):
        here.view(tab, "c-1", ANA)
    here.leave("one")
    assert (viewing(here), told) == (["Ana"], [{"c-1"}])
    here.leave("other")
    assert viewing(here) == []


def test_a_socket_that_is_silent_for_long_is_taken_for_dead(here: Presence, clock: Clock) -> None:
    here.view("asleep", "c-1", ANA)
    here.view("awake", "c-1", BEN)
    clock.now += VIEWING_SECONDS - 1
    here.view("awake", "c-1", BEN)
    clock.now += 2
    here.expire()
    assert viewing(here) == ["Ben"]


def test_writing_ends_with_what_is_sent_with_its_writer_and_by_itself(
    here: Presence, clock: Clock
) -> None:
    here.view("tab", "c-1", ANA)
    here.write("c-1", ANA, "reply")
    here.write("c-1", BEN, "note")
    assert writing(here) == [("Ana", "reply"), ("Ben", "note")]
    here.follow(said(BEN))
    assert writing(here) == [("Ana", "reply")]
    here.leave("tab")
    assert writing(here) == []
    here.write("c-1", ANA, "reply")
    clock.now += WRITING_SECONDS + 1
    here.expire()
    assert writing(here) == []


def test_who_claims_to_write_everywhere_is_shown_in_few_places(here: Presence) -> None:
    for number in range(100):
        here.write(f"c-{number}", ANA, "reply")
    assert len(here.conversations) == MOST_WRITTEN


def test_processes_show_the_same_and_forget_one_that_says_nothing(
    here: Presence, clock: Clock
) -> None:
    there, told = Presence(clock), changes(here)
    there.view("tab", "c-1", BEN)
    there.write("c-1", BEN, "reply")
    here.hear(there.news() or "")
    assert (viewing(here), writing(here)) == (["Ben"], [("Ben", "reply")])
    assert (there.news(), here.news()) == (None, None), "nobody has anything new to say"
    there.leave("tab")
    here.hear(there.news() or "")
    assert (viewing(here), writing(here), told) == ([], [], [{"c-1"}, {"c-1"}])
    there.view("tab", "c-1", BEN)
    here.hear(there.news() or "")
    clock.now += VIEWING_SECONDS + 1
    here.expire()
    assert here.conversations == set()
    assert here.news() and here.quiet


def test_what_goes_on_is_said_again_before_it_is_forgotten(here: Presence, clock: Clock) -> None:
    here.view("tab", "c-1", ANA)
    first = here.news()
    clock.now += VIEWING_SECONDS / 2
    assert first and here.news()


@pytest.mark.parametrize("odd", ["", "x", "7", "[]", "{}", '{"process":"p","views":[["c"]]}'])
def test_what_is_no_word_of_ours_is_left_alone(here: Presence, odd: str) -> None:
    told = changes(here)
    here.hear(odd)
    here.view("tab", "c-1", ANA)
    here.hear(here.news() or "")  # one's own words come back
    here.leave("tab")
    assert here.conversations == set()
    assert told == [{"c-1"}, {"c-1"}]
