"""What a provider is to the rest of the house: verify, normalise, send.

Providers know WhatsApp and not our tables. Everything here but ``send`` is pure.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Protocol

import httpx

from inbox.domain.channels import Channel
from inbox.domain.events import Event
from inbox.domain.times import Micros

Http = httpx.AsyncClient
"""What providers call with: one client, shared by all sends."""


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why a request is not authentic: an HTTP status and a sentence for the admin."""

    status: int
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Outgoing:
    """A reply on its way out. ``id`` is our message id, handed back in every status.

    ``recipient`` is the customer's wa_id (digits) or, without a number, their BSUID.
    """

    id: str
    recipient: str
    text: str
    quoted_id: str | None = None


@dataclass(frozen=True, slots=True)
class Accepted:
    """The provider took the message. ``wa_id`` is set when it differs from the recipient's."""

    provider_message_id: str
    wa_id: str | None = None


@dataclass(frozen=True, slots=True)
class Refused:
    """The provider certainly did not take the message.

    ``retry_after`` in seconds: worth another try then; None: permanent.
    ``title`` says what happened and ``detail`` what to do, in words an agent understands;
    ``code`` is the provider's own.
    """

    title: str
    detail: str | None = None
    code: int | None = None
    retry_after: float | None = None


@dataclass(frozen=True, slots=True)
class Ambiguous:
    """No answer that proves either: it may have gone out, so it is never retried by itself."""

    title: str
    detail: str | None = None


SendResult = Accepted | Refused | Ambiguous


class Provider(Protocol):
    name: str
    title: str
    default_api_base: str
    shared_webhook: bool
    """Whether its webhooks may also come to ``/api/webhook``."""

    def handshake(self, channel: Channel, query: Mapping[str, str]) -> str | Refusal:
        """The body that answers a GET on the webhook, or why there is none."""

    def verify(self, channel: Channel, body: bytes, headers: Mapping[str, str]) -> Refusal | None:
        """None if the raw body is authentic. ``headers`` have lower-case names."""

    def normalise(self, body: Mapping[str, Any], now: Micros) -> list[Event]:
        """The whole batch in document order. Never raises: a bad element becomes ``Ignored``."""

    async def send(
        self, http: httpx.AsyncClient, channel: Channel, message: Outgoing
    ) -> SendResult:
        """One try over HTTP; never raises for what a network or a provider can do."""
