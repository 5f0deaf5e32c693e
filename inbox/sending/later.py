"""Replies that are not to be sent yet: not before a time, or not before the customer writes.

They have a place of their own beside the outbox, so that they hold nothing up; when it is time they
come into it, behind what waits there. ``schedule`` finds out when that is.
"""

from typing import Any, Final, Literal

from sqlalchemy import Connection, bindparam, delete, select, update

from inbox.conversations import publish, queries
from inbox.conversations.answered import read_by_answer
from inbox.conversations.taking import take_message
from inbox.domain import shapes
from inbox.domain.content import SendProblem
from inbox.domain.errors import Invalid
from inbox.domain.feed_events import NewEvent
from inbox.domain.language import N_, _
from inbox.domain.rows import LaterRow, MessageRow
from inbox.domain.text import present
from inbox.domain.times import DAY, Micros
from inbox.feed.log import append
from inbox.sending import window
from inbox.sending.places import below_all, come_last, take_last_place
from inbox.storage.dialect import among, listed
from inbox.storage.prepared import Prepared
from inbox.storage.tables import channels, contacts, conversations, later_sends, messages
from inbox.storage.typed_rows import first_row

FARTHEST: Final[Micros] = 366 * DAY

WRITTEN_FIRST: Final = N_("They have written since, so it does not go by itself any more")
BLOCKED: Final = N_("They are blocked, so it does not go by itself any more")
TOO_LATE: Final = N_("The 24 hours were over when it was to be sent")
_CLOSED: Final = present(
    SendProblem,
    title=TOO_LATE,
    detail=N_("Nothing was sent. WhatsApp takes it again once the customer writes."),
)

_later = later_sends.c
_held = _later.due_at.is_(None) & _later.reason.is_(None)
_stops = _later.due_at.is_not(None) & _later.stops

Turn = Literal["wait", "stop", "keep", "fail", "go"]


def check_time(send_at: Micros, now: Micros) -> None:
    if send_at <= now:
        raise Invalid("send_at", _("That time is over. Choose a later one."))
    if send_at > now + FARTHEST:
        raise Invalid("send_at", _("A reply can be sent up to a year later."))


def put_aside(
    connection: Connection,
    row: MessageRow,
    inbound_count: int,
    now: Micros,
    send_at: Micros | None = None,
    stops: bool = False,
) -> LaterRow:
    """Without a time: once the customer writes. The rest: see ``tables.work.LaterSend``."""
    place: LaterRow = {
        "message_id": row["id"],
        "channel_id": row["channel_id"],
        "conversation_id": row["conversation_id"],
        "due_at": send_at,
        "since": now,
        "inbound_count": inbound_count,
        "stops": stops and send_at is not None,
        "reason": None,
    }
    connection.execute(later_sends.insert().values(place))
    return place


def take_later(connection: Connection, message_id: str) -> tuple[MessageRow, LaterRow] | None:
    """A message that is not to be sent yet; its conversation is taken first."""
    row = take_message(connection, message_id)
    query = select(later_sends).where(_later.message_id == message_id)
    place = first_row(LaterRow, connection.execute(query))
    return None if row is None or place is None else (row, place)


def drop_place(connection: Connection, message_id: str) -> bool:
    """Whether it had one."""
    gone = delete(later_sends).where(_later.message_id == message_id)
    return connection.execute(gone.returning(_later.message_id)).first() is not None


def do_turn(connection: Connection, message_id: str, now: Micros) -> Turn:
    """What is to become of it now becomes so."""
    found = take_later(connection, message_id)
    if found is None:
        return "wait"
    row, place = found
    turn = _turn(connection, row, place, now)
    match turn:
        case "stop":
            _stop(connection, row, WRITTEN_FIRST, now)
        case "keep":
            _stop(connection, row, BLOCKED, now)
        case "fail":
            _fail(connection, row, now)
        case "go":
            append(connection, hand_over(connection, row, place, now), now)
        case "wait":
            pass
    return turn


def _turn(connection: Connection, row: MessageRow, place: LaterRow, now: Micros) -> Turn:
    thread = _thread(connection, row["conversation_id"])
    if thread["state"] == "removed":
        return "go"  # where it fails, and says why
    is_open = row["type"] == "template" or window.is_open(
        thread["provider"], thread["last_inbound_at"], now
    )
    if row["status"] == "held":
        return "go" if is_open and thread["blocked_at"] is None else "wait"
    if place["due_at"] is None:
        return "wait"
    if place["stops"] and thread["inbound_count"] > place["inbound_count"]:
        return "stop"
    if place["due_at"] > now:
        return "wait"
    if thread["blocked_at"] is not None:
        return "keep"
    return "go" if is_open else "fail"


def _thread(connection: Connection, conversation_id: str) -> Any:
    kept = conversations.c
    query = (
        select(
            kept.last_inbound_at,
            kept.inbound_count,
            channels.c.provider,
            channels.c.state,
            contacts.c.blocked_at,
        )
        .join_from(conversations, channels, channels.c.id == kept.channel_id)
        .join(contacts, contacts.c.id == kept.contact_id)
        .where(kept.id == conversation_id)
    )
    return connection.execute(query).mappings().one()


def hand_over(
    connection: Connection, row: MessageRow, aside: LaterRow, now: Micros
) -> list[NewEvent]:
    """Into the outbox; what to publish of it. From now on it is the last that was said.

    It answers what had come when it was written: what has come since stays unread.
    """
    drop_place(connection, row["id"])
    said = below_all(connection, row["conversation_id"], now)
    after: MessageRow = {**row, "status": "queued", "sort_at": said}
    _store(connection, after)
    place = take_last_place(connection, after, now)
    come_last(connection, after, now)
    conversation = queries.conversation(connection, row["conversation_id"])
    assert conversation is not None
    since = max(0, conversation["inbound_count"] - aside["inbound_count"])
    [shape] = queries.message_shapes(connection, [after])
    return [
        publish.message_status(after, shapes.step_of(row), now, place=place),
        publish.message_updated(shape, ["timestamp", "scheduled_at", "held"]),
        publish.conversation_updated(conversation),
        *read_by_answer(connection, row["conversation_id"], since),
    ]


def _fail(connection: Connection, row: MessageRow, now: Micros) -> None:
    drop_place(connection, row["id"])
    after: MessageRow = {**row, "status": "failed", "error": shapes.encoded(_CLOSED)}
    _store(connection, after)
    append(connection, [publish.message_status(after, shapes.step_of(row), now)], now)


def _stop(connection: Connection, row: MessageRow, reason: str, now: Micros) -> None:
    this = update(later_sends).where(_later.message_id == row["id"])
    connection.execute(this.values(due_at=None, reason=reason))
    [shape] = queries.message_shapes(connection, [row])
    append(connection, [publish.message_updated(shape, ["scheduled_at", "waiting"])], now)


def _store(connection: Connection, row: MessageRow) -> None:
    names = ("status", "sort_at", "error")
    values = {name: dict(row)[name] for name in names}
    connection.execute(update(messages).where(messages.c.id == row["id"]).values(values))


def due(connection: Connection, now: Micros, most: int) -> list[str]:
    """Whose time has come, the first first."""
    return [found for (found,) in _due.rows(connection, now=now, most=most)]


def next_due(connection: Connection) -> Micros | None:
    return next((due_at for (due_at,) in _next_due.rows(connection)), None)


def touched(connection: Connection, conversation_ids: list[str]) -> list[str]:
    """Those for whom it matters that something came there, in the order of their writing."""
    ids = listed(connection, conversation_ids)
    return [found for (found,) in _touched.rows(connection, conversations=ids)]


# Asked several times a second while messages come: compiled once.
_due = Prepared(
    select(_later.message_id)
    .where(_later.due_at <= bindparam("now"))
    .order_by(_later.due_at)
    .limit(bindparam("most"))
)
_next_due = Prepared(
    select(_later.due_at).where(_later.due_at.is_not(None)).order_by(_later.due_at).limit(1)
)
_touched = Prepared(
    lambda engine: (
        select(_later.message_id)
        .where(among(engine, _later.conversation_id, "conversations"), _held | _stops)
        .order_by(_later.since)
    )
)


def missed(connection: Connection, now: Micros, most: int) -> list[str]:
    """Those whose customer has written since, whoever did not hear of it, or whose channel went."""
    kept = conversations.c
    query = (
        select(_later.message_id)
        .join(conversations, kept.id == _later.conversation_id)
        .join(channels, channels.c.id == _later.channel_id)
        .join(contacts, contacts.c.id == kept.contact_id)
    )
    open_now = (
        _held & (kept.last_inbound_at > now - shapes.WINDOW) & contacts.c.blocked_at.is_(None)
    )
    wrote = _stops & (kept.inbound_count > _later.inbound_count)
    query = query.where(open_now | wrote | (channels.c.state == "removed"))
    return list(connection.execute(query.order_by(_later.since).limit(most)).scalars())
