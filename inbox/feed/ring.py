"""The recent past of the feed, shared by all subscribers: one copy, one cursor each."""

from bisect import bisect_right
from collections.abc import Callable, Iterable, Iterator
from functools import cached_property
from itertools import islice
from operator import attrgetter

from inbox.domain.language import language
from inbox.feed.frames import sent_event
from inbox.feed.log import FeedEvent

RING_EVENTS = 4_096
RING_SIZE = 8 << 20
"""Characters of payload: what keeps the memory bounded when events are large."""
RENDERED_EVENTS = 512
"""As the newest go out their renderings are shared by all; who is further behind has them made."""

AT_ONCE = 256 << 10
"""About how much is published, taken and sent at once (characters of payload): between, others
have their turn, and what a socket that is not read keeps in memory stays small."""

HTML_AT_ONCE = 32 << 10
"""The same of what must be rendered first, which takes several times as long as what is read."""

Render = Callable[[FeedEvent], str]


class Published:
    """An event in the ring, with each of its renderings made at most once: in HTML, once for each
    language that is spoken to somebody who looks."""

    def __init__(self, event: FeedEvent, render: Render) -> None:
        self.event = event
        self._render = render
        self._rendered: dict[str, str] = {}

    @property
    def seq(self) -> int:
        return self.event.seq

    @property
    def size(self) -> int:
        return len(self.event.payload)

    @cached_property
    def json(self) -> str:
        return self.event.frame

    @cached_property
    def sse(self) -> str:
        """The same as a server-sent event."""
        return sent_event(self.event.type, self.json, self.seq)

    @property
    def html(self) -> str:
        """In the language that is spoken to who asks."""
        code = language().code
        if (found := self._rendered.get(code)) is None:
            found = self._rendered[code] = self._render(self.event)
        return found

    def forget_renderings(self) -> None:
        """They are several times what the event is; made again if somebody asks."""
        for name in ("json", "sse"):
            self.__dict__.pop(name, None)
        self._rendered.clear()


class Ring:
    """The last events in order of seq; what is older is only in the log."""

    def __init__(self, events: int = RING_EVENTS, size: int = RING_SIZE) -> None:
        self._events: list[Published] = []
        self._most, self._largest = events, size
        self._size = 0
        self._floor = 0

    def start(self, head: int) -> None:
        """Nothing up to ``head`` is held."""
        self._events.clear()
        self._size = 0
        self._floor = head

    def extend(self, events: list[Published]) -> None:
        """Add the newest and let go of the oldest; the newest of all stays, whatever its size."""
        self._events.extend(events)
        self._size += sum(published.size for published in events)
        gone, there = 0, len(self._events)
        while there - gone > 1 and (there - gone > self._most or self._size > self._largest):
            self._size -= self._events[gone].size
            gone += 1
        if gone:
            self._floor = self._events[gone - 1].seq
            del self._events[:gone]
        settled = max(0, len(self._events) - RENDERED_EVENTS)
        for published in self._events[max(0, settled - len(events)) : settled]:
            published.forget_renderings()

    @property
    def head(self) -> int:
        return self._events[-1].seq if self._events else self._floor

    def holds(self, since: int) -> bool:
        """Whether every event after ``since`` is still here."""
        return since >= self._floor

    def after(self, since: int) -> list[Published]:
        """The events after ``since``, which the ring must hold."""
        # No deque: who wants the newest of thousands would walk past all of them.
        return self._events[bisect_right(self._events, since, key=_seq) :]


_seq = attrgetter("seq")


def portion(events: Iterable[Published], size: int = AT_ONCE) -> list[Published]:
    """The first of these, of about this ``size`` together, but at least one."""
    found: list[Published] = []
    for published in events:
        size -= published.size
        if found and size < 0:
            break
        found.append(published)
    return found


def ring_portions(events: list[Published], size: int = AT_ONCE) -> Iterator[list[Published]]:
    """All of these, by portions."""
    start = 0
    while start < len(events):
        part = portion(islice(events, start, None), size)
        yield part
        start += len(part)
