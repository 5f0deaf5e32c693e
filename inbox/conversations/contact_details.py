"""What a team notes about a contact, and where else the same person is."""

from collections.abc import Collection, Iterable, Mapping
from typing import Final, TypedDict

from sqlalchemy import Connection, delete, exists, literal_column, select, union, update

from inbox.access.reach import Conditions, in_reach
from inbox.domain import shapes
from inbox.domain.channels import ChannelState
from inbox.domain.contacts import (
    AttributeValue,
    ContactAttribute,
    ContactDetails,
    FormerName,
    SamePerson,
)
from inbox.domain.reach import Reach
from inbox.domain.rows import AttributeRow, ContactRow
from inbox.domain.shapes import decoded, encoded
from inbox.domain.times import Micros, iso
from inbox.storage.dialect import insert
from inbox.storage.tables import (
    aliases,
    channels,
    contact_attributes,
    contact_details,
    contact_merges,
    contacts,
    conversations,
)
from inbox.storage.typed_rows import all_rows, first_row

ELSEWHERE_MOST: Final = 50
ELSEWHERE_READ: Final = 1_000
"""Of which the newest are shown: there is one for each channel, so that hardly ever are more."""
_NUMBER: Final = "match_key"

Values = dict[str, AttributeValue]
"""By the id of the attribute, as they are stored; outside they go by its key."""


class Noted(TypedDict):
    """What is noted about one contact."""

    attributes: Values
    note: str


class _DetailRow(TypedDict):
    contact_id: str
    attributes: str
    note: str


class _ElsewhereRow(TypedDict):
    conversation_id: str
    contact_id: str
    channel_id: str
    channel_name: str
    channel_state: ChannelState
    own_name: str | None
    name: str | None
    phone_number: str | None
    person_id: str | None
    arrived_at: Micros


def attributes_in_order(connection: Connection) -> list[ContactAttribute]:
    """All that the team wants to know, in the order in which it said so."""
    rows = all_rows(AttributeRow, connection.execute(select(contact_attributes)))
    in_order = sorted(rows, key=lambda row: (row["created_at"], row["id"]))
    return [shapes.contact_attribute(row) for row in in_order]


def noted_about(connection: Connection, contact_ids: Collection[str]) -> dict[str, Noted]:
    """Of each of these contacts, also of those of whom nothing is noted."""
    query = select(contact_details).where(contact_details.c.contact_id.in_(contact_ids))
    kept = {
        row["contact_id"]: Noted(attributes=decoded(row["attributes"]), note=row["note"])
        for row in all_rows(_DetailRow, connection.execute(query))
    }
    return {one: kept.get(one) or Noted(attributes={}, note="") for one in contact_ids}


def note_about(connection: Connection, contact_id: str, noted: Noted, now: Micros) -> None:
    statement = insert(connection, contact_details).values(
        contact_id=contact_id,
        attributes=encoded(noted["attributes"]),
        note=noted["note"],
        updated_at=now,
    )
    fresh = statement.excluded
    connection.execute(
        statement.on_conflict_do_update(
            index_elements=["contact_id"],
            set_={name: fresh[name] for name in ("attributes", "note", "updated_at")},
        )
    )


def under_keys(known: Iterable[ContactAttribute], values: Mapping[str, AttributeValue]) -> Values:
    """What programs see; a value of an attribute that is no more is none."""
    return {one["key"]: values[one["id"]] for one in known if one["id"] in values}


def contact_in_reach(reach: Reach) -> Conditions:
    """For ``where(*contact_in_reach(reach))`` on contacts: those whose conversation is."""
    if not reach.is_limited:
        return ()
    theirs = conversations.c.contact_id == contacts.c.id
    return (exists().where(theirs, *in_reach(reach)),)


def details_of(connection: Connection, contact_id: str, reach: Reach) -> ContactDetails | None:
    """Five statements; None also for whom ``reach`` does not see."""
    named = select(contacts).where(contacts.c.id == contact_id, *contact_in_reach(reach))
    row = first_row(ContactRow, connection.execute(named))
    if row is None:
        return None
    noted = noted_about(connection, [row["id"]])[row["id"]]
    also = _former_names(connection, row)
    numbers = {value.lstrip("+") for kind, value in also if kind == _NUMBER}
    return {
        **shapes.contact(row),
        "attributes": under_keys(attributes_in_order(connection), noted["attributes"]),
        "note": noted["note"],
        "aliases": [_former_name(kind, value) for kind, value in also],
        "conversations": _elsewhere(connection, row, numbers, reach),
    }


def _former_names(connection: Connection, row: ContactRow) -> list[tuple[str, str]]:
    own = {(name, row[name]) for name in ("match_key", "user_id", "username")}
    also = aliases.c
    query = select(also.kind, also.value).where(also.contact_id == row["id"])
    found = {(kind, value) for kind, value in connection.execute(query)}
    found |= {("username", each) for each in decoded(row["usernames"]) or ()}
    return sorted(found - own)


def _former_name(kind: str, value: str) -> FormerName:
    match kind:
        case "match_key":
            return {"kind": "phone_number", "value": f"+{value}" if value.isdigit() else value}
        case "username":
            return {"kind": "username", "value": value}
    return {"kind": "user_id", "value": value}


def _elsewhere(
    connection: Connection, row: ContactRow, former: Collection[str], reach: Reach
) -> list[SamePerson]:
    """Where they were merged by hand, or where somebody has or had a number of theirs."""
    numbers = {one for one in (row["match_key"], *former) if one and one.isdigit()}
    # By channel and number goes the index; there are few channels.
    lines = select(channels.c.id)
    theirs = [
        select(contacts.c.id).where(
            contacts.c.channel_id.in_(lines), contacts.c.match_key.in_(numbers)
        ),
        select(aliases.c.contact_id).where(
            aliases.c.channel_id.in_(lines),
            aliases.c.kind == literal_column("'match_key'"),
            aliases.c.value.in_(numbers),
        ),
        select(contacts.c.id).where(contacts.c.person_id == row["person_id"]),
    ]
    asked = theirs if row["person_id"] else theirs[:2]
    if not numbers:
        asked = asked[2:]
    if not asked:
        return []
    query = (
        select(
            conversations.c.id.label("conversation_id"),
            contacts.c.id.label("contact_id"),
            channels.c.id.label("channel_id"),
            channels.c.name.label("channel_name"),
            channels.c.state.label("channel_state"),
            *(contacts.c[name] for name in ("own_name", "name", "phone_number", "person_id")),
            conversations.c.arrived_at,
        )
        .join_from(conversations, contacts, contacts.c.id == conversations.c.contact_id)
        .join(channels, channels.c.id == conversations.c.channel_id)
        .where(conversations.c.contact_id.in_(union(*asked)), contacts.c.id != row["id"])
        .where(*in_reach(reach))
        .limit(ELSEWHERE_READ)
    )
    found = all_rows(_ElsewhereRow, connection.execute(query))
    newest = sorted(
        found, key=lambda one: (one["arrived_at"], one["conversation_id"]), reverse=True
    )
    return [_same_person(row, one) for one in newest[:ELSEWHERE_MOST]]


def _same_person(row: ContactRow, there: _ElsewhereRow) -> SamePerson:
    merged = row["person_id"] is not None and there["person_id"] == row["person_id"]
    return {
        "conversation_id": there["conversation_id"],
        "contact_id": there["contact_id"],
        "channel_id": there["channel_id"],
        "channel_name": there["channel_name"],
        "channel_state": there["channel_state"],
        "name": there["own_name"] or there["name"],
        "phone_number": there["phone_number"],
        "why": "merged" if merged else "same_number",
        "arrived_at": iso(there["arrived_at"]),
    }


def joined_notes(one: str, other: str) -> str:
    """Neither is lost, and what both say is said once."""
    if other in one:
        return one
    return other if one in other else f"{one}\n\n{other}"


def noted_of_both(one: Noted, other: Noted) -> Noted:
    """What is known of two that are one: where both know something, what ``one`` says."""
    return {
        "attributes": {**other["attributes"], **one["attributes"]},
        "note": joined_notes(one["note"], other["note"]),
    }


def join_details(connection: Connection, kept: ContactRow, gone: ContactRow, now: Micros) -> None:
    """Of two contacts that WhatsApp says are one; the row ``kept`` says the rest already.

    Whoever was the same person as either is the same as both.
    """
    noted = noted_about(connection, [kept["id"], gone["id"]])
    theirs = noted[gone["id"]]
    if theirs["attributes"] or theirs["note"]:
        note_about(connection, kept["id"], noted_of_both(noted[kept["id"]], theirs), now)
        there = contact_details.c.contact_id == gone["id"]
        connection.execute(delete(contact_details).where(there))
    named = {name: kept[name] for name in ("own_name", "person_id")}
    if gone["own_name"] or gone["person_id"]:
        connection.execute(update(contacts).where(contacts.c.id == kept["id"]).values(named))
    if gone["person_id"] and gone["person_id"] != kept["person_id"]:
        for table in (contacts, contact_merges):
            others = update(table).where(table.c.person_id == gone["person_id"])
            connection.execute(others.values(person_id=kept["person_id"]))
