"""Our own reactions: facts as a customer's are, with what of it a provider is still to be told.

One row a message: the newest emoji is what the customer is to see. To tell it twice does no harm,
so a claim is only a time, and what was not answered is told again.
"""

from msgspec import Struct
from sqlalchemy import Connection, func, select, update

from inbox.channels.rows import NOT_PAUSED
from inbox.conversations.change_facts import keep_changes
from inbox.conversations.settle_changes import settle_changes
from inbox.domain import shapes
from inbox.domain.changes import REACTION
from inbox.domain.content import SendProblem
from inbox.domain.feed_events import NewEvent
from inbox.domain.ids import new_id
from inbox.domain.rows import MessageRow
from inbox.domain.times import HOUR, SECOND, Micros
from inbox.feed.log import append
from inbox.storage.dialect import insert
from inbox.storage.queue import Claim, Queue, Turn
from inbox.storage.tables import changes, channels, contacts, messages, untold_reactions

CLAIM: Micros = 90 * SECOND
"""Longer than the longest call."""
LONGEST_WAIT: Micros = HOUR

_kept = untold_reactions.c
QUEUE = Queue(
    untold_reactions,
    longest=LONGEST_WAIT,
    lane=_kept.channel_id,
    open=NOT_PAUSED,
    shut_until=channels.c.limited_until,
)
_DUE = (
    select(
        *_kept,
        messages.c.provider_message_id,
        contacts.c.wa_id,
        contacts.c.user_id,
    )
    .join(messages, messages.c.id == _kept.message_id)
    .join(contacts, contacts.c.id == messages.c.contact_id)
    .order_by(_kept.due_at)
)


class Untold(Struct, frozen=True):
    """A reaction that a customer does not see yet. ``target``: the provider's id of the message."""

    claim: Claim
    event_key: str
    emoji: str
    target: str
    recipient: str


def store_reaction(connection: Connection, row: MessageRow, emoji: str, now: Micros) -> None:
    """It stands at the message, whose conversation is taken, and waits to be told."""
    target = row["provider_message_id"]
    assert target is not None, "only what the customer has can be reacted to"
    key = f"out:reaction:{new_id(now)}"
    keep_changes(
        connection,
        [
            {
                "channel_id": row["channel_id"],
                "event_key": key,
                "target_id": target,
                "kind": REACTION,
                "direction": "outgoing",
                "author": "",
                "at": max(now, _newest(connection, row["channel_id"], target) + 1),
                "emoji": emoji,
                "body": None,
                "error": None,
            }
        ],
    )
    _want_told(connection, row, emoji, key, now)
    _settle(connection, row["channel_id"], target, now)


def _newest(connection: Connection, channel_id: str, target: str) -> Micros:
    """Of what was told before, maybe by a phone whose clock is ahead: the last click counts."""
    query = select(func.max(changes.c.at)).where(
        changes.c.channel_id == channel_id,
        changes.c.target_id == target,
        changes.c.kind == REACTION,
        changes.c.direction == "outgoing",
    )
    return connection.execute(query).scalar() or 0


def _want_told(connection: Connection, row: MessageRow, emoji: str, key: str, now: Micros) -> None:
    """What still waits becomes this; whoever is just telling it has lost their claim."""
    values = {"emoji": emoji, "event_key": key, "due_at": now, "attempts": 0}
    statement = insert(connection, untold_reactions).values(
        message_id=row["id"], channel_id=row["channel_id"], **values
    )
    connection.execute(statement.on_conflict_do_update(index_elements=["message_id"], set_=values))


def _settle(connection: Connection, channel_id: str, target: str, now: Micros) -> None:
    published: list[NewEvent] = []
    settle_changes(connection, {channel_id: {target}}, published, now)
    append(connection, published, now)


def claim(connection: Connection, turn: Turn) -> list[Untold]:
    """Take some of what is due; nobody else has it for the time of the claim."""
    rows = QUEUE.claim(connection, turn, _DUE)
    return [
        Untold(
            Claim((row["message_id"],), row["channel_id"], {"due_at": turn.until}, row["attempts"]),
            row["event_key"],
            row["emoji"],
            row["provider_message_id"],
            row["wa_id"] or row["user_id"] or "",
        )
        for row in rows
    ]


def refuse(connection: Connection, item: Untold, error: SendProblem, now: Micros) -> None:
    """It stays, and says why the customer does not see it."""
    channel_id = item.claim.lane
    if not QUEUE.finish(connection, item.claim):
        return
    this = changes.c.channel_id == channel_id, changes.c.event_key == item.event_key
    connection.execute(update(changes).where(*this).values(error=shapes.encoded(error)))
    _settle(connection, channel_id, item.target, now)
