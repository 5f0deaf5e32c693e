"""Changes of access, told to every process through the log: open sockets close at once."""

from typing import Any

from sqlalchemy import Connection

from inbox.domain.shapes import decoded
from inbox.domain.times import Micros
from inbox.feed.log import SERVER, FeedEvent, NewEvent, append

CHANGED = "access:changed"


def access_changed(connection: Connection, now: Micros, **whose: str) -> None:
    """``user_id`` (with ``session``: that browser alone) or ``token_id`` may no longer listen."""
    append(connection, [NewEvent(CHANGED, dict(whose), audience=SERVER)], now)


def concerns(event: FeedEvent, principal: Any) -> bool:
    """Whether this event takes away what ``principal`` came in with."""
    if event.type != CHANGED:
        return False
    whose = decoded(event.payload)
    if principal.kind == "token":
        return bool(whose.get("token_id") == principal.id)
    same_user = whose.get("user_id") == principal.id
    return bool(same_user and whose.get("session") in (None, principal.session))
