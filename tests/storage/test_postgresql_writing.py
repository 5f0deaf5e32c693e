"""What is kept, put off and put together on PostgreSQL changes how often it is asked, no more."""

import asyncio
import re
from collections.abc import AsyncIterator, Iterator
from contextlib import suppress
from pathlib import Path

import pytest
from sqlalchemy import Connection, bindparam, make_url, select, text, update
from sqlalchemy.exc import IntegrityError, InternalError, InvalidRequestError
from sqlalchemy.util import await_only

from inbox.feed.log import append, events_after
from inbox.storage.database import Database, connect
from inbox.storage.dialect import serialise
from inbox.storage.postgresql import told_as_fault
from inbox.storage.postgresql_writing import KEPT, written_together
from inbox.storage.prepared import Prepared, run_each
from inbox.storage.tables import users
from tests.conftest import MigratedDatabase
from tests.support.events import made_event
from tests.support.inside import inside
from tests.support.kept_connections import kept
from tests.support.postgres import Postgres
from tests.support.server import said, webhook

_rename = Prepared(
    update(users).where(users.c.id == bindparam("id")).values(name=bindparam("name")),
    ("id", "name"),
)
_name = Prepared(select(users.c.name).where(users.c.id == bindparam("id")))
_END_OTHERS = """
    SELECT pg_terminate_backend(pid) FROM pg_stat_activity
    WHERE pid <> pg_backend_pid() AND datname = '{}'
"""


@pytest.fixture
def url(tmp_path: Path, migrated_database: MigratedDatabase) -> Iterator[str]:
    with migrated_database("postgresql", tmp_path) as found:
        yield found


@pytest.fixture
async def opened(url: str) -> AsyncIterator[Database]:
    database = connect(url)
    yield database
    await database.close()


def add(connection: Connection, user_id: str) -> None:
    facts = {"id": user_id, "email": user_id, "name": user_id, "role": "agent", "created_at": 1}
    connection.execute(users.insert().values(facts))


def rename(connection: Connection, new: str) -> None:
    _rename.run(connection, id="ana", name=new)


def name(connection: Connection, user_id: str) -> str:
    [[found]] = _name.rows(connection, id=user_id)
    return str(found)


def _asked(log: str) -> list[list[str]]:
    """The transactions, in the server's own words; what is none by itself is one alone."""
    found: list[list[str]] = []
    under_way: dict[str, list[str]] = {}
    for pid, sql in re.findall(r"\[(\d+)\] LOG:  (?:statement|execute [^:]*): (.*)", log):
        if sql.startswith("BEGIN"):
            under_way[pid] = []
        whole = under_way.get(pid, [])
        whole.append(sql)
        if sql.startswith(("COMMIT", "ROLLBACK")) or pid not in under_way:
            found.append(whole)
            under_way.pop(pid, None)
    return found


async def test_a_message_is_five_ways_to_postgresql_and_back_and_one_commit(
    url: str, postgres: Postgres, tmp_path: Path
) -> None:
    """Its turn, the people, what is stored, what is published, and the commit."""
    database = make_url(url).database
    kept.let_go()
    postgres.sql(f"ALTER DATABASE {database} SET log_statement = 'all'")
    async with inside(url, tmp_path) as house:
        channel = await house.add_channel()
        costs = []
        for n in range(4):
            before = len(postgres.log)
            body = webhook(messages=[said(f"wamid.{n}", "hello")])
            assert (await house.post_signed(channel, body)).status_code == 200
            await house.wait_for("message:new", provider_message_id=f"wamid.{n}")
            asked = _asked(postgres.log[before:])
            stored = [each for each in asked if each[0].startswith("INSERT INTO journal_entries")]
            applied = [one for one in asked if any("INSERT INTO messages" in sql for sql in one)]
            costs.append(([len(one) for one in stored], [len(one) for one in applied]))
    postgres.sql(f"ALTER DATABASE {database} RESET log_statement")
    kept.let_go()
    # On a busy machine one was once counted otherwise, and it is not known why.
    assert ([], [5]) in costs, costs


async def test_what_is_written_by_its_keys_is_planned_so_and_nothing_else(
    opened: Database,
) -> None:
    """A plan from when a table was empty would read all of it when it is full."""

    def asked(connection: Connection) -> str:
        return str(connection.scalar(text("SHOW enable_seqscan")))

    together = asyncio.Barrier(KEPT + 2)

    def beside_others(connection: Connection) -> str:
        await_only(together.wait())
        return asked(connection)

    writing = [opened.write(beside_others) for _ in range(KEPT + 2)]
    assert set(await asyncio.gather(*writing)) == {"off"}
    assert {await opened.read(asked) for _ in range(3)} == {"on"}


async def test_a_work_goes_to_the_connection_that_did_it_last(opened: Database) -> None:
    """What it needs is prepared there; what others do meanwhile must not send it elsewhere."""
    together = asyncio.Barrier(2)

    def words(connection: Connection, meet: bool = False) -> int:
        if meet:
            await_only(together.wait())
        return int(connection.scalar(text("SELECT pg_backend_pid()")))

    def webhooks(connection: Connection, meet: bool = False) -> int:
        return words(connection, meet)

    one, other = await asyncio.gather(opened.write(words, True), opened.write(webhooks, True))
    asked = (words, webhooks, webhooks, words, webhooks)
    assert [await opened.write(work) for work in asked] == [one, other, other, one, other]


async def test_what_no_row_of_a_batch_says_is_null_in_all_of_them(opened: Database) -> None:
    """There is no list of it then; what only some say is nobody else's."""

    def publish(connection: Connection) -> None:
        some = [made_event("test:some", {}, contact_id=who) for who in ("ana", None, "ben", None)]
        append(connection, some, 1)

    await opened.write(publish)
    found = await opened.read(events_after, 0, 9)
    told = [(event.conversation_id, event.contact_id) for event in found]
    assert told == [(None, "ana"), (None, None), (None, "ben"), (None, None)]


async def test_a_batch_of_any_size_goes_by_the_plan_of_the_one_before(opened: Database) -> None:
    """Else PostgreSQL makes one each time for two or three, which it thinks to be cheaper."""
    sql = "SELECT id FROM users WHERE id = ANY($1::text[])"

    def of_one_plan(connection: Connection) -> int:
        serialise(connection, ["a channel"], planned_once=True)
        for count in range(1, 9):
            run_each(connection, sql, [([*"abcdefgh"[:count]],)])
        kept = "SELECT generic_plans, custom_plans FROM pg_prepared_statements WHERE statement = $1"
        ((generic, custom),) = connection.exec_driver_sql(kept, (sql,))
        assert custom == 0
        return int(generic)

    def setting(connection: Connection) -> str:
        return str(connection.scalar(text("SHOW plan_cache_mode")))

    assert await opened.write(of_one_plan) == 8
    assert await opened.write(setting) == "auto"


async def test_no_trigger_has_a_condition_of_its_own(opened: Database) -> None:
    """It would be made anew from its text for each statement: a trigger asks in its function."""
    conditions = text("SELECT tgname FROM pg_trigger WHERE tgqual IS NOT NULL")
    asked = await opened.read(lambda connection: connection.scalars(conditions).all())
    assert list(asked) == []


async def test_what_waits_to_be_written_is_there_for_whoever_looks(opened: Database) -> None:
    def work(connection: Connection) -> list[str]:
        add(connection, "ana")
        seen = [name(connection, "ana")]
        for new in ("Ben", "Carl"):
            rename(connection, new)
            rename(connection, f"{new} the second")
            seen.append(name(connection, "ana"))
        rename(connection, "Dora")
        return [*seen, connection.execute(select(users.c.name)).scalar_one()]

    seen = ["ana", "Ben the second", "Carl the second", "Dora"]
    assert await opened.write(work) == seen
    assert await opened.read(name, "ana") == "Dora"


async def test_what_failed_writes_nothing_into_the_next_transaction(opened: Database) -> None:
    def refused(connection: Connection) -> None:
        rename(connection, "nobody")
        raise LookupError

    await opened.write(add, "ana")
    with pytest.raises(LookupError):
        await opened.write(refused)
    await opened.write(add, "ben")
    assert await opened.read(name, "ana") == "ana"


async def test_who_catches_what_the_database_refused_is_told_that_nothing_was_written(
    opened: Database,
) -> None:
    """PostgreSQL answers such a commit with a rollback, and without an error."""

    def catches(connection: Connection) -> None:
        add(connection, "ben")
        with suppress(IntegrityError):
            add(connection, "ana")

    await opened.write(add, "ana")
    with pytest.raises(InvalidRequestError):
        await opened.write(catches)
    await opened.write(rename, "Ana")
    assert await opened.read(lambda it: it.execute(select(users.c.name)).all()) == [("Ana",)]


async def test_a_connection_that_ended_meanwhile_costs_nobody_anything(
    opened: Database, postgres: Postgres, url: str
) -> None:
    await opened.write(add, "ana")
    assert await opened.read(name, "ana") == "ana"
    end_others = _END_OTHERS.format(make_url(url).database)
    for new in ("Ben", "Carl"):
        await opened.read(name, "ana")
        # No turn of the loop in which the driver could hear of it.
        postgres.sql(end_others)
        await opened.write(rename, new)
        postgres.sql(end_others)
        assert await opened.read(name, "ana") == new


async def test_who_gives_numbers_of_the_feed_waits_until_they_can_be_seen_in_order(
    opened: Database,
) -> None:
    """And holds before that what it has written: else two could wait for each other."""
    await opened.write(add, "ana")
    begun = asyncio.Event()

    def first(connection: Connection) -> None:
        append(connection, [made_event("test:first", {})], 1)
        begun.set()
        waiting = text("SELECT count(*) FROM pg_locks WHERE NOT granted AND locktype = 'advisory'")
        while not connection.scalar(waiting):
            await_only(asyncio.sleep(0))
        held = text("SELECT id FROM users FOR UPDATE SKIP LOCKED")
        assert connection.execute(held).all() == []
        append(connection, [made_event("test:first", {})], 1)

    def second(connection: Connection) -> None:
        rename(connection, "Ben")
        append(connection, [made_event("test:second", {})] * 2, 1)

    async def then() -> None:
        await begun.wait()
        await opened.write(second)

    await asyncio.gather(opened.write(first), then())
    events = await opened.read(events_after, 0, 10)
    assert [event.type for event in events] == ["test:first"] * 2 + ["test:second"] * 2


def test_statements_go_together_with_each_its_own_values() -> None:
    several = ("UPDATE a SET b=$1, c=$2", "DELETE FROM d WHERE e=$1", "UPDATE f SET g=$1")
    assert written_together(several) == (
        "WITH write_0 AS (UPDATE a SET b=$1, c=$2), write_1 AS (DELETE FROM d WHERE e=$3) "
        "UPDATE f SET g=$4"
    )


async def test_who_is_cancelled_before_anything_was_asked_does_not_begin_again(
    opened: Database,
) -> None:
    """On a connection that was of use before: what was lost with it is begun again."""
    times = list[int]()

    def cancelled(_: Connection) -> None:
        times.append(1)
        raise asyncio.CancelledError

    def wrong(_: Connection) -> None:
        times.append(1)
        raise InvalidRequestError

    for work, fault in ((cancelled, asyncio.CancelledError), (wrong, InvalidRequestError)):
        times.clear()
        await opened.write(lambda connection: connection.execute(select(1)).scalar())
        async with asyncio.timeout(20):
            with pytest.raises(fault):
                await opened.write(work)
        assert len(times) == 1


def test_a_driver_at_odds_with_itself_has_lost_its_connection() -> None:
    """As asyncpg's is where PostgreSQL ends it while it is set up."""

    class FromServer(Exception):
        sqlstate = "XX000"

    fault = told_as_fault(InternalError("", {}, Exception("cannot switch to state 12")), lost=False)
    assert fault is not None and fault.connection_invalidated
    assert told_as_fault(InternalError("", {}, FromServer()), lost=False) is None
