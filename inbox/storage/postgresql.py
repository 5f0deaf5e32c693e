"""What PostgreSQL needs told: which of its errors pass, and that a commit is one."""

from typing import Any

from sqlalchemy import Engine, event
from sqlalchemy.engine import ExceptionContext, make_url
from sqlalchemy.exc import DBAPIError, OperationalError

CONNECT_SECONDS = 5
POOL_SECONDS = 5
STATEMENT_SECONDS = 15
"""Against a server that holds its connections and answers nothing."""

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


def _name(context: ExceptionContext) -> OperationalError | None:
    """Call what is no fault of the statement ``OperationalError``, as other drivers do.

    The dialect knows most of asyncpg's errors only as ``DBAPIError``, which says nothing.
    """
    error = context.sqlalchemy_exception
    if not isinstance(error, DBAPIError) or isinstance(error, OperationalError):
        return None
    state = getattr(error.orig, "sqlstate", None) or ""
    context.is_disconnect = context.is_disconnect or state == _READ_ONLY
    if not (context.is_disconnect or state.startswith(_PASSING)):
        return None
    return OperationalError(
        error.statement,
        error.params,
        error.orig or context.original_exception,
        hide_parameters=True,
        connection_invalidated=context.is_disconnect,
    )


def gave_way(fault: OperationalError) -> bool:
    """Whether two transactions waited for each other, and this is the one that was ended."""
    return getattr(fault.orig, "sqlstate", None) == _DEADLOCK


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
