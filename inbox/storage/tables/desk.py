"""What a team does with a conversation among themselves."""

from sqlalchemy import Index, text
from sqlmodel import Field, SQLModel

from inbox.storage.tables.columns import table, text_column, time_column


class Mention(SQLModel, table=True):
    """A user is named in a note; ``seen_at`` is empty until they have looked there."""

    __tablename__ = "mentions"
    __table_args__ = (
        Index("ix_mentions_conversation", "user_id", "conversation_id"),
        Index(
            "ix_mentions_unseen",
            "user_id",
            "conversation_id",
            sqlite_where=text("seen_at IS NULL"),
            postgresql_where=text("seen_at IS NULL"),
        ),
    )
    message_id: str = Field(primary_key=True, foreign_key="messages.id")
    user_id: str = Field(primary_key=True, foreign_key="users.id", ondelete="CASCADE")
    conversation_id: str = Field(foreign_key="conversations.id", index=True)
    at: int = time_column()
    seen_at: int | None = time_column(default=None)


class PresenceRow(SQLModel, table=True):
    """What one process says of who is viewing and writing there, for the others."""

    __tablename__ = "presence"
    process: str = Field(primary_key=True)
    at: int = time_column()
    told: str = text_column()


mentions = table(Mention)
presence = table(PresenceRow)
