"""A stand-in for 360dialog and for on-premises clients: a real HTTP server in its own thread.

``/v1/messages`` is as strict as a client of the premises, ``/messages`` as 360dialog's Cloud.
"""

import json
import re
import secrets
from typing import Any

from tests.support.fake_graph import TOKEN, FakeGraph, Recorded, Reply, fault, graph_error
from tests.support.graph.files import Files, check_file
from tests.support.graph.messages import Known, check
from tests.support.graph.wrong import Wrong

_META = {"api_status": "stable", "version": "2.53.3"}
_FILES: dict[str, tuple[str, ...]] = {
    "image": ("caption",),
    "video": ("caption",),
    "audio": (),
    "document": ("caption", "filename"),
    "sticker": (),
}
_OTHERS = {"location", "contacts", "interactive"}
_KEYS = {"recipient_type", "to", "type", "context"}


class FakeHost(FakeGraph):
    """Lets in who sends ``key`` in the header ``entrance``."""

    scripted = None

    def __init__(self, key: str = TOKEN, entrance: str = "d360-api-key") -> None:
        super().__init__()
        self.key, self.entrance = key, entrance
        self.looks_up: dict[str, dict[str, Any]] | None = None
        """A client of long ago: what it finds for a number, and sends only to what it found."""
        self._found: set[str] = set()

    def asks_who(self, request: Recorded) -> bool:
        return (request.method, request.path) == ("GET", "/v1/configs/webhook")

    @property
    def base_url(self) -> str:
        return super().base_url.removesuffix("/v25.0")

    def _usual(self, request: Recorded) -> Reply:
        if request.headers.get(self.entrance) != self.key:
            meta = {"http_code": 401, "developer_message": "Invalid api key", "success": False}
            return _reply(401, {"meta": meta})
        body = request.json if isinstance(request.json, dict) else {}
        match request.method, request.path:
            case "GET", path if path.startswith("/v1/media/"):
                content, mime = self.files.get(path.rpartition("/")[2], (b"", ""))
                return Reply(200 if content else 404, content, {"Content-Type": mime})
            case "GET", "/v1/configs/webhook":
                return _reply(200, {"url": None})
            case "POST", "/media":
                return self._taken(request)
            case "POST", "/v1/media":
                return self._client_file(request)
            case "POST", "/v1/messages":
                return self._client(body)
            case "POST", "/v1/contacts" if self.looks_up is not None:
                return self._look_up(body, self.looks_up)
            case "PUT", path if re.fullmatch(r"/v1/messages/[^/]+", path):
                return Reply(200, b"") if body == {"status": "read"} else _reply(400, {})
            case "POST" | "DELETE", "/block_users":
                return self.block(request)
            case "POST", "/messages":
                mark = body.get("status") == "read"
                if wrong := fault(body, self.uploads):
                    return graph_error(400, 100, "Invalid parameter", wrong)
                return Reply(200, b'{"success":true}') if mark else self._accepted(body)
        return Reply(404, b"404 page not found")

    def _client_file(self, request: Recorded) -> Reply:
        """The bytes alone, of a type that the header tells."""
        try:
            known = self.take(request.body, request.headers.get("content-type", ""))
        except Wrong as wrong:
            error = {"code": 1009, "title": "Parameter value is not valid"}
            return _reply(400, {"errors": [error | {"details": wrong.details}], "meta": _META})
        return _reply(201, {"media": [{"id": known}], "meta": _META})

    def _client(self, body: dict[str, Any]) -> Reply:
        wrong = _wrong(body, self.uploads)
        if self.looks_up is not None and body.get("to") not in self._found:
            wrong = wrong or (1006, "Resource not found", "unknown contact")
        if wrong:
            code, title, details = wrong
            error = {"code": code, "title": title, "details": details}
            return _reply(400, {"errors": [error], "meta": _META})
        wamid = "gBGG" + secrets.token_urlsafe(15)
        self.wamids.append(wamid)
        return _reply(201, {"messages": [{"id": wamid}], "meta": _META})

    def _look_up(self, body: dict[str, Any], known: dict[str, dict[str, Any]]) -> Reply:
        if body.get("blocking") != "wait" or not isinstance(body.get("contacts"), list):
            return _reply(400, {"errors": [{"code": 1008, "title": "Missing parameter"}]})
        found = [{"input": each} | known[each] for each in body["contacts"]]
        self._found |= {each["wa_id"] for each in found if "wa_id" in each}
        return _reply(200, {"contacts": found, "meta": _META})


def _wrong(body: dict[str, Any], files: Files) -> tuple[int, str, str] | None:
    """What a client would find wrong with a message, of the things that we could get wrong."""
    kind = body.get("type", "text")
    beside = {"text", "preview_url"} if kind == "text" else {kind} & {*_FILES, *_OTHERS}
    if unneeded := body.keys() - _KEYS - beside:
        return 1010, "Parameter is not required", f"{sorted(unneeded)}"
    if not re.fullmatch("[0-9]{7,15}", str(body.get("to")), re.ASCII):
        return 1009, "Parameter value is not valid", "to must be a wa_id"
    if kind not in {"text", *_FILES, *_OTHERS}:
        return 1009, "Parameter value is not valid", f"type {kind}"
    if kind == "text" and set(body.get("text", {})) != {"body"}:
        return 1008, "Required parameter is missing", "text.body"
    if "context" in body and set(body["context"]) != {"message_id"}:
        return 1009, "Parameter value is not valid", "context"
    return _wrong_part(body, kind, files)


def _wrong_part(body: dict[str, Any], kind: str, files: Files) -> tuple[int, str, str] | None:
    """As strict as Graph where both have it; of what can be pressed clients know two kinds."""
    try:
        if kind in _FILES:
            check_file(kind, body.get(kind), files, _FILES[kind])
        elif kind in _OTHERS:
            check({"messaging_product": "whatsapp"} | body, Known(files))
        if kind == "interactive" and body[kind]["type"] not in {"button", "list"}:
            return 1009, "Parameter value is not valid", "interactive.type"
    except Wrong as wrong:
        return 1009, "Parameter value is not valid", wrong.details
    return None


def _reply(status: int, body: dict[str, Any]) -> Reply:
    return Reply(status, json.dumps(body).encode())
