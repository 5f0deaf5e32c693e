"""``/api/v1``: single messages."""

from typing import Annotated, Any

import msgspec
from litestar import Request, delete, get, patch, post
from litestar.exceptions import ClientException, NotFoundException
from litestar.params import JSONBody

from inbox.conversations import threads
from inbox.domain.fields import Moment, says
from inbox.domain.language import _
from inbox.domain.public import Message
from inbox.domain.text import scrub
from inbox.sending import retrying
from inbox.sending.editing import Edit, edit_reply, send_now
from inbox.sending.taking_back import take_reply_back
from inbox.web.api.contract.problems import (
    LATE_REPLY,
    NOT_EDITABLE,
    NOT_TAKEN_BACK,
    UNFIT_REPLY,
    can_fail,
)
from inbox.web.api.paging import MessageList
from inbox.web.context import app_of, me
from inbox.web.http.guard import AGENT
from inbox.web.http.moments import moment_asked
from inbox.web.http.parameters import MessageId, in_query
from inbox.web.http.scopes import SEND

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
    read, reach = app_of(request).database.read, me(request).reach
    found = await read(threads.by_provider_id, provider_message_id, reach)
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
    opt=AGENT | SEND | can_fail(LATE_REPLY),
    status_code=200,
    tags=["Messages"],
    operation_id="retryMessage",
    summary="Send a failed message again",
)
async def retry(
    request: Request[Any, Any, Any],
    message_id: MessageId,
    hold: Annotated[
        bool,
        in_query("If WhatsApp takes no free text now, send it once the customer writes.", True),
    ] = False,
) -> Message:
    """Send a failed message again; one that has not failed is answered as it is."""
    at = app_of(request)
    found = await at.database.write(retrying.retry, message_id, at.now(), hold=hold)
    at.outbox.wake()
    return found


@delete(
    "/api/v1/messages/{message_id:str}",
    opt=AGENT | SEND | can_fail(NOT_TAKEN_BACK),
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


class MessageEdit(msgspec.Struct):
    """What is to be another; what is left out stays."""

    text: Annotated[str | None, says("What it says, if it is a text.")] = None
    send_at: Annotated[
        Moment | None, says("When it is to be sent, with its zone; up to a year ahead.")
    ] = None
    stop_on_reply: Annotated[
        bool | None, says("Whether it stays where it is if the customer writes first.")
    ] = None


@patch(
    "/api/v1/messages/{message_id:str}",
    opt=AGENT | SEND | can_fail(LATE_REPLY, NOT_EDITABLE, UNFIT_REPLY),
    tags=["Messages"],
    operation_id="editMessage",
    summary="Change a reply that is to be sent later",
)
async def edit(
    request: Request[Any, Any, Any], message_id: MessageId, data: JSONBody[MessageEdit]
) -> Message:
    """Change what a `scheduled` or `held` reply says, or when it goes.

    With a time a `held` one is `scheduled`, and one that stopped goes by itself again.
    """
    at = app_of(request)
    wanted = Edit(
        text=None if data.text is None else scrub(data.text),
        send_at=moment_asked(data.send_at),
        stop_on_reply=data.stop_on_reply,
    )
    found = await at.database.write(edit_reply, message_id, wanted, at.now())
    at.schedule.wake()
    return found


@post(
    "/api/v1/messages/{message_id:str}/send",
    opt=AGENT | SEND | can_fail(LATE_REPLY, NOT_EDITABLE, UNFIT_REPLY),
    status_code=200,
    tags=["Messages"],
    operation_id="sendMessageNow",
    summary="Send now what was to be sent later",
)
async def sent_now(request: Request[Any, Any, Any], message_id: MessageId) -> Message:
    """A `scheduled` or `held` reply goes out at once, whatever it waits for."""
    at = app_of(request)
    found = await at.database.write(send_now, message_id, at.now())
    at.outbox.wake()
    return found


HANDLERS = [message_list, message, retry, taken_back, edit, sent_now]
