"""What the tests over HTTP ask for: a connected number, and Graph to send through."""

from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

from tests.support.fake_graph import FakeGraph
from tests.support.inside import Inside, inside
from tests.support.server import Line, Server


@pytest.fixture
def line(server: Server) -> Line:
    """A channel of its own: whatever other tests post, nothing is in it yet."""
    return server.add_channel()


@pytest.fixture
def graph() -> Iterator[FakeGraph]:
    with FakeGraph() as graph:
        yield graph


@pytest.fixture
async def house(database_url: str, tmp_path: Path) -> AsyncIterator[Inside]:
    """The application in this process."""
    async with inside(database_url, tmp_path) as running:
        yield running


@pytest.fixture
def own_server(database_url: str, tmp_path: Path) -> Iterator[Server]:
    """A server of the test's own: not started yet, to be stopped or killed at will."""
    server = Server(tmp_path, database_url)
    yield server
    if server.running:
        assert server.stop() == 0, server.stderr
