"""A PostgreSQL that is durable, on the server's core: who serves has one, database included."""

from tests.bench.bench import Bench
from tests.bench.machine import SERVER_CORE, pinned
from tests.support.postgres import running


def database(bench: Bench) -> str:
    """The URL of an empty one, on a server that is started once in a run."""
    if bench.postgres is None:
        with pinned(SERVER_CORE):
            started = running(bench.scratch.parent, durable=True)
            bench.postgres = bench.made.enter_context(started)
    return bench.postgres.create_database(f"bench_{bench.numbers(1).start}")
