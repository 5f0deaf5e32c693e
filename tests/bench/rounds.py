"""What is measured several times, and how far the times are apart."""

from collections.abc import Collection, Mapping

from tests.bench.figures import median, spread

HOLDS = 0.05
"""Half of the distance between the quartiles, of the median: closer it need not be."""


class Rounds:
    """The figures of each round, by name; those of ``judged`` are to hold."""

    def __init__(self, judged: Collection[str]) -> None:
        self._judged = judged
        self._found: dict[str, list[float]] = {}
        self.count = 0

    def add(self, figures: Mapping[str, float]) -> str:
        """It in words, for who watches."""
        self.count += 1
        for name, figure in figures.items():
            self._found.setdefault(name, []).append(figure)
        shown = {name: figures[name] for name in self._judged if name in figures}
        return ", ".join(f"{name} {figure:,.4g}" for name, figure in shown.items())

    def __getitem__(self, name: str) -> list[float]:
        """Empty where no round could tell."""
        return self._found.get(name, [])

    def load(self, *names: str) -> float:
        """The highest median of these: how much of its core a load took."""
        return max((median(self[name]) for name in names if self[name]), default=0.0)

    @property
    def hold(self) -> bool:
        return all(spread(self[name]) <= HOLDS for name in self._judged)
