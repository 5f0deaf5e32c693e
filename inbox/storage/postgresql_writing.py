"""Connections to PostgreSQL that are kept for writing: each transaction takes one for itself.

A pool would ask each connection first whether it still lives, prepare every statement on every
one of them in turn, and give each a context, a cursor and a result.
"""

import asyncio
import re
import time
from collections.abc import Awaitable, Callable, Iterator, Sequence
from contextlib import contextmanager
from functools import lru_cache, partial
from itertools import chain
from typing import Any, TypeVar, cast

import asyncpg  # type: ignore[import-untyped]  # it has none
from sqlalchemy import Connection, event
from sqlalchemy.exc import DBAPIError, InvalidRequestError, SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine
from sqlalchemy.util import await_only, greenlet_spawn

from inbox.storage.direct import DIRECT, Row
from inbox.storage.postgresql import QUIET_SECONDS, told_as_fault

KEPT = 4
"""Who receives, who applies, and some more; what is written beside goes back to the pool."""

DRIVER_ERRORS = (asyncpg.PostgresError, asyncpg.InterfaceError)

_BEGIN = "BEGIN ISOLATION LEVEL READ COMMITTED"
"""Who waited for a lock must see what was committed meanwhile, whatever the database's default."""

_BY_KEYS, _AS_BEFORE = "SET enable_seqscan = off", "RESET enable_seqscan"
"""What is written often is found by its keys. A plan that is kept from when a table was small, or
before it was counted, would read all of it again and again as it grows."""

T = TypeVar("T")


class DriverConnection:
    """asyncpg's own connection (``storage/direct.py``), used within SQLAlchemy's greenlets.

    Each way to the database and back costs more than what a small statement does there. So a
    transaction begins with its first statement, and together with a lock that is asked for first;
    and what gives nothing back waits for the next statement, to go with it.

    ``heard``: who is told of every statement. asyncpg keeps what it has prepared, as many as the
    database's address says.
    """

    def __init__(self, connection: Connection, heard: list[Callable[[str], None]]) -> None:
        self._connection, self._heard = connection, heard
        self.driver: Any = connection.connection.driver_connection
        self.waits = False
        """Whether there is a transaction of which the database does not know yet."""
        self._later: dict[str, tuple[str, Row]] = {}

    def each(self, sql: str, rows: Sequence[Row]) -> None:
        if len(rows) == 1:
            self.run(sql, rows[0])
        elif rows and (columns := by_lists(sql)) and len({row[-1] for row in rows}) == len(rows):
            self.run(columns, tuple(zip(*rows, strict=True)))
        elif rows:
            self._tell(sql)
            self._do(sql, self.driver.executemany, sql, rows)

    def run(self, sql: str, values: Row) -> None:
        """Not yet, where that is all the same: what follows on another table goes with it."""
        self._tell(sql)
        table = changed_table(sql)
        if self._awaited_by(sql):
            self._flush()
        if table is None:
            self._do(sql, self.driver.fetch, sql, *values)
        else:
            self._later[table] = (sql, values)

    def rows(self, sql: str, values: Row) -> Sequence[Sequence[Any]]:
        self._tell(sql)
        if changed_table(sql) is not None and not self._awaited_by(sql):
            sql, values = self._with_later(sql, values)
        return cast(Sequence[Sequence[Any]], self._do(sql, self.driver.fetch, sql, *values))

    def lock(self, keys: Sequence[int], before: Sequence[str] = ()) -> None:
        """Advisory locks until the commit, in this order, and what is to be set before."""
        each = "; ".join((*before, *(f"SELECT pg_advisory_xact_lock({key:d})" for key in keys)))
        self._tell(each)
        if self.waits and not self._later:
            self._frame(f"{_BEGIN}; {each}")
            self.waits = False
        else:
            self.ready()
            self._frame(each)

    def ready(self) -> None:
        """Begin what is to be begun and do what is still to be done, before a statement."""
        if self.waits:
            self._frame(_BEGIN)
            self.waits = False
        self._flush()

    def _flush(self) -> None:
        if self._later:
            _, (sql, values) = self._later.popitem()
            sql, values = self._with_later(sql, values)
            self._do(sql, self.driver.fetch, sql, *values)

    def _with_later(self, sql: str, values: Row) -> tuple[str, Row]:
        """The same, after what is still to be done."""
        if not self._later:
            return sql, values
        before, given = zip(*self._later.values(), strict=True)
        self._later.clear()
        return written_together((*before, sql)), tuple(chain(*given, values))

    def _awaited_by(self, sql: str) -> bool:
        """Whether it may read what is still to be written: statements that go together do not see
        what the others do.
        """
        return any(table in sql for table in self._later)

    def forget(self) -> None:
        """What was not done yet is not to be done any more."""
        self.waits = False
        self._later.clear()

    def commit(self) -> None:
        if self._later:
            self.ready()
        if not self.waits and self._frame("COMMIT") != "COMMIT":
            # Of a transaction in which a statement failed, whoever may have caught that.
            raise InvalidRequestError("the database rolled back what was to be committed")

    def _frame(self, sql: str) -> str:
        """Gives the database's word for what it did."""
        with self._as_sqlalchemy(sql):
            return str(await_only(self.driver.execute(sql)))

    def _do(self, sql: str, work: Callable[..., Awaitable[Any]], *given: Any) -> Any:
        self.ready()
        with self._as_sqlalchemy(sql):
            return await_only(work(*given))

    def _tell(self, sql: str) -> None:
        for hear in self._heard:
            hear(sql)

    @contextmanager
    def _as_sqlalchemy(self, sql: str) -> Iterator[None]:
        try:
            yield
        except DRIVER_ERRORS as fault:
            raise self._translated(fault, sql) from fault

    def _translated(self, fault: Exception, sql: str) -> Exception:
        """As SQLAlchemy would have raised it."""
        adapted = cast(Any, self._connection.connection.dbapi_connection)
        try:
            adapted._handle_exception(fault)
        except adapted.dbapi.Error as same:
            told = DBAPIError.instance(sql, None, same, adapted.dbapi.Error, hide_parameters=True)
            assert isinstance(told, DBAPIError)
            return told_as_fault(told, self.driver.is_closed()) or told
        except Exception as other:
            return other
        return fault


_CHANGE = re.compile(r"(?:UPDATE|INSERT INTO|DELETE FROM) (\w+) ")
_LOCK = re.compile(r"SELECT pg_advisory_xact_lock\(\d+\)")
_UPDATE = re.compile(
    r"UPDATE (?P<table>\w+) SET (?P<sets>\w+=\$\d+::[A-Z]+(?:, \w+=\$\d+::[A-Z]+)*)"
    r" WHERE \w+\.(?P<key>\w+) = \$\d+::(?P<kind>[A-Z]+)"
)
_SET = re.compile(r"(\w+)=\$\d+::([A-Z]+)")
_MARK = re.compile(r"\$(\d+)")


@lru_cache(maxsize=1024)
def changed_table(sql: str) -> str | None:
    """The table that a statement writes to, if that is what it does."""
    found = _CHANGE.match(sql)
    return found and found[1]


@lru_cache(maxsize=1024)
def by_lists(sql: str) -> str | None:
    """An UPDATE of one row by its key, which comes last, as one of as many as the lists name.

    Not for two of the same key: only one of them would count.
    """
    found = _UPDATE.fullmatch(sql)
    marks = [int(mark) for mark in _MARK.findall(sql)]
    if found is None or marks != [*range(1, len(marks) + 1)]:
        return None
    table, sets = found["table"], _SET.findall(found["sets"])
    kinds = [*(kind for _, kind in sets), found["kind"]]
    lists = ", ".join(f"${n}::{kind}[]" for n, kind in enumerate(kinds, 1))
    names = ", ".join(f"c{n}" for n in range(len(kinds)))
    changed = ", ".join(f"{column}=given.c{n}" for n, (column, _) in enumerate(sets))
    return (
        f"UPDATE {table} SET {changed} FROM unnest({lists}) AS given ({names})"  # noqa: S608 - our own compiled statement
        f" WHERE {table}.{found['key']} = given.c{len(sets)}"
    )


@lru_cache(maxsize=256)
def written_together(several: tuple[str, ...]) -> str:
    """Writes to as many tables as one statement; it gives what the last of them gives."""
    parts, taken = [], 0
    for sql in several:
        parts.append(_MARK.sub(partial(_moved, taken), sql))
        taken += max((int(mark) for mark in _MARK.findall(sql)), default=0)
    *first, last = parts
    if _LOCK.search(last):
        # Who waits for a lock waits with all that it wrote held already, as if one by one: else
        # two could wait for each other.
        first = [part if "RETURNING" in part else f"{part} RETURNING 1" for part in first]
        done = " + ".join(f"(SELECT count(*) FROM write_{n})" for n in range(len(first)))  # noqa: S608 - names of our own
        last = _LOCK.sub(rf"\g<0> WHERE {done} >= 0", last)
    before = ", ".join(f"write_{n} AS ({part})" for n, part in enumerate(first))
    return f"WITH {before} {last}"


def _moved(by: int, mark: re.Match[str]) -> str:
    return f"${int(mark[1]) + by}"


class KeptConnection:
    """One connection, SQLAlchemy's and our own; SQLAlchemy begins and ends nothing on it."""

    def __init__(self, shell: AsyncConnection, heard: list[Callable[[str], None]]) -> None:
        assert shell.sync_connection is not None
        self._shell, self._connection = shell, shell.sync_connection
        self._direct = DriverConnection(self._connection, heard)
        self._connection.info[DIRECT] = self._direct
        self._heard_at, self._proven = time.monotonic(), False

    async def lives(self) -> bool:
        """As far as anybody knows: the driver is told of nearly every end."""
        driver = self._direct.driver
        if driver.is_closed() or time.monotonic() - self._heard_at < QUIET_SECONDS:
            return not driver.is_closed()
        try:
            await driver.execute("SELECT 1")
        except (*DRIVER_ERRORS, ConnectionError):
            return False
        return True

    async def run(self, work: Callable[[Connection], T], alone: bool) -> T:
        """Do it and commit. ``alone``: it is one statement, which is a transaction by itself."""
        self._direct.forget()
        self._direct.waits = not alone
        found: T = await greenlet_spawn(self._alone if alone else self._whole, work)
        self._heard_at, self._proven = time.monotonic(), True
        return found

    def _alone(self, work: Callable[[Connection], T]) -> T:
        found = work(self._connection)
        self._direct.ready()
        return found

    def _whole(self, work: Callable[[Connection], T]) -> T:
        found = work(self._connection)
        self._direct.commit()
        return found

    @property
    def ended_before_it_began(self) -> bool:
        """Whether nothing of the work was done, since the connection was lost meanwhile."""
        return self._proven and self._direct.waits and self._direct.driver.is_closed()

    async def rolled_back(self) -> bool:
        """Undo what the work did, on the connection that goes on; whether that could be done."""
        try:
            if self._direct.driver.is_in_transaction():
                await self._direct.driver.execute("ROLLBACK")
        except (*DRIVER_ERRORS, OSError):
            return False
        return True

    async def give_back(self) -> None:
        """To the pool, as any other."""
        del self._connection.info[DIRECT]
        try:
            await self._shell.exec_driver_sql(_AS_BEFORE)
        except (SQLAlchemyError, OSError):
            await self._shell.invalidate()
        await self._shell.close()

    async def discard(self) -> None:
        await self._shell.invalidate()
        await self._shell.close()


class Writers:
    """Those that are kept. A work goes to the one that did such a work last: what it needs is
    prepared there, and near its processor. Else to the one used last, which has prepared most.
    """

    def __init__(self, engine: AsyncEngine) -> None:
        self._engine = engine
        self._idle: list[KeptConnection] = []
        self._last: dict[str, KeptConnection] = {}
        """By the name of a work, of which there are as many as functions of ours."""
        self.heard: list[Callable[[str], None]] = []
        event.listen(engine.sync_engine, "before_cursor_execute", _begin_first)

    async def transact(
        self, work: Callable[[Connection], T], work_name: str, alone: bool = False
    ) -> T:
        """Do the work and commit, or raise and leave nothing of it."""
        while True:
            kept = await self._kept(work_name)
            try:
                found = await kept.run(work, alone)
            except BaseException as fault:
                # Asked first: whoever recovers may close it. Who is cancelled does not begin again.
                again = isinstance(fault, Exception) and kept.ended_before_it_began
                await asyncio.shield(self._recover(kept, fault))
                if not again:
                    raise
            else:
                await self._keep(kept)
                return found

    async def _kept(self, work_name: str) -> KeptConnection:
        while self._idle:
            last = self._last.get(work_name)
            kept = last if last in self._idle else self._idle[-1]
            self._idle.remove(kept)
            self._last[work_name] = kept
            try:
                if await kept.lives():
                    return kept
            except BaseException:
                await asyncio.shield(kept.discard())
                raise
            await kept.discard()
        self._last[work_name] = kept = await self._opened()
        return kept

    async def _opened(self) -> KeptConnection:
        shell = await self._engine.connect()
        try:
            # What SQLAlchemy would begin by itself is begun here.
            await shell.execution_options(isolation_level="AUTOCOMMIT")
            await shell.exec_driver_sql(_BY_KEYS)
        except BaseException:
            await asyncio.shield(shell.close())
            raise
        return KeptConnection(shell, self.heard)

    async def _recover(self, kept: KeptConnection, fault: BaseException) -> None:
        """A connection that met a fault may be of no more use: then another one is opened."""
        if refused_by_us(fault) and await kept.rolled_back():
            await self._keep(kept)
        else:
            await kept.discard()

    async def _keep(self, kept: KeptConnection) -> None:
        if len(self._idle) < KEPT:
            self._idle.append(kept)
        else:
            await asyncio.shield(kept.give_back())

    async def close(self) -> None:
        while self._idle:
            await self._idle.pop().give_back()


def _begin_first(connection: Connection, *_: Any) -> None:
    """Also SQLAlchemy's own statements are in the transaction."""
    if (kept := connection.info.get(DIRECT)) is not None:
        kept.ready()


def refused_by_us(fault: BaseException | None) -> bool:
    """Whether the work was given up for a reason of its own, and the database had no part in it."""
    while fault is not None:
        theirs = isinstance(fault, (SQLAlchemyError, OSError, *DRIVER_ERRORS))
        if theirs or not isinstance(fault, Exception):
            return False
        fault = fault.__cause__ or fault.__context__
    return True
