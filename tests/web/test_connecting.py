"""Numbers by API: connected, changed, paused and removed as on their page, without a secret."""

from typing import Any
from uuid import uuid4

import pytest

from tests.support.server import Server, said, webhook

LIST = "/api/v1/channels"


def connected(server: Server, **facts: str) -> dict[str, Any]:
    answer = server.api().post(LIST, json={"name": "Shop", "provider": "sandbox", **facts})
    assert answer.status_code == 201, answer.text
    found: dict[str, Any] = answer.json()
    return found


def test_a_number_is_connected_by_api_and_takes_webhooks(server: Server) -> None:
    account = str(uuid4().int)[:15]
    facts = {"provider": "waba", "account": account, "verify_token": "let-me-in"}
    made = connected(server, **facts)
    assert made["webhook_url"].startswith("http")
    path = "/webhooks/" + made["webhook_url"].rpartition("/webhooks/")[2]
    body = webhook(account, messages=[said(f"wamid.{account}", "hello")])
    assert server.browser().post(path, json=body).status_code == 200
    assert made["id"] in {one["id"] for one in server.get("channels")["data"]}


def test_what_is_left_out_of_a_change_stays(server: Server) -> None:
    made, api = connected(server, verify_token="let-me-in"), server.api()
    own = f"{LIST}/{made['id']}"
    changed = api.patch(own, json={"name": "Bakery", "state": "paused"}).json()
    assert (changed["name"], changed["state"]) == ("Bakery", "paused")
    assert changed["verify_token"] == "let-me-in"
    assert changed["webhook_url"] == made["webhook_url"]
    assert api.patch(own, json={"state": "connected"}).json()["state"] == "connected"
    assert api.delete(own).json()["state"] == "removed"
    assert api.patch(own, json={"name": "Again"}).status_code == 404
    assert api.delete(own).status_code == 404


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"name": ""}, "name"),
        ({"provider": "telegram"}, "provider"),
        ({"provider": "cloud-api", "account": "+1 202"}, "account"),
        ({"allowed": "nowhere"}, "allowed"),
    ],
)
def test_what_cannot_be_connected_is_said(
    server: Server, wrong: dict[str, str], field: str
) -> None:
    facts = {"name": "Shop", "provider": "sandbox"} | wrong
    answer = server.api().post(LIST, json=facts)
    assert answer.status_code == 422 and answer.json()["field"] == field


def test_only_admins_connect(server: Server) -> None:
    facts = {"name": "Shop", "provider": "sandbox"}
    assert server.api("agent").post(LIST, json=facts).status_code == 403
