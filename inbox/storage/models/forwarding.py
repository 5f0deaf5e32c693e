"""Outgoing webhooks: where what happens is posted, and what came of each post."""

from sqlalchemy import Index, text
from sqlmodel import Field, SQLModel

from inbox.storage.models.columns import text_column, time_column


class EndpointRow(SQLModel, table=True):
    """An address that is told what happens. ``events``, ``channel_ids``, ``header_names``: JSON.

    ``sealed`` holds its secrets and the values of its own headers. ``seq``: up to which event of
    the log all has been told or has a delivery of its own. ``due_at``: until when a process is at
    it, or it rests; ``attempts``: failures in a row. ``shut_until``: nothing is tried before.
    ``missed``: events that the log forgot before they were told.
    """

    __tablename__ = "webhook_endpoints"
    id: str = Field(primary_key=True)
    url: str = text_column()
    description: str = text_column()
    events: str = text_column()
    channel_ids: str = text_column()
    header_names: str = text_column()
    sealed: str = text_column()
    previous_until: int | None = time_column(default=None)
    active: bool = True
    concurrency: int = 1
    created_at: int = time_column()
    seq: int = time_column()
    due_at: int = time_column()
    attempts: int = 0
    shut_until: int | None = time_column(default=None)
    failing_since: int | None = time_column(default=None)
    last_success_at: int | None = time_column(default=None)
    last_error: str | None = text_column(default=None)
    ended_at: int | None = time_column(default=None)
    ended_because: str | None = None
    missed: int = time_column(default=0)
    replays: int = 0


class DeliveryRow(SQLModel, table=True):
    """An event that was posted to an endpoint, or is to be posted once more.

    ``state``: ``waiting``, ``delivered``, ``failed``, ``cancelled``. ``due_at`` None: it is at its
    end. ``attempts``: tries since it was last asked for. ``tries``: JSON, oldest first. ``body``
    None: it is made of the log. ``seq`` None: a test.
    """

    __tablename__ = "webhook_deliveries"
    __table_args__ = (
        Index("ix_webhook_deliveries_listed", "endpoint_id", "at", "id"),
        Index("ix_webhook_deliveries_state", "endpoint_id", "state", "at", "id"),
        Index(
            "ix_webhook_deliveries_due",
            "endpoint_id",
            "due_at",
            sqlite_where=text("due_at IS NOT NULL"),
            postgresql_where=text("due_at IS NOT NULL"),
        ),
    )
    id: str = Field(primary_key=True)
    endpoint_id: str = Field(foreign_key="webhook_endpoints.id", ondelete="CASCADE")
    seq: int | None = time_column(default=None)
    type: str
    event_at: int = time_column()
    at: int = time_column()
    state: str
    due_at: int | None = time_column(default=None)
    attempts: int = 0
    tries: str = text_column()
    body: str | None = text_column(default=None)
