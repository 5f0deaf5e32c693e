"""``inbox media fetch``, with a server that has the database and without one."""

import asyncio
import os
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Connection, delete, select, update

from inbox.channels import store
from inbox.commands.context import opened_context
from inbox.config import load
from inbox.domain.ids import new_id
from inbox.domain.shapes import decoded
from inbox.domain.times import DAY, now
from inbox.storage.tables import media_jobs, messages
from tests.commands.conftest import Inbox, serving
from tests.media import desk
from tests.media.pictures import jpeg
from tests.support.fake_graph import ACCOUNT, TOKEN, FakeGraph


async def fill(graph: FakeGraph) -> None:
    """Messages from before there were files: one of now, one that failed, one too old, a text."""
    async with opened_context(load(dict(os.environ))) as house:
        facts = {"name": "Shop", "provider": "cloud-api", "account": ACCOUNT}
        channel = await house.database.write(
            store.add,
            house.sealer,
            **facts,
            access_token=TOKEN,
            api_base=graph.base_url,
            secret="s" * 20,
            now=now(),
        )
        references: list[dict[str, Any]] = [{"id": graph.keep(jpeg(30 + n, 30))} for n in range(3)]
        ids = await house.database.write(desk.receive, channel, *references, {})
        await house.database.write(_as_before, ids)


def _as_before(connection: Connection, ids: list[str]) -> None:
    connection.execute(delete(media_jobs))
    known = (None, '{"state":"failed","reason":"no token"}', None)
    for message_id, media, age in zip(ids, known, (0, 0, 8 * DAY), strict=False):
        at = now() - age
        change = update(messages).where(messages.c.id == message_id)
        connection.execute(change.values(media=media, id=new_id(at), received_at=at))


async def states() -> list[str | None]:
    async with opened_context(load(dict(os.environ))) as house:
        query = select(messages.c.media).order_by(messages.c.number)
        found = await house.database.read(lambda c: c.execute(query).scalars().all())
        return [media and decoded(media)["state"] for media in found]


@pytest.mark.usefixtures("database_url")
def test_what_was_never_fetched_is_fetched_without_a_server(inbox: Inbox, graph: FakeGraph) -> None:
    asyncio.run(fill(graph))
    done = inbox("media", "fetch")
    assert (done.code, done.out.partition(" asked")[0]) == (0, "1 file")
    assert asyncio.run(states()) == ["ready", "failed", None, None]
    assert inbox("media", "fetch", "--failed", "--json").json == {"asked": 1, "later": 0}
    assert asyncio.run(states()) == ["ready", "ready", None, None]
    assert (
        inbox("media", "fetch", "--since", "9d", "--channel", "Shop", "--json").json["asked"] == 1
    )
    assert asyncio.run(states()) == ["ready", "ready", "ready", None]
    assert len(graph.asked("/attachments/")) == 3


def test_what_was_never_fetched_is_fetched_by_the_server_that_has_the_database(
    inbox: Inbox, settings: dict[str, str], tmp_path: Path, graph: FakeGraph
) -> None:
    asyncio.run(fill(graph))
    with serving(tmp_path):
        assert inbox("media", "fetch", "--failed", "--json").json == {"asked": 2, "later": 0}
        done = inbox("media", "fetch", "--channel", "Nobody")
        assert (done.code, "no channel" in done.err) == (1, True)
    assert asyncio.run(states()) == ["ready", "ready", None, None]


def test_where_nothing_is_fetched_it_says_so(
    inbox: Inbox, settings: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("INBOX_MEDIA_LIMIT", "0")
    done = inbox("media", "fetch")
    assert (done.code, "INBOX_MEDIA_LIMIT" in done.err) == (1, True)
