from collections.abc import Iterator

import pytest

from tests.support.server import Server


@pytest.fixture
def well(server: Server) -> Iterator[None]:
    """After each of these the server is well, has nothing to complain of, and still answers."""
    before = len(server.complaints)
    yield
    assert server.provider.get("/health").status_code == 200
    assert server.complaints[before:] == []
