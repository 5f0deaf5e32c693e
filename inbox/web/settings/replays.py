"""Settings: webhooks applied again, one or all that failed, by whom and how far it is."""

import asyncio
from typing import Literal, TypedDict

from litestar import get, post
from litestar.exceptions import NotFoundException
from litestar.params import FromPath, FromQuery
from litestar.response import Redirect
from litestar_htmx import HTMXRequest, HTMXTemplate

from inbox.domain.language import _
from inbox.domain.text import scrub
from inbox.domain.times import Micros, iso
from inbox.receiving import replay, replays
from inbox.receiving.replay import ReplayChoice
from inbox.receiving.replays import ReplayProgress
from inbox.storage.database import FAULTS
from inbox.web.context import AppContext, app_of, me
from inbox.web.http.guard import ADMIN
from inbox.web.http.rendering import own_page, to

Request = HTMXRequest

PAUSE_SECONDS = 0.03
FAULT_SECONDS = 1.0
PATIENCE_SECONDS = 1.5
"""One webhook is nearly always applied again before its page is there."""


@get("/settings/webhook-log/replay", opt=ADMIN, include_in_schema=False)
async def confirm_page(request: Request, channel: FromQuery[str] = "") -> HTMXTemplate:
    at, channel = app_of(request), scrub(channel)
    number = await at.database.read(replay.count, ReplayChoice(failed=True, channel_id=channel))
    named = await at.channel_cache.by_id(channel) if channel else None
    return own_page(
        request,
        "settings/webhook_replay.html",
        number=number,
        most=replay.MOST,
        channel=channel,
        channel_name=named.name if named else "",
    )


@post("/settings/webhook-log/replay", opt=ADMIN, status_code=303, include_in_schema=False)
async def replay_failed(request: Request) -> Redirect:
    at, form = app_of(request), await request.form()
    choice = ReplayChoice(failed=True, channel_id=scrub(str(form.get("channel") or "")))
    replay_id = await at.database.write(replay.begin, choice, me(request).name, at.now())
    at.later(all_of_it(at, replay_id, choice))
    return to(f"/settings/webhook-log/replays/{replay_id}")


@post(
    "/settings/webhook-log/{entry_id:str}/replay",
    opt=ADMIN,
    status_code=303,
    include_in_schema=False,
)
async def replay_one(request: Request, entry_id: FromPath[str]) -> Redirect:
    at, choice = app_of(request), ReplayChoice(entry_id=scrub(entry_id))
    if await at.database.read(replay.count, choice):
        replay_id = await at.database.write(replay.begin, choice, me(request).name, at.now())
        await at.database.write(replay.step, replay_id, choice, "", at.now())
        at.ingest.look()
        await _soon(at, replay_id)
    return to(f"/settings/webhook-log/{choice.entry_id}")


@get("/settings/webhook-log/replays", opt=ADMIN, include_in_schema=False)
async def past_page(request: Request, before: FromQuery[str] = "") -> HTMXTemplate:
    """Who let what be applied again, and how it ended."""
    at = app_of(request)
    found, older = await at.database.read(replays.replays_page, scrub(before))
    shown = [_shape(known, at.now()) for known in found]
    return own_page(
        request,
        "settings/webhook_replays.html",
        replays=shown,
        older=f"/settings/webhook-log/replays?before={older}" if older else "",
    )


@get("/settings/webhook-log/replays/{replay_id:str}", opt=ADMIN, include_in_schema=False)
async def replay_page(request: Request, replay_id: FromPath[str]) -> HTMXTemplate:
    at = app_of(request)
    known = await at.database.read(replays.progress, scrub(replay_id))
    if known is None:
        raise NotFoundException(_("There is no such replay."))
    return own_page(request, "settings/webhook_replaying.html", known=_shape(known, at.now()))


class ShownReplay(TypedDict):
    """``left``: before its end. ``entry_id``: if it was just one."""

    id: str
    by: str
    asked: str
    entry_id: str
    began_at: str
    number: int
    applied: int
    failed: int
    pending: int
    state: Literal["working", "left", "done"]


def _shape(known: ReplayProgress, now: Micros) -> ShownReplay:
    one = known.asked.removeprefix("the webhook ")
    return {
        "id": known.id,
        "by": known.by,
        "asked": known.asked,
        "entry_id": one if one != known.asked else "",
        "began_at": iso(known.began_at),
        "number": known.number,
        "applied": known.applied,
        "failed": known.failed,
        "pending": known.pending,
        "state": "done" if known.done else "left" if known.left(now) else "working",
    }


async def all_of_it(at: AppContext, replay_id: str, choice: ReplayChoice) -> None:
    """Let all of them wait again, as fast as they are applied, however often the database is
    away meanwhile."""
    after: str | None = ""
    while after is not None:
        try:
            if await at.database.read(replays.full, replay_id):
                await asyncio.sleep(PAUSE_SECONDS)
                continue
            after = await at.database.write(replay.step, replay_id, choice, after, at.now())
        except FAULTS:
            await asyncio.sleep(FAULT_SECONDS)
        at.ingest.look()


async def _soon(at: AppContext, replay_id: str) -> None:
    until = asyncio.get_running_loop().time() + PATIENCE_SECONDS
    while asyncio.get_running_loop().time() < until:
        known = await at.database.read(replays.progress, replay_id)
        if known is None or known.done:
            return
        await asyncio.sleep(PAUSE_SECONDS)


HANDLERS = [confirm_page, replay_failed, replay_one, past_page, replay_page]
