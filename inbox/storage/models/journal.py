"""Webhooks as they came."""

from sqlalchemy import Index, LargeBinary, text
from sqlmodel import Field, SQLModel

from inbox.storage.models.columns import text_column, time_column


class JournalEntry(SQLModel, table=True):
    """A webhook as it came, byte for byte. ``state``: pending, applied or failed.

    ``proof``: what showed whose it is. ``replay_id``: of the last replay that it was in.
    """

    __tablename__ = "journal_entries"
    __table_args__ = (
        Index(
            "ix_journal_entries_pending",
            "id",
            sqlite_where=text("state = 'pending'"),
            postgresql_where=text("state = 'pending'"),
        ),
        Index(
            "ix_journal_entries_failed",
            "id",
            sqlite_where=text("state = 'failed'"),
            postgresql_where=text("state = 'failed'"),
        ),
        Index("ix_journal_entries_channel", "channel_id", "id"),
    )
    id: str = Field(primary_key=True)
    channel_id: str = Field(foreign_key="channels.id")
    received_at: int = time_column()
    body: bytes = Field(sa_type=LargeBinary)
    state: str = "pending"
    result: str | None = text_column(default=None)
    error: str | None = text_column(default=None)
    applied_at: int | None = time_column(default=None)
    acknowledged_at: int | None = time_column(default=None)
    proof: str | None = None
    replay_id: str | None = None


class RefusedDelivery(SQLModel, table=True):
    """A webhook that was turned away, or ``number`` of one ``kind`` that came in one minute.

    ``channel_id`` may be one of ``channels.refused.PLACES``. ``answer`` 0: none was given.
    ``took`` is in microseconds, ``came_from`` the address of the first of them. Only an
    authentic one leaves an ``excerpt``.
    """

    __tablename__ = "refused_deliveries"
    __table_args__ = (Index("ix_refused_deliveries_channel", "channel_id", "id"),)
    id: str = Field(primary_key=True)
    channel_id: str
    answer: int
    kind: str = ""
    reason: str = text_column()
    number: int = 1
    size: int | None = None
    took: int | None = None
    came_from: str | None = None
    excerpt: bytes | None = Field(default=None, sa_type=LargeBinary)


class Replay(SQLModel, table=True):
    """Somebody let webhooks be applied again: who, which, and how many were set to wait.

    ``moved_at``: when it last let some wait. ``refailed``: those that failed again in it and
    that a later replay took over, so that they no longer name this one.
    """

    __tablename__ = "replays"
    id: str = Field(primary_key=True)
    by: str
    asked: str = text_column()
    number: int = 0
    refailed: int = 0
    moved_at: int | None = time_column(default=None)
    ended_at: int | None = time_column(default=None)
