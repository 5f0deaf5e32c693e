"""``/api/v1``: that somebody is writing an answer just now."""

from typing import Annotated, Any

import msgspec
from litestar import Request, post
from litestar.exceptions import NotFoundException
from litestar.params import JSONBody

from inbox.desk.presence import Attendee
from inbox.domain.feed_frames import TypingKind
from inbox.domain.fields import says
from inbox.domain.language import _
from inbox.sending import typing_signs
from inbox.web.context import app_of, me
from inbox.web.http.guard import AGENT
from inbox.web.http.parameters import ConversationId
from inbox.web.http.scopes import SEND


class Typing(msgspec.Struct):
    """What is being written."""

    kind: Annotated[
        TypingKind, says("`note`: it is for colleagues, and no customer hears of it.")
    ] = "reply"


@post(
    "/api/v1/conversations/{conversation_id:str}/typing",
    opt=AGENT | SEND,
    status_code=204,
    response_description="It was taken; whoever may see it will.",
    tags=["Conversations"],
    operation_id="showTyping",
    summary="Show that an answer is being written",
)
async def typing(
    request: Request[Any, Any, Any],
    conversation_id: ConversationId,
    data: JSONBody[Typing],
) -> None:
    """Say it every few seconds while somebody types; it ends by itself, or with the answer.

    Colleagues see it at once, as `typing:updated` of the feed. The customer sees it, for up to 25
    seconds, where their channel tells that messages are read: WhatsApp shows it only together with
    that.
    """
    at = app_of(request)
    to = await at.database.read(typing_signs.addressee, conversation_id, at.now())
    if to is None:
        raise NotFoundException(_("There is no such conversation."))
    who = me(request)
    at.presence.write(to.conversation_id, Attendee(who.name, who.id), data.kind)
    if data.kind == "reply":
        at.later(at.typing_signs.show(to))


HANDLERS = [typing]
