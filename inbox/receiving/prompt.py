"""What the journal applies as it stores it: a few entries that nothing is before."""

from collections.abc import Callable, Sequence
from typing import Final, NamedTuple

from msgspec import Struct
from msgspec.structs import replace
from sqlalchemy import Connection

from inbox.conversations.apply import apply_new, hold_channels, result
from inbox.conversations.entries import Entry, Facts
from inbox.domain.channels import Channel
from inbox.domain.times import Micros
from inbox.receiving.journal import store_applied
from inbox.receiving.routing import Channels

PATIENCE_MS: Final = 250
"""So long their sender waits for who holds what they would change; then they are stored alone."""

Read = Callable[[Entry, Channel], Facts]


class Bounds(NamedTuple):
    """For how much at once its senders can wait."""

    entries: int
    bytes: int

    def hold(self, entries: Sequence[Entry]) -> bool:
        return len(entries) <= self.entries and sum(len(e.raw) for e in entries) <= self.bytes


ALONE: Final = Bounds(32, 64 * 1024)
"""Some five milliseconds. Of more, all would wait for all: they are acknowledged first."""
SHARED: Final = Bounds(64, 64 * 1024)
"""The same on PostgreSQL, where several ways there and back are shared by as many as there are."""


class Prompt(Struct, frozen=True):
    """No other process can know of them, and whoever writes about the same channel waits for us, or
    we for them: but not for long, as nobody is to wait for his 200 because another process hangs.

    ``count``: told of them and the seconds they took, when they are committed.
    """

    entries: Sequence[Entry]
    facts: Sequence[Facts]
    channels: Channels
    now: Micros
    count: Callable[[Sequence[Facts], float], None]

    def store_and_apply(self, connection: Connection) -> None:
        hold_channels(connection, self.facts, PATIENCE_MS)
        apply_new(connection, self.facts, self.channels, self.now, self._store)

    def _store(self, connection: Connection) -> None:
        results = [result(one) for one in self.facts]
        store_applied(connection, self.entries, results, self.now)

    def applied(self, seconds: float) -> None:
        for entry in self.entries:
            entry.applied = True
        self.count(self.facts, seconds)


def acknowledged(
    entries: Sequence[Entry], channels: Channels, read: Read, now: Micros
) -> list[Facts] | None:
    """What they say, all of them; None where one is not of a known channel or cannot be read
    whole: it is told of when it is stored and read again.
    """
    if any(entry.channel_id not in channels for entry in entries):
        return None
    try:
        facts = [read(entry, channels[entry.channel_id]) for entry in entries]
    except Exception:
        return None
    if any(one.misread for one in facts):
        return None
    return [replace(one, acknowledged_at=now) for one in facts]
