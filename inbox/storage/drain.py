"""Does what is due in a queue: a few at once, and so few of one lane that none holds up another.

What is due is claimed and begun. A claim that comes to no end runs out (``storage/queue.py``), so
a death costs nothing here but time. Each kind says what it claims and what it does with it.
"""

import asyncio
import logging
from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from itertools import count
from typing import ClassVar, Concatenate, Generic, ParamSpec, Protocol, TypeVar

from sqlalchemy import Connection

from inbox.domain.times import MINUTE, SECOND, Micros
from inbox.storage.database import FAULTS, Database
from inbox.storage.faults import Fault
from inbox.storage.queue import Claim, Key, Queue, Turn
from inbox.storage.slots import Slots
from inbox.supervisor import end_tasks
from inbox.surprises import Surprises

log = logging.getLogger(__name__)

PAUSE_SECONDS = 1.0
SHORTEST_REST = 0.1
SURPRISED_SECONDS = 60.0
SET_BACK: Micros = MINUTE
"""By less than this the clock may go back without anybody's care: waits are so much longer."""


class Claimed(Protocol):
    @property
    def claim(self) -> Claim: ...


P = ParamSpec("P")
T = TypeVar("T")
Item = TypeVar("Item", bound=Claimed)


class Drain(ABC, Generic[Item]):
    """``wake`` says that there is more, ``run`` never ends.

    ``waits`` is what the log says while the database is away. ``claimed_for``: longer than the
    longest work, unless ``renews``. ``gather_seconds``: what comes so soon after the first is
    taken with it. ``apart_seconds``: so long after a look comes another, whatever wakes it.
    """

    queue: ClassVar[Queue]
    slots: ClassVar[Slots]
    waits: ClassVar[str]
    idle_seconds: ClassVar[float]
    claimed_for: ClassVar[Micros]
    renews: ClassVar[bool] = False
    gather_seconds: ClassVar[float] = 0.0
    apart_seconds: ClassVar[float] = 0.0

    def __init__(self, database: Database, now: Callable[[], Micros]) -> None:
        self._database, self._now = database, now
        self._new = asyncio.Event()
        self._looking = asyncio.Lock()
        self._under_way: dict[asyncio.Task[None], Item] = {}
        self._patient: set[asyncio.Task[object] | None] = set()
        self._fault = Fault(logging.getLogger(type(self).__module__), self.waits)
        surprised = f"{self.waits}: one ended in a surprise"
        self._surprises = Surprises(log, surprised, SURPRISED_SECONDS)
        self._expired = self._closing = False
        self._renewed_at = 0.0
        self._offset: Micros | None = None

    @abstractmethod
    def claim(self, connection: Connection, turn: Turn) -> Sequence[Item]:
        """By ``queue.claim``."""

    @abstractmethod
    async def work(self, item: Item) -> None:
        """Do it, and write down its end."""

    async def can_begin(self) -> bool:
        """Whether it is any use to begin something just now."""
        return True

    @property
    def fault(self) -> str | None:
        """What keeps it from its work."""
        return self._fault.reason or self._surprises.reason

    def wake(self) -> None:
        if self.gather_seconds:
            asyncio.get_running_loop().call_later(self.gather_seconds, self._new.set)
        else:
            self._new.set()

    async def run(self) -> None:
        """What it began goes on without it, if it has to begin again itself."""
        try:
            await self._succeed()
            while True:
                looked_at = _seconds()
                next_at = await self._begin_due()
                await self._rest(next_at)
                await asyncio.sleep(looked_at + self.apart_seconds - _seconds())
                self._new.clear()
        except asyncio.CancelledError:
            await self._break_off()
            raise

    async def drain(self) -> None:
        """Begin nothing more, and wait for the end of what was begun. Cancelled, it leaves."""
        self._closing = True
        try:
            async with self._looking:  # what is just being claimed is begun
                pass
            if self._under_way:
                await asyncio.wait(self._under_way)
        finally:
            for task in self._under_way:
                task.cancel()

    async def close(self) -> None:
        """Leave what is under way, for others or for the next start."""
        self._closing = True
        async with self._looking:
            left = [item.claim for item in self._under_way.values()]
            await self._break_off()
            if left:
                await self._database.write(self.queue.release, left, self._now())

    async def patiently(
        self, work: Callable[Concatenate[Connection, P], T], *args: P.args, **kwargs: P.kwargs
    ) -> T:
        """Write, however long the database is away: an end that came must not be lost.

        Work that was committed although it seemed to fail finds so, and changes nothing.
        """
        me = asyncio.current_task()
        try:
            while True:
                try:
                    found = await self._database.write(work, *args, **kwargs)
                except FAULTS as fault:
                    self._patient.add(me)
                    self._fault.met(fault)
                    await asyncio.sleep(PAUSE_SECONDS)
                else:
                    break
        finally:
            self._patient.discard(me)
        self._well()
        return found

    def _well(self) -> None:
        if not self._patient:
            self._fault.over()

    async def _succeed(self) -> None:
        """Alone on its database, it knows that whoever made a claim before is dead."""
        if self.queue.free and not self._database.shared and not self._expired:
            await self.patiently(self.queue.expire, self._now())
        self._expired = True

    async def _begin_due(self) -> Micros | None:
        """Begin what there is a slot for; when the next is due."""
        async with self._looking:
            if self._closing:
                return None
            try:
                await self._heed_the_clock()
                await self._renew()
                if not await self.can_begin():
                    self._well()  # there is nothing that it is kept from
                    return None
                found = await self._database.read(self.queue.look, self._now())
            except FAULTS as fault:
                self._fault.met(fault)
                return None
            self._well()
            busy = [item.claim.lane for item in self._under_way.values()]
            rooms = self.slots.rooms(busy, found.lanes)
            if rooms:
                await self._begin(rooms)
            return found.next_at

    async def _begin(self, rooms: Mapping[str, int]) -> None:
        now = self._now()
        if not self._under_way:
            self._renewed_at = _seconds()
        turn, asked = Turn(rooms, self._busy(), now, now + self.claimed_for), count()

        def take(connection: Connection) -> Sequence[Item]:
            return self.claim(connection, turn._replace(again=next(asked) > 0))

        for item in await self.patiently(take):
            task = asyncio.create_task(self.work(item), name=self.waits)
            self._under_way[task] = item
            task.add_done_callback(self._finished)

    def _finished(self, task: asyncio.Task[None]) -> None:
        item = self._under_way.pop(task)
        self._new.set()
        if task.cancelled():
            return
        if (fault := task.exception()) is None:
            return
        # Nobody knows how far it came: its claim runs out by itself.
        key = "/".join(item.claim.key)
        self._surprises.met(fault, key=key, lane=item.claim.lane)

    async def _heed_the_clock(self) -> None:
        """A clock that was set back would let all wait so much longer."""
        offset = self._now() - round(_seconds() * SECOND)
        if self._offset is not None and offset < self._offset - SET_BACK:
            await self._database.write(self.queue.hasten, self._now(), self._busy())
        self._offset = offset

    async def _renew(self) -> None:
        due = _seconds() - self._renewed_at > self.claimed_for / SECOND / 4
        if self.renews and self._under_way and due:
            claims = [item.claim for item in self._under_way.values()]
            await self._database.write(self.queue.hold, claims, self._now() + self.claimed_for)
            self._renewed_at = _seconds()

    async def _rest(self, next_at: Micros | None) -> None:
        """Until somebody wakes us, something is due or another process may have left something."""
        seconds = self.idle_seconds
        if next_at is not None:
            seconds = min(seconds, max(SHORTEST_REST, (next_at - self._now()) / SECOND))
        with suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                await self._new.wait()

    async def _break_off(self) -> None:
        await end_tasks(*self._under_way)

    def _busy(self) -> list[Key]:
        return [item.claim.key for item in self._under_way.values()]


def _seconds() -> float:
    return asyncio.get_running_loop().time()
