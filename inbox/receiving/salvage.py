"""What can be applied of an entry in which something cannot."""

from collections.abc import Awaitable, Callable, Sequence
from typing import Final

from msgspec.structs import replace

from inbox.conversations.entries import Facts
from inbox.domain.events import Event, Misread
from inbox.receiving.portions import portions
from inbox.storage.database import FAULTS

MOST_APART: Final = 20
"""So many events of an entry that cannot be applied are told from their siblings; then it rests."""

Spoilt = list[tuple[tuple[str, Event], Exception]]
"""Events that cannot be applied, each with what it raised."""
Commit = Callable[[Sequence[Facts]], Awaitable[Exception | None]]
"""Applies in one transaction, or gives what is wrong with it."""


async def save_siblings(one: Facts, poison: Exception, commit: Commit) -> Exception | None:
    """Apply what can be and mark the entry failed; or give why nothing of it can be."""
    if isinstance(poison, FAULTS) or len(one.events) < 2:
        return poison
    spoilt: Spoilt = []
    for [part] in portions([one]):
        await _apart(part, spoilt, commit)
    bad = {id(event) for event, _ in spoilt}
    misread = (*one.misread, *(Misread.of(fault) for _, fault in spoilt))
    good = [event for event in one.events if id(event) not in bad]
    whole = replace(one, events=good, misread=misread)
    return await commit([replace(one, events=[], whole=whole)])


async def _apart(some: Facts, spoilt: Spoilt, commit: Commit) -> None:
    """By halves: what cannot be applied is found in few transactions, and bounded."""
    if len(spoilt) >= MOST_APART:
        spoilt += [(event, spoilt[-1][1]) for event in some.events]
        return
    poison = await commit([replace(some, ends=False)])
    if poison is None:
        return
    if len(some.events) == 1:
        spoilt.append((some.events[0], poison))
        return
    half = len(some.events) // 2
    for part in (some.events[:half], some.events[half:]):
        await _apart(replace(some, events=part), spoilt, commit)
