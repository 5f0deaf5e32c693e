"""Message templates of channels, as their providers listed them last."""

from sqlalchemy import UniqueConstraint
from sqlmodel import Field, SQLModel

from inbox.storage.models.columns import text_column, time_column


class MessageTemplate(SQLModel, table=True):
    """A template in one language. ``components`` is JSON, as Meta spells it.

    ``provider_id``: the provider's own id. ``named``: its gaps have names, else numbers.
    ``searched``: its words as search knows them. ``seen_at``: when the list that told it was asked
    for, so that what is in no list any more can go.
    """

    __tablename__ = "templates"
    __table_args__ = (
        UniqueConstraint("channel_id", "name", "language", name="uq_templates_channel_name"),
    )
    id: str = Field(primary_key=True)
    channel_id: str = Field(foreign_key="channels.id")
    name: str
    language: str
    status: str
    category: str
    provider_id: str | None = None
    quality: str | None = None
    reason: str | None = text_column(default=None)
    previous_category: str | None = None
    named: bool = False
    seen_at: int = time_column()
    searched: str = text_column()
    components: str = text_column()


class TemplateSync(SQLModel, table=True):
    """When a channel's templates are asked for again, and how that went last.

    ``found``: how many so far, while it goes on, or last. ``error``: why it did not work.
    """

    __tablename__ = "template_syncs"
    channel_id: str = Field(primary_key=True, foreign_key="channels.id")
    due_at: int | None = time_column(default=None)
    attempts: int = 0
    began_at: int | None = time_column(default=None)
    ended_at: int | None = time_column(default=None)
    found: int = 0
    error: str | None = text_column(default=None)


class TemplateUse(SQLModel, table=True):
    """What somebody put into a template last; ``filled`` is JSON, by the names of its fields."""

    __tablename__ = "template_uses"
    user_id: str = Field(primary_key=True, foreign_key="users.id")
    template_id: str = Field(primary_key=True, foreign_key="templates.id", ondelete="CASCADE")
    used_at: int = time_column()
    filled: str = text_column()
