"""What one socket is told of who is viewing and who is writing, and what it says of its own user.

It is told the whole of a conversation each time, and only where that differs from what it knows. So
what waits for a slow one is a set of conversations, and it gets what is so by then.
"""

import asyncio
from contextlib import suppress
from functools import lru_cache
from typing import Final

from jinja2 import Environment
from msgspec.structs import replace

from inbox.access.principal import Principal
from inbox.desk.presence import NOBODY, Attendance, Attendee, Presence, viewable
from inbox.domain.feed_frames import (
    CountsUpdated,
    FragmentsFrame,
    PresenceHere,
    PresenceUpdated,
    TypingUpdated,
    Viewer,
)
from inbox.domain.language import language
from inbox.domain.reach import Reach
from inbox.domain.text import JsonObject
from inbox.feed.frames import Frames, control, passing_frame
from inbox.feed.places import Places
from inbox.feed.subscriber import Format, Interest
from inbox.storage.database import FAULTS, Database

PACE_SECONDS: Final = 0.25
"""Who goes from one conversation to the next faster than that waits for it."""
ID_LIMIT: Final = 64
UNSAID: Final = object()
SHARED: Final = 256
"""How many different frames are kept, as most sockets are told the same."""

PASSING: Final = {
    PresenceUpdated.type: "presence_updated",
    TypingUpdated.type: "typing_updated",
    PresenceHere.type: "presence_here",
    CountsUpdated.type: "counts_updated",
}
"""The template of each for pages."""


class Attending:
    """``pages``: whoever is a page is told in HTML."""

    def __init__(
        self,
        presence: Presence,
        places: Places,
        who: Principal,
        form: Format,
        pages: Environment,
    ) -> None:
        self._presence, self._places, self._who = presence, places, who
        self._pages = pages if form == "html" else None
        self._user = who.id if who.kind == "user" else None
        self._viewing: str | None = None
        self._expects = form != "html"
        """Whether the other side knows what to do with it: a page says so by what it shows."""
        self._moved_at = -PACE_SECONDS
        self._here: tuple[Attendee, ...] = ()
        """Who it knows to be here."""
        self._known: dict[str, Attendance] = {}
        """What the other side was told, where there is anybody."""
        self._due = presence.conversations

    def stir(self, conversations: set[str]) -> None:
        """Something is otherwise there."""
        self._due |= conversations

    def again(self) -> None:
        """Something else is of interest from now on."""
        self._due |= self._presence.conversations | self._known.keys()

    def call(self, name: str) -> None:
        """They have another name: colleagues read it as soon as they are seen again."""
        self._who = replace(self._who, name=name)

    def leave(self) -> None:
        self._presence.leave(self)
        self._presence.go(self)

    async def view(self, payload: JsonObject, reach: Reach, database: Database) -> bool:
        """Whether what it says was understood. A program looks at nothing.

        Nobody is seen where they do not see anything, also if they saw it a moment ago.
        """
        told = payload.get("conversation_id", UNSAID)
        if self._user is None or not (told is None or isinstance(told, str)):
            return False
        if told != self._viewing or reach.is_limited:
            await self._move(told, reach, database)
        self._expects = True
        person = Attendee(self._who.name, self._user)
        self._presence.view(self, self._viewing, person)
        if payload.get("here") is True:
            self._presence.stay(self, person)
        elif payload.get("here") is False:
            self._presence.go(self)
        return True

    async def _move(self, told: str | None, reach: Reach, database: Database) -> None:
        clock = asyncio.get_running_loop().time
        if (early := self._moved_at + PACE_SECONDS - clock()) > 0:
            await asyncio.sleep(early)
        self._moved_at = clock()
        here = None
        with suppress(*FAULTS):  # it is said again before long
            here = await database.read(viewable, told[:ID_LIMIT], reach) if told else None
        for changed in {self._viewing, here} - {None}:
            self._due.add(str(changed))
        self._viewing = here

    async def ready(self, reach: Reach, database: Database) -> None:
        """Have it known where that stands which ``take`` may tell of; call it right before."""
        while reach.is_limited and (missing := self._places.missing(self._due)):
            await self._places.learn(database, missing)

    def take(self, wanted: Interest, cursor: int) -> Frames | None:
        """What there is to tell now, if anything. ``cursor``: how far the socket was served."""
        if not self._expects:
            return None
        due, self._due = self._due, set()
        texts: list[str] = []
        for conversation_id in sorted(due):
            if wanted.is_about(conversation_id) and self._sees(wanted.reach, conversation_id):
                texts += self._changes(conversation_id, wanted)
        texts += self._who_is_here(wanted)
        if texts and self._pages:
            texts = [control(FragmentsFrame(cursor, {"html": "".join(texts)}))]
        return Frames(texts) if texts else None

    def _who_is_here(self, wanted: Interest) -> list[str]:
        here = tuple(one for one in self._presence.here if one.id != self._user)
        if here == self._here or not wanted.asks_for(PresenceHere.type):
            return []
        self._here = here
        return [_told_here(self._pages, language().code, here)]

    def _sees(self, reach: Reach, conversation_id: str) -> bool:
        return not reach.is_limited or reach.holds(self._places.of(conversation_id))

    def _changes(self, conversation_id: str, wanted: Interest) -> list[str]:
        known = self._known.pop(conversation_id, NOBODY)
        now = self._of(conversation_id, wanted, known)
        if now != NOBODY:
            self._known[conversation_id] = now
        changed = [
            kind
            for kind, here, there in (
                (PresenceUpdated.type, now.viewers, known.viewers),
                (TypingUpdated.type, now.writers, known.writers),
            )
            if here != there
        ]
        spoken = language().code
        return [_told(self._pages, spoken, kind, conversation_id, now) for kind in changed]

    def _of(self, conversation_id: str, wanted: Interest, known: Attendance) -> Attendance:
        """Who is there, as far as this side wants to know of it; else what it knows."""
        now = self._presence.of(conversation_id).without(self._user)
        if not wanted.asks_for(PresenceUpdated.type):
            now = now._replace(viewers=known.viewers)
        if not wanted.asks_for(TypingUpdated.type):
            now = now._replace(writers=known.writers)
        return now


@lru_cache(SHARED)
def _told_here(pages: Environment | None, _spoken: str, here: tuple[Attendee, ...]) -> str:
    users: list[Viewer] = [{"id": one.id, "name": one.name} for one in here]
    if pages:
        html = pages.get_template("feed/presence_here.html").render(users=users)
        return f"<!--{PresenceHere.type} -->{html}"
    return passing_frame(PresenceHere({"users": users}))


@lru_cache(SHARED)
def _told(
    pages: Environment | None, _spoken: str, kind: str, conversation_id: str, now: Attendance
) -> str:
    """A frame, or for a page the fragments of one, in the language that is spoken."""
    if pages:
        html = pages.get_template(f"feed/{PASSING[kind]}.html").render(
            conversation_id=conversation_id,
            viewers=now.shown_viewers(),
            writers=now.shown_writers(),
        )
        return f"<!--{kind} {conversation_id}-->{html}"
    if kind == PresenceUpdated.type:
        viewers = now.shown_viewers()
        return passing_frame(
            PresenceUpdated({"conversation_id": conversation_id, "users": viewers})
        )
    writers = now.shown_writers()
    return passing_frame(TypingUpdated({"conversation_id": conversation_id, "users": writers}))
