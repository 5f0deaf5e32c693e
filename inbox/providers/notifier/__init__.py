"""Notifier by WhatsAble, version 2: signed events with an id each, replies by token (section E)."""

from collections.abc import Mapping
from typing import Any

import httpx

from inbox.domain.channels import Channel, Scheme
from inbox.domain.events import Event
from inbox.domain.times import Micros
from inbox.providers.base import Ability, Field, Outgoing, Refusal, SendResult
from inbox.providers.calling import TIMEOUT
from inbox.providers.notifier import sending
from inbox.providers.notifier.connecting import API_BASE, FIELDS, sample
from inbox.providers.notifier.webhooks import normalise


class Notifier:
    name = "notifier"
    title = "Notifier by WhatsAble"
    about = "A number in Notifier by WhatsAble. You need its webhook secret and its API token."
    fields: tuple[Field, ...] = FIELDS
    default_api_base = API_BASE
    shared_webhook = False
    scheme = Scheme(kind="hmac", header="X-Webhook-Signature", missing=400)
    can: frozenset[Ability] = frozenset({"window"})

    def __init__(self, timeout: httpx.Timeout = TIMEOUT) -> None:
        self._timeout = timeout

    def handshake(self, channel: Channel, query: Mapping[str, str]) -> Refusal:
        return Refusal(405, "Notifier makes no handshake; it posts.", "handshake")

    def sample(self, channel: Channel, now: Micros) -> bytes:
        return sample(now)

    def normalise(self, body: Mapping[str, Any], now: Micros, raw: bytes) -> list[Event]:
        return normalise(body, now, raw)

    async def send(
        self, http: httpx.AsyncClient, channel: Channel, message: Outgoing
    ) -> SendResult:
        return await sending.send(http, channel, message, self._timeout)
