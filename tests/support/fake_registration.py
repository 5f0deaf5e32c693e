"""The APIs by which webhooks are registered, over real HTTP, as their documents tell them.

Each keeps what was registered and answers by it; what is not in the documents it refuses.
"""

import json
from itertools import count
from typing import Any
from urllib.parse import parse_qs, urlsplit

from tests.support.fake_dashboards import API_KEY, FakeNotifier, FakeWhatsAble
from tests.support.fake_graph import ACCOUNT, FakeGraph, Recorded, Reply, graph_error
from tests.support.fake_host import FakeHost

WABA_ID = "102938475610293"
ELSEWHERE = "https://elsewhere.example/hook"
SIGNING_SECRET = "notifier-told-once-example"


class FakeMetaOffice(FakeGraph):
    """The number's override, and which apps are subscribed to its account."""

    scripted = None

    def __init__(self) -> None:
        super().__init__()
        self.override = ""
        self.verify_token = ""
        self.subscribed = False

    def _usual(self, request: Recorded) -> Reply:
        if request.headers.get("authorization") != f"Bearer {self.token}":
            return graph_error(401, 190, "Invalid OAuth access token")
        if self.asks_who(request):
            return super()._usual(request)
        url = urlsplit(request.path)
        match request.method, url.path.removeprefix("/v25.0/").split("/"):
            case "GET", [account] if account == ACCOUNT:
                return _reply(self._facts(parse_qs(url.query)["fields"][0].split(",")))
            case "POST", [account] if account == ACCOUNT:
                return self._change(request.json["webhook_configuration"])
            case "GET", [account, "subscribed_apps"] if account == WABA_ID:
                app = {"link": "https://www.facebook.com/games/?app_id=1", "name": "Shop app"}
                data = [{"whatsapp_business_api_data": app | {"id": "6712"}}]
                return _reply({"data": data if self.subscribed else []})
            case "POST", [account, "subscribed_apps"] if account == WABA_ID:
                self.subscribed = True
                return _reply({"success": True})
        return graph_error(400, 100, "Unsupported request")

    def _facts(self, fields: list[str]) -> dict[str, Any]:
        configured = {"application": ELSEWHERE}
        if self.override:
            configured["phone_number"] = self.override
        entities = [
            {"entity_type": kind, "id": known, "can_send_message": "AVAILABLE"}
            for kind, known in (("PHONE_NUMBER", ACCOUNT), ("WABA", WABA_ID), ("APP", "6712"))
        ]
        known = {
            "webhook_configuration": configured,
            "health_status": {"can_send_message": "AVAILABLE", "entities": entities},
        }
        return {name: known[name] for name in fields} | {"id": ACCOUNT}

    def _change(self, told: dict[str, str]) -> Reply:
        url = told["override_callback_uri"]
        if url and not told.get("verify_token"):
            return graph_error(400, 100, "Invalid parameter", "verify_token is required")
        self.override, self.verify_token = url, told.get("verify_token", "")
        return _reply({"success": True})


class FakeWabaOffice(FakeHost):
    """``/v1/configs/webhook`` of 360dialog and of on-premises clients."""

    def __init__(self, entrance: str = "d360-api-key") -> None:
        super().__init__(entrance=entrance)
        self.config: dict[str, Any] = {}

    def asks_who(self, request: Recorded) -> bool:
        return False  # what is registered is what is asked for here

    def _usual(self, request: Recorded) -> Reply:
        if request.path != "/v1/configs/webhook" or request.headers.get(self.entrance) != self.key:
            return super()._usual(request)
        if request.method == "POST":
            self.config = request.json
        return _reply({"url": self.config.get("url")} | self.config)


class FakeWhatsAbleOffice(FakeWhatsAble):
    def __init__(self) -> None:
        super().__init__()
        self.webhooks: dict[str, str] = {"1": ELSEWHERE}
        self._ids = count(2)

    def asks_who(self, request: Recorded) -> bool:
        return False  # what is registered is what is asked for here

    def _usual(self, request: Recorded) -> Reply:
        url = urlsplit(request.path)
        if not url.path.startswith("/api/webhooks/"):
            return super()._usual(request)
        if request.headers.get("authorization") != f"Bearer {API_KEY}":
            return _reply({"success": False, "message": "Invalid API key"}, 401)
        match request.method, url.path.rpartition("/")[2]:
            case "GET", "get":
                listed = [{"id": key, "webhook": each} for key, each in self.webhooks.items()]
                return _reply({"success": True, "data": listed})
            case "POST", "create":
                self.webhooks[str(next(self._ids))] = request.json["webhook"]
                return _reply({"success": True, "message": "Webhook created"})
            case "DELETE", "delete":
                gone = self.webhooks.pop(parse_qs(url.query)["id"][0], None)
                if gone is None:
                    return _reply({"success": False, "message": "No such webhook"})
                return _reply({"success": True, "message": "Webhook deleted"})
        return _reply({"error": {"code": "NOT_FOUND", "message": "No such route"}}, 404)


class FakeNotifierOffice(FakeNotifier):
    """Another part of the same host; the secret is told once."""

    def __init__(self) -> None:
        super().__init__()
        self.webhooks: list[dict[str, Any]] = [{"id": 7, "url": ELSEWHERE, "description": "CRM"}]

    def asks_who(self, request: Recorded) -> bool:
        return False  # what is registered is what is asked for here

    def _usual(self, request: Recorded) -> Reply:
        if request.path != "/api:AFRA_QCy/webhooks":
            return super()._usual(request)
        if request.headers.get("authorization") != f"Bearer {API_KEY}":
            return _reply({"code": "ERROR_CODE_UNAUTHORIZED", "message": "Invalid token."}, 401)
        if request.method == "GET":
            return _reply(self.webhooks)
        if any(each["url"] == request.json["url"] for each in self.webhooks):
            return _reply({"code": "ERROR_CODE_INPUT_ERROR", "message": "Duplicate URL."}, 400)
        self.webhooks.append({"id": 8} | request.json)
        return _reply(self.webhooks[-1] | {"signature_secret": SIGNING_SECRET})


def _reply(body: Any, status: int = 200) -> Reply:
    return Reply(status, json.dumps(body).encode())
