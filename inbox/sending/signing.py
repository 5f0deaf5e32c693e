"""Whose name goes with what an agent writes: their alias or name, where the channel wants it."""

from typing import cast

from sqlalchemy import Connection, func, select

from inbox.domain.content import NamePlace, Signature
from inbox.domain.outgoing.signature import signature, with_name
from inbox.domain.outgoing.texts import TEXT_LIMIT
from inbox.storage.tables import channels, users


def signature_of(connection: Connection, user_id: str, channel_id: str) -> Signature | None:
    """One statement; None where nobody is named."""
    named = func.coalesce(users.c.alias, users.c.name)
    wanted = (channels.c.id == channel_id) & (channels.c.agent_names != "off")
    query = select(named, channels.c.agent_names).join_from(users, channels, wanted)
    query = query.where(users.c.id == user_id)
    found = connection.execute(query).first()
    return None if found is None else signature(found[0], cast("NamePlace", found[1]))


def room_beside(connection: Connection, user_id: str, channel_id: str) -> int:
    """How many characters a text of theirs may have there, beside their name."""
    by = signature_of(connection, user_id, channel_id)
    return TEXT_LIMIT - (len(with_name("", by)) if by else 0)
