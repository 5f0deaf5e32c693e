"""What a template asks for before it can be sent: the fields of its form."""

from collections.abc import Iterator
from typing import Final, Literal

from msgspec import Struct

from inbox.domain.language import N_
from inbox.domain.templates.definition import FILES, Definition, Section, gaps, one_time, part_kind
from inbox.domain.text import JsonObject, mapping, mappings, text

AskedKind = Literal["text", "suffix", "code", "image", "video", "document", "place", "moment"]
AskedPart = Literal["header", "body", "button", "offer"]

CODE_LIMIT: Final = 15
URL_LIMIT: Final = 2_000
HEADER_LIMIT: Final = 60
BODY_LIMIT: Final = 1_024
CARD_LIMIT: Final = 160
OFFER_BODY_LIMIT: Final = 600

PRODUCTS: Final = N_("This template shows products of a catalogue, which cannot be chosen here.")
STRANGE: Final = N_("This template has a part that Inbox does not know yet: %(part)s.")

_PARTS: Final = {"HEADER", "BODY", "FOOTER", "BUTTONS", "LIMITED_TIME_OFFER", "CAROUSEL"}
_HEADERS: Final = {None, "TEXT", "LOCATION", *FILES}


class Asked(Struct, frozen=True, kw_only=True):
    """A field: ``name`` as ``body.1`` or ``card.0.button.1``, and what is to be put into it.

    ``gap``: what the gap is called, or the words on the button. ``most``: characters that fit.
    """

    name: str
    kind: AskedKind
    part: AskedPart
    gap: str = ""
    card: int | None = None
    example: str = ""
    most: int = 0


def fields_of(definition: Definition) -> list[Asked]:
    """In the order in which they stand in the message."""
    found = [one for section in definition.sections for one in _of_section(definition, section)]
    if definition.expires:
        found.append(Asked(name="offer", kind="moment", part="offer"))
    return found


def unsendable(definition: Definition) -> tuple[str, str] | None:
    """Why no form of ours can fill it in: a sentence for ``_``, and the part that it names."""
    for section in definition.sections:
        kinds = {part_kind(one) for one in section.components}
        if section.header_format == "PRODUCT" or any(
            part_kind(button) in {"MPM", "SPM"} for button in section.buttons
        ):
            return PRODUCTS, ""
        if section.header_format not in _HEADERS:
            return STRANGE, str(section.header_format)
        if odd := kinds - _PARTS:
            return STRANGE, min(odd)
    return None


def body_limit(definition: Definition, section: Section) -> int:
    if section.card:
        return CARD_LIMIT
    return OFFER_BODY_LIMIT if section.part("LIMITED_TIME_OFFER") else BODY_LIMIT


def _of_section(definition: Definition, section: Section) -> Iterator[Asked]:
    card = int(section.prefix.split(".")[1]) if section.card else None
    match section.header_format:
        case "TEXT":
            yield from _texts(section, "header", card, HEADER_LIMIT)
        case "LOCATION":
            yield Asked(name=f"{section.prefix}header", kind="place", part="header", card=card)
        case "IMAGE" | "VIDEO" | "DOCUMENT" as of:
            name = f"{section.prefix}header"
            yield Asked(name=name, kind=_file(of), part="header", card=card)
    yield from _texts(section, "body", card, body_limit(definition, section))
    for number, button in enumerate(section.buttons):
        if asked := _button(f"{section.prefix}button.{number}", button, card):
            yield asked


def _file(of: str) -> AskedKind:
    match of:
        case "IMAGE":
            return "image"
        case "VIDEO":
            return "video"
        case _:
            return "document"


def _texts(
    section: Section, part: Literal["header", "body"], card: int | None, limit: int
) -> Iterator[Asked]:
    words = section.words(part.upper())
    examples = examples_of(mapping(section.part(part.upper())), part)
    for gap in gaps(words):
        yield Asked(
            name=f"{section.prefix}{part}.{gap}",
            kind="text",
            part=part,
            gap=gap,
            card=card,
            example=examples.get(gap, ""),
            most=limit,
        )


def examples_of(part: JsonObject, name: str) -> dict[str, str]:
    """What stands in the gaps where the template was shown to who approved it."""
    example = mapping(part.get("example"))
    if named := mappings(example.get(f"{name}_text_named_params")):
        return {str(one.get("param_name")): text(one.get("example")) or "" for one in named}
    given = example.get(f"{name}_text")
    if name == "body" and isinstance(given, list) and given and isinstance(given[0], list):
        given = given[0]
    flat = given if isinstance(given, list) else []
    return {str(number): text(one) or "" for number, one in enumerate(flat, 1)}


def _button(name: str, button: JsonObject, card: int | None) -> Asked | None:
    """None for a fixed one, and for what is put there without asking."""
    label, example = text(button.get("text")) or "", button.get("example")
    if isinstance(example, list):
        example = next(iter(example), "")
    shown = text(example) or ""
    url = text(button.get("url")) or ""
    match part_kind(button):
        case "URL" if gaps(url) and not one_time(button):
            room = URL_LIMIT - len(url)
            kind: AskedKind = "suffix"
        case "COPY_CODE":
            room, kind = CODE_LIMIT, "code"
        case _:
            return None
    return Asked(
        name=name, kind=kind, part="button", gap=label, card=card, example=shown, most=room
    )
