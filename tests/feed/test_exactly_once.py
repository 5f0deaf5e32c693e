"""Law 12 under fire: many write at once, all who listen come and go, and the server is killed.

Some transactions are slow to commit after they appended, some are rolled back. Without care,
PostgreSQL would show a later number before an earlier one, and whoever resumes skips one.
"""

import asyncio
import json
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from random import Random
from typing import Any

import httpx
from sqlalchemy import Connection, func, select

from inbox.access import tokens
from inbox.domain.feed_events import ADMINS, EVERYBODY
from inbox.domain.times import now
from inbox.feed.log import append, events_after
from inbox.providers.cloud_api.signing import HEADER, sign
from inbox.providers.sandbox import meta_json
from inbox.storage.database import Database, connect
from inbox.storage.dialect import on_postgresql
from tests.feed.followers import Follower
from tests.support import tls
from tests.support.events import made_event
from tests.support.inhabited import Homes
from tests.support.inside import Inside, inside
from tests.support.server import KILLED, Line, Server, said, serving, webhook

Frame = dict[str, Any]

WRITERS = 6
TURNS = 15


class RolledBack(Exception):
    """On purpose."""


def publish(connection: Connection, name: str, dice: Random) -> None:
    """Append some events, some for admins alone, and take a while to commit; or fail."""
    fails = dice.random() < 0.25
    text = f"{name} never was" if fails else name
    append(
        connection,
        [
            made_event("test:event", {"text": text}, audience=dice.choice((EVERYBODY, ADMINS)))
            for _ in range(dice.randint(1, 5))
        ],
        now(),
    )
    if dice.random() < 0.3:
        _linger(connection, dice.random() * 0.03)
    if fails:
        raise RolledBack


def _linger(connection: Connection, seconds: float) -> None:
    if on_postgresql(connection):
        connection.execute(select(func.pg_sleep(seconds)))
    else:
        time.sleep(seconds)


async def write(database: Database, number: int, turns: int = TURNS) -> None:
    dice = Random(number)
    for turn in range(turns):
        with suppress(RolledBack):
            await database.write(publish, f"{number}.{turn}", dice)
        await asyncio.sleep(dice.random() * 0.02)


def logged(connection: Connection, audiences: set[str]) -> list[Frame]:
    """What these may see of the whole log, as it goes out."""
    events = events_after(connection, 0, 100_000)
    return [json.loads(event.frame) for event in events if event.audience in audiences]


async def test_many_writers_and_clients_that_come_and_go(migrated_url: str, tmp_path: Path) -> None:
    async with inside(migrated_url, tmp_path) as house:
        _, agent = await house.database.write(tokens.add, "Agent", "agent", now())
        admins = [Follower(lambda: house.url, house.token, 0, Random(seed)) for seed in range(4)]
        agents = [Follower(lambda: house.url, agent, 0, Random(seed)) for seed in range(4)]
        end: asyncio.Future[int] = asyncio.get_running_loop().create_future()
        async with asyncio.TaskGroup() as group:
            for one, two, three, four in (admins, agents):
                group.create_task(one.by_socket(end))
                group.create_task(two.by_socket(end, "&batch=1"))
                group.create_task(three.by_poll(end))
                group.create_task(four.by_stream(end))
            async with asyncio.TaskGroup() as writers:
                for number in range(WRITERS):
                    writers.create_task(write(house.database, number))
            end.set_result(await _last(house))
        for followers, audiences in ((admins, {EVERYBODY, ADMINS}), (agents, {EVERYBODY})):
            told = await house.database.read(logged, audiences)
            assert len(told) > 50 and "never was" not in json.dumps(told)
            for follower in followers:
                assert follower.heard == told
                assert follower.connections > 1


async def _last(house: Inside) -> int:
    """The seq of an event after all others, which everybody may see."""
    await house.database.write(append, [made_event("test:event", {"text": "the end"})], now())
    events = await house.database.read(events_after, 0, 100_000)
    return events[-1].seq


async def test_a_server_that_is_killed_while_all_write_and_listen(
    homes: Homes, database_url: str, tmp_path: Path
) -> None:
    with serving(homes.server(tmp_path, database_url)) as server:
        line = server.add_channel()
        start, token = server.settle(), server.token()
        followers = [Follower(lambda: server.url, token, start, Random(seed)) for seed in range(4)]
        end: asyncio.Future[int] = asyncio.get_running_loop().create_future()
        async with asyncio.TaskGroup() as group:
            group.create_task(followers[0].by_socket(end))
            group.create_task(followers[1].by_socket(end, "&batch=1"))
            group.create_task(followers[2].by_poll(end))
            group.create_task(followers[3].by_stream(end))
            async with asyncio.TaskGroup() as writers:
                writers.create_task(_beside(database_url))
                texts = [writers.create_task(_customer(server, line, n)) for n in range(3)]
                await _all_hear_more(followers)
                await asyncio.to_thread(server.kill)
                await asyncio.to_thread(server.start)
                await _all_hear_more(followers)
            end.set_result(await asyncio.to_thread(server.settle))
        told = [event for event in server.events(start) if event["seq"] <= end.result()]
        for follower in followers:
            assert [event for event in follower.heard if event["seq"] <= end.result()] == told
        news = [event["payload"] for event in told if event["type"] == "message:new"]
        heard = sorted(payload["content"]["text"] for payload in news)
        assert heard == sorted(["mark", *(text for done in texts for text in done.result())])


async def _all_hear_more(followers: list[Follower]) -> None:
    before = [len(follower.heard) for follower in followers]
    async with asyncio.timeout(30):
        for follower, count in zip(followers, before, strict=True):
            await follower.heard_more_than(count)


async def _beside(database_url: str) -> None:
    """Other processes that write to the same PostgreSQL; a SQLite file has but one."""
    if database_url.startswith("sqlite"):
        return
    database = connect(database_url)
    async with asyncio.TaskGroup() as writers:
        for number in range(3):
            writers.create_task(write(database, number, 40))
    await database.close()


async def _customer(server: Server, line: Line, number: int) -> list[str]:
    """Writes until each text was taken, as Meta does; what was written."""
    texts = [f"{number}.{turn}" for turn in range(20)]
    async with httpx.AsyncClient(trust_env=False, verify=tls.NOBODY, timeout=5) as http:
        for text in texts:
            message = said(f"wamid.{text}", text, sender=f"1202555010{number}")
            body = meta_json(webhook(line.account, messages=[message]))
            headers = {HEADER: sign(line.secret, body), "Content-Type": "application/json"}
            await _post(http, lambda: server.url + line.path, body, headers)
    return texts


async def _post(
    http: httpx.AsyncClient, address: Callable[[], str], body: bytes, headers: dict[str, str]
) -> None:
    for _ in range(500):
        with suppress(*KILLED):
            answer = await http.post(address(), content=body, headers=headers)
            if answer.status_code == 200:
                return
        await asyncio.sleep(0.02)
    raise AssertionError("the server does not come back")
