"""WhatsApp Business API as 360dialog, CBot and clients on one's own premises speak it.

What they share with Meta's Cloud API is read, sent and judged by that package.
"""

from collections.abc import Mapping
from typing import Final

import httpx

from inbox.domain.abilities import Ability
from inbox.domain.channels import Channel, Scheme
from inbox.domain.content import FileReference
from inbox.domain.events import Event
from inbox.domain.language import N_
from inbox.domain.text import JsonObject
from inbox.domain.times import Micros
from inbox.providers import calling
from inbox.providers.base import Field, Outgoing, Refusal, Refused, SendResult
from inbox.providers.cloud_api import CloudApi
from inbox.providers.media import Download, Unavailable
from inbox.providers.reading import PATIENCE
from inbox.providers.uploading import OwnFile, Uploaded
from inbox.providers.waba import blocking, reacting, reading, sending, uploads
from inbox.providers.waba.arrays import normalise
from inbox.providers.waba.connecting import FIELDS, sample
from inbox.providers.waba.downloads import download, keeps_for
from inbox.providers.waba.entrance import D360_CLOUD, entrance

_CLOUD_ONLY: Final[frozenset[Ability]] = frozenset(
    {"reaction", "link_button", "ask_location", "ask_number", "typing", "block"}
)


class Waba:
    name = "waba"
    title = N_("WhatsApp Business API (360dialog, CBot)")
    about = N_("A number at 360dialog, CBot or on a client of your own. You need its API key.")
    fields: tuple[Field, ...] = FIELDS
    default_api_base = D360_CLOUD
    shared_webhook = False
    scheme = Scheme(kind="header", header="X-Hook-Token", trusting=True)
    can = CloudApi.can - {"direct_send"}

    def __init__(self, timeout: httpx.Timeout = calling.TIMEOUT) -> None:
        self._timeout = timeout

    def can_at(self, api_base: str) -> frozenset[Ability]:
        """Clients on the premises stopped learning before Meta's Cloud had all of it."""
        return self.can if entrance(api_base).cloud else self.can - _CLOUD_ONLY

    def handshake(self, channel: Channel, query: Mapping[str, str]) -> str | Refusal:
        return Refusal(
            405, N_("These providers shake no hands: webhooks come by POST."), "handshake"
        )

    def sample(self, channel: Channel, now: Micros) -> bytes:
        return sample(now)

    def normalise(self, body: JsonObject, now: Micros, raw: bytes) -> list[Event]:
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
        return download(channel, reference)

    async def upload(
        self, http: httpx.AsyncClient, channel: Channel, file: OwnFile
    ) -> Uploaded | Refused:
        return await uploads.upload(http, channel, file)

    def kept(self, channel: Channel) -> Micros:
        return keeps_for(channel)
