"""Components that a program gives become the values of the template's fields, or are refused.

What comes of them is filled in anew (``filling.py``): one set of rules for the form and the API.
"""

from collections.abc import Iterator
from typing import Final

from inbox.domain.errors import Invalid
from inbox.domain.language import _
from inbox.domain.templates.definition import (
    FILES,
    Definition,
    Section,
    gaps,
    one_time,
    part_kind,
)
from inbox.domain.templates.filling import Value
from inbox.domain.text import JsonObject, identifier, mapping, text

_ACTIONS: Final = {"FLOW": "flow", "CATALOG": "catalog"}


def given_values(definition: Definition, components: object) -> dict[str, Value]:
    """By the names of the fields; raises ``Invalid`` where there is something too much."""
    found: dict[str, Value] = {}
    for where, part in _objects("components", components):
        match (text(part.get("type")) or "").lower():
            case "carousel" if definition.cards:
                _cards(definition, where, part, found)
            case "limited_time_offer" if definition.expires:
                offer = mapping(_single(where, part).get("limited_time_offer"))
                found["offer"] = text(offer.get("expiration_time_ms")) or ""
            case _:
                _part(definition, definition.whole, where, part, found)
    return found


def _cards(definition: Definition, where: str, part: JsonObject, found: dict[str, Value]) -> None:
    cards = definition.cards
    for number, (place, card) in enumerate(_objects(f"{where}.cards", part.get("cards"))):
        index = identifier(card.get("card_index", number)) or ""
        if not index.isdecimal() or int(index) >= len(cards):
            raise Invalid(place, _("This template has no such card."))
        for inner, each in _objects(f"{place}.components", card.get("components")):
            _part(definition, cards[int(index)], inner, each, found)


def _part(
    definition: Definition, section: Section, where: str, part: JsonObject, found: dict[str, Value]
) -> None:
    kind = (text(part.get("type")) or "").lower()
    match kind:
        case "header" | "body" if section.part(kind.upper()) is not None:
            names = _header_or_body(definition, section, kind, where, part)
        case "button":
            names = _button(section, where, part)
        case _:
            raise Invalid(where, _("This template has no %(kind)s.", kind=kind or "type"))
    for name, value in names:
        if name in found:
            raise Invalid(where, _("This is there twice."))
        found[name] = value


def _header_or_body(
    definition: Definition, section: Section, kind: str, where: str, part: JsonObject
) -> Iterator[tuple[str, Value]]:
    of = section.header_format if kind == "header" else "TEXT"
    if of == "TEXT":
        yield from _texts(definition, section, kind, where, part)
        return
    shown = "location" if of == "LOCATION" else FILES.get(of or "", "")
    value = _single(where, part)
    if value.get("type") != shown or not isinstance(value.get(shown), dict):
        raise Invalid(where, _("The header of this template is %(kind)s.", kind=shown))
    yield f"{section.prefix}header", mapping(value[shown])


def _texts(
    definition: Definition, section: Section, kind: str, where: str, part: JsonObject
) -> Iterator[tuple[str, Value]]:
    wanted = gaps(section.words(kind.upper()))
    given = _objects(f"{where}.parameters", part.get("parameters", []))
    values = list(given)
    if len(values) != len(wanted):
        raise Invalid(
            f"{where}.parameters",
            _(
                "This text has %(wanted)s gaps, and there are %(given)s values.",
                wanted=len(wanted),
                given=len(values),
            ),
        )
    for number, (place, value) in enumerate(values):
        name = value.get("parameter_name")
        if definition.named != (name is not None):
            named = _("The gaps of this template have names: give parameter_name.")
            plain = _("The gaps of this template are numbered: give no parameter_name.")
            raise Invalid(place, named if definition.named else plain)
        gap = str(name) if definition.named else wanted[number]
        if gap not in wanted:
            raise Invalid(place, _("This text has no gap %(gap)s.", gap=gap))
        yield f"{section.prefix}{kind}.{gap}", _value(value)


def _value(parameter: JsonObject) -> Value:
    if parameter.get("type") == "text":
        said = parameter.get("text")
        return said if isinstance(said, str) else ""
    return {name: value for name, value in parameter.items() if name != "parameter_name"}


def _button(section: Section, where: str, part: JsonObject) -> Iterator[tuple[str, Value]]:
    index = identifier(part.get("index")) or ""
    if not index.isdecimal() or int(index) >= len(section.buttons):
        raise Invalid(where, _("This template has no such button."))
    button = section.buttons[int(index)]
    kind, name = part_kind(button), f"{section.prefix}button.{index}"
    sub_type, field = _form(button, kind)
    if not sub_type:
        raise Invalid(where, _("This button is fixed: it takes no component."))
    if (text(part.get("sub_type")) or "").lower() != sub_type:
        raise Invalid(where, _("The sub_type of this button is %(name)s.", name=sub_type))
    value = _single(where, part).get(field)
    if kind in _ACTIONS:
        yield name, mapping(value)
    else:
        yield name, text(value) or ""


def _form(button: JsonObject, kind: str) -> tuple[str, str]:
    """How a button is filled: its ``sub_type``, and the field of its parameter."""
    if one_time(button) or (kind == "URL" and gaps(text(button.get("url")) or "")):
        return "url", "text"
    if kind in _ACTIONS:
        return _ACTIONS[kind], "action"
    known = {"QUICK_REPLY": ("quick_reply", "payload"), "COPY_CODE": ("copy_code", "coupon_code")}
    return known.get(kind, ("", ""))


def _single(where: str, part: JsonObject) -> JsonObject:
    found = [value for _where, value in _objects(f"{where}.parameters", part.get("parameters"))]
    if len(found) != 1:
        raise Invalid(f"{where}.parameters", _("One parameter belongs here."))
    return found[0]


def _objects(where: str, given: object) -> Iterator[tuple[str, JsonObject]]:
    if not isinstance(given, list) or not all(isinstance(one, dict) for one in given):
        raise Invalid(where, _("A list of objects belongs here."))
    for number, one in enumerate(given):
        yield f"{where}[{number}]", one
