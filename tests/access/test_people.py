import asyncio

import pytest

from inbox.access import links, people, sessions
from inbox.access.people import User
from inbox.domain.errors import Invalid, Missing
from inbox.storage.database import Database
from tests.access.conftest import NOW


async def test_nobody_is_there_until_somebody_is_added(database: Database) -> None:
    assert not await database.read(people.anyone)
    await database.write(people.add, email="a@b", name="A", role="agent", now=NOW)
    assert await database.read(people.anyone)


async def test_an_address_is_one_address_however_it_is_written(
    database: Database, ana: User
) -> None:
    assert await database.read(people.by_email, " ANA@Example.COM ") == ana
    with pytest.raises(Invalid, match=r"ana@example\.com"):
        await database.write(
            people.add, email="Ana@EXAMPLE.com", name="Another", role="agent", now=NOW
        )
    assert await database.read(people.listing) == [ana]


async def test_a_wrong_fact_is_refused_by_its_name(database: Database) -> None:
    right = {"email": "ana@example.com", "name": "Ana", "role": "agent"}
    for field, wrong in (
        ("email", "ana"),
        ("email", "a b@c"),
        ("email", "x" * 260 + "@c"),
        ("name", "  "),
        ("name", "n" * 101),
        ("role", "owner"),
    ):
        with pytest.raises(Invalid) as refusal:
            await database.write(people.add, **right | {field: wrong}, now=NOW)
        assert refusal.value.field == field


async def test_the_last_admin_stays(database: Database, ana: User, ben: User) -> None:
    with pytest.raises(Invalid, match="last admin"):
        await database.write(people.disable, ana.id, NOW)
    with pytest.raises(Invalid, match="last admin"):
        await database.write(people.set_role, ana.id, "agent", NOW)
    await database.write(people.set_role, ben.id, "admin", NOW)
    await database.write(people.disable, ana.id, NOW)
    with pytest.raises(Invalid, match="last admin"):
        await database.write(people.set_role, ben.id, "agent", NOW)


async def test_two_admins_cannot_demote_each_other_at_once(
    database: Database, ana: User, ben: User
) -> None:
    await database.write(people.set_role, ben.id, "admin", NOW)
    results = await asyncio.gather(
        database.write(people.set_role, ana.id, "agent", NOW),
        database.write(people.set_role, ben.id, "agent", NOW),
        return_exceptions=True,
    )
    assert [type(result) for result in results].count(Invalid) == 1


async def test_what_is_taken_away_ends_the_sessions(
    database: Database, ana: User, ben: User
) -> None:
    await database.write(people.set_password, ben.id, "old", NOW)
    anas = await database.write(sessions.start, ana.id, "Firefox", NOW)
    for work, given in (
        (people.set_password, ("hash", NOW)),
        (people.set_role, ("admin", NOW)),
        (people.disable, (NOW,)),
    ):
        bens = await database.write(sessions.start, ben.id, "Firefox", NOW)
        assert await database.read(sessions.find, bens, NOW) is not None
        await database.write(work, ben.id, *given)
        await database.write(people.enable, ben.id, NOW)
        assert await database.read(sessions.find, bens, NOW) is None
    assert await database.read(sessions.find, anas, NOW) is not None


async def test_a_new_password_voids_the_links_that_could_set_another(
    database: Database, ben: User
) -> None:
    token = await database.write(links.make, "password", ben.id, NOW)
    assert await database.read(links.peek, token, "password", NOW)
    await database.write(people.set_password, ben.id, "hash", NOW)
    assert await database.read(links.peek, token, "password", NOW) is None


async def test_an_unknown_user_is_said_to_be_unknown(database: Database, ana: User) -> None:
    for work in (
        database.write(people.set_password, "nobody", "hash", NOW),
        database.write(people.set_role, "nobody", "agent", NOW),
        database.write(people.disable, "nobody", NOW),
    ):
        with pytest.raises(Missing):
            await work


async def test_a_user_never_shows_the_hash(database: Database, ana: User) -> None:
    await database.write(people.set_password, ana.id, "$argon2id$…", NOW)
    found = await database.read(people.by_id, ana.id)
    assert found is not None
    assert found.password_hash == "$argon2id$…"
    assert "argon2" not in repr(found)
