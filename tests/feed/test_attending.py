"""What one socket is told of who is there: little, and what is so when it has time for it."""

import json

from jinja2 import Environment

from inbox.access.principal import Principal
from inbox.desk.presence import Attendee, Presence
from inbox.domain.feed_events import EVERYBODY
from inbox.feed.places import Places
from inbox.feed.subscriber import Interest
from inbox.web.live.attending import Attending

BEN = Attendee("Ben", "u-2")
LISTENER = Principal(kind="user", id="u-1", name="Ana", role="agent")
ALL = Interest(frozenset({EVERYBODY}))


def attending(presence: Presence) -> Attending:
    found = Attending(presence, Places(), LISTENER, "json", Environment())  # noqa: S701 - it draws nothing
    presence.on_change = found.stir
    return found


def told(to: Attending, wanted: Interest = ALL) -> list[tuple[str, list[str]]]:
    frames = to.take(wanted, 7)
    texts = [json.loads(text) for text in frames.texts] if frames else []
    return [
        (text["payload"]["conversation_id"], [user["name"] for user in text["payload"]["users"]])
        for text in texts
    ]


def test_who_is_slow_is_told_once_what_is_so_by_then() -> None:
    presence = Presence()
    ear = attending(presence)
    for number in range(100):
        presence.view("hops", f"c-{number % 10}", BEN)
    assert told(ear) == [("c-9", ["Ben"])], "and not of where he was before"
    assert told(ear) == []
    presence.leave("hops")
    presence.view("hops", "c-9", BEN)
    assert told(ear) == [], "nothing is otherwise than it knows"


def test_who_narrows_the_feed_is_told_of_that_alone() -> None:
    presence = Presence()
    ear = attending(presence)
    for number in (1, 2):
        presence.view(f"tab-{number}", f"c-{number}", BEN)
    one = Interest(ALL.audiences, frozenset({"conversation:c-2"}))
    assert told(ear, one) == [("c-2", ["Ben"])]
    ear.again()
    assert told(ear, Interest(ALL.audiences, types=frozenset({"message:new"}))) == []
    presence.leave("tab-2")
    assert told(ear, Interest(ALL.audiences, types=frozenset({"message:new"}))) == []
    ear.again()
    assert told(ear) == [("c-1", ["Ben"]), ("c-2", [])]
