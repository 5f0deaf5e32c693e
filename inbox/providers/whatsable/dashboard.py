"""What WhatsAble's two products are alike in: no handshake, and one POST for a reply.

A product says how it is asked to send (``post``) and what its answer proves (``judge``).
"""

from abc import ABC, abstractmethod
from collections.abc import Mapping
from typing import Final, NamedTuple

import httpx
from msgspec.structs import replace

from inbox.domain.abilities import Ability
from inbox.domain.channels import Channel
from inbox.domain.language import _
from inbox.domain.outgoing.said import Said
from inbox.domain.text import JsonObject, present, scrub
from inbox.providers.base import Outgoing, Refusal, Refused, SendResult
from inbox.providers.calling import TIMEOUT, Answer, Call, api_address, dialled, token_of, tried

ATTACHED: Final[frozenset[Ability]] = frozenset({"image", "video", "audio", "document"})
"""What can be sent by a link that leads to it."""


class Key(NamedTuple):
    """What lets us in: its ``name`` in the dashboard, where it stands, what goes before it."""

    name: str
    hint: str
    prefix: str = ""


class Post(NamedTuple):
    """One way to ask for a text to be sent: ``path`` below ``api_base``, and the body."""

    api_base: str
    path: tuple[str, ...]
    body: JsonObject


def text_and_link(said: Said) -> JsonObject:
    """``text`` and, where it brings a file, where that is to be fetched."""
    file = said.content.get("media")
    if file is None:
        return {"text": scrub(said.words)}
    named = present(filename=file.get("filename"))
    return {"text": scrub(said.words), "attachment": file["link"], **named}


class Dashboard(ABC):
    title: str
    default_api_base: str
    key: Key
    can: frozenset[Ability]

    def __init__(self, timeout: httpx.Timeout = TIMEOUT) -> None:
        self._timeout = timeout

    @abstractmethod
    def post(self, api_base: str, phone: str, said: Said) -> Post:
        """How to ask; ``phone`` with its plus. A file is at a link."""

    @abstractmethod
    def judge(self, answer: Answer, recipient: str, token: str) -> SendResult:
        """What the answer proves; ``token`` must not get into its words."""

    def can_at(self, api_base: str) -> frozenset[Ability]:
        return self.can

    def handshake(self, channel: Channel, query: Mapping[str, str]) -> Refusal:
        return Refusal(
            405, _("%(title)s makes no handshake; it posts.", title=self.title), "handshake"
        )

    async def send(
        self, http: httpx.AsyncClient, channel: Channel, message: Outgoing
    ) -> SendResult:
        token = channel.access_token.strip()
        call = self._call(channel, message)
        return await tried(
            http, call, self._timeout, lambda got: self.judge(got, message.recipient, token)
        )

    def _call(self, channel: Channel, message: Outgoing) -> Call | Refused:
        phone = dialled(message)
        if isinstance(phone, Refused):
            return phone
        token = token_of(channel, self.key.name, self.key.hint)
        if isinstance(token, Refused):
            return token
        api_base, path, body = self.post(channel.api_base, phone, message.said)
        there = replace(channel, api_base=api_base)
        url = api_address(there, *path, example=self.default_api_base)
        if isinstance(url, Refused):
            return url
        return Call(url, {"authorization": self.key.prefix + token}, body)
