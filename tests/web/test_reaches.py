"""Who is limited: every address of the application, for an agent and for a program.

What is outside of their reach is nowhere: 404 where it is named, and in no list, no search and no
stream. Whoever adds an address finds it here, or says here why nobody's conversation is behind it.
"""

import asyncio
import json
import re
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass, field
from typing import Any
from unittest.mock import AsyncMock
from urllib.parse import urlencode

import httpx
import pytest
from sqlalchemy import Connection, insert, update
from websockets.asyncio.client import connect

from inbox.access import limits, people, sessions, tokens
from inbox.conversations import uploads
from inbox.domain.times import now
from inbox.feed import log
from inbox.storage import tables
from inbox.web.http.reaching import KEPT
from tests.support.inside import Inside
from tests.support.server import said, webhook
from tests.web.test_access import Door, doors

HIDDEN = ("Xanthippe", "zyzzyva", "Hidden line", "12025550100")
"""A customer's name, what they say, their channel's name, their number."""
NUMBER = "12025550100"

NOT_OF_CUSTOMERS = {
    "kind": "the form of a kind of message, empty",
    "response_id": "a canned response, as its own scope says",
    "session": "a browser of one's own",
    "session_id": "a browser of one's own",
    "device": "a browser of one's own that notices are pushed to",
    "device_id": "a browser of one's own that notices are pushed to",
    "view_id": "words of a query, as their own scope says",
    "rehearsal_id": "stands behind a channel, and is for admins",
    "replay_id": "which webhooks were applied again, for admins",
    "label_id": "one of all the labels, which everybody sees",
    "team_id": "one of all the teams, which everybody sees",
    "attribute_id": "what is asked of every contact, and of none what is known",
    "undo_id": "what one did oneself a minute ago",
    "template_id": "stands behind a conversation or a channel",
}
"""What else may stand in a path, and why it leads to nobody else's conversation."""

ASKED: dict[str, tuple[dict[str, str], ...]] = {
    "/": ({}, {"view": "unread"}, {"view": "needs-reply"}, {"q": "zyzzyva"}, {"q": "Xanthippe"}),
    "/conversations": (
        {},
        {"view": "unread"},
        {"q": "zyzzyva"},
        {"q": NUMBER},
        {"channel": "{channel}"},
        {"q": "zyzzyva", "channel": "{channel}", "from": "customer"},
    ),
    "/search/filters": ({},),
    "/views": ({},),
    "/views/keep": ({"label": "x"},),
    "/conversations/rows": ({"ids": "{conversation}"},),
    "/conversations/new": ({}, {"channel_id": "{channel}", "phone_number": NUMBER}),
    "/conversations/new/number": ({"channel_id": "{channel}", "phone_number": NUMBER},),
    "/conversations/new/templates": ({}, {"channel_id": "{channel}"}),
    "/conversations/new/templates/{template_id}": ({"channel_id": "{channel}"},),
    "/later": ({"message": "{message}"},),
    "/people": ({},),
    "/desk/choices": ({},),
    "/desk/times": ({}, {"words": "tomorrow 9"}),
    "/desk/transfer": ({},),
    "/desk/date": ({},),
    "/desk/chosen": ({},),
    "/account": ({},),
    "/settings/canned-responses": ({},),
    "/settings/canned-responses/new": ({},),
    "/settings/canned-responses.csv": ({},),
    "/settings/canned-responses/import": ({},),
    "/api/v1/conversations": (
        {},
        {"channel": "{channel}"},
        {"view": "unread"},
        {"view": "needs-reply"},
        {"view": "mentions"},
        {"view": "open", "sort": "window"},
        {"view": "waiting", "sort": "longest_waiting"},
        {"view": "unassigned", "sort": "oldest", "priority": "normal"},
        {"q": "zyzzyva"},
        {"from": "customer"},
        {"q": "Xanthippe"},
        {"q": NUMBER},
    ),
    "/api/v1/messages": ({"provider_message_id": "wamid.theirs"},),
    "/contacts": ({}, {"q": NUMBER}, {"q": "Xanthippe"}, {"q": "zyzzyva"}),
    "/contacts.csv": ({},),
    "/contacts/import": ({},),
    "/api/v1/contacts": ({},),
    "/api/v1/contacts.csv": ({},),
    "/api/v1/contact-attributes": ({},),
    "/api/v1/channels": ({},),
    "/api/v1/events": ({"since": "0", "limit": "1000"},),
    "/api/v1/sessions": ({},),
    "/api/v1/me": ({},),
    "/api/v1/views": ({},),
    "/api/v1/conversations/counts": ({},),
    "/api/v1/labels": ({},),
    "/api/v1/teams": ({},),
    "/api/v1/me/keys": ({},),
    "/account/notices": ({},),
    "/api/v1/me/unread": ({},),
    "/api/v1/me/notices": ({},),
    "/api/v1/me/devices": ({},),
    "/api/v1/canned-responses": ({},),
    "/api/v1/conversations/bulk/progress": ({}, {"undo_id": "none"}),
    "/api/v1/canned-responses.csv": ({},),
}
"""What is read without naming a conversation, and with which questions it is asked here."""

DONE = {
    "/conversations/new/templates/sync": "of a channel that is looked at; see below",
    "/conversations/new/templates/{template_id}": "see below",
    "/conversations/new/templates/{template_id}/preview": "see below",
    "/api/v1/conversations": "see below",
    "/sign-out": "oneself",
    "/account/password": "oneself",
    "/account/profile": "oneself",
    "/account/sessions/end-others": "oneself",
    "/account/reading": "oneself",
    "/account/alias": "oneself",
    "/account/sending": "oneself",
    "/account/likes": "oneself",
    "/settings/canned-responses": "the team's words",
    "/settings/canned-responses/import": "the team's words",
    "/api/v1/views": "words of a query",
    "/api/v1/canned-responses": "the team's words",
    "/api/v1/canned-responses/import": "the team's words",
    "/contacts/import": "whose number is not seen is nobody: tests/desk/contacts/test_table.py",
    "/api/v1/contacts/import": "whose number is not seen is nobody: as above",
    "/api/v1/media": "a file of one's own",
    "/api/v1/media/uploads": "a file of one's own",
    "/api/v1/feed-tokens": "oneself",
    "/api/v1/me": "oneself",
    "/account/keys": "oneself",
    "/api/v1/me/keys": "oneself",
    "/account/notices": "oneself",
    "/account/notices/away": "oneself",
    "/api/v1/me/notices": "oneself",
    "/api/v1/me/devices": "oneself",
    "/api/v1/conversations/bulk": "what is not seen is left out; see below",
    "/api/v1/conversations/bulk/preview": "what is not seen is not counted; see below",
}
"""What is done without naming a conversation in the path, and to whom."""


@dataclass(frozen=True)
class Side:
    """A conversation on a channel of its own, by the names that paths have for what is in it."""

    channel: str
    ids: dict[str, str]


@dataclass(frozen=True)
class Sides:
    house: Inside
    mine: Side
    theirs: Side
    user_id: str
    clients: dict[str, httpx.AsyncClient] = field(default_factory=dict)

    def asked(self, query: dict[str, str]) -> dict[str, str]:
        named = {"channel": self.theirs.channel, "message": self.theirs.ids["message_id"]}
        named["conversation"] = self.theirs.ids["conversation_id"]
        return {name: value.format(**named) for name, value in query.items()}


@pytest.fixture
async def sides(house: Inside) -> AsyncIterator[Sides]:
    mine = await _side(house, "Open line", "mine", "12025550142", "Amara", "aardvark")
    theirs = await _side(house, "Hidden line", "theirs", NUMBER, "Xanthippe", "zyzzyva")
    facts = {"email": "limited@example.com", "name": "Lim", "role": "agent"}
    user = await house.database.write(people.add, **facts, now=now())
    await house.database.write(limits.limit_user, user.id, [mine.channel], now())
    cookie = await house.database.write(sessions.start, user.id, "", now())
    token = (await house.database.write(
        tokens.add, "Limited", "agent", now(), None, None, [mine.channel]
    ))[1]  # fmt: skip
    found = Sides(house, mine, theirs, user.id)
    options: dict[str, Any] = {"base_url": house.url, "trust_env": False, "timeout": 40}
    async with (
        httpx.AsyncClient(**options, cookies={"inbox_session": cookie}) as agent,
        httpx.AsyncClient(**options, headers={"Authorization": f"Bearer {token}"}) as program,
    ):
        found.clients.update(agent=agent, program=program)
        yield found


async def _side(house: Inside, channel: str, name: str, number: str, who: str, words: str) -> Side:
    line = await house.add_channel(name=channel)
    called = [{"profile": {"name": who}, "wa_id": number}]
    body = webhook(messages=[said(f"wamid.{name}", words, number)], contacts=called)
    assert (await house.post_signed(line, body)).status_code == 200
    told = await house.wait_for("message:new", provider_message_id=f"wamid.{name}")
    where = told["conversation_id"]
    note = await house.http.post(
        f"/api/v1/conversations/{where}/notes", json={"text": f"{words}: ask Jim"}
    )
    assert note.status_code == 201, note.text
    facts = {"email": f"{name}@example.com", "name": name, "role": "agent"}
    owner = await house.database.write(people.add, **facts, now=now())
    facts = {"kind": "document", "mime_type": "text/plain", "filename": f"{words}.txt"}
    upload = await house.database.write(
        uploads.announce_upload, **facts, count=7, user_id=owner.id, now=now()
    )
    return Side(
        line.id,
        {
            "conversation_id": where,
            "message_id": told["id"],
            "contact_id": told["contact_id"],
            "channel_id": line.id,
            "media_id": upload["id"],
            "upload_id": upload["id"],
        },
    )


def _named(door: Door) -> set[str]:
    return set(re.findall(r"\{(\w+)\}", door.path))


def _open_to_agents() -> list[Door]:
    return [door for door in doors() if door.access == "agent"]


def _address(door: Door, side: Side) -> str:
    whole = {**dict.fromkeys(NOT_OF_CUSTOMERS, "x"), **side.ids}
    return door.path.format(**whole)


def _who(sides: Sides, door: Door) -> list[httpx.AsyncClient]:
    browses = not door.path.startswith(("/api/v1/", "/media/"))
    return [sides.clients["agent"], *([] if browses else [sides.clients["program"]])]


def test_every_address_is_kept_by_what_it_names_or_has_its_place_here() -> None:
    """The guard keeps a path by the names in it. What names nobody is asked or told of here."""
    unknown = {name for door in _open_to_agents() for name in _named(door)}
    assert unknown <= KEPT.keys() | NOT_OF_CUSTOMERS.keys()
    unnamed = [door for door in _open_to_agents() if not _named(door) & KEPT.keys()]
    own = NOT_OF_CUSTOMERS.keys() - {"template_id"}
    left = [
        door
        for door in unnamed
        if not _named(door) & own and door.path not in (ASKED if door.method == "GET" else DONE)
    ]
    assert left == [], "say how it is asked, or why nothing is behind it"


async def test_what_is_outside_is_nowhere_by_whatever_address(sides: Sides) -> None:
    """And an id of nothing at all is answered alike, so that nobody can tell."""
    nothing = Side("x", dict.fromkeys(KEPT, "01890000-0000-7000-8000-000000000000"))
    walked = 0
    for door in _open_to_agents():
        if not _named(door) & KEPT.keys():
            continue
        for client in _who(sides, door):
            outside, none = [
                await client.request(door.method, _address(door, side))
                for side in (sides.theirs, nothing)
            ]
            assert outside.status_code == none.status_code == 404, (door, outside.text)
            assert _told(outside, sides.theirs) == _told(none, nothing), door
            walked += 1
    assert walked > 60


def _told(answer: httpx.Response, side: Side) -> str:
    """What it says, but for what was asked with and what is another each time."""
    text = answer.text
    for named in side.ids.values():
        text = text.replace(named, "…")
    return re.sub(r"seq=\d+|\d{4}-\d\d-\d\dT[\d:.]+Z|[0-9a-f]{8}-[0-9a-f-]{27}", "…", text)


async def test_what_is_inside_is_there(sides: Sides) -> None:
    ids = sides.mine.ids
    for path in (
        f"/api/v1/conversations/{ids['conversation_id']}",
        f"/api/v1/conversations/{ids['conversation_id']}/messages",
        f"/api/v1/messages/{ids['message_id']}",
        f"/api/v1/contacts/{ids['contact_id']}",
        f"/api/v1/channels/{ids['channel_id']}",
    ):
        for client in sides.clients.values():
            assert (await client.get(path)).status_code == 200, path
    page = await sides.clients["agent"].get(f"/conversations/{ids['conversation_id']}")
    assert page.status_code == 200 and "aardvark" in page.text and "Amara" in page.text


async def test_no_list_and_no_search_has_anything_from_outside(sides: Sides) -> None:
    everything = (await sides.house.http.get("/api/v1/events?since=0&limit=1000")).text
    everything += (await sides.house.http.get("/api/v1/channels")).text
    assert all(word in everything for word in HIDDEN), "it would be seen"
    for door in _open_to_agents():
        if door.method != "GET" or door.path not in ASKED:
            continue
        for client in _who(sides, door):
            for query in ASKED[door.path]:
                asked = sides.asked(query)
                answer = await client.get(door.path.format(template_id="x"), params=asked)
                assert answer.status_code < 500, (door, answer.text)
                _clean(answer.text, sides, asked, door)
    seen = (await sides.clients["program"].get("/api/v1/conversations")).json()["data"]
    assert [one["id"] for one in seen] == [sides.mine.ids["conversation_id"]]


def _clean(text: str, sides: Sides, asked: dict[str, str], at: object) -> None:
    """Nothing of theirs is in it but what was asked with."""
    for word in asked.values():
        text = text.replace(word, "")
    words = [*HIDDEN, *sides.theirs.ids.values()]
    assert not [word for word in words if word in text], at


async def test_nothing_is_written_to_who_is_outside(sides: Sides) -> None:
    agent, theirs = sides.clients["agent"], sides.theirs
    before = await _thread(sides)
    first = {"channel_id": theirs.channel, "phone_number": NUMBER, "message": {"text": "hi"}}
    for client in sides.clients.values():
        answer = await client.post("/api/v1/conversations", json=first)
        assert (answer.status_code, answer.json()["field"]) == (422, "channel_id")
    to = {"to": [{"conversation_id": theirs.ids["conversation_id"]}]}
    path = f"/api/v1/messages/{sides.mine.ids['message_id']}/forward"
    answer = await agent.post(path, json=to)
    assert answer.status_code == 201
    [went] = answer.json()["data"]
    assert went["message"] is None and "no such conversation" in went["refused"]["detail"]
    form = {"to": [theirs.ids["conversation_id"]], "form_id": "one"}
    page = await agent.post(f"/messages/{sides.mine.ids['message_id']}/forward", data=form)
    _clean(page.text, sides, {"it": theirs.ids["conversation_id"]}, "forward")
    for way in ("", "/preview"):
        chosen = {"channel_id": theirs.channel, "phone_number": NUMBER}
        answer = await agent.post(f"/conversations/new/templates/x{way}", data=chosen)
        assert answer.status_code == 404
    assert (await agent.post("/conversations/new/templates/sync", data=chosen)).status_code == 404
    named = {"ids": [side.ids["conversation_id"] for side in (theirs, sides.mine)]}
    for client in sides.clients.values():
        many = await client.post(
            "/api/v1/conversations/bulk", json=named | {"set": {"status": "pending"}}
        )
        assert many.status_code == 200, many.text
        counted = await client.post("/api/v1/conversations/bulk/preview", json=named)
        assert counted.json()["count"] == 1
    assert await _thread(sides) == before


async def _thread(sides: Sides) -> Any:
    where = sides.theirs.ids["conversation_id"]
    return (await sides.house.http.get(f"/api/v1/conversations/{where}/messages")).json()


@pytest.mark.parametrize("form", ["json", "html"])
async def test_no_socket_says_anything_from_outside(sides: Sides, form: str) -> None:
    """Neither of what was, nor live, nor of who is there."""
    answer = await sides.clients["agent"].post("/api/v1/feed-tokens")
    asked = {"token": answer.json()["token"], "since": "0", "format": form}
    address = f"{sides.house.url.replace('http', 'ws', 1)}/ws?{urlencode(asked)}"
    async with connect(address, proxy=None) as socket, asyncio.timeout(20):
        heard = await _until(socket, "feed:caught_up")
        where = sides.theirs.ids["conversation_id"]
        await socket.send(json.dumps({"type": "viewing", "payload": {"conversation_id": where}}))
        typing = f"/api/v1/conversations/{where}/typing"
        assert (await sides.house.http.post(typing, json={"kind": "note"})).status_code == 204
        for side in (sides.theirs, sides.mine):
            await _note(sides, side, "one more")
        heard += await _until(socket, "one more")
        assert not sides.house.house.presence.of(sides.theirs.ids["conversation_id"]).viewers
    assert "aardvark" in heard
    _clean(heard, sides, {}, form)


async def _note(sides: Sides, side: Side, text: str) -> None:
    path = f"/api/v1/conversations/{side.ids['conversation_id']}/notes"
    assert (await sides.house.http.post(path, json={"text": text})).status_code == 201


async def _until(socket: Any, sign: str) -> str:
    heard = ""
    while sign not in heard:
        heard += str(await socket.recv())
    return heard


async def test_who_is_limited_otherwise_reads_anew_and_hears_what_they_see_then(
    sides: Sides,
) -> None:
    answer = await sides.clients["agent"].post("/api/v1/feed-tokens")
    address = f"{sides.house.url.replace('http', 'ws', 1)}/ws?token={answer.json()['token']}"
    async with connect(address, proxy=None) as socket, asyncio.timeout(20):
        await socket.recv()
        swapped = [sides.theirs.channel]
        await sides.house.database.write(limits.limit_user, sides.user_id, swapped, now())
        assert "what you may see has changed" in await _until(socket, "feed:resync")
        for side in (sides.mine, sides.theirs):
            await _note(sides, side, f"for {side.channel}")
        heard = await _until(socket, f"for {sides.theirs.channel}")
        assert f"for {sides.mine.channel}" not in heard
    path = f"/conversations/{sides.mine.ids['conversation_id']}"
    assert (await sides.clients["agent"].get(path)).status_code == 404


async def test_a_long_poll_ends_when_its_limits_change(
    sides: Sides, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Once in a while pages are told how the channels are, which ends it as well.
    pulse = sides.house.house.pulse
    await pulse.beat()
    monkeypatch.setattr(pulse, "beat", AsyncMock())
    write = sides.house.database.write
    async with asyncio.timeout(20):
        waiting = await _polling(sides)
        await write(limits.limit_user, sides.user_id, [], now())
        while (await waiting).json()["data"] != []:  # something else was faster
            await write(limits.limit_user, sides.user_id, None, now())
            waiting = await _polling(sides)
            await write(limits.limit_user, sides.user_id, [], now())


async def _polling(sides: Sides) -> asyncio.Task[httpx.Response]:
    """A poll that waits. One that something else has ended meanwhile is asked again."""
    while True:
        head = await sides.house.database.read(log.head)
        asked = sides.clients["agent"].get(f"/api/v1/events?since={head}&wait=30")
        waiting = asyncio.create_task(asked)
        while not waiting.done():
            if sides.house.house.polls:
                return waiting
            await asyncio.sleep(0)
        await waiting


async def test_what_goes_to_another_team_goes_from_who_sees_their_own_alone(sides: Sides) -> None:
    """Live, by the socket, the API and every later event; and comes back as it went."""
    house, where = sides.house, sides.mine.ids["conversation_id"]
    teams = ("sales", "care")
    await house.database.write(_two_teams, teams, sides.user_id)
    await house.database.write(limits.limit_user, sides.user_id, None, now())
    path = f"/api/v1/conversations/{where}"
    agent = sides.clients["agent"]
    assert (await agent.get(path)).status_code == 404, "it is nobody's yet"
    assert (await house.http.patch(path, json={"team_id": "sales"})).status_code == 200
    assert (await agent.get(path)).json()["team"]["id"] == "sales"
    answer = await agent.post("/api/v1/feed-tokens")
    address = f"{house.url.replace('http', 'ws', 1)}/ws?token={answer.json()['token']}"
    async with connect(address, proxy=None) as socket, asyncio.timeout(20):
        await socket.recv()
        given = {"team_id": "care", "assignee_id": sides.user_id}
        refused = await house.http.patch(path, json=given)
        assert (refused.status_code, refused.json()["field"]) == (422, "assignee_id")
        assert (await house.http.patch(path, json={"assignee_id": sides.user_id})).is_success
        named = {"text": "@Lim, see", "mentions": [sides.user_id]}
        assert (await house.http.post(f"{path}/notes", json=named)).status_code == 201
        moved = (await house.http.patch(path, json={"team_id": "care"})).json()
        assert moved["assignee"] is None, "whose it was does not see it any more"
        heard = await _until(socket, "conversation:removed")
        heard += await _until(socket, '"count":0,"conversations":0')
        await _note(sides, sides.mine, "behind your back")
        unseen = await house.http.post(f"{path}/notes", json=named)
        assert (unseen.status_code, unseen.json()["field"]) == (422, "mentions")
        assert (await agent.get(path)).status_code == 404
        assert (await agent.get("/api/v1/conversations")).json()["data"] == []
        assert (await house.http.patch(path, json={"team_id": "sales"})).is_success
        heard += await _until(socket, "conversation:updated")
        assert "behind your back" not in heard and heard.count("conversation:removed") == 1
    assert (await agent.get(path)).status_code == 200


def _two_teams(connection: Connection, team_ids: Sequence[str], user_id: str) -> None:
    for team_id in team_ids:
        row = {"id": team_id, "name": team_id, "in_turn": False, "created_at": 1}
        connection.execute(insert(tables.teams).values(row))
    connection.execute(insert(tables.team_members).values(team_id=team_ids[0], user_id=user_id))
    own = update(tables.users).where(tables.users.c.id == user_id)
    connection.execute(own.values(own_teams_only=True))
