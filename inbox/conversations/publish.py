"""What the feed is told of messages, contacts and conversations: no other module builds it.

Each function gives one event. Whoever changes something appends it in the same transaction, as
the last thing there: see ``feed.log.append``.
"""

from collections.abc import Collection, Mapping
from typing import Any

from inbox.domain import shapes
from inbox.domain.feed_events import only
from inbox.domain.shapes import Shape
from inbox.domain.status import Step
from inbox.domain.times import Micros
from inbox.feed.log import NewEvent

Row = Mapping[Any, Any]


def message_new(message: Shape, contact: Shape) -> NewEvent:
    return NewEvent("message:new", message | {"contact": contact}, *_whose(message))


def message_status(
    row: Row, previous: str, at: Micros, times: Mapping[Step, Micros] | None = None
) -> NewEvent:
    """``row`` has the new status. ``times``: its receipts, if it is they that tell of it."""
    payload = shapes.status_change(row, previous, at, times or {})
    return NewEvent("message:status", payload, *_whose(row))


def message_receipts(row: Row, times: Mapping[Step, Micros]) -> NewEvent:
    """A fact that changes no status: the timeline has more to show."""
    payload = {
        "id": row["id"],
        "conversation_id": row["conversation_id"],
        "status": row["status"],
        "error": shapes.decoded(row["error"]),
        "receipts": shapes.timeline(times),
    }
    return NewEvent("message:updated", payload, *_whose(row))


def message_reactions(row: Row) -> NewEvent:
    """Nothing but its reactions changed."""
    payload = {
        "id": row["id"],
        "conversation_id": row["conversation_id"],
        "contact_id": row["contact_id"],
        "provider_message_id": row["provider_message_id"],
        "reactions": shapes.reactions(row),
        "changed": ["reactions"],
    }
    return NewEvent("message:updated", payload, *_whose(row))


def message_updated(message: Shape, changed: list[str]) -> NewEvent:
    """All that the bubble says, and which columns of it are new."""
    return NewEvent("message:updated", message | {"changed": changed}, *_whose(message))


def contact_new(contact: Shape, conversation_id: str) -> NewEvent:
    return NewEvent("contact:new", contact, conversation_id, contact["id"])


def contact_updated(contact: Shape, conversation_id: str, changed: Collection[str]) -> NewEvent:
    payload = contact | {"changed": sorted(changed)}
    return NewEvent("contact:updated", payload, conversation_id, contact["id"])


def conversation_updated(conversation: Shape) -> NewEvent:
    ids = (conversation["id"], conversation["contact"]["id"])
    return NewEvent("conversation:updated", conversation, *ids)


def conversation_merged(gone: Shape) -> NewEvent:
    """``gone``: what ``merging.absorb`` says of it. Told to who listens to what is no more."""
    return NewEvent("conversation:merged", gone, gone["id"], gone["contact_id"])


def conversation_read(user_id: str, conversation_id: str, seen_count: int) -> NewEvent:
    """Only for the user's own other pages."""
    payload = {"id": conversation_id, "seen_count": seen_count}
    return NewEvent("conversation:read", payload, conversation_id, None, only(user_id))


def _whose(message: Row) -> tuple[str, str]:
    return message["conversation_id"], message["contact_id"]
