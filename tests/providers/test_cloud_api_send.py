"""A text goes to Graph once, and its answer is taken for no more than it proves."""

import asyncio
import json
import socket
import time
from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from inbox.domain.channels import Channel
from inbox.domain.outgoing.direct import as_direct
from inbox.domain.outgoing.texts import text
from inbox.providers import calling
from inbox.providers.base import Accepted, Ambiguous, Outgoing, Refused, SendResult
from inbox.providers.calling import Answer
from inbox.providers.cloud_api import CloudApi
from inbox.providers.cloud_api.answers import judge
from tests.support import tls
from tests.support.corpus import ANY_JSON, manifest
from tests.support.fake_graph import ACCOUNT, TOKEN, FakeGraph

HELLO = Outgoing(id="01J-ours", recipient="12025550142", said=text("We open at nine."))
HASTY = CloudApi(timeout=httpx.Timeout(0.2))
ERRORS = [
    answer
    for answer in manifest()["api_responses"]
    if "/meta_" in answer["file"] and answer["status"] >= 400
]


class Sender:
    """One provider, one channel: ``await sender(message)``."""

    def __init__(self, http: httpx.AsyncClient, channel: Channel) -> None:
        self._http = http
        self.channel = channel

    async def __call__(self, message: Outgoing = HELLO, **channel: Any) -> SendResult:
        return await CloudApi().send(self._http, replace(self.channel, **channel), message)


@pytest.fixture
def send(http: httpx.AsyncClient, channel: Channel) -> Sender:
    return Sender(http, channel)


@pytest.fixture
async def closed_port() -> AsyncIterator[int]:
    """Bound and not listening: whoever connects is refused."""
    with socket.socket() as reserved:
        reserved.bind(("127.0.0.1", 0))
        yield reserved.getsockname()[1]


async def test_a_text_is_posted_as_graph_wants_it(send: Sender, graph: FakeGraph) -> None:
    assert await send() == Accepted(graph.wamids[0])
    [request] = graph.requests
    assert (request.method, request.path) == ("POST", f"/v25.0/{ACCOUNT}/messages")
    assert request.headers["authorization"] == f"Bearer {TOKEN}"
    assert request.json == {
        "messaging_product": "whatsapp",
        "recipient_type": "individual",
        "to": "+12025550142",
        "type": "text",
        "text": {"body": "We open at nine.", "preview_url": False},
        "biz_opaque_callback_data": "01J-ours",
    }


async def test_a_customer_without_a_number_is_named_by_their_id(
    send: Sender, graph: FakeGraph
) -> None:
    result = await send(replace(HELLO, recipient="US.40817263549081726354"))
    assert result == Accepted(graph.wamids[0])
    assert graph.requests[0].json["recipient"] == "US.40817263549081726354"
    assert "to" not in graph.requests[0].json


async def test_a_quote_names_the_message_it_answers(send: Sender, graph: FakeGraph) -> None:
    await send(replace(HELLO, quoted_id="wamid.theirs"))
    assert graph.requests[0].json["context"] == {"message_id": "wamid.theirs"}


async def test_any_text_can_be_sent(send: Sender, graph: FakeGraph) -> None:
    assert isinstance(await send(replace(HELLO, said=text("ü😀\n\ud83d\x00"))), Accepted)
    assert graph.requests[0].json["text"]["body"] == "ü😀\n\ufffd\ufffd"


async def test_a_direct_send_names_its_category_and_is_refused_where_there_is_none(
    send: Sender, graph: FakeGraph
) -> None:
    direct = replace(HELLO, said=as_direct(HELLO.said))
    refused = await send(direct)
    assert isinstance(refused, Refused) and refused.code == 100
    assert "Direct Send" in refused.title and "template" in (refused.detail or "")
    graph.direct_send = "blocked"
    blocked = await send(direct)
    assert isinstance(blocked, Refused)
    assert (blocked.code, blocked.retry_after, blocked.channel) == (139200, None, False)
    graph.direct_send = True
    assert isinstance(await send(direct), Accepted)
    assert {one.json["category"] for one in graph.sent} == {"utility"}
    assert isinstance(await send(), Accepted)
    assert "category" not in graph.sent[-1].json


async def test_another_spelling_of_the_number_is_handed_back(
    send: Sender, graph: FakeGraph
) -> None:
    graph.answer_next("meta_send_ok_br_wa_id.json")
    result = await send(replace(HELLO, recipient="5531987654321"))
    assert isinstance(result, Accepted)
    assert result.wa_id == "553187654321"


@pytest.mark.parametrize("answer", ERRORS, ids=lambda each: each["file"])
async def test_every_refusal_of_graph_is_retried_as_its_code_says(
    answer: dict[str, Any], send: Sender, graph: FakeGraph
) -> None:
    graph.answer_next(answer["file"].removeprefix("api_responses/"))
    result = await send()
    assert isinstance(result, Refused)
    assert (result.retry_after is not None) == answer["retry"]
    assert result.title
    assert result.detail


async def test_a_pair_limit_waits_six_seconds_or_as_long_as_graph_asks(
    send: Sender, graph: FakeGraph
) -> None:
    pauses = []
    for asked in ("", "4", "90", "999999", "Wed, 21 Oct 2026 07:28:00 GMT"):
        graph.answer_next("meta_err_131056_pair.json", headers={"Retry-After": asked})
        result = await send()
        pauses.append(result.retry_after if isinstance(result, Refused) else None)
    assert pauses == [6, 6, 90, 3600, 6]


async def test_a_refusal_keeps_what_whatsapp_said(send: Sender, graph: FakeGraph) -> None:
    graph.answer_next("meta_err_100_param.json")
    result = await send()
    assert isinstance(result, Refused)
    assert result.code == 100
    assert "at most 4096 characters long" in (result.detail or "")


async def test_a_wrong_token_is_refused_for_good_and_never_repeated_in_words(
    send: Sender, graph: FakeGraph
) -> None:
    assert isinstance(await send(access_token="wrong"), Refused)
    told = {
        "error": {
            "code": 999,
            "message": "Bad token secret-token",
            "error_user_msg": "secret-token",
        }
    }
    graph.answer_next(told, status=400)
    result = await send(access_token="secret-token")
    assert isinstance(result, Refused)
    assert result.retry_after is None
    assert "secret-token" not in repr(result)


@pytest.mark.parametrize(
    ("status", "answer"),
    [
        (200, {}),
        (200, {"messages": []}),
        (200, {"messages": [{"id": ""}]}),
        (200, {"messages": "wamid.1"}),
        (200, b"<html>"),
        (200, b"\xff"),
        (200, b"[" * 100_000),
        (200, b'{"messages":[{"id":"wamid.1"}],"pad":"' + b"x" * 300_000 + b'"}'),
        (202, b""),
        (408, b""),
        (500, b"<html>"),
        (500, {"error": {"code": 987654, "message": "new"}}),
        (504, b""),
    ],
)
async def test_an_answer_that_proves_nothing_is_ambiguous(
    status: int, answer: dict[str, Any] | bytes, send: Sender, graph: FakeGraph
) -> None:
    graph.answer_next(answer, status=status)
    assert isinstance(await send(), Ambiguous)


@pytest.mark.parametrize(
    ("status", "again"),
    [(400, False), (401, False), (403, False), (404, False), (429, True), (502, True), (503, True)],
)
async def test_an_answer_of_a_gateway_is_judged_by_its_status(
    status: int, again: bool, send: Sender, graph: FakeGraph
) -> None:
    graph.answer_next(b"<html>", status=status)
    result = await send()
    assert isinstance(result, Refused)
    assert (result.retry_after is not None) == again


@pytest.mark.parametrize("status", [400, 500])
async def test_an_unknown_error_is_retried_only_if_graph_calls_it_transient(
    status: int, send: Sender, graph: FakeGraph
) -> None:
    graph.answer_next({"error": {"code": 987654, "is_transient": True}}, status=status)
    result = await send()
    assert isinstance(result, Refused)
    assert result.retry_after


async def test_a_redirect_is_not_followed(send: Sender, graph: FakeGraph) -> None:
    graph.answer_next({}, status=307, headers={"Location": graph.base_url})
    result = await send()
    assert isinstance(result, Refused)
    assert result.retry_after is None
    assert len(graph.requests) == 1


async def test_a_refused_connection_sent_nothing_and_is_tried_again(
    send: Sender, closed_port: int
) -> None:
    result = await send(api_base=f"http://127.0.0.1:{closed_port}")
    assert isinstance(result, Refused)
    assert result.retry_after


async def test_a_name_that_leads_nowhere_sent_nothing_and_is_tried_again(send: Sender) -> None:
    result = await send(api_base="https://graph.invalid")
    assert isinstance(result, Refused)
    assert result.retry_after


async def test_a_cut_connection_is_ambiguous_and_not_tried_twice(
    send: Sender, graph: FakeGraph
) -> None:
    graph.drop_next()
    assert isinstance(await send(), Ambiguous)
    assert len(graph.requests) == 1


async def test_a_silent_server_is_ambiguous(
    graph: FakeGraph, http: httpx.AsyncClient, channel: Channel
) -> None:
    graph.hang_next()
    assert isinstance(await HASTY.send(http, channel, HELLO), Ambiguous)
    assert len(graph.requests) == 1


async def test_a_server_that_drips_is_given_up_and_ambiguous(
    send: Sender, graph: FakeGraph, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each byte is in time, and so the whole answer has a time of its own."""
    monkeypatch.setattr(calling.exchange, "__defaults__", (0.2,))
    graph.drip_next()
    assert isinstance(await send(), Ambiguous)
    assert len(graph.requests) == 1


@pytest.mark.parametrize(("status", "kind"), [(200, Ambiguous), (401, Refused)])
async def test_when_the_body_breaks_off_the_status_line_still_counts(
    status: int, kind: type[SendResult], send: Sender, graph: FakeGraph
) -> None:
    headers = {"Content-Length": "999", "Connection": "close"}
    graph.answer_next(b'{"messages":[{"id":"wamid.1', status=status, headers=headers)
    assert isinstance(await send(), kind)


async def test_our_own_mistake_after_the_call_is_ambiguous_too(
    channel: Channel, caplog: pytest.LogCaptureFixture
) -> None:
    async with httpx.AsyncClient(verify=tls.NOBODY) as closed:
        pass
    assert isinstance(await CloudApi().send(closed, channel, HELLO), Ambiguous)
    assert "ended in a surprise" in caplog.text
    assert TOKEN not in caplog.text


@settings(deadline=None)
@given(st.integers(100, 599), ANY_JSON)
def test_no_answer_makes_judging_it_raise(status: int, told: Any) -> None:
    for body in (told, {"error": told}, {"messages": told, "contacts": told}):
        result = judge(Answer(status, json.dumps(body).encode(), "60"), "12025550142", TOKEN)
        assert isinstance(result, Accepted | Refused | Ambiguous)


async def test_a_connection_that_is_never_made_sent_nothing(
    channel: Channel, graph: FakeGraph
) -> None:
    async with httpx.AsyncClient(
        verify=tls.NOBODY, limits=httpx.Limits(max_connections=1)
    ) as narrow:
        graph.hang_next()
        first = asyncio.create_task(CloudApi().send(narrow, channel, HELLO))
        await asyncio.to_thread(graph.wait_for, 1)
        second = await HASTY.send(narrow, channel, HELLO)
        first.cancel()
    assert isinstance(second, Refused)
    assert second.retry_after
    assert len(graph.requests) == 1


@pytest.mark.parametrize(
    ("missing", "word"),
    [
        ({"account": None}, "phone number id"),
        ({"access_token": ""}, "access token"),
        ({"access_token": " \n"}, "access token"),
        ({"access_token": "to\r\nken"}, "access token"),
        ({"access_token": "tokén"}, "access token"),
        ({"api_base": ""}, "API address"),
        ({"api_base": "graph.example.invalid"}, "API address"),
        ({"api_base": "ftp://graph.invalid"}, "API address"),
        ({"api_base": "https://"}, "API address"),
        ({"api_base": "https://user:pass@graph.invalid"}, "API address"),
        ({"api_base": "https://[::1"}, "API address"),
        ({"api_base": "https://graph.invalid:99999"}, "API address"),
        ({"api_base": f"https://{'a' * 70}.invalid"}, "API address"),
        ({"account": "\ud83d"}, "API address"),
    ],
)
async def test_a_channel_lacking_something_says_what_to_fill_in_where(
    missing: dict[str, Any], word: str, send: Sender, graph: FakeGraph
) -> None:
    result = await send(**missing)
    assert isinstance(result, Refused)
    assert result.retry_after is None
    assert word in result.title
    assert "Settings, Channels, Main line" in (result.detail or "")
    assert graph.requests == []


async def test_an_account_cannot_reach_another_path(send: Sender, graph: FakeGraph) -> None:
    await send(account="../me?x=#")
    assert graph.requests[0].path == "/v25.0/..%2Fme%3Fx%3D%23/messages"


async def test_a_customer_without_any_address_is_refused(send: Sender, graph: FakeGraph) -> None:
    result = await send(replace(HELLO, recipient=""))
    assert isinstance(result, Refused)
    assert result.retry_after is None
    assert graph.requests == []


async def test_the_end_of_a_rate_limit_is_a_pause_as_well(send: Sender, graph: FakeGraph) -> None:
    pauses = []
    in_two_minutes = int(time.time()) + 120
    for reset in ("90", str(in_two_minutes), "1750000000", "soon"):
        graph.answer_next(b"", status=429, headers={"X-RateLimit-Reset": reset})
        result = await send()
        pauses.append(result.retry_after if isinstance(result, Refused) else None)
    assert (pauses[0], pauses[2], pauses[3]) == (90, 60, 60)
    assert pauses[1] is not None and 100 < pauses[1] <= 120
