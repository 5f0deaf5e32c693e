"""How fast a provider takes what is sent, and what waits meanwhile.

The limit of a pair is one customer's: only what is for them waits, each time for longer. That of
an account is the whole channel's, as any `Retry-After` is: nothing leaves by it until then, no
reply, no reaction and no read mark, of no process.
"""

from sqlalchemy import Connection, or_, update

from inbox.domain.times import SECOND, Micros
from inbox.providers.base import Refused
from inbox.sending.claims import LONGEST_WAIT
from inbox.sending.holding import hold_places
from inbox.storage.queue import SKEW, Claim, Queue
from inbox.storage.tables import channels, outbox

FIRST_WAIT = 10.0
"""Seconds, of what may be told twice; four times as long after each try."""

_kept = channels.c


def pause_after(refused: Refused, tries: int) -> Micros:
    """Until the next try, after so many before this one; ``refused`` allows one."""
    grown = 4.0 ** (tries + 1) if refused.limit == "pair" else 2.0**tries
    return min(round(max(refused.retry_after or 0, grown) * SECOND), LONGEST_WAIT)


def tell_later(
    connection: Connection, queue: Queue, claim: Claim, refused: Refused, now: Micros
) -> None:
    """What may be told twice is told later, and the channel keeps to a limit that it met."""
    wait = max(refused.retry_after or 0, FIRST_WAIT * 4.0 ** min(claim.attempts, 9))
    due_at = now + min(round(wait * SECOND), LONGEST_WAIT)
    queue.postpone(connection, claim, due_at, claim.attempts + 1)
    limit_channel(connection, claim.lane, refused, now + pause_after(refused, 0), now)


def limit_channel(
    connection: Connection, channel_id: str, refused: Refused, until: Micros, now: Micros
) -> None:
    """Let nothing leave by it before then; those that wait say why. In few statements."""
    if refused.limit != "channel":
        return
    sooner = or_(
        _kept.limited_until.is_(None),
        _kept.limited_until < until,
        _kept.limited_until > now + LONGEST_WAIT + SKEW,  # from before the clock was set back
    )
    # An answer may come after the removal, which ended all limits: what waits is to fail then.
    there = _kept.state != "removed"
    statement = update(channels).where(_kept.id == channel_id, there, sooner)
    limited = statement.values(limited_until=until, limit_reason=refused.title)
    if connection.execute(limited.returning(_kept.id)).first() is not None:
        free = (outbox.c.started.is_(False), outbox.c.reason.is_(None))
        hold_places(connection, channel_id, free, {"reason": refused.title}, now)
