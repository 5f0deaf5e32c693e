"""Servers and databases of a test's own, to be maltreated."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.inhabited import Homes
from tests.support.postgres import Postgres, running
from tests.support.server import Server


@pytest.fixture(scope="module")
def own_postgres() -> Iterator[Postgres]:
    """One that nobody else uses: it may be stopped."""
    with running() as server:
        yield server


@pytest.fixture
def own_server(homes: Homes, database_url: str, tmp_path: Path) -> Iterator[Server]:
    server = homes.server(tmp_path, database_url)
    yield server
    if server.running:
        server.kill()
