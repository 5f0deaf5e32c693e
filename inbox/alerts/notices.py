"""Alerts told outside, at an operator's address: nobody looks at a page at night.

A change of an alert leaves a notice in its own transaction, which stays until the other side has
taken it. Who sends holds it for a while, so that of several processes one does; one that dies
lets another send it again. So a notice may come twice, under the same id, and never gets lost
while somebody is there within a day.
"""

import logging
from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Literal, NamedTuple, TypedDict

from sqlalchemy import Connection, exists, select

from inbox.alerts import alerts
from inbox.alerts.listing import AnyAlert, alert_by_id
from inbox.domain.feed_events import AlertEnded, AlertNew, WebhookAlert
from inbox.domain.language import _
from inbox.domain.public import Alert
from inbox.domain.shapes import encoded
from inbox.domain.times import HOUR, MINUTE, SECOND, Micros
from inbox.domain.webhooks import EndpointName
from inbox.feed.log import FeedEvent
from inbox.storage.database import Database
from inbox.storage.drain import Drain
from inbox.storage.queue import Claim, Queue, Turn
from inbox.storage.slots import Slots
from inbox.storage.tables import alert_notices

log = logging.getLogger(__name__)

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
_before = alert_notices.alias()
_began = (_before.c.alert_id == _notice.alert_id) & (_before.c.change < _notice.change)
QUEUE = Queue(
    alert_notices,
    longest=LONGEST,
    # An alert's end waits for its beginning.
    first=~exists(select(_before.c.alert_id).where(_began)),
)
_DUE = select(_notice.alert_id, _notice.change, _notice.attempts).order_by(_notice.alert_id)


class Notice(NamedTuple):
    claim: Claim
    alert: AnyAlert
    change: Change

    @property
    def id(self) -> str:
        return f"{self.alert['id']}-{self.change}"

    @property
    def tries(self) -> int:
        """This one counts already."""
        return self.claim.attempts + 1


class NoticeBody(TypedDict):
    """What is posted. ``text`` is what chat services show."""

    type: str
    id: str
    text: str
    url: str
    alert: AnyAlert


class Notices(Drain[Notice]):
    """One at a time. ``page`` is the address of what an alert is about, for people."""

    queue, claimed_for = QUEUE, HOLD
    slots = Slots(total=1, each=1)
    waits, idle_seconds = "alerts are not told outside", 10.0

    def __init__(
        self,
        database: Database,
        post: Post,
        page: Callable[[AnyAlert], str],
        now: Callable[[], Micros],
    ) -> None:
        super().__init__(database, now)
        self._post, self._page = post, page

    def hear(self, event: FeedEvent) -> None:
        """There may be something to tell."""
        if event.type in alerts.EVENTS:
            self.wake()

    def claim(self, connection: Connection, turn: Turn) -> Sequence[Notice]:
        return claim(connection, turn)

    async def work(self, item: Notice) -> None:
        body = encoded(notice_body(item, self._page(item.alert))).encode()
        headers = {"Content-Type": "application/json", "Idempotency-Key": item.id}
        try:
            status = await self._post(body, headers)
        except Exception as error:  # whatever kept it, the next try may get through
            found = type(error).__name__
        else:
            found = "" if 200 <= status < 300 else str(status)
        await self.patiently(settle_notice, item, not found, self._now())
        # Never the address: it may hold a secret.
        facts = {"alert_id": item.alert["id"], "change": item.change}
        if found and item.tries >= TRIES:
            log.error("alert not told outside, given up", extra=facts | {"error": found})
        elif found:
            log.warning("alert not told outside", extra=facts | {"error": found})


def notice_body(notice: Notice, page: str) -> NoticeBody:
    alert = notice.alert
    if alert["kind"] == "switched_off":
        event_type, what = WebhookAlert.type, _what_of_endpoint(alert["endpoint"], notice.change)
    else:
        event_type = AlertNew.type if notice.change == "began" else AlertEnded.type
        what = _what_of_channel(alert, notice.change)
    return {
        "type": event_type,
        "id": notice.id,
        "text": f"{what} {alert['text']}",
        "url": page,
        "alert": alert,
    }


def _what_of_endpoint(endpoint: EndpointName, change: Change) -> str:
    name = endpoint["description"] or endpoint["host"]
    if change == "began":
        return _("Nothing is posted to %(name)s any more: it was switched off.", name=name)
    return _("%(name)s was switched on again, or removed. Before:", name=name)


def _what_of_channel(alert: Alert, change: Change) -> str:
    name = alert["channel"]["name"]
    return {
        ("silent", "began"): _("%(name)s has fallen silent.", name=name),
        ("silent", "ended"): _("%(name)s is heard again. It was silent:", name=name),
        ("failing", "began"): _("Webhooks to %(name)s are refused.", name=name),
        ("sending", "began"): _("Nothing can be sent from %(name)s.", name=name),
        ("sending", "ended"): _("%(name)s can send again. Before:", name=name),
        ("account", "began"): _("News of the account of %(name)s.", name=name),
        ("account", "ended"): _("No longer new for %(name)s:", name=name),
        ("failing", "ended"): _("Webhooks to %(name)s are taken again. Before:", name=name),
    }[alert["kind"], change]


def claim(connection: Connection, turn: Turn) -> list[Notice]:
    held = {"due_at": turn.until}
    rows = QUEUE.claim(connection, turn, _DUE, attempts=_notice.attempts + 1)
    return [
        Notice(
            Claim((row["alert_id"], row["change"]), "", held, row["attempts"]),
            alert_by_id(connection, row["alert_id"]),
            row["change"],
        )
        for row in rows
    ]


def settle_notice(connection: Connection, notice: Notice, taken: bool, now: Micros) -> None:
    """It was taken, or is tried again after a wait that doubles, until it is given up."""
    if taken or notice.tries >= TRIES:
        QUEUE.finish(connection, notice.claim)
        return
    later = now + min(LONGEST, FIRST << min(notice.tries - 1, 20))
    QUEUE.postpone(connection, notice.claim, later, notice.tries)
