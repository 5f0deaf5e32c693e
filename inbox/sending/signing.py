"""Whose name goes with what an agent writes: their alias or name, where the channel wants it."""

from typing import Final, cast

from sqlalchemy import Connection, bindparam, func, select

from inbox.domain.content import NamePlace, Signature
from inbox.domain.outgoing.signature import signature, with_name
from inbox.domain.outgoing.texts import TEXT_LIMIT
from inbox.storage.prepared import Prepared
from inbox.storage.tables import channels, users


def signature_of(connection: Connection, user_id: str, channel_id: str) -> Signature | None:
    """One statement; None where nobody is named."""
    found = _named.rows(connection, user=user_id, channel=channel_id)
    return signature(found[0][0], cast("NamePlace", found[0][1])) if found else None


_named: Final = Prepared(
    select(func.coalesce(users.c.alias, users.c.name), channels.c.agent_names)
    .join_from(
        users,
        channels,
        (channels.c.id == bindparam("channel")) & (channels.c.agent_names != "off"),
    )
    .where(users.c.id == bindparam("user"))
)


def room_beside(connection: Connection, user_id: str, channel_id: str) -> int:
    """How many characters a text of theirs may have there, beside their name."""
    by = signature_of(connection, user_id, channel_id)
    return TEXT_LIMIT - (len(with_name("", by)) if by else 0)
