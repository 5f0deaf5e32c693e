"""The open channels in memory: a webhook finds its channel without asking the database.

Another process may add a channel, so a miss looks once more, in the database. Misses that
come together share one look, and looks keep a pause between them: a stranger who tries keys
costs next to nothing, and a new channel's first webhook is never turned away.
"""

import asyncio
import logging
from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any, NamedTuple

from sqlalchemy import Connection, Row, select

from inbox.channels.rows import PLAIN, unseal
from inbox.domain.channels import Channel
from inbox.providers.registry import provider_named, scheme_of
from inbox.storage.database import Database
from inbox.storage.faults import Fault
from inbox.storage.secrets import Sealer, token_digest
from inbox.storage.tables import channels

PAUSE = 0.05
"""Seconds between two looks."""
FAULT_SECONDS = 1.0

log = logging.getLogger(__name__)


class ChannelCache:
    def __init__(self, database: Database, sealer: Sealer, pause: float = PAUSE) -> None:
        self._database = database
        self._sealer = sealer
        self._pause = pause
        self._lock = asyncio.Lock()
        self._looks = 0
        self._next_look = 0.0
        self._read: dict[str, _Read] = {}
        self._by_id: dict[str, Channel] = {}
        self._by_key: dict[str, Channel] = {}
        self._by_account: dict[tuple[str, str], Channel] = {}
        self._changed = asyncio.Event()
        self._fault = Fault(log, "channels cannot be read again")

    @property
    def fault(self) -> str | None:
        """Why what is known here may be old; None while all is well."""
        return self._fault.reason

    def changed(self) -> None:
        """Another process, or this one, has added a channel or given it other secrets."""
        self._changed.set()

    async def run(self) -> None:
        """Follow what changes; a database that is away only makes it later."""
        while True:
            await self._changed.wait()
            self._changed.clear()
            try:
                await self.load()
            except Exception as fault:
                self._fault.met(fault)
                self._changed.set()
                await asyncio.sleep(FAULT_SECONDS)
            else:
                self._fault.over()

    async def load(self) -> None:
        """Read all channels; for the start, and when some changed."""
        async with self._lock:
            await self._look()

    async def look_again(self) -> None:
        """Read them again, unless somebody's look began after this call."""
        looks = self._looks
        async with self._lock:
            if self._looks > looks:
                return
            await asyncio.sleep(self._next_look - asyncio.get_running_loop().time())
            await self._look()

    async def by_key(self, key: str) -> Channel | None:
        """The channel of ``/webhooks/{key}``, also by its former key: see ``Channel.is_at``."""
        known = _digest(key)
        if known not in self._by_key:
            await self.look_again()
        return self._by_key.get(known)

    async def by_id(self, channel_id: str) -> Channel | None:
        if channel_id not in self._by_id:
            await self.look_again()
        return self._by_id.get(channel_id)

    @property
    def known(self) -> Mapping[str, Channel]:
        """By id, as read last: for work that goes on in the background."""
        return self._by_id

    def connected(self, provider: str, account: str) -> Channel | None:
        """The channel of a provider's number, as read last; of several the newest."""
        return self._by_account.get((provider, account))

    def all(self) -> list[Channel]:
        """Oldest first."""
        return list(self._by_id.values())

    def candidates(self) -> list[Channel]:
        """Whose the shared webhook may be.

        Its address is no secret: one without ``secret`` proves nothing there.
        """
        return [found for found in self._by_id.values() if _shares(found)]

    async def _look(self) -> None:
        self._looks += 1
        self._next_look = asyncio.get_running_loop().time() + self._pause
        rows = await self._database.read(_rows)
        # Opening costs more than reading: only what changed is opened again.
        self._read = {row.id: self._opened(row) for row in rows}
        self._by_id = {known: found.channel for known, found in self._read.items()}
        self._by_key = {
            digest: found.channel for found in self._read.values() for digest in found.digests
        }
        self._by_account = {
            (found.provider, found.account): found
            for found in self._by_id.values()
            if found.account is not None and found.state == "connected"
        }

    def _opened(self, row: Row[Any]) -> "_Read":
        before, sealed = self._read.get(row.id), tuple(row)
        if before is not None and before.sealed == sealed:
            return before
        channel = unseal(row._mapping, self._sealer)
        keys = (channel.previous_key, channel.key)
        return _Read(sealed, channel, [token_digest(key) for key in keys if key])


class _Read(NamedTuple):
    """``sealed``: the row, as a tuple: comparing those costs a tenth of comparing rows."""

    sealed: tuple[Any, ...]
    channel: Channel
    digests: list[str]


_digest = lru_cache(maxsize=1_024)(token_digest)


def _rows(connection: Connection) -> Sequence[Row[Any]]:
    query = select(*(channels.c[name] for name in (*PLAIN, "gate", "hours", "sealed")))
    query = query.order_by(channels.c.created_at, channels.c.id)
    return connection.execute(query).all()


def _shares(channel: Channel) -> bool:
    here = channel.state == "connected" and provider_named(channel.provider).shared_webhook
    return here and scheme_of(channel).kind != "path"
