"""``/api/v1``: the shapes that it promises, and what a page of it costs the database."""

from collections.abc import Awaitable, Callable, Iterator
from functools import partial
from itertools import count
from typing import Any
from unittest.mock import AsyncMock

import httpx
import pytest
from sqlalchemy import Connection

from inbox.access import people, sessions
from inbox.domain.templates.definition import Definition
from inbox.domain.times import DAY, iso, now
from inbox.providers.templates import TemplateFound
from inbox.storage.database import on_statement
from inbox.templates.store import keep_found
from inbox.web.http import session_cookie
from tests.support.fake_graph import FakeGraph, graph_error
from tests.support.inside import Inside
from tests.support.server import Line, Server, said, webhook
from tests.support.until import until

MESSAGE = {
    "id",
    "conversation_id",
    "contact_id",
    "channel_id",
    "direction",
    "type",
    "content",
    "context",
    "status",
    "error",
    "timestamp",
    "received_at",
    "provider_message_id",
    "client_id",
    "sender",
    "reactions",
    "edited_at",
    "deleted_at",
}
CONTACT = {"id", "channel_id", "name", "phone_number", "wa_id", "username"}
CONVERSATION = {
    "id",
    "contact",
    "channel",
    "status",
    "assignee",
    "labels",
    "unread_count",
    "last_message",
    "window_expires_at",
}
NOWHERE = "01890000-0000-7000-8000-000000000000"


@pytest.fixture(scope="module")
def busy(server: Server) -> Line:
    """Seven customers, the last of whom wrote nine messages in one second. Nobody answers them."""
    line = server.add_channel()
    people = [f"1202555010{n}" for n in range(7)]
    names = [{"wa_id": one, "profile": {"name": f"Customer {one[-1]}"}} for one in people]
    at = 1_750_000_000
    firsts = [said(f"wamid.{line.id}.{one}", "hello", one, at) for one in people]
    more = [said(f"wamid.{line.id}.more.{n}", f"{n}", people[-1], at) for n in range(8)]
    body = webhook(contacts=names, messages=[*firsts, *more])
    assert server.post_signed(line, body).status_code == 200
    server.settle()
    return line


def pages(server: Server, path: str, **query: Any) -> Iterator[list[dict[str, Any]]]:
    while True:
        page = server.get(path, **query)
        assert page.keys() == {"data", "next"}
        yield page["data"]
        if page["next"] is None:
            return
        query["cursor"] = page["next"]


# Shapes ----------------------------------------------------------------------------------


def test_a_message_has_its_shape(server: Server, busy: Line) -> None:
    [message] = server.get("messages", provider_message_id=f"wamid.{busy.id}.12025550100")["data"]
    assert message.keys() >= MESSAGE
    assert message == server.get(f"messages/{message['id']}")
    assert (message["direction"], message["type"]) == ("incoming", "text")
    assert message["content"] == {"text": "hello"}
    assert message["timestamp"] == "2025-06-15T15:06:40.000Z"
    assert message["channel_id"] == busy.id


def test_a_contact_has_its_shape(server: Server, busy: Line) -> None:
    [contact] = [
        one
        for page in pages(server, "contacts", limit=50)
        for one in page
        if one["channel_id"] == busy.id and one["wa_id"] == "12025550103"
    ]
    assert contact.keys() >= CONTACT
    alone = server.get(f"contacts/{contact['id']}")
    assert contact.items() <= alone.items(), "alone it also has what the team knows"
    assert (contact["name"], contact["phone_number"]) == ("Customer 3", "+12025550103")


def test_a_conversation_has_its_shape(server: Server, busy: Line) -> None:
    newest = server.conversations(busy)[0]
    found = server.get(f"conversations/{newest['id']}")
    assert found == newest and found.keys() >= CONVERSATION
    assert found["contact"].keys() >= CONTACT
    channel = {"id": busy.id, "name": "Shop", "provider": "cloud-api", "state": "connected"}
    assert found["channel"] == channel
    assert found["unread_count"] == found["inbound_count"]
    assert found["window_expires_at"] == "2025-06-16T15:06:40.000Z"


# Paging ----------------------------------------------------------------------------------


@pytest.mark.parametrize("limit", [1, 2, 3, 7, 100])
def test_paging_conversations_gives_each_exactly_once(
    server: Server, busy: Line, limit: int
) -> None:
    walked = list(pages(server, "conversations", channel=busy.id, limit=limit))
    found = [conversation["id"] for page in walked for conversation in page]
    assert len(found) == len(set(found)) == 7
    assert all(len(page) == limit for page in walked[:-1])


def test_paging_contacts_gives_each_exactly_once(server: Server, busy: Line) -> None:
    found = [contact for page in pages(server, "contacts", limit=2) for contact in page]
    assert len({one["id"] for one in found}) == len(found)
    assert len([one for one in found if one["channel_id"] == busy.id]) == 7


def _busiest(server: Server, line: Line) -> dict[str, Any]:
    return next(one for one in server.conversations(line) if one["unread_count"] == 9)


@pytest.mark.parametrize("limit", [1, 2, 4, 9])
def test_a_thread_can_be_walked_both_ways(server: Server, busy: Line, limit: int) -> None:
    path = f"conversations/{_busiest(server, busy)['id']}/messages"
    whole = [message["id"] for message in server.get(path)["data"]]
    page = server.get(path, limit=limit)
    back = [message["id"] for message in page["data"]]
    while page["next"]:
        page = server.get(path, limit=limit, before=page["next"])
        back = [message["id"] for message in page["data"]] + back
    page = server.get(path, limit=limit, after=whole[0])
    forth = whole[:1] + [message["id"] for message in page["data"]]
    while page["next"]:
        page = server.get(path, limit=limit, after=page["next"])
        forth += [message["id"] for message in page["data"]]
    assert len(whole) == 9 and back == forth == whole


def test_around_a_message_are_its_neighbours(server: Server, busy: Line) -> None:
    path = f"conversations/{_busiest(server, busy)['id']}/messages"
    whole = [message["id"] for message in server.get(path)["data"]]
    page = server.get(path, around=whole[4], limit=4)
    assert [message["id"] for message in page["data"]] == whole[2:7]
    assert page["next"] == whole[2]


def test_views_and_searches_narrow_the_list(server: Server, busy: Line) -> None:
    def found(**query: str) -> list[str]:
        page = server.get("conversations", channel=busy.id, **query)
        return [conversation["contact"]["wa_id"] for conversation in page["data"]]

    # What is written can be found a moment later.
    assert until(lambda: found(q="customer 4")) == ["12025550104"]
    assert found(q="(202) 555-0102") == ["12025550102"]
    assert found(q="%") == found(q="_") == found(q="' OR 1=1 --") == []
    assert len(found(view="unread")) == len(found(view="needs-reply")) == 7


# Refusals --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "path",
    [
        f"conversations/{NOWHERE}",
        f"conversations/{NOWHERE}/messages",
        f"messages/{NOWHERE}",
        f"contacts/{NOWHERE}",
        "contacts/" + "x" * 500,
        "nothing-here",
    ],
)
def test_what_is_not_there_is_a_404_problem(server: Server, path: str) -> None:
    _is_problem(server.api().get(f"/api/v1/{path}"), 404)


def test_an_anchor_of_another_thread_is_not_there(server: Server, busy: Line) -> None:
    one, other = server.conversations(busy)[:2]
    for side in ("before", "after", "around"):
        path = f"/api/v1/conversations/{one['id']}/messages"
        query = {side: other["last_message"]["id"]}
        _is_problem(server.api().get(path, params=query), 404)


@pytest.mark.parametrize(
    "query",
    [
        "conversations?limit=0",
        "conversations?limit=101",
        "conversations?limit=-1",
        "conversations?limit=ten",
        "conversations?cursor=nonsense",
        "conversations?cursor=9~x'--",
        "contacts?limit=201",
        "contacts?cursor=%00",
        "conversations?q=%00",
        "conversations/%00/messages",
        "messages",
        "events?since=x",
        "events?limit=0",
        "events?wait=soon",
    ],
)
def test_a_question_that_makes_no_sense_is_a_400_problem(server: Server, query: str) -> None:
    _is_problem(server.api().get(f"/api/v1/{query}"), 400)


@pytest.mark.parametrize("query", ["events?since=-1", "events?wait=nan", "events?wait=-5"])
def test_odd_numbers_are_no_fault_of_ours(server: Server, query: str) -> None:
    assert server.api().get(f"/api/v1/{query}").status_code in {200, 400, 410}


def _is_problem(answer: httpx.Response, status: int) -> None:
    """RFC 9457, and nothing of our own inside."""
    assert answer.status_code == status, answer.text
    assert answer.headers["content-type"].startswith("application/problem+json")
    told = answer.json()
    assert told["status"] == status and told["title"] and told["detail"]
    assert "Traceback" not in answer.text and "sqlalchemy" not in answer.text


# Health ----------------------------------------------------------------------------------


def test_health_names_every_part(server: Server) -> None:
    answer = server.provider.get("/health")
    assert answer.status_code == 200
    told = answer.json()
    assert told["status"] == "ok" and set(told["checks"].values()) == {"ok"}
    assert {"database", "journal", "ingest", "outbox", "feed"} <= told["checks"].keys()


def test_load_balancers_may_ask_for_health_by_head(server: Server) -> None:
    answer = server.provider.head("/health")
    assert (answer.status_code, answer.content) == (200, b"")


# What it costs ---------------------------------------------------------------------------


def _counting(house: Inside, wanted: Callable[[str], bool]) -> list[str]:
    seen: list[str] = []
    on_statement(house.database, lambda one: seen.append(one) if wanted(one) else None)
    return seen


def _unsearched(connection: Connection) -> int:
    return int(connection.exec_driver_sql("SELECT count(*) FROM unsearched_messages").scalar_one())


async def _opened(house: Inside) -> tuple[Any, str]:
    channel = await house.add_channel()
    for n in range(60):
        body = webhook(messages=[said(f"wamid.{n}", "hello", sender=f"120255501{n:02}")])
        assert (await house.post_signed(channel, body)).status_code == 200
    told = await house.wait_for("message:new", provider_message_id="wamid.59")
    return channel, told["conversation_id"]


async def _costs(
    house: Inside, ask: Callable[[], Awaitable[httpx.Response]], most: int, times: int = 60
) -> list[str]:
    """Of the first time that keeps to ``most``, or of the last of many: what goes on behind pages,
    as the index of what has just come, asks as well, and can only be more."""
    seen = _counting(house, lambda one: not one.startswith(("BEGIN", "UPDATE ", "INSERT ")))
    for _ in range(times):
        seen.clear()
        assert (await ask()).status_code == 200
        if len(seen) <= most:
            break
    return [*seen]


async def test_a_page_costs_at_most_four_statements(house: Inside) -> None:
    _, conversation_id = await _opened(house)
    for path, most in (
        ("conversations", 4),
        # One more for the index of words, and one that tells PostgreSQL how to plan for them.
        ("conversations?view=unread&q=hello", 6 if house.database.shared else 5),
        (f"conversations/{conversation_id}/messages", 4),
        ("contacts", 4),
    ):
        asked = partial(house.http.get, f"/api/v1/{path}")
        found = await _costs(house, asked, most)
        assert 1 <= len(found) <= most, (path, found)


async def test_the_page_of_a_view_costs_at_most_five_statements(house: Inside) -> None:
    """The session's is one. A chip that names somebody asks for the name, and an empty list whether
    there is anything elsewhere. An open conversation is its own row, its messages and their sizes,
    what is begun and noted there, and the room of a name."""
    channel, conversation_id = await _opened(house)
    ana = await house.database.write(
        people.add, email="ana@example.com", name="Ana", role="admin", now=now()
    )
    team = (await house.http.post("/api/v1/teams", json={"name": "Night"})).json()
    cookie = await house.database.write(sessions.start, ana.id, "", now())
    jar = {session_cookie.NAME: cookie}
    async with httpx.AsyncClient(base_url=house.url, cookies=jar, trust_env=False) as browser:
        for address, most in (
            ("/?view=open", 4),
            ("/?view=unread", 5),
            ("/?view=waiting&sort=longest_waiting", 5),
            ("/?view=needs_reply&sort=window", 5),
            (f"/?view=open&channel={channel.id}&status=open", 6),
            ("/?view=mine&sort=window", 6),
            ("/?view=mentions", 6),
            (f"/?view=open&assignee={ana.id}&team={team['id']}", 7),
            (f"/conversations/{conversation_id}", 10),
        ):
            found = await _costs(house, partial(browser.get, address), most)
            assert 1 <= len(found) <= most, (address, found)


async def test_one_inbound_text_costs_at_most_eight_statements(
    house: Inside, monkeypatch: pytest.MonkeyPatch
) -> None:
    channel, _ = await _opened(house)
    # Once in a while it tells the pages how the channels are, by an event of its own.
    monkeypatch.setattr(house.house.pulse, "beat", AsyncMock())
    seen = _counting(house, _is_of_a_text)
    for n, sender in enumerate(("12025550100", "12025559999")):
        seen.clear()
        body = webhook(messages=[said(f"wamid.counted.{n}", "hello", sender=sender)])
        assert (await house.post_signed(channel, body)).status_code == 200
        await house.wait_for("message:new", provider_message_id=f"wamid.counted.{n}")
        # Four where the same second holds what the contact wrote before: nothing more is learned.
        assert 4 <= len(seen) <= 8, seen


async def test_what_a_team_keeps_beside_costs_a_text_and_a_reply_one_statement_for_its_names(
    house: Inside, monkeypatch: pytest.MonkeyPatch
) -> None:
    channel, conversation_id = await _opened(house)
    monkeypatch.setattr(house.house.pulse, "beat", AsyncMock())
    ana = await house.database.write(
        people.add, email="ana@example.com", name="Ana", role="admin", now=now()
    )
    path = f"/api/v1/conversations/{conversation_id}/messages"
    later = {"text": "We open at nine.", "send_at": iso(now() + DAY)}
    numbers = count()

    async def hears() -> None:
        name = f"wamid.beside.{next(numbers)}"
        body = webhook(messages=[said(name, "hello", sender="12025550159")])
        assert (await house.post_signed(channel, body)).status_code == 200
        await house.wait_for("message:new", provider_message_id=name)

    async def writes() -> None:
        assert (await house.http.post(path, json=later)).status_code in {201, 202}

    before = [await _least_written(house, act) for act in (hears, writes)]
    await _keep_beside(house, channel.id, conversation_id, ana.id)
    after = [await _least_written(house, act) for act in (hears, writes)]
    for known, found in zip(before, after, strict=True):
        assert 1 <= len(found) <= len(known) + 1, found


async def _least_written(house: Inside, act: Callable[[], Awaitable[None]]) -> list[str]:
    seen, found = _counting(house, _is_asked_by_whoever_writes), []
    for _ in range(5):
        seen.clear()
        await act()
        found.append([*seen])
    return min(found, key=len)


async def test_what_a_team_keeps_beside_costs_one_statement_for_its_names(house: Inside) -> None:
    """Labels, an assignment, notes, templates and outgoing webhooks; the whole page shows both a
    list and a conversation."""
    channel, conversation_id = await _opened(house)
    ana = await house.database.write(
        people.add, email="ana@example.com", name="Ana", role="admin", now=now()
    )
    cookie = await house.database.write(sessions.start, ana.id, "", now())
    jar = {session_cookie.NAME: cookie}
    async with httpx.AsyncClient(base_url=house.url, cookies=jar, trust_env=False) as browser:
        asked = {
            "list": partial(house.http.get, "/api/v1/conversations"),
            "thread": partial(house.http.get, f"/api/v1/conversations/{conversation_id}/messages"),
            "/": partial(browser.get, "/"),
            "page": partial(browser.get, f"/conversations/{conversation_id}"),
            "part": partial(
                browser.get, f"/conversations/{conversation_id}", headers={"HX-Request": "true"}
            ),
        }
        before = {name: await _least(house, ask) for name, ask in asked.items()}
        await _keep_beside(house, channel.id, conversation_id, ana.id)
        after = {name: await _least(house, ask) for name, ask in asked.items()}
    for name, found in after.items():
        more = 2 if name == "page" else 1
        assert 1 <= len(found) <= len(before[name]) + more, (name, found)


def _is_of_a_text(one: str) -> bool:
    """Not ours who watch, what goes by a timer, and the locks by which several processes on
    PostgreSQL keep out of each other's way; a transaction's own words count nowhere."""
    about = ("journal_entries", "contacts", "conversations", "messages", "changes", "feed_events")
    return any(word in one for word in about) and _is_asked_by_whoever_writes(one)


def _is_asked_by_whoever_writes(one: str) -> bool:
    locks = ("advisory", "SKIP LOCKED")
    timers = ("FROM feed", "FROM outbox", "later_sends", "SELECT (SELECT")
    indexing = (
        "unsearched",
        "_words",
        "SELECT messages.number,",
        "SELECT contacts.id, contacts.own_name,",
    )
    aside = ("BEGIN", "COMMIT", *locks, *timers, *indexing)
    return not any(word in one for word in aside)


async def _least(house: Inside, ask: Callable[[], Awaitable[httpx.Response]]) -> list[str]:
    """What goes on behind pages asks as well, and can only be more."""
    return min([await _costs(house, ask, 0, times=1) for _ in range(8)], key=len)


async def _keep_beside(house: Inside, channel_id: str, conversation_id: str, user_id: str) -> None:
    path = f"/api/v1/conversations/{conversation_id}"
    endpoint = {"url": "https://example.com/crm", "events": ["conversation:merged"]}
    body = {"type": "BODY", "text": "Your order is ready."}
    definition = Definition(name="order_ready", language="en", components=[body])
    approved = [TemplateFound(definition=definition, status="APPROVED")]
    await house.database.write(keep_found, channel_id, approved, now())
    for answer in (
        await house.http.post("/api/v1/labels", json={"name": "VIP"}),
        await house.http.patch(
            path, json={"labels": ["VIP"], "assignee_id": user_id, "priority": "high"}
        ),
        await house.http.post(f"{path}/notes", json={"text": "@Ana has called them."}),
        await house.http.post("/api/v1/webhooks", json=endpoint),
    ):
        assert answer.is_success, answer.text


@pytest.mark.parametrize(
    ("body", "field", "detail"),
    [
        ({}, "text", "text is missing."),
        ({"text": 1}, "text", "text: Expected `str`, got `int`."),
        ({"text": "Hello", "client_id": 7}, "client_id", "client_id: Expected `str`, got `int`."),
    ],
)
def test_a_wrong_field_is_named(server: Server, body: Any, field: str, detail: str) -> None:
    answer = server.api().post(f"/api/v1/conversations/{NOWHERE}/messages", json=body)
    problem = answer.json()
    assert (answer.status_code, problem["field"], problem["detail"]) == (400, field, detail)
    assert [fault["field"] for fault in problem["errors"]] == [field]


def test_a_body_that_is_no_object_is_said_to_be_none(server: Server) -> None:
    answer = server.api().post(f"/api/v1/conversations/{NOWHERE}/messages", json=[])
    assert answer.json()["detail"] == "Expected `object`, got `array`."
    assert "field" not in answer.json()


def test_a_contact_is_blocked_by_a_change_of_it_and_why_not_is_said(
    server: Server, graph: FakeGraph
) -> None:
    line = server.add_channel(api_base=graph.base_url)
    body = webhook(messages=[said(f"wamid.rude.{line.id}", "You crooks!")])
    assert server.post_signed(line, body).status_code == 200
    server.settle()
    [about] = server.conversations(line)
    path, since = f"/api/v1/contacts/{about['contact']['id']}", server.head()
    assert server.api().patch(path, json={"blocked": True}).json()["blocked"]
    told = server.get("events", since=since)["data"]
    assert [one["payload"]["changed"] for one in told if one["type"] == "contact:updated"] == [
        ["blocked"]
    ]
    refused = server.api().post(
        f"/api/v1/conversations/{about['id']}/messages", json={"text": "Hello?"}
    )
    assert (refused.status_code, refused.json()["field"]) == (422, "contact")
    graph.next_blocks.append(graph_error(400, 139101, "Full"))
    refused = server.api().patch(path, json={"blocked": False})
    assert (refused.status_code, refused.json()["field"]) == (422, "blocked")
    assert server.get(path.removeprefix("/api/v1/"))["blocked"]
