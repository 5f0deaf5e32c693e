"""What happened, in order."""

from sqlmodel import SQLModel

from inbox.storage.models.columns import counter, text_column, time_column


class FeedEvent(SQLModel, table=True):
    """The log behind the feed. ``seq`` grows by commit order and never repeats.

    ``audience``: empty for everybody signed in, ``admin``, ``user:<id>``, or ``server``.
    """

    __tablename__ = "feed_events"
    __table_args__ = ({"sqlite_autoincrement": True},)
    seq: int | None = counter()
    type: str
    at: int = time_column()
    payload: str = text_column()
    conversation_id: str | None = None
    contact_id: str | None = None
    audience: str = ""
