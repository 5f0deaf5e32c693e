"""A trouble that lasts: told when it begins and when it is over, by whoever meets it."""

import asyncio
import logging
from collections.abc import Callable, Coroutine, Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from inbox.access.uses import Uses
from inbox.alerts.monitor import Monitor
from inbox.alerts.pulse import Pulse
from inbox.channels.cache import ChannelCache
from inbox.domain.channels import Channel
from inbox.feed import retention as feed_retention
from inbox.feed.hub import Hub
from inbox.forwarding.forwarder import Forwarder
from inbox.forwarding.pace import Pace
from inbox.media.fetching import Fetcher
from inbox.media.store import Store
from inbox.media.sweeping import keep_tidy
from inbox.media.worker import Worker
from inbox.receiving import retention as webhook_retention
from inbox.search.indexing import Indexer
from inbox.sending.marker import Marker
from inbox.sending.outbox import Outbox
from inbox.storage.database import Database
from inbox.storage.faults import Fault
from inbox.storage.secrets import Sealer
from tests.conversations.conftest import NOW, add_channel, channel

__all__ = ["add_channel", "channel"]

log = logging.getLogger("inbox.tests")
WELL = ": all is well again"


class Away:
    """A database that cannot be reached by the first questions."""

    def __init__(self, database: Database) -> None:
        self._database, self._left = database, 2

    def __getattr__(self, name: str) -> Any:
        return getattr(self._database, name)

    async def read(self, *what: Any, **options: Any) -> Any:
        self._be_away()
        return await self._database.read(*what, **options)

    async def write(self, *what: Any, **options: Any) -> Any:
        self._be_away()
        return await self._database.write(*what, **options)

    def _be_away(self) -> None:
        if self._left:
            self._left -= 1
            raise OSError


class Ear(logging.Handler):
    def __init__(self) -> None:
        super().__init__()
        self.well = asyncio.Event()

    def emit(self, record: logging.LogRecord) -> None:
        if record.getMessage().endswith(WELL):
            self.well.set()


@pytest.fixture
async def ear() -> Any:
    heard = Ear()
    logging.getLogger("inbox").addHandler(heard)
    yield heard
    logging.getLogger("inbox").removeHandler(heard)


Work = Callable[[], Coroutine[Any, Any, None]]


def now() -> int:
    return NOW


def directory(database: Any, _folder: Path, _channel: Channel) -> Work:
    cache = ChannelCache(database, Sealer(b"k" * 40))
    cache.changed()
    return cache.run


def token_uses(database: Any, _folder: Path, _channel: Channel) -> Work:
    uses = Uses(database, now)
    uses.note("t")
    return uses.run


def pulse(database: Any, _folder: Path, channel: Channel) -> Work:
    channels = Pulse(database, dict, now)
    channels.hear(channel.id, NOW)
    return channels.run


def tidying(database: Any, folder: Path, _channel: Channel) -> Work:
    (folder / "media" / "aa" / "bb").mkdir(parents=True)
    store = Store(folder / "media")
    sweep, away = store.sweep_incoming, iter([OSError(), OSError()])

    def failing(older: float) -> None:
        if (fault := next(away, None)) is not None:
            raise fault
        sweep(older)

    store.sweep_incoming = failing  # type: ignore[method-assign]  # a disk that fails at first
    return lambda: keep_tidy(database, store, lambda: NOW)


def outbox(database: Any, _folder: Path, _channel: Channel) -> Work:
    database.shared = True  # else it would begin with a write
    return Outbox(database, dict, httpx.AsyncClient(), now).run


def forwarder(database: Any, _folder: Path, _channel: Channel) -> Work:
    """Nobody is told anything, so it has nothing to begin."""
    database.shared = True
    there: Any = None
    return Forwarder(
        database, Sealer(b"k" * 40), there, Hub(database, lambda _: ""), Pace(), "", now
    ).run


def files(database: Any, folder: Path, _channel: Channel) -> Work:
    database.shared = True
    store = Store(folder)
    return Worker(database, dict, store, Fetcher(store, 1), now).run


LOOPS: dict[str, Callable[[Any, Path, Channel], Work]] = {
    "channels cannot be read again": directory,
    "search does not know what is new": lambda database, *_: Indexer(database).run,
    "uses of tokens are not written": token_uses,
    "channel health is not written": pulse,
    "channels are not watched": lambda database, *_: Monitor(database, now).run,
    "files are not tidied": tidying,
    "files wait": files,
    "read marks wait": lambda database, *_: Marker(database, dict, httpx.AsyncClient(), now).run,
    "the outbox waits": outbox,
    "webhooks are not posted": forwarder,
    "old feed events are not deleted": lambda database, *_: (
        lambda: feed_retention.keep_in_bounds(database, now)
    ),
    "old webhooks are not deleted": lambda database, *_: (
        lambda: webhook_retention.keep_webhooks(database, now, 7, wait=0)
    ),
}
RESTS = {
    "channels.cache": {"FAULT_SECONDS": 0.01},
    "search.indexing": {"FAULT_SECONDS": 0.01, "GATHER_SECONDS": 0.01},
    "access.uses": {"GATHER_SECONDS": 0.01, "PAUSE_SECONDS": 0.01},
    "alerts.pulse": {"BEAT_SECONDS": 0.01},
    "alerts.monitor": {"PAUSE": 10_000},
    "media.worker.Worker": {"idle_seconds": 0.01},
    "sending.marker.Marker": {"idle_seconds": 0.01},
    "sending.outbox.Outbox": {"idle_seconds": 0.01},
    "forwarding.forwarder.Forwarder": {"idle_seconds": 0.01},
    "media.sweeping": {"EVERY_SECONDS": 0.01},
    "feed.retention": {"PAUSE": 10_000},
    "receiving.retention": {"PAUSE": 10_000},
}


@pytest.fixture
def hurried(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    for module, rests in RESTS.items():
        for name, value in rests.items():
            monkeypatch.setattr(f"inbox.{module}.{name}", value)
    yield


@pytest.mark.parametrize("what", LOOPS)
async def test_a_loop_tells_that_it_waits_and_once_that_it_waits_no_more(
    what: str,
    database: Database,
    channel: Channel,
    tmp_path: Path,
    hurried: None,
    ear: Ear,
    caplog: pytest.LogCaptureFixture,
) -> None:
    work = asyncio.create_task(LOOPS[what](Away(database), tmp_path, channel)())
    try:
        async with asyncio.timeout(20):
            await ear.well.wait()
    finally:
        work.cancel()
        await asyncio.gather(work, return_exceptions=True)
    told = [record.getMessage() for record in caplog.records if record.name.startswith("inbox")]
    assert told == [f"{what}: the database cannot be reached", what + WELL]


def test_what_nobody_foresaw_is_told_with_its_traceback_once(
    caplog: pytest.LogCaptureFixture,
) -> None:
    fault = Fault(log, "it waits")
    for error in (OSError(), KeyError("a"), KeyError("b"), OSError()):
        fault.met(error)
    fault.over()
    told = [(record.getMessage(), bool(record.exc_info)) for record in caplog.records]
    away = ("it waits: the database cannot be reached", False)
    unforeseen = ("it waits: an error that was not foreseen: KeyError", True)
    assert told == [away, unforeseen, away, ("it waits" + WELL, False)]


async def test_what_nobody_tries_again_is_over_by_itself(
    caplog: pytest.LogCaptureFixture, ear: Ear
) -> None:
    fault = Fault(log, "it waits", lasting=0.01)
    for _ in range(3):
        fault.met(OSError())
    async with asyncio.timeout(20):
        await ear.well.wait()
    assert fault.reason is None
    told = [record.getMessage() for record in caplog.records]
    assert told == ["it waits: the database cannot be reached", "it waits" + WELL]
