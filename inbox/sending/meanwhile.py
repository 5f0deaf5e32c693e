"""Law 20: who answers without having seen a colleague's newer answer is stopped, and shown it."""

from collections.abc import Sequence
from typing import Any, Final

from msgspec import Struct
from sqlalchemy import Connection, bindparam, literal, select

from inbox.conversations import queries
from inbox.conversations.automatic import is_automatic
from inbox.conversations.new_row import OUTGOING
from inbox.domain.errors import Invalid
from inbox.domain.language import N_, _
from inbox.domain.public import Message
from inbox.domain.rows import MessageRow
from inbox.domain.status import NOT_YET
from inbox.domain.times import MINUTE
from inbox.storage.prepared import Prepared
from inbox.storage.tables import messages
from inbox.storage.typed_rows import named_rows

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


class LastSeen(Struct, frozen=True, kw_only=True):
    """``message_id``: the newest that the writer has seen. Who they are tells whose answers are
    their own; the phone's are nobody's, and so a colleague's."""

    message_id: str
    sender_id: str | None
    sender_name: str


def check_seen(connection: Connection, conversation_id: str, seen: LastSeen) -> None:
    """By arrival, as an answer from the phone may be told late. Raises ``AnsweredMeanwhile``.

    Raises ``Invalid`` where nobody can tell, as that message is not there (any more).
    """
    here = _seen.rows(connection, conversation=conversation_id, message=seen.message_id)
    if not here:
        raise Invalid(
            "seen",
            _("The last message that you saw is not there any more. Look once more, then send."),
        )
    [known] = _rows(here)
    later = _said_later.rows(connection, conversation=conversation_id, place=known["number"])
    unseen = [row for row in _rows(later) if _came_after(known, row) and _of_a_colleague(row, seen)]
    if unseen:
        unseen.sort(key=lambda row: (row["sort_at"], row["number"]))
        raise AnsweredMeanwhile(queries.message_shapes(connection, unseen[-_SHOWN:]))


def _rows(found: Sequence[Sequence[Any]]) -> list[MessageRow]:
    return named_rows(MessageRow, _COLUMNS, found)


_COLUMNS: Final = messages.c.keys()
_here = messages.c.conversation_id == bindparam("conversation")
_seen: Final = Prepared(select(messages).where(_here, messages.c.id == bindparam("message")))
_looked_at = (
    select(messages.c.number)
    .where(_here)
    .order_by(messages.c.sort_at.desc(), messages.c.number.desc())
    .limit(_LOOKED_AT)
    .subquery()
)
_later = select(_looked_at.c.number).where(_looked_at.c.number > bindparam("place"))
_said_later: Final = Prepared(
    select(messages).where(messages.c.number.in_(_later), messages.c.direction == literal(OUTGOING))
)
"""Of those that are looked at. Their numbers are read of an index: nearly always none is left."""


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
