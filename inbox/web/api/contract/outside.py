"""Operations that Litestar cannot describe: webhooks, answered before it, and the socket."""

from typing import Any

from inbox.web.api.contract.schemas import Schema, referred
from inbox.web.http.errors import PROBLEM, title_of
from inbox.web.http.problem_shapes import ProblemDetails
from inbox.web.http.problem_types import problem_type

_TEXT = "text/plain"


def _answer(words: str, example: str) -> Schema:
    content = {_TEXT: {"schema": {"type": "string"}, "example": example}}
    return {"description": words, "content": content}


_REFUSED: dict[str, tuple[str, str]] = {
    "400": ("The body is no JSON object.", "The body is not JSON."),
    "401": ("The proof is missing or wrong.", "The signature does not match."),
    "403": (
        "The sender's address is not on the channel's allow-list.",
        "192.0.2.7 is not on the channel's allow-list.",
    ),
    "404": ("No channel has this address.", "There is no channel at this address."),
    "413": ("The body has more than 4 MiB.", "A webhook has at most 4194304 bytes."),
    "415": (
        "The body is compressed.",
        "Send the body as it is, without Content-Encoding.",
    ),
    "429": ("The channel takes no more now.", "More than 5000 webhooks a second."),
    "503": ("It could not be stored: send it again.", "It could not be stored; send it again."),
}
_SOON = {
    "Retry-After": {
        "description": "Seconds after which to try again.",
        "schema": {"type": "string"},
    }
}


def _delivery(operation_id: str, where: str, *refusals: str) -> Schema:
    refused = {status: _answer(*_REFUSED[status]) for status in refusals}
    for status in {"429", "503"} & refused.keys():
        refused[status]["headers"] = _SOON
    return {
        "tags": ["Webhooks"],
        "operationId": operation_id,
        "summary": "Deliver a webhook",
        "description": f"What a provider calls, {where}. 200 means that it is safely on disk.",
        "requestBody": {
            "required": True,
            "description": "As the provider signs it, byte for byte (docs/wire-formats.md).",
            "content": {
                "application/json": {
                    "schema": {"type": "object"},
                    "example": {"object": "whatsapp_business_account", "entry": []},
                }
            },
        },
        "responses": {"200": _answer("It is stored.", "ok")} | refused,
        "security": [],
    }


def _handshake(operation_id: str, *refusals: str) -> Schema:
    told = {
        "hub.mode": ("Always `subscribe`.", "subscribe"),
        "hub.verify_token": ("The channel's verify token.", "let-me-in"),
        "hub.challenge": ("What to answer.", "1158201444"),
    }
    return {
        "tags": ["Webhooks"],
        "operationId": operation_id,
        "summary": "Prove that this address is ours",
        "description": "Meta's handshake, before it sends anything here.",
        "parameters": [
            {
                "name": name,
                "in": "query",
                "description": words,
                "required": True,
                "schema": {"type": "string", "examples": [example]},
            }
            for name, (words, example) in told.items()
        ],
        "responses": {
            "200": _answer("The challenge.", "1158201444"),
            "400": _answer(
                "A parameter is missing, or the challenge is longer than 256 characters.",
                "A handshake needs hub.mode, hub.verify_token and hub.challenge.",
            ),
            "403": _answer("No such verify token.", "No channel has this verify token."),
            "405": _answer("It is no handshake.", "Webhooks come here by POST."),
        }
        | {status: _answer(*_REFUSED[status]) for status in refusals},
        "security": [],
    }


_NO_SOCKET: Schema = {
    "description": "The request does not ask for a WebSocket.",
    "content": {
        PROBLEM: {
            "schema": referred(ProblemDetails.__name__),
            "example": {
                "type": problem_type(405),
                "title": title_of(405),
                "status": 405,
                "detail": "There is something at this address, but not for a request of this kind.",
            },
        }
    },
}
_KEY: Schema = {
    "name": "key",
    "in": "path",
    "description": "The channel's secret address.",
    "required": True,
    "schema": {"type": "string", "examples": ["kq3v9W0sYb7dT2mN"]},
}
_READ = ("400", "401", "403", "413", "415", "429", "503")

OUTSIDE: dict[str, dict[str, Any]] = {
    "/webhooks/{key}": {
        "parameters": [_KEY],
        "get": _handshake("verifyWebhook", "404", "503"),
        "post": _delivery("postWebhook", "at one channel's own address", "404", *_READ),
    },
    "/api/webhook": {
        "get": _handshake("verifySharedWebhook"),
        "post": _delivery(
            "postSharedWebhook", "for an app with several numbers: the signature says whose", *_READ
        ),
    },
    "/ws": {
        "get": {
            "tags": ["Feed"],
            "operationId": "openFeed",
            "summary": "Listen to the feed",
            "description": "A WebSocket: `/asyncapi.json` describes its frames. Whom it does not"
            " let in it accepts, and closes with 4401.",
            "responses": {
                "101": {"description": "The feed follows, as frames."},
                "405": _NO_SOCKET,
            },
            "security": [{"token": []}, {"session": []}, {"feedToken": []}, {}],
        }
    },
}
