"""Settings: every webhook that was taken, with its raw body and what became of it."""

import json

from litestar import get
from litestar.exceptions import NotFoundException
from litestar.params import FromPath, FromQuery
from litestar_htmx import HTMXRequest, HTMXTemplate

from inbox.desk import webhook_log
from inbox.domain.channels import Channel
from inbox.domain.events import as_json
from inbox.providers.registry import provider_named
from inbox.receiving.body import NotJson, parse
from inbox.web.guard import ADMIN
from inbox.web.house import house
from inbox.web.rendering import own_page

Request = HTMXRequest


@get("/settings/webhook-log", opt=ADMIN, include_in_schema=False)
async def entry_list(
    request: Request,
    channel: FromQuery[str] = "",
    cursor: FromQuery[str] = "",
) -> HTMXTemplate:
    at, state = house(request), request.query_params.get("state", "")
    entries, following = await at.database.read(
        webhook_log.page, channel_id=channel, state=state, before=cursor
    )
    return own_page(
        request,
        "settings/webhook_log.html",
        entries=entries,
        next_cursor=following,
        channels=[{"id": one.id, "name": one.name} for one in at.directory.all()],
        channel=channel,
        state=state,
        cursor=cursor,
    )


@get("/settings/webhook-log/{entry_id:str}", opt=ADMIN, include_in_schema=False)
async def entry_page(request: Request, entry_id: FromPath[str]) -> HTMXTemplate:
    at = house(request)
    found = await at.database.read(webhook_log.entry, entry_id)
    if found is None:
        raise NotFoundException("There is no such webhook in the log.")
    entry, body = found
    channel = await at.directory.by_id(entry["channel"]["id"])
    return own_page(
        request,
        "settings/webhook_entry.html",
        entry=entry,
        body_text=readable(body),
        events=_events(channel, body, at.now()),
        error=entry["error"],
    )


def readable(body: bytes) -> str:
    """A body for people: JSON with indents, else the text as it came."""
    text = body.decode("utf-8", "replace")
    try:
        return json.dumps(json.loads(text), indent=2, ensure_ascii=False)
    except (ValueError, RecursionError):
        return text


def _events(channel: Channel | None, body: bytes, now: int) -> list[str]:
    if channel is None:
        return []
    try:
        events = provider_named(channel.provider).normalise(parse(body), now)
    except NotJson:
        return []
    return [json.dumps(as_json(event), indent=2, ensure_ascii=False) for event in events]


HANDLERS = [entry_list, entry_page]
