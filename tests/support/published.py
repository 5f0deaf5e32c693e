"""What went into the feed."""

from typing import Any, NamedTuple

from sqlalchemy import Connection, select

from inbox.domain.shapes import decoded
from inbox.storage.tables import feed_events


class Published(NamedTuple):
    audience: str
    payload: Any


def published(connection: Connection, kind: str) -> list[Published]:
    """Of this kind, a LIKE pattern; in order, which PostgreSQL keeps only when it is asked to."""
    query = select(feed_events.c.audience, feed_events.c.payload)
    query = query.where(feed_events.c.type.like(kind)).order_by(feed_events.c.seq)
    return [
        Published(audience, decoded(payload)) for audience, payload in connection.execute(query)
    ]
