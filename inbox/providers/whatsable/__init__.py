"""WhatsAble's dashboard: webhooks without ids of their own, replies by API key (section D)."""

from collections.abc import Mapping
from typing import Any

import httpx

from inbox.domain.channels import Channel, Scheme
from inbox.domain.events import Event
from inbox.domain.times import Micros
from inbox.providers.base import Ability, Field, Outgoing, Refusal, SendResult
from inbox.providers.calling import TIMEOUT
from inbox.providers.whatsable import sending
from inbox.providers.whatsable.connecting import FIELDS, sample
from inbox.providers.whatsable.webhooks import normalise


class WhatsAble:
    name = "whatsable"
    title = "WhatsAble"
    about = "A number in a WhatsAble dashboard. You need its API key."
    fields: tuple[Field, ...] = FIELDS
    default_api_base = "https://dashboard.whatsable.app"
    shared_webhook = False
    scheme = Scheme(kind="path")
    """Signatures are recommended and nowhere described: until they are, the address is secret."""
    can: frozenset[Ability] = frozenset({"window", "statuses"})

    def __init__(self, timeout: httpx.Timeout = TIMEOUT) -> None:
        self._timeout = timeout

    def handshake(self, channel: Channel, query: Mapping[str, str]) -> Refusal:
        return Refusal(405, "WhatsAble makes no handshake; it posts.", "handshake")

    def sample(self, channel: Channel, now: Micros) -> bytes:
        return sample(now)

    def normalise(self, body: Mapping[str, Any], now: Micros, raw: bytes) -> list[Event]:
        return normalise(body, now, raw)

    async def send(
        self, http: httpx.AsyncClient, channel: Channel, message: Outgoing
    ) -> SendResult:
        return await sending.send(http, channel, message, self._timeout)
