"""Who writes to us, by which names they are found, and what the team knows of them."""

from sqlalchemy import Index, UniqueConstraint, text
from sqlmodel import Field, SQLModel

from inbox.storage.models.columns import text_column, time_column


class Contact(SQLModel, table=True):
    """Who writes to us on one channel. ``match_key`` joins the spellings of one number.

    ``learned`` tells when each fact was said, so that the newest wins in any order.
    ``blocked_at``: since when the provider lets nothing through, of theirs or of ours.
    ``name`` is what they call themselves, ``own_name`` what the team calls them. Contacts with one
    ``person_id`` were joined by hand. ``usernames``, as JSON: all that they ever had, of whom has
    had more than one.
    """

    __tablename__ = "contacts"
    __table_args__ = (
        UniqueConstraint("channel_id", "match_key"),
        UniqueConstraint("channel_id", "user_id"),
        Index("ix_contacts_page", "created_at", "id"),
        Index(
            "ix_contacts_person",
            "person_id",
            sqlite_where=text("person_id IS NOT NULL"),
            postgresql_where=text("person_id IS NOT NULL"),
        ),
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
    usernames: str | None = text_column(default=None)
    own_name: str | None = text_column(default=None)
    person_id: str | None = None


class Alias(SQLModel, table=True):
    """A further ``match_key`` or ``user_id`` of a contact, beside those in its own row."""

    __tablename__ = "aliases"
    channel_id: str = Field(primary_key=True, foreign_key="channels.id")
    kind: str = Field(primary_key=True)
    value: str = Field(primary_key=True)
    contact_id: str = Field(foreign_key="contacts.id", index=True)


class ContactDetail(SQLModel, table=True):
    """What the team notes about a contact; no row: nothing yet.

    ``attributes``: values by the id of their ``ContactAttribute``, as JSON.
    """

    __tablename__ = "contact_details"
    contact_id: str = Field(primary_key=True, foreign_key="contacts.id")
    attributes: str = text_column(default="{}")
    note: str = text_column(default="")
    updated_at: int = time_column()


class ContactAttribute(SQLModel, table=True):
    """Something that a team wants to know of its customers. ``choices``, as JSON: of a choice."""

    __tablename__ = "contact_attributes"
    id: str = Field(primary_key=True)
    key: str = Field(unique=True)
    label: str
    kind: str
    choices: str = text_column(default="[]")
    created_at: int = time_column()


class ContactMerge(SQLModel, table=True):
    """Somebody said that contacts are one person.

    ``before`` and ``after``, as JSON: what each of them was like, so that it can be undone.
    """

    __tablename__ = "contact_merges"
    id: str = Field(primary_key=True)
    person_id: str = Field(index=True)
    by_name: str
    created_at: int = time_column()
    before: str = text_column()
    after: str = text_column()
