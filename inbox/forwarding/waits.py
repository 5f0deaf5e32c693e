"""How long is waited before what failed is tried again: pure arithmetic."""

import secrets
from typing import Final

from inbox.domain.times import DAY, HOUR, MINUTE, SECOND, Micros

WAITS: Final[tuple[Micros, ...]] = (
    5 * SECOND,
    5 * MINUTE,
    30 * MINUTE,
    2 * HOUR,
    5 * HOUR,
    10 * HOUR,
    14 * HOUR,
    20 * HOUR,
    24 * HOUR,
)
"""Between the tries of one delivery: ten within a little more than three days."""
JITTER: Final = 0.1
LONGEST: Final[Micros] = 30 * HOUR
"""No wait is longer, jitter included."""
MOST_ASKED: Final[Micros] = DAY
"""So long a Retry-After is heeded for one delivery."""

PATIENCE: Final = 3
"""Failures in a row after which an endpoint rests."""
FIRST_REST: Final[Micros] = 5 * SECOND
LONGEST_REST: Final[Micros] = 10 * MINUTE
FAILING: Final[Micros] = 3 * DAY
"""Who has taken nothing for so long is switched off."""


def next_wait(tries: int, asked: Micros = 0) -> Micros | None:
    """After so many tries; None: that was the last. ``asked`` is what the receiver wants."""
    if tries > len(WAITS):
        return None
    return max(_about(WAITS[tries - 1]), min(asked, MOST_ASKED))


def rest(failures: int, asked: Micros = 0) -> Micros:
    """Of the whole endpoint, after so many failures in a row; 0: it need not rest."""
    wanted = min(asked, HOUR)
    if failures < PATIENCE:
        return wanted
    doubled = FIRST_REST << min(failures - PATIENCE, 20)
    return max(_about(min(doubled, LONGEST_REST)), wanted)


def _about(wait: Micros) -> Micros:
    """Those that failed together do not come again together."""
    spread = round(wait * JITTER)
    return wait - spread + secrets.randbelow(2 * spread + 1)
