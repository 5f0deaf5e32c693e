"""Events of the feed that say no more than a test asks them to."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, cast

from inbox.domain.feed_events import EVERYBODY, NewEvent


@dataclass(frozen=True)
class _Made:
    type: str
    payload: Mapping[str, Any]
    audience: str
    conversation_id: str | None = None
    contact_id: str | None = None


def made_event(
    type: str,  # noqa: A002 - the event's own name for it
    payload: Mapping[str, Any],
    *,
    audience: str = EVERYBODY,
    conversation_id: str | None = None,
    contact_id: str | None = None,
) -> NewEvent:
    """One of any type, for any audience, about whom it says."""
    return cast("NewEvent", _Made(type, payload, audience, conversation_id, contact_id))
