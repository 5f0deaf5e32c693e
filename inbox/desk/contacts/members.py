"""The contacts of one person: what is known of each, and another of it written and told."""

from collections.abc import Collection, Mapping, Sequence
from typing import Any, NamedTuple, cast

from sqlalchemy import Connection, Select, select, update

from inbox.conversations import publish
from inbox.conversations.contact_details import (
    Noted,
    attributes_in_order,
    note_about,
    noted_about,
    under_keys,
)
from inbox.domain import shapes
from inbox.domain.feed_events import NewEvent, TeamWords
from inbox.domain.rows import ContactRow
from inbox.domain.times import Micros
from inbox.storage.tables import contacts, conversations


class Member(NamedTuple):
    """A contact and the id of its conversation, which is taken."""

    contact: ContactRow
    conversation_id: str


class KnownMember(NamedTuple):
    """What the team knows of one of them."""

    own_name: str | None
    person_id: str | None
    noted: Noted


def take_person(
    connection: Connection, contact_ids: Collection[str], *, lock: bool = True
) -> list[Member]:
    """These contacts and whoever is the same person as one of them, the oldest first.

    ``lock``: nobody else writes about them meanwhile.
    """
    named = contacts.c.id.in_(contact_ids)
    persons = select(contacts.c.person_id).where(named, contacts.c.person_id.is_not(None))
    person_ids = set(connection.execute(persons).scalars())
    whose = named | contacts.c.person_id.in_(person_ids) if person_ids else named
    conversation_ids = connection.execute(_theirs().where(whose)).scalars().all()
    here = conversations.c.id.in_(conversation_ids)
    taken = select(conversations.c.id).where(here).order_by(conversations.c.id)
    if lock:
        connection.execute(taken.with_for_update(key_share=True))
    # What they are like is read under the lock: a colleague may just have written it.
    found = connection.execute(_theirs().add_columns(contacts).where(here)).mappings()
    rows = sorted(found, key=lambda row: (row["created_at"], row["id"]))
    return [Member(cast("ContactRow", row), row["conversation_id"]) for row in rows]


def _theirs() -> Select[Any]:
    named = conversations.c.id.label("conversation_id")
    return select(named).join_from(
        conversations, contacts, contacts.c.id == conversations.c.contact_id
    )


def known_members(connection: Connection, members: Sequence[Member]) -> dict[str, KnownMember]:
    noted = noted_about(connection, [one.contact["id"] for one in members])
    return {
        (row := one.contact)["id"]: KnownMember(row["own_name"], row["person_id"], noted[row["id"]])
        for one in members
    }


def write_members(
    connection: Connection,
    members: Sequence[Member],
    before: Mapping[str, KnownMember],
    after: Mapping[str, KnownMember],
    now: Micros,
) -> list[NewEvent]:
    """What to publish of it; nothing of whom nothing changes."""
    known = attributes_in_order(connection)
    events: list[NewEvent] = []
    for row, conversation_id in members:
        old, new = before[row["id"]], after[row["id"]]
        changed, words = set[str](), TeamWords()
        if new.noted["attributes"] != old.noted["attributes"]:
            words["attributes"] = under_keys(known, new.noted["attributes"])
        if new.noted["note"] != old.noted["note"]:
            words["note"] = new.noted["note"]
        if words:
            note_about(connection, row["id"], new.noted, now)
        kept = {"own_name": new.own_name, "person_id": new.person_id}
        if (new.own_name, new.person_id) != (old.own_name, old.person_id):
            connection.execute(update(contacts).where(contacts.c.id == row["id"]).values(kept))
        was, fresh = shapes.contact(row), shapes.contact(cast("ContactRow", {**row, **kept}))
        changed = {name for name, value in fresh.items() if value != was.get(name)} | {*words}
        if changed:
            events.append(publish.contact_updated(fresh, conversation_id, changed, words))
    return events
