"""A template's form: its fields with what was typed, and what that means to who sends it."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Final

from msgspec import Struct
from msgspec.structs import replace

from inbox.domain.language import N_, _
from inbox.domain.public import MessageTemplate
from inbox.domain.templates.asking import Asked, AskedKind
from inbox.domain.templates.filling import Value
from inbox.domain.text import JsonObject, text

MEDIA_ID: Final = "media_id"
PLACE: Final = ("latitude", "longitude", "name", "address")
_LABELS: Final[dict[AskedKind, str]] = {
    "image": N_("Address of the picture"),
    "video": N_("Address of the film"),
    "document": N_("Address of the document"),
    "code": N_("Code to copy"),
    "moment": N_("The offer ends"),
}
_PLACE: Final = {
    "latitude": N_("Latitude"),
    "longitude": N_("Longitude"),
    "name": N_("Name of the place"),
    "address": N_("Address of the place"),
}


class Input(Struct, frozen=True):
    """One input; ``problem``: what is wrong with it. ``most`` 0: it has no limit of its own.

    ``brings``: as what a file may be brought in its place; ``brought``: one was.
    """

    name: str
    label: str
    value: str
    hint: str = ""
    problem: str = ""
    type: str = "text"
    most: int = 0
    brings: str = ""
    brought: bool = False


def inputs_of(
    asked: Sequence[Asked], typed: Mapping[str, str], problems: Mapping[str, str]
) -> list[Input]:
    """In the order of the message; a place has four."""
    return [made for one in asked for made in _inputs(one, typed, problems)]


def _inputs(asked: Asked, typed: Mapping[str, str], problems: Mapping[str, str]) -> Sequence[Input]:
    def made(name: str, label: str, kind: str = "text", most: int = 0) -> Input:
        hint = _("As %(example)s", example=asked.example) if asked.example else ""
        problem = problems.get(name, "")
        return Input(name, label, typed.get(name, ""), hint, problem, kind, most)

    if asked.kind == "place":
        return [made(f"{asked.name}.{part}", _in_card(asked, _(_PLACE[part]))) for part in PLACE]
    label, name = _in_card(asked, _label(asked)), asked.name
    match asked.kind:
        case "image" | "video" | "document":
            file = made(f"{name}.{MEDIA_ID}", "", "hidden")
            link = replace(made(name, label, "url"), brings=asked.kind, brought=bool(file.value))
            inputs = [link, file]
            if asked.kind == "document":
                inputs.append(made(f"{name}.filename", _("Name of the file")))
            return inputs
        case "moment":
            return [made(name, label, "datetime-local")]
        case _:
            return [made(name, label, most=asked.most)]


def _label(asked: Asked) -> str:
    match asked.kind:
        case "text" if asked.gap.isdigit():
            where = _("Header") if asked.part == "header" else _("Text")
            return _("%(where)s: gap %(number)s", where=where, number=asked.gap)
        case "text":
            return asked.gap.replace("_", " ").capitalize()
        case "suffix":
            return _("End of the address behind “%(button)s”", button=asked.gap)
        case kind:
            return _(_LABELS[kind])


def _in_card(asked: Asked, label: str) -> str:
    if asked.card is None:
        return label
    return _("Card %(number)s: %(label)s", number=asked.card + 1, label=label)


def values_of(asked: Sequence[Asked], typed: Mapping[str, str]) -> dict[str, Value]:
    """What the fields hold, for the template's gaps; what is empty is left out."""
    values: dict[str, Value] = {}
    for one in asked:
        if value := _value(one, typed):
            values[one.name] = value
    return values


def _value(asked: Asked, typed: Mapping[str, str]) -> Value:
    said = typed.get(asked.name, "").strip()
    match asked.kind:
        case "place":
            place: JsonObject = {part: typed.get(f"{asked.name}.{part}", "") for part in PLACE}
            return place if any(place.values()) else ""
        case "image" | "video" | "document":
            media_id = typed.get(f"{asked.name}.{MEDIA_ID}", "")
            if not media_id and (not said or asked.kind != "document"):
                return said
            name = typed.get(f"{asked.name}.filename", "").strip()
            there: JsonObject = {"media_id": media_id} if media_id else {"link": said}
            return {**there, "filename": name} if name else there
        case "moment":
            return _moment(said)
    return said


def worth_keeping(typed: Mapping[str, str]) -> dict[str, str]:
    """What is worth having again next time: a file that was brought is not there for ever."""
    return {name: said for name, said in typed.items() if not name.endswith(f".{MEDIA_ID}")}


def _moment(said: str) -> str:
    """Milliseconds; what a browser without scripts tells is taken for UTC."""
    try:
        at = datetime.fromisoformat(said)
    except ValueError:
        return said
    aware = at if at.tzinfo else at.replace(tzinfo=UTC)
    return str(round(aware.timestamp() * 1000))


def words_of(template: MessageTemplate) -> str:
    """What it says, with its gaps, in one line."""
    body = (one for one in template["components"] if one.get("type") == "BODY")
    return " ".join((text(next(body, {}).get("text")) or "").split())
