"""Search in the webhook log: which webhooks told of this number, or of this message.

Bodies have no index, as each webhook would have to pay for it. What became rows is found by them:
a message remembers when its webhook came, and an id tells when it was made. Beyond that the text
of the newest bodies is looked through, so many at a time; whoever wants more asks for more.
"""

from typing import Any

from sqlalchemy import ColumnElement, Connection, and_, or_, select

from inbox.conversations.former_numbers import formerly
from inbox.conversations.message_aliases import other_ids
from inbox.domain.dialled import digits_of, spellings
from inbox.domain.folding import any_of
from inbox.domain.ids import first_id
from inbox.domain.phone import match_key
from inbox.domain.times import SECOND, Micros, iso
from inbox.receiving.log_shapes import LoggedWebhook
from inbox.receiving.webhook_log import PAGE, LogFilter, LogPage, conditions, entries, log_row
from inbox.storage.dialect import contains_bytes
from inbox.storage.fulltext import contact_keys_found, contacts_of
from inbox.storage.tables import (
    channels,
    contacts,
    conversations,
    journal_entries,
    messages,
    receipts,
)

SEARCHED = 10_000
"""Bodies looked through at once."""
MESSAGES = 50
"""Newest messages of a number, by which its webhooks are found at any age."""
PEOPLE = 20
"""Of one number, on all channels and in all countries in which it may be one."""
SHORTEST = 4
WHOLE = 7
"""Digits from which on it is a number and not a part of one."""
LONGEST = 300
_MOMENT: Micros = 2_000
_BEFORE, _AFTER = 2 * SECOND, 30 * SECOND
"""A status comes so soon after what it tells of, nearly always."""

_entry = journal_entries.c


def search(connection: Connection, wanted: LogFilter, limit: int = PAGE) -> LogPage:
    """Newest first; the first page also holds what is older and known by its rows."""
    marks = needles(wanted.q)
    if not marks or not wanted.entries:
        return LogPage(data=[], next=None)
    lines = [wanted.channel_id] if wanted.channel_id else _channels(connection)
    q = wanted.q.strip()[:LONGEST]
    ids = sorted({q, *other_ids(connection, lines, q)})
    marks = sorted({mark for each in ids for mark in needles(each)})
    known = _known(connection, wanted, marks, lines, ids)
    last = _last(connection, wanted)
    looked = [_entry.id >= last] if last else []
    query = entries(wanted).where(*looked, _holding(connection, marks)).order_by(_entry.id.desc())
    rows = connection.execute(query.limit(limit + 1)).mappings().all()
    found = [log_row(row) for row in rows[:limit]]
    if len(rows) > limit:
        last = found[-1]["id"]
    if wanted.before:
        found = [one for one in found if one["id"] not in known]
    else:
        found = sorted(
            ({one["id"]: one for one in found} | known).values(),
            key=lambda one: str(one["id"]),
            reverse=True,
        )
    return LogPage(data=found, next=last, searched_to=_when(connection, last))


def needles(q: str) -> list[bytes]:
    """How it may be written in a body: a number as its digits, a slash also with a backslash."""
    words = q.strip()[:LONGEST]
    spelled = set(_numbers(words)) or {words, words.replace("/", "\\/")}
    return sorted(each.encode("utf-8", "replace") for each in spelled if len(each) >= SHORTEST)


def _numbers(words: str) -> list[str]:
    """What a body may hold of the number that was typed, with its country or as at home."""
    return spellings(words) if len(digits_of(words)) >= WHOLE else []


def _holding(connection: Connection, marks: list[bytes]) -> ColumnElement[bool]:
    return or_(*(contains_bytes(connection, _entry.body, mark) for mark in marks))


def _last(connection: Connection, wanted: LogFilter) -> str | None:
    """The last of those that are looked through now; None: they all are."""
    query = select(_entry.id).where(*conditions(wanted)).order_by(_entry.id.desc())
    found: str | None = connection.execute(query.offset(SEARCHED - 1).limit(1)).scalar()
    return found


def _when(connection: Connection, last: str | None) -> str | None:
    if last is None:
        return None
    at = connection.execute(select(_entry.received_at).where(_entry.id == last)).scalar()
    return None if at is None else iso(at)


def _known(
    connection: Connection,
    wanted: LogFilter,
    marks: list[bytes],
    lines: list[str],
    ids: list[str],
) -> dict[str, LoggedWebhook]:
    """What is found by rows, however old. ``ids``: what was asked for, if it is a message's."""
    arrived = _arrivals(connection, lines, wanted.q.strip()[:LONGEST], ids)
    told = select(receipts.c.at).where(
        receipts.c.channel_id.in_(lines), receipts.c.provider_message_id.in_(ids)
    )
    holding = _holding(connection, marks)
    near = [
        and_(_entry.id >= first_id(at - _BEFORE), _entry.id < first_id(at + _AFTER), holding)
        for at in connection.execute(told.limit(MESSAGES)).scalars()
    ]
    exactly = [
        and_(
            _entry.id >= first_id(at),
            _entry.id < first_id(at + _MOMENT),
            _entry.received_at == at,
        )
        for at in arrived
    ]
    found: dict[str, LoggedWebhook] = {}
    anywhere = LogFilter(
        channel_id=wanted.channel_id, state=wanted.state, since=wanted.since, until=wanted.until
    )
    # One after another: an engine that is given all of it at once reads everything instead.
    for place in (*exactly, *near):
        rows = connection.execute(entries(anywhere).where(place).limit(PAGE)).mappings()
        found |= {row["id"]: log_row(row) for row in rows}
    return found


def _channels(connection: Connection) -> list[str]:
    return list(connection.execute(select(channels.c.id)).scalars())


def _arrivals(connection: Connection, lines: list[str], q: str, ids: list[str]) -> set[Micros]:
    """When the webhooks came that brought the messages of these ids or this number."""
    of_id: Any = select(messages.c.received_at).where(
        messages.c.channel_id.in_(lines), messages.c.provider_message_id.in_(ids)
    )
    found = set(connection.execute(of_id).scalars())
    for conversation_id in _of_number(connection, lines, _numbers(q)):
        newest = (
            select(messages.c.received_at)
            .where(messages.c.conversation_id == conversation_id)
            .order_by(messages.c.sort_at.desc(), messages.c.number.desc())
        )
        found |= set(connection.execute(newest.limit(MESSAGES)).scalars())
    return found


def _of_number(connection: Connection, lines: list[str], digits: list[str]) -> list[str]:
    """Conversations with it: by its key, and as at home by the index, which is a moment behind."""
    if not digits:
        return []
    known: ColumnElement[bool] = contacts.c.match_key.in_({match_key(each) for each in digits})
    keys = contact_keys_found(connection, any_of(digits), PEOPLE)
    if as_at_home := [*contacts_of(connection, keys), *formerly(connection, digits)]:
        known = or_(known, contacts.c.id.in_(as_at_home))
    people = (
        select(conversations.c.id)
        .join(contacts, contacts.c.id == conversations.c.contact_id)
        .where(contacts.c.channel_id.in_(lines), known)
    )
    return list(connection.execute(people.limit(PEOPLE)).scalars())
