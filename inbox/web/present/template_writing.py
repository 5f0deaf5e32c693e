"""A template as the form of the settings writes it, and back: texts in, Meta's components out."""

from collections.abc import Iterator, Mapping
from typing import Final

from inbox.domain.templates.asking import examples_of
from inbox.domain.templates.definition import Definition, gaps, part_kind
from inbox.domain.templates.samples import SAMPLE_KINDS
from inbox.domain.text import JsonObject, mapping, text

ROWS: Final = 4
"""Buttons that the form has room for."""
HEADERS: Final = ("", "TEXT", "LOCATION", *SAMPLE_KINDS)
BUTTONS: Final = ("", "QUICK_REPLY", "URL", "PHONE_NUMBER", "COPY_CODE")
FIELDS: Final = (
    *("name", "language", "category", "header", "header_text", "body", "footer"),
    *("header_media", "header_name"),
    *(f"buttons.{row}.{part}" for row in range(ROWS) for part in ("kind", "text", "value")),
)
EXAMPLE: Final = "example."
"""What the names of examples begin with: ``example.body.1``."""

_VALUE: Final = {"URL": "url", "PHONE_NUMBER": "phone_number", "COPY_CODE": "example"}


def written_definition(typed: Mapping[str, str]) -> Definition:
    """What the form says; checked by ``domain/templates/defining.py``."""
    body, header = typed.get("body", ""), typed.get("header_text", "")
    found = gaps(body) + (gaps(header) if typed.get("header") == "TEXT" else [])
    named = any(not gap.isdigit() for gap in found)
    return Definition(
        name=typed.get("name", ""),
        language=typed.get("language", ""),
        category=typed.get("category", ""),
        named=named,
        components=list(_components(typed, named)),
    )


def _components(typed: Mapping[str, str], named: bool) -> Iterator[JsonObject]:
    match typed.get("header", ""):
        case "TEXT":
            yield {"format": "TEXT", **_text("HEADER", typed.get("header_text", ""), typed, named)}
        case "LOCATION":
            yield {"type": "HEADER", "format": "LOCATION"}
        case kind if kind in SAMPLE_KINDS:
            brought = typed.get("header_media", "")
            example = {"example": {"media_id": brought}} if brought else {}
            yield {"type": "HEADER", "format": kind, **example}
    yield _text("BODY", typed.get("body", ""), typed, named)
    if footer := typed.get("footer", ""):
        yield {"type": "FOOTER", "text": footer}
    rows = (_button(typed, row) for row in range(ROWS))
    if buttons := [one for one in rows if one]:
        yield {"type": "BUTTONS", "buttons": buttons}


def _text(kind: str, words: str, typed: Mapping[str, str], named: bool) -> JsonObject:
    part = kind.lower()
    given = {gap: typed.get(f"{EXAMPLE}{part}.{gap}", "").strip() for gap in gaps(words)}
    if not given:
        return {"type": kind, "text": words}
    if named:
        told = [{"param_name": gap, "example": example} for gap, example in given.items()]
        return {"type": kind, "text": words, "example": {f"{part}_text_named_params": told}}
    flat = list(given.values())
    return {
        "type": kind,
        "text": words,
        "example": {f"{part}_text": [flat] if kind == "BODY" else flat},
    }


def _button(typed: Mapping[str, str], row: int) -> JsonObject | None:
    kind, words, value = (typed.get(f"buttons.{row}.{name}", "") for name in _PARTS)
    if kind not in BUTTONS or not kind:
        return None
    made: JsonObject = {"type": kind}
    if kind != "COPY_CODE":
        made["text"] = words
    if field := _VALUE.get(kind):
        made[field] = value
    if kind == "URL" and (found := gaps(value)):
        made["example"] = [value.replace("{{" + found[0] + "}}", "1042")]
    return made


_PARTS: Final = ("kind", "text", "value")


def as_typed(definition: Definition) -> dict[str, str] | None:
    """What the form begins with; None for what it has no fields for."""
    kinds = {part_kind(one) for one in definition.components}
    whole = definition.whole
    if kinds - {"HEADER", "BODY", "FOOTER", "BUTTONS"} or len(whole.buttons) > ROWS:
        return None
    if (whole.header_format or "") not in HEADERS:
        return None
    typed = {
        "name": definition.name,
        "language": definition.language,
        "category": definition.category,
        "header": whole.header_format or "",
        "header_text": whole.words("HEADER"),
        "body": whole.words("BODY"),
        "footer": whole.words("FOOTER"),
    }
    for part in ("header", "body"):
        told = examples_of(mapping(whole.part(part.upper())), part)
        typed |= {f"{EXAMPLE}{part}.{gap}": words for gap, words in told.items()}
    for row, button in enumerate(whole.buttons):
        kind = part_kind(button)
        if kind not in BUTTONS:
            return None
        value = text(button.get(_VALUE.get(kind, ""))) or ""
        typed |= {
            f"buttons.{row}.kind": kind,
            f"buttons.{row}.text": text(button.get("text")) or "",
            f"buttons.{row}.value": value,
        }
    return typed


def examples_asked(typed: Mapping[str, str]) -> list[tuple[str, str]]:
    """The names of the examples that Meta wants, and the gaps that they are of."""
    texts = {"body": typed.get("body", "")}
    if typed.get("header") == "TEXT":
        texts = {"header": typed.get("header_text", "")} | texts
    return [(f"{EXAMPLE}{part}.{gap}", gap) for part, words in texts.items() for gap in gaps(words)]
