"""Answers to buttons, lists, flows and call requests: a title to show and facts to keep."""

import json
import math
from collections.abc import Callable
from typing import Any

from inbox.domain.content import EventContent, Interactive
from inbox.domain.text import (
    TEXT_LIMIT,
    JsonObject,
    flag,
    identifier,
    mapping,
    present,
    scrub,
    text,
)

Reading = tuple[str | None, EventContent]
Answered = tuple[str | None, JsonObject]

_DEEPEST = 8
_EXACT = 2**53
_ANSWERS = ("button_reply", "list_reply", "nfm_reply", "call_permission_reply")
_PERMISSION = {"accept": "Call permission accepted", "reject": "Call permission declined"}


def interactive(part: JsonObject) -> tuple[str | None, Interactive]:
    """The words of an answer and ``{type, …}``; a kind we do not know still shows its title."""
    kind = identifier(part.get("type")) or next((name for name in _ANSWERS if name in part), None)
    answer = mapping(part.get(kind)) if kind else {}
    words, facts = _READERS.get(kind or "", _choice)(answer)
    asked = text(mapping(part.get("body")).get("text"))  # our own question, seen in echoes
    return words or asked, present(Interactive, type=kind, **facts)


def _choice(answer: JsonObject) -> Answered:
    return text(answer.get("title")), {
        "id": identifier(answer.get("id")),
        "description": text(answer.get("description")),
    }


def _flow(answer: JsonObject) -> Answered:
    """``data`` is always an object; a response that is none, or too long, is ``raw`` text."""
    response = answer.get("response_json")
    data = response if isinstance(response, dict) else _object(response)
    tidy = None if data is None else _tidy(data)
    written = "" if tidy is None else json.dumps(tidy, ensure_ascii=False)
    if len(written) > TEXT_LIMIT:
        tidy, response = None, written
    return text(answer.get("body")), {
        "name": text(answer.get("name")),
        "data": tidy,
        "raw": text(response) if tidy is None else None,
    }


def _object(response: object) -> JsonObject | None:
    try:
        data = json.loads(response) if isinstance(response, str) else None
    except (ValueError, RecursionError):
        return None
    return data if isinstance(data, dict) else None


def _tidy(value: object, depth: int = _DEEPEST) -> Any:
    """Foreign JSON made safe to store and to show: scrubbed, finite, exact, not too deep."""
    match value:
        case str():
            return scrub(value)
        case int() if abs(value) > _EXACT:
            return str(value)
        case float() if not math.isfinite(value):
            return None
        case dict() if depth:
            return {scrub(str(name)): _tidy(item, depth - 1) for name, item in value.items()}
        case list() if depth:
            return [_tidy(item, depth - 1) for item in value]
        case dict() | list():
            return None
    return value


def _call_permission(answer: JsonObject) -> Answered:
    response = text(answer.get("response"))
    return _PERMISSION.get(response or ""), {
        "response": response,
        "permanent": flag(answer.get("is_permanent")),
        "expires": text(answer.get("expiration_timestamp")),
        "source": text(answer.get("response_source")),
    }


_READERS: dict[str, Callable[[JsonObject], Answered]] = {
    "nfm_reply": _flow,
    "call_permission_reply": _call_permission,
}
