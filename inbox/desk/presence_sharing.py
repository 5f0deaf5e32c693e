"""Keeps presence true as time goes by, and in step between processes.

Redis carries it where there is one. Without it a row of each process does, and the others look
there once a second, while anybody listens: as late as they hear of all else.
"""

import asyncio
from collections.abc import Awaitable, Callable, Sized
from contextlib import suppress
from typing import Final

import msgspec
from sqlalchemy import Connection, delete, select

from inbox.desk.presence import VIEWING_SECONDS, Bulletin, Presence
from inbox.domain.times import SECOND, Micros
from inbox.storage.database import FAULTS, Database
from inbox.storage.dialect import insert
from inbox.storage.tables import presence as rows

PACE_SECONDS: Final = 1.0
KEPT: Final[Micros] = int(VIEWING_SECONDS) * SECOND

Tell = Callable[[str], Awaitable[None]]


async def keep_true(
    presence: Presence,
    database: Database,
    tell: Tell | None,
    listeners: Sized,
    now: Callable[[], Micros],
) -> None:
    """``tell``: how others are told; None: by rows, if there can be any others."""
    if tell or not database.shared:
        await _in_memory(presence, tell)
    await _by_rows(presence, database, listeners, now)


async def _in_memory(presence: Presence, tell: Tell | None) -> None:
    """At once when somebody comes to where nobody was; then once a second while anybody is."""
    while True:
        await presence.stirred.wait()
        presence.expire()
        if (news := presence.news()) and tell:
            await tell(news)
        await asyncio.sleep(PACE_SECONDS)
        if presence.quiet:
            presence.stirred.clear()


async def _by_rows(
    presence: Presence, database: Database, listeners: Sized, now: Callable[[], Micros]
) -> None:
    heard: dict[str, tuple[Micros, str]] = {}
    while True:
        await asyncio.sleep(PACE_SECONDS)
        presence.expire()
        with suppress(*FAULTS):  # it is told elsewhere, and made good a moment later
            if news := presence.news():
                await database.write(tell_by_row, presence.process, news, now())
            if listeners:
                found = await database.read(told_by_rows, now() - KEPT)
                for process in found:
                    if heard.get(process) != found[process]:
                        presence.hear(found[process][1])
                heard = found


async def sees_anywhere(
    presence: Presence, database: Database, now: Callable[[], Micros], user_id: str
) -> bool:
    """Whether a conversation is before this user's eyes, in any process: also where none of this
    one's sockets listens, so that it does not follow what the others say."""
    if presence.sees(user_id) or not database.shared:
        return presence.sees(user_id)
    found = await database.read(told_by_rows, now() - KEPT)
    return any(shows(told, user_id) for _, told in found.values())


def shows(told: str, user_id: str) -> bool:
    """Whether a process says that it shows a conversation to this user."""
    with suppress(msgspec.DecodeError):
        told_now = msgspec.json.decode(told, type=Bulletin)
        return any(who.id == user_id for _, who in told_now.views)
    return False


def tell_by_row(connection: Connection, process: str, told: str, now: Micros) -> None:
    """Say it to the others, and tidy up after those that said nothing for long."""
    connection.execute(delete(rows).where(rows.c.at < now - KEPT))
    row = {"process": process, "at": now, "told": told}
    said = insert(connection, rows).values(row)
    connection.execute(said.on_conflict_do_update(index_elements=["process"], set_=row))


def told_by_rows(connection: Connection, since: Micros) -> dict[str, tuple[Micros, str]]:
    """What each process said last, and when."""
    query = select(rows).where(rows.c.at >= since)
    return {row.process: (row.at, row.told) for row in connection.execute(query)}
