"""Stand-ins for WhatsAble's two APIs, over real HTTP: they answer as their documents say."""

import json
import re
from typing import Any

from inbox.providers.sandbox import new_wamid
from tests.support.fake_graph import FakeGraph, Recorded, Reply, fault

API_KEY = "whatsable-key-example"

_PHONE = re.compile(r"\+[1-9][0-9]{6,14}", re.ASCII)


class FakeWhatsAble(FakeGraph):
    """Knows its key by itself: with ``Bearer`` before it the key is another."""

    scripted = None

    def __init__(self) -> None:
        super().__init__(API_KEY)

    @property
    def base_url(self) -> str:
        return super().base_url.removesuffix("/v25.0")

    def asks_who(self, request: Recorded) -> bool:
        return (request.method, request.path) == ("GET", "/api/webhooks/get")

    def _usual(self, request: Recorded) -> Reply:
        if self.asks_who(request):  # here, unlike elsewhere, the key comes with Bearer
            known = request.headers.get("authorization") == f"Bearer {self.token}"
            return _said(200, success=True, data=[]) if known else _said(401, success=False)
        if request.headers.get("authorization") != self.token:
            return _said(401, success=False, message="Invalid API key")
        if (request.method, request.path) != ("POST", "/api/whatsapp/messages/v2.0.0/send"):
            return _said(404, error={"code": "NOT_FOUND", "message": "No such route"})
        body = request.json if isinstance(request.json, dict) else {}
        if not _PHONE.fullmatch(str(body.get("to"))):
            return _said(400, success=False, message="Invalid phone number")
        if not isinstance(body.get("text"), str) or not (body["text"] or _linked(body)):
            return _said(400, success=False, message="text or attachment is required")
        wamid = new_wamid()
        self.wamids.append(wamid)
        details = {"messages": [{"id": wamid, "message_status": "accepted"}]}
        return _said(200, success=True, message="Message sent", details=details)


class FakeNotifier(FakeGraph):
    """The older API, that tells no id of what it sends, and the newer one, that does."""

    scripted = None

    def __init__(self) -> None:
        super().__init__(API_KEY)

    @property
    def base_url(self) -> str:
        return super().base_url.removesuffix("/v25.0") + "/api:-GWQv5aM"

    def asks_who(self, request: Recorded) -> bool:
        return (request.method, request.path) == ("GET", "/api:AFRA_QCy/webhooks")

    def _usual(self, request: Recorded) -> Reply:
        if request.headers.get("authorization") != f"Bearer {self.token}":
            return _said(401, code="ERROR_CODE_UNAUTHORIZED", message="Invalid token.")
        if self.asks_who(request):
            return Reply(200, b"[]")
        body = request.json if isinstance(request.json, dict) else {}
        if (request.method, request.path) == ("POST", "/api:U9ztporN/send/message"):
            return self._newer(body)
        if (request.method, request.path) != ("POST", "/api:-GWQv5aM/send"):
            return _said(404, code="ERROR_CODE_NOT_FOUND", message="Unable to locate request.")
        said = body.get("text") or _linked(body)
        if not _PHONE.fullmatch(str(body.get("phone"))) or not said:
            return _said(400, code="ERROR_CODE_INPUT_ERROR", message="Missing param: phone")
        return _said(200, message="Message sent successfully")

    def _newer(self, body: dict[str, Any]) -> Reply:
        """It hands the body on to Meta, and Meta's answer back, always with status 200."""
        if wrong := fault({name: body[name] for name in body if name != "labels"}):
            detail = {"messaging_product": "whatsapp", "details": wrong}
            error = {"code": 100, "type": "OAuthException", "message": "(#100) Invalid parameter"}
            return _said(200, success=False, whatsapp_response_info=error | {"error_data": detail})
        wamid = new_wamid()
        self.wamids.append(wamid)
        info = {"contacts": [], "messages": [{"id": wamid, "message_status": "accepted"}]}
        return _said(200, success=True, message="Message sent", whatsapp_response_info=info)


def _linked(body: dict[str, Any]) -> bool:
    """Whether it has a file at an address from which anybody may fetch it."""
    return bool(re.match(r"https?://\S+$", str(body.get("attachment"))))


def _said(status: int, **body: Any) -> Reply:
    return Reply(status, json.dumps(body).encode())
