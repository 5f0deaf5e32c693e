"""What the feed says of itself, beside the events of the log: a closed union.

The docstring of a frame says when it comes, its type what it carries.
"""

from typing import Annotated, ClassVar, Generic, Literal, TypedDict, TypeVar

from msgspec import Struct

from inbox.domain.fields import Id, Moment, says
from inbox.domain.view_counts import ViewCounts


class Listening(TypedDict):
    """Who listens."""

    id: Annotated[Id | Literal["command-line"], says("Of the user or of the token.")]
    name: Annotated[str, says("Their name, or the token's.")]
    role: Annotated[Literal["agent", "supervisor", "admin"], says("Admins hear of more.")]


class Hello(TypedDict):
    """Where the feed is as a socket opens."""

    heartbeat_s: Annotated[int, says("Seconds between two heartbeats.")]
    at: Annotated[Moment, says("What the server's clock shows.")]
    user: Annotated[Listening, says("Who listens; a program's token, too.")]


class CaughtUp(TypedDict):
    """How much was missed."""

    count: Annotated[int, says("How many events came since `since`.")]


class Heartbeat(TypedDict):
    """How far this socket was served."""

    cursor: Annotated[int, says("The `seq` up to which it was, counting events it does not show.")]


class ResyncReason(TypedDict):
    """Why events cannot be served one by one."""

    reason: Annotated[str, says("In words.")]


class NotUnderstood(TypedDict):
    """Why what a client said changes nothing."""

    type: Annotated[str | None, says("That of its frame, if it had one.")]
    reason: Annotated[str, says("In words.")]


class Fragments(TypedDict):
    """Parts of the inbox's own page."""

    html: Annotated[str, says("HTML of the inbox's own pages, as it is today.")]


class Viewer(TypedDict):
    """Somebody who has a conversation open."""

    id: Annotated[Id, says("The user's id.")]
    name: Annotated[str, says("Their name.")]


class Viewers(TypedDict):
    """Who has a conversation before their eyes: all of them, each time."""

    conversation_id: Annotated[Id, says("The conversation's id.")]
    users: Annotated[list[Viewer], says("By their names, without the user who listens.")]


class Colleagues(TypedDict):
    """Who of us is here."""

    users: Annotated[list[Viewer], says("By their names, without the user who listens.")]


TypingKind = Literal["reply", "note"]


class TypingUser(TypedDict):
    """Somebody who is writing."""

    id: Annotated[Id, says("Of the user, or of a program's token.")]
    name: Annotated[str, says("Their name, or the token's.")]
    kind: Annotated[TypingKind, says("`reply`: to the customer; `note`: for colleagues.")]


class TypingUsers(TypedDict):
    """Who is writing in a conversation just now: all of them, each time."""

    conversation_id: Annotated[Id, says("The conversation's id.")]
    users: Annotated[list[TypingUser], says("By their names, without the user who listens.")]


T = TypeVar("T")


class _Frame(Struct, Generic[T], frozen=True):
    """``seq``: that of the last event this socket was told of, if the frame says nothing else."""

    type: ClassVar[str]
    seq: int
    payload: T


class HelloFrame(_Frame[Hello], frozen=True):
    """First."""

    type = "feed:hello"


class CaughtUpFrame(_Frame[CaughtUp], frozen=True):
    """After what `since` asked for."""

    type = "feed:caught_up"


class HeartbeatFrame(_Frame[Heartbeat], frozen=True):
    """Every 15 seconds. `seq` is the head of the log itself: if it runs ahead of `cursor` for two
    beats, the feed behind the socket is dead, and it is time to connect again.
    """

    type = "feed:heartbeat"


class ResyncFrame(_Frame[ResyncReason], frozen=True):
    """`since` cannot be served: read the state by the API and go on from `seq`."""

    type = "feed:resync"


class LaggingFrame(_Frame[None], frozen=True):
    """Too slow: the socket closes with 1013. Connect again with `since`; `seq` is that of the last
    event that was sent.
    """

    type = "feed:lagging"


class PongFrame(_Frame[None], frozen=True):
    """The answer to `ping`."""

    type = "feed:pong"


class NotUnderstoodFrame(_Frame[NotUnderstood], frozen=True):
    """The answer to a frame that this server does not know or cannot take."""

    type = "feed:not_understood"


class FragmentsFrame(_Frame[Fragments], frozen=True):
    """Only with `format=html`: what the inbox's own pages show."""

    type = "feed:fragments"


ControlFrame = (
    HelloFrame
    | CaughtUpFrame
    | HeartbeatFrame
    | ResyncFrame
    | LaggingFrame
    | PongFrame
    | NotUnderstoodFrame
    | FragmentsFrame
)


# What passes: true for a moment, in no log and without a number --------------------------------


class _Passing(Struct, Generic[T], frozen=True):
    type: ClassVar[str]
    payload: T


class PresenceUpdated(_Passing[Viewers], frozen=True):
    """Somebody opened a conversation or left it. It has no `seq`, and is never told again."""

    type = "presence:updated"


class TypingUpdated(_Passing[TypingUsers], frozen=True):
    """Somebody began to write, or writes no more. It has no `seq`, and is never told again."""

    type = "typing:updated"


class PresenceHere(_Passing[Colleagues], frozen=True):
    """Who has the inbox open and has used it within half an hour: all of them, each time."""

    type = "presence:here"


class CountsUpdated(_Passing[ViewCounts], frozen=True):
    """How many conversations each view has: all of it, each time. Only to who asked: `counting`."""

    type = "counts:updated"


PassingFrame = PresenceUpdated | PresenceHere | TypingUpdated | CountsUpdated
