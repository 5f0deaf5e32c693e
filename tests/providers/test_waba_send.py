"""A text goes once to 360dialog, CBot or an own client, in the form that each of them takes."""

import json
from collections.abc import Iterator
from typing import Any

import httpx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from inbox.domain.abilities import needed
from inbox.domain.channels import Channel
from inbox.domain.outgoing.asked import said_by
from inbox.domain.outgoing.texts import text
from inbox.providers.base import Accepted, Ambiguous, Outgoing, Refused, SendResult
from inbox.providers.calling import Answer
from inbox.providers.waba import Waba, sending
from inbox.providers.waba.answers import judge
from tests.domain.test_outgoing import GOOD
from tests.support.corpus import ANY_JSON, manifest
from tests.support.fake_graph import TOKEN
from tests.support.fake_host import FakeHost

HELLO = Outgoing(id="01J-ours", recipient="12025550142", said=text("We open at nine."))
CHANNEL = Channel(
    id="channel-1", name="Main line", provider="waba", api_base="", key="key", access_token=TOKEN
)
ERRORS = [
    answer
    for answer in manifest()["api_responses"]
    if "_err" in answer["file"] or "false" in answer["file"]
]


class Sender:
    def __init__(self, http: httpx.AsyncClient, channel: Channel) -> None:
        self._http, self.channel = http, channel

    async def __call__(self, message: Outgoing = HELLO, **channel: Any) -> SendResult:
        return await Waba().send(self._http, replace(self.channel, **channel), message)


@pytest.fixture
def host() -> Iterator[FakeHost]:
    with FakeHost() as host:
        yield host


@pytest.fixture
def send(http: httpx.AsyncClient, host: FakeHost) -> Sender:
    return Sender(http, replace(CHANNEL, api_base=host.base_url))


async def test_a_client_on_the_premises_is_given_what_it_knows_and_no_more(
    send: Sender, host: FakeHost
) -> None:
    assert await send() == Accepted(host.wamids[0])
    [request] = host.requests
    assert (request.method, request.path) == ("POST", "/v1/messages")
    assert request.headers["d360-api-key"] == TOKEN
    assert "authorization" not in request.headers
    assert request.json == {
        "recipient_type": "individual",
        "to": "12025550142",
        "type": "text",
        "text": {"body": "We open at nine."},
    }


@pytest.mark.parametrize("cloud", [True, False], ids=["cloud", "on the premises"])
async def test_every_kind_that_a_host_can_send_is_taken_by_it(
    send: Sender, host: FakeHost, cloud: bool
) -> None:
    base = host.base_url + ("/messages" if cloud else "")
    can, sent = Waba().can_at(base), []
    for name, asked in GOOD.items():
        said = said_by(asked)
        if (ability := needed(said)) is None or ability in can:
            message = replace(HELLO, said=said, quoted_id="ABGG1")
            assert isinstance(await send(message, api_base=base), Accepted), name
            sent.append(name)
    assert len(sent) == len(GOOD) - (0 if cloud else 3)


async def test_a_quote_names_the_message_it_answers(send: Sender, host: FakeHost) -> None:
    assert isinstance(await send(replace(HELLO, quoted_id="ABGG1")), Accepted)
    assert host.requests[0].json["context"] == {"message_id": "ABGG1"}


async def test_a_host_in_the_cloud_is_given_the_message_as_graph_is(
    send: Sender, host: FakeHost
) -> None:
    base = host.base_url + "/messages"
    assert await send(replace(HELLO, quoted_id="wamid.1"), api_base=base) == Accepted(
        host.wamids[0]
    )
    customer = replace(HELLO, recipient="US.40817263549081726354")
    assert await send(customer, api_base=base) == Accepted(host.wamids[1])
    first, second = (request.json for request in host.requests)
    assert (first["messaging_product"], first["to"]) == ("whatsapp", "+12025550142")
    assert (first["context"], first["biz_opaque_callback_data"]) == (
        {"message_id": "wamid.1"},
        "01J-ours",
    )
    assert second["recipient"] == "US.40817263549081726354"


@pytest.mark.parametrize(
    ("base", "url", "cloud"),
    [
        ("https://waba-v2.360dialog.io", "https://waba-v2.360dialog.io/messages", True),
        ("https://waba-v2.360dialog.io/messages", "https://waba-v2.360dialog.io/messages", True),
        ("https://waba.360dialog.io", "https://waba.360dialog.io/v1/messages", False),
        ("https://waba.360dialog.io/v1", "https://waba.360dialog.io/v1/messages", False),
        (" https://cbot.example/v1/messages/ ", "https://cbot.example/v1/messages", False),
        ("https://cbot.example/messages", "https://cbot.example/messages", True),
        ("https://wa.example:9090/api", "https://wa.example:9090/api/v1/messages", False),
    ],
)
def test_the_api_address_decides_between_the_two_forms(base: str, url: str, cloud: bool) -> None:
    call = sending.prepared_call(replace(CHANNEL, api_base=base), HELLO)
    assert not isinstance(call, Refused)
    assert str(call.url) == url
    assert ("messaging_product" in call.body) == cloud


@pytest.mark.parametrize(
    ("key", "headers"),
    [
        ("abc", {"d360-api-key": "abc"}),
        ("Bearer abc", {"authorization": "Bearer abc"}),
        ("Authorization: Bearer abc", {"authorization": "Bearer abc"}),
        ("API-KEY: abc", {"api-key": "abc"}),
        ("d360-api-key:abc", {"d360-api-key": "abc"}),
        ("Host: abc", {"d360-api-key": "Host: abc"}),
    ],
)
def test_a_key_goes_into_the_header_that_is_written_before_it(
    key: str, headers: dict[str, str]
) -> None:
    call = sending.prepared_call(
        replace(CHANNEL, api_base="https://wa.example", access_token=key), HELLO
    )
    assert not isinstance(call, Refused)
    assert call.headers == headers
    assert "abc" not in repr(call)


async def test_a_customer_without_a_number_cannot_be_reached_over_a_client(
    send: Sender, host: FakeHost
) -> None:
    for recipient in ("", "US.40817263549081726354"):
        result = await send(replace(HELLO, recipient=recipient))
        assert isinstance(result, Refused)
        assert result.retry_after is None
    assert host.requests == []


async def test_a_channel_lacking_something_says_what_to_fill_in_where(
    send: Sender, host: FakeHost
) -> None:
    lacking = (
        ({"access_token": ""}, "API key"),
        ({"access_token": "ké"}, "API key"),
        ({"api_base": ""}, "API address"),
        ({"api_base": "https://[::1"}, "API address"),
        ({"api_base": "ftp://wa.example"}, "API address"),
    )
    for facts, word in lacking:
        result = await send(**facts)
        assert isinstance(result, Refused)
        assert word in result.title
        assert "Settings, Channels, Main line" in (result.detail or "")
    assert host.requests == []


@pytest.mark.parametrize("answer", ERRORS, ids=lambda each: each["file"])
async def test_every_refusal_of_the_corpus_is_retried_as_it_says(
    answer: dict[str, Any], send: Sender, host: FakeHost
) -> None:
    host.answer_next(answer["file"].removeprefix("api_responses/"))
    result = await send()
    assert isinstance(result, Refused)
    assert (result.retry_after is not None) == answer["retry"]
    assert result.title


async def test_a_wrong_key_is_refused_in_words_that_say_so_and_never_repeated(
    send: Sender, host: FakeHost
) -> None:
    result = await send(access_token="not-the-key")
    assert isinstance(result, Refused)
    assert (result.title, result.code) == ("The API key is not accepted", 401)
    assert "Invalid api key" in (result.detail or "")
    host.answer_next({"meta": {"httpCode": 404, "developerMessage": "No not-the-key"}}, status=404)
    result = await send(access_token="Bearer not-the-key")
    assert isinstance(result, Refused)
    assert "No …" in result.title


@pytest.mark.parametrize(
    ("status", "answer", "again"),
    [
        (200, {"meta": {"http_code": 400, "developer_message": "No", "success": False}}, False),
        (200, {"success": False, "message": "No"}, False),
        (200, {"success": False}, False),
        (200, {"messages": [{"id": "gBGG1"}], "success": False}, False),
        (200, {"success": False, "meta": {"http_code": 429}}, True),
        (400, b"to: is not a valid number", False),
        (401, b"Unauthorized", False),
        (402, b"", False),
        (403, b"<html>", False),
        (404, b"404 page not found", False),
        (429, b"Slow down", True),
        (503, b"no healthy upstream", True),
        (500, {"errors": [{"code": 1014, "title": "Internal error"}]}, True),
        (500, {"errors": [{"code": "1000", "title": "Generic error"}]}, True),
        (400, {"errors": [{"code": 470, "title": "Message failed to send"}]}, False),
        (400, {"errors": [None, {"code": 987, "title": "New"}]}, False),
    ],
)
async def test_an_answer_that_proves_a_refusal_is_one(
    status: int, answer: dict[str, Any] | bytes, again: bool, send: Sender, host: FakeHost
) -> None:
    host.answer_next(answer, status=status)
    result = await send()
    assert isinstance(result, Refused)
    assert (result.retry_after is not None) == again


@pytest.mark.parametrize(
    ("status", "answer"),
    [
        (200, {}),
        (201, {"messages": [{}]}),
        (200, b"OK"),
        (200, {"errors": [{"code": 987, "title": "New"}]}),
        (200, {"success": False, "meta": {"http_code": 504, "developer_message": "Timeout"}}),
        (408, b"Timeout"),
        (500, b"Internal server error"),
        (500, {"errors": [{"code": 987, "title": "New"}]}),
        (504, b""),
    ],
)
async def test_an_answer_that_proves_nothing_is_ambiguous(
    status: int, answer: dict[str, Any] | bytes, send: Sender, host: FakeHost
) -> None:
    host.answer_next(answer, status=status)
    assert isinstance(await send(), Ambiguous)


async def test_a_client_of_long_ago_looks_the_customer_up_before_it_sends(
    send: Sender, host: FakeHost
) -> None:
    host.looks_up = {"+12025550142": {"status": "valid", "wa_id": "12025550142"}}
    assert await send() == Accepted(host.wamids[0])
    paths = ["/v1/messages", "/v1/contacts", "/v1/messages"]
    assert [request.path for request in host.requests] == paths
    assert await send() == Accepted(host.wamids[1])
    assert len(host.requests) == 4, "once known, the customer is not looked up again"


async def test_the_message_goes_to_the_id_that_was_looked_up(send: Sender, host: FakeHost) -> None:
    host.looks_up = {"+12025550142": {"status": "valid", "wa_id": "12025550177"}}
    assert await send() == Accepted(host.wamids[0], "12025550177")
    assert host.requests[-1].json["to"] == "12025550177"


@pytest.mark.parametrize(
    ("found", "code", "again"),
    [
        ({"status": "invalid"}, 1013, False),
        ({"status": "processing"}, 1006, True),
        ({"status": "valid"}, 1006, False),
        ({"status": "valid", "wa_id": "nobody"}, 1006, False),
        ({}, 1006, False),
    ],
)
async def test_a_customer_who_is_not_found_is_told_apart_from_one_not_found_yet(
    found: dict[str, Any], code: int, again: bool, send: Sender, host: FakeHost
) -> None:
    host.looks_up = {"+12025550142": found}
    result = await send()
    assert isinstance(result, Refused)
    assert (result.code, result.retry_after is not None) == (code, again)
    assert host.wamids == []
    assert len(host.requests) == 2


async def test_nobody_is_looked_up_where_it_is_not_asked_for(send: Sender, host: FakeHost) -> None:
    host.answer_next("d360_err_1006.json")
    result = await send(api_base=host.base_url + "/messages")
    assert isinstance(result, Refused)
    assert [request.path for request in host.requests] == ["/messages"]


async def test_a_cut_connection_is_ambiguous_and_not_tried_twice(
    send: Sender, host: FakeHost
) -> None:
    host.drop_next()
    assert isinstance(await send(), Ambiguous)
    assert len(host.requests) == 1


async def test_what_a_host_says_in_plain_text_is_shown(send: Sender, host: FakeHost) -> None:
    host.answer_next(b"to: is not a valid number\n", status=400)
    result = await send()
    assert isinstance(result, Refused)
    assert result.title == "to: is not a valid number"


@settings(deadline=None)
@given(st.integers(100, 599), ANY_JSON)
def test_no_answer_makes_judging_it_raise(status: int, told: Any) -> None:
    for body in (
        told,
        {"error": told},
        {"errors": told},
        {"errors": [told]},
        {"meta": told, "success": told},
        {"messages": told, "contacts": told},
    ):
        result = judge(Answer(status, json.dumps(body).encode(), "60"), "12025550142", TOKEN)
        assert isinstance(result, Accepted | Refused | Ambiguous)
