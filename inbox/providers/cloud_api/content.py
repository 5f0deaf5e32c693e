"""What a message says, by its type (wire-formats A.4): its text and the facts beside it.

A part that is missing or of another JSON type reads as an empty one, so readers never
check for absence. Types are looked up among known names only: ``__proto__`` is no type.
"""

from collections.abc import Callable
from typing import NamedTuple

from inbox.domain.content import (
    TYPE_NAMES,
    Button,
    EventContent,
    Location,
    Order,
    Product,
    SystemNotice,
    TypeName,
)
from inbox.domain.phone import number
from inbox.domain.text import JsonObject, few, identifier, mapping, present, text
from inbox.providers.cloud_api.cards import card
from inbox.providers.cloud_api.interactive import Reading, interactive
from inbox.providers.cloud_api.media import read_media


class ReadContent(NamedTuple):
    type: TypeName
    provider_type: str | None
    text: str | None
    facts: EventContent


def read_content(message: JsonObject) -> ReadContent:
    """The type-specific part of a message or of the message inside an edit."""
    said = message.get("type")
    if said == "text":
        return ReadContent("text", "text", text(mapping(message.get("text")).get("body")), {})
    provider_type = identifier(said) if isinstance(said, str) else None
    kind = _kind(provider_type, message)
    words, facts = _READERS[kind](message)
    return ReadContent(kind, provider_type, words, facts)


def _kind(provider_type: str | None, message: JsonObject) -> TypeName:
    if provider_type == "interactive" and not mapping(message.get("interactive")):
        return "unsupported"  # seen in the wild, with error 131000 and nothing else
    return TYPE_NAMES.get(provider_type or "", "unknown")


def _file(kind: str) -> Callable[[JsonObject], Reading]:
    def read_file(message: JsonObject) -> Reading:
        part = mapping(message.get(kind))
        return text(part.get("caption")), {"media": read_media(part)}

    return read_file


def _location(message: JsonObject) -> Reading:
    place = mapping(message.get("location"))
    facts = present(
        Location,
        lat=_degrees(place.get("latitude"), 90),
        lng=_degrees(place.get("longitude"), 180),
        name=text(place.get("name")),
        address=text(place.get("address")),
        url=text(place.get("url")),
    )
    return None, present(EventContent, location=facts)


def _degrees(value: object, limit: int) -> float | None:
    """Zero is a place; a bool, 1e300 and not-a-number are none."""
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        return None
    return value if -limit <= value <= limit else None


def _contacts(message: JsonObject) -> Reading:
    return None, present(EventContent, cards=[card(part) for part in few(message.get("contacts"))])


def _interactive(message: JsonObject) -> Reading:
    words, facts = interactive(mapping(message.get("interactive")))
    return words, {"interactive": facts}


def _button(message: JsonObject) -> Reading:
    button = mapping(message.get("button"))
    payload = present(Button, payload=text(button.get("payload")))
    return text(button.get("text")), present(EventContent, button=payload)


def _order(message: JsonObject) -> Reading:
    """``items`` counts the lines of the order and ``products`` lists them."""
    order = mapping(message.get("order"))
    products = [_product(line) for line in few(order.get("product_items"))]
    catalog_id = identifier(order.get("catalog_id"))
    facts = present(Order, catalog_id=catalog_id, items=len(products), products=products)
    return text(order.get("text")), {"order": facts}


def _product(line: JsonObject) -> Product:
    return present(
        Product,
        id=identifier(line.get("product_retailer_id")),
        quantity=text(line.get("quantity")),
        price=text(line.get("item_price")),
        currency=text(line.get("currency")),
    )


def _system(message: JsonObject) -> Reading:
    notice = mapping(message.get("system"))
    facts = present(
        SystemNotice,
        type=identifier(notice.get("type")),
        new_wa_id=number(notice.get("wa_id")).wa_id or number(notice.get("new_wa_id")).wa_id,
        old_wa_id=number(notice.get("customer")).wa_id,
        user_id=identifier(notice.get("user_id")),
    )
    return text(notice.get("body")), present(EventContent, system=facts)


def _unsupported(message: JsonObject) -> Reading:
    kind = text(mapping(message.get("unsupported")).get("type"))
    return None, present(EventContent, unsupported=kind)


def _nothing(_message: JsonObject) -> Reading:
    return None, {}


_READERS: dict[TypeName, Callable[[JsonObject], Reading]] = {
    "image": _file("image"),
    "video": _file("video"),
    "audio": _file("audio"),
    "document": _file("document"),
    "sticker": _file("sticker"),
    "location": _location,
    "contacts": _contacts,
    "interactive": _interactive,
    "button": _button,
    "order": _order,
    "system": _system,
    "request_welcome": _nothing,
    "unsupported": _unsupported,
    "unknown": _nothing,
}
