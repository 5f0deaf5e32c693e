"""Laws 2, 3 and 5 for reactions, edits and deletions: facts that may come before their message."""

from collections.abc import Sequence
from itertools import permutations
from typing import Any

import pytest
from sqlalchemy import Connection, select

from inbox.conversations import listing, threads
from inbox.domain.channels import Channel
from inbox.domain.events import Direction, EditEvent, Event, Person, ReactionEvent, RevokeEvent
from inbox.domain.public import Message
from inbox.domain.shapes import decoded
from inbox.domain.times import SECOND
from inbox.storage.database import Database, on_statement
from inbox.storage.tables import feed_events
from tests.conversations.conftest import NOW
from tests.conversations.test_apply import AMARA, JONAS, tell, text


def reacted(key: str, emoji: str | None, at: int, who: str = AMARA, **facts: Any) -> ReactionEvent:
    return ReactionEvent(
        **_head(key, at, who, facts), target_id="in.1", emoji=emoji, removed=emoji is None
    )


def edited(key: str, words: str, at: int, **facts: Any) -> EditEvent:
    head = _head(key, at, AMARA, facts)
    return EditEvent(**head, target_id="in.1", type="text", text=words)


def revoked(key: str, at: int, **facts: Any) -> RevokeEvent:
    return RevokeEvent(**_head(key, at, AMARA, facts), target_id="in.1")


def _head(key: str, at: int, who: str, facts: dict[str, Any]) -> dict[str, Any]:
    direction: Direction = facts.get("direction", "in")
    return {
        "key": f"msg:{key}",
        "ts": NOW + at * SECOND,
        "provider_message_id": key,
        "direction": direction,
        "contact": Person(wa_id=who, phone="+" + who),
    }


async def shown(database: Database) -> Message:
    [found] = await database.read(threads.by_provider_id, "in.1")
    return found


async def published(database: Database) -> list[tuple[str, Any]]:
    def read(connection: Connection) -> list[tuple[str, Any]]:
        query = select(feed_events.c.type, feed_events.c.payload).order_by(feed_events.c.seq)
        return [(kind, decoded(payload)) for kind, payload in connection.execute(query)]

    return await database.read(read)


def emoji(message: Message) -> list[str]:
    return [one["emoji"] for one in message["reactions"]]


STORY: list[Event] = [
    text("in.1", 0),
    edited("edit.1", "text, once mended", 10),
    edited("edit.2", "text, twice mended", 20),
    reacted("like", "👍", 30),
    revoked("gone", 40),
]


@pytest.mark.parametrize("order", list(permutations(STORY))[::7])
async def test_in_any_order_the_newest_edit_stands_and_the_deletion_over_it(
    database: Database, channel: Channel, order: Sequence[Event]
) -> None:
    for event in order:
        await tell(database, channel, [event])
    found = await shown(database)
    assert found["content"]["text"] == "text, twice mended"
    assert [one["text"] for one in found["previous"]] == ["text of in.1", "text, once mended"]
    assert found["edited_at"] is not None and found["deleted_at"] is not None
    assert emoji(found) == ["👍"]


@pytest.mark.parametrize("order", list(permutations(["a", "b", "c"])))
async def test_a_persons_newest_reaction_stands(
    database: Database, channel: Channel, order: Sequence[str]
) -> None:
    known = {
        "a": reacted("a", "👍", 1),
        "b": reacted("b", None, 2),
        "c": reacted("c", "❤️", 3),
    }
    await tell(database, channel, *[[known[name]] for name in order], [text("in.1")])
    assert emoji(await shown(database)) == ["❤️"]
    await tell(database, channel, [reacted("d", None, 4)])
    assert emoji(await shown(database)) == []


async def test_each_side_has_a_reaction_of_its_own(database: Database, channel: Channel) -> None:
    ours = reacted("ours", "🙏", 2, direction="out")
    await tell(database, channel, [text("in.1"), reacted("theirs", "👍", 3), ours])
    found = await shown(database)
    assert [(one["emoji"], one["direction"]) for one in found["reactions"]] == [
        ("🙏", "outgoing"),
        ("👍", "incoming"),
    ]


async def test_changes_of_one_second_end_alike_in_either_order(
    database: Database, channel: Channel
) -> None:
    await tell(database, channel, [text("in.1")])
    one, other = edited("edit.a", "one", 5), edited("edit.b", "other", 5)
    await tell(database, channel, [other], [one])
    assert (await shown(database))["content"]["text"] == "other"


async def test_the_same_change_again_publishes_nothing(
    database: Database, channel: Channel
) -> None:
    await tell(database, channel, STORY)
    before = await published(database)
    assert len([kind for kind, _ in before if kind == "message:updated"]) == 1
    await tell(database, channel, STORY, STORY)
    assert await published(database) == before


async def test_what_changed_is_published_and_the_list_follows(
    database: Database, channel: Channel
) -> None:
    await tell(database, channel, [text("in.1")])
    for event, changed in (
        (reacted("like", "👍", 1), ["reactions"]),
        (edited("edit", "mended", 2), ["content", "previous", "edited_at"]),
        (revoked("gone", 3), ["deleted_at"]),
    ):
        await tell(database, channel, [event])
        updates = [told for kind, told in await published(database) if kind == "message:updated"]
        assert updates[-1]["changed"] == changed
        assert updates[-1].items() <= (await shown(database) | {"changed": changed}).items()
        rows, _ = await database.read(listing.list_page, None, listing.Search())
        kind, live = (await published(database))[-1]
        if changed != ["reactions"]:
            assert kind == "conversation:updated"
            assert live["last_message"] == rows[0]["last_message"]


async def test_nobody_edits_or_deletes_what_the_other_side_wrote(
    database: Database, channel: Channel
) -> None:
    await tell(database, channel, [text("in.1")])
    await tell(database, channel, [edited("edit", "ours", 1, direction="out")])
    await tell(database, channel, [revoked("gone", 2, direction="out")])
    found = await shown(database)
    assert found["content"]["text"] == "text of in.1"
    assert (found["edited_at"], found["deleted_at"], found["previous"]) == (None, None, [])


async def test_an_emoji_as_long_as_a_book_is_cut(database: Database, channel: Channel) -> None:
    await tell(database, channel, [text("in.1"), reacted("long", "<b>" * 10_000, 1)])
    assert emoji(await shown(database)) == [("<b>" * 11)[:32]]


async def test_many_changes_cost_as_many_statements_as_one(
    database: Database, channel: Channel
) -> None:
    await tell(database, channel, [text("in.1")], [text("in.2", who=JONAS)])
    seen: list[str] = []
    on_statement(database, seen.append)

    async def cost(*webhooks: Sequence[Event]) -> list[str]:
        seen.clear()
        await tell(database, channel, *webhooks)
        return [
            one.split()[0]
            for one in seen
            if "INTO journal" not in one and not one.startswith("BEGIN")
        ]

    once = await cost([reacted("one", "👍", 1)])
    many = await cost(*[[reacted(f"n{n}", "❤️", n + 2)] for n in range(20)])
    assert many == once
    assert 5 <= len(once) <= 12


async def test_members_of_a_group_react_each_for_themselves(
    database: Database, channel: Channel
) -> None:
    said = text("in.1")
    said.content["group_id"] = "group.1"
    await tell(database, channel, [said, reacted("a", "👍", 1), reacted("j", "❤️", 2, who=JONAS)])
    assert emoji(await shown(database)) == ["👍", "❤️"]
