"""Contacts that somebody says are one person: looked at before, done, and undone.

No message moves: each number keeps its conversation and its 24 hours, and is answered at itself.
What the team notes of one is noted of all of them from then on. Undoing gives each what it had,
but for what was written since, which stays with all.
"""

from collections.abc import Mapping, Sequence
from typing import Annotated, TypedDict, cast

from sqlalchemy import Connection, delete, select

from inbox.conversations.contact_details import (
    Noted,
    Values,
    attributes_in_order,
    noted_of_both,
)
from inbox.desk.contacts.editing import seen_contact
from inbox.desk.contacts.members import (
    KnownMember,
    Member,
    known_members,
    take_person,
    write_members,
)
from inbox.domain.attributes import written
from inbox.domain.contacts import ContactDetails
from inbox.domain.errors import Invalid
from inbox.domain.fields import says
from inbox.domain.ids import new_id
from inbox.domain.language import _
from inbox.domain.reach import Reach
from inbox.domain.shapes import decoded, encoded
from inbox.domain.times import Micros
from inbox.feed.log import append
from inbox.storage.tables import contact_merges
from inbox.storage.typed_rows import first_row


class Dropped(TypedDict):
    """Something that both have: what stays, and what goes."""

    field: Annotated[str, says("`name`, or `attributes.` and a `key`.")]
    label: Annotated[str, says("What people call it.")]
    kept: Annotated[str, says("What stays, that of `into`.")]
    dropped: Annotated[str, says("What goes until this is undone.")]


class MergeOutcome(TypedDict):
    """What a merge comes to."""

    done: Annotated[bool, says("False: it was only looked at.")]
    name: Annotated[str | None, says("What they are called then.")]
    note: Annotated[str, says("What is noted then: both notes.")]
    attributes: Annotated[dict[str, str | int | float | bool], says("What is known then.")]
    dropped: Annotated[list[Dropped], says("Where both know something else.")]
    contacts: Annotated[list[ContactDetails], says("The contacts that are one person then.")]


class _Remembered(TypedDict):
    own_name: str | None
    person_id: str | None
    noted: Noted


class _MergeRow(TypedDict):
    id: str
    person_id: str
    before: str
    after: str


def preview_merge(
    connection: Connection, reach: Reach, contact_id: str, into_id: str
) -> MergeOutcome:
    """Raises ``Invalid`` and ``Missing``."""
    members = _both(connection, reach, contact_id, into_id, lock=False)
    before = known_members(connection, members)
    return _outcome(connection, reach, members, before, (contact_id, into_id), done=False)


def merge_contacts(
    connection: Connection,
    reach: Reach,
    contact_id: str,
    into_id: str,
    by_name: str,
    now: Micros,
) -> MergeOutcome:
    """Raises ``Invalid`` and ``Missing``."""
    members = _both(connection, reach, contact_id, into_id, lock=True)
    before = known_members(connection, members)
    one, other = before[into_id], before[contact_id]
    person_id = one.person_id or other.person_id or new_id(now)
    joined = _joined(one, other, person_id)
    after = dict.fromkeys(before, joined)
    kept = {"id": new_id(now), "person_id": person_id, "by_name": by_name, "created_at": now}
    kept |= {"before": _remembered(before), "after": _remembered(after)}
    connection.execute(contact_merges.insert().values(kept))
    append(connection, write_members(connection, members, before, after, now), now)
    return _outcome(connection, reach, members, before, (contact_id, into_id), done=True)


def undo_merge(
    connection: Connection, reach: Reach, contact_id: str, now: Micros
) -> ContactDetails:
    """The latest merge of this person is none any more. Raises ``Invalid`` and ``Missing``."""
    seen_contact(connection, reach, contact_id)
    members = take_person(connection, [contact_id])
    now_known = known_members(connection, members)
    person_id = now_known[contact_id].person_id
    latest = contact_merges.c.person_id == person_id
    query = select(contact_merges).where(latest).order_by(contact_merges.c.id.desc()).limit(1)
    row = first_row(_MergeRow, connection.execute(query))
    if row is None:
        raise Invalid("contact_id", _("This contact was merged with no other."))
    before, after = _members_of(row["before"]), _members_of(row["after"])
    back = {
        each: _as_before(known, before[each], after[each]) if each in before else known
        for each, known in now_known.items()
    }
    connection.execute(delete(contact_merges).where(contact_merges.c.id == row["id"]))
    append(connection, write_members(connection, members, now_known, back, now), now)
    return seen_contact(connection, reach, contact_id)


def _both(
    connection: Connection, reach: Reach, contact_id: str, into_id: str, *, lock: bool
) -> list[Member]:
    for each in (contact_id, into_id):
        seen_contact(connection, reach, each)
    members = take_person(connection, [contact_id, into_id], lock=lock)
    persons = {
        one.contact["person_id"] or one.contact["id"]
        for one in members
        if one.contact["id"] in (contact_id, into_id)
    }
    if len(persons) < 2:
        raise Invalid("into", _("They are one person already."))
    return members


def _joined(one: KnownMember, other: KnownMember, person_id: str | None) -> KnownMember:
    noted = noted_of_both(one.noted, other.noted)
    return KnownMember(one.own_name or other.own_name, person_id, noted)


def _as_before(known: KnownMember, before: KnownMember, after: KnownMember) -> KnownMember:
    """What is still as the merge made it goes back; what was written since stays."""
    values: Values = {}
    here, there, then = (one.noted["attributes"] for one in (known, before, after))
    for each in {**here, **there}:
        source = there if here.get(each) == then.get(each) else here
        if each in source:
            values[each] = source[each]
    same_note = known.noted["note"] == after.noted["note"]
    note = before.noted["note"] if same_note else known.noted["note"]
    name = before.own_name if known.own_name == after.own_name else known.own_name
    return KnownMember(name, before.person_id, Noted(attributes=values, note=note))


def _outcome(
    connection: Connection,
    reach: Reach,
    members: Sequence[Member],
    before: Mapping[str, KnownMember],
    both: tuple[str, str],
    *,
    done: bool,
) -> MergeOutcome:
    contact_id, into_id = both
    one, other = before[into_id], before[contact_id]
    known = attributes_in_order(connection)
    joined = _joined(one, other, None)
    rows = {member.contact["id"]: member.contact for member in members}
    profile = rows[into_id]["name"] or rows[contact_id]["name"]
    dropped: list[Dropped] = []
    if one.own_name and other.own_name and one.own_name != other.own_name:
        names = {"kept": one.own_name, "dropped": other.own_name}
        dropped.append(cast("Dropped", {"field": "name", "label": _("Name"), **names}))
    kept, gone = one.noted["attributes"], other.noted["attributes"]
    for each in known:
        here, there = kept.get(each["id"]), gone.get(each["id"])
        if here is not None and there is not None and here != there:
            dropped.append(
                {
                    "field": f"attributes.{each['key']}",
                    "label": each["label"],
                    "kept": written(here),
                    "dropped": written(there),
                }
            )
    values = joined.noted["attributes"]
    return {
        "done": done,
        "name": joined.own_name or profile,
        "note": joined.noted["note"],
        "attributes": {each["key"]: values[each["id"]] for each in known if each["id"] in values},
        "dropped": dropped,
        "contacts": [seen_contact(connection, reach, each) for each in (into_id, contact_id)],
    }


def _remembered(members: Mapping[str, KnownMember]) -> str:
    return encoded({each: one._asdict() for each, one in members.items()})


def _members_of(text: str) -> dict[str, KnownMember]:
    kept: dict[str, _Remembered] = decoded(text)
    return {each: KnownMember(**one) for each, one in kept.items()}
