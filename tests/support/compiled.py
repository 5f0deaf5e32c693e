"""Statements that are compiled once for all databases of a test process.

SQLAlchemy keeps what it compiled for each engine apart, and nearly every test opens engines of
its own: a fifth of all their work was to compile the same statements again.
"""

from typing import Any

from sqlalchemy import Connection, Engine, event


class _Compiled(dict[tuple[Any, ...], Any]):
    """Kept by the name of a dialect, where SQLAlchemy asks by the engine's own instance of it."""

    def get(self, key: tuple[Any, ...], default: Any = None) -> Any:
        return super().get(_named(key), default)

    def __setitem__(self, key: tuple[Any, ...], compiled: Any) -> None:
        super().__setitem__(_named(key), compiled)


def _named(key: tuple[Any, ...]) -> tuple[Any, ...]:
    dialect, *rest = key
    return dialect.name, dialect.driver, *rest


_compiled = _Compiled()


def share() -> None:
    """From now on all engines of this process do."""
    event.listen(Engine, "engine_connect", _share)


def _share(connection: Connection) -> None:
    connection.execution_options(compiled_cache=_compiled)
