"""A message that is edited with another file: the new one is fetched, the old one is told of."""

from itertools import permutations
from typing import Any

import pytest
from sqlalchemy import Connection, select

from inbox.conversations import files
from inbox.conversations.queries import message_shapes
from inbox.domain.channels import Channel
from inbox.domain.events import EditEvent, Event, MessageEvent, Person
from inbox.domain.public import Message
from inbox.domain.times import SECOND
from inbox.storage.database import Database
from inbox.storage.tables import media_jobs, messages
from tests.media.desk import NOW, READY, Desk, due, taken, tell
from tests.media.pictures import jpeg
from tests.support.fake_graph import FakeGraph

AMARA = Person(wa_id="12025550142")


def sent(reference: dict[str, Any]) -> MessageEvent:
    return MessageEvent(
        key="msg:in.1",
        ts=NOW,
        provider_message_id="in.1",
        direction="in",
        type="image",
        provider_type=None,
        contact=AMARA,
        content={"media": reference},
    )


def edited(at: int, text: str | None = None, **reference: Any) -> EditEvent:
    return EditEvent(
        key=f"msg:edit.{at}",
        ts=NOW + at * SECOND,
        provider_message_id=f"edit.{at}",
        direction="in",
        contact=AMARA,
        target_id="in.1",
        type="image",
        text=text,
        content={"media": reference} if reference else {},
    )


def shown(connection: Connection) -> Message:
    rows = connection.execute(select(messages)).mappings().all()
    return message_shapes(connection, list(rows))[0]


async def test_the_new_file_is_fetched_and_the_old_one_stays_readable(
    database: Database, channel: Channel, desk: Desk, graph: FakeGraph
) -> None:
    old, new = graph.keep(jpeg(40, 40)), graph.keep(jpeg(50, 50))
    await database.write(tell, channel, [sent({"id": old})])
    message_id = (await database.read(shown))["id"]
    desk.begin()
    before = await desk.ended(message_id, "ready")
    await database.write(tell, channel, [edited(5, "look", id=new)])
    assert (await database.read(shown))["media"]["state"] == "waiting"
    after = await desk.ended(message_id, "ready")
    told = await database.read(shown)
    assert [version["media"] for version in told["previous"]] == [before]
    assert before["url"] != after["url"]
    for version in (before, after):
        start = version["url"].rpartition("=")[2]
        known = await database.read(files.file_of, message_id, start)
        assert known is not None and known["digest"].startswith(start)
        assert known["bytes"] == version["bytes"]


@pytest.mark.parametrize("order", list(permutations(range(4)))[::5])
async def test_in_any_order_the_newest_file_is_awaited_and_those_before_are_told(
    database: Database, channel: Channel, order: tuple[int, ...]
) -> None:
    story: list[Event] = [
        sent({"id": "1"}),
        edited(1, id="2"),
        edited(2, id="3"),
        edited(3, "only words"),
    ]
    for one in order:
        await database.write(tell, channel, [story[one]])
    told = await database.read(shown)
    assert told["content"]["media"] == {"id": "3"} and told["content"]["caption"] == "only words"
    assert told["media"]["state"] == "waiting"
    states = [(version.get("media") or {}).get("state") for version in told["previous"]]
    assert states == ["gone", "gone", None]
    assert "replaced" in told["previous"][0]["media"]["reason"]
    assert list((await database.read(due)).values()) == [(NOW, 0, False)]


async def test_whoever_is_at_the_old_file_does_not_end_the_new_one(
    database: Database, channel: Channel
) -> None:
    await database.write(tell, channel, [sent({"id": "1"})])
    [old] = await database.write(taken, "one")
    await database.write(tell, channel, [edited(5, id="2")])
    [new] = await database.write(taken, "one")
    assert (old.reference, new.reference, new.attempts) == ({"id": "1"}, {"id": "2"}, 1)
    assert not await database.write(files.finish, old, READY, NOW)
    assert (await database.read(shown))["media"]["state"] == "waiting"
    assert await database.write(files.finish, new, READY, NOW)
    assert (await database.read(shown))["media"]["state"] == "ready"


async def test_a_new_caption_leaves_the_file_alone(database: Database, channel: Channel) -> None:
    digest = "ab" * 32
    await database.write(tell, channel, [sent({"id": "1", "sha256": digest})])
    [job] = await database.write(taken, "one")
    await database.write(files.finish, job, READY | {"digest": digest}, NOW)
    before = (await database.read(shown))["media"]
    for again in (edited(1, "words"), edited(2, "more", id="2", sha256=digest)):
        await database.write(tell, channel, [again])
        told = await database.read(shown)
        assert told["media"] == before and "media" not in told["previous"][-1]
    jobs_left = select(media_jobs.c.message_id)
    assert await database.read(lambda c: c.execute(jobs_left).all()) == []
