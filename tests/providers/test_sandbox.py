"""The pretend phone speaks like Meta, over real HTTP, and says when nobody listens."""

import json
from collections.abc import AsyncIterator

import httpx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from inbox.domain.channels import Channel
from inbox.domain.events import Event, MessageEvent, StatusEvent
from inbox.domain.outgoing.texts import text
from inbox.providers.authenticity import verify
from inbox.providers.base import Accepted, Outgoing
from inbox.providers.registry import PROVIDERS, UnknownProvider, provider_named
from inbox.providers.sandbox import PhoneUnreachable, PretendPhone, Sandbox, meta_json, new_wamid
from tests.support.fake_graph import ACCOUNT, FakeGraph
from tests.support.meta import NOW, SENT_AT

SECRET = "sändbox-secret"
CHANNEL = Channel(id="1", name="Demo", provider="sandbox", api_base="", key="k", secret=SECRET)


class Webhook:
    """Takes what is authentic, as the channel's own webhook does."""

    def __init__(self) -> None:
        self.status = 200
        self.bodies: list[bytes] = []

    def __call__(self, request: httpx.Request) -> httpx.Response:
        refusal = verify(Sandbox.scheme, CHANNEL, request.content, request.headers, NOW)
        if refusal is not None:
            return httpx.Response(refusal.status, text=refusal.reason)
        self.bodies.append(request.content)
        return httpx.Response(self.status, text="sorry")

    def event(self) -> Event:
        [body] = self.bodies
        [event] = Sandbox().normalise(json.loads(body), NOW)
        return event


@pytest.fixture
def webhook() -> Webhook:
    return Webhook()


@pytest.fixture
async def phone(webhook: Webhook) -> AsyncIterator[PretendPhone]:
    async with httpx.AsyncClient(transport=httpx.MockTransport(webhook)) as http:
        yield PretendPhone(http=http, webhook_url="http://inbox/w", secret=SECRET, account=ACCOUNT)


async def test_what_the_customer_says_arrives_as_a_message(
    phone: PretendPhone, webhook: Webhook
) -> None:
    wamid = await phone.say("Grüße 😀 1/2", wa_id="12025550142", name="Zoé", now=SENT_AT)
    event = webhook.event()
    assert isinstance(event, MessageEvent)
    assert (event.text, event.contact.name, event.ts) == ("Grüße 😀 1/2", "Zoé", SENT_AT)
    assert (event.provider_message_id, event.account) == (wamid, ACCOUNT)


async def test_what_became_of_a_message_arrives_as_a_receipt(
    phone: PretendPhone, webhook: Webhook
) -> None:
    error = {"code": 131026, "title": "Message undeliverable", "detail": "No."}
    await phone.report("wamid.1", "failed", wa_id="12025550142", now=SENT_AT, error=error)
    event = webhook.event()
    assert isinstance(event, StatusEvent)
    assert (event.key, event.ts, event.errors) == ("st:wamid.1:failed", SENT_AT, [error])


async def test_the_body_is_written_the_way_meta_signs_it(
    phone: PretendPhone, webhook: Webhook
) -> None:
    await phone.say("é 😀 1/2", wa_id="12025550142", name="Zoé", now=SENT_AT)
    assert b'"body":"\\u00e9 \\ud83d\\ude00 1\\/2"' in webhook.bodies[0]


@settings(deadline=None)
@given(st.recursive(st.text(), lambda inner: st.dictionaries(st.text(), inner), max_leaves=5))
def test_metas_way_of_writing_is_still_json(value: object) -> None:
    written = meta_json({"value": value})
    assert json.loads(written) == {"value": value}
    assert written.isascii()
    assert b"\\/" in written or b"/" not in written


async def test_a_phone_with_another_secret_is_turned_away(phone: PretendPhone) -> None:
    with pytest.raises(PhoneUnreachable, match=r"401: The signature .* does not match") as refused:
        await replace(phone, secret="other").say("Hi", wa_id="1", name="A", now=SENT_AT)
    assert refused.value.status == 401


async def test_anything_but_200_is_no_delivery(phone: PretendPhone, webhook: Webhook) -> None:
    webhook.status = 204
    with pytest.raises(PhoneUnreachable, match="answered 204"):
        await phone.report("wamid.1", "read", wa_id="1", now=SENT_AT)


@pytest.mark.parametrize("url", ["http://127.0.0.1:1/w", "http://[", "nowhere"])
async def test_nobody_listening_is_said_in_a_sentence(http: httpx.AsyncClient, url: str) -> None:
    phone = PretendPhone(http=http, webhook_url=url, secret=SECRET, account=ACCOUNT)
    with pytest.raises(PhoneUnreachable, match="does not answer") as refused:
        await phone.say("Hi", wa_id="1", name="A", now=SENT_AT)
    assert refused.value.status is None


def test_no_two_message_ids_are_alike() -> None:
    wamids = {new_wamid() for _ in range(100)}
    assert len(wamids) == 100
    assert all(wamid.startswith("wamid.") and 50 <= len(wamid) <= 90 for wamid in wamids)


async def test_a_sandbox_sends_like_metas_own_api(
    graph: FakeGraph, http: httpx.AsyncClient, channel: Channel
) -> None:
    message = Outgoing(id="01J", recipient="12025550142", said=text("Hello"))
    result = await provider_named("sandbox").send(http, channel, message)
    assert result == Accepted(graph.wamids[0])


async def test_a_graph_reports_to_a_webhook_signed_like_meta(graph: FakeGraph) -> None:
    with pytest.raises(PhoneUnreachable, match="answered 401"):
        await graph.report(
            f"{graph.base_url}/1/messages", SECRET, "wamid.1", "sent", wa_id="1", now=SENT_AT
        )
    [request] = graph.requests
    assert request.json["entry"][0]["changes"][0]["value"]["statuses"][0]["id"] == "wamid.1"
    body = meta_json(request.json)
    assert verify(Sandbox.scheme, CHANNEL, body, request.headers, NOW) is None


def test_a_provider_is_found_by_its_name() -> None:
    assert {name: provider.name for name, provider in PROVIDERS.items()} == {
        name: name for name in PROVIDERS
    }
    assert provider_named("cloud-api").shared_webhook
    assert not provider_named("sandbox").shared_webhook


def test_an_unknown_provider_is_answered_with_the_known_ones() -> None:
    with pytest.raises(UnknownProvider, match=r"'telex'; known are cloud-api, .*sandbox"):
        provider_named("telex")
