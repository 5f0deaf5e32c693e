"""A template that somebody wants to create: what Graph refuses of its definition."""

import re
from collections.abc import Mapping, Sequence
from typing import Any, Final

from tests.support.graph.sessions import Sessions, check_example
from tests.support.graph.templates import GAP, gaps
from tests.support.graph.wrong import Wrong, list_of, only, words

_FORMATS: Final = {"TEXT", "IMAGE", "VIDEO", "DOCUMENT", "LOCATION"}
_BUTTONS: Final = {
    "QUICK_REPLY": 10,
    "URL": 2,
    "PHONE_NUMBER": 1,
    "COPY_CODE": 1,
    "FLOW": 1,
    "OTP": 1,
    "VOICE_CALL": 1,
}
"""So many of each; ten in all."""


def check_definition(given: object, sessions: Sessions | None = None) -> None:
    """Raises ``Wrong``. ``sessions``: where the handles of its files are from."""
    names = {"name", "language", "category", "components", "parameter_format"}
    names |= {"allow_category_change", "message_send_ttl_seconds"}
    asked = only(given, names, "the template")
    if not re.fullmatch(r"[a-z0-9_]{1,512}", str(asked.get("name", ""))):
        raise Wrong(100, "name has only a to z, 0 to 9 and _")
    words(asked.get("language"), "language", 20)
    if asked.get("category") not in {"MARKETING", "UTILITY", "AUTHENTICATION"}:
        raise Wrong(100, "category must be MARKETING, UTILITY or AUTHENTICATION")
    named = asked.get("parameter_format", "POSITIONAL") == "NAMED"
    parts = list_of(asked.get("components"), "components", 4)
    kinds = [part.get("type") for part in parts]
    if "BODY" not in kinds or len(set(kinds)) != len(kinds):
        raise Wrong(100, "components must have one BODY, and of the others at most one each")
    for part in parts:
        match part["type"]:
            case "HEADER":
                _header(part, named, sessions)
            case "BODY":
                _body(part, named)
            case "FOOTER":
                _footer(part)
            case "BUTTONS":
                _buttons(part)
            case "LIMITED_TIME_OFFER":
                _offer(part, parts)
            case "CAROUSEL":
                _cards(part, parts, named, sessions)
            case other:
                raise Wrong(100, f"there is no component {other}")


def _header(part: Mapping[str, Any], named: bool, sessions: Sessions | None) -> None:
    if part.get("format") not in _FORMATS:
        raise Wrong(2388047, "the header's format must be one of those there are")
    if part["format"] == "TEXT":
        text = words(part.get("text"), "the header's text", 60)
        if len(gaps(text)) > 1:
            raise Wrong(2388047, "the header has at most one variable")
        if "\n" in text or re.search(r"[*_~`]", GAP.sub("", text)):
            raise Wrong(2388047, "the header has no line breaks and no marks of style")
        _examples(part, text, named, "header_text")
    elif part["format"] != "LOCATION":
        check_example(part.get("example"), part["format"], sessions)


def _offer(part: Mapping[str, Any], parts: Sequence[Mapping[str, Any]]) -> None:
    told = only(part.get("limited_time_offer"), {"text", "has_expiration"}, "limited_time_offer")
    words(told.get("text"), "the offer's text", 16)
    beside = {one["type"]: one for one in parts}
    if "FOOTER" in beside or len(beside["BODY"].get("text", "")) > 600:
        raise Wrong(100, "beside an offer there is no footer, and no body over 600 characters")
    if beside.get("HEADER", {}).get("format", "IMAGE") not in {"IMAGE", "VIDEO"}:
        raise Wrong(100, "over an offer there is a picture or a film")


def _cards(
    part: Mapping[str, Any],
    parts: Sequence[Mapping[str, Any]],
    named: bool,
    sessions: Sessions | None,
) -> None:
    if {one["type"] for one in parts} & {"HEADER", "FOOTER"}:
        raise Wrong(100, "beside a carousel there is neither header nor footer")
    cards, forms = list_of(part.get("cards"), "cards", 10), set()
    for card in cards:
        found = {one["type"]: one for one in card["components"]}
        if set(found) != {"HEADER", "BODY", "BUTTONS"} or len(card["components"]) != 3:
            raise Wrong(100, "a card has header, body and buttons")
        if found["HEADER"].get("format") not in {"IMAGE", "VIDEO"}:
            raise Wrong(2388047, "over a card there is a picture or a film")
        _header(found["HEADER"], named, sessions)
        _body(found["BODY"], named, 160)
        _buttons(found["BUTTONS"])
        kinds = tuple(button["type"] for button in found["BUTTONS"]["buttons"])
        forms.add((found["HEADER"]["format"], kinds))
    if len(cards) < 2 or len(forms) > 1 or len(next(iter(forms))[1]) > 2:
        raise Wrong(100, "two cards at least, all of one form, with two buttons at most")


def _body(part: Mapping[str, Any], named: bool, most: int = 1_024) -> None:
    text = words(part.get("text"), "the body's text", most)
    wanted = gaps(text)
    if len(re.findall(r"\{\{\w+\}\}", text)) * 2 != text.count("{{") + text.count("}}"):
        raise Wrong(100, "a variable is {{1}} or {{name}}")
    if re.match(r"\s*\{\{", text) or re.search(r"\}\}\s*$", text):
        raise Wrong(2388299, "variables cannot be at the start or end of the template")
    if len(re.findall(r"\w+", re.sub(r"\{\{.*?\}\}", "", text))) < 2 * len(wanted) + 1:
        raise Wrong(2388293, "too many variables for its length")
    if not named and wanted != [str(number) for number in range(1, len(wanted) + 1)]:
        raise Wrong(100, "variables must be {{1}}, {{2}} and so on")
    if named and any(not re.fullmatch(r"[a-z][a-z0-9_]*", gap) for gap in wanted):
        raise Wrong(100, "names of variables have only a to z, 0 to 9 and _")
    _examples(part, text, named, "body_text")


def _examples(part: Mapping[str, Any], text: str, named: bool, name: str) -> None:
    wanted, example = gaps(text), part.get("example", {})
    if named:
        given = [each.get("param_name") for each in example.get(f"{name}_named_params", [])]
        if given != wanted:
            raise Wrong(100, "each variable needs an example")
        return
    found = example.get(name, [])
    flat = found[0] if name == "body_text" and found else found
    if len(flat) != len(wanted):
        raise Wrong(100, "each variable needs an example")


def _footer(part: Mapping[str, Any]) -> None:
    if gaps(words(part.get("text"), "the footer's text", 60)):
        raise Wrong(2388073, "the footer has no variables")


def _buttons(part: Mapping[str, Any]) -> None:
    buttons = list_of(part.get("buttons"), "buttons", 10)
    kinds = [button.get("type") for button in buttons]
    for kind in kinds:
        if kind not in _BUTTONS or kinds.count(kind) > _BUTTONS[kind]:
            raise Wrong(100, f"there are at most {_BUTTONS.get(kind, 0)} buttons {kind}")
    quick = [kind == "QUICK_REPLY" for kind in kinds]
    if quick != sorted(quick) and quick != sorted(quick, reverse=True):
        raise Wrong(100, "quick replies stand together")
    for button in buttons:
        if button["type"] in {"QUICK_REPLY", "URL", "PHONE_NUMBER", "FLOW"}:
            words(button.get("text"), "a button's text", 25)
        if button["type"] == "PHONE_NUMBER":
            words(button.get("phone_number"), "a button's number", 20)
        if button["type"] == "URL":
            url = words(button.get("url"), "a button's url", 2_000)
            if not re.match(r"https?://", url):
                raise Wrong(100, "a url is an address")
            if gaps(url) and (not url.endswith("}}") or len(gaps(url)) > 1):
                raise Wrong(100, "a url has at most one variable, at its end")
            if gaps(url) and not button.get("example"):
                raise Wrong(100, "a url with a variable needs an example")
