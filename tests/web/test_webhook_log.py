"""The webhook log over HTTP: found, replayed, and nothing secret in it."""

import re
import socket
from html import unescape
from typing import Any
from urllib.parse import urlsplit

import pytest
from sqlalchemy import update

from inbox.conversations.entries import Entry
from inbox.domain.ids import new_id
from inbox.domain.times import now
from inbox.providers.sandbox import meta_json
from inbox.receiving import journal
from inbox.storage.database import connect
from inbox.storage.tables import journal_entries
from tests.support.fake_graph import TOKEN
from tests.support.server import Line, Server, said, webhook
from tests.support.until import until


@pytest.fixture(scope="module")
def server(lone_server: Server) -> Server:
    """What strangers were refused is counted for all of it."""
    return lone_server


SECRETS = ("EAAGm0PX4ZCpsBAKZC", "sig-0123456789", "hook-pass", "a-bearer-of-bad-news")
SECRETS += ("a-token-in-a-query", "a-verify-token", "dXNlcjpwYXNz", "a-session-cookie")
SECRETS += ("0123456789abcdef" * 4, "a-static-header")


def test_a_webhook_is_found_by_number_message_and_filter(server: Server, line: Line) -> None:
    server.post_signed(line, webhook(messages=[said("wamid.found/1", "hello", "12025550161")]))
    server.post_signed(line, webhook(messages=[said("wamid.other", "hello", "12025550162")]))
    server.settle()
    other, found = server.entries(line)
    for q in ("wamid.found/1", "+1 202-555-0161", "12025550161"):
        query = {"q": q, "channel": line.id}
        assert [one["id"] for one in server.get("journal", **query)["data"]] == [found]
        page = server.as_admin.get("/settings/webhook-log", params=query).text
        assert re.findall(r'id="entry-([\w-]+)"', page) == [found]
    [newest, _] = server.get("journal", channel=line.id, answer=200, state="applied")["data"]
    assert (newest["id"], newest["answer"], newest["took"] >= 0) == (other, 200, True)
    assert newest["applied_after"] >= newest["took"]
    day = newest["received_at"][:10]
    assert server.get("journal", channel=line.id, until=f"{day}T00:00")["data"] == []
    assert len(server.get("journal", channel=line.id, since=f"{day}T00:00")["data"]) == 2
    nobody = server.as_admin.get("/settings/webhook-log", params={"q": "wamid.nobody"}).text
    assert "Nothing mentions it" in nobody


def test_its_page_says_what_it_was_and_leads_there(server: Server, line: Line) -> None:
    server.post_signed(line, webhook(messages=[said("wamid.card", "Is it open?", "12025550163")]))
    server.settle()
    page = server.as_admin.get(f"/settings/webhook-log/{server.entries(line)[0]}").text
    [conversation] = server.conversations(line)
    assert "Message from +1 202" in page
    assert f'href="/conversations/{conversation["id"]}"' in page
    assert page.count("Is it open?") == 3  # as it came, in words, as JSON


def test_no_secret_is_shown(server: Server, line: Line) -> None:
    body: dict[str, Any] = webhook(messages=[said("wamid.secret", f"Bearer {SECRETS[3]}")])
    image = {"id": "1", "link": f"https://files.example/a.jpg?sig={SECRETS[1]}&x=1"}
    value = body["entry"][0]["changes"][0]["value"]
    value["messages"].append(
        {"id": "wamid.i", "from": "12025550142", "timestamp": "1", "type": "image", "image": image}
    )
    body["access_token"] = SECRETS[0]
    body["callback"] = f"https://user:{SECRETS[2]}@hook.example/in"
    key = line.path.rpartition("/")[2]
    ours = (line.secret, line.verify_token, TOKEN, key)
    body["echo"] = {"ours": [*ours, f"see {line.path}"], f"of {line.secret}": 1}
    asked = f"{line.path}?access_token={SECRETS[4]}&hub.verify_token={SECRETS[5]}"
    told = {"Authorization": f"Basic {SECRETS[6]}", "Cookie": f"session={SECRETS[7]}"}
    assert server.post_signed(line, body, asked, **told).status_code == 200
    wrong = told | {"X-Hub-Signature-256": f"sha256={SECRETS[8]}", "X-Api-Key": SECRETS[9]}
    assert server.provider.post(asked, json=body, headers=wrong).status_code == 401
    half = f"an-old-key?token={SECRETS[4]}"
    assert server.provider.post(f"/webhooks/{half}", json=body, headers=wrong).status_code == 404
    query = {"hub.mode": "subscribe", "hub.verify_token": SECRETS[5], "hub.challenge": "1"}
    assert server.provider.get(line.path, params=query, headers=told).status_code == 403
    server.settle()
    _refused(server, line, 2)
    entries = [one["id"] for one in server.get("journal", channel=line.id)["data"]]
    assert len(entries) == 3
    shown = [server.as_admin.get(f"/settings/webhook-log/{one}").text for one in entries]
    shown += [server.api().get(f"/api/v1/journal/{one}").text for one in entries]
    assert all("files.example/a.jpg" in shown[at] for at in (2, 5))
    for path in ("/settings/webhook-log", "/settings/status", "/metrics"):
        shown.append(server.as_admin.get(path).text)
    for path in ("journal", "status"):
        shown.append(server.api().get(f"/api/v1/{path}").text)
    shown.append(server.stderr)
    for page in shown:
        assert [secret for secret in (*SECRETS, *ours) if secret in page] == []


def test_agents_see_nothing_of_it(server: Server, line: Line) -> None:
    agent, program = server.agent(), server.api("agent")
    assert agent.get("/settings/webhook-log").status_code == 403
    assert agent.post("/settings/webhook-log/replay").status_code == 403
    assert program.get("/api/v1/journal").status_code == 403


async def test_what_failed_is_replayed_from_the_page(own_server: Server, database_url: str) -> None:
    line = own_server.start().add_channel()
    own_server.stop()
    texts = [said(f"wamid.{n}", "hello") for n in range(3)]
    bodies = [meta_json(webhook(line.account, messages=[text])) for text in texts]
    await _fail(database_url, line, *bodies, b"this is no JSON")
    admin = own_server.start().as_admin
    assert len(own_server.entries(line, "failed")) == 4
    assert "4 webhooks" in admin.get("/settings/webhook-log/replay").text
    first = own_server.entries(line, "failed")[-1]
    sent = admin.post(f"/settings/webhook-log/{first}/replay")
    assert (sent.status_code, sent.headers["location"]) == (303, f"/settings/webhook-log/{first}")
    page = admin.get(sent.headers["location"]).text
    assert "by <bdi>Ana</bdi>" in page
    assert "Applied" in page
    [one] = re.findall(r"/settings/webhook-log/replays/[\w-]+", page)
    assert f'href="/settings/webhook-log/{first}"' in admin.get(one).text
    began = admin.post("/settings/webhook-log/replay", data={"channel": line.id})
    progress = _until_done(own_server, began.headers["location"])
    assert re.findall(r"<strong>(\d+)</strong>", progress) == ["2", "1", "0"]
    found = {message["provider_message_id"] for message in own_server.messages(line)}
    assert found == {"wamid.0", "wamid.1", "wamid.2"}
    assert len(own_server.entries(line, "failed")) == 1
    past = admin.get("/settings/webhook-log/replays").text
    assert re.findall(r"(\d) of (\d) applied", past) == [("2", "3"), ("1", "1")]
    assert "All that failed of Shop" in past and "1 failed again" in past


def _until_done(server: Server, path: str) -> str:
    return until(lambda: server.as_admin.get(path).text, lambda page: "<h2>Done</h2>" in page)


async def _fail(database_url: str, line: Line, *bodies: bytes) -> None:
    """What an earlier version could not apply."""
    database = connect(database_url)
    entries = [Entry(new_id(now()), line.id, now(), body) for body in bodies]
    await database.write(journal.store_entries, entries)
    failed = update(journal_entries).where(journal_entries.c.channel_id == line.id)
    failed = failed.values(state="failed", error="KeyError: 'contacts'", applied_at=now())
    await database.write(lambda c: c.execute(failed) and None)
    await database.close()


def test_what_is_refused_is_in_the_log_with_its_reason_and_without_its_body(
    server: Server, line: Line
) -> None:
    body = meta_json(webhook(messages=[said("wamid.forged", "a forged word")]))
    assert server.provider.post(line.path, content=body).status_code == 401
    assert server.post_signed(line, b"no JSON at all").status_code == 400
    found = _refused(server, line, 2)
    assert [one["answer"] for one in found] == [400, 401]
    assert found[1]["size"] == len(body)
    pages = [server.as_admin.get(f"/settings/webhook-log/{one['id']}").text for one in found]
    assert "no JSON at all" in pages[0]
    assert "Nothing of it was kept" in pages[1]
    assert "a forged word" not in pages[1]
    listed = server.as_admin.get("/settings/webhook-log", params={"channel": line.id}).text
    assert listed.count('id="refused-') == 2


def test_whatever_is_turned_away_is_in_the_log_with_its_answer_and_its_time(
    server: Server, line: Line
) -> None:
    post = server.provider.post
    for answer in (
        server.post_signed(line, b"{}", **{"Content-Encoding": "gzip"}),
        server.post_signed(line, b"x" * (4 * 1024 * 1024 + 1)),
        server.provider.put(line.path, content=b"{}"),
        server.provider.get(line.path, params={"hub.mode": "subscribe"}),
    ):
        assert answer.status_code in (400, 405, 413, 415)
    _break_off(server, line)
    found = _refused(server, line, 5)
    kinds = {(one["answer"], one["kind"]) for one in found}
    unread = {(413, "unreadable"), (415, "unreadable"), (0, "broken")}
    assert kinds == unread | {(405, "method"), (400, "handshake")}
    assert all(one["took"] > 0 and one["came_from"] == "127.0.0.1" for one in found)
    assert server.get("journal", channel=line.id, answer="none")["data"][0]["kind"] == "broken"
    for one in found:
        page = server.as_admin.get(f"/settings/webhook-log/{one['id']}")
        assert (page.status_code, one["error"] in page.text) == (200, True)
    since = server.head()
    assert post("/webhooks/an-old-address-of-ours", content=b"{}").status_code == 404
    assert since == server.head()


def _break_off(server: Server, line: Line) -> None:
    where = urlsplit(server.url)
    head = f"POST {line.path} HTTP/1.1\r\nHost: x\r\nContent-Length: 1000\r\n\r\n{{"
    with socket.create_connection((where.hostname or "", where.port or 0), timeout=10) as wire:
        wire.sendall(head.encode())


def test_a_flood_at_addresses_of_nobody_is_a_handful_of_rows(server: Server, line: Line) -> None:
    """Within a minute, or two if it ends meanwhile; and it drives out nothing else."""
    for n in range(60):
        assert server.provider.post(f"/webhooks/a-guess-{n:08}", content=b"{}").status_code == 404
        assert server.provider.post(line.path, content=b"{}").status_code == 401
    assert server.provider.post("/api/webhook", content=b"{}").status_code == 401
    for where in ("nowhere", line.id):
        found = _refused(server, where, 60)
        assert len(found) <= 6
        assert sum(one["number"] for one in found) >= 60
    [shared, *_] = _refused(server, "shared", 1)
    assert (shared["kind"], shared["place"], shared["channel"]) == ("missing", "shared", None)
    [guess, *_] = server.get("journal", channel="nowhere")["data"]
    assert "begins with a-gues…" in guess["error"]
    page = server.as_admin.get("/settings/webhook-log", params={"channel": "nowhere"}).text
    assert "more like it came in that minute" in page
    assert 'reason="unknown"' in server.provider.get("/metrics").text


def _refused(server: Server, where: Line | str, number: int) -> list[Any]:
    """The refusals of a channel or place, once so many were written."""
    query = {"channel": where if isinstance(where, str) else where.id, "state": "refused"}
    return until(
        lambda: list(server.get("journal", **query)["data"]),
        lambda found: sum(one["number"] for one in found) >= number,
    )


def test_what_is_new_is_told_of_each_filter(server: Server, line: Line) -> None:
    def news(page: str) -> str:
        asked = re.search(r'data-news="([^"]+)"', page)
        return server.as_admin.get(unescape(asked[1])).text.strip() if asked else "not asked"

    def listed(**query: str) -> str:
        return server.as_admin.get("/settings/webhook-log", params=query).text

    seen = [listed(channel=line.id), listed(channel=line.id, state="refused"), listed(q="wamid.")]
    assert [news(page) for page in seen] == ["", "", "not asked"]
    server.post_signed(line, webhook(messages=[said("wamid.new", "hello")]))
    server.post_signed(line, b"no JSON")
    _refused(server, line, 1)
    assert [news(page) for page in seen[:2]] == ["2 new webhooks", "1 new webhook"]


def test_a_webhook_tells_how_it_was_proved(server: Server, line: Line) -> None:
    server.post_signed(line, webhook(messages=[said("wamid.proved", "hello")]))
    server.settle()
    [one] = server.get("journal", channel=line.id)["data"]
    assert one["proof"] == "hmac"
    assert "Signature right" in server.as_admin.get(f"/settings/webhook-log/{one['id']}").text
