"""Whoever sends too fast waits: one customer's pair for itself, an account's channel as a whole."""

import json
from typing import Any

import pytest
from sqlalchemy import Connection, event, select

from inbox.channels import store
from inbox.conversations import reactions, read_marks, threads
from inbox.domain.ids import new_id
from inbox.domain.times import DAY, HOUR, MINUTE, SECOND, Micros
from inbox.providers.base import Accepted, Refused
from inbox.providers.calling import Answer
from inbox.providers.cloud_api.answers import judge
from inbox.receiving.backlog import backlog
from inbox.sending import claims
from inbox.sending.holding import remove_channel
from inbox.sending.limits import pause_after
from inbox.sending.reacting import Reacting, place_reaction
from inbox.sending.results import record_result
from inbox.storage.database import Database
from inbox.storage.queue import AT_ONCE
from inbox.storage.secrets import Sealer
from inbox.storage.tables import channels, contacts, conversations, messages, outbox
from tests.sending.conftest import NOW, Begin, taken, written

ACCOUNT = Refused("Too many requests", retry_after=60, limit="channel")
PAIR = Refused("Too many to this customer", retry_after=6, limit="pair")
BEHIND = "An earlier reply to them is still to be sent"
MANY = 10_000


async def refuse(database: Database, with_: Refused, now: Micros = NOW) -> None:
    """The first that is due is tried, and this is the answer."""
    [item, *others] = await taken(database, now)
    await database.write(claims.QUEUE.release, [other.claim for other in others], now)
    assert await database.write(record_result, item.claim, with_, now) == "postponed"


async def found(database: Database, now: Micros, queue: Any = claims.QUEUE) -> int:
    """In how many channels there is something to do."""
    return len((await database.read(queue.look, now)).lanes)


async def reason(database: Database, reply: str) -> str | None:
    message = await database.read(threads.message_by_id, reply)
    assert message
    return message["waiting"] and message["waiting"]["reason"]


async def crowd(database: Database, conversation: str, customers: int) -> None:
    """So many further customers of that conversation's channel to whom a reply waits."""

    def fill(connection: Connection) -> None:
        def row(table: Any, **where: Any) -> dict[str, Any]:
            named = [table.c[name] == value for name, value in where.items()]
            return dict(connection.execute(select(table).where(*named)).mappings().one())

        thread = row(conversations, id=conversation)
        person, reply = row(contacts, id=thread["contact_id"]), row(messages, direction="outgoing")
        place = row(outbox, message_id=reply["id"])
        rows: list[tuple[Any, ...]] = []
        for n in range(customers):
            one, two, three = (new_id(NOW) for _ in range(3))
            who = person | {"id": one, "wa_id": f"1{n}", "match_key": f"1{n}", "user_id": None}
            said = reply | {
                "id": three,
                "conversation_id": two,
                "contact_id": one,
                "number": n + 99,
            }
            said |= {"event_key": None, "client_id": None}
            waits = place | {"message_id": three, "conversation_id": two, "number": n + 99}
            rows.append((who, thread | {"id": two, "contact_id": one}, said, waits))
        for table, values in zip(
            (contacts, conversations, messages, outbox), zip(*rows, strict=True), strict=True
        ):
            connection.execute(table.insert(), list(values))

    await database.write(fill)


async def test_an_account_limit_holds_all_that_the_channel_sends_and_says_so(
    database: Database, conversation: str
) -> None:
    first = await written(database, conversation, "hello")
    await crowd(database, conversation, 3)
    channel = await database.read(lambda c: str(c.execute(select(channels.c.id)).scalar_one()))
    await database.write(read_marks.want_told, conversation, channel, NOW)
    question = (await database.read(threads.latest, conversation)).messages[0]["id"]
    asked = Reacting(conversation_id=conversation, message_id=question, emoji="👍")
    await database.write(place_reaction, asked, NOW)
    await refuse(database, ACCOUNT)
    later = await written(database, conversation, "and then", NOW + SECOND)
    for queue in (claims.QUEUE, read_marks.QUEUE, reactions.QUEUE):
        assert await found(database, NOW + MINUTE - 1, queue) == 0
        assert await found(database, NOW + MINUTE, queue) == 1
    waits = await database.read(lambda c: c.execute(select(outbox.c.reason)).scalars().all())
    assert sorted(map(str, waits)) == sorted([ACCOUNT.title] * 4 + [BEHIND])
    assert [await reason(database, one) for one in (first, later)] == [ACCOUNT.title, BEHIND]
    assert (await database.read(backlog)).sends_due_at == NOW + MINUTE  # and not late


async def test_what_is_written_while_an_account_is_limited_says_why_it_waits(
    database: Database, begin: Begin
) -> None:
    await written(database, await begin(), "hello")
    await refuse(database, ACCOUNT)
    elsewhere = await written(database, await begin(), "hello")  # of another channel
    assert await reason(database, elsewhere) is None
    assert len(await taken(database, NOW + SECOND)) == 1


async def test_the_limit_of_a_pair_is_one_customers_and_grows(
    database: Database, conversation: str
) -> None:
    await written(database, conversation, "hello")
    await crowd(database, conversation, 1)
    await refuse(database, PAIR)
    [other] = await taken(database, NOW + SECOND)
    await database.write(record_result, other.claim, Accepted("wamid.1"), NOW)
    assert await found(database, NOW + 6 * SECOND - 1) == 0
    assert await found(database, NOW + 6 * SECOND) == 1
    pauses = [pause_after(PAIR, tries) // SECOND for tries in range(7)]
    assert pauses == [6, 16, 64, 256, 1024, 3600, 3600]


async def test_what_is_behind_one_that_waits_goes_on_as_soon_as_that_is_gone(
    database: Database, conversation: str
) -> None:
    _, second = [await written(database, conversation, words) for words in "12"]
    await refuse(database, PAIR)
    third = await written(database, conversation, "3", NOW + SECOND)
    due = select(outbox.c.due_at).where(outbox.c.message_id.in_([second, third]))
    times = await database.read(lambda c: c.execute(due).scalars().all())
    assert times == [NOW + 6 * SECOND] * 2  # nobody looks at them before
    for reply in (second, third):
        [item] = await taken(database, NOW + 7 * SECOND)
        await database.write(record_result, item.claim, Accepted(f"wamid.{reply}"), NOW)
        [at, *_] = await database.read(lambda c: c.execute(due).scalars().all())
        assert at == AT_ONCE


async def test_a_limit_that_holds_already_is_told_once(
    database: Database, conversation: str
) -> None:
    await written(database, conversation, "hello")
    await crowd(database, conversation, 20)
    items = await taken(database)
    await database.write(record_result, items[0].claim, ACCOUNT, NOW)

    def again(connection: Connection) -> list[str]:
        asked: list[str] = []
        heard = lambda *told: asked.append(told[2])  # noqa: E731 - it is taken away again
        event.listen(connection, "before_cursor_execute", heard)
        record_result(connection, items[1].claim, ACCOUNT, NOW - SECOND)
        event.remove(connection, "before_cursor_execute", heard)
        return asked

    statements = await database.write(again)
    assert sum("UPDATE channels" in one for one in statements) <= 1
    assert len(statements) <= 12


async def test_a_new_token_or_a_clock_set_back_ends_a_limit(
    database: Database, conversation: str
) -> None:
    await written(database, conversation, "hello")
    await crowd(database, conversation, 1)
    sealer = Sealer(b"k" * 40)
    await refuse(database, ACCOUNT, NOW + DAY)
    assert await found(database, NOW + DAY) == 0
    assert await found(database, NOW) == 1
    await database.write(claims.QUEUE.hasten, NOW + DAY - HOUR, [])
    assert await found(database, NOW + DAY) == 1
    await refuse(database, ACCOUNT, NOW + DAY)

    def change(connection: Connection) -> None:
        [channel] = store.listing(connection, sealer)
        store.change(connection, sealer, channel.id, now=NOW, access_token="new")

    await database.write(change)
    assert await found(database, NOW + DAY) == 1


@pytest.mark.parametrize(
    ("status", "code", "asked", "limit", "pause"),
    [
        (400, 131056, None, "pair", 6),
        (400, 131056, "40", "pair", 40),
        (400, 130429, None, "channel", 10),
        (400, 80007, None, "channel", 300),
        (400, 131016, None, None, 30),
        (503, None, None, None, 30),
        (503, None, "90", "channel", 90),
        (429, None, None, "channel", 60),
        (400, 131026, "90", None, None),
    ],
)
def test_whose_limit_an_answer_tells_of(
    status: int, code: int | None, asked: str | None, limit: str | None, pause: float | None
) -> None:
    said = json.dumps({"error": {"code": code, "message": "no"}} if code else {}).encode()
    result = judge(Answer(status, said, asked), "12025550142", "token")
    assert isinstance(result, Refused)
    assert (result.limit, result.retry_after) == (limit, pause)


async def test_what_waits_for_a_time_of_a_removed_channel_fails_at_once(
    database: Database, conversation: str
) -> None:
    """Both what waited when it was removed and what was being sent then (five minutes, once)."""
    first = await written(database, conversation, "hello")
    await crowd(database, conversation, 1)
    items = await taken(database, NOW)
    waiting, sent = items if items[0].claim.key == (first,) else items[::-1]
    await database.write(record_result, waiting.claim, PAIR, NOW)
    assert await found(database, NOW) == 0
    lane = waiting.claim.lane
    await database.write(remove_channel, Sealer(b"k" * 40), lane, NOW)
    assert await reason(database, first) is None
    [due] = await taken(database, NOW)
    assert due.claim.key == (first,)
    assert await database.write(record_result, sent.claim, ACCOUNT, NOW) == "failed"


async def test_ten_thousand_that_wait_are_not_looked_at(
    database: Database, conversation: str
) -> None:
    """By the steps of SQLite's machine, and on both engines by statements: they know no clock."""
    await written(database, conversation, "hello")

    async def cost(now: Micros) -> tuple[int, int, int]:
        """Of one look: in how many channels it finds something, and what it asks and steps."""

        def look(connection: Connection) -> tuple[int, int, int]:
            steps, asked = [0], [""]
            event.listen(connection, "before_cursor_execute", lambda *told: asked.append(told[2]))
            direct: Any = connection.connection.driver_connection
            counts = database.engine_name == "sqlite"
            if counts:
                direct.set_progress_handler(lambda: steps.append(0), 1)
            lanes = claims.QUEUE.look(connection, now).lanes
            if counts:
                direct.set_progress_handler(None, 1)
            return len(lanes), sum("SELECT" in one for one in asked), len(steps)

        await database.read(claims.QUEUE.look, now)  # the first of a connection reads the schema
        return await database.read(look)

    await refuse(database, PAIR)
    alone = await cost(NOW)
    await crowd(database, conversation, MANY)  # each waits for its own time
    assert await cost(NOW) == alone == (0, 1, alone[2])
    await database.write(lambda c: c.execute(outbox.update().values(due_at=AT_ONCE)))
    if database.engine_name == "postgresql":
        await database.write(look_empty)
    assert (await cost(NOW))[:2] == (1, 1)
    limited = channels.update().values(limited_until=NOW + MINUTE)
    await database.write(lambda c: c.execute(limited))
    lanes, statements, steps = await cost(NOW)
    assert (lanes, statements) == (0, 1) and steps <= alone[2]


def look_empty(connection: Connection) -> None:
    """To PostgreSQL: as an ANALYZE leaves it that comes before what waits is committed."""
    connection.exec_driver_sql(
        "UPDATE pg_class SET reltuples = 0, relpages = pg_relation_size(oid) / 8192"
        " WHERE oid = 'outbox'::regclass"
        " OR oid IN (SELECT indexrelid FROM pg_index WHERE indrelid = 'outbox'::regclass)"
    )
