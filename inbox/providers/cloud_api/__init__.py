"""Meta's WhatsApp Cloud API, and what every system that speaks its format reuses."""

from collections.abc import Mapping

import httpx

from inbox.domain.abilities import Ability
from inbox.domain.channels import Channel
from inbox.domain.content import FileReference
from inbox.domain.events import Event
from inbox.domain.language import N_
from inbox.domain.text import JsonObject
from inbox.domain.times import Micros
from inbox.providers.base import Field, Outgoing, Refusal, Refused, SendResult
from inbox.providers.calling import TIMEOUT
from inbox.providers.cloud_api import (
    blocking,
    downloads,
    reacting,
    reading,
    sending,
    signing,
    uploads,
)
from inbox.providers.cloud_api.connecting import FIELDS, sample
from inbox.providers.cloud_api.envelope import normalise
from inbox.providers.media import Download, Unavailable
from inbox.providers.reading import PATIENCE
from inbox.providers.uploading import OwnFile, Uploaded


class CloudApi:
    name = "cloud-api"
    title = "Meta Cloud API"
    about = N_("A number of your own over Meta’s Cloud API. You need a Meta app with WhatsApp.")
    fields: tuple[Field, ...] = FIELDS
    default_api_base = "https://graph.facebook.com/v26.0"
    shared_webhook = True
    scheme = signing.SCHEME
    can: frozenset[Ability] = frozenset(
        {
            "quote",
            "mark_read",
            "media_by_id",
            "templates",
            "window",
            "statuses",
            "link_preview",
            "image",
            "video",
            "audio",
            "voice",
            "document",
            "sticker",
            "location",
            "contacts",
            "reaction",
            "reply_buttons",
            "list",
            "link_button",
            "ask_location",
            "ask_number",
            "typing",
            "block",
            "costs",
            "direct_send",
        }
    )

    def __init__(self, timeout: httpx.Timeout = TIMEOUT) -> None:
        self._timeout = timeout

    def can_at(self, api_base: str) -> frozenset[Ability]:
        return self.can

    def handshake(self, channel: Channel, query: Mapping[str, str]) -> str | Refusal:
        return signing.shake(channel.verify_token, query)

    def sample(self, channel: Channel, now: Micros) -> bytes:
        return sample(channel.account, now)

    def normalise(self, body: JsonObject, now: Micros, raw: bytes = b"") -> list[Event]:
        return normalise(body, now)

    async def send(
        self, http: httpx.AsyncClient, channel: Channel, message: Outgoing
    ) -> SendResult:
        return await sending.send(http, channel, message, self._timeout)

    async def mark_read(
        self, http: httpx.AsyncClient, channel: Channel, provider_message_id: str
    ) -> Refused | None:
        return await reading.mark_read(http, channel, provider_message_id, self._timeout)

    async def react(
        self,
        http: httpx.AsyncClient,
        channel: Channel,
        recipient: str,
        provider_message_id: str,
        emoji: str,
    ) -> Refused | None:
        return await reacting.react(
            http, channel, recipient, provider_message_id, emoji, self._timeout
        )

    async def show_typing(
        self, http: httpx.AsyncClient, channel: Channel, provider_message_id: str
    ) -> Refused | None:
        return await reading.show_typing(http, channel, provider_message_id, PATIENCE)

    async def set_blocked(
        self, http: httpx.AsyncClient, channel: Channel, recipient: str, blocked: bool
    ) -> Refused | None:
        return await blocking.set_blocked(http, channel, recipient, blocked, self._timeout)

    def download(self, channel: Channel, reference: FileReference) -> Download | Unavailable:
        return downloads.download(channel, reference)

    async def upload(
        self, http: httpx.AsyncClient, channel: Channel, file: OwnFile
    ) -> Uploaded | Refused:
        return await uploads.upload(http, channel, file)

    def kept(self, channel: Channel) -> Micros:
        return downloads.KEPT
