"""What is said again and again."""

from sqlalchemy import Index, text
from sqlmodel import Field, SQLModel

from inbox.storage.models.columns import text_column, time_column

_PERSONAL = "deleted_at IS NULL AND owner_id IS NOT NULL"
_TEAM = "deleted_at IS NULL AND team_id IS NOT NULL"
_SHARED = "deleted_at IS NULL AND owner_id IS NULL AND team_id IS NULL"


class CannedResponse(SQLModel, table=True):
    """A text under a short code. ``owner_id`` or ``team_id``: whose it is; neither is everybody's.

    ``folded`` has the words of both for search, ``attachments`` ids of uploads as JSON. One that
    was deleted stays a while, so that this can be undone.
    """

    __tablename__ = "canned_responses"
    __table_args__ = (
        Index(
            "uq_canned_responses_personal",
            "owner_id",
            "short_code",
            unique=True,
            sqlite_where=text(_PERSONAL),
            postgresql_where=text(_PERSONAL),
        ),
        Index(
            "uq_canned_responses_team",
            "team_id",
            "short_code",
            unique=True,
            sqlite_where=text(_TEAM),
            postgresql_where=text(_TEAM),
        ),
        Index(
            "uq_canned_responses_shared",
            "short_code",
            unique=True,
            sqlite_where=text(_SHARED),
            postgresql_where=text(_SHARED),
        ),
    )
    id: str = Field(primary_key=True)
    owner_id: str | None = Field(default=None, foreign_key="users.id", ondelete="CASCADE")
    team_id: str | None = None
    short_code: str
    content: str = text_column()
    attachments: str = text_column(default="[]")
    folded: str = text_column()
    created_at: int = time_column()
    updated_at: int = time_column()
    deleted_at: int | None = time_column(default=None)
