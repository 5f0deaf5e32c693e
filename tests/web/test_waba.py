"""On-premises webhooks at the running server: what comes in, who is let in, what goes out."""

import json
import re
from collections.abc import Iterator
from typing import Any

import pytest

from tests.support.corpus import PAYLOADS, manifest, payloads
from tests.support.fake_graph import TOKEN
from tests.support.fake_host import FakeHost
from tests.support.server import SECRET, Line, Server, said


@pytest.fixture(scope="module")
def server(lone_server: Server) -> Server:
    """Ids are the files' own, and each of them must be new to it."""
    return lone_server


FILES = payloads("onprem")


def raw(file: str) -> bytes:
    return (PAYLOADS / file).read_bytes()


def post(server: Server, line: Line, body: bytes | dict[str, Any], **headers: str) -> int:
    content = body if isinstance(body, bytes) else json.dumps(body).encode()
    return server.provider.post(line.path, content=content, headers=headers).status_code


@pytest.fixture
def line(server: Server) -> Line:
    """Known by its address alone, as most of these are."""
    return server.add_channel(provider="waba", secret="", account="")


def test_every_payload_is_taken_twice_and_every_message_found_once(
    server: Server, line: Line
) -> None:
    for payload in FILES * 2:
        assert post(server, line, raw(payload["file"])) == payload["http"], payload["file"]
    server.settle()
    assert len(server.entries(line, "applied")) == 2 * len(FILES)
    wanted = {
        event["provider_message_id"]: event["type"]
        for payload in FILES
        for event in payload["events"]
        if event["kind"] == "message"
    }
    found = [(one["provider_message_id"], one["type"]) for one in server.messages(line)]
    assert len(wanted) > 15
    assert sorted(found) == sorted(wanted.items())


def test_what_its_author_deleted_is_marked_deleted_in_any_order(server: Server, line: Line) -> None:
    files = ["onprem/text.json", "onprem/status_deleted.json"]
    other = server.add_channel(provider="waba", secret="", account="")
    for channel, order in ((line, files), (other, reversed(files))):
        for file in order:
            assert post(server, channel, raw(file)) == 200
            server.settle()
        [message] = server.messages(channel)
        assert message["deleted_at"]


def test_what_is_no_json_object_is_refused(server: Server, line: Line) -> None:
    for invalid in manifest()["invalid"]:
        assert post(server, line, raw(invalid["file"])) == invalid["http"], invalid["reason"]
    assert server.entries(line) == []


def test_a_channel_with_a_secret_lets_in_only_who_sends_it(server: Server) -> None:
    line = server.add_channel(provider="waba", secret=SECRET, account="")
    body = raw("onprem/text.json")
    for headers in ({}, {"X-Hook-Token": ""}, {"X-Hook-Token": "another"}):
        assert post(server, line, body, **headers) == 401
    assert server.entries(line) == []
    assert post(server, line, body, **{"X-Hook-Token": SECRET}) == 200
    assert len(server.entries(line)) == 1


def test_nobody_shakes_hands_here(server: Server, line: Line) -> None:
    shake = {"hub.mode": "subscribe", "hub.challenge": "1", "hub.verify_token": line.verify_token}
    assert server.provider.get(line.path).status_code == 405
    assert server.provider.get(line.path, params=shake).status_code == 405


def test_a_problem_of_the_account_is_told_to_admins_in_plain_words(
    server: Server, line: Line
) -> None:
    since = server.head()
    assert post(server, line, {"errors": [{"code": 1022, "title": "Webhook not set"}]}) == 200
    told = server.wait_for("channel:updated", since, lambda one: one["health"]["last_error"])
    page = server.as_admin.get(f"/settings/channels/{line.id}").text
    sentence = told["health"]["last_error"]
    assert sentence.startswith("The provider has no webhook address: Ask an administrator")
    assert sentence.endswith("(code 1022)")
    assert "The provider has no webhook address" in page


def test_the_guide_names_one_address_however_the_api_s_was_entered(server: Server) -> None:
    for base in ("https://wa.example", "https://wa.example/v1", "https://wa.example/v1/messages"):
        line = server.add_channel(provider="waba", secret="", account="", api_base=base)
        page = server.as_admin.get(f"/settings/channels/{line.id}").text
        assert "POST https://wa.example/v1/configs/webhook" in page


def test_a_new_channel_is_asked_for_what_it_needs(server: Server) -> None:
    page = server.as_admin.get("/settings/channels/new?provider=waba").text
    for words in ("API key", "API address", "Webhook secret", "https://waba-v2.360dialog.io"):
        assert words in page


@pytest.fixture
def host() -> Iterator[FakeHost]:
    with FakeHost() as host:
        yield host


def test_a_reply_goes_out_and_its_ticks_come_back(server: Server, host: FakeHost) -> None:
    line = server.add_channel(
        provider="waba", secret="", account="", api_base=host.base_url, access_token=TOKEN
    )
    since = server.head()
    assert post(server, line, {"messages": [said("ABGG1", "Guten Tag")]}) == 200
    opened = server.wait_for("message:new", since, channel_id=line.id)
    path = f"/api/v1/conversations/{opened['conversation_id']}/messages"
    sent = server.api().post(path, json={"text": "We open at nine."})
    assert sent.status_code == 201, sent.text
    server.wait_for("message:status", since, id=sent.json()["id"], status="sent")
    [gbgg] = host.wamids
    seen = []
    for status in ("read", "sending", "delivered", "warning"):
        receipt = {"id": gbgg, "status": status, "timestamp": "1750000009"}
        assert post(server, line, {"statuses": [receipt]}) == 200
        server.settle()
        [reply] = [one for one in server.messages(line) if one["direction"] == "outgoing"]
        seen.append(reply["status"])
    assert seen == ["read"] * 4


def test_a_refused_reply_says_why_in_words_with_the_code_of_the_host(
    server: Server, host: FakeHost
) -> None:
    line = server.add_channel(
        provider="waba", secret="", account="", api_base=host.base_url, access_token=host.key
    )
    host.key = "a newer one"
    since = server.head()
    assert post(server, line, {"messages": [said("ABGG2", "Guten Tag")]}) == 200
    opened = server.wait_for("message:new", since, channel_id=line.id)
    path = f"/api/v1/conversations/{opened['conversation_id']}/messages"
    sent = server.api().post(path, json={"text": "We open at nine."})
    told = server.wait_for("message:status", since, id=sent.json()["id"], status="failed")
    assert told["error"]["title"] == "The API key is not accepted"
    assert told["error"]["code"] == 401
    assert re.search("Invalid api key", told["error"]["detail"])
