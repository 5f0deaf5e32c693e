"""How many may be under way at once, in all and in one lane: pure arithmetic.

A lane is what can hang by itself: a channel, an address. One that does keeps what it began and
gets no more than its share; and whoever has nothing under way may always begin one, so that no
number of dead lanes keeps back another.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple


class Slots(NamedTuple):
    """``each`` in one lane. ``total`` in all, and beyond it one for each lane that has none."""

    total: int
    each: int

    def rooms(self, busy: Iterable[str], waiting: Sequence[str]) -> Mapping[str, int]:
        """How many to begin in each lane that waits; ``busy`` names one for each under way."""
        begun = Counter(busy)
        free = self.total - begun.total()
        rooms: Counter[str] = Counter()
        while lanes := [lane for lane in waiting if begun[lane] < self.each]:
            least = min(lanes, key=begun.__getitem__)
            if begun[least] and free <= 0:
                break
            begun[least] += 1
            rooms[least] += 1
            free -= 1
        return rooms
