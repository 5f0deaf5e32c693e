"""What a provider is to the rest of the house: what it is told, how it proves, what it says.

Providers know WhatsApp and not our tables. Everything here but ``send`` is pure.
"""

from collections.abc import Mapping
from typing import Literal, Protocol, runtime_checkable

import httpx
from msgspec import Struct

from inbox.domain.abilities import Ability
from inbox.domain.channels import Channel, Scheme
from inbox.domain.events import Event
from inbox.domain.outgoing.said import Said
from inbox.domain.text import JsonObject
from inbox.domain.times import Micros
from inbox.providers.errors.words import Limit

Http = httpx.AsyncClient
"""What providers call with: one client, shared by all sends."""


RefusalKind = Literal[
    "missing",
    "wrong",
    "unset",
    "address",
    "pace",
    "unreadable",
    "handshake",
    "method",
    "unknown",
    "broken",
    "unstored",
]
"""By what refusals are counted. ``unknown``: no channel has that address; ``broken``: it ended
before its end."""

FieldName = Literal[
    "account", "business_account", "secret", "verify_token", "access_token", "api_base"
]


class Field(Struct, frozen=True, kw_only=True):
    """One thing that a channel is told, in the provider's own words; ``name`` is `Channel`'s.

    The settings page and ``inbox channel add`` ask for these fields and for no others.
    """

    name: FieldName
    label: str
    hint: str = ""
    required: bool = False
    digits: bool = False


class Refusal(Struct, frozen=True):
    """Why a request is refused: an HTTP status, a sentence for the admin, and its kind.

    The status is 0 where nobody waits for an answer.
    """

    status: int
    reason: str
    kind: RefusalKind = "wrong"


class Outgoing(Struct, frozen=True, kw_only=True):
    """A reply on its way out. ``id`` is our message id, handed back in every status.

    ``recipient`` is the customer's wa_id (digits) or, without a number, their BSUID.
    """

    id: str
    recipient: str
    said: Said
    quoted_id: str | None = None


class Accepted(Struct, frozen=True):
    """The provider took the message. ``wa_id`` is set when it differs from the recipient's.

    ``provider_message_id`` None: it tells no id, and never what became of the message.
    """

    provider_message_id: str | None
    wa_id: str | None = None


class Refused(Struct, frozen=True):
    """The provider certainly did not take the message.

    ``retry_after`` in seconds: worth another try then; None: permanent.
    ``title`` says what happened and ``detail`` what to do, in words an agent understands;
    ``code`` is the provider's own. ``channel``: nothing else can be sent either, so admins hear.
    ``limit``: it was too fast for this one customer, or for all of the channel, which waits too.
    """

    title: str
    detail: str | None = None
    code: int | None = None
    retry_after: float | None = None
    channel: bool = False
    limit: Limit | None = None


class Ambiguous(Struct, frozen=True):
    """No answer that proves either: it may have gone out, so it is never retried by itself."""

    title: str
    detail: str | None = None


SendResult = Accepted | Refused | Ambiguous


class Provider(Protocol):
    """One class and one template of steps, ``templates/settings/guides/{name}.html``."""

    name: str
    title: str
    about: str
    """A sentence for who wonders whether this is theirs."""
    fields: tuple[Field, ...]
    """What a channel of it is told, in the order in which one comes across it."""
    default_api_base: str
    shared_webhook: bool
    """Whether its webhooks may also come to ``/api/webhook``."""
    scheme: Scheme
    """How its webhooks are proved unless a channel says otherwise (``authenticity.verify``)."""
    can: frozenset[Ability]
    """The most that it can do, whatever a channel's address is."""

    def can_at(self, api_base: str) -> frozenset[Ability]:
        """What of that the client at this address does: one system may have several."""

    def handshake(self, channel: Channel, query: Mapping[str, str]) -> str | Refusal:
        """The body that answers a GET on the webhook, or why there is none."""

    def sample(self, channel: Channel, now: Micros) -> bytes:
        """A webhook as the provider itself would send it, for "Send a test webhook".

        It leaves no customer behind: the status of a message that nobody sent (always of the
        same id), or an event that the provider does not have.
        """

    def normalise(self, body: JsonObject, now: Micros, raw: bytes) -> list[Event]:
        """The whole batch in document order. Never raises.

        An element that is misshapen becomes ``Ignored``, with its reason; one at which the reader
        itself raises becomes ``Misread``, and its siblings are read.

        ``raw`` is what ``body`` was parsed from: the key of a message that has no other.
        """

    async def send(
        self, http: httpx.AsyncClient, channel: Channel, message: Outgoing
    ) -> SendResult:
        """One try over HTTP; never raises for what a network or a provider can do."""


@runtime_checkable
class Remarks(Protocol):
    """A provider whose webhooks may be new to us in a way that loses no event."""

    def remark(self, body: JsonObject) -> str | None:
        """What an admin should see of it in the webhook log, beside the events. Never raises."""
