"""A message is forwarded: said again in another conversation, with its file, as one's own."""

from typing import Final
from uuid import NAMESPACE_URL, uuid5

from msgspec import Struct
from sqlalchemy import Connection, select

from inbox.domain.errors import Invalid, Missing
from inbox.domain.language import _
from inbox.domain.outgoing.forwarded import FIELD, said_again
from inbox.domain.outgoing.said import Said
from inbox.domain.public import Message
from inbox.domain.rows import MessageRow
from inbox.domain.shapes import content_of, decoded
from inbox.domain.stored import StoredFile
from inbox.domain.times import Micros
from inbox.sending import replies
from inbox.sending.replies import Reply
from inbox.storage.tables import messages
from inbox.storage.typed_rows import first_row

MOST: Final = 5
"""Conversations at once, as on a phone."""


class Forward(Struct, frozen=True, kw_only=True):
    """One message to one conversation; ``client_id`` names that for ever."""

    message_id: str
    conversation_id: str
    client_id: str = ""
    sender_id: str | None = None
    sender_name: str


def pass_on(connection: Connection, asked: Forward, now: Micros) -> Message:
    """Raises what ``replies.enqueue`` does, and ``Invalid`` for what cannot be forwarded.

    Its file is not brought anew: the new message has the same one, and holds it.
    """
    said, file = to_forward(connection, asked.message_id)
    reply = Reply(
        conversation_id=asked.conversation_id,
        said=said,
        client_id=asked.client_id,
        sender_id=asked.sender_id,
        sender_name=asked.sender_name,
        file=file,
    )
    return replies.enqueue(connection, reply, now)


def to_forward(connection: Connection, message_id: str) -> tuple[Said, StoredFile | None]:
    """What goes of a message. Raises ``Missing``, and ``Invalid`` with the reason why nothing."""
    query = select(messages).where(messages.c.id == message_id)
    row = first_row(MessageRow, connection.execute(query))
    if row is None:
        raise Missing(_("There is no such message."))
    if row["deleted_at"] is not None:
        raise Invalid(FIELD, _("That message was deleted."))
    file: StoredFile | None = decoded(row["media"])
    said = said_again(row["type"], content_of(row["content"]), file)
    return said, file if "media" in said.content else None


def client_id_for(form: str, conversation_id: str) -> str:
    """Of one form that names several conversations: sent twice, each has the message once."""
    return str(uuid5(NAMESPACE_URL, f"forward:{form}:{conversation_id}")) if form else ""
