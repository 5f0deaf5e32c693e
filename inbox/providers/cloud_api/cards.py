"""Contact cards that a customer shares."""

from inbox.domain.content import Card
from inbox.domain.text import JsonObject, few, mapping, present, text

_NAME = ("prefix", "first_name", "middle_name", "last_name", "suffix")
_ORGANISATION = ("company", "department", "title")
_ADDRESS = ("street", "city", "state", "zip", "country")


def card(part: JsonObject) -> Card:
    """``phones`` is always a list; ``vcard`` says that there is one and ``vcard_text`` is it."""
    vcard = text(part.get("vcard"))
    facts = present(
        Card,
        name=_name(mapping(part.get("name"))),
        emails=_each(part, "emails", "email"),
        urls=_each(part, "urls", "url"),
        addresses=_addresses(part),
        org=_joined(mapping(part.get("org")), _ORGANISATION, ", "),
        birthday=text(part.get("birthday")),
        origin=text(part.get("origin")),
        vcard=True if vcard else None,
        vcard_text=vcard,
    )
    return {"phones": _each(part, "phones", "phone", "wa_id"), **facts}


def _name(name: JsonObject) -> str | None:
    return text(name.get("formatted_name")) or _joined(name, _NAME, " ")


def _addresses(part: JsonObject) -> list[str]:
    lines = (_joined(item, _ADDRESS, ", ") for item in few(part.get("addresses")))
    return [line for line in lines if line]


def _each(part: JsonObject, listed: str, *names: str) -> list[str]:
    """From every object of a list the first of these that is a text."""
    found = []
    for item in few(part.get(listed)):
        words = next(filter(None, (text(item.get(name)) for name in names)), None)
        if words:
            found.append(words)
    return found


def _joined(part: JsonObject, names: tuple[str, ...], between: str) -> str | None:
    found = (text(part.get(name)) for name in names)
    return between.join(words for words in found if words) or None
