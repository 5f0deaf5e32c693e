"""The outbox: replies wait here until the provider has answered for good.

A conversation's messages go one after another, different conversations at once. A row is
removed only together with what became of it, so a crash sends again at most what no answer
had come for; what may have gone out is never sent again by itself (law 17).
"""

import asyncio
import logging
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import groupby

from sqlalchemy import Connection, bindparam, exists, select, update

from inbox.domain import shapes
from inbox.domain.channels import Channel
from inbox.domain.times import SECOND, Micros
from inbox.providers.base import Accepted, Ambiguous, Http, Outgoing, Refused, SendResult
from inbox.providers.registry import provider_named
from inbox.sending.results import accept, give_up, postpone
from inbox.storage.database import Database
from inbox.storage.tables import contacts, messages, outbox

log = logging.getLogger(__name__)

BATCH = 50
AT_ONCE = 10
IDLE_SECONDS = 1.0
ATTEMPTS = 6

Channels = Mapping[str, Channel]


@dataclass(frozen=True, slots=True)
class Waiting:
    """A send that is due. ``tried``: an earlier process began it and told no end."""

    message_id: str
    channel_id: str
    conversation_id: str
    attempts: int
    tried: bool
    content: str
    wa_id: str | None
    user_id: str | None

    @property
    def outgoing(self) -> Outgoing:
        return Outgoing(
            id=self.message_id,
            recipient=self.wa_id or self.user_id or "",
            text=shapes.decoded(self.content)["text"],
        )


class Outbox:
    """Sends what waits. ``changed`` is called after each commit with feed events."""

    def __init__(
        self,
        database: Database,
        channels: Callable[[], Channels],
        http: Http,
        changed: Callable[[], None],
        now: Callable[[], Micros],
    ) -> None:
        self._database = database
        self._channels = channels
        self._http = http
        self._changed = changed
        self._now = now
        self._new = asyncio.Event()
        self._slots = asyncio.Semaphore(AT_ONCE)
        self._busy: dict[str, asyncio.Task[None]] = {}
        self.fault: str | None = None

    def wake(self) -> None:
        """Say that a reply was committed."""
        self._new.set()

    async def run(self) -> None:
        try:
            while True:
                await self._begin_due()
                try:
                    async with asyncio.timeout(IDLE_SECONDS):
                        await self._new.wait()
                except TimeoutError:
                    pass
                self._new.clear()
        finally:
            for task in self._busy.values():
                task.cancel()

    async def _begin_due(self) -> None:
        """Start sending in every conversation that is not being sent in."""
        try:
            rows = await self._database.read(due, self._now(), list(self._busy), BATCH)
        except Exception as fault:  # the outbox waits until the database is back
            if self.fault is None:
                log.warning("the outbox cannot read: %s", type(fault).__name__)
            self.fault = type(fault).__name__
            return
        self.fault = None
        for conversation_id, group in groupby(rows, key=lambda row: row.conversation_id):
            task = asyncio.create_task(self._send_in_order(list(group)), name="send")
            self._busy[conversation_id] = task
            task.add_done_callback(partial(self._finished, conversation_id))

    def _finished(self, conversation_id: str, task: asyncio.Task[None]) -> None:
        del self._busy[conversation_id]
        if not task.cancelled() and task.exception() is not None:
            self.fault = type(task.exception()).__name__
            log.error("a send ended in %s", self.fault)
        else:
            self._new.set()

    async def _send_in_order(self, rows: Sequence[Waiting]) -> None:
        for row in rows:
            async with self._slots:
                if not await self._send(row):
                    return  # A later message must not overtake one that waits for another try.

    async def _send(self, row: Waiting) -> bool:
        """One try; whether the next message of the conversation may go."""
        if row.tried:
            result: SendResult = Ambiguous(
                "The server stopped while this was being sent",
                "It may have reached the customer. Ask, or press Retry to send it again.",
            )
        else:
            await self._database.write(begin, row.message_id)
            result = await self._try(row)
        again = await self._database.write(
            settle, row.message_id, row.attempts, result, self._now()
        )
        self._changed()
        return not again

    async def _try(self, row: Waiting) -> SendResult:
        channel = self._channels().get(row.channel_id)
        if channel is None:
            return Refused("Its channel was removed", "Connect the number again in Settings.")
        return await provider_named(channel.provider).send(self._http, channel, row.outgoing)


_earlier = outbox.alias()
_held = exists(
    select(_earlier.c.message_id).where(
        _earlier.c.conversation_id == outbox.c.conversation_id,
        _earlier.c.number < outbox.c.number,
        _earlier.c.due_at > bindparam("now"),
    )
)


def due(connection: Connection, now: Micros, busy: Sequence[str], limit: int) -> list[Waiting]:
    """Sends to begin, by conversation and in order; nothing behind one that waits."""
    query = (
        select(
            outbox.c.message_id,
            outbox.c.channel_id,
            outbox.c.conversation_id,
            outbox.c.attempts,
            outbox.c.started.label("tried"),
            messages.c.content,
            contacts.c.wa_id,
            contacts.c.user_id,
        )
        .join(messages, messages.c.id == outbox.c.message_id)
        .join(contacts, contacts.c.id == messages.c.contact_id)
        .where(outbox.c.conversation_id.not_in(busy), outbox.c.due_at <= bindparam("now"), ~_held)
        .order_by(outbox.c.conversation_id, outbox.c.number)
        .limit(limit)
    )
    rows = connection.execute(query, {"now": now}).mappings()
    return [Waiting(**row) for row in rows]


def begin(connection: Connection, message_id: str) -> None:
    """Note, before the call, that it may be made: a crash in between is then known."""
    connection.execute(update(outbox).where(outbox.c.message_id == message_id).values(started=True))


def settle(
    connection: Connection, message_id: str, attempts: int, result: SendResult, now: Micros
) -> bool:
    """Write down what came of a try; whether there will be another."""
    match result:
        case Accepted(provider_message_id):
            accept(connection, message_id, provider_message_id, now)
        case Refused(retry_after=float() | int() as pause) if attempts + 1 < ATTEMPTS:
            delay = round(max(pause, 2.0**attempts) * SECOND)
            postpone(connection, message_id, attempts + 1, now + delay)
            return True
        case Refused(title, detail, code):
            problem = {"code": code, "title": title, "detail": detail}
            give_up(connection, message_id, problem, now)
        case Ambiguous(title, detail):
            problem = {"title": title, "detail": detail, "ambiguous": True}
            give_up(connection, message_id, problem, now)
    return False
