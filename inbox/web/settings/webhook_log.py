"""Settings: every webhook that was taken, with its raw body and what became of it."""

import json
from collections.abc import Iterable, Iterator
from contextlib import suppress

from litestar import get
from litestar.exceptions import NotFoundException
from litestar.params import FromPath, FromQuery
from litestar_htmx import HTMXRequest, HTMXTemplate

from inbox.desk import webhook_log
from inbox.domain.channels import Channel
from inbox.domain.events import Event, as_json
from inbox.domain.text import clip
from inbox.providers.registry import provider_named
from inbox.receiving.body import NotJson, parse
from inbox.web.guard import ADMIN
from inbox.web.house import house
from inbox.web.rendering import own_page

Request = HTMXRequest

SHOWN = 200_000
"""Characters of a body, and of its events, on a page."""
EVENTS_SHOWN = 200


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
    events = _events(channel, body, at.now())
    return own_page(
        request,
        "settings/webhook_entry.html",
        entry=entry,
        body_text=readable(body),
        count=len(events),
        events=list(_written(events)),
        error=entry["error"],
    )


def readable(body: bytes) -> str:
    """A body for people: JSON with indents, else the text as it came; the start of a long one."""
    text = body.decode("utf-8", "replace")
    with suppress(ValueError, RecursionError):
        text = _together(_indented(json.loads(text)))
    return _shown(text)


# With indents a deep body is a thousand times as long: it is never written as a whole.
_indented = json.JSONEncoder(indent=2, ensure_ascii=False).iterencode


def _together(parts: Iterable[str]) -> str:
    """As many as are shown."""
    taken, size = [], 0
    for part in parts:
        taken.append(part)
        size += len(part)
        if size > SHOWN:
            break
    return "".join(taken)


def _shown(text: str) -> str:
    """What is no character stands as the escape it came as: a page cannot hold it."""
    return clip(text, SHOWN).encode("utf-8", "backslashreplace").decode()


def _events(channel: Channel | None, body: bytes, now: int) -> list[Event]:
    if channel is None:
        return []
    try:
        return provider_named(channel.provider).normalise(parse(body), now, body)
    except NotJson:
        return []


def _written(events: list[Event]) -> Iterator[str]:
    """The first of them as JSON."""
    size = 0
    for event in events[:EVENTS_SHOWN]:
        written = json.dumps(as_json(event), indent=2, ensure_ascii=False)
        size += len(written)
        if size > SHOWN:
            break
        yield written


HANDLERS = [entry_list, entry_page]
