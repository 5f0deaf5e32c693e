"""The pretend phone: a page that plays the customer, and the API that agents' replies reach.

Both speak to our own webhook over real HTTP, signed like Meta's.
"""

import hmac
import logging
from typing import Any, Final

from litestar import Request as AnyRequest
from litestar import Response, get, post
from litestar.exceptions import ClientException, HTTPException, NotFoundException
from litestar.params import FromPath, FromQuery
from litestar_htmx import HTMXRequest, HTMXTemplate

from inbox.desk import threads
from inbox.domain.channels import Channel
from inbox.domain.shapes import Shape
from inbox.domain.text import mapping, scrub, text
from inbox.feed.log import head
from inbox.providers.sandbox import PhoneUnreachable, PretendPhone, new_wamid
from inbox.storage.database import Connection
from inbox.web.guard import AGENT, UNBROWSED
from inbox.web.house import House, house
from inbox.web.rendering import own_page

log = logging.getLogger(__name__)

Request = HTMXRequest

CUSTOMERS: Final = (
    {"name": "Amara Okafor", "wa_id": "12025550142"},
    {"name": "Jonas Weiß", "wa_id": "447700900123"},
    {"name": "ليلى حداد", "wa_id": "12025550177"},
)
STATUSES: Final = ("delivered", "read", "failed")
_REFUSED: Final = {
    "code": 131026,
    "title": "Message undeliverable",
    "detail": "The pretend phone refused this message.",
}


async def _sandbox(at: House, channel_id: str) -> Channel:
    channel = await at.directory.by_id(channel_id)
    if channel is None or channel.provider != "sandbox":
        raise NotFoundException("There is no such sandbox.")
    return channel


def _phone(at: House, channel: Channel) -> PretendPhone:
    return PretendPhone(
        http=at.http,
        webhook_url=f"{at.settings.local_url}/webhooks/{channel.key}",
        secret=channel.secret,
        account=channel.account or "",
    )


@get("/sandbox/{channel_id:str}", opt=AGENT, include_in_schema=False)
async def phone_page(
    request: Request, channel_id: FromPath[str], customer: FromQuery[str] = ""
) -> HTMXTemplate:
    at = house(request)
    channel = await _sandbox(at, channel_id)
    chosen = next((one for one in CUSTOMERS if one["wa_id"] == customer), CUSTOMERS[0])
    found = await at.database.read(_conversation_with, channel_id, chosen["wa_id"])
    return own_page(
        request,
        "sandbox/phone.html",
        channel={"id": channel.id, "name": channel.name},
        customer=chosen,
        customers=CUSTOMERS,
        **found,
    )


def _conversation_with(connection: Connection, channel_id: str, wa_id: str) -> Shape:
    conversation_id = threads.of_number(connection, channel_id, wa_id)
    shown = threads.latest(connection, conversation_id).messages if conversation_id else []
    return {
        "messages": shown,
        "conversation_id": conversation_id,
        "seq": head(connection),
    }


@post("/sandbox/{channel_id:str}/messages", opt=AGENT, status_code=204, include_in_schema=False)
async def customer_writes(request: Request, channel_id: FromPath[str]) -> Response[None]:
    at, form = house(request), await request.form()
    words = scrub(str(form.get("text") or "")).strip()
    if not words:
        raise ClientException("Write something first.")
    wa_id, name = _who(form)
    phone = _phone(at, await _sandbox(at, channel_id))
    try:
        await phone.say(words, wa_id=wa_id, name=name, now=at.now())
    except PhoneUnreachable as error:
        raise HTTPException(str(error), status_code=502) from error
    return Response(None, status_code=204)


def _who(form: Any) -> tuple[str, str]:
    wa_id = str(form.get("wa_id") or "")
    known = {one["wa_id"]: one["name"] for one in CUSTOMERS}
    if wa_id not in known:
        raise ClientException("Choose one of the pretend customers.")
    return wa_id, scrub(str(form.get("name") or "")).strip()[:200] or known[wa_id]


@post("/sandbox/{channel_id:str}/receipts", opt=AGENT, status_code=204, include_in_schema=False)
async def customer_receives(request: Request, channel_id: FromPath[str]) -> Response[None]:
    """The phone says what became of a message: delivered, read, or refused."""
    at, form = house(request), await request.form()
    status, wamid = str(form.get("status") or ""), str(form.get("provider_message_id") or "")
    if status not in STATUSES or not wamid:
        raise ClientException(f"A receipt is one of {', '.join(STATUSES)}, for a message.")
    phone = _phone(at, await _sandbox(at, channel_id))
    wa_id, _ = _who(form)
    error = _REFUSED if status == "failed" else None
    try:
        await phone.report(wamid, status, wa_id=wa_id, now=at.now(), error=error)
    except PhoneUnreachable as unreachable:
        raise HTTPException(str(unreachable), status_code=502) from unreachable
    return Response(None, status_code=204)


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
    at = house(request)
    channel = await _sandbox(at, channel_id)
    token = request.headers.get("authorization", "").removeprefix("Bearer ")
    if not hmac.compare_digest(token.encode(), channel.access_token.encode()):
        return _graph_error(401, 190, "Invalid OAuth access token.")
    try:
        body = mapping(await request.json())
    except ValueError:
        body = {}
    recipient = (text(body.get("to")) or "").removeprefix("+")
    if (
        account != channel.account
        or not recipient
        or not text(mapping(body.get("text")).get("body"))
    ):
        return _graph_error(400, 100, "(#100) Invalid parameter")
    wamid = new_wamid()
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


async def _report_sent(at: House, channel: Channel, wamid: str, wa_id: str) -> None:
    try:
        await _phone(at, channel).report(wamid, "sent", wa_id=wa_id, now=at.now())
    except PhoneUnreachable as error:
        log.warning("the pretend phone could not report a message sent: %s", error)


HANDLERS = [phone_page, customer_writes, customer_receives, graph]
