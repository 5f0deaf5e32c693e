"""Parts that both of WhatsAble's products write alike: the customer, the type, the file."""

import re

from inbox.domain.content import TYPE_NAMES, EventContent, Location, TypeName
from inbox.domain.events import Person
from inbox.domain.phone import number
from inbox.domain.text import NAME_LIMIT, JsonObject, identifier, present, text
from inbox.providers.cloud_api.media import read_media

_COORDINATES = re.compile(
    r"\s*(-?[0-9]{1,2}(?:\.[0-9]{1,15})?)\s*,\s*(-?[0-9]{1,3}(?:\.[0-9]{1,15})?)\s*", re.ASCII
)
_FILES = frozenset({"image", "video", "audio", "document", "sticker"})
_KINDS = _FILES | {"text", "location"}


def customer(data: JsonObject) -> Person | None:
    """The customer. ``user_id`` is whose account it is, the same in every event: no customer's."""
    address = number(data.get("phone_number"))
    if address.wa_id is None:
        return None
    name = text(data.get("recipient_name"), NAME_LIMIT)
    return Person(wa_id=address.wa_id, phone=address.phone, name=name)


def kinds(said: object, words: str | None) -> tuple[TypeName, str | None]:
    """A type of F.1, and the provider's own word for it.

    ``voice`` is an audio, words without a type are a text, and what is new is unknown.
    """
    word = identifier(said) if isinstance(said, str) else None
    kind = (word or ("text" if words else "")).lower()
    if kind == "voice":
        return "audio", word
    return TYPE_NAMES[kind] if kind in _KINDS else "unknown", word


def described_parts(
    kind: str, provider_type: str | None, words: str | None, described: JsonObject
) -> EventContent:
    """What stands beside the words: ``{media}`` in Meta's words, or ``{location}``.

    A type that is a file has one even if nobody says where. Any other has what is there:
    WhatsAble's own sample is a text with a link.
    """
    if kind == "location":
        return present(EventContent, location=_place(words))
    if kind not in _FILES and not described.get("url"):
        return {}
    voice = True if (provider_type or "").lower() == "voice" else None
    return {"media": read_media({"voice": voice} | described)}


def _place(words: str | None) -> Location:
    """A place that is told in words alone, as ``51.5,-0.12``."""
    found = _COORDINATES.fullmatch(words or "")
    if found is None:
        return {}
    lat, lng = float(found[1]), float(found[2])
    return {"lat": lat, "lng": lng} if abs(lat) <= 90 and abs(lng) <= 180 else {}
