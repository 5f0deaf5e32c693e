"""The ladder of a message's status, derived from a set of receipts (guarantees, law 4).

Receipts are facts and come in any order, twice, or before their message. What is shown is a
function of the set alone, so it cannot depend on the order and cannot go backwards.
"""

from collections.abc import Collection, Iterable
from typing import Final

LADDER: Final = ("queued", "accepted", "sent", "delivered", "read", "played")
RANK: Final = {status: rank for rank, status in enumerate(LADDER)}

FACTS: Final = frozenset({*LADDER[1:], "failed"})
"""Receipts worth keeping. ``accepted`` is our own: the provider's API took the message."""

_PROOF: Final = RANK["delivered"]


def derive_status(receipts: Collection[str]) -> str:
    """The status to show: ``queued sent delivered read played`` or ``failed``.

    ``failed`` wins below ``delivered`` only: proof that a phone has it is stronger.
    """
    highest = max((RANK[status] for status in receipts if status in RANK), default=0)
    if highest < _PROOF and "failed" in receipts:
        return "failed"
    # An accepted message has left us for good: agents see it as sent.
    return "sent" if LADDER[highest] == "accepted" else LADDER[highest]


def step_times(receipts: Iterable[tuple[str, int]]) -> dict[str, int]:
    """The earliest time of each step, for the timeline: ``{"sent": …, "read": …}``."""
    times: dict[str, int] = {}
    for status, at in receipts:
        step = "sent" if status == "accepted" else status
        times[step] = min(at, times.get(step, at))
    return times
