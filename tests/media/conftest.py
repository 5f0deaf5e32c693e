"""A number at the fake Meta's, and workers that fetch its files."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from inbox.domain.channels import Channel
from inbox.storage.database import Database
from tests.media.desk import Desk, connect
from tests.support.fake_graph import FakeGraph


@pytest.fixture(autouse=True)
def _of_files(graph: FakeGraph) -> None:
    graph.scripted = "GET"


@pytest.fixture
async def channel(database: Database, graph: FakeGraph) -> Channel:
    return await database.write(connect, graph.base_url)


@pytest.fixture
async def desk(database: Database, channel: Channel, tmp_path: Path) -> AsyncIterator[Desk]:
    made = Desk(database, channel, tmp_path / "media")
    yield made
    await made.close()
