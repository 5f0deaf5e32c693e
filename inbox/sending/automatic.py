"""What a channel says by itself: that nobody is there, or a greeting.

It is nobody's answer: the customer still waits for one, nothing is read by it, and no draft ends.
"""

from collections.abc import Mapping
from typing import Any, Final

from sqlalchemy import Connection, select, update

from inbox.conversations import publish, queries
from inbox.conversations.automatic import FRESH
from inbox.conversations.new_row import OUTGOING, new_row, store_messages
from inbox.conversations.taking import take_conversation
from inbox.desk.filling import filled_by_nobody
from inbox.domain import shapes
from inbox.domain.channels import Channel
from inbox.domain.hours.opening import opens_again
from inbox.domain.hours.shape import AUTOMATIC_KEY, AutomaticKind
from inbox.domain.hours.week import period_at
from inbox.domain.ids import new_id
from inbox.domain.outgoing.texts import TEXT_LIMIT
from inbox.domain.public import Conversation
from inbox.domain.rows import ConversationRow, MessageRow
from inbox.domain.status import NOT_YET
from inbox.domain.times import HOUR, Micros, whole_second
from inbox.feed.log import append
from inbox.sending import window
from inbox.sending.places import newest_said, take_place
from inbox.storage.tables import automatic_replies, contacts, conversations, messages

LATELY: Final[Micros] = HOUR
"""While a colleague has answered since, somebody is there, whatever the hours say."""
_LOOKED_AT: Final = 50

_mine = automatic_replies.c


def to_speak_in(connection: Connection, most: int) -> list[str]:
    """Conversations in which perhaps something is to be said, who waits longest first."""
    query = select(_mine.conversation_id).where(_mine.heard_at.is_not(None))
    return list(connection.execute(query.order_by(_mine.heard_at).limit(most)).scalars())


def say_by_itself(
    connection: Connection, conversation_id: str, channels: Mapping[str, Channel], now: Micros
) -> AutomaticKind | None:
    """Say what is to be said there, or nothing: either way it has been looked at."""
    there = take_conversation(connection, conversation_id)
    heard = _take(connection, conversation_id)
    channel = channels.get(heard["channel_id"]) if heard else None
    if there is None or heard is None or channel is None:
        return None
    if not _may_speak(connection, channel, there, heard["heard_at"], now):
        return None
    kind = _kind(channel, heard, now)
    return kind if kind and _say(connection, channel, there, kind, now) else None


def stay_silent(connection: Connection, conversation_id: str) -> None:
    """Nothing is said there: who cannot be answered holds up nobody."""
    _take(connection, conversation_id)


def _take(connection: Connection, conversation_id: str) -> Any:
    """As it was before."""
    query = select(automatic_replies).where(_mine.conversation_id == conversation_id)
    row = connection.execute(query.with_for_update(key_share=True)).mappings().first()
    if row is None or row["heard_at"] is None:
        return None
    this = update(automatic_replies).where(_mine.conversation_id == conversation_id)
    connection.execute(this.values(heard_at=None, greets=False))
    return row


def _may_speak(
    connection: Connection,
    channel: Channel,
    there: ConversationRow,
    heard_at: Micros,
    now: Micros,
) -> bool:
    if channel.state != "connected" or heard_at < now - FRESH:
        return False
    if not window.is_open(channel.provider, there["last_inbound_at"], now):
        return False
    query = select(contacts.c.blocked_at, contacts.c.wa_id, contacts.c.user_id)
    theirs = query.where(contacts.c.id == there["contact_id"])
    blocked_at, wa_id, user_id = connection.execute(theirs).one()
    if blocked_at is not None or not (wa_id or user_id):
        return False
    return not _answered_since(connection, there["id"], now - LATELY)


def _answered_since(connection: Connection, conversation_id: str, since: Micros) -> bool:
    """By a colleague, here or on the phone, or by a program."""
    kept = messages.c
    query = select(kept.content).where(
        kept.conversation_id == conversation_id,
        kept.sort_at >= whole_second(since),
        kept.direction == OUTGOING,
        kept.status.not_in(NOT_YET),
    )
    newest = query.order_by(kept.sort_at.desc(), kept.number.desc()).limit(_LOOKED_AT)
    said = connection.execute(newest).scalars()
    return any("automatic" not in shapes.content_of(content) for content in said)


def _kind(channel: Channel, heard: Any, now: Micros) -> AutomaticKind | None:
    """Where nobody is there, that is said instead of a greeting, once until somebody is."""
    period = period_at(channel.hours, now)
    if channel.automatic.away and not period.open:
        told_at, since = heard["away_at"], period.since
        told = told_at is not None and (since is None or told_at >= since)
        return None if told else "away"
    return "greeting" if heard["greets"] and channel.automatic.greeting else None


def _say(
    connection: Connection,
    channel: Channel,
    there: ConversationRow,
    kind: AutomaticKind,
    now: Micros,
) -> bool:
    """Whether there was anything to say, once variables are filled in."""
    before = queries.conversation(connection, there["id"])
    assert before is not None
    text = channel.automatic.away if kind == "away" else channel.automatic.greeting
    words = filled_by_nobody(before, text, opens_again(channel.hours, now))[:TEXT_LIMIT]
    if not words.strip():
        return False
    row = _row(there, words, kind, now)
    row["sort_at"] = max(row["sort_at"], newest_said(connection, there["id"]))
    store_messages(connection, [row])
    place = take_place(connection, row, now)
    this = update(conversations).where(conversations.c.id == there["id"])
    connection.execute(this.values(last_message_id=row["id"]))
    if kind == "away":
        mine = update(automatic_replies).where(_mine.conversation_id == there["id"])
        connection.execute(mine.values(away_at=now))
    after: Conversation = {**before, "last_message": shapes.last_message(row)}
    told = publish.message_new(shapes.message(row, place=place), before["contact"])
    append(connection, [told, publish.conversation_updated(after)], now)
    return True


def _row(there: ConversationRow, words: str, kind: AutomaticKind, now: Micros) -> MessageRow:
    made = new_id(now)
    return new_row(
        id=made,
        channel_id=there["channel_id"],
        conversation_id=there["id"],
        contact_id=there["contact_id"],
        direction=OUTGOING,
        type="text",
        text=None,
        content={"text": words, "automatic": kind},
        at=now,
        received_at=now,
        status="queued",
        event_key=f"{AUTOMATIC_KEY}{made}",
    )
