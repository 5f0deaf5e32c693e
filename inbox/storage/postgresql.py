"""What PostgreSQL needs told: which of its errors pass, and that a commit is one."""

import math
import time
from typing import Any

from sqlalchemy import Engine, event
from sqlalchemy.engine import ExceptionContext, make_url
from sqlalchemy.exc import DBAPIError, DisconnectionError, InternalError, OperationalError
from sqlalchemy.pool import ConnectionPoolEntry

CONNECT_SECONDS = 5
POOL_SECONDS = 5
STATEMENT_SECONDS = 15
"""Against a server that holds its connections and answers nothing."""

QUIET_SECONDS = 10.0
"""A connection of which so long nothing was heard is asked whether it lives."""
_QUIET_SINCE = "quiet_since"

_PASSING = ("08", "40", "53", "55", "57", "58")
"""SQLSTATE classes: connection, rolled back (deadlock), resources, lock, shutdown, system."""
_DEADLOCK = "40P01"
_READ_ONLY = "25006"
"""After a failover this connection leads to a standby: another one may lead to the primary."""


def driver_options(url: str, statements: float | None = STATEMENT_SECONDS) -> dict[str, object]:
    """What the driver takes as no words: as the address says it, or as usual.

    ``statements``: how long one may take, in seconds; None: as long as it needs, whatever is said.
    """
    said = make_url(url).query
    options: dict[str, object] = {
        "timeout": float(str(said.get("timeout", CONNECT_SECONDS))),
        "command_timeout": statements and float(str(said.get("command_timeout", statements))),
    }
    if "statement_cache_size" in said:
        options["statement_cache_size"] = int(str(said["statement_cache_size"]))
    if "direct_tls" in said:
        options["direct_tls"] = said["direct_tls"] == "true"
    return options


def tune_connection(engine: Engine) -> None:
    event.listen(engine, "handle_error", _name)
    event.listen(engine, "connect", _configure)
    event.listen(engine, "checkin", _note)
    event.listen(engine, "checkout", _look)


def _name(context: ExceptionContext) -> OperationalError | None:
    error = context.sqlalchemy_exception
    if not isinstance(error, DBAPIError):
        return None
    told = told_as_fault(error, context.is_disconnect)
    context.is_disconnect = context.is_disconnect or leads_nowhere(error)
    return told


def told_as_fault(error: DBAPIError, lost: bool) -> OperationalError | None:
    """What is no fault of the statement as ``OperationalError``, which other drivers call it.

    The dialect knows most of asyncpg's errors only as ``DBAPIError``, which says nothing.
    ``lost``: the connection is. None: its name is right.
    """
    if isinstance(error, OperationalError):
        return None
    lost = lost or leads_nowhere(error)
    if not (lost or _state(error).startswith(_PASSING)):
        return None
    return OperationalError(
        error.statement,
        error.params,
        error.orig or error,
        hide_parameters=True,
        connection_invalidated=lost,
    )


def leads_nowhere(error: DBAPIError) -> bool:
    """Whether its connection can be of no more use, though it is open.

    Where one ends while it is being set up, asyncpg may say that it is at odds with itself: an
    ``InternalError`` that no server has sent.
    """
    at_odds = isinstance(error, InternalError) and not _state(error)
    return at_odds or _state(error) == _READ_ONLY


def _state(error: DBAPIError) -> str:
    return getattr(error.orig, "sqlstate", None) or ""


def gave_way(fault: OperationalError) -> bool:
    """Whether two transactions waited for each other, and this is the one that was ended."""
    return getattr(fault.orig, "sqlstate", None) == _DEADLOCK


def _note(_connection: Any, record: ConnectionPoolEntry) -> None:
    record.info[_QUIET_SINCE] = time.monotonic()


def _look(connection: Any, record: ConnectionPoolEntry, _proxy: Any) -> None:
    """Whether it still lives, before it is used: the driver knows of nearly every end at once.

    To ask is three ways to the database and back, so only one that was quiet for long is asked:
    what is between may have forgotten it.
    """
    if connection.driver_connection.is_closed():
        raise DisconnectionError
    if time.monotonic() - record.info.get(_QUIET_SINCE, math.inf) > QUIET_SECONDS:
        try:
            connection.ping()
        except connection.dbapi.Error as fault:
            raise DisconnectionError from fault


def _configure(connection: Any, _record: Any) -> None:
    """A 200 means committed to disk, so a server that was told not to wait waits for us.

    Whoever asked for more than ``on``, for a replica too, keeps it.
    """
    cursor = connection.cursor()
    cursor.execute(
        "SELECT set_config('synchronous_commit', 'on', false)"
        " WHERE current_setting('synchronous_commit') = 'off'"
    )
    cursor.fetchall()
    cursor.close()
    connection.commit()
