"""What posting makes of an endpoint: it is well, it rests, it is switched off."""

import logging
from collections.abc import Sequence

from sqlalchemy import Connection, case, update

from inbox.domain.times import Micros
from inbox.domain.webhooks import EndedBecause
from inbox.forwarding.endpoints import row_of, tell_endpoint
from inbox.forwarding.rows import EndpointColumns
from inbox.forwarding.trying import PostOutcome
from inbox.forwarding.waits import FAILING, PATIENCE, rest
from inbox.storage.queue import AT_ONCE
from inbox.storage.tables import webhook_endpoints

log = logging.getLogger(__name__)

_endpoint = webhook_endpoints.c


def note_outcomes(
    connection: Connection, endpoint_id: str, outcomes: Sequence[PostOutcome], now: Micros
) -> None:
    """After these tries, in their order. Whoever is at the endpoint keeps it.

    Call it last: where the endpoint is switched off it tells the feed, as ``append`` does.
    """
    row = row_of(connection, endpoint_id)
    failures, since = row["attempts"], row["failing_since"]
    values: dict[str, object] = {}
    for one in outcomes:
        if one.taken:
            failures, since = 0, None
            values |= {"last_success_at": one.at, "last_error": None}
        else:
            failures, since = failures + 1, one.at if since is None else since
            values["last_error"] = one.said["error"]
    pause = rest(failures, outcomes[-1].pause) if outcomes and not outcomes[-1].taken else 0
    until = now + pause if pause else None
    # One that rests or is free follows; a claim is somebody's, who looks when it ends.
    free = (_endpoint.due_at <= now) | (_endpoint.due_at == row["shut_until"])
    due_at = case((free, AT_ONCE if until is None else until), else_=_endpoint.due_at)
    values |= {"attempts": failures, "failing_since": since, "shut_until": until, "due_at": due_at}
    because = _end(outcomes, failures, since, now) if row["active"] else None
    if because:
        values |= {"active": False, "ended_at": now, "ended_because": because}
        facts = {"endpoint_id": endpoint_id, "because": because, "error": values.get("last_error")}
        log.warning("an outgoing webhook is switched off", extra=facts)
    connection.execute(update(webhook_endpoints).where(_endpoint.id == endpoint_id).values(values))
    if because:
        tell_endpoint(connection, endpoint_id, now)


def _end(
    outcomes: Sequence[PostOutcome], failures: int, since: Micros | None, now: Micros
) -> EndedBecause | None:
    if any(one.gone for one in outcomes):
        return "gone"
    lasting = since is not None and since <= now - FAILING
    return "failing" if lasting and failures > PATIENCE else None


def note_missed(connection: Connection, row: EndpointColumns, begins: int) -> None:
    """The log begins after ``begins``: what is before it and was not told is gone, and is told."""
    lost = begins - row["seq"]
    log.warning("events were forgotten before a webhook was told", extra={"endpoint_id": row["id"]})
    mine = (_endpoint.id == row["id"]) & (_endpoint.seq == row["seq"])
    values = {"seq": begins, "missed": _endpoint.missed + lost}
    connection.execute(update(webhook_endpoints).where(mine).values(values))
