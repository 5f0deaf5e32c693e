"""That somebody types is shown to a customer who may know it, now and then, and kept by nobody."""

import asyncio
from collections.abc import AsyncIterator
from typing import Literal

import httpx
import pytest
from msgspec.structs import replace

from inbox.domain.channels import Channel
from inbox.domain.times import DAY, SECOND
from inbox.sending.typing_signs import EACH, LASTS, Addressee, TypingSigns, addressee
from inbox.storage.database import Database
from tests.sending.conftest import NOW, Begin, written
from tests.support import tls
from tests.support.fake_graph import ACCOUNT, TOKEN, FakeGraph

READ = {"messaging_product": "whatsapp", "status": "read", "message_id": "wamid.first"}
AMARA = Addressee("amara", "shop", "wamid.first")


class Desk:
    """Signs of one channel, by a clock that is set."""

    def __init__(self, http: httpx.AsyncClient, graph: FakeGraph) -> None:
        self.channel = Channel(
            id="shop", name="Shop", provider="cloud-api", account=ACCOUNT,
            api_base=graph.base_url, key="key", access_token=TOKEN,
        )  # fmt: skip
        self.now = NOW
        self.signs = TypingSigns(lambda: {"shop": self.channel}, http, lambda: self.now)


@pytest.fixture
async def desk(graph: FakeGraph) -> AsyncIterator[Desk]:
    async with httpx.AsyncClient(trust_env=False, verify=tls.NOBODY) as http:
        yield Desk(http, graph)


async def test_whoever_types_on_is_shown_again_once_in_twenty_seconds(
    desk: Desk, graph: FakeGraph
) -> None:
    for after in (0, 5 * SECOND, LASTS - 1, LASTS, LASTS + SECOND):
        desk.now = NOW + after
        await desk.signs.show(AMARA)
    assert [told.json for told in graph.typing] == [
        READ | {"typing_indicator": {"type": "text"}}
    ] * 2
    assert (graph.reads, graph.requests, desk.signs.ends) == ([], [], {"shown": 2})


@pytest.mark.parametrize(("choice", "shown"), [("off", 0), ("replied", 1), ("on", 1)])
async def test_where_nobody_shall_know_that_it_was_read_nobody_sees_us_type(
    desk: Desk, graph: FakeGraph, choice: Literal["on", "replied", "off"], shown: int
) -> None:
    desk.channel = replace(desk.channel, read_receipts=choice)
    await desk.signs.show(AMARA)
    assert len(graph.typing) == shown


@pytest.mark.parametrize(
    "change",
    [{"state": "paused"}, {"provider": "notifier"}, {"provider": "sandbox"}],
    ids=["paused", "cannot", "pretend phone"],
)
async def test_a_channel_that_cannot_shows_nothing(
    desk: Desk, graph: FakeGraph, change: dict[str, str]
) -> None:
    desk.channel = replace(desk.channel, **change)  # type: ignore[arg-type]  # names and words of its own
    await desk.signs.show(AMARA)
    assert (graph.typing, desk.signs.ends) == ([], {})


async def test_what_was_refused_is_counted_and_not_said_again(desk: Desk, graph: FakeGraph) -> None:
    graph.answer_next_read("meta_err_131016_unavailable.json")
    await desk.signs.show(AMARA)
    await desk.signs.show(AMARA)
    assert (len(graph.typing), desk.signs.ends) == (1, {"failed": 1})


async def test_a_host_that_hangs_holds_few_and_the_rest_is_left_out(
    desk: Desk, graph: FakeGraph
) -> None:
    graph.next_reads.extend(["hang"] * EACH)
    held = [
        asyncio.create_task(desk.signs.show(AMARA._replace(conversation_id=str(n))))
        for n in range(EACH)
    ]
    await asyncio.to_thread(graph.wait_for_typing, EACH)
    await desk.signs.show(AMARA)
    assert (len(graph.typing), desk.signs.ends) == (EACH, {"skipped": 1})
    for one in held:
        one.cancel()


async def test_it_is_about_the_newest_message_until_the_answer_waits_or_the_day_is_over(
    database: Database, conversation: str, begin: Begin
) -> None:
    found = await database.read(addressee, conversation, NOW)
    assert found and (found.conversation_id, found.newest) == (conversation, "wamid.first")
    late = await database.read(addressee, conversation, NOW + DAY)
    assert late == found._replace(newest=None)
    await written(database, conversation, "Hello!")
    assert await database.read(addressee, conversation, NOW) == found._replace(newest=None)
    silent = await database.read(addressee, await begin(direction="out"), NOW)
    assert silent and silent.newest is None
    assert await database.read(addressee, "nobody", NOW) is None
