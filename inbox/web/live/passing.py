"""What one socket is told beside the log: what is true for a moment, and comes no second time."""

from typing import Literal

from inbox.access.principal import Principal
from inbox.domain.reach import Reach
from inbox.domain.text import JsonObject
from inbox.feed.frames import Frames
from inbox.feed.subscriber import Format, Interest
from inbox.web.context import AppContext
from inbox.web.live.attending import Attending
from inbox.web.live.client_frames import NO_COUNTS, NO_VIEW
from inbox.web.live.counting import Counting


class Passing:
    """Who is there, and how many conversations each view has."""

    def __init__(self, at: AppContext, who: Principal, form: Format) -> None:
        self._database = at.database
        pages = at.pages if form == "html" else None
        self.attending = Attending(at.presence, at.hub.places, who, form, at.pages)
        self.counting = Counting(at.view_counter, who.id if who.kind == "user" else None, pages)

    def again(self) -> None:
        """Something else is of interest from now on, or something else is seen."""
        self.attending.again()
        self.counting.stir()

    def leave(self) -> None:
        self.attending.leave()
        self.counting.leave()

    async def hear(
        self, kind: Literal["viewing", "counting"], payload: JsonObject, reach: Reach
    ) -> str | None:
        """Take what the other side says; why not, if it was not understood."""
        if kind == "counting":
            return None if self.counting.ask(payload) else NO_COUNTS
        understood = await self.attending.view(payload, reach, self._database)
        return None if understood else NO_VIEW

    async def ready(self, reach: Reach) -> None:
        """Have it known what ``take`` needs; call it right before."""
        if reach.is_limited:
            await self.attending.ready(reach, self._database)

    def take(self, wanted: Interest, cursor: int) -> Frames | None:
        """What there is to tell now, if anything. ``cursor``: how far the socket was served."""
        there = self.attending.take(wanted, cursor)
        counted = self.counting.take(wanted, cursor)
        if counted is None:
            return there
        return Frames([*(there.texts if there else []), counted])
