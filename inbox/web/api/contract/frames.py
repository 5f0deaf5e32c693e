"""Every frame of the feed: events of the log, frames of the feed itself, and what clients say."""

from collections.abc import Sequence
from typing import Annotated, Any, NamedTuple, TypedDict, get_args, get_origin

from inbox.domain.feed_events import PublicEvent
from inbox.domain.feed_frames import ControlFrame, PassingFrame
from inbox.domain.fields import Id, Moment, says
from inbox.web.api.contract.schemas import Schema, referred, schemas_of

Seq = Annotated[int, says("Grows in the order of commits, and never repeats.")]


class EventFrame(TypedDict):
    """An event of the log."""

    type: Annotated[str, says("Which event it is.")]
    seq: Seq
    at: Annotated[Moment, says("When it happened.")]
    payload: Annotated[dict[str, Any], says("What it tells.")]


class Credential(TypedDict):
    """Proof of who listens."""

    token: Annotated[str, says("An API token or a feed token.")]


class Subscription(TypedDict, total=False):
    """What to hear of from now on."""

    topics: Annotated[
        list[str], says("`all`, `conversation:<id>` or `contact:<id>`; up to 100. Without: all.")
    ]
    types: Annotated[list[str], says("Types of events; up to 100. Without: every type.")]


class Viewed(TypedDict):
    """What is before the eyes of a user, whose colleagues are shown that."""

    conversation_id: Annotated[Id | None, says("The conversation's id; null: none of them.")]


class CountsWanted(TypedDict):
    """Whether to be told how many conversations each view has."""

    wanted: Annotated[bool, says("True: all of it now, and whenever it is otherwise.")]


class FrameKind(NamedTuple):
    """``name`` is that of its schema. ``payload`` None: a frame without one."""

    type: str
    name: str
    when: str
    payload: Any
    at: bool = False
    seq: bool = True


def _payload(event: Any) -> Any:
    """What a member of a union carries, if anything: the argument of its generic base."""
    carried = get_args(event.__orig_bases__[0])[0]
    return None if carried is type(None) else carried


EVENTS = tuple(
    FrameKind(event.type, f"{event.__name__}Frame", event.__doc__, _payload(event), at=True)
    for event in get_args(PublicEvent)
)
CONTROLS = tuple(
    FrameKind(frame.type, frame.__name__, " ".join((frame.__doc__ or "").split()), _payload(frame))
    for frame in get_args(ControlFrame)
)
PASSING = tuple(
    FrameKind(frame.type, f"{frame.__name__}Frame", frame.__doc__ or "", _payload(frame), seq=False)
    for frame in get_args(PassingFrame)
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
    FrameKind(
        "viewing",
        "ViewingFrame",
        "Which conversation the user of this socket sees now. Say it again every 20 seconds.",
        Viewed,
        seq=False,
    ),
    FrameKind(
        "counting",
        "CountingFrame",
        "Asks for `counts:updated`, now and from then on.",
        CountsWanted,
        seq=False,
    ),
    FrameKind("ping", "PingFrame", "Asks for `feed:pong`.", None, seq=False),
)
HEARD = (*EVENTS, *CONTROLS, *PASSING)
FRAMES = (*HEARD, *SAID)


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
