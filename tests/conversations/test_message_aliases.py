"""One message under two ids: whatever is said of it by either counts, and of no other message."""

from collections.abc import Sequence
from itertools import permutations
from typing import Any

import pytest
from msgspec.structs import replace
from sqlalchemy import Connection, select

from inbox.conversations import threads
from inbox.domain.channels import Channel
from inbox.domain.content import EventContent
from inbox.domain.events import (
    EditEvent,
    Event,
    MessageEvent,
    Person,
    ReactionEvent,
    RevokeEvent,
)
from inbox.domain.public import Message
from inbox.domain.times import SECOND
from inbox.storage.database import Database
from inbox.storage.tables import changes, feed_events, receipts
from tests.conversations.conftest import NOW, AddChannel
from tests.conversations.test_apply import AMARA, JONAS, tell, text, told
from tests.support.wamids import wamid

USER = "US.40817263549081726354"
OTHER_USER = "US.10000000000000000002"
INNER = "3A555555555555555555555555555555"
THEIRS, THEIRS_BY_USER = wamid(AMARA, INNER), wamid(USER, INNER)
OURS, OURS_BY_USER = wamid(AMARA, "3EB0" + "1" * 18, ours=True), wamid(USER, "3EB0" + "1" * 18)

WHO = Person(wa_id=AMARA, phone="+" + AMARA)
BY_USER = Person(user_id=USER)


def after(key: str, target: str, who: Person = BY_USER, **facts: Any) -> dict[str, Any]:
    head = {"key": f"msg:{key}", "ts": NOW + 9 * SECOND, "provider_message_id": key}
    return {**head, "direction": "in", "contact": who, "target_id": target, **facts}


MET: list[Event] = [
    text(THEIRS, 0, user_id=USER),
    text(OURS, 1, direction="out", user_id=USER),
]
ABOUT: list[Event] = [
    ReactionEvent(**after("r", THEIRS_BY_USER), emoji="👍"),
    EditEvent(**after("e", THEIRS_BY_USER), type="text", text="mended"),
    RevokeEvent(**after("d", OURS_BY_USER, direction="out")),
    told(OURS_BY_USER, "delivered", 5, recipient_user_id=USER),
    told(OURS_BY_USER, "read", 6, recipient_user_id=USER),
]


async def shown(database: Database, wamid: str) -> Message:
    [found] = await database.read(threads.by_provider_id, wamid)
    return found


async def outcome(database: Database) -> Any:
    theirs, ours = await shown(database, THEIRS), await shown(database, OURS)
    return (
        [one["emoji"] for one in theirs["reactions"]],
        theirs["content"].get("text"),
        ours["status"],
        sorted(ours["receipts"]),
        ours["deleted_at"] is not None,
    )


WANTED = (["👍"], "mended", "read", ["delivered", "read"], True)


async def test_what_names_a_message_by_user_id_is_about_it(
    database: Database, channel: Channel
) -> None:
    await tell(database, channel, [*MET, *ABOUT])
    assert await outcome(database) == WANTED


@pytest.mark.parametrize("first", range(5))
async def test_whichever_comes_first_waits_for_the_other(
    database: Database, add_channel: AddChannel, first: int
) -> None:
    orders = list(permutations([MET[:1], MET[1:], ABOUT[:3], ABOUT[3:]]))
    for order in orders[first::5]:
        channel = await add_channel()
        for webhook in order:
            await tell(database, channel, webhook)
        [theirs] = [m for m in await _all(database, channel) if m["direction"] == "incoming"]
        [ours] = [m for m in await _all(database, channel) if m["direction"] == "outgoing"]
        assert theirs["content"].get("text") == "mended", order
        assert ours["status"] == "read" and ours["deleted_at"], order


async def _all(database: Database, channel: Channel) -> Sequence[Message]:
    found = await database.read(threads.by_provider_id, THEIRS)
    found += await database.read(threads.by_provider_id, OURS)
    return [one for one in found if one["channel_id"] == channel.id]


async def test_it_waits_until_both_names_are_known_to_be_of_one_customer(
    database: Database, channel: Channel
) -> None:
    await tell(database, channel, [text(THEIRS, 0), text(OURS, 1, direction="out")], ABOUT)
    assert (await outcome(database))[0] == []
    await tell(database, channel, [text("in.later", 20, user_id=USER)])
    assert await outcome(database) == WANTED


async def test_the_same_again_changes_and_publishes_nothing(
    database: Database, channel: Channel
) -> None:
    def counts(connection: Connection) -> list[int]:
        tables = (feed_events.c.seq, changes.c.event_key, receipts.c.at)
        return [len(connection.execute(select(column)).all()) for column in tables]

    await tell(database, channel, [*MET, *ABOUT])
    before = await database.read(counts)
    await tell(database, channel, [*MET, *ABOUT])
    assert await database.read(counts) == before


async def test_another_conversation_with_the_same_inside_is_left_alone(
    database: Database, channel: Channel
) -> None:
    """A broadcast from a phone goes to many under one inner id."""
    theirs = wamid(JONAS, "3EB0" + "1" * 18, ours=True)
    await tell(database, channel, [*MET, text(theirs, 1, who=JONAS, direction="out"), *ABOUT])
    assert (await shown(database, OURS))["status"] == "read"
    assert (await shown(database, theirs))["status"] == "sent"
    stranger = wamid(OTHER_USER, "3EB0" + "1" * 18)
    await tell(database, channel, [told(stranger, "played", recipient_user_id=OTHER_USER)])
    assert (await shown(database, theirs))["status"] == "sent"
    assert (await shown(database, OURS))["status"] == "read"


async def test_the_exact_id_goes_before_the_inside(database: Database, channel: Channel) -> None:
    both = [text(OURS, 1, direction="out", user_id=USER)]
    both += [text(OURS_BY_USER, 2, direction="out", user_id=USER)]
    await tell(database, channel, both, [told(OURS_BY_USER, "read", recipient_user_id=USER)])
    statuses = [(await shown(database, each))["status"] for each in (OURS, OURS_BY_USER)]
    assert statuses == ["sent", "read"]


async def test_of_two_in_one_conversation_none_is_meant(
    database: Database, channel: Channel
) -> None:
    third = wamid("US.ENT.1", "3EB0" + "1" * 18)
    both = [text(OURS, 1, direction="out", user_id=USER)]
    both += [text(OURS_BY_USER, 2, direction="out", user_id=USER)]
    await tell(database, channel, both, [told(third, "read", recipient_user_id=USER)])
    statuses = [(await shown(database, each))["status"] for each in (OURS, OURS_BY_USER)]
    assert statuses == ["sent", "sent"]


async def test_a_message_is_found_by_either_id(database: Database, channel: Channel) -> None:
    """By whom the id names: nothing else need have been told of it under that one."""
    theirs = wamid(JONAS, INNER)
    await tell(database, channel, [text(THEIRS, 0, user_id=USER), text(theirs, 1, who=JONAS)])
    assert (await shown(database, THEIRS_BY_USER))["provider_message_id"] == THEIRS
    assert (await shown(database, theirs))["provider_message_id"] == theirs
    for stranger in (wamid(OTHER_USER, INNER), wamid(USER, INNER[:-1] + "6"), "wamid.none"):
        assert await database.read(threads.by_provider_id, stranger) == []
    await tell(database, channel, [text(THEIRS_BY_USER, 2, user_id=USER)])
    assert (await shown(database, THEIRS_BY_USER))["provider_message_id"] == THEIRS_BY_USER


def answer(key: str, quoted: str, who: str = AMARA) -> MessageEvent:
    return replace(text(key, 9, who=who), content=EventContent(context={"id": quoted}))


async def test_an_answer_shows_what_it_answers_by_either_id(
    database: Database, channel: Channel
) -> None:
    await tell(database, channel, MET)
    await tell(database, channel, [answer("a.1", THEIRS_BY_USER), answer("a.2", OURS_BY_USER)])
    await tell(database, channel, [answer("a.3", THEIRS_BY_USER, who=JONAS)])
    quoted = [(await shown(database, each))["context"] for each in ("a.1", "a.2", "a.3")]
    texts = [context and context.get("quoted") for context in quoted]
    assert [one and one["text"] for one in texts] == [f"text of {THEIRS}", f"text of {OURS}", None]
    conversation = (await shown(database, THEIRS))["conversation_id"]
    found = await database.read(threads.quoted_message_id, conversation, THEIRS_BY_USER)
    assert found == (await shown(database, THEIRS))["id"]
