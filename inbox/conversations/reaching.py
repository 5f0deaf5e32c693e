"""Whether what an address names is within somebody's reach: one statement for each kind.

What is not there and what is not theirs cannot be told apart: both are nowhere.
"""

from typing import Any

from sqlalchemy import Connection, Select, literal, or_, select

from inbox.access.reach import in_reach
from inbox.conversations.uploads import CANNED
from inbox.domain.reach import Reach
from inbox.storage.tables import (
    canned_responses,
    conversations,
    messages,
    moved_conversations,
    upload_holds,
    uploads,
)

_here = conversations.c


def reaches_conversation(connection: Connection, reach: Reach, conversation_id: str) -> bool:
    """Also one that became part of another, which then is what counts."""
    return not reach.is_limited or _is_there(connection, _conversation(reach, conversation_id))


def reaches_message(connection: Connection, reach: Reach, message_id: str) -> bool:
    """Messages and notes."""
    return not reach.is_limited or _is_there(connection, _message(reach, message_id))


def reaches_contact(connection: Connection, reach: Reach, contact_id: str) -> bool:
    return not reach.is_limited or _is_there(connection, _contact(reach, contact_id))


def reaches_upload(
    connection: Connection, reach: Reach, user_id: str | None, upload_id: str
) -> bool:
    """Who is limited sees what they brought themselves (a program: what programs did), and the
    files of canned responses, but for those of teams beyond their reach."""
    if not reach.is_limited:
        return True
    held = upload_holds.c
    canned = select(held.upload_id).where(held.holder.startswith(CANNED))
    if reach.teams is not None:
        kept = canned_responses.c
        elsewhere = kept.team_id.is_not(None), kept.team_id.not_in(sorted(reach.teams))
        theirs = select(literal(CANNED) + kept.id).where(*elsewhere)
        canned = canned.where(held.holder.not_in(theirs))
    own = uploads.c.user_id.is_not_distinct_from(user_id)
    query = select(uploads.c.id).where(
        uploads.c.id == upload_id, or_(own, uploads.c.id.in_(canned))
    )
    return _is_there(connection, query)


def _conversation(reach: Reach, conversation_id: str) -> Select[Any]:
    gone = moved_conversations.c
    into = select(gone.into_id).where(gone.id == conversation_id)
    either = or_(_here.id == conversation_id, _here.id.in_(into))
    return select(_here.id).where(either, *in_reach(reach))


def _message(reach: Reach, message_id: str) -> Select[Any]:
    joined = select(messages.c.id).join(conversations, _here.id == messages.c.conversation_id)
    return joined.where(messages.c.id == message_id, *in_reach(reach))


def _contact(reach: Reach, contact_id: str) -> Select[Any]:
    return select(_here.id).where(_here.contact_id == contact_id, *in_reach(reach))


def _is_there(connection: Connection, query: Select[Any]) -> bool:
    return connection.execute(query.limit(1)).first() is not None
