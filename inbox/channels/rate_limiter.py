"""How many webhooks a second a channel takes: so many at once, and then a steady rate.

In the memory of one process: N workers take N times as many. A limit is against a sender that
has gone wild, not a quota, and asking the others would cost more than the webhook.
"""

_ROUNDING = 1e-6


class RateLimiter:
    def __init__(self) -> None:
        self._free_at: dict[str, float] = {}

    def wait(self, channel_id: str, rate: int, burst: int, now: float) -> float:
        """0.0 to take one more, or the seconds until one is taken again.

        ``now`` in seconds of a clock that is never set. What is refused counts for nothing.
        """
        free_at = max(self._free_at.get(channel_id, now), now)
        over = free_at - now - (burst - 1) / rate
        if over > _ROUNDING:
            return over
        self._free_at[channel_id] = free_at + 1 / rate
        return 0.0
