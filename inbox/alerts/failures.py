"""When refusals mean that the proofs of a channel fail, and not that somebody tries the door.

Anybody who knows the address can send what is refused. So one, or a handful at once, say
nothing; and what comes to the shared address counts only for a channel that misses its own.

- *Only refusals*: since the last that was taken at least ``LEAST`` were refused, and they went
  on for ten minutes and more. Of ten minutes ``A_SLOT`` count at most: a burst is no failing.
- *Mostly refusals*: within half an hour at least ``MANY`` were refused, and at least as many as
  were taken.

It is over when webhooks are taken again, and of those of the last twenty minutes no more than
one in ``FEW`` is refused. Pure: slots in, what is wrong out.
"""

from collections.abc import Sequence
from typing import NamedTuple

from inbox.alerts.counts import Slot

LEAST = 5
A_SLOT = 3
MANY = 20
FEW = 5
RECENT = 3
"""Slots: this one and the two before it."""
CALM = 2


class Refusing(NamedTuple):
    """``first``: the slot in which it began."""

    first: int
    refused: int
    accepted: int
    shared: bool = False
    """Most of them came to the shared address."""


def only_refused(since_taken: Sequence[Slot], now: int, *, shared: bool) -> Refusing | None:
    """``since_taken``: the slots after the last with one that was taken.

    ``now``: the slot of this moment; ``shared``: what came to the shared address counts.
    """
    refused = [(one.slot, one.refused + shared * one.refused_shared) for one in since_taken]
    refused = [(slot, number) for slot, number in refused if number]
    apart = sum(one.refused for one in since_taken)
    enough = sum(min(number, A_SLOT) for _, number in refused) >= LEAST
    found = _lasting(refused, 0, now) if enough else None
    return found and found._replace(shared=found.refused > 2 * apart)


def mostly_refused(slots: Sequence[Slot], now: int) -> Refusing | None:
    """Of the ``RECENT`` slots."""
    accepted = sum(one.accepted for one in slots)
    refused = [(one.slot, one.refused) for one in slots if one.refused]
    found = _lasting(refused, accepted, now)
    return found if found and found.refused >= max(MANY, accepted) else None


def _lasting(refused: Sequence[tuple[int, int]], accepted: int, now: int) -> Refusing | None:
    # Two slots that are neighbours may be a second: from one's end a whole further one passed.
    if len(refused) < 2 or now < refused[0][0] + 2:
        return None
    return Refusing(refused[0][0], sum(each for _, each in refused), accepted)


def calm(since_raised: Sequence[Slot], now: int) -> bool:
    """Whether it is over: proofs are right again. ``since_raised``: slots since the alert."""
    accepted = [one.slot for one in since_raised if one.accepted]
    if not accepted:
        return False
    refused = [one.slot for one in since_raised if one.refused]
    if not refused or (accepted[-1] > refused[-1] and now > refused[-1]):
        return True
    latest = [one for one in since_raised if one.slot > now - CALM]
    bad, good = sum(one.refused for one in latest), sum(one.accepted for one in latest)
    return bool(good) and bad * FEW <= bad + good
