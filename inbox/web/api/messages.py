"""``/api/v1``: single messages."""

from typing import Any

from litestar import Request, get, post
from litestar.exceptions import ClientException, NotFoundException
from litestar.params import FromPath, FromQuery

from inbox.conversations import threads
from inbox.domain.shapes import Shape
from inbox.sending import replies
from inbox.web.api.paging import Listing
from inbox.web.context import app_of
from inbox.web.http.guard import AGENT


@get("/api/v1/messages", opt=AGENT)
async def message_list(
    request: Request[Any, Any, Any], provider_message_id: FromQuery[str] = ""
) -> Listing:
    """Find messages by the provider's id for them."""
    if not provider_message_id:
        raise ClientException("Ask for a provider_message_id.")
    found = await app_of(request).database.read(threads.by_provider_id, provider_message_id)
    return Listing(found, None)


@get("/api/v1/messages/{message_id:str}", opt=AGENT)
async def message(request: Request[Any, Any, Any], message_id: FromPath[str]) -> Shape:
    found = await app_of(request).database.read(threads.message_by_id, message_id)
    if found is None:
        raise NotFoundException("There is no such message.")
    return found


@post("/api/v1/messages/{message_id:str}/retry", opt=AGENT, status_code=200)
async def retry(request: Request[Any, Any, Any], message_id: FromPath[str]) -> Shape:
    """Send a failed message again; one that has not failed is answered as it is."""
    at = app_of(request)
    found = await at.database.write(replies.retry, message_id, at.now())
    at.outbox.wake()
    return found


HANDLERS = [message_list, message, retry]
