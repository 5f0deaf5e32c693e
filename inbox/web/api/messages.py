"""``/api/v1``: single messages."""

from typing import Annotated, Any

from litestar import Request, delete, get, post
from litestar.exceptions import ClientException, NotFoundException

from inbox.conversations import threads
from inbox.domain.language import _
from inbox.domain.public import Message
from inbox.sending import replies
from inbox.sending.taking_back import take_reply_back
from inbox.web.api.contract.problems import LATE_REPLY, NOT_TAKEN_BACK, can_fail
from inbox.web.api.paging import MessageList
from inbox.web.context import app_of
from inbox.web.http.guard import AGENT
from inbox.web.http.parameters import MessageId, in_query

WAMID = "wamid.HBgLMTIwMjU1NTAxNDIVAgASGBQzQQ=="


@get(
    "/api/v1/messages",
    opt=AGENT,
    tags=["Messages"],
    operation_id="findMessages",
    summary="Find messages",
)
async def message_list(
    request: Request[Any, Any, Any],
    provider_message_id: Annotated[
        str,
        in_query("The provider's id of the message; there is nothing else to find one by.", WAMID),
    ] = "",
) -> MessageList:
    """Messages that the provider calls so: one, or one of each channel that has it.

    WhatsApp may have two ids for one message, as one names the customer by number and the other
    by user id: where none has exactly this one, it is the message of that conversation with the
    same inner id.
    """
    if not provider_message_id:
        raise ClientException(_("Ask for a provider_message_id."))
    found = await app_of(request).database.read(threads.by_provider_id, provider_message_id)
    return MessageList(data=found, next=None)


@get(
    "/api/v1/messages/{message_id:str}",
    opt=AGENT,
    tags=["Messages"],
    operation_id="getMessage",
    summary="Get a message",
)
async def message(request: Request[Any, Any, Any], message_id: MessageId) -> Message:
    """One message as it is now."""
    found = await app_of(request).database.read(threads.message_by_id, message_id)
    if found is None:
        raise NotFoundException(_("There is no such message."))
    return found


@post(
    "/api/v1/messages/{message_id:str}/retry",
    opt=AGENT | can_fail(LATE_REPLY),
    status_code=200,
    tags=["Messages"],
    operation_id="retryMessage",
    summary="Send a failed message again",
)
async def retry(request: Request[Any, Any, Any], message_id: MessageId) -> Message:
    """Send a failed message again; one that has not failed is answered as it is."""
    at = app_of(request)
    found = await at.database.write(replies.retry, message_id, at.now())
    at.outbox.wake()
    return found


@delete(
    "/api/v1/messages/{message_id:str}",
    opt=AGENT | can_fail(NOT_TAKEN_BACK),
    status_code=200,
    tags=["Messages"],
    operation_id="takeBackMessage",
    summary="Take back a reply that waits",
)
async def taken_back(request: Request[Any, Any, Any], message_id: MessageId) -> Message:
    """Take back a reply that has not been handed over: it is not sent, and is nowhere any more.

    What it was is the answer. Its `client_id` is not used again.
    """
    at = app_of(request)
    found = await at.database.write(take_reply_back, message_id, at.now())
    at.outbox.wake()
    return found


HANDLERS = [message_list, message, retry, taken_back]
