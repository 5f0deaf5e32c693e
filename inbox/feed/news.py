"""News for our own processes: what they hold in memory, or whom they serve, has changed.

It goes through the log with the change itself, so that every process hears of it, and never
to a subscriber.
"""

from inbox.domain.feed_events import AccessChanged, AccessLost, ChannelChanged, LimitsChanged
from inbox.domain.shapes import decoded
from inbox.feed.log import FeedEvent
from inbox.feed.ring import Ring

ACCESS, CHANNEL, LIMITS = AccessChanged.type, ChannelChanged.type, LimitsChanged.type


def access_changed(
    *, user_id: str | None = None, session: str | None = None, token_id: str | None = None
) -> AccessChanged:
    """A user (with ``session``: in that browser alone) or a token may no longer listen."""
    return AccessChanged({"user_id": user_id, "session": session, "token_id": token_id})


def limits_changed(*, user_id: str | None = None, token_id: str | None = None) -> LimitsChanged:
    """A user or a token may still listen, and to something else."""
    return LimitsChanged({"user_id": user_id, "session": None, "token_id": token_id})


def channel_changed(channel_id: str) -> ChannelChanged:
    """A channel was added or has other secrets."""
    return ChannelChanged({"id": channel_id})


def shuts_out(event: FeedEvent, kind: str, identity: str, session: str | None) -> bool:
    """Whether this event takes away what a ``user`` or ``token`` came in with."""
    return event.type == ACCESS and _names(event, kind, identity, session)


def limits(event: FeedEvent, kind: str, identity: str) -> bool:
    """Whether this event says that a ``user`` or ``token`` may see something else now."""
    return event.type == LIMITS and _names(event, kind, identity, None)


def _names(event: FeedEvent, kind: str, identity: str, session: str | None) -> bool:
    whose: AccessLost = decoded(event.payload)
    if kind == "token":
        return whose["token_id"] == identity
    return whose["user_id"] == identity and whose["session"] in (None, session)


def otherwise_since(ring: Ring, since: int, kind: str, identity: str, session: str | None) -> bool:
    """Whether either happened after ``since``, or may have: then ask again who may come in."""
    return not ring.holds(since) or any(
        shuts_out(published.event, kind, identity, session)
        or limits(published.event, kind, identity)
        for published in ring.after(since)
    )
