"""The line in a thread that says what was done with its conversation, and by whom."""

from collections.abc import Sequence

from inbox.conversations.new_row import INTERNAL, new_row
from inbox.domain.ids import new_id
from inbox.domain.rows import ConversationRow, MessageRow
from inbox.domain.standing import ActivityChange
from inbox.domain.times import Micros


def activity_row(
    conversation: ConversationRow,
    changes: Sequence[ActivityChange],
    at: Micros,
    now: Micros,
    by: tuple[str | None, str] | None = None,
) -> MessageRow:
    """``at``: where it stands in the thread. ``by``: the id, if it is a user's, and the name of who
    did it; None: nobody of us, as the customer who wrote or the clock."""
    sender_id, sender_name = by or (None, None)
    return new_row(
        id=new_id(now),
        channel_id=conversation["channel_id"],
        conversation_id=conversation["id"],
        contact_id=conversation["contact_id"],
        direction=INTERNAL,
        type="activity",
        text=None,
        content={"activity": {"changes": [*changes]}},
        at=at,
        received_at=now,
        sender_id=sender_id,
        sender_name=sender_name,
    )
