"""How busy each channel is, and what admins are told when that ends or its proofs fail."""

from sqlalchemy import Index, text
from sqlmodel import Field, SQLModel

from inbox.storage.models.columns import text_column, time_column


class WebhookCount(SQLModel, table=True):
    """Webhooks of a channel in one slot of ten minutes since 1970.

    ``refused``: without a right proof, at the channel's own address; ``refused_shared``: at the
    address that several channels share, where nobody knows whose they are.
    """

    __tablename__ = "webhook_counts"
    channel_id: str = Field(primary_key=True, foreign_key="channels.id")
    slot: int = Field(primary_key=True)
    accepted: int
    refused: int
    refused_shared: int


class Alert(SQLModel, table=True):
    """Of a channel or of an endpoint. ``facts`` is JSON. Open until ``ended_at``.

    ``endpoint_id``: no reference, as it outlives the endpoint, whose name is in ``facts``.
    ``muted_by``: the name of who wants to hear no more of it.
    """

    __tablename__ = "alerts"
    __table_args__ = (
        Index(
            "uq_alerts_open",
            "channel_id",
            "kind",
            unique=True,
            sqlite_where=text("ended_at IS NULL"),
            postgresql_where=text("ended_at IS NULL"),
        ),
        Index(
            "uq_alerts_open_endpoint",
            "endpoint_id",
            "kind",
            unique=True,
            sqlite_where=text("ended_at IS NULL"),
            postgresql_where=text("ended_at IS NULL"),
        ),
        Index("ix_alerts_channel", "channel_id", "id"),
    )
    id: str = Field(primary_key=True)
    channel_id: str | None = Field(default=None, foreign_key="channels.id")
    endpoint_id: str | None = None
    kind: str
    since: int = time_column()
    facts: str = text_column()
    raised_at: int = time_column()
    ended_at: int | None = time_column(default=None)
    muted_at: int | None = time_column(default=None)
    muted_by: str | None = None


class AlertNotice(SQLModel, table=True):
    """An alert began or ended, which is to be told outside. The row goes when it was."""

    __tablename__ = "alert_notices"
    alert_id: str = Field(primary_key=True, foreign_key="alerts.id")
    change: str = Field(primary_key=True)
    due_at: int = time_column()
    attempts: int = 0


class Watch(SQLModel, table=True):
    """Since when some process has watched without a pause, and when it looked last."""

    __tablename__ = "watches"
    name: str = Field(primary_key=True)
    since: int = time_column()
    looked_at: int = time_column()
