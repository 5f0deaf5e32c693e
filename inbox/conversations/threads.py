"""The messages of a conversation, in the order of the thread, keyset-paged both ways."""

from collections.abc import Sequence
from operator import itemgetter
from typing import Any, Final, Literal, NamedTuple

from msgspec import Struct
from sqlalchemy import (
    ColumnElement,
    Connection,
    Integer,
    bindparam,
    func,
    literal_column,
    or_,
    select,
    tuple_,
)

from inbox.access.reach import on_channels
from inbox.conversations.message_aliases import own_ids
from inbox.conversations.queries import message_shapes
from inbox.conversations.reaching import reaches_message
from inbox.domain.errors import Missing
from inbox.domain.inner_ids import inner_id
from inbox.domain.language import _
from inbox.domain.phone import match_key
from inbox.domain.public import Message
from inbox.domain.reach import EVERYTHING, Reach
from inbox.domain.rows import MessageRow
from inbox.domain.times import Micros
from inbox.storage.dialect import among, listed
from inbox.storage.prepared import Prepared
from inbox.storage.tables import aliases, channels, contacts, conversations, messages
from inbox.storage.typed_rows import all_rows, named_rows

PAGE = 50
PAGE_LIMIT = 200
PAGE_CHARACTERS: Final = 400_000
"""Of what messages say: a page of fewer messages is no less a page."""
_ORDER: Final = (messages.c.sort_at, messages.c.number)

_key = tuple_(*_ORDER)
_size = sum(
    (func.coalesce(func.length(messages.c[name]), 0) for name in ("previous", "reactions")),
    start=func.length(messages.c.content),
)


class ThreadPage(Struct, frozen=True):
    """Messages, oldest first, and whether there is more on either side."""

    messages: list[Message]
    older: bool
    newer: bool


def latest(connection: Connection, conversation_id: str, limit: int = PAGE) -> ThreadPage:
    rows, more = _rows(connection, conversation_id, "last", limit)
    return ThreadPage(message_shapes(connection, rows), more, False)


def before(
    connection: Connection, conversation_id: str, anchor: str, limit: int = PAGE
) -> ThreadPage:
    """What comes before the message ``anchor``; raises ``Missing``."""
    at = _place(connection, conversation_id, anchor)
    rows, more = _rows(connection, conversation_id, "before", limit, at)
    return ThreadPage(message_shapes(connection, rows), more, True)


def after(
    connection: Connection, conversation_id: str, anchor: str, limit: int = PAGE
) -> ThreadPage:
    """What comes after the message ``anchor``; raises ``Missing``."""
    at = _place(connection, conversation_id, anchor)
    rows, more = _rows(connection, conversation_id, "after", limit, at)
    return ThreadPage(message_shapes(connection, rows), True, more)


def around(
    connection: Connection, conversation_id: str, anchor: str, limit: int = PAGE
) -> ThreadPage:
    """The message ``anchor`` with half a page on either side; raises ``Missing``."""
    at = _place(connection, conversation_id, anchor)
    older, more_older = _rows(connection, conversation_id, "until", limit // 2 + 1, at)
    newer, more_newer = _rows(connection, conversation_id, "after", limit // 2, at)
    return ThreadPage(message_shapes(connection, [*older, *newer]), more_older, more_newer)


def message_by_id(connection: Connection, message_id: str) -> Message | None:
    return _first(connection, messages.c.id == message_id)


def by_provider_id(
    connection: Connection, provider_message_id: str, reach: Reach = EVERYTHING
) -> list[Message]:
    """Messages the provider calls by this id; of several channels, perhaps.

    Exactly by it, or else the one of that conversation with the same inner id.
    """
    known = select(channels.c.id).where(*on_channels(reach, channels.c.id))
    lines = list(connection.execute(known).scalars())  # by these goes the index
    rows = _called(connection, lines, provider_message_id)
    if not rows:
        for (line, _), own in own_ids(connection, lines, [provider_message_id]).items():
            rows += _called(connection, [line], own)
    rows = [row for row in rows if reaches_message(connection, reach, row["id"])]
    rows.sort(key=itemgetter("number"))
    return [message_shapes(connection, [row])[0] for row in rows]


def _called(connection: Connection, lines: list[str], provider_message_id: str) -> list[MessageRow]:
    query = select(messages).where(
        messages.c.channel_id.in_(lines), messages.c.provider_message_id == provider_message_id
    )
    return all_rows(MessageRow, connection.execute(query))


def quoted_message_id(
    connection: Connection, conversation_id: str, provider_message_id: str
) -> str:
    """The message that the provider calls by this id, empty if it is not in the conversation.

    Exactly by it, or else the one with the same inner id.
    """
    here = select(messages.c.id).where(
        messages.c.conversation_id == conversation_id,
        messages.c.channel_id == conversations.c.channel_id,
        conversations.c.id == conversation_id,
    )
    exactly = here.where(messages.c.provider_message_id == provider_message_id)
    found: str = connection.execute(exactly).scalar() or ""
    inner = None if found else inner_id(provider_message_id)
    if inner is None:
        return found
    same = connection.execute(here.where(messages.c.inner_id == inner)).scalars().all()
    return same[0] if len(same) == 1 else ""


def of_number(connection: Connection, channel_id: str, wa_id: str) -> str | None:
    """The conversation with this number on a channel, also with one that somebody had before."""
    key = match_key(wa_id)
    before = select(aliases.c.contact_id).where(
        aliases.c.channel_id == channel_id,
        aliases.c.kind == literal_column("'match_key'"),
        aliases.c.value == key,
    )
    query = (
        select(conversations.c.id)
        .join(contacts, contacts.c.id == conversations.c.contact_id)
        .where(contacts.c.channel_id == channel_id)
        .where(or_(contacts.c.match_key == key, contacts.c.id.in_(before)))
    )
    found: str | None = connection.execute(query).scalar()
    return found


def _first(connection: Connection, condition: ColumnElement[bool]) -> Message | None:
    rows = all_rows(MessageRow, connection.execute(select(messages).where(condition)))
    return message_shapes(connection, rows)[0] if rows else None


class _Spot(NamedTuple):
    """Where a message stands in its thread."""

    sort_at: Micros
    number: int


def _place(connection: Connection, conversation_id: str, message_id: str) -> _Spot:
    found = _spots.rows(connection, message=message_id, conversation=conversation_id)
    if not found:
        raise Missing(_("There is no such message in this conversation."))
    return _Spot(*found[0])


def _rows(
    connection: Connection,
    conversation_id: str,
    side: "_Side",
    limit: int,
    at: _Spot | None = None,
) -> tuple[list[MessageRow], bool]:
    """At most ``limit`` rows in thread order, as many as a page may hold, and whether there are
    more beyond them."""
    known = at._asdict() if at else {}
    sizes = _sizes[side].rows(connection, conversation=conversation_id, most=limit + 1, **known)
    numbers, more = _within(sizes, limit)
    found = _page.rows(connection, numbers=listed(connection, numbers))
    rows = named_rows(MessageRow, _COLUMNS, found)
    return sorted(rows, key=itemgetter("sort_at", "number")), more


def _within(sizes: Sequence[Sequence[Any]], limit: int) -> tuple[list[int], bool]:
    """The first of these, up to about ``PAGE_CHARACTERS``, but at least one.

    Their sizes are asked first: all of them together may be more than memory should hold.
    """
    numbers: list[int] = []
    left = PAGE_CHARACTERS
    for _sort_at, number, size in sizes[:limit]:
        left -= size
        if numbers and left < 0:
            break
        numbers.append(number)
    return numbers, len(sizes) > len(numbers)


_Side = Literal["last", "before", "until", "after"]
_HERE: Final = messages.c.conversation_id == bindparam("conversation")
_AT: Final = tuple_(
    bindparam("sort_at", type_=messages.c.sort_at.type),
    bindparam("number", type_=messages.c.number.type),
)
_COLUMNS: Final = messages.c.keys()

_spots: Final = Prepared(select(*_ORDER).where(messages.c.id == bindparam("message"), _HERE))
_page: Final = Prepared(
    lambda engine: select(messages).where(among(engine, messages.c.number, "numbers"))
)


def _sized(*asked: ColumnElement[bool], ascending: bool = False) -> Prepared:
    order = [column if ascending else column.desc() for column in _ORDER]
    sizes = select(*_ORDER, _size.label("size")).where(_HERE, *asked).order_by(*order)
    return Prepared(sizes.limit(bindparam("most", type_=Integer)))


_sizes: Final[dict[_Side, Prepared]] = {
    "last": _sized(),
    "before": _sized(_key < _AT),
    "until": _sized(_key <= _AT),
    "after": _sized(_key > _AT, ascending=True),
}
