"""Law 20: who answers without having seen a colleague's newer answer is stopped, and shown it."""

from dataclasses import dataclass
from typing import Final

from sqlalchemy import Connection, select

from inbox.conversations import queries
from inbox.conversations.automatic import is_automatic
from inbox.conversations.new_row import OUTGOING
from inbox.domain.errors import Invalid
from inbox.domain.language import N_, _
from inbox.domain.public import Message
from inbox.domain.rows import MessageRow
from inbox.domain.status import NOT_YET
from inbox.domain.times import MINUTE
from inbox.storage.tables import messages
from inbox.storage.typed_rows import all_rows, first_row

ANSWERED: Final = N_("A colleague has answered meanwhile. Nothing was sent.")
_LOOKED_AT = 200
"""So many of the thread's newest are looked at: nobody answers further up."""
_SHOWN = 20
_LATER: Final = MINUTE
"""A reply that stands so long after it was written went out by itself, and so late."""


class AnsweredMeanwhile(Exception):
    """What a colleague said that the writer has not seen: ``messages``, oldest first."""

    def __init__(self, answers: list[Message]) -> None:
        super().__init__(_(ANSWERED))
        self.messages = answers


@dataclass(frozen=True, slots=True, kw_only=True)
class LastSeen:
    """``message_id``: the newest that the writer has seen. Who they are tells whose answers are
    their own; the phone's are nobody's, and so a colleague's."""

    message_id: str
    sender_id: str | None
    sender_name: str


def check_seen(connection: Connection, conversation_id: str, seen: LastSeen) -> None:
    """By arrival, as an answer from the phone may be told late. Raises ``AnsweredMeanwhile``.

    Raises ``Invalid`` where nobody can tell, as that message is not there (any more).
    """
    kept = messages.c
    newest = select(messages).where(kept.conversation_id == conversation_id)
    newest = newest.order_by(kept.sort_at.desc(), kept.number.desc()).limit(_LOOKED_AT)
    rows = all_rows(MessageRow, connection.execute(newest))
    known = next((row for row in rows if row["id"] == seen.message_id), None)
    if known is None:
        this = select(messages).where(
            kept.id == seen.message_id, kept.conversation_id == conversation_id
        )
        known = first_row(MessageRow, connection.execute(this))
    if known is None:
        raise Invalid(
            "seen",
            _("The last message that you saw is not there any more. Look once more, then send."),
        )
    unseen = [row for row in rows if _came_after(known, row) and _of_a_colleague(row, seen)]
    if unseen:
        raise AnsweredMeanwhile(queries.message_shapes(connection, unseen[:_SHOWN][::-1]))


def _came_after(known: MessageRow, row: MessageRow) -> bool:
    """What had come by when a reply went out was there for who saw it go."""
    late = known["direction"] == OUTGOING and known["sort_at"] > known["received_at"] + _LATER
    return row["number"] > known["number"] and not (late and row["received_at"] < known["sort_at"])


def _of_a_colleague(row: MessageRow, seen: LastSeen) -> bool:
    if row["direction"] != OUTGOING or row["status"] in ("failed", *NOT_YET):
        return False
    if is_automatic(row):
        return False
    if seen.sender_id is not None:
        return row["sender_id"] != seen.sender_id
    return row["sender_id"] is not None or row["sender_name"] != seen.sender_name
