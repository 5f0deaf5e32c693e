"""What every test may ask for: an event loop like the server's, and an empty database."""

import asyncio
import gc
import itertools
import os
import shutil
from collections.abc import AsyncIterator, Callable, Generator, Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager, suppress
from functools import cache
from importlib import import_module
from pathlib import Path
from typing import Any, TypeVar

import pytest

from inbox.domain import ids
from inbox.storage.database import Database, connect
from inbox.storage.migrate import migrate
from inbox.surprises import Surprises
from tests.support import compiled, in_memory
from tests.support.fake_graph import FakeGraph
from tests.support.inhabited import Homes
from tests.support.inside import Inside, inside
from tests.support.kept_connections import kept
from tests.support.postgres import Postgres
from tests.support.postgres import running as running_postgres
from tests.support.server import Server, serving

_Report = TypeVar("_Report", pytest.TestReport, pytest.CollectReport)

_numbers = itertools.count(1)

MigratedDatabase = Callable[[str, Path], AbstractContextManager[str]]

_LONG = ("force", "scale", "feed", "web", "browser", "commands", "server", "fuzz")
"""Folders of tests that take long, begun first: at the end no worker has one left for itself."""


compiled.share()
in_memory.share()
gc.disable()  # while thousands of tests are collected, none of which is rubbish


@pytest.hookimpl(tryfirst=True)
def pytest_collection(session: pytest.Session) -> None:
    """Each worker first imports a part of all tests, so that none compiles what another does.

    After a clean checkout each would compile all of them at the same time. What cannot be
    imported is told of when it is collected.
    """
    turn = int(os.environ.get("PYTEST_XDIST_WORKER", "gw0").removeprefix("gw"))
    workers = int(os.environ.get("PYTEST_XDIST_WORKER_COUNT", "1"))
    if workers > 1 and session.config.args == session.config.getini("testpaths"):
        root = session.config.rootpath
        for file in sorted(root.glob("tests/**/test_*.py"))[turn::workers]:
            with suppress(Exception):
                import_module(".".join(file.relative_to(root).with_suffix("").parts))


def pytest_collection_finish() -> None:
    """What is there now stays: looking through it again and again took a sixth of all the time."""
    gc.enable()
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000, 20, 50)


@pytest.fixture(scope="session")
def anyio_backend() -> tuple[str, dict[str, Any]]:
    return "asyncio", {"use_uvloop": True}


@pytest.fixture(scope="session", autouse=True)
async def _one_loop(anyio_backend: object) -> AsyncIterator[None]:
    """All tests of a worker share it, and the connections to PostgreSQL that live on it."""
    kept.begin()
    yield
    await kept.close()


@pytest.fixture(autouse=True)
def _own_ids(monkeypatch: pytest.MonkeyPatch) -> None:
    """Ids never go back, so a test with a clock ahead would lend it to all that come after."""
    monkeypatch.setattr(ids, "_source", ids._Source())


@pytest.fixture(autouse=True)
def _own_surprises(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A mistake lasts a minute, and tests share their loop: its end was said in another's log."""
    made: list[Surprises] = []
    make = Surprises.__init__

    def remembered(one: Surprises, *how: Any, **more: Any) -> None:
        make(one, *how, **more)
        made.append(one)

    monkeypatch.setattr(Surprises, "__init__", remembered)
    yield
    for one in made:
        one.over()


@pytest.fixture(scope="session")
def postgres() -> Iterator[Postgres]:
    with running_postgres() as server:
        yield server


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(
    request: pytest.FixtureRequest, tmp_path: Path, postgres: Postgres
) -> Iterator[str]:
    """A fresh, empty database on each engine in turn."""
    with _empty_database(request.param, tmp_path, postgres) as url:
        yield url


@pytest.fixture(scope="session")
def migrated_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A migrated database of SQLite, made once: copying it is cheaper than migrating."""
    file = tmp_path_factory.mktemp("migrated") / "inbox.db"
    asyncio.run(migrate(f"sqlite+aiosqlite:///{file}"))
    return file


@pytest.fixture(scope="session")
def migrated(migrated_file: Path, postgres: Postgres) -> dict[str, Any]:
    """One of each engine."""
    asyncio.run(migrate(postgres.create_database("migrated")))
    return {"sqlite": migrated_file, "postgresql": "migrated"}


@pytest.fixture(scope="session")
def migrated_database(postgres: Postgres, migrated: dict[str, Any]) -> MigratedDatabase:
    """On an engine, a migrated and empty database for a while; a file is in the given folder."""
    template = migrated["postgresql"]
    shape, spare = postgres.shape(template), list[str]()

    @contextmanager
    def on(engine: str, folder: Path) -> Iterator[str]:
        if engine == "sqlite":
            shutil.copy(migrated["sqlite"], folder / "inbox.db")
            yield f"sqlite+aiosqlite:///{folder / 'inbox.db'}"
            return
        if not spare:
            spare.append(f"test_{next(_numbers)}")
            postgres.create_database(spare[0], template)
        name = spare.pop()
        kept.names.add(name)
        yield postgres.url(name)
        if postgres.emptied(name, shape, kept.processes()):
            spare.append(name)
        else:
            kept.names.remove(name)
            postgres.drop_database(name)

    return on


@pytest.fixture(params=["sqlite", "postgresql"])
def migrated_url(
    request: pytest.FixtureRequest, tmp_path: Path, migrated_database: MigratedDatabase
) -> Iterator[str]:
    """A migrated, empty database on each engine in turn."""
    with migrated_database(request.param, tmp_path) as url:
        yield url


@pytest.fixture
async def database(migrated_url: str) -> AsyncIterator[Database]:
    """The same, open."""
    opened = connect(migrated_url)
    yield opened
    await opened.close()


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
async def module_database(
    request: pytest.FixtureRequest,
    tmp_path_factory: pytest.TempPathFactory,
    migrated_database: MigratedDatabase,
) -> AsyncIterator[Database]:
    """The same for all tests of a module, of which none minds what another has written."""
    with migrated_database(request.param, tmp_path_factory.mktemp("database")) as url:
        opened = connect(url)
        yield opened
        await opened.close()


@pytest.fixture
async def house(migrated_url: str, tmp_path: Path) -> AsyncIterator[Inside]:
    """The application in this process, on each engine in turn."""
    async with inside(migrated_url, tmp_path) as running:
        yield running


@pytest.fixture
def graph() -> Iterator[FakeGraph]:
    """What replies are sent to, and what it was asked."""
    with FakeGraph() as graph:
        yield graph


@pytest.fixture(scope="session")
def homes(
    tmp_path_factory: pytest.TempPathFactory, postgres: Postgres, migrated: dict[str, Any]
) -> Homes:
    """Where a server begins that need not be set up first."""
    return Homes(tmp_path_factory.mktemp("homes"), postgres, migrated)


@pytest.fixture(scope="session")
def servers(
    tmp_path_factory: pytest.TempPathFactory, homes: Homes, postgres: Postgres
) -> Iterator[Callable[[str], Server]]:
    """The real server on the engine of this name, running till the last test."""
    with ExitStack() as running:

        @cache
        def on(engine: str) -> Server:
            folder = tmp_path_factory.mktemp("server")
            url = running.enter_context(_empty_database(engine, folder, postgres))
            return running.enter_context(serving(homes.server(folder, url)))

        yield on


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def server(request: pytest.FixtureRequest, servers: Callable[[str], Server]) -> Server:
    """The real server, running, on each engine in turn; all tests of a worker share the two.

    So each has a channel and customers of its own, and counts nobody else's. A module whose
    tests stop it, or speak of all that is in it, takes ``lone_server`` in its place.
    """
    return servers(request.param)


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def lone_server(
    request: pytest.FixtureRequest,
    tmp_path_factory: pytest.TempPathFactory,
    homes: Homes,
    postgres: Postgres,
) -> Iterator[Server]:
    """The same for the tests of one module alone."""
    folder = tmp_path_factory.mktemp("server")
    with (
        _empty_database(request.param, folder, postgres) as url,
        serving(homes.server(folder, url)) as running,
    ):
        yield running


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def new_server(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory, postgres: Postgres
) -> Iterator[Server]:
    """The same as a newcomer starts it: on an empty database, waiting to be set up."""
    folder = tmp_path_factory.mktemp("new")
    with (
        _empty_database(request.param, folder, postgres) as url,
        serving(Server(folder, url)) as running,
    ):
        yield running


@contextmanager
def _empty_database(engine: str, folder: Path, postgres: Postgres) -> Iterator[str]:
    if engine == "sqlite":
        yield f"sqlite+aiosqlite:///{folder / 'inbox.db'}"
        return
    name = f"test_{next(_numbers)}"
    yield postgres.create_database(name)
    postgres.drop_database(name)


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    turns = {folder: turn for turn, folder in enumerate(_LONG)}
    items.sort(key=lambda item: turns.get(item.path.parent.name, len(turns)))


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport() -> Generator[None, pytest.TestReport, pytest.TestReport]:
    return _strict((yield))


@pytest.hookimpl(wrapper=True)
def pytest_make_collect_report() -> Generator[None, pytest.CollectReport, pytest.CollectReport]:
    return _strict((yield))


def _strict(report: _Report) -> _Report:
    """On CI everything real is there: what is skipped is missing.

    And half an emoji in a captured log must not stop the worker that passes it on.
    """
    report.sections = [
        (name, text.encode("utf-8", "replace").decode()) for name, text in report.sections
    ]
    if os.environ.get("CI") == "true" and report.skipped and not hasattr(report, "wasxfail"):
        report.outcome = "failed"
        report.longrepr = f"skipped, which CI does not allow: {report.longrepr}"
    return report
