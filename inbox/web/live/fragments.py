"""Feed events as HTML: the page's own partials, rendered once per event for every viewer.

Each event begins with a comment, ``<!--type conversation-->``, so that a page can leave what it
does not show unparsed. Nobody can forge one: a ``<`` of somebody's is escaped.
"""

from collections.abc import Callable
from typing import Any

from jinja2 import Environment

from inbox.domain.shapes import Shape, decoded
from inbox.feed.log import FeedEvent

Context = Callable[[Shape], dict[str, Any]]

_FRAGMENTS: dict[str, tuple[str, Context]] = {
    "message:new": ("message_new", lambda payload: {"message": payload}),
    "message:status": ("message_status", lambda payload: {"message": payload}),
    "message:updated": ("message_updated", lambda payload: {"message": payload}),
    "contact:updated": ("contact_updated", lambda payload: {"contact": payload}),
    "conversation:updated": ("conversation_updated", lambda payload: {"conversation": payload}),
    "conversation:merged": ("conversation_merged", lambda payload: {"gone": payload}),
    "conversation:read": (
        "conversation_read",
        lambda payload: {"conversation_id": payload["id"], "seen_count": payload["seen_count"]},
    ),
    "alert:new": ("alert", lambda payload: {"alert": payload}),
    "alert:updated": ("alert", lambda payload: {"alert": payload}),
    "alert:ended": ("alert", lambda payload: {"alert": payload}),
    "channel:updated": ("channel_updated", lambda payload: {"channel": payload}),
}


def renderer(pages: Environment) -> Callable[[FeedEvent], str]:
    """A function from an event to its fragments; empty for one that no page shows."""

    templates = {
        event_type: (pages.get_template(f"feed/{name}.html"), context)
        for event_type, (name, context) in _FRAGMENTS.items()
    }

    def render(event: FeedEvent) -> str:
        known = templates.get(event.type)
        if known is None:
            return ""
        template, context = known
        html = template.render(context(decoded(event.payload)))
        return f"<!--{event.type} {event.conversation_id or ''}-->{html}"

    return render
