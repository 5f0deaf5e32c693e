"""Who is perhaps to be answered by the channel itself: noted as their messages come in.

Channels that say nothing by themselves cost nothing here. Whether anything is said, and what, is
decided once the message is applied, by ``sending.responder``.
"""

from collections.abc import Iterable
from typing import Any, Final, NamedTuple

from sqlalchemy import ColumnElement, Connection, case, delete, or_

from inbox.domain.channels import Channel
from inbox.domain.from_customer import opens_window
from inbox.domain.hours.week import period_at
from inbox.domain.rows import ConversationRow, MessageRow
from inbox.domain.shapes import content_of
from inbox.domain.times import DAY, MINUTE, Micros
from inbox.storage.dialect import insert
from inbox.storage.tables import automatic_replies

FRESH: Final[Micros] = 10 * MINUTE
"""What was written longer ago, or is applied so late, nobody answers by a machine."""
_NOTICES: Final = frozenset({"system", "request_welcome", "reaction"})


def is_automatic(row: MessageRow) -> bool:
    """Whether a channel said it by itself: it is nobody's word, and no answer."""
    return "automatic" in content_of(row["content"])


class Unanswered(NamedTuple):
    """``greets``: they wrote first, or after a silence."""

    conversation_id: str
    channel_id: str
    heard_at: Micros
    greets: bool


def to_answer(
    channel: Channel, row: MessageRow, conversation: ConversationRow, now: Micros
) -> Unanswered | None:
    """What to note of a message that is new; ``conversation`` as it was before it."""
    texts = channel.automatic
    if not texts or row["direction"] != "incoming" or row["type"] in _NOTICES:
        return None
    if min(row["sort_at"], row["received_at"]) < now - FRESH:
        return None
    if not opens_window(row["type"], content_of(row["content"])):
        return None
    greets = bool(texts.greeting) and _was_silent(conversation, texts.after_days, now)
    away = bool(texts.away) and not period_at(channel.hours, now).open
    return Unanswered(conversation["id"], channel.id, now, greets) if greets or away else None


def _was_silent(conversation: ConversationRow, days: int | None, now: Micros) -> bool:
    """Whom we wrote to first is greeted already."""
    if conversation["last_message_id"] is None:
        return True
    return days is not None and conversation["arrived_at"] <= now - days * DAY


def note_heard(connection: Connection, heard: Iterable[Unanswered]) -> None:
    """Each conversation once, however many messages came."""
    found: dict[str, Unanswered] = {}
    for one in heard:
        before = found.get(one.conversation_id)
        found[one.conversation_id] = one._replace(
            greets=one.greets or (before is not None and before.greets)
        )
    if not found:
        return
    statement = insert(connection, automatic_replies)
    mine = automatic_replies.c
    statement = statement.on_conflict_do_update(
        index_elements=["conversation_id"],
        set_={
            "heard_at": statement.excluded.heard_at,
            # Who was still to be greeted is, whatever they wrote meanwhile.
            "greets": or_(statement.excluded.greets, mine.heard_at.is_not(None) & mine.greets),
        },
    )
    connection.execute(statement, [one._asdict() for one in found.values()])


def join_automatic(connection: Connection, here: str, there: str) -> None:
    """Whom either told that nobody is there was told it."""
    mine = automatic_replies.c
    gone = delete(automatic_replies).where(mine.conversation_id == there)
    row = connection.execute(gone.returning(*mine)).mappings().first()
    if row is None:
        return
    statement = insert(connection, automatic_replies)
    later = {name: _later(mine[name], statement.excluded[name]) for name in ("heard_at", "away_at")}
    statement = statement.on_conflict_do_update(index_elements=["conversation_id"], set_=later)
    connection.execute(statement, {**row, "conversation_id": here})


def _later(one: ColumnElement[Any], other: ColumnElement[Any]) -> ColumnElement[Any]:
    """The later of two times, one or both of which may be none."""
    return case((one.is_(None), other), (other > one, other), else_=one)
