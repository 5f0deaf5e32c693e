"""What the tests over HTTP ask for: a connected number, and Graph to send through."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.inhabited import Homes
from tests.support.server import Line, Server


@pytest.fixture
def line(server: Server) -> Line:
    """A channel of its own: whatever other tests post, nothing is in it yet."""
    return server.add_channel()


@pytest.fixture
def own_server(homes: Homes, database_url: str, tmp_path: Path) -> Iterator[Server]:
    """A server of the test's own: not started yet, to be stopped or killed at will."""
    server = homes.server(tmp_path, database_url)
    yield server
    if server.running:
        assert server.stop() == 0, server.stderr
