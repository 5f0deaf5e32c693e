"""Two contacts that turn out to be one person: their histories become one, and stay one."""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple

from sqlalchemy import Connection, delete, literal, select, update

from inbox.conversations import publish
from inbox.conversations.automatic import join_automatic
from inbox.conversations.contact_details import join_details
from inbox.conversations.drafts import join_drafts
from inbox.conversations.standing import STANDING, joined_standing
from inbox.conversations.taking import take_whole
from inbox.domain.feed_events import MergedConversation, NewEvent
from inbox.domain.rows import ContactRow, ConversationRow
from inbox.storage.dialect import insert
from inbox.storage.tables import (
    aliases,
    contacts,
    conversation_labels,
    conversations,
    horizons,
    later_sends,
    left_unread,
    mentions,
    messages,
    moved_conversations,
    outbox,
    readings,
)

Key = tuple[str, str]
"""What identifies a person on a channel: ``match_key`` or ``user_id``, and its value."""

_HISTORY = (
    "arrived_at",
    "last_message_id",
    "last_direction",
    "inbound_count",
    "seen_count",
    "last_inbound_at",
    "created_at",
    *STANDING,
)


class Gone(NamedTuple):
    """A conversation that is part of another now: what is said of it, as it was, and the team of
    the one that is left."""

    said: MergedConversation
    was: ConversationRow
    team_id: str | None


def aliases_of(connection: Connection, contact_ids: Collection[str]) -> list[tuple[str, Key]]:
    """Further keys of these contacts: (contact, key)."""
    query = select(aliases).where(aliases.c.contact_id.in_(contact_ids))
    rows = connection.execute(query).mappings()
    return [(row["contact_id"], (row["kind"], row["value"])) for row in rows]


def keep_aliases(
    connection: Connection, found: Sequence[tuple[ContactRow, Collection[Key]]]
) -> None:
    """Note further keys of contacts, each once."""
    rows = [
        {
            "channel_id": contact["channel_id"],
            "kind": kind,
            "value": value,
            "contact_id": contact["id"],
        }
        for contact, keys in found
        for kind, value in sorted(keys)
    ]
    if rows:
        connection.execute(insert(connection, aliases).on_conflict_do_nothing(), rows)


def joined(one: ConversationRow, other: ConversationRow) -> ConversationRow:
    """Two conversations' counts as those of one; ``one`` keeps its id."""
    later = max(one, other, key=lambda row: (row["last_message_id"] is not None, row["arrived_at"]))
    return {
        **joined_standing(one, other),
        "arrived_at": max(one["arrived_at"], other["arrived_at"]),
        "last_message_id": later["last_message_id"],
        "last_direction": later["last_direction"],
        "inbound_count": one["inbound_count"] + other["inbound_count"],
        "seen_count": one["seen_count"] + other["seen_count"],
        "last_inbound_at": max(one["last_inbound_at"] or 0, other["last_inbound_at"] or 0) or None,
        "created_at": min(one["created_at"], other["created_at"]),
    }


def absorb(
    connection: Connection,
    contact: ContactRow,
    conversation: ConversationRow,
    gone: tuple[ContactRow, ConversationRow],
) -> Gone:
    """Move all that is of the contact and conversation ``gone``; returns what to publish.

    ``conversation`` holds the joined counts already.
    """
    old_contact, old = gone
    kept: Mapping[str, object] = conversation
    here, there = conversation["id"], old["id"]
    take_whole(connection, there)
    connection.execute(
        update(messages)
        .where(messages.c.conversation_id == there)
        .values(conversation_id=here, contact_id=contact["id"])
    )
    _join_later(connection, conversation, old)
    for waiting in (outbox, later_sends, mentions):
        theirs = update(waiting).where(waiting.c.conversation_id == there)
        connection.execute(theirs.values(conversation_id=here))
    _join_labels(connection, here, there)
    _join_readings(connection, here, there)
    join_drafts(connection, here, there)
    join_automatic(connection, here, there)
    join_details(connection, contact, old_contact, conversation["arrived_at"])
    connection.execute(
        update(aliases)
        .where(aliases.c.contact_id == old_contact["id"])
        .values(contact_id=contact["id"])
    )
    moved = moved_conversations
    connection.execute(update(moved).where(moved.c.into_id == there).values(into_id=here))
    connection.execute(insert(connection, moved).values(id=there, into_id=here))
    connection.execute(delete(conversations).where(conversations.c.id == there))
    connection.execute(delete(contacts).where(contacts.c.id == old_contact["id"]))
    connection.execute(
        update(conversations)
        .where(conversations.c.id == here)
        .values({name: kept[name] for name in _HISTORY})
    )
    _leave_unread(connection, here, there, conversation["arrived_at"])
    said: MergedConversation = {
        "id": there,
        "into": here,
        "contact_id": old_contact["id"],
        "into_contact_id": contact["id"],
    }
    return Gone(said, old, conversation["team_id"])


def told_of(gone: Iterable[Gone]) -> Iterator[NewEvent]:
    """Who saw one by its team, and does not see what it became, hears that it went; after the
    merge, as until then they would still be taken for who sees it."""
    for one in gone:
        yield publish.conversation_merged(one.said)
        if one.was["team_id"] not in (None, one.team_id):
            yield publish.conversation_removed(one.was)


def _join_later(connection: Connection, joined: ConversationRow, old: ConversationRow) -> None:
    """What the other of both had written already is no word since."""
    theirs = old["inbound_count"]
    for whose, more in ((joined["id"], theirs), (old["id"], joined["inbound_count"] - theirs)):
        here = update(later_sends).where(later_sends.c.conversation_id == whose)
        connection.execute(here.values(inbound_count=later_sends.c.inbound_count + more))


def _join_labels(connection: Connection, here: str, there: str) -> None:
    kept = conversation_labels.c
    gone = delete(conversation_labels).where(kept.conversation_id == there)
    found = connection.execute(gone.returning(kept.label_id)).scalars().all()
    if found:
        rows = [{"label_id": one, "conversation_id": here} for one in found]
        connection.execute(insert(connection, conversation_labels).on_conflict_do_nothing(), rows)


def _join_readings(connection: Connection, here: str, there: str) -> None:
    """What somebody has seen of either is what they have seen of both."""
    seen = connection.execute(
        delete(readings)
        .where(readings.c.conversation_id == there)
        .returning(readings.c.user_id, readings.c.seen_count)
    ).all()
    if not seen:
        return
    statement = insert(connection, readings)
    connection.execute(
        statement.on_conflict_do_update(
            index_elements=["user_id", "conversation_id"],
            set_={"seen_count": readings.c.seen_count + statement.excluded.seen_count},
        ),
        [
            {"user_id": user_id, "conversation_id": here, "seen_count": count}
            for user_id, count in seen
        ],
    )


def _leave_unread(connection: Connection, here: str, there: str, arrived_at: int) -> None:
    """Whoever was past them finds it again; ``desk.unread`` shows it only while it is unread."""
    noted = left_unread.c
    past = select(horizons.c.user_id)
    connection.execute(
        delete(left_unread).where(noted.user_id.in_(past), noted.conversation_id == there)
    )
    statement = insert(connection, left_unread)
    # The WHERE says nothing, but without one SQLite takes ON CONFLICT for a join.
    everybody = horizons.c.at >= 0
    theirs = select(horizons.c.user_id, literal(here), literal(arrived_at)).where(everybody)
    statement = statement.from_select(["user_id", "conversation_id", "arrived_at"], theirs)
    connection.execute(
        statement.on_conflict_do_update(
            index_elements=["user_id", "conversation_id"],
            set_={"arrived_at": statement.excluded.arrived_at},
        )
    )
