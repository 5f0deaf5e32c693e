"""Every table, once, for both engines. The hot paths use them through SQLAlchemy Core.

Times are integers of microseconds (see ``domain.times``), ids are UUIDs as text, JSON is
text that was encoded once. No ``from __future__ import annotations`` here: SQLModel reads
the annotations while the classes are made.
"""

from typing import Any, cast

from sqlalchemy import BigInteger, Index, Integer, LargeBinary, Table, Text, UniqueConstraint, text
from sqlmodel import Field, SQLModel

# Names of our own making, so that a later migration can drop a constraint on either engine.
SQLModel.metadata.naming_convention = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}

# SQLite gives numbers by itself only to a column of the type INTEGER.
_Counting = BigInteger().with_variant(Integer, "sqlite")


def _counter() -> Any:
    return Field(primary_key=True, sa_type=cast(Any, _Counting))


def _moment(**options: Any) -> Any:
    return Field(sa_type=BigInteger, **options)


def _words(**options: Any) -> Any:
    return Field(sa_type=Text, **options)


class User(SQLModel, table=True):
    """Who signs in. ``password_hash`` is empty until the one-time link was used."""

    __tablename__ = "users"
    id: str = Field(primary_key=True)
    email: str = Field(unique=True)
    name: str
    role: str
    password_hash: str | None = None
    created_at: int = _moment()
    disabled_at: int | None = _moment(default=None)


class Session(SQLModel, table=True):
    """A signed-in browser. Only the SHA-256 of its cookie is kept."""

    __tablename__ = "sessions"
    digest: str = Field(primary_key=True)
    user_id: str = Field(foreign_key="users.id", index=True, ondelete="CASCADE")
    created_at: int = _moment()
    expires_at: int = _moment()
    user_agent: str = _words(default="")


class ApiToken(SQLModel, table=True):
    """A program that may read the API and the feed; shown once, kept as SHA-256."""

    __tablename__ = "api_tokens"
    id: str = Field(primary_key=True)
    name: str
    role: str
    digest: str = Field(unique=True)
    created_at: int = _moment()
    last_used_at: int | None = _moment(default=None)
    revoked_at: int | None = _moment(default=None)


class OneTimeLink(SQLModel, table=True):
    """``setup`` names the first admin; ``password`` lets a user choose theirs."""

    __tablename__ = "one_time_links"
    digest: str = Field(primary_key=True)
    purpose: str
    user_id: str | None = Field(default=None, foreign_key="users.id", ondelete="CASCADE")
    created_at: int = _moment()
    expires_at: int = _moment()
    used_at: int | None = _moment(default=None)


class SignInTries(SQLModel, table=True):
    """How often one account, or one network, was lately tried: ``key`` is a SHA-256."""

    __tablename__ = "sign_in_tries"
    key: str = Field(primary_key=True)
    tries: int
    last_at: int = Field(sa_type=BigInteger, index=True)


class Channel(SQLModel, table=True):
    """A connected number. ``sealed`` holds its secrets, encrypted; the key's digest routes.

    ``gate`` is JSON: what webhooks must prove, where they may come from, and how many.
    """

    __tablename__ = "channels"
    id: str = Field(primary_key=True)
    name: str
    provider: str
    account: str | None = Field(default=None, index=True)
    api_base: str
    key_digest: str = Field(unique=True)
    sealed: str = _words()
    gate: str = _words(default="{}")
    created_at: int = _moment()
    last_webhook_at: int | None = _moment(default=None)
    last_error: str | None = _words(default=None)
    last_error_at: int | None = _moment(default=None)
    refusals: int = 0
    last_refusal: str | None = _words(default=None)
    last_refused_at: int | None = _moment(default=None)


class Refused(SQLModel, table=True):
    """How many webhooks of a channel were refused for one kind of reason, and the latest."""

    __tablename__ = "refusals"
    channel_id: str = Field(primary_key=True, foreign_key="channels.id")
    kind: str = Field(primary_key=True)
    number: int
    reason: str = _words()
    last_at: int = _moment()


class Contact(SQLModel, table=True):
    """Who writes to us on one channel. ``match_key`` joins the spellings of one number.

    ``learned`` tells when each fact was said, so that the newest wins in any order.
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
    name: str | None = _words(default=None)
    learned: str = _words(default="{}")
    created_at: int = _moment()


class Alias(SQLModel, table=True):
    """A further ``match_key`` or ``user_id`` of a contact, beside those in its own row."""

    __tablename__ = "aliases"
    channel_id: str = Field(primary_key=True, foreign_key="channels.id")
    kind: str = Field(primary_key=True)
    value: str = Field(primary_key=True)
    contact_id: str = Field(foreign_key="contacts.id", index=True)


class Conversation(SQLModel, table=True):
    """One contact on one channel. ``arrived_at`` orders the list: arrival, not provider time.

    ``inbound_count`` less what somebody has seen is what they have not read; ``seen_count``
    is the most that anybody has seen. ``last_direction`` is that of the last message.
    """

    __tablename__ = "conversations"
    __table_args__ = (
        Index("ix_conversations_page", "arrived_at", "id"),
        Index("ix_conversations_channel", "channel_id", "arrived_at", "id"),
        Index(
            "ix_conversations_waiting",
            "arrived_at",
            "id",
            sqlite_where=text("last_direction = 'incoming'"),
            postgresql_where=text("last_direction = 'incoming'"),
        ),
        Index(
            "ix_conversations_unseen",
            "arrived_at",
            "id",
            sqlite_where=text("inbound_count > seen_count"),
            postgresql_where=text("inbound_count > seen_count"),
        ),
    )
    id: str = Field(primary_key=True)
    channel_id: str = Field(foreign_key="channels.id")
    contact_id: str = Field(foreign_key="contacts.id", unique=True)
    status: str = "open"
    arrived_at: int = _moment()
    last_message_id: str | None = None
    last_direction: str | None = None
    inbound_count: int = 0
    seen_count: int = 0
    last_inbound_at: int | None = _moment(default=None)
    created_at: int = _moment()


class MovedConversation(SQLModel, table=True):
    """The id that a conversation had before it became part of another."""

    __tablename__ = "moved_conversations"
    id: str = Field(primary_key=True)
    into_id: str = Field(foreign_key="conversations.id", index=True)


class Reading(SQLModel, table=True):
    """How many of a conversation's inbound messages a user has seen."""

    __tablename__ = "readings"
    user_id: str = Field(primary_key=True, foreign_key="users.id", ondelete="CASCADE")
    conversation_id: str = Field(primary_key=True, foreign_key="conversations.id", index=True)
    seen_count: int = 0


class Horizon(SQLModel, table=True):
    """What arrived until ``at`` the user has read, but for what is ``left_unread``."""

    __tablename__ = "horizons"
    user_id: str = Field(primary_key=True, foreign_key="users.id", ondelete="CASCADE")
    at: int = _moment()


class LeftUnread(SQLModel, table=True):
    """A conversation below the user's horizon that was unread when the horizon came by.

    It counts while ``arrived_at`` is still the conversation's: what arrives later is above.
    """

    __tablename__ = "left_unread"
    __table_args__ = (Index("ix_left_unread_page", "user_id", "arrived_at", "conversation_id"),)
    user_id: str = Field(primary_key=True, foreign_key="users.id", ondelete="CASCADE")
    conversation_id: str = Field(primary_key=True)
    arrived_at: int = _moment()


class Message(SQLModel, table=True):
    """A bubble. ``number`` is the order of arrival and breaks ties of ``sort_at``.

    ``reactions``, ``edited_at``, ``deleted_at``, the ``previous`` versions and the newest
    ``content`` follow from the ``changes`` of the message. ``media`` is what became of its file.
    """

    __tablename__ = "messages"
    __table_args__ = (
        UniqueConstraint("channel_id", "event_key"),
        UniqueConstraint("channel_id", "provider_message_id"),
        Index("ix_messages_thread", "conversation_id", "sort_at", "number"),
        {"sqlite_autoincrement": True},
    )
    number: int | None = _counter()
    id: str = Field(unique=True)
    channel_id: str = Field(foreign_key="channels.id")
    conversation_id: str = Field(foreign_key="conversations.id")
    contact_id: str = Field(foreign_key="contacts.id")
    direction: str
    type: str
    content: str = _words()
    context: str | None = _words(default=None)
    status: str
    error: str | None = _words(default=None)
    sort_at: int = _moment()
    received_at: int = _moment()
    event_key: str | None = _words(default=None)
    provider_message_id: str | None = _words(default=None)
    client_id: str | None = _words(default=None)
    sender_id: str | None = Field(default=None, foreign_key="users.id")
    sender_name: str | None = None
    reactions: str | None = _words(default=None)
    previous: str | None = _words(default=None)
    edited_at: int | None = _moment(default=None)
    deleted_at: int | None = _moment(default=None)
    media: str | None = _words(default=None)


class Change(SQLModel, table=True):
    """A reaction, an edit or a deletion. A set: it may come before its message is known.

    ``author`` tells the members of a group apart; ``body`` is what an edit puts there.
    """

    __tablename__ = "changes"
    __table_args__ = (Index("ix_changes_target", "channel_id", "target_id"),)
    channel_id: str = Field(primary_key=True, foreign_key="channels.id")
    event_key: str = Field(primary_key=True, sa_type=Text)
    target_id: str = _words()
    kind: str
    direction: str | None = None
    author: str = ""
    at: int = _moment()
    emoji: str | None = _words(default=None)
    body: str | None = _words(default=None)


class Receipt(SQLModel, table=True):
    """The fact "delivered at 10:02". A set: it may come before its message is known.

    ``errors`` are the earliest that were given, at ``errors_at``.
    """

    __tablename__ = "receipts"
    channel_id: str = Field(primary_key=True, foreign_key="channels.id")
    provider_message_id: str = Field(primary_key=True, sa_type=Text)
    status: str = Field(primary_key=True)
    participant: str = Field(primary_key=True, default="")
    at: int = _moment()
    errors: str | None = _words(default=None)
    errors_at: int | None = _moment(default=None)


class JournalEntry(SQLModel, table=True):
    """A webhook as it came, byte for byte. ``state``: pending, applied or failed.

    ``proof``: what showed whose it is. ``replay_id``: of the last replay that it was in.
    """

    __tablename__ = "journal_entries"
    __table_args__ = (
        Index(
            "ix_journal_entries_pending",
            "id",
            sqlite_where=text("state = 'pending'"),
            postgresql_where=text("state = 'pending'"),
        ),
        Index(
            "ix_journal_entries_failed",
            "id",
            sqlite_where=text("state = 'failed'"),
            postgresql_where=text("state = 'failed'"),
        ),
        Index("ix_journal_entries_channel", "channel_id", "id"),
    )
    id: str = Field(primary_key=True)
    channel_id: str = Field(foreign_key="channels.id")
    received_at: int = _moment()
    body: bytes = Field(sa_type=LargeBinary)
    state: str = "pending"
    result: str | None = _words(default=None)
    error: str | None = _words(default=None)
    applied_at: int | None = _moment(default=None)
    acknowledged_at: int | None = _moment(default=None)
    proof: str | None = None
    replay_id: str | None = None


class RefusedDelivery(SQLModel, table=True):
    """A webhook that was turned away, or ``number`` of them that came at once for one reason.

    ``channel_id`` is empty for the shared address. Only an authentic one leaves an ``excerpt``.
    """

    __tablename__ = "refused_deliveries"
    __table_args__ = (Index("ix_refused_deliveries_channel", "channel_id", "id"),)
    id: str = Field(primary_key=True)
    channel_id: str = ""
    answer: int
    reason: str = _words()
    number: int = 1
    size: int | None = None
    took: int | None = None
    excerpt: bytes | None = Field(default=None, sa_type=LargeBinary)


class Replay(SQLModel, table=True):
    """Somebody let webhooks be applied again: who, which, and how many were set to wait."""

    __tablename__ = "replays"
    id: str = Field(primary_key=True)
    by: str
    asked: str = _words()
    number: int = 0
    ended_at: int | None = _moment(default=None)


class FeedEvent(SQLModel, table=True):
    """The log behind the feed. ``seq`` grows by commit order and never repeats.

    ``audience``: empty for everybody signed in, ``admin``, ``user:<id>``, or ``server``.
    """

    __tablename__ = "feed_events"
    __table_args__ = ({"sqlite_autoincrement": True},)
    seq: int | None = _counter()
    type: str
    at: int = _moment()
    payload: str = _words()
    conversation_id: str | None = None
    contact_id: str | None = None
    audience: str = ""


class Outbox(SQLModel, table=True):
    """A send that waits. The row goes when the provider has answered for good.

    ``started``: a process makes the call and will tell its end before ``due_at``. After that
    the process must have crashed, and nobody knows whether the message went out.
    """

    __tablename__ = "outbox"
    __table_args__ = (Index("ix_outbox_due", "due_at"),)
    message_id: str = Field(primary_key=True, foreign_key="messages.id")
    channel_id: str = Field(foreign_key="channels.id")
    conversation_id: str = Field(foreign_key="conversations.id")
    number: int = _moment()
    due_at: int = _moment()
    attempts: int = 0
    started: bool = False


class MediaJob(SQLModel, table=True):
    """A file that is to be fetched. The row goes when it is here, or cannot be had.

    ``holder`` is at work on it and says so again before ``due_at``; after that anybody may.
    """

    __tablename__ = "media_jobs"
    message_id: str = Field(primary_key=True, foreign_key="messages.id")
    channel_id: str = Field(foreign_key="channels.id")
    due_at: int = Field(sa_type=BigInteger, index=True)
    attempts: int = 0
    holder: str | None = None


class MediaFile(SQLModel, table=True):
    """Which file on disk, by its SHA-256 in hex, is a message's. Many may have the same."""

    __tablename__ = "media_files"
    message_id: str = Field(primary_key=True, foreign_key="messages.id")
    digest: str = Field(index=True)


class UnsearchedMessage(SQLModel, table=True):
    """A message whose words the index does not know yet. A trigger notes it.

    The index itself, ``message_words`` and ``contact_words``, is in ``storage/fulltext.py``.
    """

    __tablename__ = "unsearched_messages"
    number: int = Field(
        primary_key=True, sa_type=cast(Any, _Counting), sa_column_kwargs={"autoincrement": False}
    )


class UnsearchedContact(SQLModel, table=True):
    """A contact whose names the index does not know yet."""

    __tablename__ = "unsearched_contacts"
    contact_id: str = Field(primary_key=True)


def _table(model: type[SQLModel]) -> Table:
    return cast(Table, cast(Any, model).__table__)


users = _table(User)
sessions = _table(Session)
api_tokens = _table(ApiToken)
one_time_links = _table(OneTimeLink)
sign_in_tries = _table(SignInTries)
channels = _table(Channel)
refusals = _table(Refused)
contacts = _table(Contact)
aliases = _table(Alias)
conversations = _table(Conversation)
moved_conversations = _table(MovedConversation)
readings = _table(Reading)
horizons = _table(Horizon)
left_unread = _table(LeftUnread)
messages = _table(Message)
changes = _table(Change)
receipts = _table(Receipt)
journal_entries = _table(JournalEntry)
refused_deliveries = _table(RefusedDelivery)
replays = _table(Replay)
feed_events = _table(FeedEvent)
outbox = _table(Outbox)
media_jobs = _table(MediaJob)
media_files = _table(MediaFile)
unsearched_messages = _table(UnsearchedMessage)
unsearched_contacts = _table(UnsearchedContact)
metadata = SQLModel.metadata
