"""``/api/v1/journal/replays``: webhooks of the log applied once more, for the tokens of admins."""

from typing import Annotated, Any, Literal

import msgspec
from litestar import Request, get, post
from litestar.params import JSONBody

from inbox.domain.errors import Invalid, Missing
from inbox.domain.fields import Id, Moment, says
from inbox.domain.language import _
from inbox.domain.text import scrub
from inbox.domain.times import Micros, iso, when
from inbox.receiving import replay, replays
from inbox.receiving.replay import ReplayChoice
from inbox.receiving.replays import ReplayProgress
from inbox.web.api.contract.problems import NO_SUCH_ENTRY, UNFIT_REPLAY, can_fail
from inbox.web.api.paging import Paged
from inbox.web.context import app_of, me
from inbox.web.http.guard import ADMIN
from inbox.web.http.parameters import IdPlace, path_id
from inbox.web.http.scopes import SETTINGS
from inbox.web.settings.replays import all_of_it

ReplayId = Annotated[str, path_id("The replay's id.")]


class NewReplay(msgspec.Struct):
    """Which webhooks are to be applied again: one, those that failed, or all since a time."""

    entry_id: Annotated[str, says("The id of one of them, and of no others.")] = ""
    failed: Annotated[bool, says("Only those that failed.")] = False
    channel_id: Annotated[str, says("Only those of this channel.")] = ""
    since: Annotated[str, says("Only those that came from then on; ISO 8601.")] = ""


class ReplayShape(msgspec.Struct):
    """A replay, and how far it is."""

    id: Annotated[Id, says("The replay's id.")]
    by: Annotated[str, says("Who asked for it.")]
    asked: Annotated[str, says("What was asked for, in words.")]
    began_at: Annotated[Moment, says("When it began.")]
    number: Annotated[int, says("How many webhooks are in it so far.")]
    applied: Annotated[int, says("How many of them are applied.")]
    failed: Annotated[int, says("How many failed again.")]
    pending: Annotated[int, says("How many wait for their turn.")]
    state: Annotated[Literal["working", "left", "done"], says("`left`: it stopped before its end.")]


class ReplayList(Paged):
    """Replays of the past, and those that are under way."""

    data: Annotated[list[ReplayShape], says("The replays, newest first.")]


def _shape(known: ReplayProgress, now: Micros) -> ReplayShape:
    return ReplayShape(
        id=known.id,
        by=known.by,
        asked=known.asked,
        began_at=iso(known.began_at),
        number=known.number,
        applied=known.applied,
        failed=known.failed,
        pending=known.pending,
        state="done" if known.done else "left" if known.left(now) else "working",
    )


def _chosen(asked: NewReplay, now: Micros) -> ReplayChoice:
    """Raises ``Invalid``."""
    choice = ReplayChoice(
        entry_id=scrub(asked.entry_id),
        failed=asked.failed,
        channel_id=scrub(asked.channel_id),
        since=(when(asked.since, now) or 0) if asked.since else 0,
    )
    if asked.since and not choice.since:
        raise Invalid("since", _("since is no time."))
    if choice.entry_id and (choice.failed or choice.channel_id or choice.since):
        raise Invalid("entry_id", _("With the id of one webhook nothing else is said."))
    if not (choice.entry_id or choice.failed or choice.since):
        raise Invalid("since", _("Say which: one, those that failed, or all since a time."))
    return choice


@post(
    "/api/v1/journal/replays",
    opt=ADMIN | SETTINGS | can_fail(UNFIT_REPLAY, NO_SUCH_ENTRY),
    status_code=202,
    tags=["Webhook log"],
    operation_id="replayEntries",
    summary="Apply webhooks again",
)
async def new_replay(request: Request[Any, Any, Any], data: JSONBody[NewReplay]) -> ReplayShape:
    """After an upgrade, or when what stood in their way is gone. Each fact is kept once, so nothing
    comes twice; what waits anyway is left alone."""
    at = app_of(request)
    choice = _chosen(data, at.now())
    if choice.entry_id and not await at.database.read(replay.count, choice):
        raise Missing(_("There is no such webhook."))
    replay_id = await at.database.write(replay.begin, choice, me(request).name, at.now())
    at.later(all_of_it(at, replay_id, choice))
    return await _found(request, replay_id)


@get(
    "/api/v1/journal/replays",
    opt=ADMIN,
    tags=["Webhook log"],
    operation_id="listReplays",
    summary="List replays",
)
async def replay_list(request: Request[Any, Any, Any], cursor: IdPlace = "") -> ReplayList:
    """Who let what be applied again, and how it ended."""
    at = app_of(request)
    found, further = await at.database.read(replays.replays_page, scrub(cursor))
    return ReplayList(data=[_shape(one, at.now()) for one in found], next=further)


@get(
    "/api/v1/journal/replays/{replay_id:str}",
    opt=ADMIN,
    tags=["Webhook log"],
    operation_id="getReplay",
    summary="See how far a replay is",
)
async def one(request: Request[Any, Any, Any], replay_id: ReplayId) -> ReplayShape:
    """Ask until its `state` is `done`."""
    return await _found(request, scrub(replay_id))


async def _found(request: Request[Any, Any, Any], replay_id: str) -> ReplayShape:
    at = app_of(request)
    known = await at.database.read(replays.progress, replay_id)
    if known is None:
        raise Missing(_("There is no such replay."))
    return _shape(known, at.now())


HANDLERS = [new_replay, replay_list, one]
