"""What a measurement is given: how much to do, where, and whom to tell."""

import sys
from dataclasses import dataclass, field
from pathlib import Path

LOAD_BOUND = 0.9
"""A load that computed for more of the time than this was itself the limit."""


@dataclass(slots=True, kw_only=True)
class Bench:
    scratch: Path
    quick: bool
    notes: list[str] = field(default_factory=list)
    slower: float | None = None
    """Than the peer's machine, once it is known (``peer.slower``)."""
    _next: int = 1

    def some(self, quick: int, full: int) -> int:
        return quick if self.quick else full

    def numbers(self, count: int) -> range:
        """Of messages that no other round sent."""
        first, self._next = self._next, self._next + count
        return range(first, self._next)

    def say(self, words: str) -> None:
        """Progress, for who watches."""
        print(f"  {words}", file=sys.stderr, flush=True)

    def judge_load(self, name: str, share: float) -> None:
        if share > LOAD_BOUND:
            note = f"{name}: the load was busy {share:.0%} of the time; the server may do more"
            self.notes.append(note)
