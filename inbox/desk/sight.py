"""Nobody has a conversation that they do not see."""

from collections.abc import Iterable

from sqlalchemy import Connection, select

from inbox.access.reach import reach_of
from inbox.domain.language import _
from inbox.domain.reach import Reach, Whereabouts
from inbox.domain.rows import ConversationRow
from inbox.storage.tables import users


def keep_in_sight(
    connection: Connection,
    pairs: Iterable[tuple[ConversationRow, ConversationRow]],
    *,
    chosen: bool,
) -> dict[str, str]:
    """Of each conversation as it is and as it is to be: whose it is to be must see it there.

    ``chosen``: that is what was asked for, and cannot be; those, and why. Else it went to another
    team without them: then it is nobody's.
    """
    known: dict[str, Reach] = {}
    unseen: dict[str, str] = {}
    for was, new in pairs:
        who, place = new["assignee_id"], Whereabouts(new["channel_id"], new["team_id"])
        if who is None or (who == was["assignee_id"] and new["team_id"] == was["team_id"]):
            continue
        if who not in known:
            known[who] = reach_of(connection, who)
        if known[who].holds(place):
            continue
        if chosen:
            unseen[new["id"]] = who
        else:
            new["assignee_id"] = None
    words = {who: _not_seen(connection, who) for who in set(unseen.values())}
    return {one: words[who] for one, who in unseen.items()}


def _not_seen(connection: Connection, user_id: str) -> str:
    name = connection.execute(select(users.c.name).where(users.c.id == user_id)).scalar() or "?"
    return _(
        "%(name)s does not see this conversation, as it is with another channel or team: choose"
        " somebody else, or another team.",
        name=name,
    )
