"""What answers that say why not look like: RFC 9457, with members of our own."""

from typing import Annotated, NotRequired, TypedDict

from inbox.domain.fields import Id, Moment, says
from inbox.domain.public import Message


class ProblemDetails(TypedDict):
    """Why it was not done (RFC 9457)."""

    type: Annotated[str, says("Which problem it is; docs/problems.md lists them all.")]
    title: Annotated[str, says("What happened, in a few words.")]
    status: Annotated[int, says("The HTTP status.")]
    detail: Annotated[str, says("What happened here and what to do, for people.")]


class WrongField(TypedDict):
    """One field that is wrong."""

    field: Annotated[str, says("Its name, in the query or in the body.")]
    detail: Annotated[str, says("What is wrong with it.")]


class WrongRequest(ProblemDetails):
    """A question or a body that makes no sense."""

    field: NotRequired[Annotated[str, says("The first field that is wrong, if it is one.")]]
    errors: NotRequired[Annotated[list[WrongField], says("All fields that are wrong.")]]


class ForgottenEvents(ProblemDetails):
    """Events were asked for that are no longer kept."""

    head: Annotated[int, says("The newest `seq`: go on from here when you have read the state.")]


class ClosedWindow(ProblemDetails):
    """A reply outside of WhatsApp's 24 hours. Its `type` says so, for ever."""

    window_expires_at: Annotated[
        Moment | None, says("Since when it is too late; null: the customer never wrote.")
    ]


class AnswerMeanwhile(ProblemDetails):
    """A colleague has answered, and the writer has not seen it. Its `type` says so, for ever."""

    messages: Annotated[list[Message], says("What was answered, oldest first; the newest 20.")]


class TakenClientId(ProblemDetails):
    """A `client_id` that is that of another message. Its `type` says so, for ever."""

    message_id: Annotated[Id, says("That of the other message.")]


class LackedScope(ProblemDetails):
    """A token was used for what it is not for. Its `type` says so, for ever."""

    scope: Annotated[
        str | None, says("The scope that it lacks; null: no scope is enough, only all of them.")
    ]


class MisplacedPiece(ProblemDetails):
    """A piece of a file that does not follow what is here. Its `type` says so, for ever."""

    offset: Annotated[int, says("How many bytes are here: go on with this one.")]


class UnfitResponse(ProblemDetails):
    """A canned response that cannot be kept or changed as it was asked."""

    field: Annotated[str, says("The field that is wrong.")]


class UnfitDraft(ProblemDetails):
    """A draft that cannot be kept."""

    field: Annotated[str, says("The field that is wrong.")]


class UnfitKeys(ProblemDetails):
    """Keys that cannot be kept."""

    field: Annotated[str, says("The field that is wrong.")]


class UnfitReply(ProblemDetails):
    """Something that WhatsApp or this channel does not take."""

    field: Annotated[str, says("The field that is wrong.")]


class NotDone(ProblemDetails):
    """What was asked for cannot be done, and the sentence says why."""

    field: Annotated[str, says("The field that asked for it.")]
