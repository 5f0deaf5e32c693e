"""What an agent has begun to write in a conversation: theirs alone, on all of their devices.

The reply and the note that they have begun there are apart, as an internal word must not become
one to the customer (law 35). The last to save wins. What is sent ends its part of the draft in the
transaction that stores the message. Files that a draft has stay while it lives.
"""

from collections.abc import Sequence
from typing import Any, Final, Literal, NamedTuple

from sqlalchemy import ColumnElement, Connection, Table, and_, bindparam, delete, null, select

from inbox.conversations import publish, queries, uploads
from inbox.conversations.draft_files import (
    WrittenFile,
    check_files,
    files_column,
    files_within,
    kept_files,
)
from inbox.conversations.moved import moved_into
from inbox.domain.errors import Invalid, Missing
from inbox.domain.feed_events import NewEvent
from inbox.domain.language import _
from inbox.domain.public import Draft, DraftFile, Quote
from inbox.domain.rows import DraftRow
from inbox.domain.stored import StoredFile
from inbox.domain.text import scrub
from inbox.domain.times import MILLISECOND, Micros, iso
from inbox.feed.log import append
from inbox.storage.dialect import insert
from inbox.storage.prepared import Prepared
from inbox.storage.tables import conversations, drafts, note_drafts
from inbox.storage.typed_rows import all_rows, named_rows

LIMIT: Final = 20_000
"""Characters: more than any message, as who writes may have pasted something to shorten it."""

DraftKind = Literal["reply", "note"]

_TABLES: Final[dict[DraftKind, Table]] = {"reply": drafts, "note": note_drafts}


class Written(NamedTuple):
    """``quoted_id``: our id of the message that it is to answer. ``at``: when it stood there, if
    its page says so: it may be saved later than what was written after it was sent."""

    text: str
    quoted_id: str = ""
    files: Sequence[WrittenFile] = ()
    at: Micros | None = None


class Saved(NamedTuple):
    """``seq``: of the event that tells of it, None where there is nothing to tell."""

    draft: Draft
    seq: int | None


def draft_of(
    connection: Connection, user_id: str, conversation_id: str, kind: DraftKind = "reply"
) -> Draft:
    """An empty one where nothing is written. Raises ``Missing``."""
    return draft_here(connection, user_id, _place(connection, conversation_id), kind)


def draft_here(
    connection: Connection, user_id: str, conversation_id: str, kind: DraftKind = "reply"
) -> Draft:
    """The same of a conversation that is known to be there: one statement if nothing is written."""
    row = _row(connection, kind, user_id, conversation_id)
    return _shape(connection, row) if row else _none(conversation_id)


def save_draft(
    connection: Connection,
    user_id: str,
    conversation_id: str,
    written: Written,
    now: Micros,
    kind: DraftKind = "reply",
) -> Saved:
    """Keep what is written now, and tell this agent's other pages; nothing ends the draft.

    Raises ``Invalid`` and ``Missing``.
    """
    text = scrub(written.text).replace("\r\n", "\n")
    if len(text) > LIMIT:
        raise Invalid("text", _("A draft has at most %(limit)s characters.", limit=LIMIT))
    check_files(written.files)
    here = _place(connection, conversation_id, taken=True)
    quoted = _quote(connection, here, written.quoted_id) if kind == "reply" else None
    named = [one.media_id for one in written.files]
    held = uploads.hold_uploads(connection, _holder(kind, user_id, here), named, now)
    row: DraftRow = {
        "user_id": user_id,
        "conversation_id": here,
        "text": text,
        "quoted_id": quoted["id"] if quoted else None,
        "files": files_column(kept_files(written.files, held)),
        "updated_at": now if written.at is None else min(now, written.at),
    }
    draft, events = _kept(connection, kind, row)
    return Saved(draft, append(connection, events, now))


class Sent(NamedTuple):
    """What is sent of a draft. ``known``: when the newest draft was written that its page knew of,
    if it says so: the reply may come here much later, when the next is being written."""

    words: bool
    file: StoredFile | None = None
    known: Micros | None = None

    def is_of(self, row: DraftRow) -> bool:
        """Pages know moments to the millisecond."""
        return self.known is None or row["updated_at"] // MILLISECOND <= self.known // MILLISECOND


def end_note_draft(
    connection: Connection, user_id: str, conversation_id: str, known: Micros | None, now: Micros
) -> list[NewEvent]:
    """A note came of all of it, if it is not newer than what its page knew; what the agent's
    pages are to hear."""
    row = _row(connection, "note", user_id, conversation_id)
    if row is None or not Sent(words=True, known=known).is_of(row):
        return []
    return _left(connection, "note", {**row, "text": "", "quoted_id": None, "files": "[]"}, now)


def draft_sent(
    connection: Connection,
    reply: tuple[str, str],
    sent: Sent,
    now: Micros,
) -> list[NewEvent]:
    """A reply came of it: of its words, or of a file, as far as it had them.

    ``reply``: whose it is, and in which conversation.
    """
    row = _row(connection, "reply", *reply)
    if row is None:
        return []
    left = row
    if sent.words and sent.is_of(row):
        left = {**left, "text": "", "quoted_id": None}
    if sent.file and "digest" in sent.file:
        left = {**left, "files": _without(connection, row["files"], sent.file["digest"])}
    return [] if left == row else _left(connection, "reply", left, now)


def _without(connection: Connection, column: str, digest: str) -> str:
    """One that is there twice goes once."""
    files = files_within(column)
    here = uploads.whole_uploads(connection, [one["media_id"] for one in files])
    same = [each for each, row in here.items() if row["digest"] == digest]
    sent = next((one for one in files if one["media_id"] in same), None)
    if sent is not None:
        files.remove(sent)
    return files_column(files)


def _left(connection: Connection, kind: DraftKind, row: DraftRow, now: Micros) -> list[NewEvent]:
    """What of it is not sent stays, and is as old as it was."""
    holder = _holder(kind, row["user_id"], row["conversation_id"])
    named = [one["media_id"] for one in files_within(row["files"])]
    uploads.hold_uploads(connection, holder, named, now)
    _draft, events = _kept(connection, kind, row)
    return events


def join_drafts(connection: Connection, here: str, there: str) -> None:
    """What was being written in either is in the one that is left: all of it was meant for them."""
    for kind, table in _TABLES.items():
        where = table.c.conversation_id == there
        rows = all_rows(DraftRow, connection.execute(select(*_columns(kind)).where(where)))
        connection.execute(delete(table).where(where))
        for row in rows:
            user_id = row["user_id"]
            other = _row(connection, kind, user_id, here)
            both = _both(other, row, here) if other else {**row, "conversation_id": here}
            _store(connection, kind, both)
            uploads.pass_uploads_on(
                connection, _holder(kind, user_id, there), _holder(kind, user_id, here)
            )


def _both(one: DraftRow, other: DraftRow, here: str) -> DraftRow:
    text = "\n".join(filter(None, (one["text"], other["text"])))
    return {
        "user_id": one["user_id"],
        "conversation_id": here,
        "text": text[:LIMIT],
        "quoted_id": one["quoted_id"] or other["quoted_id"],
        "files": files_column([*files_within(one["files"]), *files_within(other["files"])]),
        "updated_at": max(one["updated_at"], other["updated_at"]),
    }


def _holder(kind: DraftKind, user_id: str, conversation_id: str) -> str:
    return f"{kind}-draft:{user_id}:{conversation_id}"


def _this(table: Table, user_id: Any, conversation_id: Any) -> ColumnElement[bool]:
    return and_(table.c.user_id == user_id, table.c.conversation_id == conversation_id)


def _columns(kind: DraftKind) -> list[ColumnElement[Any]]:
    quoting = () if kind == "reply" else (null().label("quoted_id"),)
    return [*_TABLES[kind].c, *quoting]


_rows: Final = {
    kind: Prepared(
        select(*_columns(kind)).where(_this(table, bindparam("user"), bindparam("conversation")))
    )
    for kind, table in _TABLES.items()
}


def _row(
    connection: Connection, kind: DraftKind, user_id: str, conversation_id: str
) -> DraftRow | None:
    rows = _rows[kind].rows(connection, user=user_id, conversation=conversation_id)
    found = named_rows(DraftRow, [column.name for column in _columns(kind)], rows)
    return found[0] if found else None


def _place(connection: Connection, conversation_id: str, *, taken: bool = False) -> str:
    """Where the conversation is by now; ``taken``: it cannot go meanwhile. Raises ``Missing``."""
    known = moved_into(connection, conversation_id) or conversation_id
    query = select(conversations.c.id).where(conversations.c.id == known)
    if taken:
        query = query.with_for_update(read=True, key_share=True)
    if connection.execute(query).first() is None:
        raise Missing(_("There is no such conversation."))
    return known


def _quote(connection: Connection, conversation_id: str, quoted_id: str | None) -> Quote | None:
    """What is to be answered, if it is there; what is not is nothing to fail for."""
    found = queries.quotable(connection, conversation_id, quoted_id) if quoted_id else None
    return found.shape if found else None


def _kept(connection: Connection, kind: DraftKind, row: DraftRow) -> tuple[Draft, list[NewEvent]]:
    """What is told of it; of nothing, nothing is kept, and told only if there was something."""
    user_id, here = row["user_id"], row["conversation_id"]
    draft = _shape(connection, row)
    if row["text"].strip() or draft["quoted"] or draft["files"]:
        _store(connection, kind, row)
        return draft, [publish.draft_updated(user_id, draft, kind)]
    gone = connection.execute(delete(_TABLES[kind]).where(_this(_TABLES[kind], user_id, here)))
    none = _none(here)
    return none, [publish.draft_updated(user_id, none, kind)] if gone.rowcount else []


def _store(connection: Connection, kind: DraftKind, row: DraftRow) -> None:
    table = _TABLES[kind]
    values = {name: value for name, value in row.items() if name in table.c}
    statement = insert(connection, table).values(values)
    keys = ["user_id", "conversation_id"]
    new = {name: statement.excluded[name] for name in values if name not in keys}
    connection.execute(statement.on_conflict_do_update(index_elements=keys, set_=new))


def _shape(connection: Connection, row: DraftRow) -> Draft:
    return {
        "conversation_id": row["conversation_id"],
        "text": row["text"],
        "quoted": _quote(connection, row["conversation_id"], row["quoted_id"]),
        "files": _told_files(connection, row["files"]),
        "updated_at": iso(row["updated_at"]),
    }


def _told_files(connection: Connection, column: str) -> list[DraftFile]:
    files = files_within(column)
    if not files:
        return []
    here = uploads.whole_uploads(connection, [one["media_id"] for one in files])
    return [
        {
            "media": uploads.upload_shape(here[one["media_id"]]),
            "kind": one["kind"],
            "caption": one["caption"],
        }
        for one in files
        if one["media_id"] in here
    ]


def _none(conversation_id: str) -> Draft:
    return {
        "conversation_id": conversation_id,
        "text": "",
        "quoted": None,
        "files": [],
        "updated_at": None,
    }
