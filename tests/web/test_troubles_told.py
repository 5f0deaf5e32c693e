"""What keeps a channel from sending, and what Meta says of its account, reaches admins at once."""

import time
from typing import Any

import pytest

from tests.support.fake_graph import FakeGraph
from tests.support.server import Line, Server, said, webhook


def alert(server: Server, line: Line, since: int, event: str = "alert:new") -> dict[str, Any]:
    return server.wait_for(event, since, lambda one: one["channel"]["id"] == line.id)


def state(server: Server, line: Line) -> str:
    told = {one["id"]: one for one in server.get("status")["channels"]}
    return str(told[line.id]["health"]["state"])


@pytest.mark.parametrize("code", [190, 33, 131064])
def test_a_refusal_of_the_whole_channel_is_told_and_red_until_a_message_is_sent(
    server: Server, graph: FakeGraph, code: int
) -> None:
    line, since = server.add_channel(api_base=graph.base_url), server.head()
    opening = webhook(messages=[said(f"wamid.{line.id}", "hello?")])
    assert server.post_signed(line, opening).status_code == 200
    wrote = server.wait_for("message:new", since, channel_id=line.id)
    path = f"/api/v1/conversations/{wrote['conversation_id']}/messages"
    graph.answer_next({"error": {"code": code, "message": "no"}}, 400)
    assert server.api().post(path, json={"text": "We open at nine."}).status_code == 201
    told = alert(server, line, since)
    assert told["kind"] == "sending" and f"(code {code})" in told["text"]
    assert server.get("alerts", channel=line.id, state="open")["data"][0]["id"] == told["id"]
    assert state(server, line) == "trouble"
    page = server.as_admin.get(f"/settings/channels/{line.id}").text
    assert "Nothing can be sent" in page and f"(code {code})" in page
    assert server.api().post(path, json={"text": "And close at five."}).status_code == 201
    assert alert(server, line, since, "alert:ended")["id"] == told["id"]
    assert state(server, line) != "trouble"


@pytest.mark.parametrize(
    ("field", "value", "words"),
    [
        ("account_update", {"event": "ACCOUNT_VIOLATION"}, "account violation"),
        ("account_update", {"event": "ACCOUNT_RESTRICTION"}, "account restriction"),
        ("phone_number_quality_update", {"event": "FLAGGED"}, "flagged"),
        ("message_template_status_update", {"event": "REJECTED"}, "rejected"),
    ],
)
def test_news_of_the_account_are_an_alert_at_once(
    server: Server, field: str, value: dict[str, str], words: str
) -> None:
    line, since = server.add_channel(), server.head()
    entry = {"id": "1", "time": int(time.time()), "changes": [{"field": field, "value": value}]}
    body = {"object": "whatsapp_business_account", "entry": [entry]}
    assert server.post_signed(line, body).status_code == 200
    told = alert(server, line, since)
    assert told["kind"] == "account" and words in told["text"]
    assert [one["id"] for one in server.get("alerts", channel=line.id)["data"]] == [told["id"]]
    assert words in server.as_admin.get(f"/settings/channels/{line.id}").text
