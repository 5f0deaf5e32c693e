from sqlalchemy import Connection, func, select

from inbox.access import people, sessions
from inbox.access.people import User
from inbox.domain.times import DAY
from inbox.storage.database import Database, on_statement
from inbox.storage.tables import sessions as table
from tests.access.conftest import NOW


def _rows(connection: Connection) -> list[str]:
    return [str(dict(row)) for row in connection.execute(select(table)).mappings()]


async def test_a_cookie_names_its_user_by_one_statement(database: Database, ana: User) -> None:
    token = await database.write(sessions.start, ana.id, "Firefox", NOW)
    seen: list[str] = []
    on_statement(database, seen.append)
    principal = await database.read(sessions.find, token, NOW + 1)
    assert principal is not None
    assert (principal.id, principal.email, principal.role) == (ana.id, ana.email, "admin")
    assert [word for word in seen if word.startswith("SELECT")] == seen[-1:]


async def test_the_cookie_itself_is_not_kept(database: Database, ana: User) -> None:
    token = await database.write(sessions.start, ana.id, "Firefox", NOW)
    rows = await database.read(_rows)
    assert len(rows) == 1
    assert token not in rows[0]


async def test_a_session_ends_after_thirty_days(database: Database, ana: User) -> None:
    token = await database.write(sessions.start, ana.id, "", NOW)
    assert await database.read(sessions.find, token, NOW + sessions.LIFETIME - 1)
    assert await database.read(sessions.find, token, NOW + sessions.LIFETIME) is None


async def test_a_session_in_use_is_prolonged_once_a_day(database: Database, ana: User) -> None:
    token = await database.write(sessions.start, ana.id, "", NOW)
    first = await database.read(sessions.find, token, NOW)
    assert first and first.session and first.ends_at == NOW + sessions.LIFETIME
    assert not sessions.is_due(first, NOW + DAY - 1)
    assert sessions.is_due(first, NOW + DAY)
    await database.write(sessions.prolong, first.session, NOW + DAY)
    longer = await database.read(sessions.find, token, NOW + sessions.LIFETIME)
    assert longer and longer.ends_at == NOW + DAY + sessions.LIFETIME
    await database.write(sessions.prolong, first.session, NOW + 2 * sessions.LIFETIME)
    over = NOW + DAY + sessions.LIFETIME
    assert await database.read(sessions.find, token, over) is None  # what has ended stays so


async def test_a_disabled_user_is_nobody(database: Database, ana: User, ben: User) -> None:
    await database.write(people.disable, ben.id, NOW)
    token = await database.write(sessions.start, ben.id, "", NOW)
    assert await database.read(sessions.find, token, NOW) is None


async def test_signing_out_ends_one_browser_and_no_other(database: Database, ana: User) -> None:
    here = await database.write(sessions.start, ana.id, "", NOW)
    there = await database.write(sessions.start, ana.id, "", NOW)
    principal = await database.read(sessions.find, here, NOW)
    assert principal is not None
    assert principal.session is not None
    await database.write(sessions.end_session, principal.session, NOW)
    assert await database.read(sessions.find, here, NOW) is None
    assert await database.read(sessions.find, there, NOW)
    await database.write(sessions.end_all, ana.id, NOW)
    assert await database.read(sessions.find, there, NOW) is None


async def test_a_made_up_cookie_is_nobody(database: Database, ana: User) -> None:
    await database.write(sessions.start, ana.id, "", NOW)
    for cookie in ("", "x", "\ud83d", "' OR 1=1", "a\x00b"):
        assert await database.read(sessions.find, cookie, NOW) is None


async def test_old_sessions_are_swept_by_new_ones(database: Database, ana: User) -> None:
    await database.write(sessions.start, ana.id, "", NOW)
    await database.write(sessions.start, ana.id, "x" * 9000, NOW + sessions.LIFETIME)
    count = select(func.count()).select_from(table)
    assert await database.read(lambda connection: connection.scalar(count)) == 1
