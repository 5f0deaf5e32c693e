"""Every frame of the feed: events of the log, frames of the feed itself, and what clients say."""

from collections.abc import Sequence
from typing import Annotated, Any, Literal, NamedTuple, TypedDict, get_args, get_origin

from inbox.access.principal import Role
from inbox.domain.feed_events import PublicEvent
from inbox.domain.fields import Id, Moment, says
from inbox.web.api.contract.schemas import Schema, referred, schemas_of

Seq = Annotated[int, says("Grows in the order of commits, and never repeats.")]


class EventFrame(TypedDict):
    """An event of the log."""

    type: Annotated[str, says("Which event it is.")]
    seq: Seq
    at: Annotated[Moment, says("When it happened.")]
    payload: Annotated[dict[str, Any], says("What it tells.")]


class Listening(TypedDict):
    """Who listens."""

    id: Annotated[Id | Literal["command-line"], says("Of the user or of the token.")]
    name: Annotated[str, says("Their name, or the token's.")]
    role: Annotated[Role, says("Admins hear of more.")]


class Hello(TypedDict):
    """Where the feed is as a socket opens."""

    heartbeat_s: Annotated[int, says("Seconds between two heartbeats.")]
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


class Fragments(TypedDict):
    """Parts of the inbox's own page."""

    html: Annotated[str, says("HTML of the inbox's own pages, as it is today.")]


class Credential(TypedDict):
    """Proof of who listens."""

    token: Annotated[str, says("An API token or a feed token.")]


class Subscription(TypedDict, total=False):
    """What to hear of from now on."""

    topics: Annotated[
        list[str], says("`all`, `conversation:<id>` or `contact:<id>`; up to 100. Without: all.")
    ]
    types: Annotated[list[str], says("Types of events; up to 100. Without: every type.")]


class FrameKind(NamedTuple):
    """``name`` is that of its schema. ``payload`` None: a frame without one."""

    type: str
    name: str
    when: str
    payload: Any
    at: bool = False
    seq: bool = True


def _payload(event: Any) -> Any:
    """What an event of the union carries: the argument of its generic base."""
    return get_args(event.__orig_bases__[0])[0]


EVENTS = tuple(
    FrameKind(event.type, f"{event.__name__}Frame", event.__doc__, _payload(event), at=True)
    for event in get_args(PublicEvent)
)
CONTROLS = (
    FrameKind("feed:hello", "HelloFrame", "First.", Hello),
    FrameKind("feed:caught_up", "CaughtUpFrame", "After what `since` asked for.", CaughtUp),
    FrameKind(
        "feed:heartbeat",
        "HeartbeatFrame",
        "Every 15 seconds. `seq` is the head of the log itself: if it runs ahead of `cursor` for"
        " two beats, the feed behind the socket is dead, and it is time to connect again.",
        Heartbeat,
    ),
    FrameKind(
        "feed:resync",
        "ResyncFrame",
        "`since` cannot be served: read the state by the API and go on from `seq`.",
        ResyncReason,
    ),
    FrameKind(
        "feed:lagging",
        "LaggingFrame",
        "Too slow: the socket closes with 1013. Connect again with `since`; `seq` is that of the"
        " last event that was sent.",
        None,
    ),
    FrameKind("feed:pong", "PongFrame", "The answer to `ping`.", None),
    FrameKind(
        "feed:fragments",
        "FragmentsFrame",
        "Only with `format=html`: what the inbox's own pages show.",
        Fragments,
    ),
)
SAID = (
    FrameKind(
        "auth",
        "AuthFrame",
        "First, within 5 seconds, from who brings no other proof.",
        Credential,
        seq=False,
    ),
    FrameKind("subscribe", "SubscribeFrame", "Narrows the feed.", Subscription, seq=False),
    FrameKind("ping", "PingFrame", "Asks for `feed:pong`.", None, seq=False),
)
FRAMES = (*EVENTS, *CONTROLS, *SAID)


def frame_schemas(frames: Sequence[FrameKind]) -> dict[str, Schema]:
    """These frames by their names, the payloads that they hold, and any event as ``EventFrame``."""
    found = schemas_of(kind for frame in frames for kind in _members(frame.payload))
    found |= {frame.name: _frame_schema(frame) for frame in frames}
    return dict(sorted((found | {EventFrame.__name__: any_event()}).items()))


def any_event() -> Schema:
    mapping = {event.type: referred(event.name)["$ref"] for event in EVENTS}
    return {
        "description": EventFrame.__doc__,
        "oneOf": [referred(event.name) for event in EVENTS],
        "discriminator": {"propertyName": "type", "mapping": mapping},
    }


def _members(payload: Any) -> tuple[Any, ...]:
    """A payload may be one of several."""
    return () if payload is None else get_args(payload) if get_origin(payload) else (payload,)


def _frame_schema(frame: FrameKind) -> Schema:
    common = schemas_of([EventFrame])[EventFrame.__name__]["properties"]
    held = [referred(one.__name__) for one in _members(frame.payload)]
    properties: Schema = {
        "type": {"type": "string", "const": frame.type, "description": "Which frame it is."}
    }
    if frame.seq:
        properties["seq"] = common["seq"]
    if frame.at:
        properties["at"] = common["at"]
    if held:
        one = held[0] if len(held) == 1 else {"anyOf": held}
        properties["payload"] = one | {"description": "What it tells."}
    return {
        "type": "object",
        "description": frame.when,
        "properties": properties,
        "required": [*properties],
    }


def frame_example(frame: FrameKind, payloads: dict[str, Any]) -> Schema:
    """``payloads``: examples by the names of their types."""
    example: Schema = {"type": frame.type}
    if frame.seq:
        example["seq"] = 1042
    if frame.at:
        example["at"] = "2026-01-01T12:00:00.123Z"
    for one in _members(frame.payload)[:1]:
        example["payload"] = payloads[one.__name__]
    return example
