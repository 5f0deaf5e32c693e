"""Telling a provider what was read: in its own form, and tried again whenever in doubt."""

import httpx
import pytest
from msgspec.structs import replace

from inbox.domain.channels import Channel
from inbox.providers.base import Refused
from inbox.providers.cloud_api import CloudApi
from inbox.providers.reading import MarksRead
from inbox.providers.registry import PROVIDERS
from inbox.providers.waba import Waba
from tests.support.fake_graph import ACCOUNT, TOKEN, FakeGraph, Reply
from tests.support.fake_host import FakeHost

READ = {"messaging_product": "whatsapp", "status": "read", "message_id": "wamid./x=="}


def test_who_can_mark_read_has_the_call_for_it_and_the_pretend_phone_has_not() -> None:
    able = {name for name, provider in PROVIDERS.items() if "mark_read" in provider.can}
    assert able == {"cloud-api", "waba"}
    assert all(isinstance(PROVIDERS[name], MarksRead) for name in able)


async def test_graph_is_told_by_a_post_with_the_messages_id(
    http: httpx.AsyncClient, channel: Channel, graph: FakeGraph
) -> None:
    assert await CloudApi().mark_read(http, channel, "wamid./x==") is None
    [request] = graph.reads
    assert (request.method, request.path) == ("POST", f"/v25.0/{ACCOUNT}/messages")
    assert request.headers["authorization"] == f"Bearer {TOKEN}"
    assert request.json == READ


@pytest.mark.parametrize(
    ("below", "method", "path", "body"),
    [
        ("", "PUT", "/v1/messages/wamid.%2Fx%3D%3D", {"status": "read"}),
        ("/messages", "POST", "/messages", READ),
    ],
    ids=["premises", "cloud"],
)
async def test_hosts_are_told_in_the_form_that_they_take(
    http: httpx.AsyncClient, channel: Channel, below: str, method: str, path: str, body: object
) -> None:
    with FakeHost() as host:
        there = replace(channel, provider="waba", api_base=host.base_url + below)
        assert await Waba().mark_read(http, there, "wamid./x==") is None
    [request] = host.reads
    assert (request.method, request.path, request.json) == (method, path, body)
    assert request.headers["d360-api-key"] == TOKEN


@pytest.mark.parametrize(
    ("answer", "again"),
    [
        ("meta_err_131009_markread.json", False),
        ("meta_err_190_expired.json", False),
        ("meta_err_130429_rate.json", True),
        ("meta_err_131016_unavailable.json", True),
        ("meta_err_not_json.json", True),
    ],
)
async def test_only_what_may_pass_is_tried_again(
    http: httpx.AsyncClient, channel: Channel, graph: FakeGraph, answer: str, again: bool
) -> None:
    graph.answer_next_read(answer)
    refused = await CloudApi().mark_read(http, channel, "wamid.1")
    assert isinstance(refused, Refused) and refused.title
    assert (refused.retry_after is not None) == again


async def test_silence_and_a_no_with_a_200_are_tried_again(
    http: httpx.AsyncClient, channel: Channel, graph: FakeGraph
) -> None:
    for behaviour in ("drop", Reply(200, b'{"success":false}', {}), Reply(500, b"", {})):
        graph.next_reads.append(behaviour)
        refused = await CloudApi().mark_read(http, channel, "wamid.1")
        assert isinstance(refused, Refused) and refused.retry_after


async def test_that_somebody_types_is_a_read_mark_with_one_word_more_where_graph_is_spoken(
    http: httpx.AsyncClient, channel: Channel, graph: FakeGraph
) -> None:
    typing = READ | {"typing_indicator": {"type": "text"}}
    assert await CloudApi().show_typing(http, channel, "wamid./x==") is None
    assert [told.json for told in graph.typing] == [typing]
    with FakeHost() as host:
        cloud = replace(channel, provider="waba", api_base=host.base_url + "/messages")
        assert await Waba().show_typing(http, cloud, "wamid./x==") is None
        assert [(told.path, told.json) for told in host.typing] == [("/messages", typing)]
    premises = replace(cloud, api_base=host.base_url)
    able = ["typing" in Waba().can_at(one.api_base) for one in (cloud, premises)]
    assert able == [True, False]


async def test_without_a_token_nobody_is_asked(http: httpx.AsyncClient, channel: Channel) -> None:
    refused = await CloudApi().mark_read(http, replace(channel, access_token=""), "wamid.1")
    assert isinstance(refused, Refused) and refused.retry_after is None
