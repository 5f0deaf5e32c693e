"""Who is told of what, and where: what users wish, the browsers they are told in, what waits."""

from sqlalchemy import Index, false, true
from sqlmodel import Field, SQLModel

from inbox.storage.models.columns import text_column, time_column


class NoticeWishes(SQLModel, table=True):
    """What a user wants to be told of; who never chose has no row.

    Quiet hours are minutes of the day in ``time_zone``. ``away_until`` None: until they say so.
    """

    __tablename__ = "notice_wishes"
    user_id: str = Field(primary_key=True, foreign_key="users.id", ondelete="CASCADE")
    messages: str = Field(default="all", sa_column_kwargs={"server_default": "all"})
    mentions: bool = Field(default=True, sa_column_kwargs={"server_default": true()})
    assignments: bool = Field(default=True, sa_column_kwargs={"server_default": true()})
    preview: bool = Field(default=True, sa_column_kwargs={"server_default": true()})
    sound: str = Field(default="chime", sa_column_kwargs={"server_default": "chime"})
    quiet_start: int | None = None
    quiet_end: int | None = None
    time_zone: str = Field(default="UTC", sa_column_kwargs={"server_default": "UTC"})
    away: bool = Field(default=False, sa_column_kwargs={"server_default": false()})
    away_until: int | None = time_column(default=None)


class MutedChannel(SQLModel, table=True):
    """A user hears nothing of its customers' messages, but sees them."""

    __tablename__ = "muted_channels"
    user_id: str = Field(primary_key=True, foreign_key="users.id", ondelete="CASCADE")
    channel_id: str = Field(primary_key=True, foreign_key="channels.id", ondelete="CASCADE")


class PushDevice(SQLModel, table=True):
    """A browser that is told with no page open, as long as its user is signed in there.

    ``status`` and ``error``: what its push service answered last. ``ended_at``: since when that
    knows it no more. ``shut_until``: it wants to hear nothing before.
    """

    __tablename__ = "push_devices"
    id: str = Field(primary_key=True)
    user_id: str = Field(foreign_key="users.id", index=True, ondelete="CASCADE")
    session: str = Field(foreign_key="sessions.digest", index=True, ondelete="CASCADE")
    endpoint: str = text_column()
    endpoint_digest: str = Field(unique=True)
    p256dh: str
    auth: str
    user_agent: str = text_column(default="")
    created_at: int = time_column()
    tried_at: int | None = time_column(default=None)
    status: int | None = None
    error: str | None = text_column(default=None)
    ended_at: int | None = time_column(default=None)
    shut_until: int | None = time_column(default=None)


class Push(SQLModel, table=True):
    """A device is to be told of a conversation: the newest of each kind. The row goes when it was.

    ``at``: when that happened, as what is old is told no more.
    """

    __tablename__ = "pushes"
    __table_args__ = (Index("ix_pushes_device_due", "device_id", "due_at"),)
    device_id: str = Field(primary_key=True, foreign_key="push_devices.id", ondelete="CASCADE")
    conversation_id: str = Field(primary_key=True)
    kind: str = Field(primary_key=True)
    message_id: str
    at: int = time_column()
    due_at: int = time_column()
    attempts: int = 0


class PushState(SQLModel, table=True):
    """One row: how far the log was looked through, and the sealed key that signs pushes."""

    __tablename__ = "push_state"
    id: int = Field(primary_key=True)
    seq: int = time_column(default=0)
    key: str | None = text_column(default=None)
