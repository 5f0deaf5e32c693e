"""Many figures as one."""

import statistics
from collections.abc import Iterable, Sequence


def median(found: Iterable[float]) -> float:
    return float(statistics.median(found))


def spread(found: Sequence[float]) -> float:
    """How far the middle half of them is from the median, as a share of it; 0 of a single one."""
    if len(found) < 2 or not median(found):
        return 0.0
    lower, middle, upper = statistics.quantiles(found, n=4, method="inclusive")
    return (upper - lower) / 2 / middle


def ratio(some: Sequence[float], others: Sequence[float]) -> float | None:
    """Of the medians; None where one of them could not be had."""
    return median(some) / median(others) if some and others and median(others) else None


def percentile(ordered: Sequence[float], share: float) -> float:
    """Of figures in order; the nearest one that is there."""
    return ordered[min(len(ordered) - 1, round(share * (len(ordered) - 1)))] if ordered else 0.0


def percentiles(found: Sequence[float]) -> dict[str, float]:
    ordered = sorted(found)
    shares = {"p50": 0.5, "p95": 0.95, "p99": 0.99, "max": 1.0}
    return {name: percentile(ordered, share) for name, share in shares.items()}
