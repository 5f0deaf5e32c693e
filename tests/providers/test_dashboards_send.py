"""A text goes to WhatsAble or to Notifier once, and ``success`` is the truth of what came of it."""

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import httpx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from inbox.domain.channels import Channel
from inbox.domain.outgoing.texts import text
from inbox.providers.base import Accepted, Ambiguous, Outgoing, Refused, SendResult
from inbox.providers.calling import Answer
from inbox.providers.notifier import Notifier
from inbox.providers.notifier.sending import judge as notifier_judge
from inbox.providers.whatsable import WhatsAble
from inbox.providers.whatsable.sending import judge as whatsable_judge
from tests.support import tls
from tests.support.corpus import ANY_JSON
from tests.support.fake_dashboards import API_KEY, FakeNotifier, FakeWhatsAble
from tests.support.fake_graph import FakeGraph

HELLO = Outgoing(id="01J-ours", recipient="12025550142", said=text("We open at nine."))
HASTY = httpx.Timeout(0.2)


class Sender:
    """One of the two with its API: ``await sender(message)``."""

    def __init__(
        self, provider: WhatsAble | Notifier, hasty: WhatsAble | Notifier, api: FakeGraph
    ) -> None:
        self._provider, self._hasty, self.api = provider, hasty, api
        self.http = httpx.AsyncClient(trust_env=False, verify=tls.NOBODY)
        self.channel = Channel(
            id="channel-1",
            name="Main line",
            provider=provider.name,
            api_base=api.base_url,
            key="key",
            access_token=f"{API_KEY}\n",
        )

    async def __call__(
        self, message: Outgoing = HELLO, hasty: bool = False, **channel: Any
    ) -> SendResult:
        provider = self._hasty if hasty else self._provider
        return await provider.send(self.http, replace(self.channel, **channel), message)


@asynccontextmanager
async def sending(name: str) -> AsyncIterator[Sender]:
    kind, fake = _KINDS[name]
    with fake() as api:
        sender = Sender(kind(), kind(HASTY), api)
        async with sender.http:
            yield sender


_KINDS: dict[str, tuple[type[WhatsAble | Notifier], type[FakeWhatsAble | FakeNotifier]]] = {
    "whatsable": (WhatsAble, FakeWhatsAble),
    "notifier": (Notifier, FakeNotifier),
}


@pytest.fixture
async def whatsable() -> AsyncIterator[Sender]:
    async with sending("whatsable") as sender:
        yield sender


@pytest.fixture
async def notifier() -> AsyncIterator[Sender]:
    async with sending("notifier") as sender:
        yield sender


@pytest.fixture(params=_KINDS)
async def either(request: pytest.FixtureRequest) -> AsyncIterator[Sender]:
    async with sending(request.param) as sender:
        yield sender


async def test_whatsable_gets_the_key_alone_and_tells_the_id(whatsable: Sender) -> None:
    assert await whatsable() == Accepted(whatsable.api.wamids[0])
    [request] = whatsable.api.requests
    assert (request.method, request.path) == ("POST", "/api/whatsapp/messages/v2.0.0/send")
    assert request.headers["authorization"] == API_KEY
    assert request.json == {"to": "+12025550142", "text": "We open at nine."}


async def test_notifier_gets_a_bearer_and_tells_no_id(notifier: Sender) -> None:
    assert await notifier() == Accepted(None)
    [request] = notifier.api.requests
    assert (request.method, request.path) == ("POST", "/api:-GWQv5aM/send")
    assert request.headers["authorization"] == f"Bearer {API_KEY}"
    assert request.json == {"phone": "+12025550142", "text": "We open at nine."}


async def test_the_recorded_answers_are_judged_as_they_are_meant(
    whatsable: Sender, notifier: Sender
) -> None:
    wamid = "wamid.HBgLMTIwMjU1NTAxNDIVAgARGBJWMUVYQU1QTEUwMDAwMDAwMDEA"
    whatsable.api.answer_next("whatsable_send_ok.json")
    assert await whatsable() == Accepted(wamid)
    whatsable.api.answer_next("whatsable_err_401.json")
    refused = await whatsable()
    assert isinstance(refused, Refused) and refused.retry_after is None
    notifier.api.answer_next("notifier_send_ok.json")
    assert await notifier() == Accepted(None)
    notifier.api.answer_next("notifier_success_false.json")
    closed = await notifier()
    assert isinstance(closed, Refused) and closed.retry_after is None
    assert (closed.code, closed.title) == (
        131047,
        "More than 24 hours since the customer last wrote",
    )


@pytest.mark.parametrize("below", ["/api:U9ztporN", "/api:U9ztporN/send/message"])
async def test_the_newer_notifier_takes_metas_form_and_tells_the_id(
    notifier: Sender, below: str
) -> None:
    base = notifier.api.base_url.replace("/api:-GWQv5aM", below)
    assert await notifier(api_base=base) == Accepted(notifier.api.wamids[0])
    [request] = notifier.api.requests
    assert (request.method, request.path) == ("POST", "/api:U9ztporN/send/message")
    assert request.headers["authorization"] == f"Bearer {API_KEY}"
    assert request.json["to"] == "+12025550142"
    assert request.json["text"]["body"] == "We open at nine."


@pytest.mark.parametrize("below", ["", "/", "/send"])
async def test_the_whole_address_of_the_older_call_is_understood(
    notifier: Sender, below: str
) -> None:
    assert await notifier(api_base=notifier.api.base_url + below) == Accepted(None)
    assert notifier.api.requests[0].path == "/api:-GWQv5aM/send"


@pytest.mark.parametrize("status", [200, 400])
async def test_whatsapps_own_refusal_within_an_answer_is_told_in_our_words(
    either: Sender, status: int
) -> None:
    error = {"code": 131026, "message": "(#131026) Undeliverable", "error_data": {"details": "x"}}
    for info in (error, {"error": error}):
        either.api.answer_next({"success": False, "whatsapp_response_info": info}, status=status)
        result = await either()
        assert isinstance(result, Refused)
        assert (result.title, result.code) == ("The message could not be delivered", 131026)
        assert (result.detail or "").endswith("WhatsApp says: x")


@pytest.mark.parametrize(
    ("status", "answer", "word"),
    [
        (200, {"success": False, "message": "Number is not on WhatsApp"}, "not on WhatsApp"),
        (200, {"success": False, "message": "no", "details": {"messages": [{"id": "x"}]}}, "no"),
        (200, {"error": {"code": "LIMIT", "message": "Message limit reached"}}, "limit reached"),
        (400, {"success": False, "message": "Invalid phone number"}, "Invalid phone number"),
        (403, {"success": False, "message": "Plan expired"}, "Plan expired"),
        (404, {"error": {"code": "NOT_FOUND", "message": "No such route"}}, "No such route"),
        (400, {"success": False, "details": {"error": {"code": 131026}}}, "delivered"),
        (400, {"message": "Message sending failed", "details": "Number blocked"}, "failed"),
    ],
)
async def test_what_did_not_succeed_is_refused_in_the_providers_words(
    either: Sender, status: int, answer: dict[str, Any], word: str
) -> None:
    either.api.answer_next(answer, status=status)
    result = await either()
    assert isinstance(result, Refused) and result.retry_after is None
    assert word in result.title


async def test_notifiers_message_says_that_it_failed_and_why(notifier: Sender) -> None:
    words = "Message sending failed | Reason: Message limit for this number reached."
    notifier.api.answer_next({"message": words}, status=200)
    assert await notifier() == Refused(
        "Message sending failed", "Message limit for this number reached."
    )


async def test_a_refusal_never_repeats_the_key(either: Sender) -> None:
    either.api.answer_next({"success": False, "message": f"Bad key {API_KEY}"}, status=400)
    assert API_KEY not in repr(await either())


@pytest.mark.parametrize(
    ("status", "answer"),
    [
        (200, b""),
        (200, b"<html>"),
        (200, {}),
        (200, [1]),
        (200, {"success": "yes"}),
        (200, {"message": "queued"}),
        (202, b""),
        (408, {"success": False}),
        (500, {"success": False, "message": "Internal error"}),
        (504, b""),
    ],
)
async def test_an_answer_that_proves_nothing_is_ambiguous(
    either: Sender, status: int, answer: Any
) -> None:
    body = answer if isinstance(answer, bytes) else json.dumps(answer).encode()
    either.api.answer_next(body, status=status)
    assert isinstance(await either(), Ambiguous)


async def test_whatsables_success_without_an_id_is_ambiguous(whatsable: Sender) -> None:
    whatsable.api.answer_next({"success": True, "message": "Message sent"})
    assert isinstance(await whatsable(), Ambiguous)


async def test_a_rate_limit_waits_as_long_as_its_headers_say(either: Sender) -> None:
    pauses = []
    for headers in ({}, {"Retry-After": "90"}, {"X-RateLimit-Reset": "120"}):
        told = {"success": False, "message": "Too many requests"}
        either.api.answer_next(told, status=429, headers=headers)
        result = await either()
        pauses.append(result.retry_after if isinstance(result, Refused) else None)
    assert pauses == [60, 90, 120]


async def test_a_gateway_that_is_away_is_tried_again(either: Sender) -> None:
    for status in (502, 503):
        either.api.answer_next({"success": False}, status=status)
        result = await either()
        assert isinstance(result, Refused) and result.retry_after


async def test_silence_and_a_cut_connection_are_ambiguous_and_not_tried_twice(
    either: Sender,
) -> None:
    either.api.drop_next()
    assert isinstance(await either(), Ambiguous)
    either.api.hang_next()
    assert isinstance(await either(hasty=True), Ambiguous)
    assert len(either.api.requests) == 2


async def test_a_customer_without_a_number_cannot_be_written_to(either: Sender) -> None:
    for recipient in ("", "US.40817263549081726354", "somebody"):
        result = await either(replace(HELLO, recipient=recipient))
        assert isinstance(result, Refused) and "no number" in result.title
    assert either.api.requests == []


@pytest.mark.parametrize(
    ("missing", "word"),
    [
        ({"access_token": " "}, "API "),
        ({"access_token": "kéy"}, "usable API "),
        ({"api_base": ""}, "API address"),
        ({"api_base": "ftp://api.example.invalid"}, "API address"),
    ],
)
async def test_a_channel_lacking_something_says_what_to_fill_in_where(
    either: Sender, missing: dict[str, Any], word: str
) -> None:
    result = await either(**missing)
    assert isinstance(result, Refused) and result.retry_after is None
    assert word in result.title
    assert "Settings, Channels, Main line" in (result.detail or "")
    assert either.api.requests == []


@pytest.mark.parametrize("judge", [whatsable_judge, notifier_judge])
@settings(deadline=None)
@given(st.integers(100, 599), ANY_JSON)
def test_no_answer_makes_judging_it_raise(judge: Any, status: int, told: Any) -> None:
    for body in (told, {"error": told}, {"success": False, "details": told}, {"message": told}):
        result = judge(Answer(status, json.dumps(body).encode(), "60"), "12025550142", API_KEY)
        assert isinstance(result, Accepted | Refused | Ambiguous)
        assert not isinstance(result, Accepted) or status // 100 == 2
