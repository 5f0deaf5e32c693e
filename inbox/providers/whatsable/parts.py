"""Parts that both of WhatsAble's products write alike: the customer, the type, the file."""

from typing import Any

from inbox.domain.events import Person
from inbox.domain.phone import number
from inbox.domain.text import NAME_LIMIT, identifier, text
from inbox.providers.cloud_api.media import media

_FILES = frozenset({"image", "video", "audio", "document", "sticker"})
_KINDS = _FILES | {"text", "location"}


def person(data: dict[str, Any]) -> Person | None:
    """The customer. ``user_id`` is whose account it is, the same in every event: no customer's."""
    address = number(data.get("phone_number"))
    if address.wa_id is None:
        return None
    name = text(data.get("recipient_name"), NAME_LIMIT)
    return Person(wa_id=address.wa_id, phone=address.phone, name=name)


def kinds(said: object, words: str | None) -> tuple[str, str | None]:
    """A type of F.1, and the provider's own word for it.

    ``voice`` is an audio, words without a type are a text, and what is new is unknown.
    """
    word = identifier(said) if isinstance(said, str) else None
    kind = (word or ("text" if words else "")).lower()
    if kind == "voice":
        return "audio", word
    return kind if kind in _KINDS else "unknown", word


def file(kind: str, provider_type: str | None, described: dict[str, Any]) -> dict[str, Any]:
    """``{media}`` in the words of Meta's: for a type that is a file, or one that may be.

    A text's is left out: it shows its own words, whatever link stands beside them.
    """
    if kind not in _FILES and not (kind == "unknown" and described.get("url")):
        return {}
    voice = True if (provider_type or "").lower() == "voice" else None
    return {"media": media({"voice": voice} | described)}
