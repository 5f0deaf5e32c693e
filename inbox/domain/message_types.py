"""What a message can be: one record for each type, looked up by whoever shows, finds or makes one.

To add a type is to add its record here, its partial under ``templates/inbox/said`` and its payload
to the tests.
"""

from collections.abc import Callable, Iterator, Mapping
from typing import Final

from msgspec import Struct

from inbox.domain.content import About, Content
from inbox.domain.from_customer import ANSWERED, CALLED
from inbox.domain.language import N_, _, ngettext
from inbox.domain.text import mapping, mappings

Place = tuple[str, str]
"""A part of ``content`` and the field of it; of a part that is a list, the field of each."""


def playtime(seconds: float) -> str:
    """A length as players show it: 0:12, 3:05, 1:02:09."""
    whole = max(0, round(seconds))
    hours, minutes = divmod(whole // 60, 60)
    return f"{hours}:{minutes:02}:{whole % 60:02}" if hours else f"{minutes}:{whole % 60:02}"


def with_name(label: str, about: About) -> str:
    """ "Voice message 0:12", "Document: invoice.pdf", "Contact card: Jonas and 2 more"."""
    if seconds := about.get("duration"):
        return _("%(what)s %(length)s", what=label, length=playtime(seconds))
    name, count = about.get("filename") or about.get("name"), about.get("count", 0)
    if name and count > 1:
        return ngettext(
            "%(what)s: %(name)s and %(num)s more",
            "%(what)s: %(name)s and %(num)s more",
            count - 1,
            what=label,
            name=name,
        )
    return _("%(what)s: %(name)s", what=label, name=name) if name else label


def with_count(label: str, about: About) -> str:
    """ "Order of 3 items"."""
    count = about.get("count", 0)
    return ngettext("Order of %(num)s item", "Order of %(num)s items", count) if count else label


def as_notice(label: str, about: About) -> str:
    """What WhatsApp itself told."""
    return notice(about.get("kind")) or label


def notice(kind: str | None) -> str:
    """What a notice of WhatsApp says, where its kind is known."""
    text = NOTICES.get(kind or "")
    return _(text) if text else ""


class MessageType(Struct, frozen=True, kw_only=True):
    name: str
    icon: str
    """A symbol of ``static/icons.svg``."""
    part: str
    """The partial that shows it: ``templates/inbox/said/{part}.html``."""
    searched: tuple[Place, ...] = ()
    """Where search looks besides the words."""
    preview: Callable[[str, About], str] = with_name
    """One line of it, where it has no words that tell more."""
    sample: Mapping[str, object] | None = None
    """What a customer of the sandbox sends, as Meta spells it; None if there is none, or a file."""

    @property
    def label(self) -> str:
        """What it is called in the language that is spoken."""
        return _(self.name)


_FILENAME: Final = (("media", "filename"),)
_CARD: Final = {
    "name": {"formatted_name": "Jonas Weiß", "first_name": "Jonas", "last_name": "Weiß"},
    "org": {"company": "Example & Sons", "title": "Buyer"},
    "phones": [{"phone": "+44 7700 900123", "wa_id": "447700900123", "type": "CELL"}],
    "emails": [{"email": "jonas@example.com", "type": "WORK"}],
    "urls": [{"url": "https://www.example.com/jonas"}],
}
_PLACE: Final = {
    "latitude": 51.47781,
    "longitude": -0.00148,
    "name": "Royal Observatory",
    "address": "Blackheath Avenue, London",
}
_ORDER: Final = {
    "catalog_id": "1042",
    "text": "Gift wrap, please",
    "product_items": [
        {"product_retailer_id": name, "quantity": count, "item_price": price, "currency": "EUR"}
        for name, count, price in (("KETTLE-BLUE", 2, 39.9), ("LID", 1, 4.5))
    ],
}
_NOTICE: Final = {"type": "customer_identity_changed", "identity": "sample", "body": "Code changed"}
_POLL: Final = {
    "type": "unsupported",
    "unsupported": {"type": "poll_creation"},
    "errors": [{"code": 131051, "title": "Message type unknown"}],
}

TYPES: Final = {
    "text": MessageType(name=N_("Message without text"), icon="channel", part="answer"),
    "image": MessageType(name=N_("Photo"), icon="image", part="picture", searched=_FILENAME),
    "video": MessageType(name=N_("Video"), icon="video", part="picture", searched=_FILENAME),
    "audio": MessageType(name=N_("Audio"), icon="audio", part="sound", searched=_FILENAME),
    "document": MessageType(name=N_("Document"), icon="document", part="file", searched=_FILENAME),
    "sticker": MessageType(name=N_("Sticker"), icon="sticker", part="picture"),
    "location": MessageType(
        name=N_("Location"),
        icon="location",
        part="place",
        searched=(("location", "name"), ("location", "address")),
        sample={"type": "location", "location": _PLACE},
    ),
    "contacts": MessageType(
        name=N_("Contact card"),
        icon="user",
        part="cards",
        searched=(("cards", "name"),),
        sample={"type": "contacts", "contacts": [_CARD]},
    ),
    "interactive": MessageType(name=N_("Answer"), icon="list", part="answer"),
    "button": MessageType(name=N_("Button"), icon="list", part="answer"),
    "order": MessageType(
        name=N_("Order"),
        icon="order",
        part="order",
        preview=with_count,
        sample={"type": "order", "order": _ORDER},
    ),
    "system": MessageType(
        name=N_("WhatsApp notice"),
        icon="info",
        part="notice",
        preview=as_notice,
        sample={"type": "system", "system": _NOTICE},
    ),
    "request_welcome": MessageType(
        name=N_("Opened the chat for the first time"), icon="info", part="notice"
    ),
    "note": MessageType(name=N_("Note"), icon="note", part="note"),
    "activity": MessageType(name=N_("Activity"), icon="info", part="activity"),
    "reaction": MessageType(name=N_("Reaction"), icon="reply", part="answer"),
    "template": MessageType(name=N_("Template"), icon="list", part="template"),
}
"""By the type that rows, feed and API give."""

UNSUPPORTED: Final = MessageType(
    name=N_("Unsupported message"), icon="unsupported", part="unsupported", sample=_POLL
)
"""Any other type."""

DELETED: Final = MessageType(name=N_("Deleted message"), icon="trash", part="")

FINER: Final = {
    "voice": MessageType(name=N_("Voice message"), icon="mic", part="sound"),
    "nfm_reply": MessageType(name=N_("Form"), icon="list", part="answer"),
    "call_permission_reply": MessageType(name=N_("Call permission"), icon="call", part="answer"),
    "button": MessageType(name=N_("Reply buttons"), icon="list", part="offer"),
    "list": MessageType(name=N_("List"), icon="list", part="offer"),
    "cta_url": MessageType(name=N_("Link button"), icon="external", part="offer"),
    "location_request_message": MessageType(
        name=N_("Asked for a location"), icon="location", part="offer"
    ),
    "request_contact_info": MessageType(
        name=N_("Asked for a phone number"), icon="call", part="offer"
    ),
    "file": MessageType(name=N_("File"), icon="document", part="file", searched=_FILENAME),
    "template": MessageType(name=N_("Template"), icon="list", part="answer"),
}
"""What of a type is shown apart: sound that was recorded, what is answered or offered, and what
else stands beside the words of a type that says nothing of it."""

OPEN: Final = frozenset({"text", "unknown"})
"""Types that say nothing of what may stand beside their words."""

NOTICES: Final = {
    "user_changed_number": N_("Changed their phone number"),
    "customer_changed_number": N_("Changed their phone number"),
    "user_changed_user_id": N_("WhatsApp gave this person a new id"),
    "customer_identity_changed": N_("Their security code changed: this may be another phone"),
    "user_identity_changed": N_("Their security code changed: this may be another phone"),
    CALLED: N_("Called you on WhatsApp"),
    ANSWERED: N_("Answered your call on WhatsApp"),
}


def type_of(name: str, about: About) -> MessageType:
    """How a message of this type is shown."""
    if name == "audio" and about.get("voice"):
        return FINER["voice"]
    if name == "interactive" or name in OPEN:
        return FINER.get(about.get("kind", "")) or TYPES.get(name, UNSUPPORTED)
    return TYPES.get(name, UNSUPPORTED)


_SEARCHED: Final = tuple(dict.fromkeys(place for one in TYPES.values() for place in one.searched))


def attached(content: Content) -> Iterator[str]:
    """What search finds a message by besides its words: names of files, places and people."""
    for part, field in _SEARCHED:
        held = content.get(part)
        for each in mappings(held) if isinstance(held, list) else (mapping(held),):
            if isinstance(found := each.get(field), str) and found:
                yield found
