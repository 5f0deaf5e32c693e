"""Laws 1, 2, 6 and 10 at the door (wire-formats 0, A.8 to A.11 and G), on the running server."""

import json
import re
import socket
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any
from urllib.parse import quote, urlsplit

import httpx
import pytest
from websockets.exceptions import InvalidStatus
from websockets.sync.client import connect

from inbox.providers.cloud_api.signing import HEADER, sign
from tests.support import tls
from tests.support.corpus import PAYLOADS, manifest, payloads
from tests.support.fake_graph import ACCOUNT
from tests.support.server import SECRET, Line, Server, said, webhook


@pytest.fixture(scope="module")
def server(lone_server: Server) -> Server:
    """It must have had nothing to complain of."""
    return lone_server


VECTORS = [
    vector
    for vector in json.loads((PAYLOADS / "signatures.json").read_text())["vectors"]
    if vector["provider"] == "meta"
]


def raw(file: str) -> bytes:
    return (PAYLOADS / file).read_bytes()


# Who may write ---------------------------------------------------------------------------


@pytest.mark.parametrize("vector", VECTORS, ids=lambda v: f"{v['file']}-{v['note'] or 'right'}")
def test_a_signature_is_right_or_refused(server: Server, line: Line, vector: Any) -> None:
    headers = {vector["header"]: vector["value"].encode()} if vector["value"] is not None else {}
    known = server.add_channel(secret=vector["verify_secret"])
    answer = server.provider.post(known.path, content=raw(vector["file"]), headers=headers)
    assert answer.status_code == (200 if vector["valid"] else 401), vector["note"]
    assert len(server.entries(known)) == (1 if vector["valid"] else 0)


@pytest.mark.parametrize("value", ["", "sha256=", "sha256=é", "sha256=" + "0" * 7000, None])
def test_an_absurd_signature_is_a_wrong_one(server: Server, line: Line, value: str | None) -> None:
    headers = {} if value is None else {HEADER: value.encode()}
    assert server.provider.post(line.path, content=b"{}", headers=headers).status_code == 401


def test_what_is_refused_is_counted_where_an_admin_sees_it(server: Server, line: Line) -> None:
    since = server.head()
    for _ in range(3):
        answer = server.provider.post(line.path, content=raw("meta/text_basic.json"))
        assert answer.status_code == 401
    server.wait_for(
        "channel:updated", since, lambda told: told["health"]["refusals"] == 3, id=line.id
    )
    page = server.as_admin.get(f"/settings/channels/{line.id}").text
    assert "3 webhooks refused" in page
    assert "carries no X-Hub-Signature-256 header" in page
    assert server.entries(line) == []


def test_a_wrong_signature_over_broken_json_is_a_wrong_signature(
    server: Server, line: Line
) -> None:
    for body in (b"{", b"\xff", b""):
        wrong = {HEADER: sign("another secret", body)}
        answer = server.provider.post(line.path, content=body, headers=wrong)
        assert answer.status_code == 401, body


def test_the_signature_of_another_channel_is_none_here(server: Server, line: Line) -> None:
    other = server.add_channel(secret="of another app")
    body = raw("meta/text_basic.json")
    answer = server.provider.post(
        line.path, content=body, headers={HEADER: sign(other.secret, body)}
    )
    assert answer.status_code == 401
    assert server.entries(line) == server.entries(other) == []


def test_an_unknown_address_is_404_whatever_is_posted(server: Server) -> None:
    for key in ("nobody-has-this-key", "a", "%2e%2e", "x" * 2000):
        assert server.provider.post(f"/webhooks/{key}", content=b"{}").status_code == 404


# What may be written ---------------------------------------------------------------------


def test_every_meta_payload_is_taken_and_every_message_found(server: Server, line: Line) -> None:
    files = payloads("meta")
    assert len(files) > 80 and {payload["http"] for payload in files} == {200}
    answers = [server.post_signed(line, raw(payload["file"])) for payload in files]
    assert {(one.status_code, one.headers["content-type"]) for one in answers} == {
        (200, "text/plain; charset=utf-8")
    }
    server.settle()
    assert len(server.entries(line, "applied")) == len(files)
    found = {one["provider_message_id"]: one for one in server.messages(line)}
    wanted = [event for payload in files for event in _messages(payload)]
    assert len(wanted) > 60
    for event in wanted:
        message = found[event["provider_message_id"]]
        way = {"in": "incoming", "out": "outgoing"}[event["direction"]]
        assert (message["type"], message["direction"]) == (event["type"], way)


def _messages(payload: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """The messages it tells of, unless they are of a number that is not connected here."""
    accounts = re.findall(r'"phone_number_id": ?"([0-9]+)"', raw(payload["file"]).decode())
    if set(accounts) <= {ACCOUNT}:
        yield from (e for e in payload.get("events", []) if e["kind"] == "message")


@pytest.mark.parametrize("invalid", manifest()["invalid"], ids=lambda one: one["file"])
def test_what_is_no_json_object_is_refused(server: Server, line: Line, invalid: Any) -> None:
    answer = server.post_signed(line, raw(invalid["file"]))
    assert answer.status_code == invalid["http"], invalid["reason"]
    assert server.entries(line) == []


@pytest.mark.parametrize(
    "content_type",
    [
        "text/plain",
        "application/x-www-form-urlencoded",
        "application/json; charset=latin1",
        "multipart/form-data",
        "application/msgpack",
        "é/;;=",
        "",
    ],
)
def test_the_content_type_does_not_matter(server: Server, line: Line, content_type: str) -> None:
    body, odd = raw("meta/text_unicode.json"), {"Content-Type": content_type.encode()}
    answer = server.provider.post(
        line.path, content=body, headers={HEADER: sign(line.secret, body)} | odd
    )
    assert (answer.status_code, answer.text) == (200, "ok")


@pytest.mark.parametrize("encoding", ["gzip", "br", "GZIP", "deflate, gzip"])
def test_a_compressed_body_is_not_inflated(server: Server, line: Line, encoding: str) -> None:
    answer = server.post_signed(line, b"{}", **{"Content-Encoding": encoding})
    assert answer.status_code == 415
    assert server.entries(line) == []


def test_three_megabytes_are_taken(server: Server, line: Line) -> None:
    texts = [said(f"wamid.{line.id}.{n}", "x" * 2900) for n in range(1000)]
    body = json.dumps(webhook(messages=texts)).encode()
    assert 3_000_000 < len(body) < 4 * 1024 * 1024
    assert server.post_signed(line, body).status_code == 200
    server.settle()
    [conversation] = server.conversations(line)
    assert conversation["unread_count"] == 1000


def test_more_than_four_mebibytes_are_refused(server: Server, line: Line) -> None:
    body = b'{"a":"' + b"x" * (4 * 1024 * 1024) + b'"}'
    signed = {HEADER: sign(line.secret, body)}
    with httpx.Client(base_url=server.url, trust_env=False, verify=tls.NOBODY) as declared:
        assert declared.post(line.path, content=body, headers=signed).status_code == 413
    with httpx.Client(base_url=server.url, trust_env=False, verify=tls.NOBODY) as chunked:
        assert chunked.post(line.path, content=_chunks(body), headers=signed).status_code == 413
    assert server.entries(line) == []


def _chunks(body: bytes) -> Iterator[bytes]:
    for start in range(0, len(body), 65_536):
        yield body[start : start + 65_536]


@pytest.mark.parametrize("length", ["99999999999999999999", "-1", "ten"])
def test_a_lying_length_is_refused(server: Server, line: Line, length: str) -> None:
    parts = urlsplit(server.url)
    assert parts.hostname and parts.port
    request = f"POST {line.path} HTTP/1.1\r\nHost: x\r\nContent-Length: {length}\r\n\r\n{{}}"
    with socket.create_connection((parts.hostname, parts.port), timeout=10) as wire:
        wire.sendall(request.encode())
        assert re.match(rb"HTTP/1\.1 (400|413) ", wire.recv(4096))


def test_an_aborted_body_leaves_no_entry_and_no_alarm(server: Server, line: Line) -> None:
    parts = urlsplit(server.url)
    assert parts.hostname and parts.port
    request = f"POST {line.path} HTTP/1.1\r\nHost: x\r\nContent-Length: 1000\r\n\r\n{{"
    with socket.create_connection((parts.hostname, parts.port), timeout=10) as wire:
        wire.sendall(request.encode())
    server.settle()
    assert server.entries(line) == []
    assert server.complaints == []


@pytest.mark.parametrize(
    ("method", "status"),
    [("GET", 405), ("HEAD", 405), ("PUT", 405), ("DELETE", 405), ("PATCH", 405)],
)
def test_other_methods_do_nothing(server: Server, line: Line, method: str, status: int) -> None:
    for path in (line.path, "/api/webhook"):
        answer = server.provider.request(method, path)
        assert answer.status_code == status, path
        assert "POST" in answer.headers["allow"]


def test_options_open_nothing(server: Server, line: Line) -> None:
    answer = server.provider.options(line.path, headers={"Origin": "https://elsewhere.example"})
    assert answer.status_code in {403, 405}
    assert not any(name.startswith("access-control") for name in answer.headers)


def test_paths_that_are_nearly_a_webhook_lead_nowhere(server: Server, line: Line) -> None:
    key = line.path.rpartition("/")[2]
    for path in (f"//webhooks//{key}", f"/webhooks/{key}%2f..", f"/webhooks/{key}/more"):
        assert server.provider.post(path, content=b"{}").status_code in {404, 405}, path


def test_a_socket_finds_nothing_at_a_webhook(server: Server, line: Line) -> None:
    for path in (line.path, "/api/webhook"):
        with pytest.raises(InvalidStatus) as refused:
            connect(server.url.replace("http", "ws") + path, proxy=None).close()
        assert refused.value.response.status_code == 403


# What becomes of it ----------------------------------------------------------------------


def test_five_deliveries_at_once_are_one_message_and_one_event(server: Server, line: Line) -> None:
    since, body = server.head(), raw("meta/text_basic.json")
    with ThreadPoolExecutor(5) as five:
        answers = list(five.map(lambda _: server.post_signed(line, body), range(5)))
    assert [answer.status_code for answer in answers] == [200] * 5
    server.settle()
    assert len(server.entries(line, "applied")) == 5
    assert len(server.messages(line)) == 1
    new = [e for e in server.events(since) if e["payload"].get("channel_id") == line.id]
    assert [event["type"] for event in new] == ["contact:new", "message:new"]


def at_once(server: Server, line: Line, bodies: list[bytes] | list[dict[str, Any]]) -> list[Any]:
    """Post them all at the same time; what was published of this line."""
    since = server.head()
    with ThreadPoolExecutor(len(bodies)) as many:
        answers = list(many.map(lambda body: server.post_signed(line, body), bodies))
    assert {answer.status_code for answer in answers} == {200}
    server.settle()
    assert len(server.entries(line, "applied")) == len(bodies)
    ours = {one["id"] for one in server.conversations(line)}
    return [
        event["type"]
        for event in server.events(since)
        if event["payload"].get("channel_id") == line.id or event["payload"]["id"] in ours
    ]


def test_one_message_in_different_entries_at_once_is_one(server: Server, line: Line) -> None:
    files = ["meta/dup_same_wamid.json", "meta/dup_same_wamid_other_entry_id.json"] * 2
    told = at_once(server, line, [raw(file) for file in files])
    assert told == ["contact:new", "message:new", "conversation:updated"]
    assert len(server.messages(line)) == 1


def test_five_first_messages_of_a_newcomer_at_once_are_of_one_contact(
    server: Server, line: Line
) -> None:
    bodies = [webhook(messages=[said(f"wamid.burst.{line.id}.{n}", "hello")]) for n in range(5)]
    told = at_once(server, line, bodies)
    assert told.count("contact:new") == 1 and told.count("message:new") == 5
    assert len(server.messages(line)) == 5
    [conversation] = server.conversations(line)
    assert conversation["unread_count"] == 5


def test_five_deliveries_of_a_change_at_once_are_one(server: Server, line: Line) -> None:
    message = said(f"wamid.liked.{line.id}", "hello")
    assert server.post_signed(line, webhook(messages=[message])).status_code == 200
    server.settle()
    since = server.head()
    like = message | {"id": f"wamid.like.{line.id}", "type": "reaction"}
    like["reaction"] = {"message_id": message["id"], "emoji": "👍"}
    with ThreadPoolExecutor(5) as five:
        list(five.map(lambda _: server.post_signed(line, webhook(messages=[like])), range(5)))
    server.settle()
    [found] = server.messages(line)
    assert [one["emoji"] for one in found["reactions"]] == ["👍"]
    told = [e for e in server.events(since) if e["payload"].get("id") == found["id"]]
    assert [event["type"] for event in told] == ["message:updated"]


def test_a_message_for_a_number_that_is_not_ours_is_not_stored(server: Server, line: Line) -> None:
    stranger = webhook("999000111", messages=[said("wamid.stranger", "for somebody else")])
    assert server.post_signed(line, stranger).status_code == 200
    server.settle()
    assert server.messages(line) == []
    log = server.as_admin.get("/settings/webhook-log", params={"channel": line.id}).text
    assert "number 999000111 is not connected here" in log


def test_a_minimal_status_without_metadata_works(server: Server, line: Line) -> None:
    echo = said("wamid.HBgLMTIwMjU1NTAxNDIVAgARGBIAecho", "from the phone app")
    echoed = webhook(message_echoes=[echo | {"from": "12025550100", "to": "12025550142"}])
    echoed["entry"][0]["changes"][0]["field"] = "smb_message_echoes"
    bare = {"statuses": [{"id": echo["id"], "status": "read", "timestamp": "1750000009"}]}
    minimal = {"entry": [{"changes": [{"value": bare, "field": "messages"}]}]}
    minimal["object"] = "whatsapp_business_account"
    for body in (echoed, minimal):
        assert server.post_signed(line, body).status_code == 200
    server.settle()
    [message] = server.messages(line)
    assert (message["direction"], message["status"]) == ("outgoing", "read")


# One address for all numbers -------------------------------------------------------------


def test_the_shared_address_files_under_the_number_that_is_named(server: Server) -> None:
    lines = [server.add_channel(account=f"70000{n}", secret="of one app") for n in range(2)]
    for line in lines:
        body = webhook(line.account, messages=[said(f"wamid.{line.account}", "hello")])
        assert server.post_signed(line, body, "/api/webhook").status_code == 200
    server.settle()
    for line in lines:
        [message] = server.messages(line)
        assert message["provider_message_id"] == f"wamid.{line.account}"
        assert len(server.entries(line)) == 1


def test_one_body_may_tell_of_two_numbers_of_one_app(server: Server) -> None:
    lines = [server.add_channel(account=f"71000{n}", secret="of one more") for n in range(2)]
    bodies = [webhook(one.account, messages=[said(f"wamid.{one.id}", "hello")]) for one in lines]
    both = bodies[0] | {"entry": [body["entry"][0] for body in bodies]}
    assert server.post_signed(lines[0], both, "/api/webhook").status_code == 200
    server.settle()
    assert [len(server.messages(line)) for line in lines] == [1, 1]


@pytest.mark.parametrize("shared", [True, False])
def test_no_secret_signs_for_a_number_of_another_app(server: Server, shared: bool) -> None:
    mine = server.add_channel(account=f"72001{shared:d}", secret=f"mine {shared}")
    yours = server.add_channel(account=f"72002{shared:d}", secret=f"yours {shared}")
    forged = webhook(yours.account, messages=[said(f"wamid.forged.{shared}", "pay me")])
    path = "/api/webhook" if shared else mine.path
    assert server.post_signed(mine, forged, path).status_code == 200
    server.settle()
    assert server.messages(yours) == server.messages(mine) == []
    assert (len(server.entries(mine)), server.entries(yours)) == (1, [])


def test_a_secret_that_nobody_has_opens_nothing(server: Server, line: Line) -> None:
    body = raw("meta/text_basic.json")
    wrong = {HEADER: sign("nobody has this", body)}
    answer = server.provider.post("/api/webhook", content=body, headers=wrong)
    assert answer.status_code == 401
    assert server.provider.post("/api/webhook", content=b"").status_code == 401
    assert server.entries(line) == []


# The handshake ---------------------------------------------------------------------------


def shake(server: Server, path: str, token: str, mode: str = "subscribe", said: str = "42") -> Any:
    query = f"hub.mode={mode}&hub.challenge={quote(said)}&hub.verify_token={quote(token)}"
    return server.provider.get(f"{path}?{query}")


@pytest.mark.parametrize("shared", [True, False])
def test_the_right_verify_token_is_answered_with_the_challenge(
    server: Server, shared: bool
) -> None:
    line = server.add_channel(verify_token=f"vérify {shared}", secret=SECRET)
    path = "/api/webhook" if shared else line.path
    answer = shake(server, path, line.verify_token, said="1158<b>201444")
    assert (answer.status_code, answer.text) == (200, "1158<b>201444")
    assert answer.headers["content-type"].startswith("text/plain")
    assert answer.headers["x-content-type-options"] == "nosniff"


@pytest.mark.parametrize("shared", [True, False])
def test_any_other_handshake_is_refused(server: Server, line: Line, shared: bool) -> None:
    path = "/api/webhook" if shared else line.path
    assert shake(server, path, line.verify_token).status_code == 200
    assert shake(server, path, "wrong").status_code == 403
    assert shake(server, path, "").status_code in {400, 403}
    assert shake(server, path, "é\ud83d".encode("utf-8", "replace").decode()).status_code == 403
    assert shake(server, path, line.verify_token, mode="unsubscribe").status_code == 403
    assert shake(server, path, line.verify_token, said="9" * 10_000).status_code == 400
    assert server.provider.get(f"{path}?hub.mode=subscribe").status_code == 400


def test_the_verify_token_of_one_channel_is_not_that_of_another(server: Server, line: Line) -> None:
    other = server.add_channel(verify_token="of the other")
    assert shake(server, other.path, other.verify_token).status_code == 200
    assert shake(server, line.path, other.verify_token).status_code == 403
