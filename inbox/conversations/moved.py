"""Where a conversation is that became part of another: its old id works ever after."""

from collections.abc import Sequence

from sqlalchemy import Connection, select

from inbox.domain.errors import Invalid
from inbox.domain.language import _
from inbox.storage.tables import moved_conversations

_gone = moved_conversations.c


class Moved(Exception):
    """The conversation ``gone`` became part of another, ``into``."""

    def __init__(self, gone: str, into: str) -> None:
        super().__init__(_("This conversation became part of another."))
        self.gone, self.into = gone, into


def moved_into(connection: Connection, conversation_id: str) -> str | None:
    """The conversation that this one became part of; None if it is nowhere else."""
    query = select(_gone.into_id).where(_gone.id == conversation_id)
    into: str | None = connection.execute(query).scalar()
    return into


def raise_if_moved(connection: Connection, conversation_id: str) -> None:
    """Raise ``Moved`` if one that is not there is to be found elsewhere."""
    into = moved_into(connection, conversation_id)
    if into is not None:
        raise Moved(conversation_id, into)


def former_ids(connection: Connection, conversation_id: str) -> Sequence[str]:
    """The ids of all that became part of this one."""
    query = select(_gone.id).where(_gone.into_id == conversation_id)
    return connection.execute(query).scalars().all()


def refuse_misdirected(connection: Connection, written_for: str, conversation_id: str) -> None:
    """A form says whom its reader saw: what was written to one never goes to another.

    Raises ``Invalid``. One that became part of this conversation is this one.
    """
    if not written_for or written_for == conversation_id:
        return
    if moved_into(connection, written_for) != conversation_id:
        raise Invalid(
            "conversation_id",
            _("This was written in another conversation. Open that one and send it there."),
        )
