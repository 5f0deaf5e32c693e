"""Law 28: a part that dies turns /health red with the reason, begins again, and loses nothing."""

import asyncio
from typing import Any

import pytest

from inbox.feed.log import head
from tests.support.fake_graph import FakeGraph
from tests.support.inside import Inside
from tests.support.server import said, webhook


class Mine:
    """A step of a part's work that fails once, in a way which that part does not foresee."""

    def __init__(self, patch: pytest.MonkeyPatch, part: Any, step: str) -> None:
        self._step, self.struck = getattr(part, step), False
        patch.setattr(part, step, self)

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        if self.struck:
            return self._step(*args, **kwargs)
        self.struck = True
        raise MemoryError


async def _health(house: Inside) -> tuple[int, dict[str, str]]:
    answer = await house.http.get("/health")
    return answer.status_code, answer.json()["checks"]


async def _red(house: Inside, part: str) -> None:
    async with asyncio.timeout(10):
        while (found := await _health(house))[1][part] == "ok":  # noqa: ASYNC110 - it is asked
            await asyncio.sleep(0.01)
    assert found[0] == 503
    assert found[1][part] == "stopped: MemoryError; starts again after 1 s"


def _held(patch: pytest.MonkeyPatch, part: Any, step: str) -> asyncio.Event:
    """Let nobody pass this step before the event."""
    passing, go = getattr(part, step), asyncio.Event()

    async def slowly(*args: Any) -> Any:
        await go.wait()
        return await passing(*args)

    patch.setattr(part, step, slowly)
    return go


async def test_what_the_dead_had_in_hand_is_done_when_they_are_back(
    house: Inside, monkeypatch: pytest.MonkeyPatch
) -> None:
    parts = house.house
    with FakeGraph() as graph:
        channel = await house.add_channel(api_base=graph.base_url)

        # Ingest, with a batch that it has taken out of its backlog already.
        monkeypatch.setattr(parts.journal, "_at_once", lambda _entries: None)
        Mine(monkeypatch, parts.ingest, "_channels")
        opening = webhook(messages=[said("wamid.opening", "hello?")])
        assert (await house.post_signed(channel, opening)).status_code == 200
        await _red(house, "ingest")
        told = await house.wait_for("message:new", provider_message_id="wamid.opening")

        # The outbox, with a send under way; and the feed, with events it has not published.
        answer = _held(monkeypatch, parts.outbox, "_try")
        path = f"/api/v1/conversations/{told['conversation_id']}/messages"
        first = (await house.http.post(path, json={"text": "here"})).json()
        await house.wait_for("message:new", id=first["id"])
        Mine(monkeypatch, parts.outbox, "_begin_due")
        Mine(monkeypatch, parts.hub, "_follow")
        second = (await house.http.post(path, json={"text": "I am"})).json()
        await _red(house, "feed")
        await _red(house, "outbox")
        answer.set()
        for reply in (first, second):
            await house.wait_for("message:new", id=reply["id"])
            await house.wait_for("message:status", id=reply["id"], status="sent")
        assert [one.json["text"]["body"] for one in graph.sent] == ["here", "I am"]

        async with asyncio.timeout(10):
            while (await _health(house))[0] != 200:  # noqa: ASYNC110 - it is asked
                await asyncio.sleep(0.05)
        assert parts.hub.head == await parts.database.read(head)
        assert (parts.ingest.applied_entries, parts.ingest.failed_entries) == (1, 0)
