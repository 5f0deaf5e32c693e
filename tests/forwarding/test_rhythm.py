"""How often the log is looked through for endpoints, and where from: as little as may be."""

import asyncio
import time
from collections.abc import AsyncIterator, Sequence
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Connection

from inbox.domain.feed_events import LabelsUpdated
from inbox.domain.times import now
from inbox.feed.log import append, head
from inbox.feed.ring import Ring
from inbox.forwarding import endpoints, forwarder
from inbox.forwarding.forwarder import Behind, Forwarder
from inbox.storage.queue import Turn
from tests.support.inside import Inside, inside
from tests.support.webhook_receiver import WebhookReceiver

LIST = "/api/v1/webhooks"


@pytest.fixture
async def drowsy(
    migrated_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[Inside]:
    """A house that looks for what is to be told only when it is woken."""
    monkeypatch.setattr(Forwarder, "idle_seconds", 600.0)
    async with inside(migrated_url, tmp_path, webhooks_private=True) as running:
        yield running


@pytest.fixture
def claims(monkeypatch: pytest.MonkeyPatch) -> list[Sequence[Behind]]:
    """What the forwarder took, turn by turn."""
    found, claim = [], Forwarder.claim

    def counted(self: Forwarder, connection: Connection, turn: Turn) -> Sequence[Behind]:
        found.append(claim(self, connection, turn))
        return found[-1]

    monkeypatch.setattr(Forwarder, "claim", counted)
    return found


async def heard_by(house: Inside, receiver: WebhookReceiver, **wishes: Any) -> str:
    """A program that has heard all there was; its id."""
    asked = {"url": f"{receiver.url}/crm", "events": ["labels:updated"], **wishes}
    made = (await house.http.post(LIST, json=asked)).json()
    receiver.secrets["/crm"] = made["secret"]
    await stands_at_the_end(house, made["id"])
    return str(made["id"])


async def stands_at_the_end(house: Inside, endpoint_id: str) -> None:
    async with asyncio.timeout(30):
        while True:
            row = await house.database.read(endpoints.row_of_now, endpoint_id)
            if row["seq"] == await house.database.read(head):
                return
            house.house.forwarding.wake()


async def labels_change(house: Inside, times: int = 1) -> None:
    for _ in range(times):
        await house.database.write(append, [LabelsUpdated({"labels": []})], now())


async def gets(receiver: WebhookReceiver, number: int) -> None:
    await asyncio.to_thread(receiver.wait_for, lambda: len(receiver.got) >= number, 30)


async def test_what_nobody_hears_takes_nobodys_turn(
    drowsy: Inside, receiver: WebhookReceiver, claims: list[Sequence[Behind]]
) -> None:
    await heard_by(drowsy, receiver, events=["teams:updated"])
    claims.clear()
    await labels_change(drowsy, 20)
    assert (await drowsy.http.post("/api/v1/teams", json={"name": "Support"})).is_success
    await gets(receiver, 1)
    assert len(claims) <= 2  # that one, and one that was asked for before


async def test_what_comes_thick_is_looked_at_a_few_times_a_second(
    drowsy: Inside, receiver: WebhookReceiver, claims: list[Sequence[Behind]]
) -> None:
    await heard_by(drowsy, receiver)
    claims.clear()
    began = time.monotonic()
    await labels_change(drowsy, 200)
    await gets(receiver, 200)
    most = 2 + (time.monotonic() - began) / Forwarder.apart_seconds
    assert 0 < len(claims) <= most
    seqs = [post.said["seq"] for post in receiver.got]
    assert seqs == sorted(set(seqs)) and len(seqs) == 200


async def test_what_just_happened_is_not_read_from_the_database(
    drowsy: Inside, receiver: WebhookReceiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    await heard_by(drowsy, receiver)
    monkeypatch.setattr(forwarder, "page_of_events", None)
    await labels_change(drowsy, 3)
    await gets(receiver, 3)


async def test_what_the_ring_has_let_go_of_is_read_by_pages(
    drowsy: Inside, receiver: WebhookReceiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(forwarder, "FIRST_PAGE", 5)
    drowsy.house.hub.ring = Ring(events=4)
    drowsy.house.hub.ring.start(drowsy.house.hub.head)
    own = f"{LIST}/{await heard_by(drowsy, receiver)}"
    await drowsy.http.patch(own, json={"active": False})
    await labels_change(drowsy, 23)
    await drowsy.http.patch(own, json={"active": True})
    await gets(receiver, 23)
    seqs = [post.said["seq"] for post in receiver.got]
    assert seqs == sorted(set(seqs)) and receiver.refused == []
