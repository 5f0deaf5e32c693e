"""Statements and templates that are compiled once for all databases and houses of a process.

SQLAlchemy keeps what it compiled for each engine apart, and nearly every test opens engines of
its own: a fifth of all their work was to compile the same statements again. Jinja keeps what it
compiled for each environment apart, and there is one for each house and each server.
"""

from typing import Any, Final

import jinja2
from jinja2.bccache import Bucket
from sqlalchemy import Connection, Engine, event

from inbox import app
from inbox.web.present.templating import environment


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


class _Templates(jinja2.BytecodeCache):
    """Jinja's own way to keep what was compiled, by the template's name and file and all of its
    text; in memory, where a process that is forked has it as well."""

    def __init__(self) -> None:
        self._kept: dict[tuple[str, str], Any] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        bucket.code = self._kept.get((bucket.key, bucket.checksum))

    def dump_bytecode(self, bucket: Bucket) -> None:
        self._kept[bucket.key, bucket.checksum] = bucket.code


_templates: Final = _Templates()


def share() -> None:
    """From now on all engines of this process do, and all its pages."""
    event.listen(Engine, "engine_connect", _share)
    app.environment = pages


def pages(*given: Any) -> jinja2.Environment:
    """The one of the house, which looks here before it compiles."""
    made = environment(*given)
    made.bytecode_cache = _templates
    return made


def _share(connection: Connection) -> None:
    connection.execution_options(compiled_cache=_compiled)
