"""A server of its own on an engine, for what is too long or too rough for the suite."""

import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from tests.support.postgres import running
from tests.support.server import Server

ENGINES = ("sqlite", "postgresql")


@contextmanager
def started(engine: str, **settings: str) -> Iterator[Server]:
    with ExitStack() as stack:
        made = stack.enter_context(tempfile.TemporaryDirectory(prefix="inbox-fuzz-"))
        url = f"sqlite+aiosqlite:///{made}/inbox.db"
        if engine == "postgresql":
            url = stack.enter_context(running()).create_database("fuzz")
        server = Server(Path(made), url)
        server.environment |= settings
        stack.callback(server.start().stop)
        yield server
