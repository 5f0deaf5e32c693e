import asyncio

from inbox.access import links, people
from inbox.access.people import User
from inbox.domain.times import DAY, HOUR
from inbox.storage.database import Database
from tests.access.conftest import NOW


async def test_a_link_works_once(database: Database, ana: User) -> None:
    token = await database.write(links.make, "password", ana.id, NOW)
    link = await database.read(links.peek, token, "password", NOW)
    assert link is not None
    assert link.user_id == ana.id
    assert await database.write(links.use, token, "password", NOW) == link
    assert await database.write(links.use, token, "password", NOW) is None
    assert await database.read(links.peek, token, "password", NOW) is None


async def test_of_those_who_race_for_a_link_one_gets_it(database: Database) -> None:
    token = await database.write(links.make, "setup", None, NOW)
    race = (database.write(links.use, token, "setup", NOW) for _ in range(5))
    assert [link is None for link in await asyncio.gather(*race)].count(False) == 1


async def test_a_link_serves_its_purpose_alone(database: Database, ana: User) -> None:
    token = await database.write(links.make, "password", ana.id, NOW)
    assert await database.write(links.use, token, "setup", NOW) is None
    assert await database.write(links.use, token, "password", NOW)


async def test_links_run_out(database: Database, ana: User) -> None:
    password = await database.write(links.make, "password", ana.id, NOW)
    assert await database.read(links.peek, password, "password", NOW + 7 * DAY - 1)
    assert await database.write(links.use, password, "password", NOW + 7 * DAY) is None


async def test_a_setup_link_runs_out_after_a_day(database: Database) -> None:
    setup = await database.write(links.make, "setup", None, NOW)
    assert await database.read(links.peek, setup, "setup", NOW + 24 * HOUR - 1)
    assert await database.write(links.use, setup, "setup", NOW + 24 * HOUR) is None


async def test_a_new_link_replaces_the_older_one(database: Database, ana: User, ben: User) -> None:
    old = await database.write(links.make, "password", ana.id, NOW)
    bens = await database.write(links.make, "password", ben.id, NOW)
    new = await database.write(links.make, "password", ana.id, NOW)
    assert await database.read(links.peek, old, "password", NOW) is None
    assert await database.read(links.peek, new, "password", NOW)
    assert await database.read(links.peek, bens, "password", NOW)


async def test_a_new_setup_link_replaces_the_older_one(database: Database) -> None:
    old = await database.write(links.make, "setup", None, NOW)
    new = await database.write(links.make, "setup", None, NOW)
    assert await database.read(links.peek, old, "setup", NOW) is None
    assert await database.read(links.peek, new, "setup", NOW)


async def test_a_setup_link_is_worth_nothing_once_there_is_a_user(
    database: Database, ana: User
) -> None:
    token = await database.write(links.make, "setup", None, NOW)
    assert await database.write(links.use, token, "setup", NOW) is None


async def test_a_link_of_a_disabled_user_is_worth_nothing(database: Database, ben: User) -> None:
    await database.write(people.disable, ben.id, NOW)
    token = await database.write(links.make, "password", ben.id, NOW)
    assert await database.read(links.peek, token, "password", NOW) is None
    assert await database.write(links.use, token, "password", NOW) is None
    await database.write(people.enable, ben.id, NOW)
    assert await database.write(links.use, token, "password", NOW)
