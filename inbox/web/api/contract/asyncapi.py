"""AsyncAPI 3: the socket and the stream, whoever may open them, and every frame either way."""

from typing import Any, Final
from urllib.parse import urlsplit

from litestar import Litestar

from inbox import __version__
from inbox.web.api.contract.examples import EXAMPLES, with_examples
from inbox.web.api.contract.frames import (
    EVENTS,
    FRAMES,
    HEARD,
    SAID,
    EventFrame,
    FrameKind,
    any_event,
    frame_example,
    frame_schemas,
)
from inbox.web.api.contract.schemas import Schema, referred
from inbox.web.api.contract.stream import (
    HEARTBEAT,
    follow_operation,
    heartbeat_message,
    stream_channel,
)
from inbox.web.http import session_cookie

_ABOUT: Final = """\
Everything that happens in this inbox, numbered and without gaps. `docs/feed.md` tells it in words;
`/openapi.json` has what can be asked.

One JSON object for each text frame; with `batch=1` events come as arrays. Types and fields may be
added at any time: ignore what you do not know.
"""
_QUERY: Final[dict[str, Schema]] = {
    "since": {
        "type": "integer",
        "minimum": 0,
        "description": "The last `seq` that was dealt with: what came since is sent first."
        " Without it only what is new.",
        "examples": [1042],
    },
    "token": {
        "type": "string",
        "description": "A token from `POST /api/v1/feed-tokens`: it lives five minutes.",
    },
    "batch": {"type": "string", "enum": ["1"], "description": "Events come as arrays."},
    "format": {
        "type": "string",
        "enum": ["json", "html"],
        "default": "json",
        "description": "`html`: what the inbox's own pages use, and no contract.",
    },
    "language": {
        "type": "string",
        "description": "With `format=html`: the language of the page.",
    },
}
CLOSE_CODES: Final = {
    1001: "The server stops: connect again with `since`.",
    1008: "`since` is no number.",
    1011: "Something went wrong here: the server's log says what. Connect again with `since`.",
    1013: "Too slow, or nothing was read for 5 seconds: connect again with `since`.",
    4401: "Nobody that may listen, or not any more: sign in, or get another token.",
}
_SCHEMES: Final = {
    "token": {
        "type": "http",
        "scheme": "bearer",
        "description": "An API token or a feed token, in the header or in the frame `auth`.",
    },
    "session": {
        "type": "httpApiKey",
        "in": "cookie",
        "name": session_cookie.NAME,
        "description": "A person who signed in, from the inbox's own origin; "
        f"by https the cookie is `{session_cookie.BY_HTTPS}`.",
    },
    "feedToken": {
        "type": "httpApiKey",
        "in": "query",
        "name": "token",
        "description": "From `POST /api/v1/feed-tokens`.",
    },
}
_BATCH: Final = "EventBatch"


def asyncapi(app: Litestar) -> Schema:
    """The whole contract of the feed of a running application."""
    address = urlsplit(app.state.context.public_url)
    secure = "s" if address.scheme == "https" else ""
    return {
        "asyncapi": "3.0.0",
        "info": {"title": "Inbox", "version": __version__, "description": _ABOUT},
        "defaultContentType": "application/json",
        "servers": {
            "here": {
                "host": address.netloc,
                "protocol": f"ws{secure}",
                "description": "This server, by WebSocket.",
                "security": [{"$ref": f"#/components/securitySchemes/{one}"} for one in _SCHEMES],
            },
            "web": {
                "host": address.netloc,
                "protocol": f"http{secure}",
                "description": "This server, by server-sent events.",
                "security": [
                    {"$ref": f"#/components/securitySchemes/{one}"} for one in ("token", "session")
                ],
            },
        },
        "channels": {"feed": _channel(), "stream": stream_channel()},
        "operations": {
            "hear": _operation("send", "Hear what happens.", HEARD, _BATCH),
            "say": _operation("receive", "Say who listens, and to what.", SAID),
            "follow": follow_operation(),
        },
        "components": {
            "messages": {frame.name: _message(frame) for frame in FRAMES}
            | {_BATCH: _batch(), HEARTBEAT: heartbeat_message()},
            "schemas": with_examples(frame_schemas(FRAMES)) | {EventFrame.__name__: _event()},
            "securitySchemes": _SCHEMES,
        },
    }


def _channel() -> Schema:
    closing = "\n".join(f"- {code}: {words}" for code, words in CLOSE_CODES.items())
    names = [*(frame.name for frame in FRAMES), _BATCH]
    return {
        "address": "/ws",
        "title": "The feed",
        "description": f"A socket is accepted, and closed with a code that says why:\n\n{closing}",
        "servers": [{"$ref": "#/servers/here"}],
        "messages": {name: {"$ref": f"#/components/messages/{name}"} for name in names},
        "bindings": {
            "ws": {
                "method": "GET",
                "query": {"type": "object", "properties": _QUERY},
                "bindingVersion": "0.1.0",
            }
        },
        "x-close-codes": {str(code): words for code, words in CLOSE_CODES.items()},
    }


def _operation(action: str, words: str, frames: Any, *others: str) -> Schema:
    names = [*(frame.name for frame in frames), *others]
    return {
        "action": action,
        "summary": words,
        "channel": {"$ref": "#/channels/feed"},
        "messages": [{"$ref": f"#/channels/feed/messages/{name}"} for name in names],
    }


def _message(frame: FrameKind) -> Schema:
    return {
        "name": frame.type,
        "title": frame.type,
        "summary": frame.when,
        "payload": referred(frame.name),
        "examples": [{"name": frame.name, "payload": frame_example(frame, EXAMPLES)}],
    }


def _event() -> Schema:
    """AsyncAPI's own ``discriminator`` is a string, and names schemas: each type is a constant."""
    event = any_event()
    event["x-discriminator"] = event.pop("discriminator")
    return event


def _batch() -> Schema:
    new = next(event for event in EVENTS if event.type == "message:new")
    return {
        "name": "batch",
        "title": "Events in one frame",
        "summary": "With `batch=1`: the events that are there, in their order.",
        "payload": {"type": "array", "items": referred(EventFrame.__name__)},
        "examples": [{"name": _BATCH, "payload": [frame_example(new, EXAMPLES)]}],
    }
