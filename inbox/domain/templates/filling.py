"""Values become the components that Meta takes, or it is said which of them does not fit.

A value is a text, or an object as Meta spells it: a file (``id``, ``link`` or our ``media_id``,
``filename``), a place, ``{"type": "currency", …}``, the action of a form. Fixed buttons take no
component at all.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from inbox.domain.errors import Invalid
from inbox.domain.language import N_, _
from inbox.domain.templates.asking import (
    CODE_LIMIT,
    HEADER_LIMIT,
    URL_LIMIT,
    body_limit,
    unsendable,
)
from inbox.domain.templates.definition import (
    FILES,
    Definition,
    Section,
    gaps,
    one_time,
    part_kind,
    with_values,
)
from inbox.domain.text import JsonObject, mapping, scrub, text
from inbox.domain.times import MILLISECOND, Micros

Value = str | JsonObject
Values = Mapping[str, Value]
"""By the names of fields (``asking.Asked``)."""

PAYLOAD_LIMIT: Final = 128
LINK_LIMIT: Final = 4_000
PLACE_LIMIT: Final = 1_000
FILL_IN: Final = N_("Fill this in.")

_BROKEN: Final = re.compile(r"[\n\r\t]| {5}")
_LINK: Final = re.compile(r"https?://\S+")
_DEGREES: Final = {"latitude": 90, "longitude": 180}


def components_of(definition: Definition, values: Values, now: Micros) -> list[JsonObject]:
    """What goes to Meta beside name and language; raises ``Invalid`` with the field's name."""
    if why := unsendable(definition):
        raise Invalid("name", _(why[0], part=why[1]))
    found = list(_section(definition, definition.whole, values))
    if definition.expires:
        found.append(_offer(values, now))
    if definition.cards:
        cards: list[JsonObject] = [
            {"card_index": number, "components": list(_section(definition, card, values))}
            for number, card in enumerate(definition.cards)
        ]
        found.append({"type": "carousel", "cards": cards})
    return found


def said_in(section: Section, part: str, values: Values) -> dict[str, str]:
    """What is put into the gaps of a text, as people read it."""
    words = section.words(part.upper())
    given = {gap: values.get(f"{section.prefix}{part}.{gap}") for gap in gaps(words)}
    return {gap: plain(value) for gap, value in given.items() if value is not None}


def plain(value: Value) -> str:
    """A sum or a day is shown by the words that are sent for who cannot read it."""
    if isinstance(value, str):
        return value
    return text(mapping(value.get(str(value.get("type")))).get("fallback_value")) or ""


def _section(definition: Definition, section: Section, values: Values) -> Iterator[JsonObject]:
    yield from _header(definition, section, values)
    yield from _texts(definition, section, "body", values, body_limit(definition, section))
    for number, button in enumerate(section.buttons):
        name = f"{section.prefix}button.{number}"
        if parameter := _button(name, button, section, values):
            yield {
                "type": "button",
                "sub_type": parameter[0],
                "index": str(number),
                "parameters": [parameter[1]],
            }


def _header(definition: Definition, section: Section, values: Values) -> Iterator[JsonObject]:
    name, of = f"{section.prefix}header", section.header_format
    if of == "TEXT":
        yield from _texts(definition, section, "header", values, HEADER_LIMIT)
    elif of == "LOCATION":
        shown: JsonObject = {"type": "location", "location": header_place(name, values.get(name))}
        yield {"type": "header", "parameters": [shown]}
    elif of in FILES:
        kind = FILES[of]
        shown = {"type": kind, kind: header_file(name, kind, values.get(name))}
        yield {"type": "header", "parameters": [shown]}


def _texts(
    definition: Definition, section: Section, part: str, values: Values, limit: int
) -> Iterator[JsonObject]:
    words = section.words(part.upper())
    names = {gap: f"{section.prefix}{part}.{gap}" for gap in gaps(words)}
    if not names:
        return
    parameters = [
        _text(name, values.get(name), gap if definition.named else None)
        for gap, name in names.items()
    ]
    whole = len(with_values(words, said_in(section, part, values)))
    if whole > limit:
        longest = max(names.values(), key=lambda name: len(plain(values[name])))
        raise Invalid(
            longest,
            _(
                "With this the text has %(length)s characters; WhatsApp takes %(limit)s.",
                length=whole,
                limit=limit,
            ),
        )
    yield {"type": part, "parameters": parameters}


def _text(name: str, value: Value | None, gap: str | None) -> JsonObject:
    named: JsonObject = {"parameter_name": gap} if gap else {}
    if isinstance(value, dict):
        of = value.get("type")
        if of not in ("currency", "date_time") or not plain(value).strip():
            raise Invalid(name, _("Text, a currency or a date_time with its fallback_value."))
        _unbroken(name, plain(value))
        return {"type": of, str(of): value[str(of)], **named}
    return {"type": "text", **named, "text": _words(name, value)}


def _words(name: str, value: Value | None, most: int | None = None) -> str:
    if not isinstance(value, str) or not value.strip():
        raise Invalid(name, _(FILL_IN))
    _unbroken(name, value)
    if most is not None and len(value) > most:
        raise Invalid(
            name,
            _(
                "This has %(length)s characters; WhatsApp takes %(limit)s here.",
                length=len(value),
                limit=most,
            ),
        )
    return scrub(value)


def _unbroken(name: str, words: str) -> None:
    if _BROKEN.search(words):
        raise Invalid(
            name, _("WhatsApp takes no line break, tab or five spaces in a row in a template.")
        )


def _button(
    name: str, button: JsonObject, section: Section, values: Values
) -> tuple[str, JsonObject] | None:
    """``sub_type`` and parameter; None for a fixed button, and for what is left to Meta."""
    value = values.get(name)
    if one_time(button):
        code = _words(name, value or values.get(f"{section.prefix}body.1"), CODE_LIMIT)
        return "url", {"type": "text", "text": code}
    match part_kind(button):
        case "URL" if gaps(url := text(button.get("url")) or ""):
            return "url", {"type": "text", "text": _words(name, value, URL_LIMIT - len(url))}
        case "COPY_CODE":
            code = _words(name, value, CODE_LIMIT)
            return "copy_code", {"type": "coupon_code", "coupon_code": code}
        case "QUICK_REPLY" if value:
            said = _words(name, value, PAYLOAD_LIMIT)
            return "quick_reply", {"type": "payload", "payload": said}
        case "FLOW" | "CATALOG" as kind if isinstance(value, dict):
            return kind.lower(), {"type": "action", "action": value}
    if value:
        raise Invalid(name, _("This button is fixed: it takes no value."))
    return None


def header_file(name: str, kind: str, value: Value | None) -> JsonObject:
    """Ours by ``media_id``, the provider's by ``id``, or anybody's by ``link``."""
    given = {"link": value.strip()} if isinstance(value, str) else mapping(value)
    places = [place for place in ("media_id", "id", "link") if text(given.get(place))]
    if len(places) != 1:
        raise Invalid(name, _("Choose a file, or give the address of one."))
    [place] = places
    link = str(given[place])
    if place == "link" and not (_LINK.fullmatch(link) and len(link) <= LINK_LIMIT):
        raise Invalid(name, _("The address of a file begins with https://."))
    beside: Sequence[str] = ("filename",) if kind == "document" else ()
    if odd := given.keys() - {"media_id", "id", "link", *beside}:
        raise Invalid(name, _("A file has no %(name)s here.", name=min(odd)))
    return {part: said for part in (place, *beside) if (said := text(given.get(part)))}


def header_place(name: str, value: Value | None) -> JsonObject:
    """A place of a header has a name and an address, too."""
    given = mapping(value)
    found: JsonObject = {}
    for part, most in _DEGREES.items():
        degrees = _number(given.get(part))
        if degrees is None or not -most <= degrees <= most:
            raise Invalid(f"{name}.{part}", _("Degrees, from -%(most)s to %(most)s.", most=most))
        found[part] = degrees
    for part in ("name", "address"):
        said = given.get(part)
        found[part] = _words(f"{name}.{part}", said if isinstance(said, str) else None, PLACE_LIMIT)
    return found


def _number(value: object) -> float | None:
    try:
        return float(text(value, 40) or "")
    except ValueError:
        return None


def _offer(values: Values, now: Micros) -> JsonObject:
    value = values.get("offer")
    words = value if isinstance(value, str) else ""
    if not re.fullmatch(r"[0-9]{1,16}", words, re.ASCII):
        raise Invalid("offer", _("Say when the offer ends."))
    if int(words) * MILLISECOND <= now:
        raise Invalid("offer", _("This time is over."))
    shown: JsonObject = {
        "type": "limited_time_offer",
        "limited_time_offer": {"expiration_time_ms": int(words)},
    }
    return {"type": "limited_time_offer", "parameters": [shown]}
