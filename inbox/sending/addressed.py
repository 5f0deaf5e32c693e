"""The conversation that a reply goes to, with what its channel can do and its customer."""

from typing import Any, Final

from sqlalchemy import Connection, bindparam, exists, select

from inbox.conversations.moved import moved_into
from inbox.domain.errors import Missing
from inbox.domain.language import _
from inbox.storage.prepared import Prepared
from inbox.storage.tables import channels, contacts, conversations, moved_conversations


def conversation_to_write(connection: Connection, conversation_id: str) -> Any:
    """Its row, or that of the one that it became part of; ``joined``: others are part of it.

    Raises ``Missing``.
    """
    row = _row_of(connection, conversation_id)
    if row is None and (into := moved_into(connection, conversation_id)):
        row = _row_of(connection, into)
    if row is None:
        raise Missing(_("There is no such conversation."))
    return row


def _row_of(connection: Connection, conversation_id: str) -> Any:
    rows = _addressed.rows(connection, conversation=conversation_id)
    return dict(zip(_FACTS, rows[0], strict=True)) if rows else None


_joined = exists().where(moved_conversations.c.into_id == conversations.c.id)
_facts = (
    select(
        conversations,
        channels.c.provider,
        channels.c.api_base,
        channels.c.direct_send,
        channels.c.state.label("channel_state"),
        contacts.c.blocked_at,
        _joined.label("joined"),
    )
    .join(channels, channels.c.id == conversations.c.channel_id)
    .join(contacts, contacts.c.id == conversations.c.contact_id)
    .where(conversations.c.id == bindparam("conversation"))
)
_FACTS: Final = _facts.selected_columns.keys()
_addressed: Final = Prepared(
    # Locked on PostgreSQL: what is published about it must follow what is stored.
    _facts.with_for_update(of=conversations, key_share=True)
)
