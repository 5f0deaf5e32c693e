"""What a team does with a conversation among themselves."""

from sqlalchemy import BigInteger, Index, text
from sqlmodel import Field, SQLModel

from inbox.storage.models.columns import text_column, time_column


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


class Team(SQLModel, table=True):
    """Those who share work. ``in_turn``: who is there is given new conversations in turn."""

    __tablename__ = "teams"
    id: str = Field(primary_key=True)
    name: str
    in_turn: bool = False
    capacity: int | None = None
    created_at: int = time_column()


class TeamMember(SQLModel, table=True):
    """A user is of a team."""

    __tablename__ = "team_members"
    team_id: str = Field(primary_key=True, foreign_key="teams.id", ondelete="CASCADE")
    user_id: str = Field(primary_key=True, foreign_key="users.id", ondelete="CASCADE", index=True)


class Turn(SQLModel, table=True):
    """When a user was last given a conversation of ``lane``: a team's, or a channel's."""

    __tablename__ = "turns"
    lane: str = Field(primary_key=True)
    user_id: str = Field(primary_key=True, foreign_key="users.id", ondelete="CASCADE")
    at: int = time_column()


class ConversationLabel(SQLModel, table=True):
    """A conversation has a label: by this it is found."""

    __tablename__ = "conversation_labels"
    label_id: str = Field(primary_key=True, foreign_key="labels.id", ondelete="CASCADE")
    conversation_id: str = Field(
        primary_key=True, foreign_key="conversations.id", ondelete="CASCADE", index=True
    )


class LabelRow(SQLModel, table=True):
    """A word that conversations are sorted by. ``folded``: no two differ in case alone."""

    __tablename__ = "labels"
    id: str = Field(primary_key=True)
    name: str
    folded: str = Field(unique=True)
    color: str
    created_at: int = time_column()


class SavedView(SQLModel, table=True):
    """Filters of the list under a name: ``filters`` is what the list's query says, as JSON."""

    __tablename__ = "saved_views"
    id: str = Field(primary_key=True)
    name: str
    filters: str = text_column()
    owner_id: str = Field(foreign_key="users.id", ondelete="CASCADE", index=True)
    shared: bool = False
    created_at: int = time_column()


class Undo(SQLModel, table=True):
    """What was done by one click, and how it was before: ``made`` is JSON, one part of it all."""

    __tablename__ = "undos"
    id: str = Field(primary_key=True)
    part: int = Field(primary_key=True)
    by: str
    at: int = Field(sa_type=BigInteger, index=True)
    made: str = text_column()
