"""What an agent has begun to write in a conversation: theirs alone, on all of their devices.

The last to save wins. What is sent ends the draft in the transaction that stores the message.
"""

from typing import Final, NamedTuple

from sqlalchemy import ColumnElement, Connection, and_, delete, select

from inbox.conversations import publish, queries
from inbox.conversations.moved import moved_into
from inbox.domain.errors import Invalid, Missing
from inbox.domain.feed_events import NewEvent
from inbox.domain.language import _
from inbox.domain.public import Draft, Quote
from inbox.domain.rows import DraftRow
from inbox.domain.text import scrub
from inbox.domain.times import Micros, iso
from inbox.feed.log import append
from inbox.storage.dialect import insert
from inbox.storage.tables import conversations, drafts
from inbox.storage.typed_rows import all_rows, first_row

LIMIT: Final = 20_000
"""Characters: more than any message, as who writes may have pasted something to shorten it."""


class Written(NamedTuple):
    """``quoted_id``: our id of the message that it is to answer."""

    text: str
    quoted_id: str = ""


def draft_of(connection: Connection, user_id: str, conversation_id: str) -> Draft:
    """An empty one where nothing is written. Raises ``Missing``."""
    here = _place(connection, conversation_id)
    row = first_row(DraftRow, connection.execute(select(drafts).where(_this(user_id, here))))
    return _shape(connection, row) if row else _none(here)


def save_draft(
    connection: Connection, user_id: str, conversation_id: str, written: Written, now: Micros
) -> Draft:
    """Keep what is written now, and tell this agent's other pages; nothing ends the draft.

    Raises ``Invalid`` and ``Missing``.
    """
    text = scrub(written.text).replace("\r\n", "\n")
    if len(text) > LIMIT:
        raise Invalid("text", _("A draft has at most %(limit)s characters.", limit=LIMIT))
    here = _place(connection, conversation_id, taken=True)
    quoted = _quote(connection, here, written.quoted_id)
    if not text.strip() and quoted is None:
        append(connection, end_draft(connection, user_id, here), now)
        return _none(here)
    row: DraftRow = {
        "user_id": user_id,
        "conversation_id": here,
        "text": text,
        "quoted_id": quoted["id"] if quoted else None,
        "updated_at": now,
    }
    _store(connection, row)
    draft = _told(row, quoted)
    append(connection, [publish.draft_updated(user_id, draft)], now)
    return draft


def end_draft(connection: Connection, user_id: str, conversation_id: str) -> list[NewEvent]:
    """It was sent, or nobody wants it any more; what the agent's pages are to hear."""
    gone = connection.execute(delete(drafts).where(_this(user_id, conversation_id)))
    return [publish.draft_updated(user_id, _none(conversation_id))] if gone.rowcount else []


def join_drafts(connection: Connection, here: str, there: str) -> None:
    """What was being written in either is in the one that is left: all of it was meant for them."""
    moved = delete(drafts).where(drafts.c.conversation_id == there).returning(*drafts.c)
    for row in all_rows(DraftRow, connection.execute(moved)):
        mine = select(drafts).where(_this(row["user_id"], here))
        other = first_row(DraftRow, connection.execute(mine))
        _store(connection, _both(other, row, here) if other else {**row, "conversation_id": here})


def _both(one: DraftRow, other: DraftRow, here: str) -> DraftRow:
    text = "\n".join(filter(None, (one["text"], other["text"])))
    return {
        "user_id": one["user_id"],
        "conversation_id": here,
        "text": text[:LIMIT],
        "quoted_id": one["quoted_id"] or other["quoted_id"],
        "updated_at": max(one["updated_at"], other["updated_at"]),
    }


def _this(user_id: str, conversation_id: str) -> ColumnElement[bool]:
    return and_(drafts.c.user_id == user_id, drafts.c.conversation_id == conversation_id)


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
    row = queries.quotable(connection, quoted_id) if quoted_id else None
    if row is None or row["message_conversation_id"] != conversation_id:
        return None
    return queries.quote_shape(row)


def _store(connection: Connection, row: DraftRow) -> None:
    statement = insert(connection, drafts).values(dict(row))
    new = {name: statement.excluded[name] for name in ("text", "quoted_id", "updated_at")}
    connection.execute(
        statement.on_conflict_do_update(index_elements=["user_id", "conversation_id"], set_=new)
    )


def _shape(connection: Connection, row: DraftRow) -> Draft:
    return _told(row, _quote(connection, row["conversation_id"], row["quoted_id"]))


def _told(row: DraftRow, quoted: Quote | None) -> Draft:
    return {
        "conversation_id": row["conversation_id"],
        "text": row["text"],
        "quoted": quoted,
        "updated_at": iso(row["updated_at"]),
    }


def _none(conversation_id: str) -> Draft:
    return {"conversation_id": conversation_id, "text": "", "quoted": None, "updated_at": None}
