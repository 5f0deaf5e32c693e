"""The index follows the tables, a moment behind: writing stays fast, and nothing is forgotten.

Triggers note in ``unsearched_…`` what was written. Whoever takes a note makes the words anew
from the row as it is then, in the same transaction: after a crash the note is still there.
"""

import asyncio
import contextlib
import logging
from collections.abc import Callable
from functools import cache
from typing import Any

from sqlalchemy import ColumnElement, Connection, delete, literal_column, select

from inbox.domain.facets import Said, marks
from inbox.domain.folding import suffixes, words
from inbox.domain.shapes import content_of
from inbox.feed.log import FeedEvent
from inbox.search.snippets import searched
from inbox.storage.database import Database
from inbox.storage.dialect import among, listed
from inbox.storage.faults import Fault
from inbox.storage.fulltext import put_contacts, put_messages
from inbox.storage.prepared import Prepared
from inbox.storage.tables import contacts, messages, unsearched_contacts, unsearched_messages

log = logging.getLogger(__name__)

AT_ONCE = 16
"""Rows of one transaction: some three milliseconds, in which no webhook can be stored. Of half as
many the index takes twice the time, as each transaction is a segment that is merged later."""

REST = 3
"""Times as long as a transaction took, nobody is in the way of the next webhook."""

PATIENCE_SECONDS = 0.5
"""So long words wait for a moment in which no webhook does. Where there is none, as much comes as
the machine can do: then more are taken at once, and the rest once there is less."""

HURRIED_AT_ONCE = 64
LOOK_FOR_QUIET_SECONDS = 0.01

GATHER_SECONDS = 0.5
"""How long is gathered: one transaction for many messages instead of one for each."""

LOOK_SECONDS = 30.0
FAULT_SECONDS = 2.0

CALLED = ("own_name", "name", "username", "wa_id")
"""Columns of a contact by which people find them."""

_NEWS = frozenset(
    {
        "message:new",
        "message:updated",
        "message:removed",
        "note:new",
        "note:updated",
        "contact:new",
        "contact:updated",
        "conversation:merged",
    }
)


def _nobody() -> bool:
    return False


class Indexer:
    """``hear`` wants every event of the feed; ``run`` never ends. ``waited_for``: whether somebody
    waits to write just now who comes first.
    """

    def __init__(self, database: Database, waited_for: Callable[[], bool] = _nobody) -> None:
        self._database, self._waited_for = database, waited_for
        self._news = asyncio.Event()
        self._fault = Fault(log, "search does not know what is new")

    @property
    def fault(self) -> str | None:
        return self._fault.reason

    def hear(self, event: FeedEvent) -> None:
        if event.type in _NEWS:
            self._news.set()

    async def run(self) -> None:
        while True:
            self._news.clear()
            try:
                await self._catch_up()
            except Exception as fault:
                self._fault.met(fault)
                await asyncio.sleep(FAULT_SECONDS)
                continue
            self._fault.over()
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(LOOK_SECONDS):
                    await self._news.wait()
            await asyncio.sleep(GATHER_SECONDS)

    async def _catch_up(self) -> None:
        clock = asyncio.get_running_loop().time
        taken = limit = AT_ONCE
        while taken >= limit:  # a few more are gathered first
            limit = AT_ONCE if await self._quiet() else HURRIED_AT_ONCE
            began = clock()
            writing = asyncio.ensure_future(self._database.write(index, limit))
            try:
                taken = await asyncio.shield(writing)
            except asyncio.CancelledError:
                # The server stops: the connection goes back whole before it is closed.
                await asyncio.wait([writing])
                raise
            # What waits to be found can wait for what waits to be stored.
            await asyncio.sleep(REST * (clock() - began))

    async def _quiet(self) -> bool:
        """Whether nobody who comes first waits, or does not any more."""
        clock = asyncio.get_running_loop().time
        patience = clock() + PATIENCE_SECONDS
        while waited_for := self._waited_for():
            if clock() >= patience:
                break
            await asyncio.sleep(LOOK_FOR_QUIET_SECONDS)
        return not waited_for


def index(connection: Connection, limit: int) -> int:
    """Index what waits, at most so many of each kind; how many were taken."""
    return _index_messages(connection, limit) + _index_contacts(connection, limit)


def _index_messages(connection: Connection, limit: int) -> int:
    numbers = [row[0] for row in _noted(_number, limit).rows(connection)]
    if not numbers:
        return 0
    named = listed(connection, numbers)
    _forget_messages.run(connection, numbers=named)
    said = [
        (number, row[0], [] if gone else _in_index(Said(*row), content))
        for number, content, gone, *row in _said.rows(connection, numbers=named)
    ]
    there = {number for number, _, _ in said}
    taken_back = [(number, "", list[str]()) for number in numbers if number not in there]
    put_messages(connection, said + taken_back)
    return len(numbers)


def _in_index(said: Said, content: str) -> list[str]:
    told = content_of(content)
    return [*words(searched(told)), *marks(said, told)]


def _index_contacts(connection: Connection, limit: int) -> int:
    ids = [row[0] for row in _noted(_contact_id, limit).rows(connection)]
    if not ids:
        return 0
    named = listed(connection, ids)
    _forget_contacts.run(connection, ids=named)
    called = {row[0]: suffixes(names(*row[1:])) for row in _called.rows(connection, ids=named)}
    put_contacts(connection, [(contact_id, called.get(contact_id, [])) for contact_id in ids])
    return len(ids)


@cache
def _noted(column: ColumnElement[Any], limit: int) -> Prepared:
    """The first that wait and that no other process indexes just now.

    The limit is in the text: PostgreSQL would make a plan for it each time, ten times as long as it
    takes to find that there are none.
    """
    first = select(column).order_by(column).limit(literal_column(str(limit)))
    return Prepared(first.with_for_update(skip_locked=True, key_share=True))


_number, _contact_id = unsearched_messages.c.number, unsearched_contacts.c.contact_id
_forget_messages = Prepared(
    lambda engine: delete(unsearched_messages).where(among(engine, _number, "numbers"))
)
_forget_contacts = Prepared(
    lambda engine: delete(unsearched_contacts).where(among(engine, _contact_id, "ids"))
)
_said = Prepared(
    lambda engine: select(
        messages.c.number,
        messages.c.content,
        messages.c.deleted_at,
        *(messages.c[field] for field in Said._fields),
    ).where(among(engine, messages.c.number, "numbers"))
)
_called = Prepared(
    lambda engine: select(contacts.c.id, *(contacts.c[name] for name in CALLED)).where(
        among(engine, contacts.c.id, "ids")
    )
)


def names(*called: str | None) -> str:
    """What a contact is called (``CALLED``), all in one text."""
    return "\n".join(filter(None, called))
