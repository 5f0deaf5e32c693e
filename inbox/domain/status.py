"""The ladder of a message's status, derived from a set of receipts (guarantees, law 4).

Receipts are facts and come in any order, twice, or before their message. What is shown is a
function of the set alone, so it cannot depend on the order and cannot go backwards.
"""

from collections.abc import Collection, Iterable
from typing import Final, Literal

from inbox.domain.times import Micros

NotYet = Literal["scheduled", "held"]
"""Not to be sent yet: not before a time, or not before the customer writes."""

Step = Literal["queued", "sent", "delivered", "read", "played", "failed", NotYet]
"""What becomes of a message of ours."""

Status = Literal[Step, "received", "noted"]
"""``noted``: an internal word, of which nothing becomes."""

Receipt = Literal["accepted", "sent", "delivered", "read", "played", "failed"]

LADDER: Final[tuple[Literal[Step, "accepted"], ...]] = (
    "queued",
    "accepted",
    "sent",
    "delivered",
    "read",
    "played",
)
RANK: Final[dict[str, int]] = {status: rank for rank, status in enumerate(LADDER)}

NOT_YET: Final[tuple[NotYet, ...]] = ("scheduled", "held")

FACTS: Final = frozenset({*LADDER[1:], "failed"})
"""Receipts worth keeping. ``accepted`` is our own: the provider's API took the message."""

_PROOF: Final = RANK["delivered"]


def derive_status(receipts: Collection[str]) -> Step:
    """The status to show: ``queued sent delivered read played`` or ``failed``.

    ``failed`` wins below ``delivered`` only: proof that a phone has it is stronger.
    """
    highest = max((RANK[status] for status in receipts if status in RANK), default=0)
    if highest < _PROOF and "failed" in receipts:
        return "failed"
    # An accepted message has left us for good: agents see it as sent.
    reached = LADDER[highest]
    return "sent" if reached == "accepted" else reached


def step_times(receipts: Iterable[tuple[Receipt, Micros]]) -> dict[Step, Micros]:
    """The earliest time of each step, for the timeline: ``{"sent": …, "read": …}``."""
    times: dict[Step, Micros] = {}
    for status, at in receipts:
        step: Step = "sent" if status == "accepted" else status
        times[step] = min(at, times.get(step, at))
    return times
