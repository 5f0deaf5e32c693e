"""Laws 1 and 6 against the worst: entries that cannot be applied, and processes that die."""

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from sqlalchemy import select

from inbox.conversations import messages
from inbox.conversations.entries import Entry
from inbox.domain.ids import new_id
from inbox.domain.times import now
from inbox.providers.sandbox import meta_json
from inbox.receiving import journal
from inbox.server.logging import Console
from inbox.storage.database import connect
from inbox.storage.tables import journal_entries
from tests.support.inside import Inside
from tests.support.server import Line, Server, said, webhook


async def _journal(database_url: str, line: Line, *bodies: bytes) -> None:
    """What a process that died left behind: committed and not applied."""
    database = connect(database_url)
    entries = [Entry(new_id(now()), line.id, now(), body) for body in bodies]
    await database.write(journal.store_entries, entries)
    await database.close()


async def test_what_an_earlier_process_left_is_applied_and_poison_stops_nobody(
    own_server: Server, database_url: str
) -> None:
    line = own_server.start().add_channel()
    own_server.kill()
    wamids = [f"wamid.{n:03}" for n in range(200)]
    bodies = [meta_json(webhook(line.account, messages=[said(wamid, "hello")])) for wamid in wamids]
    await _journal(database_url, line, *bodies[:100], b"this is no JSON", *bodies[100:])
    own_server.start().settle()
    found = [message["provider_message_id"] for message in own_server.messages(line)]
    assert found == wamids
    [failed] = own_server.entries(line, "failed")
    assert own_server.entries(line, "pending") == []
    for path in (
        f"/settings/webhook-log?channel={line.id}&state=failed",
        f"/settings/webhook-log/{failed}",
    ):
        assert "The body is not JSON" in own_server.as_admin.get(path).text
    assert own_server.provider.get("/health").json()["status"] == "ok"


def test_kill_at_any_instant_loses_no_acknowledged_webhook(own_server: Server) -> None:
    line = own_server.start().add_channel()
    acknowledged: list[str] = []
    for round_number in range(2):
        wamids = [f"wamid.{round_number}.{n}" for n in range(200)]
        with ThreadPoolExecutor(8) as posters:
            posted = [posters.submit(own_server.take, line, wamid) for wamid in wamids]
            assert posted[40 * round_number].result()
            own_server.kill_at_once()
            taken = [wamid for one in posted if (wamid := one.result())]
        assert 0 < len(taken) < 200
        acknowledged += taken
        own_server.kill()
        own_server.start()
    own_server.settle()
    found = [message["provider_message_id"] for message in own_server.messages(line)]
    assert set(acknowledged) <= set(found) and len(found) == len(set(found))


async def test_one_poisonous_entry_among_many_is_marked_and_the_others_applied(
    house: Inside, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    channel = await house.add_channel()
    place = messages._place

    def poisonous(arrival: Any, *rest: Any) -> Any:
        if arrival.event.text == "poison":
            raise ValueError(arrival.event.text)
        return place(arrival, *rest)

    monkeypatch.setattr(messages, "_place", poisonous)
    both = [
        webhook(messages=[said(f"wamid.{text}", text)]) for text in ("before", "poison", "after")
    ]
    for body in both:
        assert (await house.post_signed(channel, body)).status_code == 200
    await house.wait_for("message:new", provider_message_id="wamid.after")
    found = [len(await found_messages(house, f"wamid.{text}")) for text in ("before", "poison")]
    assert found == [1, 0]
    told = "\n".join(map(Console().format, caplog.records))
    assert "ValueError" in told and "ValueError: poison" not in told
    health = await house.http.get("/health")
    assert (health.status_code, health.json()["status"]) == (200, "degraded")


async def found_messages(house: Inside, wamid: str) -> list[Any]:
    return list((await house.get("messages", provider_message_id=wamid))["data"])


async def test_a_webhook_that_comes_alone_is_there_when_it_is_acknowledged(house: Inside) -> None:
    """On SQLite; processes that share a database keep out of each other's way by what is stored."""
    channel = await house.add_channel()
    waiting = select(journal_entries.c.state).where(journal_entries.c.channel_id == channel.id)
    for n in range(3):
        body = webhook(messages=[said(f"wamid.alone.{n}", "hello")])
        assert (await house.post_signed(channel, body)).status_code == 200
        states = await house.database.read(lambda c: c.execute(waiting).scalars().all())
        assert house.database.shared or states == ["applied"] * (n + 1)
        await house.wait_for("message:new", provider_message_id=f"wamid.alone.{n}")
