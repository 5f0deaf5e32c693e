"""Feed events as HTML: the page's own partials, rendered once per event for every viewer.

Each event begins with a comment, ``<!--type conversation-->``, so that a page can leave what it
does not show unparsed. Nobody can forge one: a ``<`` of somebody's is escaped.
"""

from collections.abc import Callable
from typing import Final

from jinja2 import Environment

from inbox.domain.feed_events import (
    ActivityNew,
    AlertEnded,
    AlertNew,
    AlertUpdated,
    ChannelUpdated,
    ContactUpdated,
    ConversationMerged,
    ConversationRead,
    ConversationRemoved,
    ConversationUpdated,
    DraftUpdated,
    LabelsUpdated,
    MentionUpdated,
    MessageNew,
    MessageRemoved,
    MessageStatus,
    MessageUpdated,
    NoteDrafted,
    NoteNew,
    NoteUpdated,
    NoticesUpdated,
    TeamsUpdated,
    UserUpdated,
    ViewRemoved,
    ViewUpdated,
    WebhookAlert,
    WebhookUpdated,
)
from inbox.domain.shapes import decoded
from inbox.feed.log import FeedEvent

FRAGMENTS: Final = {
    MessageNew.type: ("message_new", "message"),
    MessageStatus.type: ("message_status", "message"),
    MessageUpdated.type: ("message_updated", "message"),
    MessageRemoved.type: ("message_removed", "message"),
    NoteNew.type: ("message_new", "message"),
    NoteUpdated.type: ("message_updated", "message"),
    ActivityNew.type: ("message_new", "message"),
    MentionUpdated.type: ("mention_updated", "mentions"),
    ContactUpdated.type: ("contact_updated", "contact"),
    ConversationUpdated.type: ("conversation_updated", "conversation"),
    ConversationMerged.type: ("conversation_merged", "gone"),
    LabelsUpdated.type: ("desk_updated", "desk"),
    TeamsUpdated.type: ("desk_updated", "desk"),
    UserUpdated.type: ("user_updated", "user"),
    ConversationRemoved.type: ("conversation_removed", "gone"),
    ViewUpdated.type: ("view_updated", "saved"),
    ViewRemoved.type: ("view_removed", "saved"),
    DraftUpdated.type: ("draft_updated", "draft"),
    NoteDrafted.type: ("note_drafted", "draft"),
    NoticesUpdated.type: ("notices_updated", "notices"),
    ConversationRead.type: ("conversation_read", "seen"),
    AlertNew.type: ("alert", "alert"),
    AlertUpdated.type: ("alert", "alert"),
    AlertEnded.type: ("alert", "alert"),
    ChannelUpdated.type: ("channel_updated", "channel"),
    WebhookUpdated.type: ("webhook_updated", "endpoint"),
    WebhookAlert.type: ("alert", "alert"),
}
"""The template of each event, and what the payload is called there."""


def renderer(pages: Environment) -> Callable[[FeedEvent], str]:
    """A function from an event to its fragments; empty for one that no page shows."""

    templates = {
        event_type: (pages.get_template(f"feed/{name}.html"), payload)
        for event_type, (name, payload) in FRAGMENTS.items()
    }

    def render(event: FeedEvent) -> str:
        known = templates.get(event.type)
        if known is None:
            return ""
        template, payload = known
        html = template.render({payload: decoded(event.payload), "seq": event.seq})
        return f"<!--{event.type} {event.conversation_id or ''}-->{html}"

    return render
