"""What a provider told us: a closed union of facts, the same for every system.

A provider's ``normalise`` turns a webhook body into these; ``receiving.apply`` turns them
into rows. ``as_json`` gives the shape of wire-formats F.1, which ``inbox parse`` prints.

``key`` is the idempotency key, unique within a channel. ``account`` names the business
number an event is about (Meta's ``phone_number_id``); None means the channel of the URL.
"""

from typing import Literal, NotRequired, TypedDict

from msgspec import Struct, field
from msgspec.structs import asdict

from inbox.discreet import Discreet, Private
from inbox.domain.content import EventContent, Problem, TypeName
from inbox.domain.text import JsonObject, present
from inbox.domain.times import Micros, iso

Direction = Literal["in", "out"]


class Person(Struct, frozen=True, kw_only=True):
    """Who is on the other side, as far as one event tells. ``user_id`` is Meta's BSUID."""

    wa_id: str | None = None
    phone: str | None = None
    user_id: str | None = None
    username: str | None = None
    name: str | None = None


class MessageEvent(Struct, frozen=True, kw_only=True):
    """A message of the conversation.

    ``content`` holds what else its type carries, under F.1's names: ``media location cards
    interactive button order system context referral errors unsupported group_id
    conversation_id``. ``echo``: the business said it and the provider names neither who nor the
    message, so it may be a reply of ours.
    """

    key: str
    ts: Micros | None
    provider_message_id: str | None
    direction: Direction
    type: TypeName
    provider_type: str | None
    contact: Person
    text: str | None = None
    content: EventContent = field(default_factory=EventContent)
    echo: bool | None = None
    account: str | None = None


class ReactionEvent(Struct, frozen=True, kw_only=True):
    key: str
    ts: Micros | None
    provider_message_id: str | None
    direction: Direction
    contact: Person
    target_id: str
    emoji: str | None = None
    removed: bool = False
    account: str | None = None


class EditEvent(Struct, frozen=True, kw_only=True):
    key: str
    ts: Micros | None
    provider_message_id: str | None
    direction: Direction
    contact: Person
    target_id: str
    type: TypeName
    text: str | None = None
    content: EventContent = field(default_factory=EventContent)
    account: str | None = None


class RevokeEvent(Struct, frozen=True, kw_only=True):
    """``target_id`` was deleted by its author.

    The legacy status ``deleted`` names no author, only a ``recipient`` as statuses do.
    """

    key: str
    ts: Micros | None
    target_id: str
    provider_message_id: str | None = None
    direction: Direction | None = None
    contact: Person | None = None
    recipient: str | None = None
    account: str | None = None


class Pricing(TypedDict):
    """Whether a message is billed, and as what. ``type`` and ``model`` are the provider's words."""

    billable: bool
    category: str
    type: NotRequired[str]
    model: NotRequired[str]


class StatusEvent(Struct, frozen=True, kw_only=True):
    """A receipt: ``status`` is the provider's word in lower case, known to us or not.

    ``opaque`` is our own message id, sent with the message and handed back by the provider.
    """

    key: str
    ts: Micros | None
    message_id: str
    status: str
    recipient: str | None = None
    recipient_user_id: str | None = None
    participant: str | None = None
    errors: list[Problem] = field(default_factory=list)
    conversation_id: str | None = None
    category: str | None = None
    pricing: Pricing | None = None
    opaque: str | None = None
    account: str | None = None


class ErrorEvent(Struct, frozen=True, kw_only=True):
    """A problem of the account, about no message: shown to admins, never deduplicated."""

    code: int | None
    title: str | None
    detail: str | None
    ts: Micros | None = None
    key: str | None = None
    account: str | None = None


class Ignored(Struct, frozen=True, kw_only=True):
    """Something we understood well enough to leave alone; kept for the webhook log."""

    reason: str
    field: str | None = None
    ts: Micros | None = None
    key: str | None = None
    account: str | None = None


class CallEvent(Ignored, frozen=True, kw_only=True):
    """What a customer did about a call. Nobody speaks here, but it opens WhatsApp's window.

    ``notice``: ``from_customer.CALLED`` or ``ANSWERED``.
    """

    call_id: str
    notice: str
    contact: Person

    @property
    def message(self) -> MessageEvent:
        """As it stands in the thread: once, however often it is told."""
        return MessageEvent(
            key=f"call:{self.notice}:{self.call_id}",
            ts=self.ts,
            provider_message_id=None,
            direction="in",
            type="system",
            provider_type="call",
            contact=self.contact,
            content={"system": {"type": self.notice}},
            account=self.account,
        )


class NewUserId(Ignored, frozen=True, kw_only=True):
    """WhatsApp has another id for somebody, who is known by both from there on.

    ``contact`` names them as they were known before. It makes nobody: who never wrote is unknown.
    """

    contact: Person
    became: str


class AccountNews(Ignored, frozen=True, kw_only=True):
    """What a provider says of the account, of a number or of a template: admins are told."""

    sentence: str


class TemplateNews(Ignored, frozen=True, kw_only=True):
    """What a provider says of one message template. ``sentence``: for admins, if it concerns them.

    ``reread``: more of it is different than is told here.
    """

    name: str
    language: str
    business_account: str | None = None
    status: str | None = None
    category: str | None = None
    quality: str | None = None
    rejected_reason: str | None = None
    reread: bool = False
    sentence: str | None = None


class Misread(Discreet, frozen=True, kw_only=True):
    """Something on which our own reader stumbled: a mistake of ours, not of who sent it.

    What comes misshapen from outside is foreseen and ``Ignored``. This is what nobody foresaw: its
    siblings are applied, and its entry is kept as failed, to be replayed.
    """

    error: str
    """What was raised, without its words: they may quote a customer."""
    fault: Private[Exception]
    ts: Micros | None = None
    key: str | None = None
    account: str | None = None

    @classmethod
    def of(cls, fault: Exception, account: str | None = None) -> "Misread":
        return cls(error=type(fault).__name__, fault=fault, account=account)


Event = (
    MessageEvent
    | ReactionEvent
    | EditEvent
    | RevokeEvent
    | StatusEvent
    | ErrorEvent
    | Ignored
    | Misread
)

KINDS: dict[type[Event], str] = {
    MessageEvent: "message",
    ReactionEvent: "reaction",
    EditEvent: "edit",
    RevokeEvent: "revoke",
    StatusEvent: "status",
    ErrorEvent: "error",
    Ignored: "ignored",
    Misread: "misread",
}


def event_kind(event: Event) -> str:
    """What is left alone as a message is ``ignored``, whatever else it tells."""
    return KINDS.get(type(event)) or KINDS[Ignored]


def as_json(event: Event) -> JsonObject:
    """The F.1 shape: ``kind``, ``key``, ``ts`` as ISO 8601 or null, and what says something."""
    facts = asdict(event)
    at = facts.pop("ts")
    facts.pop("fault", None)
    facts.pop("account")
    facts |= facts.pop("content", {})
    person = facts.pop("contact", None)
    if person is not None:
        facts["contact"] = present(**asdict(person))
    if facts.get("removed") is False:
        del facts["removed"]
    ts = None if at is None else iso(at).replace(".000Z", "Z")
    return {"kind": event_kind(event), "ts": ts, **present(**facts)}
