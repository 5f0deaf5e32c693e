"""A click at the desk is taken back, as long as people notice that it was the wrong one.

Kept is how it was, not what was asked: a thousand that were matched are those thousand. What
somebody has done since stays as they did it.
"""

from collections.abc import Mapping, Sequence
from typing import Final, Literal, NotRequired, TypedDict, cast

from sqlalchemy import Connection, delete, func, select

from inbox.conversations import publish
from inbox.conversations.marking import ReadChange, as_told, undo_marks
from inbox.conversations.removing import forget_message
from inbox.conversations.standing import STANDING
from inbox.desk.arranging import AT_ONCE, Arranged, put_down, take_these
from inbox.desk.mentions import forget_mentions
from inbox.desk.sight import keep_in_sight
from inbox.desk.writer import Writer
from inbox.domain.errors import Invalid, Missing
from inbox.domain.feed_events import NewEvent
from inbox.domain.language import N_, _
from inbox.domain.rows import ConversationRow, MessageRow
from inbox.domain.shapes import decoded, encoded
from inbox.domain.times import HOUR, MINUTE, SECOND, Micros
from inbox.feed.log import append
from inbox.storage.dialect import insert
from inbox.storage.tables import messages, undos
from inbox.storage.typed_rows import all_rows

OPEN_FOR: Final = MINUTE
"""As promised; a little longer is granted, as a page counts from when it was told."""
GRACE: Final = 10 * SECOND
KEPT: Final = HOUR

GONE: Final = N_("It is too late to undo this, or it was undone already.")


NO_NOTES: Final[Mapping[str, str]] = {}
_TOLD_IN: Final[tuple[Literal["line"], Literal["note"]]] = ("line", "note")


class Kept(TypedDict):
    """One conversation of what was done: ``line`` is the id of the message that says so, and
    ``note`` of the note that was left with it, if any. ``read``: of how many messages its doer had
    seen it before, and then, if that was it."""

    id: str
    line: str
    note: str
    was: dict[str, object]
    became: dict[str, object]
    read: NotRequired[tuple[int, int]]


def remember(
    connection: Connection,
    undo_id: str,
    part: int,
    done: Sequence[Arranged],
    by: Writer,
    now: Micros,
    notes: Mapping[str, str] = NO_NOTES,
    marks: Sequence[ReadChange] = (),
) -> None:
    """In the transaction that did it. ``part``: one of several, of as many transactions.

    ``notes``: those that were left with it, by conversation. ``marks``: what was marked read or
    unread with it."""
    connection.execute(delete(undos).where(undos.c.at < now - KEPT))
    kept = {one.now["id"]: _kept(one, notes.get(one.now["id"], "")) for one in done}
    for mark in marks:
        one = kept.setdefault(mark.conversation_id, _nothing_else(mark.conversation_id))
        one["read"] = (mark.was, mark.now)
    made = list(kept.values())
    row = {"id": undo_id, "part": part, "by": _doer(by), "at": now, "made": encoded(made)}
    stored = insert(connection, undos).on_conflict_do_nothing().returning(undos.c.part)
    if connection.execute(stored.values(row)).first() is None:
        raise Invalid("undo_id", _("This undo_id is taken: make another."))


def parts_of(connection: Connection, undo_id: str, by: Writer, now: Micros) -> Sequence[int]:
    """What there is to undo of this, by who did it; raises ``Missing`` if there is nothing.

    Many take longer than a minute: that begins once the last of them is done."""
    mine = (undos.c.id == undo_id, undos.c.by == _doer(by))
    query = select(undos.c.part, undos.c.at).where(*mine).order_by(undos.c.part.desc())
    found = connection.execute(query).all()
    if not found or max(row.at for row in found) < now - OPEN_FOR - GRACE:
        raise Missing(_(GONE))
    return [row.part for row in found]


def reached(connection: Connection, undo_id: str, by: Writer) -> int:
    """To how many conversations it has come at least, while it is being done."""
    mine = (undos.c.id == undo_id, undos.c.by == _doer(by))
    last = connection.execute(select(func.max(undos.c.part)).where(*mine)).scalar()
    return 0 if last is None else (int(last) + 1) * AT_ONCE


def undo_part(connection: Connection, undo_id: str, part: int, by: Writer, now: Micros) -> int:
    """How many conversations are as they were; none, if somebody was faster."""
    this = (undos.c.id == undo_id, undos.c.part == part, undos.c.by == _doer(by))
    made = connection.execute(delete(undos).where(*this).returning(undos.c.made)).scalar()
    kept: list[Kept] = decoded(made) or []
    by_id = {one["id"]: one for one in kept}
    rows = take_these(connection, by_id)
    back = {row["id"]: _back(row, by_id[row["id"]]) for row in rows}
    keep_in_sight(connection, [(row, back[row["id"]]) for row in rows], chosen=False)
    pairs = [(row, new) for row in rows if (new := back[row["id"]]) != row]
    whole = [row["id"] for row, new in pairs if _is_whole(new, by_id[row["id"]])]
    put_down(connection, pairs, by, now, lineless=whole)
    gone = [by_id[one][what] for one in whole for what in _TOLD_IN]
    _forget_lines(connection, gone, now)
    read = _read_as_before(connection, kept, by, now)
    return len({row["id"] for row, _ in pairs} | read)


def _read_as_before(
    connection: Connection, kept: Sequence[Kept], by: Writer, now: Micros
) -> set[str]:
    marks = [ReadChange(one["id"], 0, *one["read"]) for one in kept if "read" in one]
    if by.user_id is None or not marks:
        return set()
    back = undo_marks(connection, by.user_id, marks)
    append(connection, as_told(by.user_id, back), now)
    return {one.conversation_id for one in back}


def _doer(by: Writer) -> str:
    return by.user_id or f"program:{by.name}"


def _kept(done: Arranged, note: str) -> Kept:
    was: dict[str, object] = {**done.was}
    became: dict[str, object] = {**done.now}
    names = [name for name in STANDING if was[name] != became[name]]
    return {
        "id": done.now["id"],
        "line": done.activity_id,
        "note": note,
        "was": {name: was[name] for name in names},
        "became": {name: became[name] for name in names},
    }


def _nothing_else(conversation_id: str) -> Kept:
    return {"id": conversation_id, "line": "", "note": "", "was": {}, "became": {}}


def _back(row: ConversationRow, kept: Kept) -> ConversationRow:
    """As it was, but for what is no longer as it became."""
    now: dict[str, object] = {**row}
    same = {name for name, value in kept["became"].items() if now[name] == value}
    return cast("ConversationRow", {**row, **{name: kept["was"][name] for name in same}})


def _is_whole(row: ConversationRow, kept: Kept) -> bool:
    now: dict[str, object] = {**row}
    return all(now[name] == value for name, value in kept["was"].items())


def _forget_lines(connection: Connection, ids: Sequence[str], now: Micros) -> None:
    """What was undone whole is told nowhere, nor that it was done."""
    query = select(messages).where(messages.c.id.in_(ids))
    rows = all_rows(MessageRow, connection.execute(query)) if ids else []
    events: list[NewEvent] = [publish.message_removed(row) for row in rows]
    for row in rows:
        events += forget_mentions(connection, row)
        forget_message(connection, row, now)
    append(connection, events, now)
