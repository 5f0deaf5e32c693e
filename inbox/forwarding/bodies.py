"""What is posted: small, and made of the log, so that it is kept only once.

``{"type", "timestamp", "data", "seq"}``, where ``data`` is the event's payload. What would be too
long loses its longest fields and says so: ``shortened`` has their names, ``link`` says where all
of it is.
"""

from typing import Final
from uuid import UUID, uuid5

from sqlalchemy import Connection, select

from inbox import __version__
from inbox.domain.shapes import decoded, encoded
from inbox.domain.text import JsonObject
from inbox.domain.times import Micros, iso
from inbox.domain.webhooks import TEST_TYPE
from inbox.feed.log import FORGOTTEN, FeedEvent
from inbox.forwarding.rows import DeliveryColumns
from inbox.storage.tables import feed_events

LIMIT: Final = 20_000
"""Bytes of a body."""
SPARE: Final = 500
"""Of these, for what stands round the fields, and for the names of those that are left out."""

_PATHS: Final = {
    "message": "messages/{id}",
    "note": "messages/{id}",
    "activity": "messages/{id}",
    "contact": "contacts/{id}",
    "conversation": "conversations/{id}",
    "channel": "channels/{id}",
    "labels": "labels",
    "teams": "teams",
}
"""Where the API has what an event is about, by what its type begins with."""


def webhook_id(endpoint_id: str, seq: int, at: Micros) -> str:
    """Of this event at this endpoint, whenever and by whomever it is posted.

    With its time, as a database that is restored gives its numbers to other events.
    """
    return str(uuid5(UUID(endpoint_id), f"{seq}.{at}"))


def event_body(event: FeedEvent, api: str) -> bytes:
    """Under ``LIMIT`` bytes. ``api``: where links begin, as ``https://inbox.example/api/v1/``."""
    payload = event.payload
    size = len(payload.encode())
    if size > LIMIT - SPARE:
        payload = encoded(_shortened(event.type, decoded(payload), api))
    head = f'{{"type":"{event.type}","timestamp":"{iso(event.at)}","data":'
    return f'{head}{payload},"seq":{event.seq}}}'.encode()


def _shortened(event_type: str, data: JsonObject, api: str) -> JsonObject:
    """The longest fields go first; what tells which it is stays."""
    sizes = {name: len(encoded(value).encode()) + len(name) + 4 for name, value in data.items()}
    left = sum(sizes.values())
    out: list[str] = []
    for name in sorted(sizes, key=sizes.__getitem__, reverse=True):
        if left <= LIMIT - 2 * SPARE:
            break
        left -= sizes[name]
        out.append(name)
    path = _PATHS.get(event_type.partition(":")[0])
    link = api + path.format(id=data.get("id", "")) if path else None
    kept = {name: value for name, value in data.items() if name not in out}
    return {**kept, "shortened": out, "link": link}


def test_body(endpoint_id: str, now: Micros) -> str:
    """Of no event: to see whether a program hears us."""
    data = {"test": True, "endpoint_id": endpoint_id}
    return encoded({"type": TEST_TYPE, "timestamp": iso(now), "data": data, "seq": None})


def body_of(connection: Connection, row: DeliveryColumns, api: str) -> bytes | None:
    """None: the event is no longer kept."""
    if row["body"] is not None:
        return row["body"].encode()
    same = (feed_events.c.seq == row["seq"], feed_events.c.at == row["event_at"])
    found = connection.execute(select(feed_events).where(*same)).mappings().first()
    if found is None or found["type"] == FORGOTTEN:
        return None
    return event_body(FeedEvent(**found), api)


def shown_headers(webhook_id: str) -> dict[str, str]:
    """Those of a post that anybody may see."""
    return {
        "content-type": "application/json",
        "user-agent": f"Inbox/{__version__}",
        "webhook-id": webhook_id,
    }
