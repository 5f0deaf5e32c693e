"""``/api/v1/channels/{id}/rehearsals``: a sandbox follows the script of who tests a program."""

from typing import Annotated, Any

import msgspec
from litestar import Request, delete, post, put
from litestar.exceptions import NotFoundException
from litestar.params import JSONBody

from inbox.domain.channels import Channel
from inbox.domain.errors import Invalid
from inbox.domain.fields import Id, Moment, says
from inbox.domain.language import _
from inbox.domain.times import iso
from inbox.rehearsal import rehearsals
from inbox.rehearsal.conduct import Conduct
from inbox.rehearsal.rehearsals import LONGEST, Directed
from inbox.web.api.contract.problems import NO_REHEARSAL, UNFIT_CONDUCT, can_fail
from inbox.web.context import AppContext, app_of
from inbox.web.http.guard import ADMIN
from inbox.web.http.parameters import ChannelPathId, gives, path_id
from inbox.web.http.scopes import SETTINGS

RehearsalId = Annotated[str, path_id("The rehearsal's id.")]


class NewRehearsal(msgspec.Struct):
    """How long a sandbox follows a script at most."""

    seconds: Annotated[int, says(f"From 1 to {LONGEST}; it is over by itself then.")] = 300


class RehearsalShape(msgspec.Struct):
    """A sandbox that follows a script, and what a pretend provider needs to speak to it."""

    id: Annotated[Id, says("The rehearsal's id.")]
    channel_id: Annotated[Id, says("The id of the channel.")]
    ends_at: Annotated[Moment, says("When it is over by itself.")]
    conduct: Annotated[Conduct, says("What its pretend provider does now.")]
    webhook_path: Annotated[str, says("Where its webhooks are posted, on this server.")]
    secret: Annotated[str, says("Signs its webhooks, as Meta's app secret does.")]
    account: Annotated[str, says("Its phone number id, which webhooks name.")]


async def _sandbox(at: AppContext, channel_id: str) -> Channel:
    channel = await at.channel_cache.by_id(channel_id)
    if channel is None:
        raise NotFoundException(_("There is no such channel."))
    if channel.provider != "sandbox":
        raise Invalid("channel_id", _("Only a sandbox can be directed by a script."))
    return channel


def _shape(channel: Channel, found: Directed) -> RehearsalShape:
    return RehearsalShape(
        id=found.id,
        channel_id=channel.id,
        ends_at=iso(found.ends_at),
        conduct=found.conduct,
        webhook_path=f"/webhooks/{channel.key}",
        secret=channel.secret,
        account=channel.account or "",
    )


@post(
    "/api/v1/channels/{channel_id:str}/rehearsals",
    opt=ADMIN | SETTINGS | can_fail(NO_REHEARSAL),
    status_code=201,
    tags=["Rehearsals"],
    operation_id="beginRehearsal",
    summary="Let a sandbox follow a script",
)
async def new_rehearsal(
    request: Request[Any, Any, Any], channel_id: ChannelPathId, data: JSONBody[NewRehearsal]
) -> RehearsalShape:
    """Its pretend provider does as it is told until the end. One that runs on this sandbox is
    over. `inbox sandbox run` does all of it."""
    at = app_of(request)
    channel = await _sandbox(at, channel_id)
    work, now = rehearsals.begin_rehearsal, at.now()
    return _shape(channel, await at.database.write(work, channel.id, data.seconds, now))


@put(
    "/api/v1/channels/{channel_id:str}/rehearsals/{rehearsal_id:str}",
    opt=ADMIN | SETTINGS | can_fail(UNFIT_CONDUCT),
    tags=["Rehearsals"],
    operation_id="directRehearsal",
    summary="Say what the pretend provider does",
)
async def directed(
    request: Request[Any, Any, Any],
    channel_id: ChannelPathId,
    rehearsal_id: RehearsalId,
    data: JSONBody[Conduct],
) -> RehearsalShape:
    """From now on, with every send of this sandbox."""
    at = app_of(request)
    channel = await _sandbox(at, channel_id)
    work, now = rehearsals.direct_rehearsal, at.now()
    return _shape(channel, await at.database.write(work, channel.id, rehearsal_id, data, now))


@delete(
    "/api/v1/channels/{channel_id:str}/rehearsals/{rehearsal_id:str}",
    opt=ADMIN | SETTINGS | can_fail(NO_REHEARSAL),
    status_code=204,
    tags=["Rehearsals"],
    operation_id="endRehearsal",
    summary="Let a sandbox be as usual",
    responses={204: gives(None, "It is as usual, or was already.")},
)
async def ended(
    request: Request[Any, Any, Any], channel_id: ChannelPathId, rehearsal_id: RehearsalId
) -> None:
    """Nothing of it remains but the messages. What is over may be ended again."""
    at = app_of(request)
    channel = await _sandbox(at, channel_id)
    await at.database.write(rehearsals.end_rehearsal, channel.id, rehearsal_id)


HANDLERS = [new_rehearsal, directed, ended]
