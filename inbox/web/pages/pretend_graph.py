"""What Meta's servers do for a sandbox: take replies, and give the files of its customers."""

import asyncio
import hashlib
import hmac
import logging
from typing import Any

from litestar import Request as AnyRequest
from litestar import Response, get, post
from litestar.exceptions import NotFoundException
from litestar.params import FromPath

from inbox.domain.channels import Channel
from inbox.domain.language import _
from inbox.domain.text import mapping, text
from inbox.providers.sandbox import PhoneUnreachable, PretendPhone, new_wamid
from inbox.trial.files import File, file
from inbox.web.context import AppContext, app_of
from inbox.web.http.compression import AS_IT_IS
from inbox.web.http.guard import UNBROWSED

log = logging.getLogger(__name__)


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
    """What Meta's servers do with a send: check the token, give an id, report it sent."""
    at = app_of(request)
    channel = await sandbox(at, channel_id)
    if not _authorised(request, channel):
        return _graph_error(401, 190, "Invalid OAuth access token.")
    try:
        body = mapping(await request.json())
    except ValueError:
        body = {}
    recipient = (text(body.get("to")) or "").removeprefix("+")
    if account != channel.account or not recipient or not body.get(text(body.get("type")) or ""):
        return _graph_error(400, 100, "(#100) Invalid parameter")
    wamid = new_wamid()
    if body["type"] != "reaction":
        at.later(_report_sent(at, channel, wamid, recipient))
    return Response(
        {
            "messaging_product": "whatsapp",
            "contacts": [{"input": f"+{recipient}", "wa_id": recipient}],
            "messages": [{"id": wamid}],
        }
    )


def _graph_error(status: int, code: int, message: str) -> Response[Any]:
    error = {"message": message, "type": "OAuthException", "code": code}
    return Response({"error": error}, status_code=status)


async def _report_sent(at: AppContext, channel: Channel, wamid: str, wa_id: str) -> None:
    try:
        await phone_of(at, channel).report(wamid, "sent", wa_id=wa_id, now=at.now())
    except PhoneUnreachable as error:
        log.warning("the pretend phone could not report a message sent: %s", error)


HANDLERS = [graph, graph_media, graph_file]
