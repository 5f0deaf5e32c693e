"""Endpoints: who is told what happens, kept, changed, paused, removed.

What admins may decide is here; what posting makes of an endpoint is in ``standing.py``.
"""

from collections.abc import Collection, Mapping
from typing import Final, TypedDict

from sqlalchemy import Connection, delete, func, insert, select, update

from inbox.domain.errors import Invalid, Missing
from inbox.domain.feed_events import WebhookUpdated
from inbox.domain.ids import new_id
from inbox.domain.language import N_, _
from inbox.domain.shapes import encoded
from inbox.domain.times import Micros
from inbox.domain.webhooks import Endpoint
from inbox.feed.log import append, head
from inbox.forwarding.checks import (
    checked_channels,
    checked_concurrency,
    checked_description,
    checked_events,
    checked_headers,
    checked_url,
)
from inbox.forwarding.rows import EndpointColumns, changed_endpoint, endpoint
from inbox.forwarding.secrets import OVERLAP, Sealed, new_secret
from inbox.storage.queue import AT_ONCE
from inbox.storage.secrets import Sealer
from inbox.storage.tables import channels, webhook_endpoints
from inbox.storage.typed_rows import all_rows, first_row

MOST: Final = 50
NOT_THERE: Final = N_("There is no such webhook.")

_endpoint = webhook_endpoints.c


class Wishes(TypedDict, total=False):
    """What an admin may say of an endpoint. ``headers``: each is set, or with None taken away."""

    url: str
    description: str
    events: Collection[str]
    channel_ids: Collection[str]
    headers: Mapping[str, str | None]
    concurrency: int
    active: bool


def listing(connection: Connection) -> list[Endpoint]:
    """All, the oldest first."""
    query = select(webhook_endpoints).order_by(_endpoint.id)
    return [endpoint(row) for row in all_rows(EndpointColumns, connection.execute(query))]


def by_id(connection: Connection, endpoint_id: str) -> Endpoint:
    """Raises ``Missing``."""
    return endpoint(row_of_now(connection, endpoint_id))


def add(
    connection: Connection, sealer: Sealer, wishes: Wishes, now: Micros, *, private: bool
) -> tuple[Endpoint, str]:
    """It with its secret, which is shown just this once; it hears what happens from now on.

    Needs ``url`` and ``events``. ``private``: what ``INBOX_WEBHOOKS_PRIVATE`` says. Raises
    ``Invalid``.
    """
    number = connection.scalar(select(func.count()).select_from(webhook_endpoints)) or 0
    if number >= MOST:
        raise Invalid("url", _("There are %(most)s webhooks already: remove one first.", most=MOST))
    wanted: Wishes = {"url": "", "events": (), **wishes}
    sealed = Sealed(secret=new_secret(), previous=None, headers={})
    values = _checked(connection, wanted, sealed, private=private)
    row = {
        "id": new_id(now),
        "description": "",
        "channel_ids": "[]",
        "header_names": "[]",
        "active": True,
        "concurrency": 1,
        "created_at": now,
        "attempts": 0,
        "missed": 0,
        "replays": 0,
        "seq": head(connection),
        "due_at": AT_ONCE,
        **values,
        "sealed": sealer.seal(sealed),
    }
    connection.execute(insert(webhook_endpoints).values(row))
    made = tell_endpoint(connection, str(row["id"]), now)
    mine = update(webhook_endpoints).where(_endpoint.id == made["id"])
    connection.execute(mine.values(seq=head(connection)))  # its own making it does not hear
    return made, sealed["secret"]


def change(
    connection: Connection,
    sealer: Sealer,
    endpoint_id: str,
    wishes: Wishes,
    now: Micros,
    *,
    private: bool,
) -> Endpoint:
    """Only what ``wishes`` names. Switched on again it goes on where it stood: what happened
    meanwhile is told, as far as the log goes back. Raises ``Invalid`` and ``Missing``.
    """
    row = row_of(connection, endpoint_id)
    sealed: Sealed = sealer.open(row["sealed"])
    values = _checked(connection, wishes, sealed, private=private)
    if wishes.get("active") and not row["active"]:
        values |= _FRESH
    values["sealed"] = sealer.seal(sealed)
    connection.execute(update(webhook_endpoints).where(_endpoint.id == endpoint_id).values(values))
    return tell_endpoint(connection, endpoint_id, now)


def tell_endpoint(connection: Connection, endpoint_id: str, now: Micros) -> Endpoint:
    """As it is now, which the feed hears: call it last, as ``append`` is."""
    row = row_of_now(connection, endpoint_id)
    append(connection, [WebhookUpdated(changed_endpoint(row))], now)
    return endpoint(row)


_FRESH: Final[dict[str, object]] = {
    "due_at": AT_ONCE,
    "attempts": 0,
    "shut_until": None,
    "failing_since": None,
    "ended_at": None,
    "ended_because": None,
}
"""Who is switched on begins without a past."""


def remove(connection: Connection, endpoint_id: str, now: Micros) -> Endpoint:
    """What it was; its deliveries go with it. Raises ``Missing``."""
    was = row_of(connection, endpoint_id)
    connection.execute(delete(webhook_endpoints).where(_endpoint.id == endpoint_id))
    append(connection, [WebhookUpdated(changed_endpoint(was, removed=True))], now)
    return endpoint(was)


def rotate(
    connection: Connection, sealer: Sealer, endpoint_id: str, now: Micros
) -> tuple[Endpoint, str]:
    """It with its new secret, shown just this once; for a day the one before signs as well.

    Raises ``Missing``.
    """
    sealed: Sealed = sealer.open(row_of(connection, endpoint_id)["sealed"])
    new = Sealed(secret=new_secret(), previous=sealed["secret"], headers=sealed["headers"])
    values = {"sealed": sealer.seal(new), "previous_until": now + OVERLAP}
    connection.execute(update(webhook_endpoints).where(_endpoint.id == endpoint_id).values(values))
    return by_id(connection, endpoint_id), new["secret"]


def row_of(connection: Connection, endpoint_id: str) -> EndpointColumns:
    """For who writes it anew: on PostgreSQL nobody else does until the commit.

    Raises ``Missing``.
    """
    mine = select(_endpoint.id).where(_endpoint.id == endpoint_id)
    connection.execute(mine.with_for_update(key_share=True))
    return row_of_now(connection, endpoint_id)


def row_of_now(connection: Connection, endpoint_id: str) -> EndpointColumns:
    """For who only reads it. Raises ``Missing``."""
    query = select(webhook_endpoints).where(_endpoint.id == endpoint_id)
    row = first_row(EndpointColumns, connection.execute(query))
    if row is None:
        raise Missing(_(NOT_THERE))
    return row


def _checked(
    connection: Connection, wishes: Wishes, sealed: Sealed, *, private: bool
) -> dict[str, object]:
    """Columns for what is wished; new headers go into ``sealed``."""
    values: dict[str, object] = {}
    if "url" in wishes:
        values["url"] = checked_url(wishes["url"], private=private)
    if "description" in wishes:
        values["description"] = checked_description(wishes["description"])
    if "events" in wishes:
        values["events"] = encoded(checked_events(wishes["events"]))
    if "channel_ids" in wishes:
        there = connection.execute(select(channels.c.id)).scalars()
        values["channel_ids"] = encoded(checked_channels([*wishes["channel_ids"]], {*there}))
    if "headers" in wishes:
        sealed["headers"] = checked_headers(wishes["headers"], sealed["headers"])
        values["header_names"] = encoded([*sealed["headers"]])
    if "concurrency" in wishes:
        values["concurrency"] = checked_concurrency(wishes["concurrency"])
    if "active" in wishes:
        values["active"] = wishes["active"]
    return values
