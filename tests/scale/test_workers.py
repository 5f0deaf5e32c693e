"""``inbox serve --workers``: one address, several processes, each of which may die."""

import asyncio
import errno
import os
import re
import signal
import socket
import sys
import time
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from itertools import count
from pathlib import Path
from typing import Any

import httpx
import pytest

from inbox.server.failure import Failure
from inbox.server.workers import Workers
from tests.support.postgres import Postgres
from tests.support.redis import Redis
from tests.support.server import PATIENCE, Server, said, webhook
from tests.support.until import until

WORKERS = 2


@pytest.fixture(scope="module")
def house(
    postgres: Postgres, redis: Redis, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Server]:
    url = postgres.create_database("worked")
    server = Server(tmp_path_factory.mktemp("workers"), url, "--workers", str(WORKERS))
    server.environment["INBOX_REDIS_URL"] = redis.url
    yield server.start()
    if server.running:
        assert server.stop() == 0, server.stderr
    postgres.drop_database("worked")


def workers(server: Server, at_least: int = WORKERS) -> list[int]:
    """The process ids of all that ever served, once there are so many."""
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline:
        found = re.findall(r"worker \d+ serves \(pid (\d+)\)", server.stderr)
        if len(found) >= at_least:
            return list(map(int, found))
        with suppress(httpx.TransportError):
            server.get("events", since=server.head(), wait=0.1)
    raise AssertionError(f"{at_least} workers never came: {server.stderr}")


def alive(pid: int) -> bool:
    """As a running process: one that its parent has not yet looked at is none."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(") ")[2][0] != "Z"
    except OSError:
        return False


def test_it_says_once_where_it_is_and_how_to_get_in(house: Server) -> None:
    assert house.set_up_link.startswith(f"{house.url}/setup/")
    assert house.as_admin.get("/").status_code == 200
    assert len(set(workers(house))) == WORKERS
    assert house.complaints == []


def test_a_worker_that_dies_is_replaced_and_nothing_is_lost_or_twice(house: Server) -> None:
    line, since = house.add_channel(), house.head()
    before = workers(house)
    wamids = [f"wamid.worked.{n}" for n in range(120)]

    def send(number: int) -> bool:
        if number == 40:
            os.kill(before[0], signal.SIGKILL)
        body = webhook(messages=[said(wamids[number], "hello")])
        try:
            return house.post_signed(line, body).status_code == 200
        except httpx.TransportError:
            return False

    with ThreadPoolExecutor(8) as eight:
        taken = {one for one, ok in zip(wamids, eight.map(send, range(120)), strict=True) if ok}
    assert len(taken) > 80
    assert len(workers(house, WORKERS + 1)) == WORKERS + 1
    for wamid in taken:
        house.wait_for("message:new", since, provider_message_id=wamid)
    told = Counter(
        event["payload"]["provider_message_id"]
        for event in house.events(since)
        if event["type"] == "message:new"
    )
    assert set(told.values()) == {1}
    assert "ended (SIGKILL); another starts" in house.stderr


def test_another_secret_key_fails_the_start_with_one_line(house: Server, tmp_path: Path) -> None:
    house.add_channel()
    other = Server(tmp_path, house.environment["INBOX_DATABASE_URL"], "--workers", "2")
    other.environment["INBOX_REDIS_URL"] = house.environment["INBOX_REDIS_URL"]
    with pytest.raises(AssertionError, match=r"inbox serve: .* sealed with another key"):
        other.start()
    assert other.stop() == 1


async def test_workers_that_cannot_start_fail_the_whole_start() -> None:
    command = [sys.executable, "-c", "raise SystemExit(3)"]
    with socket.create_server(("127.0.0.1", 0)) as listener:
        workers = Workers(command, listener, 2)
        with pytest.raises(Failure, match="could not start"):
            await workers.run(up=lambda: pytest.fail("they never were"))


SERVING = """
import signal, socket, sys
socket.socket(fileno=int(sys.argv[2].split(",")[1])).send(b"1")
signal.pause()
"""


async def test_a_fork_that_fails_is_tried_again_at_the_start_and_later(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr("inbox.server.workers.FIRST_PAUSE", 0.01)
    fork, tries, up = asyncio.create_subprocess_exec, count(), asyncio.Event()

    async def fails_at_times(*command: str, **options: Any) -> asyncio.subprocess.Process:
        if next(tries) in (0, 1, 3, 4):
            raise OSError(errno.EAGAIN, "Resource temporarily unavailable")
        return await fork(*command, **options)

    monkeypatch.setattr(asyncio, "create_subprocess_exec", fails_at_times)
    with socket.create_server(("127.0.0.1", 0)) as listener, caplog.at_level("INFO"):
        workers = Workers([sys.executable, "-c", SERVING], listener, 1)
        running = asyncio.create_task(workers.run(up.set))
        async with asyncio.timeout(PATIENCE):
            await up.wait()
            [first] = workers._running.values()
            first.kill()
            while not [one for one in workers._running.values() if one is not first]:  # noqa: ASYNC110 - it tells nobody
                await asyncio.sleep(0.01)
            workers._stopping.set()
            await running
    told = [record.getMessage() for record in caplog.records if "cannot be" in record.getMessage()]
    assert len(told) == 4 and "temporarily unavailable" in told[0]


async def test_who_stops_while_no_fork_succeeds_is_not_waited_for(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    tried = asyncio.Event()

    async def fails(*_command: str, **_options: Any) -> asyncio.subprocess.Process:
        tried.set()
        raise OSError(errno.ENOMEM, "Cannot allocate memory")

    monkeypatch.setattr(asyncio, "create_subprocess_exec", fails)
    with socket.create_server(("127.0.0.1", 0)) as listener:
        workers = Workers(["nothing"], listener, 2)
        running = asyncio.create_task(workers.run(up=lambda: pytest.fail("they never were")))
        async with asyncio.timeout(PATIENCE):
            await tried.wait()
            workers._stopping.set()
            await running


def test_workers_end_when_their_parent_is_gone(house: Server) -> None:
    pids = workers(house)
    house.kill()
    until(lambda: not any(map(alive, pids)))
    house.start()


def test_sigterm_ends_all_of_them_in_peace(house: Server) -> None:
    pids = workers(house)
    assert house.stop() == 0
    assert house.complaints == []
    assert not any(map(alive, pids))
