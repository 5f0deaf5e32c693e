"""What a user says is read or unread to them, seen or not. No customer is told of that."""

from collections.abc import Collection, Iterable, Sequence
from typing import Any

from msgspec import Struct
from sqlalchemy import Connection, and_, func, select

from inbox.access.reach import in_reach
from inbox.conversations import publish
from inbox.conversations.unread import leave_below, mark_all_read
from inbox.domain.feed_events import NewEvent, SeenBecause
from inbox.domain.reach import EVERYTHING, Reach
from inbox.storage.dialect import insert
from inbox.storage.tables import conversations, readings

_kept = conversations.c
_SEEN = func.coalesce(readings.c.seen_count, 0)


class ReadChange(Struct, frozen=True):
    """Of how many messages of a conversation a user has seen: so many before, and so many now."""

    conversation_id: str
    inbound: int
    was: int
    now: int


def put_marks(
    connection: Connection,
    user_id: str,
    ids: Collection[str],
    *,
    unread: bool,
    reach: Reach = EVERYTHING,
) -> list[ReadChange]:
    """Those of the conversations that are read, or else unread, to the user only from now on.

    Unread is as if the last message of the customer had not been seen: of one who never wrote
    there is nothing to be unread.
    """
    marks = []
    for row in _readings(connection, user_id, ids, reach):
        wanted = row.inbound_count - 1 if unread else row.inbound_count
        if wanted >= 0 and (row.seen > wanted if unread else row.seen < wanted):
            marks.append(ReadChange(row.id, row.inbound_count, row.seen, wanted))
    _keep(connection, user_id, marks)
    return marks


def undo_marks(
    connection: Connection, user_id: str, marks: Iterable[ReadChange]
) -> list[ReadChange]:
    """Those that are as before again; what was seen since, or marked again, stays."""
    before = {mark.conversation_id: mark for mark in marks}
    back = [
        ReadChange(row.id, row.inbound_count, row.seen, before[row.id].was)
        for row in _readings(connection, user_id, before, EVERYTHING)
        if row.seen == before[row.id].now
    ]
    _keep(connection, user_id, back)
    return back


def as_told(
    user_id: str, marks: Iterable[ReadChange], fewer: SeenBecause = "unread"
) -> Sequence[NewEvent]:
    """What the user's pages hear of it. ``fewer``: why some are unseen that were seen before."""
    return [
        publish.conversation_read(
            user_id, one.conversation_id, one.now, fewer if one.now < one.was else "seen"
        )
        for one in marks
    ]


def as_new(
    connection: Connection, user_id: str, conversation_ids: Sequence[str]
) -> Sequence[NewEvent]:
    """They were given to the user, who finds them unread; what their pages hear of it."""
    marks = put_marks(connection, user_id, conversation_ids, unread=True)
    return as_told(user_id, marks, "given")


def _readings(
    connection: Connection, user_id: str, ids: Collection[str], reach: Reach
) -> Sequence[Any]:
    """The conversations are taken first, and then what was read of them, as everywhere."""
    mine = and_(readings.c.conversation_id == _kept.id, readings.c.user_id == user_id)
    query = select(_kept.id, _kept.inbound_count, _SEEN.label("seen"))
    query = query.select_from(conversations.outerjoin(readings, mine))
    query = query.where(_kept.id.in_(sorted(ids)), *in_reach(reach)).order_by(_kept.id)
    return connection.execute(query.with_for_update(of=conversations, key_share=True)).all()


def _keep(connection: Connection, user_id: str, marks: Sequence[ReadChange]) -> None:
    if not marks:
        return
    note = insert(connection, readings)
    note = note.on_conflict_do_update(
        index_elements=["user_id", "conversation_id"],
        set_={"seen_count": note.excluded.seen_count},
    )
    rows = [
        {"user_id": user_id, "conversation_id": one.conversation_id, "seen_count": one.now}
        for one in marks
    ]
    connection.execute(note, rows)
    leave_below(connection, user_id, [one.conversation_id for one in marks if _is_left(one)])
    mark_all_read(connection, user_id, [one.conversation_id for one in marks if not _is_left(one)])


def _is_left(mark: ReadChange) -> bool:
    return mark.now < mark.inbound
