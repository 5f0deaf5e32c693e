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
    """What the house keeps on the disk, by a template's name and all of its text; in memory, where
    a process that is forked has it as well."""

    def __init__(self, kept: jinja2.BytecodeCache) -> None:
        self._kept = kept

    def get_bucket(
        self, environment: jinja2.Environment, name: str, filename: str | None, source: str
    ) -> Bucket:
        known = name, filename, source
        bucket = Bucket(environment, name, "")
        if known not in _templates:
            _templates[known] = self._kept.get_bucket(environment, *known).code
        bucket.code = _templates[known]
        return bucket

    def load_bytecode(self, bucket: Bucket) -> None:
        raise NotImplementedError("a bucket comes with its code")

    dump_bytecode = load_bytecode


_templates: Final[dict[tuple[str, str | None, str], Any]] = {}


def share() -> None:
    """From now on all engines of this process do, and all its pages."""
    event.listen(Engine, "engine_connect", _share)
    app.environment = pages


def pages(*given: Any) -> jinja2.Environment:
    """The one of the house, which looks here before it looks on the disk."""
    made = environment(*given)
    assert made.bytecode_cache
    made.bytecode_cache = _Templates(made.bytecode_cache)
    return made


def _share(connection: Connection) -> None:
    connection.execution_options(compiled_cache=_compiled)
