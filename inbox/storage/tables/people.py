"""Who writes to us, and by which names they are found."""

from sqlalchemy import Index, UniqueConstraint
from sqlmodel import Field, SQLModel

from inbox.storage.tables.columns import table, text_column, time_column


class Contact(SQLModel, table=True):
    """Who writes to us on one channel. ``match_key`` joins the spellings of one number.

    ``learned`` tells when each fact was said, so that the newest wins in any order.
    ``blocked_at``: since when the provider lets nothing through, of theirs or of ours.
    """

    __tablename__ = "contacts"
    __table_args__ = (
        UniqueConstraint("channel_id", "match_key"),
        UniqueConstraint("channel_id", "user_id"),
        Index("ix_contacts_page", "created_at", "id"),
    )
    id: str = Field(primary_key=True)
    channel_id: str = Field(foreign_key="channels.id")
    match_key: str | None = None
    user_id: str | None = None
    wa_id: str | None = None
    phone_number: str | None = None
    username: str | None = None
    name: str | None = text_column(default=None)
    learned: str = text_column(default="{}")
    created_at: int = time_column()
    blocked_at: int | None = time_column(default=None)


class Alias(SQLModel, table=True):
    """A further ``match_key`` or ``user_id`` of a contact, beside those in its own row."""

    __tablename__ = "aliases"
    channel_id: str = Field(primary_key=True, foreign_key="channels.id")
    kind: str = Field(primary_key=True)
    value: str = Field(primary_key=True)
    contact_id: str = Field(foreign_key="contacts.id", index=True)


contacts = table(Contact)
aliases = table(Alias)
