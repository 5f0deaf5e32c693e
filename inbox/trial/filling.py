"""A made-up history on its way into the tables: every page is one transaction and whole in itself.

No feed event tells of the past: a million would push the present out of the feed. What a page
that is open has to see, the list with the new conversations, is told once in the end.
"""

from sqlalchemy import Connection, Integer, bindparam, case, func, select, true, update

from inbox.conversations import file_jobs, publish
from inbox.conversations.new_row import OUTGOING, fill_messages
from inbox.conversations.queries import conversation_rows, conversation_shapes
from inbox.conversations.settle_changes import settle_changes
from inbox.domain.times import Micros
from inbox.feed.log import append
from inbox.search.indexing import index
from inbox.storage.dialect import bulk_insert, insert, slices
from inbox.storage.tables import (
    changes,
    contacts,
    conversations,
    horizons,
    readings,
    receipts,
    users,
)
from inbox.trial import history
from inbox.trial.history import Plan, TrialPage

SHOWN = 40
"""More than what an open list shows of it at first."""


def write(connection: Connection, made: TrialPage) -> None:
    """One page of the history."""
    bulk_insert(connection, contacts, history.CONTACT, made.contacts)
    bulk_insert(connection, conversations, history.CONVERSATION, made.conversations)
    fill_messages(connection, made.messages)
    file_jobs.add(connection, made.messages, made.ends)
    bulk_insert(connection, receipts, history.RECEIPT, made.receipts)
    bulk_insert(connection, changes, history.CHANGE, made.changes)
    if made.changes:
        changed = {str(row[2]) for row in made.changes}
        settle_changes(connection, {made.changes[0][0]: changed}, [], made.changes[0][6])
    index(connection, history.PAGE)
    began = min(added.at for added in made.touched.values())
    # It comes below what somebody has read: they begin there again.
    connection.execute(update(horizons).where(horizons.c.at >= began).values(at=began - 1))
    connection.execute(
        _add,
        [
            {"which": which, "at": added.at, "last": added.last, "direction": added.direction,
             "inbound": added.inbound, "inbound_at": added.inbound_at,
             "waiting": None if added.direction == OUTGOING else added.at,
             "answered": added.at if added.direction == OUTGOING else None}
            for which, added in sorted(made.touched.items())
        ],
    )  # fmt: skip


_add = (
    update(conversations)
    .where(conversations.c.id == bindparam("which"))
    .values(
        arrived_at=bindparam("at"),
        last_message_id=bindparam("last"),
        last_direction=bindparam("direction"),
        waiting_since=bindparam("waiting"),
        answered_at=bindparam("answered"),
        inbound_count=conversations.c.inbound_count + bindparam("inbound"),
        last_inbound_at=func.coalesce(bindparam("inbound_at"), conversations.c.last_inbound_at),
    )
)


def have_read(connection: Connection, plan: Plan, start: int, stop: int) -> None:
    """Let everybody who is here have read these conversations, but for a few."""
    left_over = dict(history.unread(plan, start, stop))
    found = [plan.ids(which)[0] for which in range(start, stop)]
    for some in slices(found):
        connection.execute(
            update(conversations)
            .where(conversations.c.id.in_(some))
            .values(seen_count=conversations.c.inbound_count)
        )
    if left_over:
        left = [{"which": which, "left": count} for which, count in left_over.items()]
        connection.execute(_leave, left)
    for some in slices(found):
        seen = (
            select(users.c.id, conversations.c.id, conversations.c.seen_count)
            .select_from(conversations.join(users, true()))
            .where(conversations.c.id.in_(some))
        )
        names = ["user_id", "conversation_id", "seen_count"]
        connection.execute(
            insert(connection, readings).from_select(names, seen).on_conflict_do_nothing()
        )


_left = bindparam("left", type_=Integer)
_leave = (
    update(conversations)
    .where(conversations.c.id == bindparam("which"))
    .values(
        seen_count=case(
            (conversations.c.inbound_count > _left, conversations.c.inbound_count - _left), else_=0
        )
    )
)


def tell(connection: Connection, plan: Plan, now: Micros) -> None:
    """Publish the newest conversations: open lists show them and read on from there."""
    rows = connection.execute(
        conversation_rows()
        .where(conversations.c.channel_id == plan.channel_id)
        .order_by(conversations.c.arrived_at.desc(), conversations.c.id.desc())
        .limit(SHOWN)
    )
    shown = conversation_shapes(connection, rows.all())
    events = [publish.conversation_updated(shape) for shape in shown]
    append(connection, events[::-1], now)
