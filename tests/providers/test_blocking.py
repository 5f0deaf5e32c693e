"""Blocking somebody at a provider: asked in Graph's form, and true only when it says so."""

import httpx
import pytest
from msgspec.structs import replace

from inbox.domain.channels import Channel
from inbox.providers.base import Refused
from inbox.providers.blocking import Blocks
from inbox.providers.cloud_api import CloudApi
from inbox.providers.registry import PROVIDERS
from inbox.providers.waba import Waba
from tests.support.fake_graph import ACCOUNT, TOKEN, FakeGraph, Reply
from tests.support.fake_host import FakeHost

AMARA = "12025550142"


def test_who_can_block_has_the_call_for_it() -> None:
    able = {name for name, provider in PROVIDERS.items() if "block" in provider.can}
    assert able == {"cloud-api", "waba"}
    assert all(isinstance(PROVIDERS[name], Blocks) for name in able)
    assert "block" not in Waba().can_at("https://whatsapp.example.com/v1")


async def test_graph_blocks_and_unblocks_by_one_place_and_two_methods(
    http: httpx.AsyncClient, channel: Channel, graph: FakeGraph
) -> None:
    assert await CloudApi().set_blocked(http, channel, AMARA, True) is None
    assert graph.blocklist.names == {AMARA}
    assert await CloudApi().set_blocked(http, channel, AMARA, False) is None
    assert graph.blocklist.names == set()
    body = {"messaging_product": "whatsapp", "block_users": [{"user": f"+{AMARA}"}]}
    assert [(one.method, one.path, one.json) for one in graph.blockings] == [
        (method, f"/v25.0/{ACCOUNT}/block_users", body) for method in ("POST", "DELETE")
    ]


async def test_whoever_has_a_user_id_alone_is_blocked_by_it_and_a_host_hands_it_on(
    http: httpx.AsyncClient, channel: Channel
) -> None:
    with FakeHost() as host:
        there = replace(channel, provider="waba", api_base=host.base_url + "/messages")
        assert await Waba().set_blocked(http, there, "US.13491208655302741918", True) is None
        assert host.blocklist.names == {"US.13491208655302741918"}
        assert host.blockings[0].headers["d360-api-key"] == TOKEN


async def test_why_one_was_not_blocked_is_told_in_the_providers_words_as_well(
    http: httpx.AsyncClient, channel: Channel, graph: FakeGraph
) -> None:
    graph.blocklist.unwilling[AMARA] = "Re-engagement required"
    refused = await CloudApi().set_blocked(http, channel, AMARA, True)
    assert refused is not None and refused.detail is not None
    assert "24 hours" in refused.detail and refused.detail.endswith("Re-engagement required")


@pytest.mark.parametrize("code", [139101, 139102, 139103, 190])
async def test_every_error_about_the_list_has_words_of_its_own(
    http: httpx.AsyncClient, channel: Channel, graph: FakeGraph, code: int
) -> None:
    error = b'{"error": {"message": "(#%d) Oh", "code": %d}}' % (code, code)
    graph.next_blocks.append(Reply(400, error))
    refused = await CloudApi().set_blocked(http, channel, AMARA, True)
    assert isinstance(refused, Refused)
    assert (refused.code, "Oh" in refused.title, bool(refused.detail)) == (code, False, True)


async def test_silence_and_what_names_nobody_are_no_yes(
    http: httpx.AsyncClient, channel: Channel, graph: FakeGraph
) -> None:
    for behaviour in ("drop", Reply(200, b"{}"), Reply(200, b'{"success":true}'), Reply(502, b"")):
        graph.next_blocks.append(behaviour)
        refused = await CloudApi().set_blocked(http, channel, AMARA, True)
        assert refused is not None and refused.title
