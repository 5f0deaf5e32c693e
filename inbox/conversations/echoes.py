"""Replies of ours that a provider without ids tells again: shown once where that is certain.

Such an echo names no message. It is ours if the provider had taken a reply of ours, to this
customer and in these words, at the time that it tells; if it names nobody else as its author; and
if no other echo was this reply. Otherwise it is shown as what it may be: another message.

Its time is the provider's, and when a reply was taken ours. Where the two clocks are apart, what
customers have said in the conversation shows by how much.
"""

from collections.abc import Sequence
from typing import Final

from sqlalchemy import Connection, and_, or_, select

from inbox.domain.hours.shape import AUTOMATIC_KEY
from inbox.domain.outgoing.said import Said
from inbox.domain.outgoing.signature import composed
from inbox.domain.shapes import content_of
from inbox.domain.times import HOUR, SECOND, Micros
from inbox.storage.dialect import insert
from inbox.storage.tables import echoes, messages, outbox, receipts

AUTOMATIC: Final = messages.c.event_key.startswith(AUTOMATIC_KEY)
"""What a channel said by itself, in nobody's name."""
SKEW: Micros = 30 * SECOND
"""So far the provider's clock and ours may be apart, with the time that a send takes."""
_LONGEST: Micros = 6 * HOUR
"""From the click to the last try."""
_FARTHEST: Micros = HOUR
"""A clock that is more wrong than this is none to reckon by."""
_LOOKED_AT = 200
_SAID_LATELY = 20


def ours(
    connection: Connection,
    where: tuple[str, str],
    key: str,
    words: str,
    times: tuple[Micros, Micros],
) -> bool:
    """Whether the echo ``key`` is a reply that is in the thread already; noted if it is.

    ``where``: channel and conversation. ``times``: when it was said, by the provider's clock, and
    when it came, by ours.
    """
    (channel_id, conversation_id), (at, came_at) = where, times
    if _known(connection, channel_id, key):
        return True
    here = _by_our_clock(connection, conversation_id, at, came_at)
    query = (
        select(messages.c.id, messages.c.content)
        .outerjoin(
            receipts,
            and_(
                receipts.c.channel_id == messages.c.channel_id,
                receipts.c.provider_message_id == messages.c.provider_message_id,
                receipts.c.status == "accepted",
            ),
        )
        .outerjoin(outbox, outbox.c.message_id == messages.c.id)
        .outerjoin(echoes, echoes.c.message_id == messages.c.id)
        .where(
            messages.c.conversation_id == conversation_id,
            messages.c.sort_at.between(min(at, here) - _LONGEST, max(at, here) + SKEW),
            or_(messages.c.sender_name.is_not(None), AUTOMATIC),
            # Taken, or on its way: nobody else can have told of it before.
            or_(receipts.c.at >= here - SKEW, outbox.c.started.is_(True)),
            echoes.c.message_id.is_(None),
        )
        .order_by(messages.c.sort_at.desc(), messages.c.number.desc())
        .limit(_LOOKED_AT)
    )
    same = [
        message_id
        for message_id, content in connection.execute(query)
        if composed(Said("text", content_of(content))).words.strip() == words.strip()
    ]
    if not same or _shown(connection, channel_id, key):
        return False
    # The oldest first: echoes of two equal replies come in their order.
    noted = {"channel_id": channel_id, "event_key": key, "message_id": same[-1]}
    connection.execute(insert(connection, echoes).on_conflict_do_nothing(), noted)
    return True


def _by_our_clock(
    connection: Connection, conversation_id: str, at: Micros, came_at: Micros
) -> Micros:
    """When it was said.

    Nothing comes before it was said: where it seems so, our clock is behind. Where it is ahead, all
    that customers say seems to take as long, and so does this.
    """
    heard = select(messages.c.received_at - messages.c.sort_at).where(
        messages.c.conversation_id == conversation_id, messages.c.direction == "incoming"
    )
    heard = heard.order_by(messages.c.sort_at.desc(), messages.c.number.desc())
    offsets: Sequence[Micros] = connection.execute(heard.limit(_SAID_LATELY)).scalars().all()
    own = came_at - at
    least = min([own, *offsets])
    if least < 0:
        return at + max(least, -_FARTHEST)
    ahead = bool(offsets) and SKEW < least <= _FARTHEST and own - least <= SKEW
    return at + least if ahead else at


def _known(connection: Connection, channel_id: str, key: str) -> bool:
    query = select(echoes.c.message_id).where(
        echoes.c.channel_id == channel_id, echoes.c.event_key == key
    )
    return connection.execute(query).first() is not None


def _shown(connection: Connection, channel_id: str, key: str) -> bool:
    """Whether it has a bubble of its own already, from before we could know."""
    query = select(messages.c.id).where(
        messages.c.channel_id == channel_id, messages.c.event_key == key
    )
    return connection.execute(query).first() is not None
