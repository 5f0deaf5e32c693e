"""Every frame that a subscriber hears is one that ``/asyncapi.json`` has, field by field."""

import asyncio
import json
import re
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from msgspec.structs import replace
from websockets.asyncio.client import connect

from inbox.alerts import alerts
from inbox.alerts.alerts import Finding, SwitchedOff
from inbox.domain.times import HOUR, iso, now
from inbox.feed.ring import Ring
from inbox.web.live import open_feed
from tests.feed.conftest import Frame, Listen
from tests.feed.stalled import Stalled
from tests.feed.test_audience import browser_headers
from tests.feed.test_closing import fill
from tests.support.contract import Contract
from tests.support.corpus import PAYLOADS, manifest
from tests.support.fake_graph import FakeGraph
from tests.support.inside import Inside
from tests.support.server import Line, Server, said, webhook

DOCUMENT = Path(__file__).parents[2] / "docs" / "feed.md"
ALERTS = {"alert:new", "alert:updated", "alert:ended", "webhook:alert"}
FOR_THE_LIMITED = {"conversation:removed"}
"""``test_sight.py`` has them."""


def feed_contract(document: Any) -> tuple[Contract, dict[str, str]]:
    """The contract, and the schema of each frame that it has."""
    contract = Contract(document)
    messages = document["components"]["messages"].values()
    known = {one["name"]: one["payload"].get("$ref", "").rpartition("/")[2] for one in messages}
    return contract, known


def heard(document: Any, frames: list[Frame]) -> set[str]:
    """The types of these, each of which is as it is described."""
    contract, known = feed_contract(document)
    for frame in frames:
        assert contract.named(frame, known[frame["type"]]) == [], frame
    return {frame["type"] for frame in frames}


def events(document: Any) -> set[str]:
    """The types of what the log holds."""
    return set(document["components"]["schemas"]["EventFrame"]["x-discriminator"]["mapping"])


def live(server: Server, graph: FakeGraph) -> Line:
    """Replies, ticks, reactions, edits, deletions, other names, and two who are one person.

    Each on a channel of its own, of which this is the last.
    """
    for sequence in manifest()["sequences"]:
        if not sequence["steps"][0].startswith("meta/"):
            continue
        line = server.add_channel(api_base=graph.base_url)
        opening = said(f"wamid.opening.{line.id}", "hello?")
        for wamid in sequence["given_outgoing"]:
            server.post_signed(line, webhook(messages=[opening]))
            since = server.settle()
            graph.answer_next({"messages": [{"id": wamid}]})
            path = f"/api/v1/conversations/{server.conversations(line)[0]['id']}/messages"
            assert server.api().post(path, json={"text": "Yes?"}).status_code == 201
            server.wait_for("message:status", since, provider_message_id=wamid, status="sent")
        for step in sequence["steps"]:
            assert server.post_signed(line, (PAYLOADS / step).read_bytes()).status_code == 200
            server.settle()
    _take_back(server, graph, line)
    by_id = {"from_user_id": "US.13491208655302741918"}
    known, hidden, both = (said(f"wamid.{line.id}.{n}", "hi", "12025550199") for n in range(3))
    del hidden["from"]
    for message in (known, hidden | by_id, both | by_id):  # the third says that they are one
        server.post_signed(line, webhook(messages=[message]))
        server.settle()
    return line


def _take_back(server: Server, graph: FakeGraph, line: Line) -> None:
    server.post_signed(line, webhook(messages=[said(f"wamid.back.{line.id}", "When?")]))
    since = server.settle()
    path = f"/api/v1/conversations/{server.conversations(line)[0]['id']}"
    graph.answer_next("meta_err_130429_rate.json")
    waits = server.api().post(f"{path}/messages", json={"text": "Later?"}).json()["id"]
    server.wait_for("message:updated", since, id=waits)
    assert server.api().delete(f"/api/v1/messages/{waits}").status_code == 200


def _note(server: Server, conversation_id: str) -> None:
    """Ben names Ana in a note and changes it; she begins an answer."""
    ben, path = server.agent(), f"conversations/{conversation_id}"
    form = {"text": "@Ana, look", "client_id": str(uuid4()), "conversation_id": conversation_id}
    assert ben.post(f"/{path}/notes", data=form).status_code < 400
    [note] = [one for one in server.get(f"{path}/messages")["data"] if one["type"] == "note"]
    edited = ben.patch(f"/api/v1/notes/{note['id']}", json={"text": "@Ana, see"})
    assert edited.status_code == 200, edited.text
    assert ben.patch(f"/api/v1/{path}", json={"priority": "high"}).status_code == 200
    for kind in ("labels", "teams"):
        made = server.as_admin.post(f"/api/v1/{kind}", json={"name": f"Heard {uuid4()}"[:30]})
        assert made.status_code == 201, made.text
    called = server.agent("called@example.com", "Before").patch(
        "/api/v1/me", json={"name": "After"}
    )
    assert called.status_code == 200, called.text
    endpoint = {"url": "https://hooks.example.com", "active": False}
    assert server.as_admin.post("/api/v1/webhooks", json=endpoint).status_code == 201
    view = {"name": "Mine", "filters": {"view": "mine", "sort": "oldest"}}
    kept = server.as_admin.post("/api/v1/views", json=view)
    assert kept.status_code == 201, kept.text
    assert server.as_admin.delete(f"/api/v1/views/{kept.json()['id']}").status_code == 200
    draft = server.as_admin.put(f"/api/v1/{path}/draft", json={"text": "We have"})
    assert draft.status_code == 200, draft.text
    noted = server.as_admin.put(f"/api/v1/{path}/note-draft", json={"text": "They"})
    assert noted.status_code == 200, noted.text


def test_a_whole_life_is_heard_as_it_is_described(
    server: Server, listen: Listen, graph: FakeGraph
) -> None:
    document = server.browser().get("/asyncapi.json").json()
    since = server.head()
    line = live(server, graph)
    [conversation, *_] = server.conversations(line)
    _note(server, conversation["id"])
    chosen = server.as_admin.patch("/api/v1/me/notices", json={"sound": "chime"})
    assert chosen.status_code == 200, chosen.text
    seen = f"/conversations/{conversation['id']}/seen"
    assert server.as_admin.post(seen, data={"count": "1"}).status_code == 204
    server.wait_for("channel:updated", since)
    page = browser_headers(server.as_admin, server.url)
    frames = listen(headers=page, since=since).until("feed:caught_up")
    wanted = events(document) - ALERTS - FOR_THE_LIMITED
    assert heard(document, frames) == wanted | {"feed:hello", "feed:caught_up"}
    batch = document["components"]["messages"]["EventBatch"]["payload"]
    assert feed_contract(document)[0].faults(frames[1:-1], batch) == []


def test_who_is_there_is_told_as_it_is_described(server: Server, listen: Listen) -> None:
    document = server.browser().get("/asyncapi.json").json()
    line = server.add_channel()
    server.post_signed(line, webhook(messages=[said(f"wamid.there.{line.id}", "hello?")]))
    server.settle()
    where = server.conversations(line)[0]["id"]
    ear, ben = listen(), server.agent("there@example.com")
    there = listen(headers=browser_headers(ben, server.url))
    there.say({"type": "viewing", "payload": {"conversation_id": where, "here": True}})
    frames = ear.until("presence:updated")
    if "presence:here" not in {frame["type"] for frame in frames}:
        frames += ear.until("presence:here")
    assert server.api().post(f"/api/v1/conversations/{where}/typing", json={}).status_code == 204
    frames += ear.until("typing:updated")
    assert heard(document, frames) >= {"presence:here", "presence:updated", "typing:updated"}


def test_what_the_feed_says_of_itself_is_as_it_is_described(server: Server, listen: Listen) -> None:
    document = server.browser().get("/asyncapi.json").json()
    ear = listen(since=server.head() + 1000)
    frames = ear.until("feed:resync")
    ear.say({"type": "ping"})
    frames += ear.until("feed:pong")
    ear.say({"type": "unheard of"})
    frames += ear.until("feed:not_understood")
    server.add_channel()
    assert server.settle()
    frames += listen(since=0, format="html").until("feed:fragments")
    assert {
        "feed:hello",
        "feed:resync",
        "feed:pong",
        "feed:not_understood",
        "feed:fragments",
    } <= heard(document, frames)


def switched_off() -> SwitchedOff:
    return SwitchedOff(
        endpoint={"id": str(uuid4()), "description": "", "host": "hooks.example.com"},
        since=now(),
        facts={"because": "failing", "error": "It answered 500"},
    )


async def test_alerts_and_heartbeats_are_as_they_are_described(
    house: Inside, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(open_feed, "HEARTBEAT_SECONDS", 1)
    document = (await house.http.get("/asyncapi.json")).json()
    channel = await house.add_channel()
    found = Finding(
        channel_id=channel.id,
        kind="failing",
        since=now() - HOUR,
        facts={"refused": 30, "accepted": 2, "shared": 0, "reason": "The signature is wrong."},
    )
    address = f"{house.url.replace('http', 'ws', 1)}/ws?token={house.feed_token}"
    frames: list[Frame] = []
    async with connect(address, proxy=None) as socket, asyncio.timeout(20):
        frames.append(json.loads(await socket.recv()))
        alert_id = await house.database.write(alerts.raise_, found, now())
        assert alert_id
        await house.database.write(alerts.mute, alert_id, "Ana", now())
        await house.database.write(alerts.end_alerts, [alert_id], now())
        await house.database.write(alerts.raise_, switched_off(), now())
        while not ALERTS | {"feed:heartbeat"} <= {frame["type"] for frame in frames}:
            frames.append(json.loads(await socket.recv()))
    assert heard(document, frames) >= ALERTS


async def test_who_lags_is_told_as_it_is_described(house: Inside) -> None:
    document = (await house.http.get("/asyncapi.json")).json()
    house.house.hub.ring = Ring(events=4)
    house.house.hub.ring.start(house.house.hub.head)
    slow = await asyncio.to_thread(Stalled, house.url, "", house.token)
    await fill(house)
    frames, code = await asyncio.to_thread(slow.read)
    slow.close()
    assert heard(document, frames[-1:]) == {"feed:lagging"}
    assert str(code) in document["channels"]["feed"]["x-close-codes"]


def test_the_document_says_what_clients_may_say_and_how_sockets_close(server: Server) -> None:
    document = server.browser().get("/asyncapi.json").json()
    words = DOCUMENT.read_text()
    say = {one["$ref"].rpartition("/")[2] for one in document["operations"]["say"]["messages"]}
    said_by_clients = {document["components"]["messages"][one]["name"] for one in say}
    contract, known = feed_contract(document)
    shown = [json.loads(one) for one in re.findall(r'`(\{"type":.*?\})`', words)]
    assert {one["type"] for one in shown} == said_by_clients
    for one in shown:
        assert contract.named(one, known[one["type"]]) == [], one
    codes = set(re.findall(r"\*\*(\d{4})\*\*", words))
    assert codes <= document["channels"]["feed"]["x-close-codes"].keys()
    query = document["channels"]["feed"]["bindings"]["ws"]["query"]["properties"]
    assert set(re.findall(r"\?(\w+)=", words)) & {*query, "since"} <= query.keys()


def test_the_event_that_the_document_shows_is_one(server: Server) -> None:
    """Cut short, but with the envelope and no field of its own making."""
    contract, known = feed_contract(server.browser().get("/asyncapi.json").json())
    [shown] = re.findall(r"```json\n(.*?)\n```", DOCUMENT.read_text(), re.DOTALL)
    event = json.loads(shown)
    schema = contract.schemas[known[event["type"]]]
    assert event.keys() == schema["properties"].keys()
    payload = contract.resolved(schema["properties"]["payload"])
    assert event["payload"].keys() <= payload["properties"].keys()


async def test_hello_tells_the_clock_by_which_the_server_goes(house: Inside) -> None:
    at = now() - 2 * HOUR
    house.app.state.context = replace(house.house, now=lambda: at)
    token, _ = house.house.feed_tokens.issue(house.principal, at)
    address = f"{house.url.replace('http', 'ws', 1)}/ws?token={token}"
    async with connect(address, proxy=None) as socket, asyncio.timeout(20):
        hello = json.loads(await socket.recv())
    assert hello["payload"]["at"] == iso(at)
