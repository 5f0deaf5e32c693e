"""For what comes a moment later and tells nobody: the index of the search, health, another process.

What is told on a server's feed is waited for there: ``Server.wait_for``, ``Server.settle``.
"""

import time
from collections.abc import Callable
from typing import Any, TypeVar

from tests.support.server import PATIENCE

_Seen = TypeVar("_Seen")

_APART = 0.05
"""Seconds. Who asks without a pause takes the processor from what it waits for."""


def until(look: Callable[[], _Seen], holds: Callable[[_Seen], Any] = bool) -> _Seen:
    """What was seen when it first held; AssertionError with the last of it if it never does."""
    deadline = time.monotonic() + PATIENCE
    while not holds(seen := look()):
        assert time.monotonic() < deadline, seen
        time.sleep(_APART)
    return seen
