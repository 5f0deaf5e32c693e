import asyncio

import pytest

from inbox.access import tokens
from inbox.access.uses import Uses
from inbox.domain.times import HOUR, MINUTE, Micros
from inbox.storage.database import Database, on_statement
from tests.access.conftest import NOW


class Clock:
    at = NOW

    def __call__(self) -> Micros:
        return self.at


async def _last(database: Database) -> Micros | None:
    [token] = await database.read(tokens.listing, NOW)
    return token.last_used_at


async def test_a_thousand_uses_are_one_write_a_minute(database: Database) -> None:
    token, _ = await database.write(tokens.add, "CRM", "agent", NOW)
    clock, written = Clock(), list[str]()
    uses = Uses(database, clock)
    on_statement(database, lambda sql: written.append(sql) if "UPDATE" in sql else None)
    for _ in range(3):
        for _ in range(1000):
            uses.note(token.id)
        await uses.flush()
    assert (len(written), await _last(database)) == (1, NOW)
    clock.at = NOW + MINUTE
    uses.note(token.id)
    await uses.flush()
    assert (len(written), await _last(database)) == (2, NOW + MINUTE)
    clock.at = NOW - HOUR  # it was set back
    uses.note(token.id)
    await uses.flush()
    assert (len(written), await _last(database)) == (3, NOW - HOUR)


async def test_a_use_that_cannot_be_written_is_kept(database: Database) -> None:
    token, _ = await database.write(tokens.add, "CRM", "agent", NOW)
    uses = Uses(database, Clock())
    uses.note(token.id)
    away, database.write = database.write, _gone  # type: ignore[method-assign]  # the database goes away, and comes back
    with pytest.raises(OSError, match="gone"):
        await uses.flush()
    database.write = away  # type: ignore[method-assign]  # the database goes away, and comes back
    await uses.flush()
    assert await _last(database) == NOW


async def _gone(*_args: object) -> None:
    raise OSError("gone")


async def test_uses_are_written_while_the_server_runs(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    token, _ = await database.write(tokens.add, "CRM", "agent", NOW)
    monkeypatch.setattr("inbox.access.uses.GATHER_SECONDS", 0)
    uses, written = Uses(database, Clock()), asyncio.Event()
    on_statement(database, lambda sql: written.set() if "UPDATE" in sql else None)
    running = asyncio.create_task(uses.run())
    uses.note(token.id)
    async with asyncio.timeout(10):
        await written.wait()
    assert await database.write(tokens.by_id, token.id, NOW), "a write after it: it is committed"
    assert await _last(database) == NOW
    running.cancel()
