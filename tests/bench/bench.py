"""What a measurement is given: how much to do, where, and whom to tell."""

import sys
from collections.abc import Callable, Collection
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path

from tests.bench.machine import family_seconds
from tests.bench.rounds import Rounds
from tests.bench.servers import Home
from tests.support.postgres import Postgres

QUICK_ROUNDS, LEAST_ROUNDS, MOST_ROUNDS = 2, 3, 7


@dataclass(slots=True, kw_only=True)
class Bench:
    """``made``: what several measurements use, gone in the end: a server of PostgreSQL, and
    databases with a made-up history, by their messages."""

    scratch: Path
    quick: bool
    made: ExitStack
    notes: list[str] = field(default_factory=list)
    postgres: Postgres | None = None
    histories: dict[int, Home] = field(default_factory=dict)
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

    def postgres_seconds(self) -> float:
        """What its server has computed so far, which is no child of ours."""
        return family_seconds(self.postgres.pid) if self.postgres else 0.0

    def rounds(
        self,
        once: Callable[[], dict[str, float]],
        judged: Collection[str],
        most: int = MOST_ROUNDS,
        told: str = "",
    ) -> Rounds:
        """``once`` again and again, until the figures of ``judged`` hold, or ``most`` times.

        Whatever is compared is measured within each round, so what else the machine does falls on
        both sides. ``told``: what to call it to who watches.
        """
        found = Rounds(judged)
        least = QUICK_ROUNDS if self.quick else LEAST_ROUNDS
        most = least if self.quick else most
        while found.count < least or (found.count < most and not found.hold):
            self.say(f"{told} round {found.count + 1}: {found.add(once())}".strip())
        return found
