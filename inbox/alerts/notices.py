"""Alerts told outside, at an operator's address: nobody looks at a page at night.

A change of an alert leaves a notice in its own transaction, which stays until the other side has
taken it. Who sends holds it for a while, so that of several processes one does; one that dies
lets another send it again. So a notice may come twice, under the same id, and never gets lost
while somebody is there within a day.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Mapping
from contextlib import suppress
from typing import Literal, NamedTuple, TypedDict

from sqlalchemy import Connection, delete, exists, or_, select, update

from inbox.alerts import alerts
from inbox.domain.feed_events import AlertEnded, AlertNew
from inbox.domain.language import _
from inbox.domain.public import Alert
from inbox.domain.shapes import encoded
from inbox.domain.times import HOUR, MINUTE, SECOND, Micros
from inbox.feed.log import FeedEvent
from inbox.storage.database import Database
from inbox.storage.faults import Fault
from inbox.storage.tables import alert_notices

log = logging.getLogger(__name__)

PAUSE_SECONDS = 10.0
HOLD: Micros = MINUTE
"""Longer than a try takes."""
FIRST: Micros = 10 * SECOND
LONGEST: Micros = HOUR
TRIES = 32
"""About a day."""

Change = Literal["began", "ended"]
Post = Callable[[bytes, Mapping[str, str]], Awaitable[int]]
"""Send this body with these headers; the status, or raises what kept it from coming back."""

_notice = alert_notices.c


class Notice(NamedTuple):
    alert: Alert
    change: Change
    tries: int

    @property
    def id(self) -> str:
        return f"{self.alert['id']}-{self.change}"


class NoticeBody(TypedDict):
    """What is posted. ``text`` is what chat services show."""

    type: str
    id: str
    text: str
    url: str
    alert: Alert


class Notices:
    """``page`` is the address of an alert's channel, for people."""

    def __init__(
        self,
        database: Database,
        post: Post,
        page: Callable[[str], str],
        now: Callable[[], Micros],
    ) -> None:
        self._database, self._post, self._page, self._now = database, post, page, now
        self._fault = Fault(log, "alerts are not told outside")
        self._woken = asyncio.Event()

    def hear(self, event: FeedEvent) -> None:
        """There may be something to tell."""
        if event.type in alerts.EVENTS:
            self._woken.set()

    async def run(self) -> None:
        while True:
            self._woken.clear()
            try:
                while await self.tell_one():
                    pass
            except Exception as fault:  # it is in the table, for the next time
                self._fault.met(fault)
            else:
                self._fault.over()
            with suppress(TimeoutError):
                async with asyncio.timeout(PAUSE_SECONDS):
                    await self._woken.wait()

    async def tell_one(self) -> bool:
        """Try the first that is due; False if none is."""
        notice = await self._database.write(claim, self._now())
        if notice is None:
            return False
        body = encoded(notice_body(notice, self._page(notice.alert["channel"]["id"]))).encode()
        headers = {"Content-Type": "application/json", "Idempotency-Key": notice.id}
        try:
            status = await self._post(body, headers)
        except Exception as error:  # whatever kept it, the next try may get through
            found = type(error).__name__
        else:
            found = "" if 200 <= status < 300 else str(status)
        await self._database.write(settle_notice, notice, not found, self._now())
        # Never the address: it may hold a secret.
        facts = {"alert_id": notice.alert["id"], "change": notice.change}
        if found and notice.tries >= TRIES:
            log.error("alert not told outside, given up", extra=facts | {"error": found})
        elif found:
            log.warning("alert not told outside", extra=facts | {"error": found})
        return True


def notice_body(notice: Notice, page: str) -> NoticeBody:
    name = notice.alert["channel"]["name"]
    what = {
        ("silent", "began"): _("%(name)s has fallen silent.", name=name),
        ("silent", "ended"): _("%(name)s is heard again. It was silent:", name=name),
        ("failing", "began"): _("Webhooks to %(name)s are refused.", name=name),
        ("failing", "ended"): _("Webhooks to %(name)s are taken again. Before:", name=name),
    }[notice.alert["kind"], notice.change]
    return {
        "type": AlertNew.type if notice.change == "began" else AlertEnded.type,
        "id": notice.id,
        "text": f"{what} {notice.alert['text']}",
        "url": page,
        "alert": notice.alert,
    }


def claim(connection: Connection, now: Micros) -> Notice | None:
    """The first that is due, for so long as ``HOLD``. An alert's end waits for its beginning."""
    before = alert_notices.alias()
    began = exists().where(before.c.alert_id == _notice.alert_id, before.c.change < _notice.change)
    # What is due later than it can be was noted before the clock was set back.
    due = or_(_notice.due_at <= now, _notice.due_at > now + 2 * LONGEST)
    first = select(alert_notices).where(due, ~began).order_by(_notice.alert_id).limit(1)
    row = connection.execute(first.with_for_update(skip_locked=True)).first()
    if row is None:
        return None
    held = {"due_at": now + HOLD, "tries": row.tries + 1}
    this = (_notice.alert_id == row.alert_id) & (_notice.change == row.change)
    connection.execute(update(alert_notices).where(this).values(held))
    return Notice(alerts.alert_by_id(connection, row.alert_id), row.change, row.tries + 1)


def settle_notice(connection: Connection, notice: Notice, taken: bool, now: Micros) -> None:
    """It was taken, or is tried again after a wait that doubles, until it is given up."""
    this = (_notice.alert_id == notice.alert["id"]) & (_notice.change == notice.change)
    if taken or notice.tries >= TRIES:
        connection.execute(delete(alert_notices).where(this))
        return
    later = now + min(LONGEST, FIRST << min(notice.tries - 1, 20))
    connection.execute(update(alert_notices).where(this).values(due_at=later))
