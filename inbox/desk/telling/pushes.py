"""What devices are still to be told: noted out of the log, claimed by whoever sends.

A row is noted with how far the log was looked through, in one transaction, so that each event is
told once however many processes hear it, and a death loses nothing. It says only of what; what is
told is found as it goes, and nothing if it was read meanwhile, is not the reader's to see, or old.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any, Final, NamedTuple, cast

import msgspec
from sqlalchemy import Connection, exists, select, update

from inbox.access.preferences import language_of
from inbox.access.reach import in_reach, reach_of
from inbox.desk.telling.devices import (
    DeviceRow,
    PushAnswer,
    live_device,
    live_devices,
    note_answer,
)
from inbox.desk.telling.signing_key import STATE
from inbox.desk.telling.wishes import muted_by, wishes_of
from inbox.domain import shapes
from inbox.domain.contacts import Contact
from inbox.domain.content import Content, TypeName
from inbox.domain.feed_events import ConversationUpdated, MentionUpdated, MessageNew, only
from inbox.domain.from_customer import from_customer
from inbox.domain.notices import NoticeKind, WishesRow, heeds, is_silent
from inbox.domain.public import Glimpse
from inbox.domain.rows import ContactRow, MessageRow
from inbox.domain.stored import Direction
from inbox.domain.times import HOUR, MINUTE, SECOND, Micros
from inbox.feed.log import FeedEvent
from inbox.storage.dialect import insert
from inbox.storage.queue import Claim, Queue, Turn
from inbox.storage.tables import (
    contacts,
    conversations,
    mentions,
    messages,
    push_devices,
    push_state,
    pushes,
    readings,
)
from inbox.storage.typed_rows import first_row

FRESH: Final[Micros] = 10 * MINUTE
"""What is older is told no more: it waits in the list like all else."""
SOON: Final[Micros] = 2 * SECOND
"""So long somebody who has a page open has to see it there."""
MOST: Final = 20
"""Conversations of which one look at the log tells: the newest. Nobody reads a hundred notices."""
HOLD: Final[Micros] = MINUTE
FIRST: Final[Micros] = 5 * SECOND
LONGEST: Final[Micros] = HOUR

_push, _device = pushes.c, push_devices.c
_KEY = ["device_id", "conversation_id", "kind"]
_NEWER = ("message_id", "at", "due_at", "attempts")
QUEUE: Final = Queue(
    pushes,
    longest=LONGEST,
    lane=_push.device_id,
    open=_device.ended_at.is_(None),
    shut_until=_device.shut_until,
)


class Occasion(NamedTuple):
    """Something that somebody may be told of; ``user_id`` None: everybody."""

    kind: NoticeKind
    conversation_id: str
    message_id: str
    at: Micros
    user_id: str | None = None


class PushJob(NamedTuple):
    """``muffled``: it says of whom, and not what they wrote. ``language``: the reader's choice."""

    claim: Claim
    device: DeviceRow
    kind: NoticeKind
    conversation_id: str
    contact: Contact
    glimpse: Glimpse
    sender: str | None
    muffled: bool
    at: Micros
    language: str


# From the log ------------------------------------------------------------------------------


def heeded(event: FeedEvent) -> bool:
    """Whether somebody may be told of it; cheap, as all that happens is asked about."""
    if event.type == MessageNew.type:
        return '"direction":"incoming"' in event.payload
    if event.type == ConversationUpdated.type:
        return '"changed":[' in event.payload and '"changed":[]' not in event.payload
    return event.type == MentionUpdated.type


def looked_through(connection: Connection) -> int:
    """The seq up to which the log has been looked through for all."""
    query = select(push_state.c.seq).where(push_state.c.id == STATE)
    return connection.execute(query).scalar() or 0


def note_pushes(connection: Connection, events: Sequence[FeedEvent], now: Micros) -> bool:
    """Note what devices are to be told of these, unless somebody has; whether there is any."""
    state = select(push_state.c.seq).where(push_state.c.id == STATE).with_for_update(key_share=True)
    since = connection.execute(state).scalar() or 0
    news = [event for event in events if event.seq > since]
    if not news:
        return False
    rows = _rows(connection, [one for one in news if one.at > now - FRESH], now)
    if rows:
        statement = insert(connection, pushes).values(rows)
        newer = {name: statement.excluded[name] for name in _NEWER}
        connection.execute(statement.on_conflict_do_update(index_elements=_KEY, set_=newer))
    moved = update(push_state).where(push_state.c.id == STATE).values(seq=news[-1].seq)
    connection.execute(moved)
    return bool(rows)


def _rows(
    connection: Connection, events: Sequence[FeedEvent], now: Micros
) -> list[dict[str, object]]:
    occasions = _occasions(connection, events)
    devices = live_devices(connection, now) if occasions else ()
    if not devices:
        return []
    told = _Told.read(connection, {user_id for user_id, _ in devices}, occasions, now)
    return [
        {
            "device_id": device_id,
            "conversation_id": one.conversation_id,
            "kind": one.kind,
            "message_id": one.message_id,
            "at": one.at,
            "due_at": now + SOON,
            "attempts": 0,
        }
        for user_id, device_id in devices
        for one in occasions
        if told.wants(user_id, one)
    ]


def _occasions(connection: Connection, events: Iterable[FeedEvent]) -> list[Occasion]:
    """The newest of each conversation, and of these the newest few."""
    found: dict[tuple[str, str, str | None], Occasion] = {}
    named: list[FeedEvent] = []
    for event in events:
        if event.type == MentionUpdated.type:
            named.append(event)
        elif heeded(event) and (one := _said(event) or _given(event)):
            key = (one.kind, one.conversation_id, one.user_id)
            found.pop(key, None)
            found[key] = one
    recent = list(found.values())[-MOST:]
    return [*recent, *_mentioned(connection, named)]


class _NewMessage(msgspec.Struct):
    id: str
    type: TypeName
    direction: Direction
    content: dict[str, object] = {}


_new_message = msgspec.json.Decoder(_NewMessage)


class _Person(msgspec.Struct):
    id: str | None


class _Last(msgspec.Struct):
    id: str


class _Arranged(msgspec.Struct):
    changed: list[str]
    assignee: _Person | None
    last_message: _Last | None
    by: _Person | None = None


_arranged = msgspec.json.Decoder(_Arranged)


def _given(event: FeedEvent) -> Occasion | None:
    """A conversation that somebody was given, and did not take."""
    if event.type != ConversationUpdated.type or event.conversation_id is None:
        return None
    told = _arranged.decode(event.payload)
    to, by, last = told.assignee, told.by, told.last_message
    if "assignee" not in told.changed or to is None or to.id is None or last is None:
        return None
    if by is not None and by.id == to.id:
        return None
    return Occasion("assignment", event.conversation_id, last.id, event.at, to.id)


def _said(event: FeedEvent) -> Occasion | None:
    """Something that a customer said."""
    if event.type != MessageNew.type:
        return None
    message = _new_message.decode(event.payload)
    content = cast("Content", message.content)
    theirs = message.direction == "incoming" and from_customer(message.type, content)
    if not theirs or event.conversation_id is None:
        return None
    return Occasion("message", event.conversation_id, message.id, event.at)


def _mentioned(connection: Connection, events: Sequence[FeedEvent]) -> list[Occasion]:
    """Mentions that are as new as what told of them: one that is taken away tells as well."""
    if not events:
        return []
    kept, times = mentions.c, {event.at for event in events}
    whose = {event.audience.removeprefix(only("")) for event in events}
    query = select(mentions).where(
        kept.user_id.in_(whose), kept.at.in_(times), kept.seen_at.is_(None)
    )
    return [
        Occasion("mention", row.conversation_id, row.message_id, row.at, row.user_id)
        for row in connection.execute(query)
    ][-MOST:]


class _Told(NamedTuple):
    """What decides whom something is told to."""

    wishes: dict[str, WishesRow]
    muted: set[tuple[str, str]]
    conversations: dict[str, tuple[str, str | None]]
    """Of each its channel and its assignee."""
    now: Micros

    @classmethod
    def read(
        cls,
        connection: Connection,
        user_ids: Collection[str],
        occasions: Iterable[Occasion],
        now: Micros,
    ) -> "_Told":
        here = {one.conversation_id for one in occasions}
        kept = conversations.c
        query = select(kept.id, kept.channel_id, kept.assignee_id).where(kept.id.in_(here))
        found = {row.id: (row.channel_id, row.assignee_id) for row in connection.execute(query)}
        return cls(wishes_of(connection, user_ids), muted_by(connection, user_ids), found, now)

    def wants(self, user_id: str, one: Occasion) -> bool:
        wishes = self.wishes[user_id]
        if one.conversation_id not in self.conversations or is_silent(wishes, self.now):
            return False
        channel_id, assignee_id = self.conversations[one.conversation_id]
        match one.kind:
            case "mention":
                return one.user_id == user_id and wishes["mentions"]
            case "assignment":
                return one.user_id == user_id and wishes["assignments"]
            case "message" if (user_id, channel_id) in self.muted:
                return False
            case "message":
                return heeds(wishes["messages"], user_id, assignee_id)


# To devices --------------------------------------------------------------------------------

_DUE = select(pushes)


def claim(connection: Connection, turn: Turn) -> list[PushJob]:
    """What is due, of which there is still something to tell; the rest is let go."""
    found = []
    for row in QUEUE.claim(connection, turn, _DUE):
        key = (row["device_id"], row["conversation_id"], row["kind"])
        held = Claim(key, row["device_id"], {"due_at": turn.until}, row["attempts"])
        job = _job(connection, held, row, turn.now)
        if job is None:
            QUEUE.finish(connection, held)
        else:
            found.append(job)
    return found


def _job(
    connection: Connection, held: Claim, row: Mapping[str, Any], now: Micros
) -> PushJob | None:
    if row["at"] <= now - FRESH:
        return None
    device = live_device(connection, row["device_id"], now)
    message = first_row(
        MessageRow,
        connection.execute(select(messages).where(messages.c.id == row["message_id"])),
    )
    if device is None or message is None or message["deleted_at"] is not None:
        return None
    if not _unseen(connection, device["user_id"], row["kind"], message):
        return None
    if not _may_see(connection, device["user_id"], message["conversation_id"]):
        return None
    wishes = wishes_of(connection, [device["user_id"]])[device["user_id"]]
    if is_silent(wishes, now):
        return None
    whose = select(contacts).where(contacts.c.id == message["contact_id"])
    contact = first_row(ContactRow, connection.execute(whose))
    assert contact is not None, "a message has one"
    return PushJob(
        claim=held,
        device=device,
        kind=row["kind"],
        conversation_id=message["conversation_id"],
        contact=shapes.contact(contact),
        glimpse=shapes.glimpse(message),
        sender=message["sender_name"],
        muffled=not wishes["preview"],
        at=row["at"],
        language=language_of(connection, device["user_id"]),
    )


def _unseen(connection: Connection, user_id: str, kind: NoticeKind, message: MessageRow) -> bool:
    """Whether the user has not read it meanwhile, on any page; or it is theirs no more."""
    here = message["conversation_id"]
    if kind == "assignment":
        still = (conversations.c.id == here, conversations.c.assignee_id == user_id)
        return bool(connection.execute(select(exists().where(*still))).scalar())
    if kind == "mention":
        named = mentions.c
        mine = (named.message_id == message["id"], named.user_id == user_id)
        query = select(named.user_id).where(*mine, named.seen_at.is_(None))
        return connection.execute(query).first() is not None
    seen = select(readings.c.seen_count).where(
        readings.c.user_id == user_id, readings.c.conversation_id == here
    )
    inbound = select(conversations.c.inbound_count).where(conversations.c.id == here)
    left = connection.execute(select(inbound.scalar_subquery(), seen.scalar_subquery())).one()
    return (left[0] or 0) > (left[1] or 0)


def _may_see(connection: Connection, user_id: str, conversation_id: str) -> bool:
    """By what they may see now, whatever that was when it happened."""
    reach = reach_of(connection, user_id)
    here = exists().where(conversations.c.id == conversation_id, *in_reach(reach))
    return not reach.is_limited or bool(connection.execute(select(here)).scalar())


def settle_push(connection: Connection, job: PushJob, answer: PushAnswer, now: Micros) -> None:
    """It was told, or is tried again after a wait that doubles, until it is old."""
    note_answer(connection, job.device["id"], answer, now)
    if answer.retry_after is not None:
        QUEUE.postpone(connection, job.claim, now + answer.retry_after, job.claim.attempts)
    elif answer.status is None or answer.status >= 500 or answer.status == 408:
        tries = job.claim.attempts + 1
        QUEUE.postpone(connection, job.claim, now + (FIRST << min(tries - 1, 8)), tries)
    else:
        QUEUE.finish(connection, job.claim)
