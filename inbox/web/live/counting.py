"""What one socket is told of how many conversations each view has, once it has asked for that.

All of it each time, where anything of it differs from what it knows: who is slow to read gets what
is so by then.
"""

from typing import Final

from jinja2 import Environment

from inbox.desk.counter import ViewCounter
from inbox.desk.counts import Watcher
from inbox.domain.feed_frames import CountsUpdated, FragmentsFrame
from inbox.domain.text import JsonObject
from inbox.domain.view_counts import ViewCounts
from inbox.feed.frames import control, passing_frame
from inbox.feed.subscriber import Interest
from inbox.web.live.attending import PASSING
from inbox.web.present.view_keys import counts_by_key

TEMPLATE: Final = f"feed/{PASSING[CountsUpdated.type]}.html"


class Counting:
    """``user_id`` None: a program. ``pages``: of whoever is a page, which is told in HTML."""

    def __init__(
        self, counter: ViewCounter, user_id: str | None, pages: Environment | None
    ) -> None:
        self._counter, self._user, self._pages = counter, user_id, pages
        self._wanted = self._due = False
        self._known: ViewCounts | None = None
        """What the other side was told."""

    def ask(self, payload: JsonObject) -> bool:
        """Whether what it says was understood. Who says it again is told again."""
        wanted = payload.get("wanted", True)
        if not isinstance(wanted, bool):
            return False
        self._wanted = self._due = wanted
        self._known = None
        if not wanted:
            self._counter.leave(self)
        return True

    def stir(self) -> None:
        """Something was counted anew, or other things are seen now."""
        self._due = self._wanted

    def leave(self) -> None:
        self._counter.leave(self)

    def take(self, wanted: Interest, cursor: int) -> str | None:
        """What there is to tell now, if anything. ``cursor``: how far the socket was served."""
        if not self._due or not wanted.asks_for(CountsUpdated.type):
            return None
        self._due = False
        watcher = Watcher(self._user, wanted.reach)
        self._counter.watch(self, watcher)
        counts = self._counter.counts(watcher)
        if counts is None or counts == self._known:
            return None
        self._known = counts
        return self._told(counts, cursor)

    def _told(self, counts: ViewCounts, cursor: int) -> str:
        if self._pages is None:
            return passing_frame(CountsUpdated(counts))
        html = self._pages.get_template(TEMPLATE).render(counts=counts_by_key(counts))
        head = f"<!--{CountsUpdated.type} -->"
        return control(FragmentsFrame(cursor, {"html": head + html}))
