"""Templates as they are compiled, kept beside our modules: Jinja takes longer to compile those of a
page than everything else of a request."""

import marshal
from importlib.util import MAGIC_NUMBER
from pathlib import Path
from types import CodeType
from typing import Final

import jinja2
from jinja2.bccache import Bucket

from inbox.kept import made_once

_MADE_BY: Final = (MAGIC_NUMBER, jinja2.__version__.encode())


class CompiledTemplates(jinja2.BytecodeCache):
    """For one environment, whose options are in the file ``options``."""

    def __init__(self, options: Path) -> None:
        self._options = options.read_bytes()

    def get_bucket(
        self, environment: jinja2.Environment, name: str, filename: str | None, source: str
    ) -> Bucket:
        """With its code, whether that was kept or is made now."""

        def compiled() -> bytes:
            code = environment.compile(source, name, filename)
            assert isinstance(code, CodeType)
            return marshal.dumps(code)

        made_of = (*_MADE_BY, self._options, (filename or "").encode(), source.encode())
        bucket = Bucket(environment, name, "")
        bucket.code = marshal.loads(made_once(_file_of(name), made_of, compiled))  # noqa: S302 - kept where our modules are, and trusted as they are
        return bucket

    def set_bucket(self, bucket: Bucket) -> None:
        """It was kept when it was made."""

    def load_bytecode(self, bucket: Bucket) -> None:
        raise NotImplementedError("a bucket comes with its code")

    dump_bytecode = load_bytecode


def _file_of(name: str) -> str:
    return f"template.{name.removesuffix('.html').replace('/', '.')}"
