"""Tidying: what a dead process was writing, what nobody sent, files that nothing has any more."""

import asyncio
import logging
from collections.abc import Callable
from typing import Final

from inbox.conversations import files, uploads
from inbox.domain.times import Micros
from inbox.media.store import Store
from inbox.storage.database import FAULTS, Database
from inbox.storage.faults import Fault

log = logging.getLogger(__name__)

EVERY_SECONDS: Final = 3600.0
WRITING_SECONDS: Final = 3600.0
"""Longer than any file takes to come: another process may be at it."""


async def keep_tidy(database: Database, store: Store, now: Callable[[], Micros]) -> None:
    """For ever, beginning now. A SQLite file has one process, so what was being written is dead."""
    waits = Fault(log, "files are not tidied")
    started = WRITING_SECONDS if database.shared else 0.0
    while True:
        try:
            await asyncio.to_thread(store.sweep_incoming, started)
            await asyncio.to_thread(store.sweep_partial)
            await database.write(uploads.forget_unsent, now())
            await sweep(database, store)
            waits.over()
        except FAULTS as fault:
            waits.met(fault)
        started = WRITING_SECONDS
        await asyncio.sleep(EVERY_SECONDS)


async def sweep(database: Database, store: Store) -> int:
    """Remove old files that belong to no message and are not to be sent; how many."""
    removed = 0
    for folder in await asyncio.to_thread(store.folders):
        old = await asyncio.to_thread(store.old, folder)
        if not old:
            continue
        held = await database.read(files.held, list(old))
        lost = [path for digest, paths in old.items() if digest not in held for path in paths]
        removed += await asyncio.to_thread(store.remove, lost)
    return removed
