"""The recent past of the feed, shared by all subscribers: one copy, one cursor each."""

from collections import deque
from collections.abc import Callable
from functools import cached_property
from itertools import takewhile

from inbox.feed.log import FeedEvent

RING_EVENTS = 4_096

Render = Callable[[FeedEvent], str]


class Published:
    """An event in the ring, with each of its renderings made at most once."""

    def __init__(self, event: FeedEvent, render: Render) -> None:
        self.event = event
        self._render = render

    @cached_property
    def json(self) -> str:
        return self.event.frame

    @cached_property
    def html(self) -> str:
        return self._render(self.event)


class Ring:
    """The last events in order of seq; what is older is only in the log."""

    def __init__(self, size: int = RING_EVENTS) -> None:
        self._events: deque[Published] = deque(maxlen=size)
        self._floor = 0

    def start(self, head: int) -> None:
        """Nothing up to ``head`` is held."""
        self._events.clear()
        self._floor = head

    def extend(self, events: list[Published]) -> None:
        for published in events:
            if len(self._events) == self._events.maxlen:
                self._floor = self._events[0].event.seq
            self._events.append(published)

    @property
    def head(self) -> int:
        return self._events[-1].event.seq if self._events else self._floor

    def holds(self, since: int) -> bool:
        """Whether every event after ``since`` is still here."""
        return since >= self._floor

    def after(self, since: int) -> list[Published]:
        """The events after ``since``, which the ring must hold."""
        found = list(takewhile(lambda item: item.event.seq > since, reversed(self._events)))
        found.reverse()
        return found
