"""What came of a try is written down, with how far the endpoint has been told: one transaction."""

from collections.abc import Sequence
from typing import NamedTuple

from sqlalchemy import Connection, select, update

from inbox.domain.shapes import decoded, encoded
from inbox.domain.times import Micros
from inbox.domain.webhooks import TEST_TYPE, DeliveryTry
from inbox.feed.log import FeedEvent
from inbox.forwarding.bodies import webhook_id
from inbox.forwarding.rows import DeliveryColumns
from inbox.forwarding.standing import note_outcomes
from inbox.forwarding.trying import PostOutcome
from inbox.forwarding.waits import next_wait
from inbox.storage.dialect import insert
from inbox.storage.queue import AT_ONCE, Claim, Queue
from inbox.storage.tables import webhook_deliveries, webhook_endpoints
from inbox.storage.typed_rows import all_rows

MOST_TRIES = 20
"""That are kept of one delivery: the newest."""

_delivery, _endpoint = webhook_deliveries.c, webhook_endpoints.c


class TriedEvent(NamedTuple):
    """An event that an endpoint was told, or was tried to be told."""

    event: FeedEvent
    body: bytes
    outcome: PostOutcome


class Advance(NamedTuple):
    """How far the log was gone through for an endpoint.

    ``replays``: how often it had been set back when that began.
    """

    since: int
    seq: int
    replays: int


def settle_told(
    connection: Connection,
    queue: Queue,
    claim: Claim,
    advance: Advance,
    told: Sequence[TriedEvent],
    now: Micros,
) -> None:
    """Of first tries. Whose claim ran out writes nothing: another tells it, under the same ids."""
    if not queue.postpone(connection, claim, AT_ONCE, claim.attempts):
        return
    endpoint_id = claim.key[0]
    # Whoever asked for the past meanwhile has set it back, be it to where this began.
    still = (_endpoint.seq == advance.since) & (_endpoint.replays == advance.replays)
    mine = update(webhook_endpoints).where(_endpoint.id == endpoint_id)
    connection.execute(mine.where(still).values(seq=advance.seq))
    if told:
        _keep(connection, endpoint_id, told, now)
        note_outcomes(connection, endpoint_id, [one.outcome for one in told], now)


def _keep(
    connection: Connection, endpoint_id: str, told: Sequence[TriedEvent], now: Micros
) -> None:
    ids = {webhook_id(endpoint_id, one.event.seq, one.event.at): one for one in told}
    query = select(webhook_deliveries).where(_delivery.id.in_(ids))
    known = {row["id"]: row for row in all_rows(DeliveryColumns, connection.execute(query))}
    new = []
    for delivery_id, one in ids.items():
        end = _end(one.outcome, 1, now)
        row = known.get(delivery_id)
        if row is not None:
            tries = _with(row, one.outcome.said)
            mine = update(webhook_deliveries).where(_delivery.id == delivery_id)
            connection.execute(mine.values(**end, tries=tries))
            continue
        new.append(
            {
                "id": delivery_id,
                "endpoint_id": endpoint_id,
                "seq": one.event.seq,
                "type": one.event.type,
                "event_at": one.event.at,
                "at": one.outcome.at,
                **end,
                "tries": encoded([one.outcome.said]),
                "body": None,
            }
        )
    if new:
        connection.execute(insert(connection, webhook_deliveries).on_conflict_do_nothing(), new)


def settle_again(
    connection: Connection,
    claim: Claim,
    row: DeliveryColumns,
    tried: TriedEvent | None,
    now: Micros,
) -> None:
    """Of a further try; ``tried`` None: there is nothing left to post."""
    end: dict[str, object] = {"state": "cancelled", "due_at": None}
    if tried is not None:
        end = _end(tried.outcome, row["attempts"] + 1, now)
        end["tries"] = _with(row, tried.outcome.said)
        if row["type"] == TEST_TYPE and not tried.outcome.taken:
            end |= {"state": "failed", "due_at": None}
        if end["state"] == "failed":  # the log forgets sooner than admins ask for it again
            end["body"] = tried.body.decode()
    ours = (_delivery.id == row["id"]) & (_delivery.due_at == claim.held["due_at"])
    done = update(webhook_deliveries).where(ours).values(end).returning(_delivery.id)
    if connection.execute(done).first() is None or tried is None:
        return
    if row["type"] != TEST_TYPE or tried.outcome.taken:
        note_outcomes(connection, row["endpoint_id"], [tried.outcome], now)


def _end(outcome: PostOutcome, tries: int, now: Micros) -> dict[str, object]:
    if outcome.taken:
        return {"state": "delivered", "due_at": None, "attempts": tries}
    wait = next_wait(tries, outcome.pause)
    if wait is None:
        return {"state": "failed", "due_at": None, "attempts": tries}
    return {"state": "waiting", "due_at": now + wait, "attempts": tries}


def _with(row: DeliveryColumns, said: DeliveryTry) -> str:
    tries: list[DeliveryTry] = decoded(row["tries"])
    return encoded([*tries, said][-MOST_TRIES:])
