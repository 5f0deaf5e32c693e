"""A part of what goes on in the background, told once: its loop, fault, ears and advice."""

from collections.abc import Callable
from typing import NamedTuple

from msgspec import Struct

from inbox.feed.log import FeedEvent
from inbox.supervisor import Supervisor, Work

Fault = Callable[[], str | None]
"""What is wrong just now, in words or by the kind of what was raised; None: all is well."""


class CheckAdvice(NamedTuple):
    title: str
    good: str
    """What is so while the check is green."""
    do: str


def _well() -> None:
    """Of a part that cannot be amiss while it runs."""


class Part(Struct, frozen=True, kw_only=True):
    """``name`` stands in ``/health`` and in metrics, so it stays as it is."""

    name: str
    advice: CheckAdvice
    run: Work | None = None
    """Its loop, which the supervisor keeps going; None: it works when it is asked."""
    fault: Fault = _well
    hear: Callable[[FeedEvent], None] | None = None
    """Told of every event of the log, whichever process wrote it."""
    spare: bool = False
    """All goes on without it, only slower: the server is degraded, and sends nobody away."""

    def reason(self, supervisor: Supervisor) -> str | None:
        """Why its check is red; None: it is green."""
        stopped = supervisor.reason(self.name) if self.run else None
        return stopped or self.fault()
