"""How many webhooks a second a channel takes, or requests a token: so many at once, and then a
steady rate.

In the memory of one process: N workers take N times as many. A limit is against a sender that
has gone wild, not a quota, and asking the others would cost more than what is asked.
"""

_ROUNDING = 1e-6


class RateLimiter:
    def __init__(self) -> None:
        self._free_at: dict[str, float] = {}

    def wait(self, key: str, rate: float, burst: int, now: float) -> float:
        """0.0 to take one more, or the seconds until one is taken again.

        ``now`` in seconds of a clock that is never set. What is refused counts for nothing.
        """
        free_at = max(self._free_at.get(key, now), now)
        over = free_at - now - (burst - 1) / rate
        if over > _ROUNDING:
            return over
        self._free_at[key] = free_at + 1 / rate
        return 0.0

    def left(self, key: str, rate: float, burst: int, now: float) -> int:
        """How many more would be taken at once."""
        return max(0, int(burst - self.until_whole(key, now) * rate + _ROUNDING))

    def until_whole(self, key: str, now: float) -> float:
        """Seconds until all of the burst is there again."""
        return max(0.0, self._free_at.get(key, now) - now)
