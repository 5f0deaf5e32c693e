"""Who is viewing a conversation, and who is writing in it: in memory, and true for a moment.

Each process knows of its own sockets and keeps what the others told of theirs. All that is shown is
derived of the two at every change, so that it cannot depend on their order; what then differs is
told to ``on_change``. Nothing of it is in the log, and nothing outlives who said it: a socket that
says nothing for a while is taken for one whose line is cut.
"""

import asyncio
from collections import defaultdict
from collections.abc import Callable, Hashable
from contextlib import suppress
from time import monotonic
from typing import Final, NamedTuple
from uuid import uuid4

import msgspec
from msgspec import Struct, field
from sqlalchemy import Connection, exists, select

from inbox.access.reach import in_reach
from inbox.conversations.moved import moved_into
from inbox.domain.feed_events import MessageNew, NoteNew
from inbox.domain.feed_frames import TypingKind, TypingUser, Viewer
from inbox.domain.reach import Reach
from inbox.domain.shapes import decoded, encoded
from inbox.feed.log import FeedEvent
from inbox.storage.tables import conversations

VIEWING_SECONDS: Final = 45.0
"""So long after it was last said; a page says it again every 20 seconds."""
WRITING_SECONDS: Final = 8.0
"""A page says it again every 5 seconds."""
REFRESH_SECONDS: Final = 15.0
"""How often other processes hear of what goes on unchanged."""
MOST_WRITTEN: Final = 3
"""In how many conversations somebody is shown as writing: the newest of them."""


class Attendee(NamedTuple):
    """A user, or a program that says what it writes. By their name, as it is what is read."""

    name: str
    id: str


class Attendance(NamedTuple):
    """Who is in a conversation, by their names."""

    viewers: tuple[Attendee, ...] = ()
    writers: tuple[tuple[Attendee, TypingKind], ...] = ()

    def without(self, user_id: str | None) -> "Attendance":
        """What somebody is shown: everybody else."""
        return Attendance(
            tuple(each for each in self.viewers if each.id != user_id),
            tuple(each for each in self.writers if each[0].id != user_id),
        )

    def shown_viewers(self) -> list[Viewer]:
        return [{"id": person.id, "name": person.name} for person in self.viewers]

    def shown_writers(self) -> list[TypingUser]:
        return [{"id": one.id, "name": one.name, "kind": kind} for one, kind in self.writers]


NOBODY: Final = Attendance()


class Stay(NamedTuple):
    person: Attendee
    until: float


class View(NamedTuple):
    conversation_id: str
    person: Attendee
    until: float


class Typist(NamedTuple):
    conversation_id: str
    person: Attendee
    kind: TypingKind


class Bulletin(msgspec.Struct):
    """What one process says of itself to the others: all of it, each time. ``writings`` with how
    many seconds they still last."""

    process: str
    views: list[tuple[str, Attendee]]
    writings: list[tuple[Typist, float]]
    here: list[Attendee] = []


class _Process(Struct):
    """What is known of one of them, this one included."""

    views: dict[Hashable, View] = field(default_factory=dict)
    writings: dict[Typist, float] = field(default_factory=dict)
    """Until when."""
    stays: dict[Hashable, Stay] = field(default_factory=dict)

    def expire(self, now: float) -> None:
        self.stays = {key: stay for key, stay in self.stays.items() if stay.until > now}
        self.views = {key: view for key, view in self.views.items() if view.until > now}
        self.writings = {one: until for one, until in self.writings.items() if until > now}

    def forget(self, conversation_id: str | None, person_id: str) -> bool:
        """Whether that one was writing there."""
        before = len(self.writings)
        self.writings = {
            one: until
            for one, until in self.writings.items()
            if (one.conversation_id, one.person.id) != (conversation_id, person_id)
        }
        return len(self.writings) < before


class Presence:
    """``clock`` gives seconds that nobody sets."""

    def __init__(self, clock: Callable[[], float] = monotonic) -> None:
        self._clock = clock
        self.process = uuid4().hex
        self._own = _Process()
        self._others: dict[str, _Process] = {}
        self._shown: dict[str, Attendance] = {}
        self.here: tuple[Attendee, ...] = ()
        """Who has a page open and has lately used it, by their names."""
        self.on_change: Callable[[set[str]], None] = lambda _: None
        """Called with the conversations in which somebody came or went."""
        self.on_here: Callable[[], None] = lambda: None
        """Called when ``here`` is another."""
        self.stirred = asyncio.Event()
        """Set while there is anybody, or anything to be told to other processes."""
        self._untold = False
        self._told_at = -REFRESH_SECONDS

    def of(self, conversation_id: str) -> Attendance:
        return self._shown.get(conversation_id, NOBODY)

    def sees(self, user_id: str) -> bool:
        """Whether a conversation is before this user's eyes, on some page, just now."""
        return any(one.id == user_id for each in self._shown.values() for one in each.viewers)

    @property
    def conversations(self) -> set[str]:
        """Those in which somebody is."""
        return set(self._shown)

    def view(self, socket: Hashable, conversation_id: str | None, person: Attendee) -> None:
        """This socket's page shows that conversation now; None: none."""
        if conversation_id is None:
            self.leave(socket)
            return
        was = self._own.views.get(socket)
        view = View(conversation_id, person, self._clock() + VIEWING_SECONDS)
        self._own.views[socket] = view
        if was is None or was[:2] != view[:2]:
            self._settle()

    def stay(self, socket: Hashable, person: Attendee) -> None:
        """This socket's page is open, and whose it is has lately used it."""
        was = self._own.stays.get(socket)
        self._own.stays[socket] = Stay(person, self._clock() + VIEWING_SECONDS)
        if was is None or was.person != person:
            self._settle()

    def go(self, socket: Hashable) -> None:
        """Its page was left alone, or closed."""
        if self._own.stays.pop(socket, None):
            self._settle()

    def leave(self, socket: Hashable) -> None:
        """It shows no conversation any more."""
        if self._own.views.pop(socket, None):
            self._settle()

    def write(self, conversation_id: str, person: Attendee, kind: TypingKind) -> None:
        """Somebody is writing there just now."""
        writing = Typist(conversation_id, person, kind)
        self._own.writings.pop(writing, None)
        self._own.writings[writing] = self._clock() + WRITING_SECONDS
        theirs = [one for one in self._own.writings if one.person.id == person.id]
        for one in theirs[:-MOST_WRITTEN]:
            del self._own.writings[one]
        self._settle()

    def follow(self, event: FeedEvent) -> None:
        """What is said is written no more."""
        if event.type not in (MessageNew.type, NoteNew.type):
            return
        if not self.of(event.conversation_id or "").writers:
            return
        sender = decoded(event.payload).get("sender") or {}
        forgotten = [
            one.forget(event.conversation_id, str(sender.get("id")))
            for one in (self._own, *self._others.values())
        ]
        if any(forgotten):
            self._settle()

    def expire(self) -> None:
        """Let go of what was not said again in time."""
        now = self._clock()
        for one in (self._own, *self._others.values()):
            one.expire(now)
        self._others = {
            key: one for key, one in self._others.items() if one.views or one.writings or one.stays
        }
        everywhere = [self._own, *self._others.values()]
        if _attendances(everywhere) != self._shown or _staying(everywhere) != self.here:
            self._settle()

    def _settle(self) -> None:
        """Show what is so now, and say where that differs from what was."""
        self._untold = True
        self.stirred.set()
        before, now = self._shown, _attendances([self._own, *self._others.values()])
        changed = {key for key in before | now if before.get(key) != now.get(key)}
        self._shown = now
        if sum(self._end_writing_of_who_left(key, before.get(key, NOBODY)) for key in changed):
            self._shown = _attendances([self._own, *self._others.values()])
        if changed:
            self.on_change(changed)
        here = _staying([self._own, *self._others.values()])
        if here != self.here:
            self.here = here
            self.on_here()

    def _end_writing_of_who_left(self, conversation_id: str, before: Attendance) -> bool:
        left = set(before.viewers) - set(self.of(conversation_id).viewers)
        processes = (self._own, *self._others.values())
        return sum(one.forget(conversation_id, who.id) for who in left for one in processes) > 0

    # Between processes ---------------------------------------------------------------------

    def news(self) -> str | None:
        """What other processes are to be told now; None: they know."""
        own, now = self._own, self._clock()
        there = bool(own.views or own.writings or own.stays)
        stale = now - self._told_at >= REFRESH_SECONDS and there
        if not (self._untold or stale):
            return None
        self._untold, self._told_at = False, now
        views = {view[:2]: None for view in own.views.values()}
        lasting = [(one, until - now) for one, until in own.writings.items()]
        return encoded(Bulletin(self.process, [*views], lasting, [*_staying([own])]))

    def hear(self, text: str) -> None:
        """What another process said of itself, or our own words, or nothing that we know."""
        with suppress(msgspec.DecodeError):
            told = msgspec.json.decode(text, type=Bulletin)
            if told.process != self.process:
                self._take(told)

    def _take(self, told: Bulletin) -> None:
        now, untold = self._clock(), self._untold
        views = [View(where, who, now + VIEWING_SECONDS) for where, who in told.views]
        lasting = {one: now + min(left, WRITING_SECONDS) for one, left in told.writings}
        stays = [Stay(who, now + VIEWING_SECONDS) for who in told.here]
        other = _Process(dict(enumerate(views)), lasting, dict(enumerate(stays)))
        self._others[told.process] = other
        self._settle()
        self._untold = untold  # it is theirs to tell

    @property
    def quiet(self) -> bool:
        """Whether nobody is anywhere, and all processes know."""
        own = self._own
        return not (self._untold or own.views or own.writings or own.stays or self._others)


def _staying(processes: list[_Process]) -> tuple[Attendee, ...]:
    found = {stay.person for process in processes for stay in process.stays.values()}
    return tuple(sorted(found))


def _attendances(processes: list[_Process]) -> dict[str, Attendance]:
    viewers: defaultdict[str, set[Attendee]] = defaultdict(set)
    writers: defaultdict[str, set[tuple[Attendee, TypingKind]]] = defaultdict(set)
    for process in processes:
        for view in process.views.values():
            viewers[view.conversation_id].add(view.person)
        for one in process.writings:
            writers[one.conversation_id].add((one.person, one.kind))
    return {
        where: Attendance(tuple(sorted(viewers[where])), tuple(sorted(writers[where])))
        for where in {*viewers, *writers}
    }


def viewable(connection: Connection, conversation_id: str, reach: Reach) -> str | None:
    """The conversation of that id, or the one it became part of; None: there is none in reach."""
    here = moved_into(connection, conversation_id) or conversation_id
    known = (conversations.c.id == here, *in_reach(reach))
    there = connection.execute(select(exists().where(*known))).scalar()
    return here if there else None
