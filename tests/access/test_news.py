"""Whoever takes access away tells of it in the same transaction; no caller has to remember."""

from typing import Any

from sqlalchemy import Connection, select

from inbox.access import people, sessions, tokens
from inbox.access.people import User
from inbox.domain.shapes import decoded
from inbox.storage.database import Database
from inbox.storage.tables import feed_events
from tests.access.conftest import NOW
from tests.test_architecture import HOUSE, uses


def forget(connection: Connection) -> None:
    connection.execute(feed_events.delete())


async def told(database: Database, kind: str = "server:access") -> list[dict[str, Any]]:
    """Whom the events shut out; then they are forgotten."""

    def read(connection: Connection) -> list[dict[str, Any]]:
        rows = connection.execute(select(feed_events).order_by(feed_events.c.seq)).all()
        assert {row.type for row in rows} <= {"server:access", "user:updated"}
        return [decoded(row.payload) for row in rows if row.type == kind]

    found = await database.read(read)
    await database.write(forget)
    return found


def whole(user: User) -> list[dict[str, Any]]:
    return [{"user_id": user.id, "session": None, "token_id": None}]


async def test_whatever_ends_a_user_s_sessions_is_told(
    database: Database, ana: User, ben: User
) -> None:
    await database.write(people.set_password, ben.id, "old", NOW)
    await database.write(forget)
    for work, given in (
        (people.set_password, ("new", NOW)),
        (people.set_role, ("admin", NOW)),
        (people.disable, (NOW,)),
        (people.enable, (NOW,)),
        (sessions.end_all, (NOW,)),
    ):
        await database.write(work, ben.id, *given)
        assert await told(database) == whole(ben), work.__name__


async def test_colleagues_hear_who_is_called_otherwise_and_who_is_there_no_more(
    database: Database, ana: User, ben: User
) -> None:
    for work, given, name, state, changed in (
        (people.rename, ("Benjamin", NOW), "Benjamin", "active", "name"),
        (people.disable, (NOW,), "Benjamin", "disabled", "state"),
        (people.enable, (NOW,), "Benjamin", "active", "state"),
        (people.forget_user, (NOW,), "Benjamin", "deleted", "state"),
    ):
        await database.write(work, ben.id, *given)
        [heard] = await told(database, "user:updated")
        assert heard == {"id": ben.id, "name": name, "state": state, "changed": [changed]}
    await database.write(people.rename, ana.id, ana.name, NOW)
    assert await told(database, "user:updated") == [], "she is called so already"


async def test_a_first_password_takes_nothing_away(database: Database, ben: User) -> None:
    await database.write(people.set_password, ben.id, "first", NOW)
    assert await told(database) == []


async def test_signing_out_of_one_browser_is_told_of_that_one(
    database: Database, ana: User
) -> None:
    cookie = await database.write(sessions.start, ana.id, "", NOW)
    principal = await database.read(sessions.find, cookie, NOW)
    assert principal is not None and principal.session is not None
    for _ in range(2):  # once: the second time there is nothing to end
        await database.write(sessions.end_session, principal.session, NOW)
    [event] = await told(database)
    assert event == {"user_id": ana.id, "session": principal.session, "token_id": None}


async def test_a_revoked_token_is_told_of_once(database: Database) -> None:
    token, _ = await database.write(tokens.add, "CRM", "agent", NOW)
    for _ in range(2):
        await database.write(tokens.revoke, token.id, NOW)
    assert await told(database) == [{"user_id": None, "session": None, "token_id": token.id}]


async def test_what_changes_an_owner_is_told_of_their_tokens(
    database: Database, ana: User, ben: User
) -> None:
    token, _ = await database.write(tokens.add, "Ben's", "agent", NOW, ben.id)
    await database.write(tokens.add, "Ana's", "agent", NOW, ana.id)
    gone = {"user_id": None, "session": None, "token_id": token.id}
    for work, given in ((people.set_role, ("admin", NOW)), (people.disable, (NOW,))):
        await database.write(work, ben.id, *given)
        assert await told(database) == [gone], work.__name__


def test_nobody_else_tells_of_access() -> None:
    name = "inbox.feed.news.access_changed"
    assert {use.room for use in uses(HOUSE) if use.name == name} == {"access"}
