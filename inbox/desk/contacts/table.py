"""Contacts as a table and from one: who is there already is called and noted about anew.

Nobody is made by a table: somebody who never wrote has no conversation to be shown in.
"""

from collections.abc import Mapping, Sequence
from typing import Final, Literal, NamedTuple

from sqlalchemy import Connection, select

from inbox.conversations.contact_details import (
    attributes_in_order,
    contact_in_reach,
    noted_about,
)
from inbox.conversations.paging import keyset_page
from inbox.desk.contacts.editing import CheckedEdit, ContactEdit, checked_edit
from inbox.desk.contacts.members import known_members, take_person, write_members
from inbox.domain.attributes import written
from inbox.domain.contact_lines import TOLD, WHO, ContactLine, LineFault
from inbox.domain.contacts import ContactAttribute
from inbox.domain.cursors import Cursor
from inbox.domain.errors import Invalid
from inbox.domain.language import _
from inbox.domain.phone import match_key, number
from inbox.domain.reach import Reach
from inbox.domain.rows import ContactRow
from inbox.domain.times import Micros, iso
from inbox.feed.log import append
from inbox.storage.tables import channels, contacts
from inbox.storage.typed_rows import all_rows

AT_ONCE: Final = 20
"""Lines that are written in one transaction: others write between them."""
EXPORTED: Final = 500

Outcome = Literal["changed", "unchanged", "refused"]


class TakenLine(NamedTuple):
    """What became of a line. ``twice``: by which contacts another line of them is found."""

    outcome: Outcome
    contact_ids: tuple[str, ...]
    faults: list[LineFault]


def columns_of(connection: Connection) -> list[str]:
    keys = [one["key"] for one in attributes_in_order(connection)]
    return ["id", "phone_number", "channel", "name", *TOLD, "note", *keys]


def exported(
    connection: Connection, reach: Reach, columns: Sequence[str], cursor: Cursor | None
) -> tuple[list[list[object]], Cursor | None]:
    """The next lines, newest contact first, and from where to go on."""
    query = select(contacts).where(*contact_in_reach(reach))
    order = (contacts.c.created_at, contacts.c.id)
    page = keyset_page(query, order, cursor, EXPORTED)
    rows = all_rows(ContactRow, connection.execute(page))
    noted = noted_about(connection, [row["id"] for row in rows])
    named = dict(connection.execute(select(channels.c.id, channels.c.name)).all())
    known = attributes_in_order(connection)
    lines = []
    for row in rows:
        cells = _told(row, named) | {"note": noted[row["id"]]["note"]}
        values = noted[row["id"]]["attributes"]
        cells |= {one["key"]: written(values[one["id"]]) for one in known if one["id"] in values}
        lines.append([cells.get(column, "") for column in columns])
    last = rows[-1] if len(rows) == EXPORTED else None
    return lines, None if last is None else Cursor(last["created_at"], last["id"])


def _told(row: ContactRow, named: Mapping[str, str]) -> dict[str, object]:
    return {
        "id": row["id"],
        "phone_number": row["phone_number"],
        "channel": named.get(row["channel_id"], ""),
        "name": row["own_name"],
        "profile_name": row["name"],
        "username": row["username"],
        "blocked": "no" if row["blocked_at"] is None else "yes",
        "created_at": iso(row["created_at"]),
    }


class _Table(NamedTuple):
    """What the lines of one are held against. ``lanes``: names of channels by their ids."""

    reach: Reach
    known: Sequence[ContactAttribute]
    lanes: Mapping[str, str]
    preview: bool
    now: Micros


def take_contact_lines(
    connection: Connection,
    reach: Reach,
    lines: Sequence[ContactLine],
    taken: Mapping[str, int],
    preview: bool,
    now: Micros,
) -> list[TakenLine]:
    """``taken``: contacts that an earlier line was about, with its number. ``preview``: nothing is
    written."""
    lanes = dict(connection.execute(select(channels.c.id, channels.c.name)).all())
    table = _Table(reach, attributes_in_order(connection), lanes, preview, now)
    earlier, found = dict(taken), []
    for line in lines:
        one = _taken(connection, table, line, earlier)
        found.append(one)
        earlier |= dict.fromkeys(one.contact_ids, line.number)
    return found


def _taken(
    connection: Connection, table: _Table, line: ContactLine, earlier: Mapping[str, int]
) -> TakenLine:
    faults: list[LineFault] = []
    edit = _edit(line, table.known, faults)
    contact_ids = _whose(connection, table, line, faults)
    again = next((earlier[each] for each in contact_ids if each in earlier), None)
    if again is not None:
        sentence = _("Line %(line)s is about this contact already.", line=again)
        faults.append(_fault(line, "", sentence))
    if faults:
        return TakenLine("refused", (), faults)
    members = take_person(connection, contact_ids, lock=not table.preview)
    before = known_members(connection, members)
    after = {each: edit.made_of(one) for each, one in before.items()}
    if before == after:
        return TakenLine("unchanged", tuple(contact_ids), [])
    if not table.preview:
        events = write_members(connection, members, before, after, table.now)
        append(connection, events, table.now)
    return TakenLine("changed", tuple(contact_ids), [])


def _edit(
    line: ContactLine, known: Sequence[ContactAttribute], faults: list[LineFault]
) -> CheckedEdit:
    """An empty cell leaves what is there. Each cell is looked at, so that all faults are told."""
    edit = CheckedEdit(None, None, {})
    for column, cell in line.cells.items():
        if not cell.strip() or column in {*WHO, *TOLD}:
            continue
        try:
            more = checked_edit(known, _asked(column, cell))
        except Invalid as wrong:
            faults.append(_fault(line, column, str(wrong)))
            continue
        edit = CheckedEdit(
            more.own_name or edit.own_name, more.note or edit.note, {**edit.values, **more.values}
        )
    return edit


def _asked(column: str, cell: str) -> ContactEdit:
    match column:
        case "name":
            return ContactEdit(name=cell)
        case "note":
            return ContactEdit(note=cell)
    return ContactEdit(attributes={column: cell})


def _whose(
    connection: Connection, table: _Table, line: ContactLine, faults: list[LineFault]
) -> list[str]:
    """The contacts that it is about: the one of its id, or all who have its number."""
    on = line.cells.get("channel", "").strip()
    lanes = [one for one in table.lanes.items() if table.reach.has_channel(one[0])]
    seen = [each for each, name in lanes if not on or on in (each, name)]
    if not seen:
        faults.append(_fault(line, "channel", _("There is no channel of this name.")))
        return []
    asked = line.cells.get("id", "").strip()
    which = contacts.c.id == asked
    if not asked:
        digits = number(line.cells.get("phone_number", "")).phone
        if digits is None:
            sentence = _("No phone number: write it with its country code, as +12025550142.")
            faults.append(_fault(line, "phone_number", sentence))
            return []
        which = contacts.c.match_key == match_key(digits[1:])
    here = contacts.c.channel_id.in_(seen)
    query = select(contacts.c.id).where(which, here, *contact_in_reach(table.reach))
    found = list(connection.execute(query.order_by(contacts.c.id)).scalars())
    if not found:
        sentence = _("Nobody of this number or id has written yet, or was written to.")
        faults.append(_fault(line, "id" if asked else "phone_number", sentence))
    return found


def _fault(line: ContactLine, column: str, sentence: str) -> LineFault:
    return {"line": line.number, "column": column, "detail": sentence}
