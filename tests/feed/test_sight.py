"""Law 16 for who is limited: what is outside of their reach is told to them by no event."""

import json
from collections.abc import Sequence
from typing import Any, get_args

import pytest
from sqlalchemy import Connection, event, insert

from inbox.domain.feed_events import EVERYBODY, LIMITED, PublicEvent
from inbox.domain.reach import EVERYTHING, Reach, Whereabouts
from inbox.domain.shapes import encoded
from inbox.feed.hub import Hub
from inbox.feed.log import FeedEvent
from inbox.feed.places import Places
from inbox.feed.sight import sees, unplaced
from inbox.feed.subscriber import Subscriber, interest_of
from inbox.storage.database import Database
from inbox.storage.tables import channels, contacts, conversations

MINE, THEIRS = "channel-mine", "channel-theirs"
REACH = Reach(frozenset({MINE}))

BY_CONVERSATION = {
    "message:new",
    "message:status",
    "message:updated",
    "message:removed",
    "note:new",
    "note:updated",
    "activity:new",
    "mention:updated",
    "contact:new",
    "contact:updated",
    "conversation:updated",
    "conversation:merged",
    "conversation:read",
    "draft:updated",
    "note:drafted",
}
"""Told where the conversation is within reach; those that are one user's own to them alone."""
BY_CHANNEL = {"channel:updated"}
WHEN_IT_LEAVES = {"conversation:removed"}
OF_NOBODY = {
    "notices:updated",
    "labels:updated",
    "teams:updated",
    "user:updated",
    "view:updated",
    "view:removed",
}
"""Of no conversation: whoever else would hear it does."""
FOR_ADMINS = {"alert:new", "alert:updated", "alert:ended", "webhook:updated", "webhook:alert"}
"""Who is never limited."""


class Known(Places):
    """One conversation is here and one there."""

    def of(self, conversation_id: str) -> Whereabouts | None:
        return {"mine": Whereabouts(MINE), "theirs": Whereabouts(THEIRS)}.get(conversation_id)


def happened(
    kind: str, conversation_id: str | None, payload: Any = None, audience: str = EVERYBODY
) -> FeedEvent:
    return FeedEvent(7, kind, 1, encoded(payload or {}), conversation_id, None, audience)


def test_every_event_there_is_has_its_place_here() -> None:
    """Whoever makes a new one says who hears it."""
    known = BY_CONVERSATION | BY_CHANNEL | WHEN_IT_LEAVES | OF_NOBODY | FOR_ADMINS
    assert {one.type for one in get_args(PublicEvent)} == known


@pytest.mark.parametrize("kind", sorted(BY_CONVERSATION | FOR_ADMINS))
def test_of_a_conversation_only_who_sees_it_is_told(kind: str) -> None:
    places = Known()
    assert sees(EVERYTHING, happened(kind, "theirs"), places)
    said = {"count": 1}
    told = [
        sees(REACH, happened(kind, which, said), places) for which in ("mine", "theirs", "nowhere")
    ]
    assert told == [True, False, False]


def test_of_a_channel_only_who_sees_it_is_told() -> None:
    told = [
        sees(REACH, happened("channel:updated", None, {"id": which}), Places())
        for which in (MINE, THEIRS)
    ]
    assert told == [True, False]


def test_what_nobody_thought_of_is_told_to_nobody_who_is_limited() -> None:
    kinds = {one.type for one in get_args(PublicEvent)} - BY_CHANNEL - OF_NOBODY | {"something:new"}
    assert not [kind for kind in kinds if sees(REACH, happened(kind, None, {"id": "x"}), Places())]
    assert all(sees(REACH, happened(kind, None), Places()) for kind in OF_NOBODY)


def test_that_it_went_is_told_to_who_saw_it_and_sees_it_no_more() -> None:
    sales, care = Reach(None, frozenset({"sales"})), Reach(None, frozenset({"care"}))

    class Now(Places):
        def of(self, conversation_id: str) -> Whereabouts | None:
            return Whereabouts(MINE, "care")

    left = {"id": "c", "channel_id": MINE, "team_id": "sales"}
    gone = happened("conversation:removed", "c", left, LIMITED)
    assert [sees(reach, gone, Now()) for reach in (sales, care)] == [True, False]
    assert not sees(Reach(None, frozenset({"press"})), gone, Now()), "who never saw it"
    wanted = [interest_of("u", "agent", reach).takes(gone) for reach in (sales, EVERYTHING)]
    assert wanted == [True, False]


async def test_where_many_stand_is_asked_by_one_statement_and_once(database: Database) -> None:
    await database.write(_two_conversations)
    events = [happened("message:new", which) for which in ("mine", "theirs", "nowhere", "mine")]
    places, asked = Places(), []

    def listening(connection: Connection) -> None:
        event.listen(connection, "before_cursor_execute", lambda *said: asked.append(said[2]))

    assert unplaced(EVERYTHING, events, places) == set()
    missing = unplaced(REACH, events, places)
    await places.learn(_Counted(database, listening), missing)  # type: ignore[arg-type]  # it reads
    assert len([one for one in asked if one != "BEGIN"]) == 1
    assert unplaced(REACH, events, places) == set()
    assert [sees(REACH, one, places) for one in events] == [True, False, False, True]


class _Counted:
    def __init__(self, database: Database, first: Any) -> None:
        self._database, self._first = database, first

    async def read(self, work: Any, *args: Any) -> Any:
        def both(connection: Connection) -> Any:
            self._first(connection)
            return work(connection, *args)

        return await self._database.read(both)


def _two_conversations(connection: Connection) -> None:
    for name, channel in (("mine", MINE), ("theirs", THEIRS)):
        known = {"provider": "sandbox", "api_base": "", "key_digest": name, "sealed": ""}
        connection.execute(insert(channels).values(id=channel, name=name, created_at=1, **known))
        connection.execute(
            insert(contacts).values(id=f"of-{name}", channel_id=channel, created_at=1)
        )
        whose = {"channel_id": channel, "contact_id": f"of-{name}"}
        connection.execute(
            insert(conversations).values(id=name, arrived_at=1, created_at=1, **whose)
        )


async def test_what_is_heard_while_it_is_asked_is_newer_than_the_answer() -> None:
    """Else somebody would see for good what went from them at that moment."""
    places = Places()

    class Slow:
        async def read(self, _work: Any, ids: Sequence[str]) -> dict[str, Whereabouts]:
            places.hear(
                happened("conversation:updated", "c", {"channel": {"id": THEIRS}, "team": None})
            )
            return dict.fromkeys(ids, Whereabouts(MINE))

    await places.learn(Slow(), {"c"})  # type: ignore[arg-type]  # all that it is asked
    assert places.of("c") == Whereabouts(THEIRS)
    assert places.missing(["c"]) == set()


async def test_limited_and_unlimited_share_no_frames(database: Database) -> None:
    """They are kept by what was asked for: two who see differently must not get each other's."""
    await database.write(_two_conversations)
    hub = Hub(database, lambda _: "<p></p>")
    hub.ring.start(0)
    told = [happened("message:new", which) for which in ("mine", "theirs")]
    numbered = [FeedEvent(n, one.type, 1, one.payload, one.conversation_id, None, "")
                for n, one in enumerate(told, 1)]  # fmt: skip
    hub._publish([hub.published(one) for one in numbered])
    heard = []
    for reach in (EVERYTHING, REACH, EVERYTHING, Reach(frozenset({THEIRS}))):
        one = Subscriber(hub, database, interest_of("u", "agent", reach))
        await one.ready()
        heard.append([json.loads(text)["seq"] for text in one.take().texts])
    assert heard == [[1, 2], [1], [1, 2], [2]]
