"""What Meta's servers do for a sandbox: take replies, and give the files of its customers."""

import asyncio
import hashlib
import hmac
import logging
from collections.abc import Sequence
from typing import Any

from litestar import Request as AnyRequest
from litestar import Response, get, post
from litestar.exceptions import NotFoundException
from litestar.params import FromPath

from inbox.domain.channels import Channel
from inbox.domain.language import _
from inbox.domain.text import JsonObject, mapping, text
from inbox.providers.sandbox import Customer, PhoneUnreachable, PretendPhone, new_wamid
from inbox.rehearsal.conduct import USUAL, Conduct, GraphAnswer, graph_answer
from inbox.rehearsal.rehearsals import conduct_now, take_turn
from inbox.trial.files import File, file
from inbox.web.context import AppContext, app_of
from inbox.web.http.compression import AS_IT_IS
from inbox.web.http.guard import UNBROWSED

log = logging.getLogger(__name__)

_LONGEST_SILENCE = 60


async def sandbox(at: AppContext, channel_id: str) -> Channel:
    channel = await at.channel_cache.by_id(channel_id)
    if channel is None or channel.provider != "sandbox":
        raise NotFoundException(_("There is no such sandbox."))
    return channel


def phone_of(at: AppContext, channel: Channel) -> PretendPhone:
    return PretendPhone(
        http=at.http,
        webhook_url=f"{at.settings.local_url}/webhooks/{channel.key}",
        secret=channel.secret,
        account=channel.account or "",
    )


@get("/sandbox/{channel_id:str}/{media_id:str}", opt=UNBROWSED, include_in_schema=False)
async def graph_media(
    request: AnyRequest[Any, Any, Any], channel_id: FromPath[str], media_id: FromPath[str]
) -> Response[Any]:
    """Where a customer's file is, as Meta's servers say it."""
    at = app_of(request)
    found = await _file(at, request, channel_id, media_id)
    if isinstance(found, Response):
        return found
    return Response(
        {
            "messaging_product": "whatsapp",
            "url": f"{at.settings.local_url}/sandbox/{channel_id}/files/{media_id}",
            "mime_type": found.mime,
            "sha256": hashlib.sha256(found.body).hexdigest(),
            "file_size": len(found.body),
            "id": media_id,
        }
    )


@get(
    "/sandbox/{channel_id:str}/files/{media_id:str}",
    opt=UNBROWSED | AS_IT_IS,
    include_in_schema=False,
)
async def graph_file(
    request: AnyRequest[Any, Any, Any], channel_id: FromPath[str], media_id: FromPath[str]
) -> Response[Any]:
    found = await _file(app_of(request), request, channel_id, media_id)
    if isinstance(found, Response):
        return found
    return Response(found.body, media_type=found.mime)


async def _file(
    at: AppContext, request: AnyRequest[Any, Any, Any], channel_id: str, media_id: str
) -> File | Response[Any]:
    """A sample's file, or why there is none."""
    if not _authorised(request, await sandbox(at, channel_id)):
        return _graph_error(401, 190, "Invalid OAuth access token.")
    try:
        return await asyncio.to_thread(file, media_id)
    except KeyError:
        return _graph_error(400, 100, "Unsupported get request.")


def _authorised(request: AnyRequest[Any, Any, Any], channel: Channel) -> bool:
    token = request.headers.get("authorization", "").removeprefix("Bearer ")
    return hmac.compare_digest(token.encode(), channel.access_token.encode())


@post(
    "/sandbox/{channel_id:str}/{account:str}/messages",
    opt=UNBROWSED,
    status_code=200,
    include_in_schema=False,
)
async def graph(
    request: AnyRequest[Any, Any, Any], channel_id: FromPath[str], account: FromPath[str]
) -> Response[Any]:
    """What Meta's servers do with a send: check the token, give an id, report it sent.

    Or what a script wants of them instead.
    """
    at = app_of(request)
    channel = await sandbox(at, channel_id)
    if not _authorised(request, channel):
        return _graph_error(401, 190, "Invalid OAuth access token.")
    try:
        body = mapping(await request.json())
    except ValueError:
        body = {}
    whom = _recipient(body)
    if account != channel.account or whom is None or not body.get(text(body.get("type")) or ""):
        return _graph_error(400, 100, "(#100) Invalid parameter")
    conduct = await _conduct(at, channel)
    if (refused := graph_answer(conduct)) is not None:
        return _as_directed(refused)
    wamid = new_wamid()
    if body["type"] != "reaction":
        await _tell(at, channel, conduct, whom, wamid, text(body.get("biz_opaque_callback_data")))
    if conduct.answer == "silence":
        return await _nothing(at, request)
    named = {"wa_id": whom.wa_id} if whom.wa_id else {"user_id": whom.user_id}
    return Response(
        {
            "messaging_product": "whatsapp",
            "contacts": [{"input": text(body.get("to")) or whom.user_id, **named}],
            "messages": [{"id": wamid}],
        }
    )


def _as_directed(refused: GraphAnswer) -> Response[Any]:
    asked = refused.retry_after
    return Response(
        refused.body,
        status_code=refused.status,
        media_type=refused.content_type,
        headers={} if asked is None else {"Retry-After": str(asked)},
    )


async def _tell(
    at: AppContext,
    channel: Channel,
    conduct: Conduct,
    whom: Customer,
    wamid: str,
    opaque: str | None,
) -> None:
    """What became of a message: after the answer, or before it if a script wants that."""
    told = [whom.receipt(wamid, one, at.now(), opaque=opaque) for one in conduct.reports]
    if conduct.statuses_first:
        await _report(at, channel, told)
    elif told:
        at.later(_report(at, channel, told))


def _recipient(body: JsonObject) -> Customer | None:
    """Whom it is for: a number in ``to``, or else an id of WhatsApp's in ``recipient``."""
    number, user_id = text(body.get("to")), text(body.get("recipient"))
    if number is not None:
        wa_id = number.removeprefix("+")
        return Customer(name="", wa_id=wa_id) if wa_id else None
    return Customer(name="", user_id=user_id) if user_id else None


async def _conduct(at: AppContext, channel: Channel) -> Conduct:
    """As usual, unless a script directs it; only where that counts is anything written."""
    found = await at.database.read(conduct_now, channel.id, at.now())
    if found is not None and found.times is not None:
        found = await at.database.write(take_turn, channel.id, at.now())
    return found or USUAL


async def _nothing(at: AppContext, request: AnyRequest[Any, Any, Any]) -> Response[Any]:
    """Say nothing until who asks has given up, or this server stops."""
    leaving = asyncio.ensure_future(at.leaving.wait())
    left = asyncio.ensure_future(_left(request))
    await asyncio.wait({leaving, left}, timeout=_LONGEST_SILENCE, return_when="FIRST_COMPLETED")
    leaving.cancel()
    left.cancel()
    return _graph_error(504, 1, "Nobody was to answer this.")


async def _left(request: AnyRequest[Any, Any, Any]) -> None:
    while (await request.receive())["type"] != "http.disconnect":
        pass


def _graph_error(status: int, code: int, message: str) -> Response[Any]:
    error = {"message": message, "type": "OAuthException", "code": code}
    return Response({"error": error}, status_code=status)


async def _report(at: AppContext, channel: Channel, receipts: Sequence[JsonObject]) -> None:
    """Each in a webhook of its own, one after the other."""
    phone = phone_of(at, channel)
    try:
        for one in receipts:
            await phone.post(statuses=[one])
    except PhoneUnreachable as error:
        log.warning("the pretend phone could not report on a message: %s", error)


HANDLERS = [graph, graph_media, graph_file]
