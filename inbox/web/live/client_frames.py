"""What clients say on a socket, read with care: new ones may say what this server does not know."""

import json
from typing import Final

from msgspec.structs import replace

from inbox.domain.text import JsonObject, mapping
from inbox.feed.subscriber import ALL, Interest

TOPIC_LIMIT: Final = 100
TYPE_LIMIT: Final = 100

NO_FRAME: Final = "a frame is a JSON object with a type"
UNKNOWN_FRAME: Final = "this server knows subscribe, viewing, counting and ping"
NO_LISTS: Final = "topics and types are lists"
NO_COUNTS: Final = "counts are wanted, true or false"
NO_VIEW: Final = "a user says which conversation_id they see, or null"


def object_in(text: str) -> JsonObject:
    """The object in a frame; an empty one for all else."""
    try:
        return mapping(json.loads(text))
    except (ValueError, RecursionError):
        return {}


def subscribed(wanted: Interest, payload: JsonObject) -> Interest | None:
    """What is of interest from now on; None: that cannot be made out."""
    topics = _names(payload.get("topics") or [ALL])
    types = _names(payload.get("types") or [])
    if topics is None or types is None:
        return None
    return replace(wanted, topics=frozenset(topics), types=frozenset(types))


def _names(told: object) -> list[str] | None:
    """What a list names; None: it is no list."""
    return [str(name) for name in told[:TOPIC_LIMIT]] if isinstance(told, list) else None
