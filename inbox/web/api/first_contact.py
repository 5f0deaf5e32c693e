"""``/api/v1``: writing to somebody first."""

from typing import Annotated, Any, TypedDict

import msgspec
from litestar import Request, post
from litestar.params import JSONBody

from inbox.conversations import listing
from inbox.domain.fields import Id, says
from inbox.domain.public import ListedConversation, Message
from inbox.domain.text import scrub
from inbox.domain.times import Micros
from inbox.sending import first_contact
from inbox.sending.first_contact import NewContact
from inbox.sending.replies import Reply
from inbox.storage.database import Connection
from inbox.web.api.contract.problems import (
    LATE_REPLY,
    TAKEN_BACK_REPLY,
    TAKEN_CLIENT_ID,
    UNFIT_REPLY,
    can_fail,
)
from inbox.web.api.conversations import NewMessage, reply_of
from inbox.web.context import app_of, me
from inbox.web.http.guard import AGENT
from inbox.web.http.scopes import SEND


class NewConversation(msgspec.Struct):
    """Whom to write to, and what."""

    channel_id: Annotated[Id, says("By which channel.")]
    phone_number: Annotated[
        str,
        says(
            "As people write it. Without the code of a country it is of that of the channel’s own"
            " number, where that is known."
        ),
    ]
    message: Annotated[
        NewMessage, says("As for an answer. Who is new gets a template, or a text with `direct`.")
    ]
    name: Annotated[
        str,
        says(
            "What they are called here, until WhatsApp says how they call themselves; of a known"
            " number it changes nothing. Up to 200."
        ),
    ] = ""


class BegunConversation(TypedDict):
    """What was said first, and where."""

    conversation: Annotated[ListedConversation, says("A known number’s, or a new one.")]
    message: Annotated[Message, says("The message that will be sent.")]


@post(
    "/api/v1/conversations",
    opt=AGENT | SEND | can_fail(LATE_REPLY, TAKEN_CLIENT_ID, TAKEN_BACK_REPLY, UNFIT_REPLY),
    status_code=201,
    tags=["Conversations"],
    operation_id="beginConversation",
    summary="Write to somebody first",
)
async def begin_conversation(
    request: Request[Any, Any, Any], data: JSONBody[NewConversation]
) -> BegunConversation:
    """The message is stored and will be sent, to whoever has this number.

    Who is known has a conversation, in whatever spelling of their number, and it goes on there.
    Where the message is refused, nobody new is there either.
    """
    at = app_of(request)
    to = NewContact(
        channel_id=scrub(data.channel_id),
        phone_number=scrub(data.phone_number),
        name=scrub(data.name),
        reach=me(request).reach,
    )
    reply = await reply_of(request, "", data.message)
    conversation, message = await at.database.write(_begun, to, reply, at.now())
    at.outbox.wake()
    at.schedule.wake()
    return {"conversation": conversation, "message": message}


def _begun(
    connection: Connection, to: NewContact, reply: Reply, now: Micros
) -> tuple[ListedConversation, Message]:
    message = first_contact.write_first(connection, to, reply, now)
    found = listing.conversation_by_id(connection, reply.sender_id, message["conversation_id"])
    assert found is not None, "it has just been written to"
    return found, message


HANDLERS = [begin_conversation]
