"""Templates as Graph keeps them, and what it refuses of a message that sends one.

Codes: 132000 not as many values as gaps, 132001 no such template, 132005 too long, 132012 a value
of another form, 132015 paused, 132016 disabled, 132018 a component that the template has not.
"""

import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any, Final, Literal

from msgspec import Struct
from msgspec.structs import replace

from tests.support.graph.files import Files, check_file
from tests.support.graph.places import check_location
from tests.support.graph.wrong import Wrong, list_of, only, words

GAP: Final = re.compile(r"\{\{\s*([A-Za-z0-9_]+)\s*\}\}")
FILLED: Final = {"header": 60, "body": 1_024}
"""Characters that a text may have once it is filled in."""
_STATIC: Final = {"PHONE_NUMBER", "VOICE_CALL", "CALL_PERMISSIONS_REQUEST"}
_FILES: Final = {"IMAGE": "image", "VIDEO": "video", "DOCUMENT": "document"}


class Definition(Struct, frozen=True, kw_only=True):
    """``components`` as Meta lists them; ``named``: its gaps have names, else numbers."""

    name: str
    language: str = "en_US"
    status: str = "APPROVED"
    category: str = "UTILITY"
    named: bool = False
    components: tuple[Mapping[str, Any], ...] = ()
    id: str = ""

    def part(self, kind: str) -> Mapping[str, Any] | None:
        return next((one for one in self.components if one["type"] == kind), None)

    @property
    def expires(self) -> bool:
        offer = (self.part("LIMITED_TIME_OFFER") or {}).get("limited_time_offer", {})
        return bool(offer.get("has_expiration"))

    @property
    def buttons(self) -> Sequence[Mapping[str, Any]]:
        part = self.part("BUTTONS")
        return part["buttons"] if part else ()


def gaps(text: str) -> list[str]:
    """Each once, in their order."""
    return list(dict.fromkeys(GAP.findall(text)))


def check_template(given: object, known: Collection[Definition], files: Files) -> None:
    """Raises ``Wrong``."""
    asked = only(given, {"name", "language", "components"}, "template")
    name = words(asked.get("name"), "template['name']", 512)
    language = only(asked.get("language"), {"code", "policy"}, "template['language']")
    code = words(language.get("code"), "template['language']['code']", 20)
    template = next((one for one in known if (one.name, one.language) == (name, code)), None)
    if template is None:
        raise Wrong(132001, f"Template name ({name}) does not exist in {code}", 404)
    match template.status:
        case "PAUSED":
            raise Wrong(132015, "Template is paused")
        case "DISABLED":
            raise Wrong(132016, "Template is disabled")
        case "APPROVED":
            pass
        case _:
            raise Wrong(132001, f"Template name ({name}) is not approved in {code}", 404)
    _check_components(template, asked.get("components", []), files)


def _check_components(template: Definition, given: object, files: Files) -> None:
    if not isinstance(given, list):
        raise Wrong(100, "template['components'] must be a list")
    kinds = [one.get("type") if isinstance(one, dict) else None for one in given]
    of_all = {"carousel": template.part("CAROUSEL"), "limited_time_offer": template.expires}
    known = {"header", "body", "button"} | {kind for kind, there in of_all.items() if there}
    if odd := set(kinds) - known:
        raise Wrong(132018, f"a template has no component {odd.pop()}")
    for kind, there in of_all.items():
        if kinds.count(kind) != bool(there):
            raise Wrong(131008, f"Required parameter is missing: {kind}, once")
    for one in given:
        if one["type"] == "carousel":
            _check_cards(template, one, files)
        elif one["type"] == "limited_time_offer":
            _check_offer(one)
    for kind in ("header", "body"):
        found = [one for one in given if one["type"] == kind]
        if len(found) > 1:
            raise Wrong(132018, f"{kind} is there twice")
        values = only(found[0], {"type", "parameters"}, kind).get("parameters") if found else None
        _check_part(template, kind, values, files)
    _check_buttons(template, [one for one in given if one["type"] == "button"])


def _check_cards(template: Definition, given: Mapping[str, Any], files: Files) -> None:
    part = template.part("CAROUSEL")
    assert part is not None
    told = list_of(only(given, {"type", "cards"}, "carousel").get("cards"), "cards", 10)
    if [only(one, {"card_index", "components"}, "a card").get("card_index") for one in told] != [
        *range(len(part["cards"]))
    ]:
        raise Wrong(132018, "each card has its card_index, once and in order")
    for card, one in zip(part["cards"], told, strict=True):
        alone = replace(template, components=tuple(card["components"]))
        _check_components(alone, one.get("components", []), files)


def _check_offer(given: Mapping[str, Any]) -> None:
    values = only(given, {"type", "parameters"}, "limited_time_offer").get("parameters")
    [value] = list_of(values, "parameters of limited_time_offer", 1)
    kind = "limited_time_offer"
    if only(value, {"type", kind}, "a parameter").get("type") != kind:
        raise Wrong(132012, f"the parameter must be {kind}")
    ends = only(value.get(kind), {"expiration_time_ms"}, kind).get("expiration_time_ms")
    if not isinstance(ends, int) or not 10**12 < ends < 10**13:
        raise Wrong(131009, "expiration_time_ms must be a time in milliseconds")


def _check_part(template: Definition, kind: str, values: object, files: Files) -> None:
    part = template.part(kind.upper())
    if part is None:
        if values:
            raise Wrong(132018, f"this template has no {kind}")
        return
    given = values if isinstance(values, list) else []
    of = part.get("format", "TEXT")
    if of == "TEXT":
        _check_gaps(template, part.get("text", ""), given, kind)
    elif len(given) != 1:
        raise Wrong(132012, f"{kind}: Format mismatch, expected {of}, received UNKNOWN")
    else:
        _check_shown(str(of), given[0], files)


def _check_shown(of: str, value: object, files: Files) -> None:
    kind = _FILES.get(of, of.lower())
    given = only(value, {"type", kind}, "a parameter")
    if given.get("type") != kind or kind not in given:
        raise Wrong(132012, f"header: Format mismatch, expected {of}, received another")
    if of == "LOCATION":
        place = given[kind]
        check_location(place)
        if not place.get("name") or not place.get("address"):
            raise Wrong(131008, "Required parameter is missing: a place's name and address")
    else:
        check_file(kind, given[kind], files, {"filename"} if kind == "document" else ())


def _check_gaps(template: Definition, text: str, given: Sequence[object], where: str) -> None:
    wanted = gaps(text)
    if len(given) != len(wanted):
        raise Wrong(
            132000, f"{where}: number of params ({len(given)}) does not match ({len(wanted)})"
        )
    filled = dict(_values(template, wanted, given, where))
    if len(GAP.sub(lambda gap: filled[gap[1]], text)) > FILLED.get(where, 2_000):
        raise Wrong(132005, f"{where}: translated text too long")


def _values(
    template: Definition, wanted: Sequence[str], given: Sequence[object], where: str
) -> Iterable[tuple[str, str]]:
    for number, value in enumerate(given):
        names = {"type", "text", "currency", "date_time", "parameter_name"}
        parameter = only(value, names, f"a parameter of {where}")
        of = parameter.get("type")
        if of not in {"text", "currency", "date_time"} or of not in parameter:
            raise Wrong(132012, f"{where}: Parameter format does not match format in template")
        said = parameter[of] if of == "text" else parameter[of].get("fallback_value")
        words(said, f"a parameter of {where}", 32_768)
        if re.search(r"[\n\t]| {5}", said):
            raise Wrong(132018, "Param text cannot have new-line/tab characters or many spaces")
        name = parameter.get("parameter_name")
        if template.named != (name is not None):
            raise Wrong(132012, f"{where}: Parameter name is missing or empty, or not asked for")
        if template.named and name not in wanted:
            raise Wrong(132012, f"{where}: there is no parameter {name}")
        yield str(name) if template.named else wanted[number], said


_Of = Literal["url", "quick_reply", "copy_code", "flow", "catalog"]
_SUB_TYPES: Final[dict[str, _Of]] = {
    "URL": "url",
    "OTP": "url",
    "QUICK_REPLY": "quick_reply",
    "COPY_CODE": "copy_code",
    "FLOW": "flow",
    "CATALOG": "catalog",
}


def _check_buttons(template: Definition, given: Sequence[Mapping[str, Any]]) -> None:
    seen: set[int] = set()
    for one in given:
        only(one, {"type", "sub_type", "index", "parameters"}, "a button")
        index = str(one.get("index"))
        if not index.isdecimal() or int(index) >= len(template.buttons) or int(index) in seen:
            raise Wrong(132018, f"button: this template has no button {index}, or it is there")
        seen.add(int(index))
        _check_button(template.buttons[int(index)], one)
    for index, button in enumerate(template.buttons):
        if _needs(button) and index not in seen:
            raise Wrong(131008, f"Required parameter is missing: button {index}")


def _needs(button: Mapping[str, Any]) -> bool:
    match button["type"]:
        case "URL":
            return bool(gaps(button.get("url", "")))
        case kind:
            return kind in {"OTP", "COPY_CODE"}


def _check_button(button: Mapping[str, Any], given: Mapping[str, Any]) -> None:
    kind = str(button["type"])
    fixed = kind == "URL" and not gaps(button.get("url", ""))
    if kind in _STATIC or fixed:
        raise Wrong(132018, "button: a fixed button takes no component")
    if given.get("sub_type") != _SUB_TYPES.get(kind):
        raise Wrong(132018, f"button: sub_type must be {_SUB_TYPES.get(kind)}")
    [value] = list_of(given.get("parameters"), "a button's parameters", 1)
    match kind:
        case "URL" | "OTP":
            _only_words(value, "text", 2_000)
        case "QUICK_REPLY":
            _only_words(value, "payload", 128)
        case "COPY_CODE":
            _only_words(value, "coupon_code", 15)


def _only_words(value: object, kind: str, most: int) -> None:
    given = only(value, {"type", kind}, "a button's parameter")
    if given.get("type") != kind:
        raise Wrong(132018, f"button: the parameter must be {kind}")
    words(given.get(kind), f"a button's {kind}", most)
