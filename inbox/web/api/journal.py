"""``/api/v1``: the webhook log, for the tokens of admins."""

from typing import Annotated, Any

from litestar import Request, get
from litestar.params import FromPath, FromQuery, QueryParameter

from inbox.domain.events import as_json
from inbox.domain.redaction import redacted
from inbox.domain.shapes import Shape
from inbox.receiving import webhook_log
from inbox.web.api.paging import Listing, limited
from inbox.web.context import app_of
from inbox.web.http.guard import ADMIN
from inbox.web.settings.webhook_log import (
    EVENTS_SHOWN,
    entry_or_missing,
    found,
    log_filter,
    parsed_body,
)

LIMIT = 200


@get("/api/v1/journal", opt=ADMIN)
async def entry_list(
    request: Request[Any, Any, Any],
    q: FromQuery[str] = "",
    channel: FromQuery[str] = "",
    in_state: Annotated[str, QueryParameter(name="state")] = "",
    answer: FromQuery[str] = "",
    since: FromQuery[str] = "",
    until: FromQuery[str] = "",
    cursor: FromQuery[str] = "",
    limit: FromQuery[int] = webhook_log.PAGE,
) -> Listing:
    """Webhooks that came, newest first, without their bodies.

    ``channel``: an id, ``shared`` for the shared address or ``nowhere`` for addresses that no
    channel has; ``state``: ``applied``, ``failed``, ``pending`` or ``refused``; ``answer``: the
    HTTP status that they got, or ``none`` for what broke off; ``since`` and ``until``: ISO 8601;
    ``q``: a phone number or a message's id. A refused one stands for ``number`` of its ``kind``.
    ``next`` may come with few or no entries when much had to be looked through.
    """
    page = await found(app_of(request), log_filter(request), limited(limit, LIMIT))
    return Listing(page.data, page.next)


@get("/api/v1/journal/{entry_id:str}", opt=ADMIN)
async def entry(request: Request[Any, Any, Any], entry_id: FromPath[str]) -> Shape:
    """One of them with its ``body`` as text and its ``events``; secrets are hidden in both."""
    at = app_of(request)
    shape, body = await entry_or_missing(at, entry_id)
    known = await parsed_body(at, shape, body)
    told = [redacted(as_json(event), own=known.own) for event in known.events[:EVENTS_SHOWN]]
    return shape | {"body": known.text, "events": told}


HANDLERS = [entry_list, entry]
