"""What is said with one person, and how far it was read."""

from sqlalchemy import Index, false, text
from sqlmodel import Field, SQLModel

from inbox.storage.models.columns import counter, text_column, time_column

AT_WORK = "status IN ('open', 'pending')"
WAITS = "waiting_since IS NOT NULL"


def _some(name: str, condition: str, *columns: str) -> Index:
    """An index of those rows alone, in this order."""
    on_sqlite = condition.replace("closing", "closing = 1")
    return Index(
        f"ix_conversations_{name}",
        *columns,
        "id",
        sqlite_where=text(on_sqlite),
        postgresql_where=text(condition),
    )


class Conversation(SQLModel, table=True):
    """One contact on one channel. ``arrived_at`` orders the list: arrival, not provider time.

    ``assignee_id`` and ``team_id`` name whose turn it is, ``labels`` is JSON of their ids, as
    ``conversation_labels`` has them. ``waiting_since``: since when the customer waits for an
    answer. ``answered_at``: when somebody first answered since it was opened. ``closing``: WhatsApp
    takes free text for two hours more at most, and they wait.
    ``inbound_count`` less what somebody has seen is what they have not read; ``seen_count``
    is the most that anybody has seen. ``last_direction`` is that of the last message.

    An index for each view of the list and each of its orders, of those rows alone: whoever receives
    writes to few of them.
    """

    __tablename__ = "conversations"
    __table_args__ = (
        Index("ix_conversations_page", "arrived_at", "id"),
        Index("ix_conversations_channel", "channel_id", "arrived_at", "id"),
        _some("unseen", "inbound_count > seen_count", "arrived_at"),
        _some("open", AT_WORK, "arrived_at"),
        _some("turn", AT_WORK, "assignee_id", "arrived_at"),
        _some("team", f"team_id IS NOT NULL AND {AT_WORK}", "team_id", "arrived_at"),
        _some("needs_reply", f"last_direction = 'incoming' AND {AT_WORK}", "arrived_at"),
        _some("unanswered", f"{WAITS} AND answered_at IS NULL AND {AT_WORK}", "arrived_at"),
        _some("snoozed", "status = 'snoozed'", "arrived_at"),
        _some("resolved", "status = 'resolved'", "arrived_at"),
        _some("waiting", WAITS, "waiting_since"),
        _some("turn_waiting", f"{WAITS} AND {AT_WORK}", "assignee_id", "waiting_since"),
        _some("snoozed_waiting", f"{WAITS} AND status = 'snoozed'", "waiting_since"),
        _some("window", WAITS, "last_inbound_at"),
        _some("turn_window", f"{WAITS} AND {AT_WORK}", "assignee_id", "last_inbound_at"),
        _some("snoozed_window", f"{WAITS} AND status = 'snoozed'", "last_inbound_at"),
        _some("closing", "closing", "arrived_at"),
        _some("closing_waiting", f"closing AND {WAITS}", "waiting_since"),
        _some("closing_window", f"closing AND {WAITS}", "last_inbound_at"),
        _some("wakes", "status = 'snoozed' AND snoozed_until IS NOT NULL", "snoozed_until"),
    )
    id: str = Field(primary_key=True)
    channel_id: str = Field(foreign_key="channels.id")
    contact_id: str = Field(foreign_key="contacts.id", unique=True)
    status: str = "open"
    arrived_at: int = time_column()
    last_message_id: str | None = None
    last_direction: str | None = None
    inbound_count: int = 0
    seen_count: int = 0
    last_inbound_at: int | None = time_column(default=None)
    created_at: int = time_column()
    assignee_id: str | None = None
    team_id: str | None = None
    snoozed_until: int | None = time_column(default=None)
    priority: str = Field(default="normal", sa_column_kwargs={"server_default": "normal"})
    labels: str = text_column(default="[]", sa_column_kwargs={"server_default": "[]"})
    waiting_since: int | None = time_column(default=None)
    answered_at: int | None = time_column(default=None)
    closing: bool = Field(default=False, sa_column_kwargs={"server_default": false()})


class MovedConversation(SQLModel, table=True):
    """The id that a conversation had before it became part of another."""

    __tablename__ = "moved_conversations"
    id: str = Field(primary_key=True)
    into_id: str = Field(foreign_key="conversations.id", index=True)


class Reading(SQLModel, table=True):
    """How many of a conversation's inbound messages a user has seen."""

    __tablename__ = "readings"
    user_id: str = Field(primary_key=True, foreign_key="users.id", ondelete="CASCADE")
    conversation_id: str = Field(primary_key=True, foreign_key="conversations.id", index=True)
    seen_count: int = 0


class Horizon(SQLModel, table=True):
    """What arrived until ``at`` the user has read, but for what is ``left_unread``."""

    __tablename__ = "horizons"
    user_id: str = Field(primary_key=True, foreign_key="users.id", ondelete="CASCADE")
    at: int = time_column()


class LeftUnread(SQLModel, table=True):
    """A conversation below the user's horizon that was unread when the horizon came by.

    It counts while ``arrived_at`` is still the conversation's: what arrives later is above.
    """

    __tablename__ = "left_unread"
    __table_args__ = (Index("ix_left_unread_page", "user_id", "arrived_at", "conversation_id"),)
    user_id: str = Field(primary_key=True, foreign_key="users.id", ondelete="CASCADE")
    conversation_id: str = Field(primary_key=True)
    arrived_at: int = time_column()


class Draft(SQLModel, table=True):
    """What a user has begun to write in a conversation."""

    __tablename__ = "drafts"
    user_id: str = Field(primary_key=True, foreign_key="users.id", ondelete="CASCADE")
    conversation_id: str = Field(primary_key=True, foreign_key="conversations.id", index=True)
    text: str = text_column()
    quoted_id: str | None = None
    files: str = text_column(default="[]")
    updated_at: int = time_column()


class NoteDraft(SQLModel, table=True):
    """What a user has begun to note there: beside the reply that they have begun.

    ``files`` of either: uploads that go with it, as JSON.
    """

    __tablename__ = "note_drafts"
    user_id: str = Field(primary_key=True, foreign_key="users.id", ondelete="CASCADE")
    conversation_id: str = Field(primary_key=True, foreign_key="conversations.id", index=True)
    text: str = text_column()
    files: str = text_column(default="[]")
    updated_at: int = time_column()


class ViewCount(SQLModel, table=True):
    """So many conversations more (``n``, or fewer) that stand so. Triggers note it.

    ``label_id`` None: by themselves; else those with this label. ``incoming_last``: the customer
    said the last word; ``unanswered``: they wait, and nobody has answered yet; ``unseen``: nobody
    has read all of it. Of what is not at work, labels, ``assignee_id``, ``priority`` and the first
    two are not told apart.
    """

    __tablename__ = "view_counts"
    number: int | None = counter()
    label_id: str | None = None
    channel_id: str
    team_id: str | None = None
    assignee_id: str | None = None
    status: str
    priority: str
    incoming_last: bool
    unanswered: bool
    closing: bool
    unseen: bool
    n: int
