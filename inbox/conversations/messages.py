"""Messages of a batch: contacts, conversations and bubbles, each once."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from operator import itemgetter

from msgspec import Struct
from sqlalchemy import Connection, bindparam, update

from inbox.conversations import automatic, echoes, file_jobs, publish, queries
from inbox.conversations.activities import activity_row
from inbox.conversations.answered import read_by_echoes
from inbox.conversations.change_facts import Targets
from inbox.conversations.merging import Gone, told_of
from inbox.conversations.message_aliases import Inner, waiting_in
from inbox.conversations.names import names_of
from inbox.conversations.new_row import INCOMING, OUTGOING, UNSTORED, new_row, store_messages
from inbox.conversations.people import Known, People, Sighting
from inbox.conversations.standing import hear_answer, hear_customer
from inbox.domain import shapes
from inbox.domain.channels import Channel
from inbox.domain.events import MessageEvent
from inbox.domain.feed_events import ContactNew, ContactUpdated, NewEvent
from inbox.domain.from_customer import from_customer, opens_window
from inbox.domain.ids import new_id
from inbox.domain.names import Names
from inbox.domain.public import Conversation, Quote
from inbox.domain.rows import ConversationRow, MessageRow
from inbox.domain.standing import ActivityChange
from inbox.domain.times import Micros
from inbox.storage.dialect import undone_with_all
from inbox.storage.prepared import Prepared
from inbox.storage.tables import conversations


class Arrival(Struct, frozen=True):
    """A message as told by one entry; ``received_at`` stands in for an unusable time."""

    channel_id: str
    event: MessageEvent
    received_at: Micros

    @property
    def at(self) -> Micros:
        return self.event.ts or self.received_at


class Placed(Struct, frozen=True):
    """A message on its way into the table, with whom it belongs to."""

    row: MessageRow
    known: Known
    event: MessageEvent
    echo: MessageEvent | None = None
    """It may be a reply of ours that a provider without ids tells again."""


class Received(Struct, frozen=True):
    """New ``outgoing`` messages (echoes), and those of which changes came before them.

    ``met``: messages that facts may have named by another id, before they or their customers
    were known.
    """

    outgoing: list[MessageRow]
    awaited: Targets
    met: Inner


def receive_messages(
    connection: Connection,
    arrivals: Sequence[Arrival],
    renamed: Sequence[Sighting],
    channels: Mapping[str, Channel],
    now: Micros,
    published: list[NewEvent],
) -> Received:
    """Store what is new and publish it. ``renamed``: people of whom another id is told."""
    if not arrivals and not renamed:
        return Received([], {}, {})
    people = People()
    sightings = [_sighting(arrival) for arrival in arrivals]
    people.load(connection, [*sightings, *renamed])
    seen = [people.see(sighting, now) for sighting in sightings]
    for known in people.everybody:
        if known.new:
            known.conversation["team_id"] = channels[known.contact["channel_id"]].team_id
    for sighting in renamed:
        people.hear_of(sighting, now)
    merged = people.save(connection)
    placed = [
        _place(arrival, known.itself, now) for arrival, known in zip(arrivals, seen, strict=True)
    ]
    placed = [item for item in placed if not (item.echo and _told_again(connection, item))]
    met: Inner = {}
    awaited = store_messages(connection, [item.row for item in placed], met)
    _meet_again(connection, people.everybody, met)
    new = [item for item in placed if item.row["number"] != UNSTORED]
    file_jobs.add(connection, [item.row for item in new], now)
    heard, reopened = [], []
    for item in new:
        channel, conversation = channels[item.row["channel_id"]], item.known.conversation
        heard.append(automatic.to_answer(channel, item.row, conversation, now))
        if line := _count(item, now):
            reopened.append(line)
            item.known.reopened = True
    store_messages(connection, reopened)
    touched = list({id(item.known): item.known for item in new}.values())
    _update_conversations(connection, touched)
    automatic.note_heard(connection, filter(None, heard))
    published.extend(told_of(merged))
    quoted = queries.quotes(connection, [item.row for item in new])
    _publish(connection, people.everybody, new, quoted, touched, channels, published)
    published.extend(publish.activity_new(shapes.message(row)) for row in reopened)
    published.extend(_grown(connection, merged, touched))
    outgoing = [item.row for item in new if item.row["direction"] == OUTGOING]
    published.extend(read_by_echoes(connection, outgoing))
    return Received(outgoing, awaited, met)


def _meet_again(connection: Connection, everybody: Iterable[Known], met: Inner) -> None:
    """Of whom another key became known, what names their messages by it is understood now."""
    for known in everybody:
        if not known.new and (known.keys - known.before or known.merged):
            conversation = known.conversation
            if waiting := waiting_in(connection, conversation["channel_id"], conversation["id"]):
                met.setdefault(conversation["channel_id"], set()).update(waiting)


_MOVED = frozenset({"user_changed_number", "customer_changed_number"})


def _sighting(arrival: Arrival) -> Sighting:
    event = arrival.event
    if event.type != "system":
        return Sighting(arrival.channel_id, event.contact, arrival.at)
    notice = event.content.get("system") or {}
    kind = notice.get("type")
    return Sighting(
        arrival.channel_id,
        event.contact,
        arrival.at,
        became=notice.get("user_id") if kind == "user_changed_user_id" else None,
        moved_to=notice.get("new_wa_id") if kind in _MOVED else None,
    )


def _place(arrival: Arrival, known: Known, now: Micros) -> Placed:
    event = arrival.event
    row = new_row(
        id=new_id(now),
        channel_id=arrival.channel_id,
        conversation_id=known.conversation["id"],
        contact_id=known.contact["id"],
        direction=INCOMING if event.direction == "in" else OUTGOING,
        type=event.type,
        text=event.text,
        content=event.content,
        at=arrival.at,
        received_at=arrival.received_at,
        event_key=event.key,
        provider_message_id=event.provider_message_id,
    )
    return Placed(row, known, event, event if event.echo and event.ts and event.text else None)


def _told_again(connection: Connection, item: Placed) -> bool:
    row, event = item.row, item.echo
    assert event is not None and event.text and event.ts
    where = (row["channel_id"], row["conversation_id"])
    times = (event.ts, row["received_at"])
    return echoes.ours(connection, where, event.key, event.text, times)


def _count(item: Placed, now: Micros) -> MessageRow | None:
    """Unread and the order of the list go by arrival; a lying clock pins nothing.

    Returns the line that says so where it reopened its conversation.
    """
    conversation, row, event = item.known.conversation, item.row, item.event
    before = _stands(conversation)
    changes: list[ActivityChange] = []
    conversation["arrived_at"] = max(now, conversation["arrived_at"])
    conversation["last_message_id"] = row["id"]
    item.known.last = row
    if row["direction"] == OUTGOING:
        conversation["last_direction"] = OUTGOING
        hear_answer(conversation, now)
    elif from_customer(event.type, event.content):
        conversation["last_direction"] = INCOMING
        conversation["inbound_count"] += 1
        changes = hear_customer(conversation, now)
    if row["direction"] == INCOMING and opens_window(event.type, event.content):
        conversation["last_inbound_at"] = max(row["sort_at"], conversation["last_inbound_at"] or 0)
    item.known.moved = item.known.moved or _stands(conversation) != before
    return activity_row(conversation, changes, row["sort_at"], now) if changes else None


_COUNTED = (
    "arrived_at",
    "last_message_id",
    "last_direction",
    "inbound_count",
    "last_inbound_at",
)

_MOVED_BY_MESSAGES = ("status", "snoozed_until", "waiting_since", "answered_at", "closing")
_stands: Callable[[ConversationRow], tuple[object, ...]] = itemgetter(*_MOVED_BY_MESSAGES)


def _updating(*names: str) -> Prepared:
    this = update(conversations).where(conversations.c.id == bindparam("id"))
    this = undone_with_all(this.values({name: bindparam(name) for name in names}))
    return Prepared(this, ("id", *names))


_update_counts = _updating(*_COUNTED)
_update_whole = _updating(*_COUNTED, *_MOVED_BY_MESSAGES)
"""Apart: a column that is set is written to its indexes, whether it is another or not."""


def _update_conversations(connection: Connection, touched: Sequence[Known]) -> None:
    for statement, moved in ((_update_counts, False), (_update_whole, True)):
        statement.each(connection, [one.conversation for one in touched if one.moved == moved])


def _publish(
    connection: Connection,
    everybody: Iterable[Known],
    new: Sequence[Placed],
    quoted: Mapping[str, Quote],
    touched: Sequence[Known],
    channels: Mapping[str, Channel],
    published: list[NewEvent],
) -> None:
    published.extend(_contact_event(known) for known in everybody if known.new or known.changed)
    for item in new:
        message = shapes.message(item.row, quoted=quoted.get(item.row["id"]))
        published.append(publish.message_new(message, shapes.contact(item.known.contact)))
    names = names_of(connection, [known.conversation for known in touched])
    published.extend(
        publish.conversation_updated(
            _conversation(known, channels, names), ["status"] if known.reopened else ()
        )
        for known in touched
    )


def _grown(
    connection: Connection, merged: Sequence[Gone], touched: Sequence[Known]
) -> Iterator[NewEvent]:
    """Conversations that others went into, unless a new message tells of them anyway."""
    told = {known.conversation["id"] for known in touched}
    for into in dict.fromkeys(gone.said["into"] for gone in merged):
        shape = None if into in told else queries.conversation(connection, into)
        if shape is not None:
            yield publish.conversation_updated(shape)


def _contact_event(known: Known) -> ContactNew | ContactUpdated:
    contact, conversation_id = shapes.contact(known.contact), known.conversation["id"]
    if known.new:
        return publish.contact_new(contact, conversation_id)
    return publish.contact_updated(contact, conversation_id, known.changed)


def _conversation(known: Known, channels: Mapping[str, Channel], names: Names) -> Conversation:
    channel, last = channels[known.contact["channel_id"]], known.last
    return shapes.conversation(
        known.conversation,
        shapes.contact(known.contact),
        {
            "id": channel.id,
            "name": channel.name,
            "provider": channel.provider,
            "state": channel.state,
        },
        None if last is None else shapes.last_message(last),
        names,
    )
