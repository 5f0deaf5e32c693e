"""Where conversations stand at the desk is changed here, one or a thousand alike.

What is done with one stands in its thread as one line, and is undone as one.
"""

from collections.abc import Collection, Mapping, Sequence
from typing import Final, NamedTuple, cast

from sqlalchemy import Connection, bindparam, delete, select, update

from inbox.access.reach import in_reach
from inbox.conversations import publish, queries
from inbox.conversations.activities import activity_row
from inbox.conversations.marking import as_new
from inbox.conversations.names import names_by_id
from inbox.conversations.new_row import store_messages
from inbox.conversations.standing import STANDING
from inbox.desk.mentions import mentions_moved
from inbox.desk.sight import keep_in_sight
from inbox.desk.wishes import LABELS_EACH, Granted, Wish, checked_wish
from inbox.desk.writer import Writer
from inbox.domain import shapes
from inbox.domain.errors import Invalid
from inbox.domain.feed_events import NewEvent
from inbox.domain.language import _
from inbox.domain.names import Names, label_ids
from inbox.domain.reach import EVERYTHING, Reach
from inbox.domain.rows import ConversationRow, MessageRow
from inbox.domain.shapes import encoded
from inbox.domain.standing import ActivityChange, StandingField
from inbox.domain.times import Micros, iso
from inbox.feed.log import append
from inbox.storage.dialect import insert, undone_with_all
from inbox.storage.prepared import Prepared
from inbox.storage.tables import conversation_labels, conversations, messages
from inbox.storage.typed_rows import all_rows

AT_ONCE: Final = 200
"""Conversations of one transaction: nobody who receives waits for more."""


class Arranged(NamedTuple):
    """A conversation before and after, and the line in its thread that says so."""

    was: ConversationRow
    now: ConversationRow
    activity_id: str


def arrange(
    connection: Connection,
    ids: Collection[str],
    wish: Wish,
    by: Writer | None,
    now: Micros,
    left_out: dict[str, str] | None = None,
) -> list[Arranged]:
    """Those of the conversations that are others now; the rest stays, and nothing is said of it.

    ``by``: None is the clock; what somebody does not see they do not change. Who is given a
    conversation by somebody else has not read it. Raises ``Invalid``; ``left_out``: of several,
    what cannot be of one of them is said here in its place.
    """
    asked = checked_wish(connection, wish, now)
    rows = take_these(connection, ids, by.reach if by else EVERYTHING)
    unfit: dict[str, Invalid] = {}
    pairs = [(row, new) for row in rows if (new := _fitting(row, asked, now, unfit))]
    unseen = keep_in_sight(connection, pairs, chosen="assignee_id" in wish)
    unfit |= {one: Invalid("assignee_id", words) for one, words in unseen.items()}
    if left_out is None and unfit:
        raise next(iter(unfit.values()))
    if left_out is not None:
        left_out |= {one: str(error) for one, error in unfit.items()}
    others = [(was, new) for was, new in pairs if was != new and new["id"] not in unfit]
    return put_down(connection, others, by, now)


def _fitting(
    row: ConversationRow, asked: Granted, now: Micros, unfit: dict[str, Invalid]
) -> ConversationRow | None:
    try:
        return wished(row, asked, now)
    except Invalid as error:
        unfit[row["id"]] = error
        return None


def take_these(
    connection: Connection, ids: Collection[str], reach: Reach = EVERYTHING
) -> list[ConversationRow]:
    """In one order for all who take several, or on PostgreSQL two would wait for each other."""
    query = select(conversations).where(conversations.c.id.in_(sorted(ids)), *in_reach(reach))
    query = query.order_by(conversations.c.id).with_for_update(key_share=True)
    return all_rows(ConversationRow, connection.execute(query))


def wished(row: ConversationRow, asked: Granted, now: Micros) -> ConversationRow:
    new = cast("ConversationRow", {**row, **asked.columns})
    ids = set(label_ids(row))
    wanted = (ids if asked.only is None else set(asked.only)) - asked.less | asked.more
    if wanted != ids:
        if len(wanted) > LABELS_EACH:
            words = _("A conversation has at most %(most)s labels.", most=LABELS_EACH)
            raise Invalid("labels", words)
        new["labels"] = encoded(sorted(wanted))
    if asked.status is not None and asked.status != row["status"]:
        _begin_status(row, new, now)
    return new


def _begin_status(row: ConversationRow, new: ConversationRow, now: Micros) -> None:
    match new["status"]:
        case "resolved":  # nobody waits for what is done
            new["waiting_since"], new["closing"] = None, False
        case "snoozed":
            new["closing"] = False
        case "open":
            if row["status"] == "resolved" and row["last_direction"] == "incoming":
                new["waiting_since"] = row["last_inbound_at"] or now
                new["answered_at"] = None


def put_down(
    connection: Connection,
    pairs: Sequence[tuple[ConversationRow, ConversationRow]],
    by: Writer | None,
    now: Micros,
    lineless: Collection[str] = (),
) -> list[Arranged]:
    """Write rows that are locked as they are to be, with a line in each thread, and tell of it.

    ``lineless``: of these the thread tells nothing.
    """
    if not pairs:
        return []
    _update.each(connection, [new for _, new in pairs])
    _relabel(connection, pairs)
    names = _names(connection, pairs)
    changes = {new["id"]: changes_between(was, new, names) for was, new in pairs}
    told = [new for _was, new in pairs if new["id"] not in lineless]
    lines = _lines(connection, told, changes, by, now)
    store_messages(connection, lines)
    handed_on = [was for was, new in pairs if was["team_id"] != new["team_id"]]
    events: list[NewEvent] = [publish.conversation_removed(was) for was in handed_on]
    if handed_on:
        events += mentions_moved(connection, [was["id"] for was in handed_on])
    events += [publish.activity_new(shapes.message(row)) for row in lines]
    shown = queries.conversations_by_id(connection, [new["id"] for _, new in pairs])
    sender = None if by is None else by.sender
    for shape in shown:
        fields = [change["field"] for change in changes[shape["id"]]]
        events.append(publish.conversation_updated(shape, fields, sender))
    for user_id, given in _given(pairs, by).items():
        events += as_new(connection, user_id, given)
    append(connection, events, now)
    line_of = {row["conversation_id"]: row["id"] for row in lines}
    return [Arranged(was, new, line_of.get(new["id"], "")) for was, new in pairs]


_COLUMNS: Final = (*STANDING, "arrived_at")
_update = Prepared(
    undone_with_all(update(conversations))
    .where(conversations.c.id == bindparam("id"))
    .values({name: bindparam(name) for name in _COLUMNS}),
    ("id", *_COLUMNS),
)


def _relabel(
    connection: Connection, pairs: Sequence[tuple[ConversationRow, ConversationRow]]
) -> None:
    """Keep the table by which labels find conversations."""
    kept = conversation_labels.c
    gone, come = [], []
    for was, new in pairs:
        before, after = set(label_ids(was)), set(label_ids(new))
        gone += [(one, new["id"]) for one in before - after]
        come += [{"label_id": one, "conversation_id": new["id"]} for one in after - before]
    for label_id in dict(gone):
        theirs = [conversation_id for one, conversation_id in gone if one == label_id]
        connection.execute(
            delete(conversation_labels).where(
                kept.label_id == label_id, kept.conversation_id.in_(theirs)
            )
        )
    if come:
        connection.execute(insert(connection, conversation_labels).on_conflict_do_nothing(), come)


def _names(
    connection: Connection, pairs: Sequence[tuple[ConversationRow, ConversationRow]]
) -> Names:
    """Of all that are named before or after."""
    rows = [row for pair in pairs for row in pair]
    return names_by_id(
        connection,
        users={one for row in rows if (one := row["assignee_id"])},
        teams={one for row in rows if (one := row["team_id"])},
        labels={one for row in rows for one in label_ids(row)},
    )


def changes_between(
    was: ConversationRow, new: ConversationRow, names: Names
) -> list[ActivityChange]:
    """What people see of it, in the order in which it is told."""
    before, after = _seen(was, names), _seen(new, names)
    asleep, falls = after["status"] == "snoozed", before["status"] != "snoozed"
    differs = {field for field in before if before[field] != after[field]}
    # Until when is of interest while it sleeps: "until they write" is no time at all.
    until: set[StandingField] = (
        {"snoozed_until"} if asleep and (falls or "snoozed_until" in differs) else set()
    )
    told = differs - {"snoozed_until"} | until
    return [
        {"field": field, "was": before[field], "now": after[field]}
        for field in before
        if field in told
    ]


def _seen(row: ConversationRow, names: Names) -> dict[StandingField, str | list[str] | None]:
    until = row["snoozed_until"]
    return {
        "team": names.teams.get(row["team_id"] or ""),
        "assignee": names.users.get(row["assignee_id"] or ""),
        "status": row["status"],
        "snoozed_until": None if until is None else iso(until),
        "priority": row["priority"],
        "labels": names.of_labels(row),
    }


def _lines(
    connection: Connection,
    rows: Sequence[ConversationRow],
    changes: Mapping[str, list[ActivityChange]],
    by: Writer | None,
    now: Micros,
) -> list[MessageRow]:
    """Below what was said last: a customer's clock may be ahead of ours."""
    ids = [row["last_message_id"] for row in rows if row["last_message_id"]]
    query = select(messages.c.conversation_id, messages.c.sort_at).where(messages.c.id.in_(ids))
    last: dict[str, Micros] = {row[0]: row[1] for row in connection.execute(query)}
    who = None if by is None else (by.user_id, by.name)
    return [
        activity_row(row, changes[row["id"]], max(now, last.get(row["id"], 0)), now, who)
        for row in rows
    ]


def _given(
    pairs: Sequence[tuple[ConversationRow, ConversationRow]], by: Writer | None
) -> dict[str, list[str]]:
    """To whom which conversations are new: they were given to them, or woke up."""
    found: dict[str, list[str]] = {}
    doer = by.user_id if by else None
    for was, new in pairs:
        who = new["assignee_id"]
        woke = by is None and was["status"] == "snoozed"
        if who and who != doer and (who != was["assignee_id"] or woke):
            found.setdefault(who, []).append(new["id"])
    return found
