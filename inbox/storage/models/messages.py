"""Bubbles, and the facts about them that may come before."""

from sqlalchemy import Index, Text, UniqueConstraint, text
from sqlmodel import Field, SQLModel

from inbox.domain.shared import DOCUMENTS, LINKS, MEDIA
from inbox.storage.models.columns import counter, text_column, time_column

_SHARED = ("conversation_id", "sort_at", "number")


class Message(SQLModel, table=True):
    """A bubble. ``number`` is the order of arrival and breaks ties of ``sort_at``.

    ``reactions``, ``edited_at``, ``deleted_at``, the ``previous`` versions and the newest
    ``content`` follow from the ``changes`` of the message. ``media`` is what became of its file.
    ``inner_id`` is what all ids have in common that the provider has for it.
    """

    __tablename__ = "messages"
    __table_args__ = (
        UniqueConstraint("channel_id", "event_key"),
        UniqueConstraint("channel_id", "provider_message_id"),
        Index("ix_messages_thread", "conversation_id", "sort_at", "number"),
        Index(
            "ix_messages_inner",
            "channel_id",
            "inner_id",
            sqlite_where=text("inner_id IS NOT NULL"),
            postgresql_where=text("inner_id IS NOT NULL"),
        ),
        *(
            Index(name, *_SHARED, sqlite_where=text(which), postgresql_where=text(which))
            for name, which in (
                ("ix_messages_media", MEDIA),
                ("ix_messages_documents", DOCUMENTS),
                ("ix_messages_links", LINKS),
            )
        ),
        {"sqlite_autoincrement": True},
    )
    number: int | None = counter()
    id: str = Field(unique=True)
    channel_id: str = Field(foreign_key="channels.id")
    conversation_id: str = Field(foreign_key="conversations.id")
    contact_id: str = Field(foreign_key="contacts.id")
    direction: str
    type: str
    content: str = text_column()
    context: str | None = text_column(default=None)
    status: str
    error: str | None = text_column(default=None)
    sort_at: int = time_column()
    received_at: int = time_column()
    event_key: str | None = text_column(default=None)
    provider_message_id: str | None = text_column(default=None)
    client_id: str | None = text_column(default=None)
    sender_id: str | None = Field(default=None, foreign_key="users.id")
    sender_name: str | None = None
    reactions: str | None = text_column(default=None)
    previous: str | None = text_column(default=None)
    edited_at: int | None = time_column(default=None)
    deleted_at: int | None = time_column(default=None)
    media: str | None = text_column(default=None)
    inner_id: str | None = text_column(default=None)


class MessageAlias(SQLModel, table=True):
    """An id by which facts name a message that no message has itself.

    ``keys``, as JSON: whom the facts are about, by which the right one of several with this
    ``inner_id`` is told. ``target``: that one's own id, once it is known.
    """

    __tablename__ = "message_aliases"
    __table_args__ = (Index("ix_message_aliases_inner", "channel_id", "inner_id"),)
    channel_id: str = Field(primary_key=True, foreign_key="channels.id")
    provider_message_id: str = Field(primary_key=True, sa_type=Text)
    inner_id: str = text_column()
    keys: str = text_column()
    target: str | None = text_column(default=None)


class Change(SQLModel, table=True):
    """A reaction, an edit or a deletion. A set: it may come before its message is known.

    ``author`` tells the members of a group apart; ``body`` is what an edit puts there.
    ``error``, as JSON: why a reaction of ours did not reach the customer.
    """

    __tablename__ = "changes"
    __table_args__ = (Index("ix_changes_target", "channel_id", "target_id"),)
    channel_id: str = Field(primary_key=True, foreign_key="channels.id")
    event_key: str = Field(primary_key=True, sa_type=Text)
    target_id: str = text_column()
    kind: str
    direction: str | None = None
    author: str = ""
    at: int = time_column()
    emoji: str | None = text_column(default=None)
    body: str | None = text_column(default=None)
    error: str | None = text_column(default=None)


class Receipt(SQLModel, table=True):
    """The fact "delivered at 10:02". A set: it may come before its message is known.

    ``errors`` are the earliest that were given, at ``errors_at``.
    """

    __tablename__ = "receipts"
    channel_id: str = Field(primary_key=True, foreign_key="channels.id")
    provider_message_id: str = Field(primary_key=True, sa_type=Text)
    status: str = Field(primary_key=True)
    participant: str = Field(primary_key=True, default="")
    at: int = time_column()
    errors: str | None = text_column(default=None)
    errors_at: int | None = time_column(default=None)


class Charge(SQLModel, table=True):
    """What the provider says a message costs: a fact of its receipts, the earliest that says so.

    A set as they are: it may come before its message, or for one that is none of ours. ``kind``
    and ``model`` are the provider's words for why it is billed or free; ``country`` is the
    customer's. ``undelivered``: it failed, and nobody is billed for it.
    """

    __tablename__ = "charges"
    __table_args__ = (
        # With all that is counted, so that a month is read from the index alone.
        Index(
            "ix_charges_month",
            *("channel_id", "at", "category", "billable", "undelivered", "model", "kind"),
            "country",
        ),
    )
    channel_id: str = Field(primary_key=True, foreign_key="channels.id")
    provider_message_id: str = Field(primary_key=True, sa_type=Text)
    at: int = time_column()
    category: str
    billable: bool
    kind: str = ""
    model: str = ""
    country: str = ""
    undelivered: bool = False


class Echo(SQLModel, table=True):
    """What the business said, told by a provider that gives no ids, is this reply of ours."""

    __tablename__ = "echoes"
    channel_id: str = Field(primary_key=True, foreign_key="channels.id")
    event_key: str = Field(primary_key=True, sa_type=Text)
    message_id: str = Field(foreign_key="messages.id", unique=True)
