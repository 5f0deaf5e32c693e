"""Definitions that Meta allows, and what may be put into them."""

from typing import Any

from hypothesis import strategies as st

from inbox.domain.templates.asking import Asked
from inbox.domain.templates.definition import Definition
from inbox.domain.text import JsonObject

NAMES = ("first_name", "order", "day")
WORDS = st.sampled_from(["Hello there", "we are ready", "thank you so much", "ваш заказ", "شكرا"])
VALUES = ["Amara", "17", "يوم الأحد", "{{1}}", "a&b <i>"]
LONGEST_VALUE = max(map(len, VALUES))
SAMPLE = {"header_handle": ["4::aW"]}
BUTTONS: dict[str, Any] = {
    "quick": {"type": "QUICK_REPLY", "text": "Stop"},
    "fixed": {"type": "URL", "text": "Shop", "url": "https://shop.example/"},
    "url": {
        "type": "URL",
        "text": "Track",
        "url": "https://shop.example/{{1}}",
        "example": ["https://shop.example/17"],
    },
    "call": {"type": "PHONE_NUMBER", "text": "Call", "phone_number": "+12025550100"},
    "copy": {"type": "COPY_CODE", "example": "SPRING25"},
    "flow": {"type": "FLOW", "text": "Fill in", "flow_id": "1"},
}


@st.composite
def text_part(draw: st.DrawFn, kind: str, named: bool, most: int) -> JsonObject:
    """A header's line or a body, with so many gaps at most."""
    number = draw(st.integers(0, most))
    gaps = [NAMES[one] if named else str(one + 1) for one in range(number)]
    words = draw(WORDS)
    text = " ".join([words, *(f"{words} {{{{{gap}}}}} {words}" for gap in gaps)])
    part: JsonObject = {"type": kind, "text": text}
    where = f"{kind.lower()}_text"
    if named and gaps:
        told = [{"param_name": gap, "example": "x"} for gap in gaps]
        part["example"] = {f"{where}_named_params": told}
    elif gaps:
        flat = ["x"] * number
        part["example"] = {where: flat if kind == "HEADER" else [flat]}
    return part


@st.composite
def header(draw: st.DrawFn, named: bool, formats: tuple[str, ...]) -> JsonObject:
    of = draw(st.sampled_from(formats))
    if of == "TEXT":
        words: JsonObject = draw(text_part("HEADER", named, 1).filter(_short))
        return words | {"format": of}
    return {"type": "HEADER", "format": of} | ({} if of == "LOCATION" else {"example": SAMPLE})


def _short(part: JsonObject) -> bool:
    """With a value in its gap, too."""
    return len(str(part["text"])) <= 60 - LONGEST_VALUE


def buttons(most: int) -> st.SearchStrategy[JsonObject]:
    others = st.lists(st.sampled_from([*BUTTONS][1:]), unique=True, max_size=most)
    names = st.tuples(st.integers(0, min(most, 3)), others).map(
        lambda drawn: (["quick"] * drawn[0] + drawn[1])[:most] or ["quick"]
    )
    return names.map(lambda found: {"type": "BUTTONS", "buttons": [BUTTONS[one] for one in found]})


@st.composite
def definitions(draw: st.DrawFn) -> Definition:
    named, form = draw(st.booleans()), draw(st.sampled_from(["plain", "offer", "carousel"]))
    parts = [draw(text_part("BODY", named, 3))]
    if form == "carousel":
        parts.append({"type": "CAROUSEL", "cards": draw(cards(named))})
    else:
        formats = ("TEXT", "IMAGE", "VIDEO", "DOCUMENT", "LOCATION")
        formats = formats if form == "plain" else ("IMAGE", "VIDEO")
        parts += draw(st.lists(header(named, formats), max_size=1))
        parts += draw(st.lists(buttons(6), max_size=1))
    if form == "offer":
        told = {"text": "Until Sunday", "has_expiration": draw(st.booleans())}
        parts.append({"type": "LIMITED_TIME_OFFER", "limited_time_offer": told})
    elif form == "plain" and draw(st.booleans()):
        parts.append({"type": "FOOTER", "text": "Thank you"})
    return Definition(name="order_ready", language="en_US", named=named, components=parts)


@st.composite
def cards(draw: st.DrawFn, named: bool) -> list[JsonObject]:
    of, below = draw(st.sampled_from(["IMAGE", "VIDEO"])), draw(buttons(2))
    over: JsonObject = {"type": "HEADER", "format": of, "example": SAMPLE}
    return [
        {"components": [over, draw(text_part("BODY", named, 1)), below]}
        for _ in range(draw(st.integers(2, 4)))
    ]


def values_for(asked: list[Asked]) -> st.SearchStrategy[dict[str, Any]]:
    """What somebody may put into these fields."""
    return st.fixed_dictionaries({one.name: _value(one) for one in asked})


def _value(asked: Asked) -> st.SearchStrategy[Any]:
    match asked.kind:
        case "image" | "video" | "document":
            return st.just({"link": "https://files.example/a"})
        case "place":
            place = {"latitude": 51.5, "longitude": -0.1, "name": "Shop", "address": "1 High St"}
            return st.just(place)
        case "moment":
            return st.just("1893456000000")
        case "code":
            return st.just("SPRING25")
        case _:
            return st.sampled_from(VALUES)
