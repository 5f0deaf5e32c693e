"""What somebody asks of an endpoint is begun at once, and not at the next look."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from inbox.feed.log import head
from inbox.forwarding.forwarder import Forwarder
from inbox.forwarding.retrier import Retrier
from tests.support.inside import Inside, inside
from tests.support.webhook_receiver import WebhookReceiver

LIST = "/api/v1/webhooks"


@pytest.fixture
async def drowsy(
    migrated_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[Inside]:
    """A house that looks for work to do only when it is woken."""
    for part in (Forwarder, Retrier):
        monkeypatch.setattr(part, "idle_seconds", 600.0)
    async with inside(migrated_url, tmp_path, webhooks_private=True) as running:
        yield running


async def test_a_test_a_replay_and_a_change_are_posted_at_once(
    drowsy: Inside, receiver: WebhookReceiver
) -> None:
    http, wishes = drowsy.http, {"url": f"{receiver.url}/crm", "active": False}
    made = (await http.post(LIST, json=wishes)).json()
    own, receiver.secrets["/crm"] = f"{LIST}/{made['id']}", made["secret"]

    async def gets(number: int) -> None:
        await asyncio.to_thread(receiver.wait_for, lambda: len(receiver.got) == number, 10)
        while (await http.get(f"{own}/deliveries")).json()["data"][0]["state"] == "waiting":
            pass  # the answer is still being written down

    test = (await http.post(f"{own}/test")).json()
    await gets(1)
    await http.post(f"{own}/deliveries/{test['id']}/replay")
    await gets(2)
    since = await drowsy.database.read(head)
    assert (await http.post("/api/v1/labels", json={"name": "VIP"})).is_success
    await http.patch(own, json={"active": True})
    await gets(3)
    await http.post(f"{own}/replay", json={"since": since})
    await gets(4)
    assert receiver.got[3].webhook_id == receiver.got[2].webhook_id
    assert receiver.refused == []
