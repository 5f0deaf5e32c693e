"""``/api/v1``: a message said again to others."""

from typing import Annotated, Any, TypedDict

import msgspec
from litestar import Request, post
from litestar.params import JSONBody

from inbox.domain.errors import Missing
from inbox.domain.fields import Id, says
from inbox.domain.public import Message
from inbox.domain.text import scrub
from inbox.sending.replies import ClientIdTaken, ReplyTakenBack
from inbox.sending.window import WindowClosed
from inbox.web.api.contract.problems import UNFIT_REPLY, can_fail
from inbox.web.http.guard import AGENT
from inbox.web.http.parameters import MessageId
from inbox.web.http.problem_types import CLIENT_ID_TAKEN, TAKEN_BACK, WINDOW_CLOSED, problem_type
from inbox.web.http.scopes import SEND
from inbox.web.pages.passing_on import Refusal, WentTo, forward_to


class ForwardTarget(msgspec.Struct):
    """A conversation that a message is forwarded to."""

    conversation_id: Annotated[Id, says("The conversation.")]
    client_id: Annotated[
        str,
        says("Yours to make, one for each: posted again, it is the same message. Up to 128."),
    ] = ""


class NewForward(msgspec.Struct):
    """Where a message is to go."""

    to: Annotated[list[ForwardTarget], says("Up to five conversations, each once.")]


class NotForwarded(TypedDict):
    """Why a conversation did not get it."""

    type: Annotated[str, says("As that of the problem which `sendMessage` answers.")]
    detail: Annotated[str, says("The reason, in a sentence.")]


class Forwarded(TypedDict):
    """What became of it at one conversation."""

    conversation_id: Annotated[Id, says("As it was asked for.")]
    message: Annotated[Message | None, says("What will be sent; null: nothing.")]
    refused: Annotated[NotForwarded | None, says("Why not; null: it will be sent.")]


class ForwardedList(TypedDict):
    """One for each conversation, in the order in which they were asked for."""

    data: Annotated[list[Forwarded], says("What became of it at each.")]


@post(
    "/api/v1/messages/{message_id:str}/forward",
    opt=AGENT | SEND | can_fail(UNFIT_REPLY),
    status_code=201,
    tags=["Messages"],
    operation_id="forwardMessage",
    summary="Forward a message",
)
async def forward_message(
    request: Request[Any, Any, Any], message_id: MessageId, data: JSONBody[NewForward]
) -> ForwardedList:
    """Say it again in other conversations, with its file, and nothing of from whom it came.

    Buttons, lists and answers to them go as their words. Notes, templates, orders, notices, and
    files that are not here, do not go: 422. What one conversation cannot take the others get.
    """
    targets = [(scrub(one.conversation_id), scrub(one.client_id)) for one in data.to]
    went = await forward_to(request, message_id, targets)
    return {"data": [_forwarded(one) for one in went]}


def _forwarded(one: WentTo) -> Forwarded:
    refused: NotForwarded | None = None
    if one.refused is not None:
        refused = {"type": _type_of(one.refused), "detail": str(one.refused)}
    return {"conversation_id": one.conversation_id, "message": one.message, "refused": refused}


def _type_of(refused: Refusal) -> str:
    match refused:
        case WindowClosed():
            return WINDOW_CLOSED
        case ClientIdTaken():
            return CLIENT_ID_TAKEN
        case ReplyTakenBack():
            return TAKEN_BACK
    return problem_type(404 if isinstance(refused, Missing) else 422)


HANDLERS = [forward_message]
