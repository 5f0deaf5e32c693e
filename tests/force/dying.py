"""What is killed: a process that takes replies in and sends them, and dies at one of its steps.

A step is a statement, a commit, a request that leaves or an answer that came: what lies between
two of them changes nothing outside. Each process is forked from one that has imported all of it, as
a thousand starts from nothing would take an hour.
"""

import asyncio
import os
import signal
from collections.abc import Mapping
from dataclasses import dataclass, field
from multiprocessing.connection import Connection as Pipe
from typing import Any

import httpx
from sqlalchemy import Connection, exists, select

from inbox.channels import store
from inbox.domain.channels import Channel
from inbox.domain.outgoing import texts
from inbox.domain.times import SECOND, now
from inbox.sending import replies
from inbox.sending.outbox import Outbox
from inbox.sending.replies import Reply
from inbox.sending.schedule import Schedule
from inbox.storage.database import Database, connect, on_statement
from inbox.storage.secrets import Sealer
from inbox.storage.tables import later_sends, outbox
from tests.force.evidence import run_out

SEALER = Sealer(b"k" * 40)


@dataclass(frozen=True)
class Errand:
    """``replies``: client_id → conversation, to be taken in and sent. ``last_step``: the one before
    which it dies; None: it lives."""

    url: str
    replies: Mapping[str, str] = field(default_factory=dict)
    last_step: int | None = None


@dataclass
class Steps:
    """Counts them, and ends at the last one without a word."""

    last: int | None = None
    taken: int = 0

    def step(self, *_: Any, **__: Any) -> None:
        self.taken += 1
        if self.taken == self.last:
            os.kill(os.getpid(), signal.SIGKILL)

    async def call(self, _: Any) -> None:
        self.step()


class Watched:
    """A database whose every statement and commit is a step."""

    def __init__(self, database: Database, steps: Steps) -> None:
        self._database, self._steps = database, steps
        on_statement(database, steps.step)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._database, name)

    async def write(self, *work: Any, **named: Any) -> Any:
        found = await self._database.write(*work, **named)
        self._steps.step()
        return found


def run(errand: Errand, told: Pipe) -> None:
    """Tell by ``told`` each reply that was accepted, and in the end the number of steps."""
    told.send(asyncio.run(_work(errand, told)))


async def _work(errand: Errand, told: Pipe) -> int:
    steps, opened = Steps(), connect(errand.url)
    await opened.write(run_out)  # on PostgreSQL a dead process' claim would have 90 s left
    channels = await opened.read(_channels)
    database: Any = Watched(opened, steps)
    steps.last = errand.last_step
    hooks: Any = {"request": [steps.call], "response": [steps.call]}
    async with httpx.AsyncClient(event_hooks=hooks, trust_env=False) as http:
        outbox = Outbox(database, lambda: channels, http, now)
        schedule = Schedule(database, now, outbox.wake)
        both = [asyncio.create_task(one.run()) for one in (outbox, schedule)]
        for client_id, conversation in errand.replies.items():
            await database.write(replies.enqueue, _reply(client_id, conversation), now())
            told.send(client_id)
            outbox.wake()
            schedule.wake()
        await _emptied(opened)
        for task in both:
            task.cancel()
        await asyncio.wait(both)
    await opened.close()
    return steps.taken


def _reply(client_id: str, conversation: str) -> Reply:
    """One of each round is to be sent a moment later."""
    return Reply(
        conversation_id=conversation,
        said=texts.text(client_id),
        client_id=client_id,
        sender_name="Ana",
        send_at=now() + SECOND // 50 if client_id.startswith("later") else None,
    )


def _channels(connection: Connection) -> dict[str, Channel]:
    return {channel.id: channel for channel in store.listing(connection, SEALER)}


async def _emptied(database: Database) -> None:
    """Until nothing waits that would be sent by itself."""
    left = select(exists().where(outbox.c.number > 0) | exists().where(later_sends.c.since > 0))
    while await database.read(lambda connection: connection.execute(left).scalar()):  # noqa: ASYNC110 - a row tells nobody
        await asyncio.sleep(0.01)
