"""WhatsAble and Notifier at the door of the running server (wire-formats D, E and G)."""

import hmac
import json
import time
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from itertools import count
from typing import Any

import httpx
import pytest

from inbox.domain.times import SECOND, iso, now
from tests.support.corpus import PAYLOADS, manifest, payloads
from tests.support.fake_dashboards import API_KEY, FakeNotifier, FakeWhatsAble
from tests.support.fake_graph import FakeGraph
from tests.support.server import Line, Server

SECRET = "notifier-signing-secret-example-0017"
SIGNATURE = "X-Webhook-Signature"
FOLDERS = {"whatsable": "whatsable_v1", "notifier": "notifier_v2"}
VECTORS = [
    vector
    for vector in json.loads((PAYLOADS / "signatures.json").read_text())["vectors"]
    if vector["provider"] == "notifier_v2"
]
_numbers = count(1)

either = pytest.mark.parametrize("name", FOLDERS)


def connected(server: Server, name: str, api: FakeGraph | None = None) -> Line:
    base = {"api_base": api.base_url} if api else {}
    secret = {"secret": SECRET if name == "notifier" else ""}
    facts = {"account": "", "verify_token": "", "access_token": API_KEY} | base | secret
    return server.add_channel(name=name.title(), provider=name, **facts)


def post(server: Server, line: Line, body: bytes | dict[str, Any]) -> httpx.Response:
    content = body if isinstance(body, bytes) else json.dumps(body).encode()
    proof = hmac.new(line.secret.encode(), content, "sha256").hexdigest()
    headers = {SIGNATURE: proof} if line.secret else {}
    return server.provider.post(line.path, content=content, headers=headers)


def told(server: Server, line: Line, *bodies: bytes | dict[str, Any]) -> None:
    for body in bodies:
        assert post(server, line, body).status_code == 200
    server.settle()


def wrote(name: str, text: str, **facts: Any) -> dict[str, Any]:
    """A message of the customer, ever another one."""
    number = next(_numbers)
    data = {"phone_number": "12025550142", "recipient_name": "Amara Okafor", "user_id": "owner"}
    if name == "whatsable":
        said = {"last_message_of_user": text, "message_type": "text"}
        at = {"user_timestamp": int(time.time()) - 600 + number}
        return {"event": "incoming_message", "data": data | said | at | facts}
    at = {"timestamp": iso(now() + number * SECOND)}
    message = {"type": "text", "content": text} | at
    event = {"event_type": "incoming_message", "event_id": f"evt_{number}", "version": "2025-04-01"}
    return event | at | {"data": data | {"message": message} | facts}


# What comes in ---------------------------------------------------------------------------


@either
def test_every_payload_is_taken_and_every_message_found(server: Server, name: str) -> None:
    line, files = connected(server, name), payloads(FOLDERS[name])
    assert {payload["http"] for payload in files} == {200}
    told(server, line, *((PAYLOADS / payload["file"]).read_bytes() for payload in files))
    assert len(server.entries(line, "applied")) == len(files)
    wanted = Counter(
        ({"in": "incoming", "out": "outgoing"}[e["direction"]], e["type"], e["text"] or "")
        for payload in files
        for e in payload["events"]
        if e["kind"] == "message"
    )
    found = server.messages(line)
    assert Counter((m["direction"], m["type"], _text(m)) for m in found) == wanted
    assert {message["provider_message_id"] for message in found} == {None}
    [conversation] = server.conversations(line)
    assert conversation["contact"]["wa_id"] == "12025550142"


def _text(message: dict[str, Any]) -> str:
    content = message["content"]
    return str(content.get("text") or content.get("caption") or "")


@pytest.mark.parametrize(
    "sequence",
    [each for each in manifest()["sequences"] if each["steps"][0].startswith("whatsable_v1/")],
    ids=lambda each: each["name"],
)
def test_a_sequence_ends_as_it_should(server: Server, sequence: Any) -> None:
    line = connected(server, "whatsable")
    told(server, line, *((PAYLOADS / step).read_bytes() for step in sequence["steps"]))
    assert {"messages": len(server.messages(line))} == sequence["final"]


@either
def test_what_is_no_json_object_is_refused(server: Server, name: str) -> None:
    line = connected(server, name)
    for invalid in manifest()["invalid"]:
        answer = post(server, line, (PAYLOADS / invalid["file"]).read_bytes())
        assert answer.status_code == invalid["http"], invalid["reason"]
    assert server.entries(line) == []


@either
def test_five_deliveries_at_once_are_one_message_and_one_event(server: Server, name: str) -> None:
    line, body, since = connected(server, name), wrote(name, "hello"), server.head()
    with ThreadPoolExecutor(5) as five:
        answers = list(five.map(lambda _: post(server, line, body), range(5)))
    assert {answer.status_code for answer in answers} == {200}
    server.settle()
    assert len(server.messages(line)) == 1
    new = [e for e in server.events(since) if e["payload"].get("channel_id") == line.id]
    assert [event["type"] for event in new] == ["contact:new", "message:new"]


@either
def test_the_account_of_an_event_is_no_customer(server: Server, name: str) -> None:
    """All events of a dashboard carry the same ``user_id``."""
    line = connected(server, name)
    told(server, line, wrote(name, "one"), wrote(name, "two", phone_number=12025550143))
    contacts = {one["contact"]["wa_id"] for one in server.conversations(line)}
    assert contacts == {"12025550142", "12025550143"}


def test_a_history_that_repeats_itself_adds_no_message(server: Server) -> None:
    lines = [
        {"type": side, "content": f"{side} {n}", "timestamp": f"2025-06-15T15:0{n}:00.000Z"}
        for n in range(5)
        for side in ("user", "bot")
    ]
    known = {"last_messages": json.dumps(lines)}
    whatsable, notifier = connected(server, "whatsable"), connected(server, "notifier")
    told(server, whatsable, *(wrote("whatsable", f"user {n}", **known) for n in range(5)))
    history = {"conversation_history": lines}
    told(server, notifier, *(wrote("notifier", f"user {n}", **history) for n in range(5)))
    for line in (whatsable, notifier):
        assert [_text(m) for m in server.messages(line)] == [f"user {n}" for n in range(5)]


def test_what_the_business_says_elsewhere_is_shown_and_nothing_unread(server: Server) -> None:
    line = connected(server, "whatsable")
    facts = {"incoming_message": False, "send_by": "WhatsApp App", "bot_timestamp": 1_750_000_500}
    told(server, line, wrote("whatsable", "hi", last_message_of_bot="We open at nine", **facts))
    [message] = server.messages(line)
    assert (message["direction"], _text(message)) == ("outgoing", "We open at nine")
    [conversation] = server.conversations(line)
    assert conversation["unread_count"] == 0


# Who may write ---------------------------------------------------------------------------


@pytest.mark.parametrize("vector", VECTORS, ids=lambda one: one["note"] or one["file"])
def test_a_signature_of_notifiers_is_right_or_refused(server: Server, vector: Any) -> None:
    line = connected(server, "notifier")
    assert line.secret == vector["verify_secret"]
    body, headers = (PAYLOADS / vector["file"]).read_bytes(), {SIGNATURE: vector["value"]}
    answer = server.provider.post(line.path, content=body, headers=headers)
    assert answer.status_code == (200 if vector["valid"] else 401), vector["note"]
    assert len(server.entries(line)) == (1 if vector["valid"] else 0)


def test_a_webhook_of_notifiers_without_a_signature_is_a_bad_request(server: Server) -> None:
    line = connected(server, "notifier")
    for headers in ({}, {SIGNATURE: ""}, {"X-Hub-Signature-256": "sha256=00"}):
        answer = server.provider.post(line.path, content=b"{", headers=headers)
        assert answer.status_code == 400
        assert "X-Webhook-Signature" in answer.text
    assert server.entries(line) == []


def test_whatsable_is_let_in_by_its_secret_address_alone(server: Server) -> None:
    line = connected(server, "whatsable")
    assert post(server, line, wrote("whatsable", "hello")).status_code == 200
    wrong = server.provider.post(line.path[:-1] + "x", content=b"{}")
    assert wrong.status_code == 404
    assert server.provider.get(line.path).status_code == 405


# What goes out ---------------------------------------------------------------------------


@pytest.fixture
def whatsable_api() -> Iterator[FakeWhatsAble]:
    with FakeWhatsAble() as api:
        yield api


@pytest.fixture
def notifier_api() -> Iterator[FakeNotifier]:
    with FakeNotifier() as api:
        yield api


def reply(server: Server, line: Line, name: str) -> dict[str, Any]:
    """An answer to a customer who wrote, once it is sent."""
    told(server, line, wrote(name, "hello?"))
    since = server.head()
    [conversation] = server.conversations(line)
    path = f"/api/v1/conversations/{conversation['id']}/messages"
    posted = server.api().post(path, json={"text": "We open at nine."})
    assert posted.status_code == 201, posted.text
    return server.wait_for("message:status", since, id=posted.json()["id"], status="sent")


def test_ticks_of_whatsable_follow_the_id_of_its_answer(
    server: Server, whatsable_api: FakeWhatsAble
) -> None:
    line = connected(server, "whatsable", whatsable_api)
    sent = reply(server, line, "whatsable")
    assert whatsable_api.requests[0].json == {"to": "+12025550142", "text": "We open at nine."}
    assert sent["provider_message_id"] == whatsable_api.wamids[0]
    for status, at in (("read", 1_750_000_009), ("Delivered", "2025-06-15T15:06:44.477Z")):
        data = {"message_id": whatsable_api.wamids[0], "status": status, "timestamp": at}
        told(server, line, {"event": "message_status", "data": data})
    assert server.get(f"messages/{sent['id']}")["status"] == "read"


def test_a_reply_that_whatsable_reports_back_is_shown_once(
    server: Server, whatsable_api: FakeWhatsAble
) -> None:
    line = connected(server, "whatsable", whatsable_api)
    reply(server, line, "whatsable")
    at = {"bot_last_message_time": int(time.time())}
    echo = {"phone_number": 12025550142, "incoming_message": False, "message_type": "text"} | at
    ours = echo | {"last_message_of_bot": "We open at nine.", "send_by": ""}
    told(server, line, ours, ours)
    assert sorted(one["direction"] for one in server.messages(line)) == ["incoming", "outgoing"]
    told(server, line, ours | {"send_by": "WhatsApp App"})
    shown = [one for one in server.messages(line) if one["direction"] == "outgoing"]
    assert [one["content"]["text"] for one in shown] == ["We open at nine."] * 2


def test_a_failure_of_whatsables_says_why_in_plain_words(
    server: Server, whatsable_api: FakeWhatsAble
) -> None:
    line = connected(server, "whatsable", whatsable_api)
    sent = reply(server, line, "whatsable")
    error = {"code": 131026, "message": "Message undeliverable"}
    told(
        server,
        line,
        {"message_id": sent["provider_message_id"], "status": "failed"} | {"error": error},
    )
    failed = server.get(f"messages/{sent['id']}")
    assert (failed["status"], failed["error"]["code"]) == ("failed", 131026)
    assert "could not be delivered" in failed["error"]["title"]


def test_what_notifier_took_is_sent_and_no_more_is_ever_known(
    server: Server, notifier_api: FakeNotifier
) -> None:
    line = connected(server, "notifier", notifier_api)
    sent = reply(server, line, "notifier")
    again = reply(server, line, "notifier")
    assert len(notifier_api.requests) == 2
    for message in (sent, again):
        found = server.get(f"messages/{message['id']}")
        assert (found["status"], found["provider_message_id"]) == ("sent", None)


def test_what_notifier_refuses_fails_with_its_reason_and_is_sent_again_by_hand(
    server: Server, notifier_api: FakeNotifier
) -> None:
    line = connected(server, "notifier", notifier_api)
    told(server, line, wrote("notifier", "hello?"))
    since = server.head()
    notifier_api.answer_next("notifier_success_false.json")
    [conversation] = server.conversations(line)
    path = f"/api/v1/conversations/{conversation['id']}/messages"
    posted = server.api().post(path, json={"text": "We open at nine."}).json()
    failed = server.wait_for("message:status", since, id=posted["id"], status="failed")
    assert "24 hours" in failed["error"]["title"]
    since = server.head()
    assert server.api().post(f"/api/v1/messages/{posted['id']}/retry").status_code == 200
    server.wait_for("message:status", since, id=posted["id"], status="sent")
    assert len(notifier_api.requests) == 2
