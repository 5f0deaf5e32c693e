"""Who is named in notes, and has not looked there since: a notice that waits for them."""

from collections.abc import Collection, Iterable, Sequence

from sqlalchemy import (
    BindParameter,
    Connection,
    RowMapping,
    Select,
    case,
    delete,
    func,
    select,
    update,
)

from inbox.access.reach import in_reach_by_id, reach_of
from inbox.conversations import publish
from inbox.conversations.moved import moved_into
from inbox.conversations.reaching import reaches_conversation
from inbox.domain.content import Mention
from inbox.domain.errors import Invalid
from inbox.domain.feed_events import NewEvent
from inbox.domain.language import _
from inbox.domain.mentions import MOST, people_named
from inbox.domain.reach import Reach
from inbox.domain.rows import MessageRow
from inbox.domain.times import Micros
from inbox.feed.log import append
from inbox.storage.dialect import insert
from inbox.storage.tables import mentions as mentioned
from inbox.storage.tables import users

_kept = mentioned.c


def people(
    connection: Connection, conversation_id: str, text: str, ids: Sequence[str], by_name: bool
) -> list[Mention]:
    """Whom a note names; raises ``Invalid`` where somebody of these ids is not there to read it.

    ``by_name``: those who see the conversation and in whose names the text has an ``@``, no others.
    """
    if by_name:
        named = people_named(text, everybody(connection))[:MOST] if "@" in text else []
        return [one for one in named if _sees(connection, one, conversation_id)]
    wanted = list(dict.fromkeys(ids))
    if len(wanted) > MOST:
        raise Invalid("mentions", _("A note names at most %(most)s people.", most=MOST))
    if not wanted:
        return []
    query = select(users.c.id, users.c.name, users.c.disabled_at).where(users.c.id.in_(wanted))
    found = {row["id"]: row for row in connection.execute(query).mappings()}
    there = [_there(found.get(one)) for one in wanted]
    for one in there:
        if not _sees(connection, one, conversation_id):
            raise Invalid(
                "mentions",
                _(
                    "%(name)s does not see this conversation and would not read it: mention"
                    " somebody else.",
                    name=one["name"],
                ),
            )
    return there


def _sees(connection: Connection, one: Mention, conversation_id: str) -> bool:
    return reaches_conversation(connection, reach_of(connection, one["id"]), conversation_id)


def everybody(connection: Connection) -> list[Mention]:
    """All who may be named."""
    query = select(users.c.id, users.c.name).where(users.c.disabled_at.is_(None))
    rows = connection.execute(query.order_by(users.c.name, users.c.id))
    return [{"id": row.id, "name": row.name} for row in rows]


def _there(row: RowMapping | None) -> Mention:
    if row is None:
        raise Invalid("mentions", _("There is no such user to mention."))
    if row["disabled_at"] is not None:
        raise Invalid(
            "mentions",
            _(
                "%(name)s is disabled and would not read it: mention somebody else.",
                name=row["name"],
            ),
        )
    return {"id": row["id"], "name": row["name"]}


def note_mentions(
    connection: Connection,
    row: MessageRow,
    named_now: Iterable[Mention],
    author_id: str | None,
    now: Micros,
) -> list[NewEvent]:
    """Note whom it names, and no longer whom it does not; what their pages are to hear.

    Who names themselves needs no notice. Who was told already is not told again.
    """
    wanted = {one["id"] for one in named_now} - {author_id}
    here = _kept.message_id == row["id"]
    gone = delete(mentioned).where(here, _kept.user_id.not_in(wanted))
    touched = set(connection.execute(gone.returning(_kept.user_id)).scalars())
    if wanted:
        rows = [
            {
                "user_id": one,
                "message_id": row["id"],
                "conversation_id": row["conversation_id"],
                "at": now,
            }
            for one in sorted(wanted)
        ]
        statement = insert(connection, mentioned).values(rows).on_conflict_do_nothing()
        touched |= set(connection.execute(statement.returning(_kept.user_id)).scalars())
    return _told(connection, row["conversation_id"], touched)


def forget_mentions(connection: Connection, row: MessageRow) -> list[NewEvent]:
    """The note is to go, and with it whom it names."""
    gone = delete(mentioned).where(_kept.message_id == row["id"]).returning(_kept.user_id)
    return _told(connection, row["conversation_id"], connection.execute(gone).scalars().all())


def look_at_mentions(
    connection: Connection, user_id: str, conversation_id: str, now: Micros
) -> bool:
    """The user has looked at where they are named; whether that was news."""
    into = moved_into(connection, conversation_id) or conversation_id
    unseen = (_kept.user_id == user_id, _kept.seen_at.is_(None), _kept.conversation_id == into)
    seen = update(mentioned).where(*unseen).values(seen_at=now).returning(_kept.message_id)
    if not connection.execute(seen).all():
        return False
    append(connection, _told(connection, into, [user_id]), now)
    return True


def mentions_moved(connection: Connection, conversation_ids: Collection[str]) -> Sequence[NewEvent]:
    """These are with other teams now: who is named there may see them no more, or at last."""
    query = select(_kept.conversation_id, _kept.user_id).distinct()
    query = query.where(_kept.conversation_id.in_(conversation_ids), _kept.seen_at.is_(None))
    named: dict[str, list[str]] = {}
    for row in connection.execute(query):
        named.setdefault(row.conversation_id, []).append(row.user_id)
    return [one for here, who in sorted(named.items()) for one in _told(connection, here, who)]


def mentioning_conversations(connection: Connection, user_id: str, reach: Reach) -> int:
    """In how many conversations that the user sees they are named, and have not looked since."""
    query = select(func.count(_kept.conversation_id.distinct()))
    query = query.where(_kept.user_id == user_id, _kept.seen_at.is_(None))
    query = query.where(*in_reach_by_id(reach, _kept.conversation_id))
    return int(connection.execute(query).scalar_one())


def mention_counts(user_id: str | BindParameter[str], reach: Reach) -> Select[int, int]:
    """In how many conversations that the user sees they are named; in how many of them unseen."""
    unseen = case((_kept.seen_at.is_(None), _kept.conversation_id))
    query = select(func.count(_kept.conversation_id.distinct()), func.count(unseen.distinct()))
    query = query.where(_kept.user_id == user_id)
    return query.where(*in_reach_by_id(reach, _kept.conversation_id))


def _told(connection: Connection, conversation_id: str, user_ids: Iterable[str]) -> list[NewEvent]:
    found: list[NewEvent] = []
    for user_id in sorted(user_ids):
        reach = reach_of(connection, user_id)
        unseen = (_kept.user_id == user_id, _kept.seen_at.is_(None))
        here = select(func.count()).where(*unseen, _kept.conversation_id == conversation_id)
        seen = here.where(*in_reach_by_id(reach, _kept.conversation_id))
        count = int(connection.execute(seen).scalar_one())
        total = mentioning_conversations(connection, user_id, reach)
        found.append(publish.mention_updated(user_id, conversation_id, count, total))
    return found
