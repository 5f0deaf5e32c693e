"""Settings: every webhook that came, with its raw body and what became of it."""

import asyncio
from contextlib import suppress
from typing import Any, NamedTuple
from urllib.parse import urlencode

from litestar import get
from litestar.exceptions import NotFoundException
from litestar.params import FromPath, FromQuery
from litestar_htmx import HTMXRequest, HTMXTemplate

from inbox.domain.channels import Channel
from inbox.domain.events import Event
from inbox.domain.ids import first_id
from inbox.domain.language import _
from inbox.domain.text import scrub
from inbox.domain.times import Micros, when
from inbox.providers.registry import provider_named
from inbox.receiving import replay, webhook_log, webhook_search
from inbox.receiving.body import NotJson, parse
from inbox.receiving.log_shapes import LoggedWebhook, MessagePlace
from inbox.receiving.replay import ReplayChoice
from inbox.receiving.webhook_log import STATES, LogFilter, LogPage
from inbox.web.context import AnyRequest, AppContext, app_of
from inbox.web.http.guard import ADMIN
from inbox.web.http.rendering import own_page
from inbox.web.present.bodies import SHOWN, readable_body
from inbox.web.present.event_cards import cards, subject_of

Request = HTMXRequest

FOLDED = 20_000
"""A longer body is folded."""
EVENTS_SHOWN = 200
ANSWERS = (200, 400, 401, 403, 404, 405, 413, 415, 429, 503)
FILTERS = ("q", "channel", "state", "answer", "since", "until")


def log_filter(request: AnyRequest) -> LogFilter:
    """The filter in an address; what makes no sense counts as not asked for."""
    query, now = request.query_params, app_of(request).now()
    answer, state = query.get("answer", ""), query.get("state", "")
    return LogFilter(
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


async def found(at: AppContext, asked: LogFilter, limit: int = webhook_log.PAGE) -> LogPage:
    look = webhook_search.search if asked.q else webhook_log.log_page
    return await at.database.read(look, asked, limit)


@get("/settings/webhook-log", opt=ADMIN, include_in_schema=False)
async def entry_list(request: Request) -> HTMXTemplate:
    at, asked = app_of(request), log_filter(request)
    page = await found(at, asked)
    given = {name: request.query_params.get(name, "") for name in FILTERS}
    filled = {name: value for name, value in given.items() if value}
    further = filled | {"cursor": page.next or ""}
    failed = await at.database.read(
        replay.count, ReplayChoice(failed=True, channel_id=asked.channel_id)
    )
    fresh = filled | {"after": page.data[0]["id"] if page.data else first_id(at.now())}
    return own_page(
        request,
        "settings/webhook_log.html",
        entries=page.data,
        older=f"/settings/webhook-log?{urlencode(further)}" if page.next else "",
        fresh="" if asked.q or asked.before else f"/settings/webhook-log/news?{urlencode(fresh)}",
        searched_to=page.searched_to,
        channels=[{"id": one.id, "name": one.name} for one in at.channel_cache.all()],
        given=given,
        filtered=bool(filled),
        answers=ANSWERS,
        failed=failed,
        most=replay.MOST,
        days=at.settings.webhook_days,
    )


@get("/settings/webhook-log/news", opt=ADMIN, include_in_schema=False)
async def webhook_news(request: Request, after: FromQuery[str] = "") -> HTMXTemplate:
    """How many came since the first of a list, in words; nothing while there are none."""
    number = await app_of(request).database.read(
        webhook_log.newer_than, log_filter(request), scrub(after)
    )
    most = webhook_log.PAGE
    return own_page(request, "settings/_webhook_news.html", number=number, most=most)


@get("/settings/webhook-log/{entry_id:str}", opt=ADMIN, include_in_schema=False)
async def entry_page(request: Request, entry_id: FromPath[str]) -> HTMXTemplate:
    at = app_of(request)
    entry, body = await entry_or_missing(at, entry_id)
    told = await parsed_body(at, entry, body)
    shown = list(cards(told.events[:EVENTS_SHOWN], told.known, SHOWN, told.own))
    return own_page(
        request,
        "settings/webhook_entry.html",
        entry=entry,
        body_text=told.text,
        folded=len(told.text) > FOLDED,
        whole=entry["state"] != "refused",
        count=len(told.events),
        events=shown,
        error=entry["error"],
    )


async def entry_or_missing(at: AppContext, entry_id: str) -> tuple[LoggedWebhook, bytes]:
    row = await at.database.read(webhook_log.entry, scrub(entry_id))
    if row is None:
        raise NotFoundException(_("There is no such webhook in the log."))
    return row


class Understood(NamedTuple):
    """A body as text, what it tells today, and where its messages are, by the provider's ids.

    ``own``: secrets of its channel, hidden in the text and to be hidden in the events.
    """

    text: str
    events: list[Event]
    known: dict[str, MessagePlace]
    own: frozenset[str]


async def parsed_body(at: AppContext, entry: LoggedWebhook, body: bytes) -> Understood:
    channel = await at.channel_cache.by_id(entry["channel"]["id"]) if entry["channel"] else None
    own = channel.unspeakable if channel else frozenset()
    # Pages and webhooks of others do not wait while a large body is read.
    text, events = await asyncio.to_thread(_read, entry, channel, body, own, at.now())
    ids = [each for each in map(subject_of, events[:EVENTS_SHOWN]) if each]
    known: dict[str, MessagePlace] = {}
    if channel and ids:
        known = await at.database.read(webhook_log.led_to, channel.id, ids)
    return Understood(text, events, known, own)


def _read(
    entry: LoggedWebhook, channel: Channel | None, body: bytes, own: frozenset[str], now: Micros
) -> tuple[str, list[Event]]:
    events: list[Event] = []
    if channel is not None and entry["state"] != "refused":
        with suppress(NotJson):
            events = provider_named(channel.provider).normalise(parse(body), now, body)
    return readable_body(body, own), events


HANDLERS: list[Any] = [entry_list, webhook_news, entry_page]
