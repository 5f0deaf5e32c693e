"""The feed as server-sent events, as AsyncAPI tells it: a second channel of the same messages."""

from typing import Any, Final

from inbox.web.api.contract.frames import HEARD, FrameKind
from inbox.web.api.contract.schemas import Schema

HEARTBEAT: Final = "HeartbeatComment"
_OF_SOCKETS: Final = {"feed:heartbeat", "feed:pong", "feed:not_understood", "feed:fragments"}
"""What answers what was said on a socket, or is a comment here."""
_COUNTED: Final = "counts:updated"
"""Only who asked for it on a socket has it."""
STREAMED: Final[tuple[FrameKind, ...]] = tuple(
    frame for frame in HEARD if frame.type not in _OF_SOCKETS | {_COUNTED}
)
_ABOUT: Final = """\
What `/ws` tells, over plain HTTP, to who only listens. Each server-sent event is one frame: `data`
is the whole of it, `event` its type, and `id` its `seq`, where that says how far this stream was
served. It begins after `Last-Event-ID`, or `since`, or without both with what comes now;
`Last-Event-ID` wins.

Every 15 seconds there is a comment with an `id` of its own, which counts what was not for you too.
The last comment says why the stream ends, with a code of the socket's: `: 4401 signed out`.
"""
_QUERY: Final[dict[str, Schema]] = {
    "since": {
        "type": "integer",
        "description": "The last `seq` that was dealt with.",
        "examples": [1042],
    },
    "types": {
        "type": "string",
        "description": "Only events of these types, with commas between.",
        "examples": ["message:new,message:status"],
    },
    "topics": {
        "type": "string",
        "description": "Only what is about these, with commas between: `conversation:<id>`,"
        " `contact:<id>`.",
    },
}
_HEADERS: Final[dict[str, Schema]] = {
    "Accept": {
        "type": "string",
        "const": "text/event-stream",
        "description": "Without it the answer is a page of events, as JSON.",
    },
    "Last-Event-ID": {
        "type": "string",
        "description": "The last `id` that came. Browsers send it by themselves.",
        "examples": ["1042"],
    },
}
_FIELDS: Final = {
    "id": "The `seq` of an event; none with `feed:hello` and with who is there.",
    "event": "The type of the frame.",
    "data": "The whole frame, as JSON.",
    "retry": "With `feed:hello`: how many milliseconds a browser waits before it connects again.",
}


def stream_channel() -> Schema:
    names = [*(frame.name for frame in STREAMED), HEARTBEAT]
    return {
        "address": "/api/v1/events",
        "title": "The feed as server-sent events",
        "description": _ABOUT,
        "servers": [{"$ref": "#/servers/web"}],
        "messages": {name: {"$ref": f"#/components/messages/{name}"} for name in names},
        "x-request-headers": {"type": "object", "properties": _HEADERS},
        "x-event-stream": _FIELDS,
    }


def follow_operation() -> Schema:
    names = [*(frame.name for frame in STREAMED), HEARTBEAT]
    query: dict[str, Any] = {"type": "object", "properties": _QUERY}
    return {
        "action": "send",
        "summary": "Follow what happens, by `GET` and without an end.",
        "channel": {"$ref": "#/channels/stream"},
        "messages": [{"$ref": f"#/channels/stream/messages/{name}"} for name in names],
        "bindings": {"http": {"method": "GET", "query": query, "bindingVersion": "0.3.0"}},
    }


def heartbeat_message() -> Schema:
    """Of a stream alone: its frame is in a comment, which no browser takes for an event."""
    frame = '{"type":"feed:heartbeat","seq":1042,"payload":{"cursor":1042}}'
    return {
        "name": "heartbeat",
        "title": "A heartbeat, as a comment",
        "summary": "Every 15 seconds; its `id` is how far this stream was served.",
        "contentType": "text/event-stream",
        "payload": {
            "type": "string",
            "pattern": '^: \\{"type":"feed:heartbeat",.*\\}\\nid: [0-9]+$',
        },
        "examples": [{"name": HEARTBEAT, "payload": f": {frame}\nid: 1042"}],
    }
