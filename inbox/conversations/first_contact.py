"""Whom we write to first: their conversation, and what WhatsApp then says that they are called.

A typed number is the oldest word on them there is, so that whatever WhatsApp ever says wins.
"""

from typing import Final

from sqlalchemy import Connection, or_, select

from inbox.conversations import publish, queries
from inbox.conversations.merging import Key, told_of
from inbox.conversations.people import NUMBER, USER, People, Sighting
from inbox.domain import shapes
from inbox.domain.events import Person
from inbox.domain.feed_events import NewEvent
from inbox.domain.new_number import NewNumber
from inbox.domain.phone import match_key
from inbox.domain.times import Micros
from inbox.storage.dialect import serialise
from inbox.storage.tables import aliases, contacts, conversations, messages

_TYPED: Final[Micros] = 1


def known_conversation(connection: Connection, channel_id: str, number: NewNumber) -> str | None:
    """That of whoever has this number in any spelling; nothing is made or held."""
    key = match_key(number.wa_id)
    also = select(aliases.c.contact_id).where(
        aliases.c.channel_id == channel_id, aliases.c.kind == NUMBER, aliases.c.value == key
    )
    query = (
        select(conversations.c.id)
        .join(contacts, contacts.c.id == conversations.c.contact_id)
        .where(contacts.c.channel_id == channel_id)
        .where(or_(contacts.c.match_key == key, contacts.c.id.in_(also)))
        .order_by(contacts.c.created_at, contacts.c.id)
    )
    return connection.execute(query).scalar()


def conversation_with(
    connection: Connection, channel_id: str, number: NewNumber, now: Micros, name: str = ""
) -> tuple[str, list[NewEvent]]:
    """The conversation of whoever has this number in any spelling; what to publish if it is new.

    ``name``: what they are called until WhatsApp says how they call themselves; empty: nothing.
    """
    serialise(connection, [channel_id])
    person = Person(wa_id=number.wa_id, phone=number.phone, name=name or None)
    typed = Sighting(channel_id, person, _TYPED)
    people = People()
    people.load(connection, [typed])
    if known := people.everybody:
        return known[0].conversation["id"], []
    newcomer = people.see(typed, now)
    people.save(connection)
    conversation_id = newcomer.conversation["id"]
    return conversation_id, [publish.contact_new(shapes.contact(newcomer.contact), conversation_id)]


def known_as(connection: Connection, message_id: str, wa_id: str, now: Micros) -> list[NewEvent]:
    """WhatsApp calls the customer of this message otherwise than we did; what to publish of it.

    Both are their names from then on. Whoever wrote under the other one before is the same person.
    """
    kept = contacts.c
    query = select(kept.channel_id, kept.match_key, kept.user_id).join(
        messages, messages.c.contact_id == kept.id
    )
    channel_id, number, user = connection.execute(query.where(messages.c.id == message_id)).one()
    told = Sighting(channel_id, Person(wa_id=wa_id), now)
    own: list[Key] = [(kind, key) for kind, key in ((NUMBER, number), (USER, user)) if key]
    told.keys = (*own, *(key for key in told.keys if key not in own))
    people = People()
    people.load(connection, [told])
    known = people.see(told, now).itself
    gone = people.save(connection)
    events: list[NewEvent] = []
    if known.changed:
        contact = shapes.contact(known.contact)
        events.append(publish.contact_updated(contact, known.conversation["id"], known.changed))
    events += told_of(gone)
    if gone and (grown := queries.conversation(connection, known.conversation["id"])):
        events.append(publish.conversation_updated(grown))
    return events
