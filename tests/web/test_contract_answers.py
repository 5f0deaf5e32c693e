"""What a running server answers is what its contract says: every operation, and every error."""

import asyncio
import logging
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from typing import Any
from unittest.mock import AsyncMock

import httpx
import pytest
from sqlalchemy.exc import OperationalError

from inbox.alerts import alerts
from inbox.alerts.alerts import Finding
from inbox.domain.times import HOUR, iso, now
from inbox.web.api.contract.made_up import RATE
from inbox.web.api.contract.made_up_notices import SUBSCRIPTION_KEYS
from tests.feed.test_contract_frames import switched_off
from tests.support.contract import Contract
from tests.support.corpus import PAYLOADS, payloads
from tests.support.fake_graph import FakeGraph
from tests.support.inside import Inside
from tests.support.server import Line, Server, said, webhook
from tests.support.until import until

NOWHERE = "01890000-0000-7000-8000-000000000000"
ELSEWHERE = {"X-Forwarded-For": "203.0.113.7"}
"""Of this machine's own monitor nobody asks who it is."""
OTHER_SITE = {"Origin": "https://evil.example"}
JSON = {"Content-Type": "application/json"}
LONG_AGO = 1_750_000_000
WRITTEN: dict[str, Any] = {
    "category": "UTILITY",
    "components": [
        {
            "type": "BODY",
            "text": "Dear {{1}}, we are open again.",
            "example": {"body_text": [["Amara"]]},
        }
    ],
}
BODIES: dict[str, Any] = {
    "createTemplate": {"name": "we_are_open", "language": "en_US", **WRITTEN},
    "changeTemplate": WRITTEN,
    "sendMessage": {"text": "Hello"},
    "setTurns": {"in_turn": True},
    "beginRehearsal": {},
    "replayEntries": {"entry_id": NOWHERE},
    "directRehearsal": {},
    "addLabel": {"name": "Delivery"},
    "changeLabel": {"color": "teal"},
    "addView": {"name": "Mine", "filters": {"view": "mine"}},
    "changeView": {"name": "Ours"},
    "addTeam": {"name": "Support"},
    "changeTeam": {"capacity": 20},
    "addChannel": {"name": "Shop", "provider": "sandbox"},
    "changeChannel": {"name": "Shop"},
    "addWebhook": {"url": "https://hooks.example.com"},
    "changeWebhook": {"active": False},
    "replayWebhook": {"failed": True},
    "addNote": {"text": "Ask Jim"},
    "changeConversation": {"priority": "high"},
    "changeConversations": {"ids": [], "set": {"status": "resolved"}},
    "editNote": {"text": "Ask John"},
    "changeAlert": {"muted": True},
    "changeWebhookAlert": {"muted": True},
    "showTyping": {},
    "forwardMessage": {"to": [{"conversation_id": NOWHERE}]},
    "beginUpload": {"kind": "document", "bytes": 2},
    "saveDraft": {"text": "Good ne"},
    "saveNoteDraft": {"text": "They"},
    "addCannedResponse": {"short_code": "hours", "content": "We open at nine."},
    "changeCannedResponse": {"content": "We open at ten."},
    "changeContact": {"blocked": True},
    "addContactAttribute": {"key": "plan", "label": "Plan", "kind": "text"},
    "mergeContact": {"into": NOWHERE},
    "changeContactAttribute": {"label": "Tariff"},
    "editMessage": {"text": "We open at ten."},
    "changeBilling": {},
    "changeNotices": {"sound": "drop"},
    "addDevice": {"endpoint": "https://push.example/1", "keys": SUBSCRIPTION_KEYS},
    "makeToken": {"name": ""},
    "changeToken": {},
    "inviteUser": {"email": "", "name": ""},
    "changeUser": {"name": "Nobody"},
    "changeMe": {"alias": ""},
    "enterRates": {"rates": []},
    "setHours": {},
    "beginConversation": {
        "channel_id": NOWHERE,
        "phone_number": "+12025550142",
        "message": {"text": "Hello"},
    },
}
BY_OTHERS = {"postWebhook", "postSharedWebhook", "verifyWebhook", "verifySharedWebhook", "openFeed"}
"""What is no answer to a program: webhooks have tests below, the feed its own."""


Operation = tuple[str, str, str]


@pytest.fixture(scope="module")
def contract(server: Server) -> Contract:
    return Contract(server.browser().get("/openapi.json").json())


@dataclass(frozen=True)
class Asking:
    """Asks, and looks whether the answer is one that the contract has."""

    contract: Contract
    client: httpx.Client

    def __call__(
        self, status: int, method: str, template: str, ids: Any = NOWHERE, **options: Any
    ) -> httpx.Response:
        path = re.sub(r"\{(?:key|\w+_id)\}", str(ids), template)
        answer = self.client.request(method, path, **options)
        assert answer.status_code == status, (method, path, answer.text[:500])
        self.contract.check(answer, method.upper(), template)
        return answer


@pytest.fixture
def ask(server: Server, contract: Contract) -> Asking:
    return Asking(contract, server.api())


# Lists that are always there, though not every place in them is.
PLACES = {"listCannedResponses": {"cursor": str(NOWHERE)}}


def operations(contract: Contract, status: str) -> Iterator[Operation]:
    """Those that can answer so, but for what is asked by others."""
    for path, item in contract.document["paths"].items():
        for method in item.keys() - {"parameters"}:
            described = item[method]
            name = described["operationId"]
            if status in described["responses"] and name not in BY_OTHERS:
                yield name, method, path


# What goes well ----------------------------------------------------------------------------


def test_every_kind_of_message_is_as_it_is_described(
    server: Server, ask: Asking, contract: Contract
) -> None:
    """The whole corpus: pictures, orders, forms, statuses, edits, and what nobody knows."""
    line, since = server.add_channel(), server.head()
    for payload in payloads("meta"):
        body = (PAYLOADS / payload["file"]).read_bytes()
        assert server.post_signed(line, body).status_code == 200
    server.settle()
    seen: set[str] = set()
    for one in server.conversations(line):
        page = ask(200, "GET", "/api/v1/conversations/{conversation_id}/messages", one["id"],
                   params={"limit": 200}).json()  # fmt: skip
        seen |= {message["type"] for message in page["data"]}
    assert len(seen) >= 12
    ask(200, "GET", "/api/v1/events", params={"since": since, "limit": 1000})
    listed = ask(200, "GET", "/api/v1/journal", params={"channel": line.id, "limit": 200}).json()
    assert len(listed["data"]) > 50
    for entry in listed["data"][:20]:
        ask(200, "GET", "/api/v1/journal/{entry_id}", entry["id"])


def test_whatever_is_read_is_as_it_is_described(server: Server, ask: Asking, line: Line) -> None:
    wamid = f"wamid.{line.id}"
    assert (
        server.post_signed(line, webhook(messages=[said(wamid, "an invoice")])).status_code == 200
    )
    server.settle()
    [known] = server.conversations(line)
    for query in ({}, {"q": "invoice"}, {"view": "unread", "channel": line.id, "limit": 1}):
        ask(200, "GET", "/api/v1/conversations", params=query)
    ask(200, "GET", "/api/v1/conversations/{conversation_id}", known["id"])
    message = known["last_message"]["id"]
    for side in ("before", "after", "around"):
        ask(200, "GET", "/api/v1/conversations/{conversation_id}/messages", known["id"],
            params={side: message})  # fmt: skip
    ask(200, "GET", "/api/v1/messages", params={"provider_message_id": wamid})
    ask(200, "GET", "/api/v1/messages/{message_id}", message)
    ask(200, "GET", "/api/v1/contacts")
    ask(200, "GET", "/api/v1/contacts/{contact_id}", known["contact"]["id"])
    ask(200, "GET", "/api/v1/channels")
    ask(200, "GET", "/api/v1/channels/{channel_id}", line.id)
    ask(200, "GET", "/api/v1/status")
    ask(200, "GET", "/openapi.json")
    ask(200, "GET", "/asyncapi.json")
    ask(200, "GET", "/health")
    ask(200, "HEAD", "/health")
    ask(200, "GET", "/metrics")
    ask(201, "POST", "/api/v1/feed-tokens")
    ask(200, "POST", "/api/v1/messages/{message_id}/media/retry", message)


def test_a_reply_is_as_it_is_described(
    server: Server, ask: Asking, graph: FakeGraph, contract: Contract
) -> None:
    line = server.add_channel(api_base=graph.base_url)
    server.post_signed(line, webhook(messages=[said(f"wamid.{line.id}", "hello?")]))
    server.settle()
    [known] = server.conversations(line)
    path = "/api/v1/conversations/{conversation_id}/messages"
    reply = {"text": "We open at nine.", "quoted_id": known["last_message"]["id"]}
    sent = ask(201, "POST", path, known["id"], json=reply).json()
    assert sent["context"]["quoted"]["text"] == "hello?"
    ask(200, "POST", "/api/v1/messages/{message_id}/retry", sent["id"])
    ask(422, "POST", path, known["id"], json={"text": " "})
    on, to = "/api/v1/messages/{message_id}/forward", [{"conversation_id": known["id"]}]
    to += [{"conversation_id": NOWHERE}]
    here, nowhere = ask(201, "POST", on, sent["id"], json={"to": to}).json()["data"]
    assert here["message"]["content"] == {"text": "We open at nine."}
    assert nowhere["message"] is None and "no such" in nowhere["refused"]["detail"]
    assert ask(422, "POST", on, sent["id"], json={"to": to * 3}).json()["field"] == "to"


def test_one_of_each_is_as_in_its_list(server: Server, ask: Asking, line: Line) -> None:
    name = line.id[-12:]
    for path, facts in {
        "/api/v1/labels": {"name": name},
        "/api/v1/teams": {"name": name},
        "/api/v1/views": {"name": name, "filters": {"view": "mine"}, "scope": "shared"},
        "/api/v1/canned-responses": {"short_code": name, "content": "Hi", "scope": "everybody"},
        "/api/v1/contact-attributes": {"key": f"a{name}", "label": "A", "kind": "text"},
    }.items():
        made = ask(201, "POST", path, json=facts).json()
        [own] = [one for one in contract_paths(ask) if re.fullmatch(rf"{path}/\{{\w+\}}", one)]
        assert ask(200, "GET", own, made["id"]).json() == made
        assert made in ask(200, "GET", path).json()["data"]


def contract_paths(ask: Asking) -> list[str]:
    return [*ask.contract.document["paths"]]


def test_webhooks_are_applied_again_as_it_is_described(
    server: Server, ask: Asking, line: Line
) -> None:
    server.post_signed(line, webhook(messages=[said(f"wamid.{line.id}", "hello?")]))
    server.settle()
    path, own = "/api/v1/journal/replays", "/api/v1/journal/replays/{replay_id}"
    [entry] = server.get("journal", channel=line.id)["data"]
    for asked in (
        {"entry_id": entry["id"]},
        {"channel_id": line.id, "since": entry["received_at"]},
    ):
        replay = ask(202, "POST", path, json=asked).json()
        look = partial(ask, 200, "GET", own, replay["id"])
        known = until(look, lambda answer: answer.json()["state"] == "done").json()
        assert (known["number"], known["applied"], known["failed"]) == (1, 1, 0)
        assert known == ask(200, "GET", path).json()["data"][0]
    assert len(server.messages(line)) == 1, "nothing came twice"
    for wrong in (
        {},
        {"channel_id": line.id},
        {"since": "then"},
        {"entry_id": "x", "failed": True},
    ):
        ask(422, "POST", path, json=wrong)


def test_a_canned_response_is_as_it_is_described(server: Server, ask: Asking, line: Line) -> None:
    server.post_signed(line, webhook(messages=[said(f"wamid.{line.id}", "hello?")]))
    server.settle()
    [known] = server.conversations(line)
    path, own = "/api/v1/canned-responses", "/api/v1/canned-responses/{response_id}"
    new = {
        "short_code": f"Greet-{line.id[-6:]}",
        "content": "Hi {{contact.name|you}} {{agent.name}}",
    }
    made = ask(201, "POST", path, json=new | {"scope": "everybody"}).json()
    assert ask(422, "POST", path, json=new | {"scope": "everybody"}).json()["field"] == "short_code"
    assert ask(422, "POST", path, json=new | {"scope": "team"}).json()["field"] == "team_id"
    asked = {"q": made["short_code"], "conversation_id": known["id"]}
    [found] = ask(200, "GET", path, params=asked).json()["data"]
    assert re.fullmatch(r"Hi \S.* \S.*", found["filled"]["text"])
    ask(422, "GET", path, params={"conversation_id": NOWHERE})
    files = {"file": ("a.txt", b"Our prices", "text/plain")}
    media = ask(201, "POST", "/api/v1/media", files=files).json()
    ask(200, "GET", "/api/v1/media/{media_id}/file", media["id"])
    ask(404, "GET", "/api/v1/media/{media_id}/thumbnail", media["id"])
    ask(200, "PATCH", own, made["id"], json={"attachments": [media["id"]]})
    changed = ask(200, "PATCH", own, made["id"], json={"content": "Bye {{agent.name}}"}).json()
    assert changed["files"] == [media]
    table = {"content": b"short_code,content\nx y,z\n", "headers": {"Content-Type": "text/csv"}}
    taken = ask(200, "POST", f"{path}/import", params={"preview": True}, **table).json()
    assert (taken["refused"], taken["lines"][0]["line"]) == (1, 2)
    ask(422, "POST", f"{path}/import", **table | {"content": b"x"})
    assert made["short_code"] in ask(200, "GET", f"{path}.csv").text
    assert changed["short_code"] == made["short_code"] != changed["content"]
    assert ask(200, "DELETE", own, made["id"]).json() == changed
    ask(404, "PATCH", own, made["id"], json={"content": "Again"})


def test_what_a_team_knows_of_a_contact_is_as_it_is_described(
    server: Server, ask: Asking, line: Line
) -> None:
    server.post_signed(line, webhook(messages=[said(f"wamid.{line.id}", "hello?")]))
    server.settle()
    [known] = server.conversations(line)
    path, own = "/api/v1/contact-attributes", "/api/v1/contact-attributes/{attribute_id}"
    key = f"plan_{line.id[-6:]}"
    new = {"key": key, "label": "Plan", "kind": "choice", "choices": ["Basic", "Plus"]}
    made = ask(201, "POST", path, json=new).json()
    assert ask(422, "POST", path, json=new).json()["field"] == "key"
    assert ask(200, "PATCH", own, made["id"], json={"label": "Tariff"}).json()["key"] == key
    contact, theirs = "/api/v1/contacts/{contact_id}", known["contact"]["id"]
    since, change = server.head(), {"name": "Dana & Co.", "attributes": {key: "plus"}}
    kept = ask(200, "PATCH", contact, theirs, json=change | {"note": "After six."}).json()
    assert (kept["name"], kept["attributes"][key]) == ("Dana & Co.", "Plus")
    assert ask(200, "GET", contact, theirs).json() == kept
    told = server.wait_for("contact:updated", since, id=theirs)
    assert told["changed"] == ["attributes", "name", "note", "own_name"]
    assert (told["note"], told["attributes"][key]) == ("After six.", "Plus")
    wrong = ask(422, "PATCH", contact, theirs, json={"attributes": {key: "Gold"}}).json()
    assert wrong["field"] == f"attributes.{key}"
    table = {"content": f"id,{key},note\n{theirs},Gold,\n{theirs},Basic,\n"}
    table["headers"] = {"Content-Type": "text/csv"}
    bring = "/api/v1/contacts/import"
    looked = ask(200, "POST", bring, params={"preview": True}, **table).json()
    assert looked["faults"][0]["column"] == key and looked["changed"] == 1
    assert ask(200, "POST", bring, **table).json() == looked
    ask(422, "POST", bring, **table | {"content": "x"})
    assert f"{theirs},'+12025550142," in ask(200, "GET", "/api/v1/contacts.csv").text
    shared = "/api/v1/conversations/{conversation_id}/shared"
    assert ask(200, "GET", shared, known["id"], params={"kind": "links"}).json()["data"] == []
    again = webhook(messages=[said(f"wamid.2{line.id}", "It is me", sender="447700900123")])
    server.post_signed(line, again)
    server.settle()
    other = next(
        one["contact"]["id"] for one in server.conversations(line) if one["contact"]["id"] != theirs
    )
    merge = "/api/v1/contacts/{contact_id}/merge"
    ask(422, "DELETE", merge, other)
    looked = ask(200, "POST", merge, other, json={"into": theirs, "preview": True}).json()
    assert (looked["done"], looked["name"]) == (False, "Dana & Co.")
    assert ask(200, "POST", merge, other, json={"into": theirs}).json()["done"]
    ask(422, "POST", merge, other, json={"into": theirs})
    assert ask(200, "DELETE", merge, theirs).json()["person_id"] is None
    assert ask(200, "DELETE", own, made["id"]).json()["label"] == "Tariff"
    assert key not in ask(200, "GET", contact, theirs).json()["attributes"]
    ask(200, "GET", path)


def test_a_draft_is_as_it_is_described(server: Server, ask: Asking, line: Line) -> None:
    server.post_signed(line, webhook(messages=[said(f"wamid.{line.id}", "hello?")]))
    server.settle()
    [known] = server.conversations(line)
    path = "/api/v1/conversations/{conversation_id}/draft"
    begun: dict[str, Any] = {"text": "Good ne", "quoted_id": known["last_message"]["id"]}
    files = {"file": ("a.txt", b"The list", "text/plain")}
    media = ask(201, "POST", "/api/v1/media", files=files).json()
    begun["files"] = [{"media_id": media["id"], "caption": "The list"}]
    kept = ask(200, "PUT", path, known["id"], json=begun).json()
    assert (kept["text"], kept["quoted"]["text"]) == ("Good ne", "hello?")
    assert ask(200, "GET", path, known["id"]).json() == kept
    own = server.as_admin.get(f"/api/v1/conversations/{known['id']}").json()
    assert own["draft"] == "Good ne"
    ask(422, "PUT", path, known["id"], json={"text": "x" * 20_001})
    assert ask(200, "DELETE", path, known["id"]).json()["updated_at"] is None
    noting = "/api/v1/conversations/{conversation_id}/note-draft"
    noted = {"text": "They", "files": [{"media_id": media["id"]}]}
    kept = ask(200, "PUT", noting, known["id"], json=noted).json()
    assert ask(200, "GET", noting, known["id"]).json() == kept
    assert ask(200, "DELETE", noting, known["id"]).json()["files"] == []
    path, note = "/api/v1/conversations/{conversation_id}/notes", {"attachments": [media["id"]]}
    [file] = ask(201, "POST", path, known["id"], json=note | {"text": ""}).json()["content"][
        "attachments"
    ]
    assert server.api().get(file["url"]).content == b"The list"
    ask(422, "POST", path, known["id"], json={"text": "", "attachments": [NOWHERE]})


def test_refused_webhooks_are_as_they_are_described(
    server: Server, ask: Asking, line: Line
) -> None:
    assert server.provider.post(line.path, content=b"{}").status_code == 401
    wanted = {"channel": line.id, "state": "refused"}
    server.get("journal", **wanted)
    listed = until(lambda: ask(200, "GET", "/api/v1/journal", params=wanted).json()["data"])
    assert ask(200, "GET", "/api/v1/journal/{entry_id}", listed[0]["id"]).json()["kind"]


async def test_alerts_are_as_they_are_described(house: Inside) -> None:
    contract = Contract((await house.http.get("/openapi.json")).json())
    channel = await house.add_channel()
    hour, facts = now() // HOUR * HOUR, {"usual": 12, "basis": "weeks", "missing": 26}
    facts |= {"hour": iso(hour), "until": iso(hour + HOUR), "last_webhook_at": iso(now())}
    found = Finding(channel_id=channel.id, kind="silent", since=now() - HOUR, facts=facts)  # type: ignore[arg-type]  # facts of a silent one
    alert_id = await house.database.write(alerts.raise_, found, now())
    listed = await house.http.get("/api/v1/alerts?state=open")
    assert listed.json()["data"]
    contract.check(listed, "GET", "/api/v1/alerts")
    changed = await house.http.patch(f"/api/v1/alerts/{alert_id}", json={"muted": True})
    assert changed.status_code == 200
    contract.check(changed, "PATCH", "/api/v1/alerts/{alert_id}")
    found = await house.http.get(f"/api/v1/alerts/{alert_id}")
    assert found.json() == changed.json()
    contract.check(found, "GET", "/api/v1/alerts/{alert_id}")
    off = await house.database.write(alerts.raise_, switched_off(), now())
    listed = await house.http.get("/api/v1/webhooks/alerts?state=open")
    assert [one["id"] for one in listed.json()["data"]] == [off]
    contract.check(listed, "GET", "/api/v1/webhooks/alerts")
    own = "/api/v1/webhooks/alerts/{alert_id}"
    changed = await house.http.patch(f"/api/v1/webhooks/alerts/{off}", json={"muted": True})
    assert changed.status_code == 200
    contract.check(changed, "PATCH", own)
    found = await house.http.get(f"/api/v1/webhooks/alerts/{off}")
    assert found.json() == changed.json()
    contract.check(found, "GET", own)
    for path in (f"/api/v1/alerts/{off}", f"/api/v1/webhooks/alerts/{alert_id}"):
        assert (await house.http.get(path)).status_code == 404
        assert (await house.http.patch(path, json={"muted": False})).status_code == 404


async def test_templates_are_as_they_are_described(house: Inside) -> None:
    contract = Contract((await house.http.get("/openapi.json")).json())
    channel = await house.add_channel(provider="sandbox")
    path = "/api/v1/channels/{channel_id}/templates"

    async def ask(status: int, method: str, below: str = "", **options: Any) -> Any:
        own = (path + below).replace("{channel_id}", channel.id)
        own = own.replace("{template_id}", str(options.pop("template", "")))
        answer = await house.http.request(method, own, **options)
        assert answer.status_code == status, answer.text
        contract.check(answer, method, path + below)
        return answer.json()

    await ask(202, "POST", "/sync")
    async with asyncio.timeout(10):
        while not (listed := await ask(200, "GET", params={"limit": 2}))["data"]:  # noqa: ASYNC110 - it is asked
            await asyncio.sleep(0.02)
    assert len(listed["data"]) == 2 and listed["next"]
    assert (await ask(200, "GET", params={"cursor": listed["next"]}))["next"] is None
    [found] = (await ask(200, "GET", params={"q": "order ready", "status": "approved"}))["data"]
    assert (found["name"], found["category"]) == ("order_ready", "UTILITY")
    made = await ask(201, "POST", json=BODIES["createTemplate"])
    assert made["status"] == "APPROVED"
    told = await ask(422, "POST", json=BODIES["createTemplate"] | {"name": "We Are Open"})
    assert told["field"] == "name"
    shown = {"type": "HEADER", "format": "IMAGE", "example": {"media_id": "none"}}
    pictured = {"components": [shown, *WRITTEN["components"]], "name": "pictured"}
    told = await ask(422, "POST", json=BODIES["createTemplate"] | pictured)
    assert told["field"] == "header"
    one, changed = "/{template_id}", WRITTEN | {"category": "MARKETING"}
    marketing = await ask(200, "PATCH", one, template=made["id"], json=changed)
    assert (marketing["id"], marketing["category"]) == (made["id"], "MARKETING")
    assert await ask(200, "GET", one, template=made["id"]) == marketing
    await ask(200, "DELETE", one, template=made["id"])
    await ask(404, "DELETE", one, template=made["id"])


def test_sessions_are_as_they_are_described_and_ones_own(
    server: Server, ask: Asking, contract: Contract
) -> None:
    here, there = server.agent("sess@example.com"), server.agent("sess@example.com")
    of_agent = Asking(contract, there)
    listed = of_agent(200, "GET", "/api/v1/sessions").json()["data"]
    [own], [other] = ([one for one in listed if one["current"] is is_it] for is_it in (True, False))
    path = "/api/v1/sessions/{session_id}"
    assert of_agent(200, "GET", path, other["id"]).json() == other
    ask(404, "GET", path, other["id"])
    ask(404, "DELETE", path, other["id"])  # an admin's token, and still not theirs
    assert other["id"] not in ask(200, "GET", "/api/v1/sessions").text
    assert of_agent(200, "DELETE", path, other["id"]).json() == other
    assert here.get("/api/v1/sessions").status_code == 401
    assert of_agent(200, "GET", "/api/v1/sessions").json()["data"] == [own]


# What goes wrong ---------------------------------------------------------------------------


def test_nobody_gets_anywhere_without_a_token(server: Server, contract: Contract) -> None:
    stranger = Asking(contract, server.browser(headers={"Authorization": "Bearer nobody"}))
    found = list(operations(contract, "401"))
    assert len(found) > 18
    for name, method, path in found:
        stranger(401, method, path, json=BODIES.get(name), headers=ELSEWHERE)


def test_what_is_not_for_a_token_or_another_site_is_refused(
    server: Server, contract: Contract
) -> None:
    agent, other = (Asking(contract, server.api(role)) for role in ("agent", "admin"))
    wish = {"name": "Drafts", "role": "admin", "scopes": ["drafts"]}
    token = server.api().post("/api/v1/tokens", json=wish).json()["token"]
    drafts = Asking(contract, server.browser(headers={"Authorization": f"Bearer {token}"}))
    for name, method, path in operations(contract, "403"):
        body = BODIES.get(name)
        if method in ("get", "head"):
            drafts(403, method, path, json=body, headers=ELSEWHERE)
            answer = contract.document["paths"][path][method]["responses"]["403"]
            if "onlyAdmins" in answer.get("$ref", ""):
                agent(403, method, path, json=body, headers=ELSEWHERE)
        else:
            other(403, method, path, json=body, headers=OTHER_SITE)


def test_what_is_not_there_is_a_404(contract: Contract, ask: Asking) -> None:
    for name, method, path in operations(contract, "404"):
        ask(404, method, path, json=BODIES.get(name), params=PLACES.get(name))


def test_what_makes_no_sense_is_a_400(contract: Contract, ask: Asking) -> None:
    for name, method, path in operations(contract, "400"):
        ask(400, method, path, json=BODIES.get(name), params="x=%00")
    ask(400, "GET", "/api/v1/conversations", params={"limit": 0})
    ask(400, "POST", "/api/v1/conversations/{conversation_id}/messages", json={"text": 1})


def test_a_parameter_is_named_as_it_is_asked_for(ask: Asking) -> None:
    told = ask(400, "GET", "/api/v1/alerts", params={"state": "mad"}).json()
    assert told["field"] == "state" and told["detail"].startswith("state: ")


def test_what_is_too_large_is_a_413(contract: Contract, ask: Asking) -> None:
    large: dict[str, Any] = {"content": b'{"text": "%s"}' % (b"x" * 11_000_000), "headers": JSON}
    for name, method, path in operations(contract, "413"):
        if name != "uploadFile":  # files have limits of their own
            ask(413, method, path, **large)


UNFIT = (
    ("GET", "/api/v1/conversations/{conversation_id}/matches", {"params": {"since": "then"}},
     "since"),
    ("GET", "/api/v1/reports/cost", {"params": {"since": "then"}}, "since"),
    ("GET", "/api/v1/reports/cost.csv", {"params": {"since": "then"}}, "since"),
    ("POST", "/api/v1/rates", {"json": {"rates": [RATE | {"currency": "Euro"}]}},
     "rates[0].currency"),
    ("PATCH", "/api/v1/channels/{channel_id}/billing", {"json": {"time_zone": "Atlantis"}},
     "time_zone"),
    ("PUT", "/api/v1/channels/{channel_id}/hours", {"json": {"time_zone": "Atlantis"}},
     "time_zone"),
)  # fmt: skip
"""What is understood and cannot be so, with the field that is told."""


def test_what_cannot_be_so_is_a_422(server: Server, ask: Asking, line: Line) -> None:
    server.post_signed(line, webhook(messages=[said(f"wamid.{line.id}", "hello")]))
    server.settle()
    [known] = server.conversations(line)
    for method, path, options, field in UNFIT:
        here = known["id"] if "conversation" in path else line.id
        assert ask(422, method, path, here, **options).json()["field"] == field


def test_a_cursor_of_nobodys_is_a_400(ask: Asking, line: Line) -> None:
    for path in ("/api/v1/channels/{channel_id}/templates", "/api/v1/contacts"):
        ask(400, "GET", path, line.id, params={"cursor": "no-cursor"})


def test_a_request_that_opens_no_socket_is_told_so(server: Server, ask: Asking) -> None:
    assert ask(405, "GET", "/ws").json()["type"] == "urn:inbox:problem:wrong-method"
    assert server.browser().get("/ws").headers["content-type"] == "application/problem+json"


def test_a_program_is_told_of_files_as_of_all_else(server: Server, contract: Contract) -> None:
    """Also with a browser's cookie, as scripts of pages ask: only who takes a page gets one."""
    gone = Asking(contract, server.as_admin)
    for name in ("/media/{message_id}", "/media/{message_id}/thumbnail"):
        gone(404, "GET", name)
        Asking(contract, server.browser())(401, "GET", name)
    page = server.browser().get(f"/media/{NOWHERE}", headers={"Accept": "text/html"})
    assert page.status_code == 303


def test_a_late_reply_is_a_409(server: Server, ask: Asking, line: Line) -> None:
    late = said(f"wamid.{line.id}", "hello", at=LONG_AGO)
    assert server.post_signed(line, webhook(messages=[late])).status_code == 200
    server.settle()
    [known] = server.conversations(line)
    path = "/api/v1/conversations/{conversation_id}/messages"
    told = ask(409, "POST", path, known["id"], json={"text": "Hello"}).json()
    assert told["window_expires_at"] == "2025-06-16T15:06:40.000Z"


def test_a_client_id_of_another_text_is_a_409(server: Server, ask: Asking, line: Line) -> None:
    assert server.post_signed(line, webhook(messages=[said(f"wamid.{line.id}", "hello")]))
    server.settle()
    [known] = server.conversations(line)
    path = "/api/v1/conversations/{conversation_id}/messages"
    first = ask(201, "POST", path, known["id"], json={"text": "Hello", "client_id": "one"}).json()
    told = ask(409, "POST", path, known["id"], json={"text": "Bye", "client_id": "one"}).json()
    assert told["type"] == "urn:inbox:problem:client-id-taken"
    assert told["message_id"] == first["id"]


def test_a_reply_that_is_taken_back_is_as_it_is_described(
    server: Server, ask: Asking, graph: FakeGraph
) -> None:
    line, since = server.add_channel(api_base=graph.base_url), server.head()
    server.post_signed(line, webhook(messages=[said(f"wamid.{line.id}", "hello?")]))
    server.settle()
    [known] = server.conversations(line)
    path = "/api/v1/conversations/{conversation_id}/messages"
    graph.answer_next("meta_err_130429_rate.json")
    reply = {"text": "We open.", "client_id": f"order of {line.id}"}
    one, own = (
        ask(201, "POST", path, known["id"], json=reply).json(),
        "/api/v1/messages/{message_id}",
    )
    told = server.wait_for("message:updated", since, id=one["id"])
    assert told["waiting"]["reason"] and told["waiting"]["next_try_at"]
    assert ask(200, "GET", own, one["id"]).json()["waiting"] == told["waiting"]
    assert ask(200, "DELETE", own, one["id"]).json()["content"]["text"] == "We open."
    assert server.wait_for("message:removed", since, id=one["id"])
    ask(404, "DELETE", own, one["id"])
    again = ask(409, "POST", path, known["id"], json=reply).json()
    assert again["type"] == "urn:inbox:problem:taken-back"
    theirs = ask(409, "DELETE", own, known["last_message"]["id"]).json()
    assert theirs["type"] == "urn:inbox:problem:too-late"
    assert len(graph.sent) == 1


def test_a_reply_that_is_put_off_is_as_it_is_described(
    server: Server, ask: Asking, graph: FakeGraph
) -> None:
    line = server.add_channel(api_base=graph.base_url)
    server.post_signed(line, webhook(messages=[said(f"wamid.{line.id}", "hello?")]))
    server.settle()
    [known] = server.conversations(line)
    path, own = "/api/v1/conversations/{conversation_id}/messages", "/api/v1/messages/{message_id}"
    soon, after = iso(now() + HOUR), iso(now() + 2 * HOUR)
    reply = {"text": "We open.", "send_at": soon, "stop_on_reply": True}
    one = ask(201, "POST", path, known["id"], json=reply).json()
    assert (one["status"], one["scheduled_at"]) == ("scheduled", soon)
    for wrong in ("2020-01-01T12:00:00Z", "2999-01-01T12:00:00Z", "2027-01-01T12:00:00", "noon"):
        told = ask(422, "POST", path, known["id"], json=reply | {"send_at": wrong}).json()
        assert told["field"] == "send_at"
        ask(422, "PATCH", own, one["id"], json={"send_at": wrong})
    edit = {"text": "We open at ten.", "send_at": after, "stop_on_reply": False}
    told = ask(200, "PATCH", own, one["id"], json=edit).json()
    assert (told["content"]["text"], told["timestamp"]) == ("We open at ten.", after)
    assert ask(200, "POST", f"{own}/send", one["id"]).json()["status"] == "queued"
    told = ask(409, "POST", f"{own}/send", one["id"]).json()
    assert told["type"] == "urn:inbox:problem:too-late"
    asked = {"type": "reaction", "reaction": {"message_id": one["id"], "emoji": "👍"}, "hold": True}
    assert ask(422, "POST", path, known["id"], json=asked).json()["field"] == "hold"
    asked = {"text": "No", "notify": {"name": "hello", "language": "en_US"}}
    assert ask(422, "POST", path, known["id"], json=asked).json()["field"] == "notify"


def test_what_is_no_longer_kept_is_a_410(ask: Asking) -> None:
    assert ask(410, "GET", "/api/v1/events", params={"since": -1}).json()["head"] >= 0


def test_webhooks_are_answered_as_it_is_described(
    server: Server, contract: Contract, line: Line
) -> None:
    provider = Asking(contract, server.provider)
    own, key = "/webhooks/{key}", line.path.rpartition("/")[2]
    for path in (own, "/api/webhook"):
        provider(401, "POST", path, key, content=b"{}")
        provider(415, "POST", path, key, content=b"{}", headers={"Content-Encoding": "gzip"})
        provider(413, "POST", path, key, content=b"x" * 5_000_000)
        wrong = {"hub.mode": "subscribe", "hub.verify_token": "no", "hub.challenge": "1"}
        provider(403, "GET", path, key, params=wrong)
        provider(400, "GET", path, key, params={"hub.mode": "subscribe"})
        right = wrong | {"hub.verify_token": line.verify_token}
        assert provider(200, "GET", path, key, params=right).text == "1"
        provider(405, "GET", path, key)
        for body, status in ((b"{}", 200), (b"no json", 400)):
            answer = server.post_signed(line, body, path=path.replace("{key}", key))
            assert answer.status_code == status
            contract.check(answer, "POST", path)
    for method in ("GET", "POST"):
        provider(404, method, own, "no-such-key")


@pytest.mark.parametrize(
    ("status", "fault"),
    [(503, OperationalError("SELECT 1", {}, Exception("gone"))), (500, ZeroDivisionError())],
)
async def test_our_own_faults_are_told_as_it_is_described(
    house: Inside, monkeypatch: pytest.MonkeyPatch, status: int, fault: Exception
) -> None:
    contract = Contract((await house.http.get("/openapi.json")).json())
    monkeypatch.setattr(house.database, "read", AsyncMock(side_effect=fault))
    found = [one for one in operations(contract, str(status)) if one[0] not in _OF_HEALTH]
    assert len(found) > 18
    # A hundred tracebacks, which nobody reads here, take longer than all the rest.
    logging.disable(logging.CRITICAL)
    try:
        for name, method, path in found:
            asked = path.replace("{", "").replace("}", "")
            answer = await house.http.request(method, asked, json=BODIES.get(name))
            assert answer.status_code == status, (path, answer.text)
            contract.check(answer, method.upper(), path)
    finally:
        logging.disable(logging.NOTSET)  # by this alone loggers forget what they were told


_OF_HEALTH = {"getHealth", "headHealth"}
"""They ask the database by a probe, and say by 503 that some part does not work."""
