"""Many figures as one."""

import statistics
from collections.abc import Iterable, Sequence


def median(found: Iterable[float]) -> float:
    return float(statistics.median(found))


def ratio(some: Iterable[float | None], others: Iterable[float | None]) -> float | None:
    """Of the medians; None where one of the figures could not be had."""
    upper, lower = list(some), list(others)
    known = [each for each in (*upper, *lower) if each is not None]
    if len(known) < len(upper) + len(lower):
        return None
    return median(known[: len(upper)]) / median(known[len(upper) :])


def percentile(ordered: Sequence[float], share: float) -> float:
    """Of figures in order; the nearest one that is there."""
    return ordered[min(len(ordered) - 1, round(share * (len(ordered) - 1)))] if ordered else 0.0


def percentiles(found: Sequence[float]) -> dict[str, float]:
    ordered = sorted(found)
    shares = {"p50": 0.5, "p95": 0.95, "p99": 0.99, "max": 1.0}
    return {name: percentile(ordered, share) for name, share in shares.items()}
