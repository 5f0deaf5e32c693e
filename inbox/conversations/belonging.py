"""The same meaning of the views as ``views``, of one conversation as everybody is told of it.

Pages are told with each conversation where it belongs, and need no meaning of their own.
"""

from collections.abc import Iterator

from inbox.conversations.views import View
from inbox.domain.public import Conversation
from inbox.domain.standing import AT_WORK


def views_of(conversation: Conversation) -> Iterator[View]:
    """But for those that are somebody's own: their assignments, what they have not seen, and where
    they are named. An older version told less of it."""
    yield "all"
    if conversation.get("closing"):
        yield "closing"
    status = conversation["status"]
    if status == "snoozed":
        yield "snoozed"
    if status == "resolved":
        yield "resolved"
    if status not in AT_WORK:
        return
    yield "open"
    if conversation.get("assignee") is None:
        yield "unassigned"
    if conversation.get("waiting_since") and not conversation.get("answered_at"):
        yield "waiting"
    if conversation["needs_reply"]:
        yield "needs_reply"
