"""Settings: every webhook that came, with its raw body and what became of it."""

import json
from collections.abc import Iterable
from contextlib import suppress
from typing import Any
from urllib.parse import urlencode

from litestar import get
from litestar.exceptions import NotFoundException
from litestar.params import FromPath
from litestar_htmx import HTMXRequest, HTMXTemplate

from inbox.desk import webhook_log, webhook_search
from inbox.desk.webhook_log import STATES, Page, Wanted
from inbox.domain.channels import Channel
from inbox.domain.events import Event
from inbox.domain.redaction import redacted, redacted_text
from inbox.domain.shapes import Shape
from inbox.domain.text import clip, scrub
from inbox.domain.times import Micros, when
from inbox.providers.registry import provider_named
from inbox.receiving import replay
from inbox.receiving.body import NotJson, parse
from inbox.receiving.replay import Choice
from inbox.web.event_cards import about, cards
from inbox.web.guard import ADMIN
from inbox.web.house import AnyRequest, House, house
from inbox.web.rendering import own_page

Request = HTMXRequest

SHOWN = 200_000
"""Characters of a body, and of its events, on a page."""
FOLDED = 20_000
"""A longer body is folded."""
EVENTS_SHOWN = 200
ANSWERS = (200, 400, 401, 403, 404, 405, 413, 415, 429, 503)
FILTERS = ("q", "channel", "state", "answer", "since", "until")


def wanted(request: AnyRequest) -> Wanted:
    """The filter in an address; what makes no sense counts as not asked for."""
    query, now = request.query_params, house(request).now()
    answer, state = query.get("answer", ""), query.get("state", "")
    return Wanted(
        channel_id=scrub(query.get("channel", "")),
        state=state if state in STATES else "",
        answer=_answer(answer),
        since=when(query.get("since", ""), now) or 0,
        until=when(query.get("until", ""), now) or 0,
        q=scrub(query.get("q", "")).strip(),
        before=scrub(query.get("cursor", "")),
    )


def _answer(text: str) -> int:
    if text == "none":
        return webhook_log.NONE
    return int(text) if text.isdecimal() and len(text) == 3 else webhook_log.ANY


async def found(at: House, asked: Wanted, limit: int = webhook_log.PAGE) -> Page:
    look = webhook_search.search if asked.q else webhook_log.page
    return await at.database.read(look, asked, limit)


@get("/settings/webhook-log", opt=ADMIN, include_in_schema=False)
async def entry_list(request: Request) -> HTMXTemplate:
    at, asked = house(request), wanted(request)
    page = await found(at, asked)
    given = {name: request.query_params.get(name, "") for name in FILTERS}
    further = {**{name: value for name, value in given.items() if value}, "cursor": page.next or ""}
    failed = await at.database.read(replay.count, Choice(failed=True, channel_id=asked.channel_id))
    return own_page(
        request,
        "settings/webhook_log.html",
        entries=page.data,
        older=f"/settings/webhook-log?{urlencode(further)}" if page.next else "",
        searched_to=page.searched_to,
        channels=[{"id": one.id, "name": one.name} for one in at.directory.all()],
        given=given,
        filtered=any(given.values()),
        answers=ANSWERS,
        failed=failed,
        most=replay.MOST,
        days=at.settings.webhook_days,
    )


@get("/settings/webhook-log/{entry_id:str}", opt=ADMIN, include_in_schema=False)
async def entry_page(request: Request, entry_id: FromPath[str]) -> HTMXTemplate:
    at = house(request)
    entry, body = await one(at, entry_id)
    events, known = await understood(at, entry, body)
    text = readable(body)
    return own_page(
        request,
        "settings/webhook_entry.html",
        entry=entry,
        body_text=text,
        folded=len(text) > FOLDED,
        whole=entry["state"] != "refused",
        count=len(events),
        events=list(cards(events[:EVENTS_SHOWN], known, SHOWN)),
        error=entry["error"],
    )


async def one(at: House, entry_id: str) -> tuple[Shape, bytes]:
    row = await at.database.read(webhook_log.entry, scrub(entry_id))
    if row is None:
        raise NotFoundException("There is no such webhook in the log.")
    return row


async def understood(at: House, entry: Shape, body: bytes) -> tuple[list[Event], dict[str, Shape]]:
    """What an accepted body tells today, and where its messages are."""
    if entry["state"] == "refused" or entry["channel"] is None:
        return [], {}
    channel = await at.directory.by_id(entry["channel"]["id"])
    events = _events(channel, body, at.now())
    ids = [each for each in map(about, events[:EVENTS_SHOWN]) if each]
    return events, await at.database.read(webhook_log.led_to, entry["channel"]["id"], ids)


def readable(body: bytes) -> str:
    """A body for people: JSON with indents, else the text as it came; the start of a long one."""
    text = body.decode("utf-8", "replace")
    try:
        return _shown(_together(_indented(redacted(json.loads(text)))))
    except (ValueError, RecursionError):
        return _shown(redacted_text(clip(text, SHOWN)))


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


def _events(channel: Channel | None, body: bytes, now: Micros) -> list[Event]:
    if channel is None:
        return []
    with suppress(NotJson):
        return provider_named(channel.provider).normalise(parse(body), now, body)
    return []


HANDLERS: list[Any] = [entry_list, entry_page]
