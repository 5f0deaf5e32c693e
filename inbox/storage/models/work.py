"""What is still to be done: sends, files to fetch and keep, words to index."""

from typing import Any, cast

from sqlalchemy import BigInteger, Index, Text, text
from sqlmodel import Field, SQLModel

from inbox.storage.models.columns import Counting, text_column, time_column


class Outbox(SQLModel, table=True):
    """A send that waits. The row goes when the provider has answered for good.

    ``started``: a process makes the call and will tell its end before ``due_at``. After that
    the process must have crashed, and nobody knows whether the message went out. ``reason``, in
    words: why it has not gone yet, where that is worth telling; ``since``: when it came here.
    What waits for no time is due at 0, and what is behind one that waits, when that is.
    """

    __tablename__ = "outbox"
    __table_args__ = (
        Index("ix_outbox_channel_due", "channel_id", "due_at", "since"),
        Index("ix_outbox_conversation", "conversation_id", "number"),
    )
    message_id: str = Field(primary_key=True, foreign_key="messages.id")
    channel_id: str = Field(foreign_key="channels.id")
    conversation_id: str = Field(foreign_key="conversations.id")
    number: int = time_column()
    due_at: int = time_column()
    attempts: int = 0
    started: bool = False
    since: int = time_column(sa_column_kwargs={"server_default": "0"})
    reason: str | None = text_column(default=None)


class Try(SQLModel, table=True):
    """A try to send a message that came to nothing, as it is told beside why it failed.

    ``end``: ``postponed`` it was tried again by itself, ``failed``, ``ambiguous``, or ``undone``
    by what WhatsApp reported later.
    """

    __tablename__ = "tries"
    message_id: str = Field(primary_key=True, foreign_key="messages.id", ondelete="CASCADE")
    at: int = Field(primary_key=True, sa_type=BigInteger)
    end: str
    code: int | None = None
    title: str = text_column()


class LaterSend(SQLModel, table=True):
    """A reply that is not to be sent yet; the row goes when it is, and comes to the outbox.

    ``due_at`` None: not before the customer writes, or not by itself any more, for a ``reason``.
    ``inbound_count``: that of its conversation when it was written; it ``stops`` by itself where
    the customer has written since, if its writer wants that.
    """

    __tablename__ = "later_sends"
    __table_args__ = (Index("ix_later_sends_conversation", "conversation_id"),)
    message_id: str = Field(primary_key=True, foreign_key="messages.id")
    channel_id: str = Field(foreign_key="channels.id")
    conversation_id: str = Field(foreign_key="conversations.id")
    due_at: int | None = time_column(default=None, index=True)
    since: int = time_column()
    inbound_count: int
    stops: bool
    reason: str | None = text_column(default=None)


class AutomaticReply(SQLModel, table=True):
    """What a channel says by itself in a conversation.

    ``heard_at``: somebody wrote who is perhaps to be answered so, and nobody has looked yet.
    ``greets``: they wrote first, or after a silence. ``away_at``: when they were last told that
    nobody is there.
    """

    __tablename__ = "automatic_replies"
    __table_args__ = (
        Index(
            "ix_automatic_replies_waiting",
            "heard_at",
            sqlite_where=text("heard_at IS NOT NULL"),
            postgresql_where=text("heard_at IS NOT NULL"),
        ),
    )
    conversation_id: str = Field(
        primary_key=True, foreign_key="conversations.id", ondelete="CASCADE"
    )
    channel_id: str
    heard_at: int | None = time_column(default=None)
    greets: bool = False
    away_at: int | None = time_column(default=None)


class TakenBack(SQLModel, table=True):
    """A reply that its writer took back: asked for again, by its key, it is not sent."""

    __tablename__ = "taken_back"
    channel_id: str = Field(primary_key=True, foreign_key="channels.id")
    event_key: str = Field(primary_key=True, sa_type=Text)
    at: int = time_column()


class ReadMark(SQLModel, table=True):
    """Up to which message a customer is to be told that it was read; ``due_at`` None: they were.

    ``attempts`` are those that failed. While somebody tells it, ``due_at`` is when they must
    have come to an end.
    """

    __tablename__ = "read_marks"
    __table_args__ = (
        Index(
            "ix_read_marks_channel_due",
            "channel_id",
            "due_at",
            sqlite_where=text("due_at IS NOT NULL"),
            postgresql_where=text("due_at IS NOT NULL"),
        ),
    )
    conversation_id: str = Field(
        primary_key=True, foreign_key="conversations.id", ondelete="CASCADE"
    )
    channel_id: str = Field(foreign_key="channels.id")
    provider_message_id: str = text_column()
    asked_at: int = time_column()
    due_at: int | None = time_column(default=None)
    attempts: int = 0


class UntoldReaction(SQLModel, table=True):
    """Which emoji a customer is still to be told of, at this message; the newest counts.

    ``event_key``: of the change that it is.
    """

    __tablename__ = "untold_reactions"
    __table_args__ = (Index("ix_untold_reactions_channel_due", "channel_id", "due_at"),)
    message_id: str = Field(primary_key=True, foreign_key="messages.id", ondelete="CASCADE")
    channel_id: str = Field(foreign_key="channels.id")
    event_key: str = text_column()
    emoji: str = text_column()
    due_at: int = time_column()
    attempts: int = 0


class MediaJob(SQLModel, table=True):
    """A file that is to be fetched. The row goes when it is here, or cannot be had.

    ``holder`` is at work on it and says so again before ``due_at``; after that anybody may.
    """

    __tablename__ = "media_jobs"
    __table_args__ = (Index("ix_media_jobs_channel_due", "channel_id", "due_at"),)
    message_id: str = Field(primary_key=True, foreign_key="messages.id")
    channel_id: str = Field(foreign_key="channels.id")
    due_at: int = time_column()
    attempts: int = 0
    holder: str | None = None


class MediaFile(SQLModel, table=True):
    """A file on disk, by its SHA-256 in hex, belongs to a message. Many may have the same.

    A message that was edited may have several; which is which, ``messages`` tells.
    """

    __tablename__ = "media_files"
    message_id: str = Field(primary_key=True, foreign_key="messages.id")
    digest: str = Field(primary_key=True, index=True)


class Upload(SQLModel, table=True):
    """A file that somebody brought to send. ``digest`` None: not all of it is here yet.

    Who sends it makes it a file of a message; what nobody does is swept, unless something has it
    (``upload_holds``).
    """

    __tablename__ = "uploads"
    id: str = Field(primary_key=True)
    kind: str
    mime_type: str
    bytes: int = time_column()
    filename: str = text_column()
    digest: str | None = Field(default=None, index=True)
    duration: float | None = None
    waveform: str | None = text_column(default=None)
    width: int | None = None
    height: int | None = None
    thumbnail: bool = False
    user_id: str | None = Field(default=None, foreign_key="users.id")
    at: int = time_column(index=True)


class UploadHold(SQLModel, table=True):
    """What has an upload though no message does: a draft, a canned response.

    ``until``: None as long as it lives, else the end of the time in which it can come back.
    """

    __tablename__ = "upload_holds"
    holder: str = Field(primary_key=True)
    upload_id: str = Field(primary_key=True, foreign_key="uploads.id", index=True)
    until: int | None = time_column(default=None)


class ProviderFile(SQLModel, table=True):
    """A file that a channel's provider has had from us: by which id it knows it, and until when.

    ``mime_type`` is what it was told that it is.
    """

    __tablename__ = "provider_files"
    channel_id: str = Field(primary_key=True, foreign_key="channels.id")
    digest: str = Field(primary_key=True)
    mime_type: str = Field(primary_key=True)
    provider_file_id: str = text_column()
    until: int = time_column(index=True)


class UnsearchedMessage(SQLModel, table=True):
    """A message whose words the index does not know yet. A trigger notes it.

    The index itself, ``message_words`` and ``contact_words``, is in ``storage/fulltext.py``.
    """

    __tablename__ = "unsearched_messages"
    number: int = Field(
        primary_key=True, sa_type=cast(Any, Counting), sa_column_kwargs={"autoincrement": False}
    )


class UnsearchedContact(SQLModel, table=True):
    """A contact whose names the index does not know yet."""

    __tablename__ = "unsearched_contacts"
    contact_id: str = Field(primary_key=True)
