"""What is made of our own files alone, kept beside our compiled modules as Python keeps those.

To make it anew would come to the same at every start, until a file of ours changes.
"""

import os
import sys
from collections.abc import Callable, Iterable
from contextlib import suppress
from hashlib import sha256
from importlib.util import cache_from_source
from pathlib import Path

_DIGEST = sha256().digest_size


def made_once(name: str, made_of: Iterable[bytes], make: Callable[[], bytes]) -> bytes:
    """What ``make`` gives, of when all that it is ``made_of`` was just as it is now.

    As with modules, whoever may not write there, or is told not to, makes it each time.
    """
    place = Path(cache_from_source(str(Path(__file__).with_name(f"{name}.py")))).with_suffix(
        ".kept"
    )
    inputs = sha256(b"".join(sha256(each).digest() for each in made_of)).digest()
    found = _read(place, inputs)
    if found is None:
        found = make()
        if not sys.dont_write_bytecode:
            with suppress(OSError):
                _write(place, inputs, found)
    return found


def _read(place: Path, inputs: bytes) -> bytes | None:
    """None for what is not there, is of other files, or was not written to its end."""
    try:
        whole = place.read_bytes()
    except OSError:
        return None
    digest, content = whole[:_DIGEST], whole[_DIGEST:]
    return content if digest == _mark(inputs, content) else None


def _write(place: Path, inputs: bytes, content: bytes) -> None:
    """At once: others read it, and several processes may start together."""
    place.parent.mkdir(exist_ok=True, parents=True)
    beside = place.with_suffix(f".{os.getpid()}")
    beside.write_bytes(_mark(inputs, content) + content)
    beside.replace(place)


def _mark(inputs: bytes, content: bytes) -> bytes:
    return sha256(inputs + content).digest()
