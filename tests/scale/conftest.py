"""Several processes of one inbox, with a real PostgreSQL and a real Redis between them."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import httpx
import pytest

from tests.support import redis as redis_support
from tests.support import tls
from tests.support.postgres import Postgres
from tests.support.redis import Redis
from tests.support.server import Server

DATABASE = "several"


@pytest.fixture(scope="module")
def redis() -> Iterator[Redis]:
    try:
        redis_support.redis_path()
    except redis_support.NoRedis as missing:
        pytest.skip(str(missing))
    with redis_support.running() as running:
        yield running


@pytest.fixture(scope="module")
def several_url(postgres: Postgres) -> Iterator[str]:
    yield postgres.create_database(DATABASE)
    postgres.drop_database(DATABASE)


class Pair:
    """Two servers of one inbox; whichever a test has killed is started again."""

    def __init__(self, folder: Path, url: str, redis: Redis) -> None:
        self.servers = (Server(folder, url), Server(folder, url))
        for server in self.servers:
            server.environment["INBOX_REDIS_URL"] = redis.url
            server.environment["INBOX_WEBHOOKS_PRIVATE"] = "allow"

    def start(self) -> None:
        """Both at once, on an empty database: one of them migrates it."""
        with ThreadPoolExecutor(2) as two:
            list(two.map(Server.start, self.servers))
        assert [server.complaints for server in self.servers] == [[], []]
        # Each has made a set-up link, and the later one is the one that works.
        first, other = self.servers
        if httpx.get(first.set_up_link, trust_env=False, verify=tls.NOBODY).status_code != 200:
            first, other = other, first
        first.share_with(other)

    def __enter__(self) -> tuple[Server, Server]:
        for server in self.servers:
            if not server.running:
                server.start()
        return self.servers

    def __exit__(self, *_: object) -> None:
        """They go on to the next test."""

    def stop(self) -> None:
        for server in self.servers:
            if server.running:
                assert server.stop() == 0, server.stderr


@pytest.fixture(scope="module")
def _pair(
    tmp_path_factory: pytest.TempPathFactory, several_url: str, redis: Redis
) -> Iterator[Pair]:
    pair = Pair(tmp_path_factory.mktemp("pair"), several_url, redis)
    pair.start()
    yield pair
    pair.stop()


@pytest.fixture
def pair(_pair: Pair) -> Iterator[tuple[Server, Server]]:
    with _pair as servers:
        yield servers
