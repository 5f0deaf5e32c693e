"""Hosts that shut out whoever asks too often for what they do not have."""

from collections import deque

from inbox.domain.times import HOUR, Micros


class CircuitBreaker:
    """Counts what a channel's host refused within the hour, in this process."""

    def __init__(self) -> None:
        self._refused: dict[str, deque[Micros]] = {}

    def note(self, channel_id: str, now: Micros) -> None:
        self._refused.setdefault(channel_id, deque()).append(now)

    def until(self, channel_id: str, bears: int | None, now: Micros) -> Micros | None:
        """When to ask again; None: now. ``bears``: so many refusals an hour are no offence."""
        refused = self._refused.get(channel_id)
        if bears is None or refused is None:
            return None
        # Of a clock that was set back: what lies ahead is over as well.
        while refused and not now - HOUR < refused[0] <= now:
            refused.popleft()
        return refused[0] + HOUR if len(refused) >= bears else None
