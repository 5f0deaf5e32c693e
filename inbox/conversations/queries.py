"""Questions that more than one room asks, each one statement."""

from collections.abc import Collection, Iterable, Iterator, Sequence
from typing import Any, Final, NamedTuple, cast

from sqlalchemy import Connection, Label, Select, Table, and_, bindparam, select

from inbox.conversations.costs import costs_of
from inbox.conversations.names import names_of
from inbox.conversations.tries import tries_of
from inbox.domain import shapes
from inbox.domain.content import Context
from inbox.domain.inner_ids import inner_id
from inbox.domain.names import Names
from inbox.domain.public import Conversation, Message, Quote
from inbox.domain.rows import (
    ChargeRow,
    ConversationRow,
    LastRow,
    LaterRow,
    MessageRow,
    OutboxRow,
    ReceiptRow,
)
from inbox.domain.status import NOT_YET, step_times
from inbox.storage.dialect import among, listed
from inbox.storage.prepared import Prepared
from inbox.storage.tables import (
    channels,
    charges,
    contacts,
    conversations,
    later_sends,
    messages,
    outbox,
    receipts,
)
from inbox.storage.typed_rows import all_rows

_LAST = tuple(
    name
    for name in ("id", "direction", "type", "content", "media", "status", "sort_at", "deleted_at")
    if name in messages.c
)
_CHANNEL = ("id", "name", "provider", "state")


def _labelled(table: Table, prefix: str, names: Iterable[str] | None = None) -> list[Label[Any]]:
    return [table.c[name].label(prefix + name) for name in names or table.c.keys()]


class Columns(NamedTuple):
    """Where in a row of several joined tables the columns of one of them are."""

    names: Sequence[str]
    place: slice

    def of(self, row: Sequence[Any]) -> Any:
        """The row of that table, by the names of its columns."""
        return dict(zip(self.names, row[self.place], strict=True))

    def at(self, name: str) -> int:
        return int(self.place.start) + self.names.index(name)


def _side_by_side(*names: Sequence[str]) -> Iterator[Columns]:
    start = 0
    for each in names:
        yield Columns(each, slice(start, start := start + len(each)))


CONVERSATION, _CONTACT, _OF_CHANNEL, _LAST_MESSAGE = _side_by_side(
    conversations.c.keys(), contacts.c.keys(), _CHANNEL, _LAST
)
"""As ``conversation_rows`` has them."""
BESIDE: Final = _LAST_MESSAGE.place.stop
"""Where begins what a query adds to ``conversation_rows``."""


def conversation_rows() -> Select[Any]:
    """Conversations with contact, channel and last message, for ``conversation_shapes``."""
    return (
        select(
            *_labelled(conversations, "conversation_"),
            *_labelled(contacts, "contact_"),
            *_labelled(channels, "channel_", _CHANNEL),
            *_labelled(messages, "last_", _LAST),
        )
        .join_from(conversations, contacts, contacts.c.id == conversations.c.contact_id)
        .join(channels, channels.c.id == conversations.c.channel_id)
        .outerjoin(messages, messages.c.id == conversations.c.last_message_id)
    )


def conversation_shapes(
    connection: Connection, rows: Sequence[Sequence[Any]]
) -> list[Conversation]:
    """Rows of ``conversation_rows``; at most one more statement, for all of them."""
    known: list[ConversationRow] = [CONVERSATION.of(row) for row in rows]
    names = names_of(connection, known)
    return [_shape(row, own, names) for row, own in zip(rows, known, strict=True)]


def _shape(row: Sequence[Any], own: ConversationRow, names: Names) -> Conversation:
    last: LastRow = _LAST_MESSAGE.of(row)
    return shapes.conversation(
        own,
        shapes.contact(_CONTACT.of(row)),
        _OF_CHANNEL.of(row),
        shapes.last_message(last) if last["id"] else None,
        names,
    )


def conversation(connection: Connection, conversation_id: str) -> Conversation | None:
    rows = _conversation.rows(connection, conversation=conversation_id)
    return conversation_shapes(connection, rows)[0] if rows else None


_conversation = Prepared(conversation_rows().where(conversations.c.id == bindparam("conversation")))


def conversations_by_id(connection: Connection, ids: Collection[str]) -> list[Conversation]:
    """Those that are there, in no order."""
    found = connection.execute(conversation_rows().where(conversations.c.id.in_(ids)))
    return conversation_shapes(connection, found.all())


def previews(connection: Connection, message_ids: Collection[str]) -> list[Conversation]:
    """The conversations in the list that show one of these messages; locked on PostgreSQL."""
    theirs = select(messages.c.conversation_id).where(messages.c.id.in_(message_ids))
    query = conversation_rows().where(
        conversations.c.id.in_(theirs), conversations.c.last_message_id.in_(message_ids)
    )
    shown = connection.execute(query.with_for_update(of=conversations, key_share=True))
    return conversation_shapes(connection, shown.all())


class Known(NamedTuple):
    """All that was told of a message: its receipts, and what it costs."""

    receipts: list[ReceiptRow]
    charge: ChargeRow | None


def receipts_of(
    connection: Connection, channel_id: str, provider_ids: Collection[str]
) -> dict[str, Known]:
    """Every receipt of these messages, by the provider's message id."""
    found: dict[str, Known] = {}
    if provider_ids:
        named = listed(connection, provider_ids)
        for values in _receipts.rows(connection, channel=channel_id, ids=named):
            row = cast("ReceiptRow", dict(zip(_RECEIPT, values, strict=False)))
            told = dict(zip(_CHARGE, values[len(_RECEIPT) :], strict=True))
            charge = cast("ChargeRow", told) if told["category"] else None
            known = found.setdefault(row["provider_message_id"], Known([], charge))
            known.receipts.append(row)
    return found


_RECEIPT, _CHARGE = receipts.c.keys(), charges.c.keys()
_receipts = Prepared(
    lambda engine: (
        select(receipts, *_labelled(charges, "charge_"))
        .outerjoin(
            charges,
            and_(
                charges.c.channel_id == receipts.c.channel_id,
                charges.c.provider_message_id == receipts.c.provider_message_id,
            ),
        )
        .where(
            receipts.c.channel_id == bindparam("channel"),
            among(engine, receipts.c.provider_message_id, "ids"),
        )
    )
)
_NOTHING: Final = Known([], None)


def message_shapes(connection: Connection, rows: Sequence[MessageRow]) -> list[Message]:
    """Messages of one channel with the timelines of their receipts and what they quote.

    One statement for all receipts, and one each, if there are any, for quotes, for what has not
    been sent yet, for what was tried in vain and for the rates of what is billed.
    """
    ours = [
        provider_id
        for row in rows
        if row["direction"] == "outgoing" and (provider_id := row["provider_message_id"])
    ]
    channel_id = rows[0]["channel_id"] if rows else ""
    known = receipts_of(connection, channel_id, ours)
    costs = costs_of(connection, channel_id, (facts.charge for facts in known.values()))
    quoted, waiting = quotes(connection, rows), places(connection, rows)
    tried = tries_of(connection, [row["id"] for row in rows if row["status"] == "failed"])
    later = not_yet(connection, rows)
    return [
        shapes.message(
            row,
            step_times(
                (fact["status"], fact["at"])
                for fact in known.get(row["provider_message_id"] or "", _NOTHING).receipts
            ),
            quoted.get(row["id"]),
            waiting.get(row["id"]),
            costs.get(row["provider_message_id"] or ""),
            tried.get(row["id"], ()),
            later.get(row["id"]),
        )
        for row in rows
    ]


def places(connection: Connection, rows: Iterable[MessageRow]) -> dict[str, OutboxRow]:
    """Where in the outbox these are, of those that wait there for a reason that is told."""
    queued = [row["id"] for row in rows if row["status"] == "queued"]
    if not queued:
        return {}
    query = select(outbox).where(outbox.c.message_id.in_(queued), outbox.c.reason.is_not(None))
    return {place["message_id"]: place for place in all_rows(OutboxRow, connection.execute(query))}


def not_yet(connection: Connection, rows: Iterable[MessageRow]) -> dict[str, LaterRow]:
    """When or why these are to be sent later, of those that are."""
    named = [row["id"] for row in rows if row["status"] in NOT_YET]
    if not named:
        return {}
    query = select(later_sends).where(later_sends.c.message_id.in_(named))
    return {later["message_id"]: later for later in all_rows(LaterRow, connection.execute(query))}


def quotes(connection: Connection, rows: Iterable[MessageRow]) -> dict[str, Quote]:
    """What messages quote, as far as it is known: id of the one that quotes → ``shapes.quote``.

    Only what stands in the same conversation: the message with exactly that id, or else the one
    that has the same inner id. Nothing is asked where nothing is quoted.
    """
    asked: dict[str, list[tuple[MessageRow, str]]] = {}
    for row in rows:
        context: Context | None = shapes.decoded(row["context"])
        if context and (quoted := context.get("id")):
            asked.setdefault(row["channel_id"], []).append((row, quoted))
    found: dict[str, Quote] = {}
    for channel_id, quoting in asked.items():
        named = {quoted for _, quoted in quoting}
        answered = _quoted.rows(connection, channel=channel_id, ids=listed(connection, named))
        known = {original[_PROVIDER_ID]: original for original in answered}
        rest: dict[tuple[str, str], list[str]] = {}
        for row, quoted in quoting:
            original = known.get(quoted)
            if original and original[_CONVERSATION_ID] == row["conversation_id"]:
                found[row["id"]] = quote_shape(original)
            elif original is None and (inner := inner_id(quoted)):
                rest.setdefault((row["conversation_id"], inner), []).append(row["id"])
        for place, original in _otherwise(connection, channel_id, rest).items():
            found |= dict.fromkeys(rest[place], quote_shape(original))
    return found


def _otherwise(
    connection: Connection, channel_id: str, places: Collection[tuple[str, str]]
) -> dict[tuple[str, str], Sequence[Any]]:
    """By conversation and inner id: the one message that it can be."""
    if not places:
        return {}
    query = _with_contact().where(
        messages.c.channel_id == channel_id,
        messages.c.inner_id.in_({inner for _, inner in places}),
    )
    found: dict[tuple[str, str], list[Sequence[Any]]] = {}
    for row in connection.execute(query):
        place = row[_CONVERSATION_ID], row[_QUOTED.at("inner_id")]
        if place in places:
            found.setdefault(place, []).append(row)
    return {place: rows[0] for place, rows in found.items() if len(rows) == 1}


class Quotable(NamedTuple):
    """A message, and how it stands where it is quoted."""

    row: MessageRow
    shape: Quote


def quotable(connection: Connection, conversation_id: str, message_id: str) -> Quotable | None:
    """A message of this conversation, if it is there."""
    here = messages.c.conversation_id == conversation_id
    row = connection.execute(_with_contact().where(messages.c.id == message_id, here)).first()
    return None if row is None else Quotable(_QUOTED.of(row), quote_shape(row))


def quote_shape(row: Sequence[Any]) -> Quote:
    """Of a row of ``_with_contact``."""
    return shapes.quote(_QUOTED.of(row), shapes.contact(_WRITER.of(row)))


def _with_contact() -> Select[Any]:
    return select(*_labelled(messages, "message_"), *_labelled(contacts, "contact_")).join_from(
        messages, contacts, contacts.c.id == messages.c.contact_id
    )


_QUOTED, _WRITER = _side_by_side(messages.c.keys(), contacts.c.keys())
_PROVIDER_ID, _CONVERSATION_ID = map(_QUOTED.at, ("provider_message_id", "conversation_id"))
_quoted = Prepared(
    lambda engine: _with_contact().where(
        messages.c.channel_id == bindparam("channel"),
        among(engine, messages.c.provider_message_id, "ids"),
    )
)
