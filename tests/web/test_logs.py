"""Law 25 from outside: whatever comes in, the log has neither words nor people nor secrets."""

import asyncio
import contextlib
import json
import re
from pathlib import Path
from typing import Any

import httpx
from websockets.asyncio.client import connect
from websockets.exceptions import ConnectionClosed

from inbox.conversations.entries import Entry
from inbox.domain.ids import new_id
from inbox.domain.times import now
from inbox.receiving import journal
from inbox.storage import database
from tests.support import tls
from tests.support.fake_graph import TOKEN, FakeGraph
from tests.support.server import PASSWORD, SECRET, Line, Server, said, webhook

TEXT = "Zanzibar-pickup-at-eight"
NAME = "Aurelia Quillfeather"
PHONE = "12025550199"
GUESS = "a-password-that-was-guessed"
STRANGER = "eve.stranger@example.com"


def _lines(server: Server) -> list[dict[str, Any]]:
    return [json.loads(line) for line in server.stderr.splitlines()]


async def _left_behind(database_url: str, line: Line) -> None:
    """An entry that cannot be applied, and quotes a customer."""
    opened = database.connect(database_url)
    body = f'{{"{NAME}": "{TEXT} {PHONE}"'.encode()
    await opened.write(journal.store_entries, [Entry(new_id(now()), line.id, now(), body)])
    await opened.close()


async def _sockets(server: Server, *tokens: str) -> None:
    for token in tokens:
        address = f"{server.url.replace('http', 'ws')}/ws?token={token}"
        async with connect(address, proxy=None) as socket:
            with contextlib.suppress(ConnectionClosed):  # perhaps before it was said
                await socket.send(json.dumps({"type": TEXT, "payload": {"token": token}}))
                await asyncio.wait_for(socket.recv(), 10)


def _hostile(server: Server, line: Line, wrong: str) -> None:
    stranger = server.browser()
    forged = Line(**(vars(line) | {"secret": wrong}))
    for _ in range(30):
        refused = server.post_signed(forged, webhook(messages=[said("x", TEXT, PHONE)]))
        assert refused.status_code == 401
    for body in (
        b"{" + TEXT.encode(),
        f'[{{"{NAME}":"{PHONE}"}}]'.encode(),
        b"\xff" + TEXT.encode(),
    ):
        assert server.post_signed(line, body).status_code == 400
    stranger.post(f"/webhooks/{wrong}", content=TEXT)
    stranger.post("/sign-in", data={"email": STRANGER, "password": GUESS, "next": f"/{TEXT}"})
    stranger.get(f"/welcome/{wrong}?q={TEXT}")
    stranger.get(f"/{TEXT}/{PHONE}", headers={"Cookie": f"inbox_session={wrong}", "X-Id": TEXT})
    stranger.get("/api/v1/conversations", headers={"Authorization": f"Bearer {wrong}"})
    for asked in ({"text": TEXT * 9000}, {"text": [TEXT]}, {TEXT: NAME}, TEXT):
        server.api().post(f"/api/v1/conversations/{PHONE}/messages", json=asked)
    server.as_admin.get("/", params={"q": f"{NAME}\n{PHONE}"})
    with httpx.Client(trust_env=False, verify=tls.NOBODY) as client:
        client.request("PROPFIND", f"{server.url}/{TEXT}")


def test_the_log_has_neither_words_nor_people_nor_secrets(
    tmp_path: Path, database_url: str, graph: FakeGraph
) -> None:
    """Told from its first start on an empty database to its last word."""
    server, wrong = Server(tmp_path, database_url), "wrong-secret-nobody-should-see"
    server.environment["INBOX_LOG_LEVEL"] = "debug"
    line = server.start().add_channel(api_base=graph.base_url)
    told = server.stderr
    server.stop()
    asyncio.run(_left_behind(database_url, line))
    server.start()
    names = [{"wa_id": PHONE, "profile": {"name": NAME}}]
    server.post_signed(line, webhook(contacts=names, messages=[said("wamid.1", TEXT, PHONE)]))
    since = server.settle()
    [conversation] = server.conversations(line)
    problem = {"message": f"{TEXT} to {PHONE}", "code": 131026, "error_data": {"details": NAME}}
    graph.answer_next({"error": problem}, 400)
    path = f"/api/v1/conversations/{conversation['id']}/messages"
    message = server.api().post(path, json={"text": TEXT}).json()
    server.wait_for("message:status", since, status="failed")
    _hostile(server, line, wrong)
    api_token = server.token()
    cookie = server.as_admin.cookies["inbox_session"]
    asyncio.run(_sockets(server, api_token, wrong))
    setup = server.set_up_link.rpartition("/")[2]
    server.stop()
    told += server.stderr
    events = [line["event"] for line in _lines(server)]
    # It would have been seen: each of these came with what must not be told.
    for event in ("started", "entry not applied", "send failed", "webhooks refused", "refused"):
        assert event in events, event
    assert events[-1] == "stopped" and "migrated" in told
    bursts = [one for one in _lines(server) if one["event"] == "webhooks refused"]
    assert {one["channel_id"] for one in bursts} == {line.id, "nowhere"}
    assert len(bursts) == 2, "a line for a burst"
    [failed] = [one for one in _lines(server) if one["event"] == "send failed"]
    facts = (failed["message_id"], failed["channel_id"], failed["code"])
    assert facts == (message["id"], line.id, 131026)
    key = line.path.rpartition("/")[2]
    secrets = (SECRET, TOKEN, PASSWORD, GUESS, wrong, api_token, cookie, setup, key, "let me in")
    for hidden in (TEXT, NAME, "Quillfeather", PHONE, PHONE[-7:], STRANGER, *secrets):
        assert hidden not in told, hidden
    for line_told in _lines(server):
        assert line_told.keys() >= {"at", "level", "logger", "event"}
        assert re.fullmatch(r"\d{4}-\d\d-\d\dT[\d:.]+Z", line_told["at"])
