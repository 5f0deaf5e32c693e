"""What a pretend customer sends who presses what a message of ours offers, as Meta spells it."""

from collections.abc import Callable, Mapping
from typing import Final

from inbox.domain.text import JsonObject
from inbox.trial.samples import PLACE

Chosen = Mapping[str, str]
"""``kind`` of what was pressed, its ``id``, ``title`` and ``description``; ``wamid`` of ours."""


def pressed(chosen: Chosen, *, wa_id: str, name: str) -> JsonObject | None:
    """What stands in ``messages[]`` beside id, sender and time; None: there is no such kind."""
    kind = chosen["kind"]
    if kind == "contact":
        made = _contact(wa_id, name)
    elif kind in _ANSWERS:
        made = _ANSWERS[kind](chosen)
    else:
        return None
    return made | ({"context": {"id": chosen["wamid"]}} if chosen["wamid"] else {})


def _reply(chosen: Chosen) -> JsonObject:
    told = {name: chosen[name] for name in ("id", "title", "description") if chosen[name]}
    return {
        "type": "interactive",
        "interactive": {"type": chosen["kind"], chosen["kind"]: told},
    }


def _button(chosen: Chosen) -> JsonObject:
    pressed = {"text": chosen["title"], "payload": chosen["id"] or chosen["title"]}
    return {"type": "button", "button": pressed}


def _location(_: Chosen) -> JsonObject:
    return {"type": "location", "location": PLACE}


def _contact(wa_id: str, name: str) -> JsonObject:
    card = {
        "name": {"formatted_name": name, "first_name": name},
        "phones": [{"phone": f"+{wa_id}", "wa_id": wa_id, "type": "CELL"}],
        "origin": "contact_request",
    }
    return {"type": "contacts", "contacts": [card]}


_ANSWERS: Final[dict[str, Callable[[Chosen], JsonObject]]] = {
    "button_reply": _reply,
    "list_reply": _reply,
    "button": _button,
    "location": _location,
}
