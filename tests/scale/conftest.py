"""Several processes of one inbox, with a real PostgreSQL and a real Redis between them."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support import redis as redis_support
from tests.support.fake_graph import FakeGraph
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


@pytest.fixture
def graph() -> Iterator[FakeGraph]:
    with FakeGraph() as graph:
        yield graph


class Pair:
    """Two servers of one inbox; whichever a test has killed is started again."""

    def __init__(self, folder: Path, url: str, redis: Redis) -> None:
        self.first = Server(folder, url)
        self.first.environment["INBOX_REDIS_URL"] = redis.url
        self._second: Server | None = None

    def __enter__(self) -> tuple[Server, Server]:
        if not self.first.running:
            self.first.start()
        second = self._second = self._second or self.first.beside()
        if not second.running:
            second.start()
        return self.first, second

    def __exit__(self, *_: object) -> None:
        """They go on to the next test."""

    def stop(self) -> None:
        for server in filter(None, (self.first, self._second)):
            if server.running:
                assert server.stop() == 0, server.stderr


@pytest.fixture(scope="module")
def _pair(
    tmp_path_factory: pytest.TempPathFactory, several_url: str, redis: Redis
) -> Iterator[Pair]:
    pair = Pair(tmp_path_factory.mktemp("pair"), several_url, redis)
    yield pair
    pair.stop()


@pytest.fixture
def pair(_pair: Pair) -> Iterator[tuple[Server, Server]]:
    with _pair as servers:
        yield servers
