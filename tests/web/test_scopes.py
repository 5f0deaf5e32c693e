"""Tokens of scopes: every address of the API, for a token of each scope; default is deny."""

import asyncio
import json
import re
from functools import cache
from typing import Any

import httpx
import pytest
from litestar import delete, get, post
from litestar.handlers.base import BaseRouteHandler
from websockets.asyncio.client import connect
from websockets.exceptions import ConnectionClosed

from inbox.access import people, tokens
from inbox.access.scopes import SCOPES, Scope
from inbox.domain.times import DAY, iso, now
from inbox.web.http.guard import AGENT
from inbox.web.http.scopes import scope_of
from inbox.web.urls import HANDLERS
from tests.support.inside import Inside
from tests.web.test_access import Door, everywhere

PROBLEM = "urn:inbox:problem:missing-scope"


@cache
def _needs() -> dict[tuple[str, str], Scope | None]:
    """What a token needs at each address that tokens may come to."""
    found = {}
    for handler in HANDLERS:
        if isinstance(handler, BaseRouteHandler) and hasattr(handler, "http_methods"):
            for path in handler.paths:
                for method in handler.http_methods:
                    plain = re.sub(r"\{(\w+):\w+\}", r"{\1}", path)
                    found[method, re.sub(r"\{\w+:int\}", "1", plain)] = scope_of(handler, method)
    return found


def _doors() -> list[Door]:
    return [door for door in everywhere() if door.path.startswith(("/api/v1/", "/media/"))]


async def _token(house: Inside, *scopes: str, role: str = "admin", **facts: Any) -> str:
    made = await house.database.write(
        tokens.add, "Scoped", role, now(), None, facts.get("until"), facts.get("channels"), scopes
    )
    return made[1]


def _as(token: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {token}", "Cookie": ""}


def _client(house: Inside, token: str) -> httpx.AsyncClient:
    return httpx.AsyncClient(base_url=house.url, headers=_as(token), trust_env=False, timeout=30)


def test_whatever_changes_something_says_which_scope_it_needs() -> None:
    """One that says nothing is refused to every token of scopes: say here which it is."""
    silent = [door for door in _doors() if _needs()[door.name] is None]
    assert len(_doors()) > 90 and silent == []


def test_a_route_that_says_nothing_is_for_no_scope_unless_it_only_reads() -> None:
    changes = [post("/api/v1/x", opt=AGENT), delete("/api/v1/x", opt=AGENT, status_code=204)]
    for route in changes:
        handler = route(_nothing)
        assert scope_of(handler, next(iter(handler.http_methods))) is None
    assert scope_of(get("/api/v1/x", opt=AGENT)(_nothing), "GET") == "read"


async def _nothing() -> None:
    return None


@pytest.mark.parametrize("migrated_url", ["sqlite"], indirect=True)  # no question to a table
async def test_a_token_opens_what_is_of_its_scope_and_nothing_else(house: Inside) -> None:
    """By every address; what is refused says which scope is missing, and does nothing."""
    opened = {scope: await _opened(house, scope) for scope in SCOPES}
    assert all(opened.values())


async def _opened(house: Inside, scope: Scope) -> int:
    """How many addresses a token of this scope alone opens; the others were looked at."""
    opened = 0
    async with _client(house, await _token(house, scope)) as program:
        for door in _doors():
            needed = _needs()[door.name]
            answer = await program.request(door.method, door.address)
            if needed == scope:
                assert answer.status_code not in {401, 403, 500}, door
                opened += 1
                continue
            assert answer.status_code == 403, door
            if door.method != "HEAD":
                told = answer.json()
                assert (told["type"], told["scope"]) == (PROBLEM, needed), door
                assert f"lacks the scope {needed}" in told["detail"]
    return opened


async def test_a_token_without_scopes_does_all_that_its_role_allows(house: Inside) -> None:
    """As tokens did that were made before there were any."""
    assert (await house.http.get("/api/v1/conversations")).status_code == 200
    made = await house.http.post("/api/v1/tokens", json={"name": "All of it", "role": "agent"})
    assert made.status_code == 201 and made.json()["scopes"] is None
    async with _client(house, made.json()["token"]) as program:
        assert (await program.get("/api/v1/me")).status_code == 200
        assert (await program.post("/api/v1/feed-tokens")).status_code == 201
        assert (await program.get("/api/v1/tokens")).status_code == 403


async def test_only_who_may_read_hears_the_feed(house: Inside) -> None:
    address = house.url.replace("http", "ws", 1) + "/ws"
    mute = await _token(house, *(scope for scope in SCOPES if scope != "read"))
    async with connect(address, additional_headers=_as(mute), proxy=None) as socket:
        with pytest.raises(ConnectionClosed) as closed:
            await socket.recv()
    assert closed.value.rcvd and closed.value.rcvd.code == 4401
    assert "lacks the scope read" in closed.value.rcvd.reason
    hearing = await _token(house, "read")
    async with connect(address, additional_headers=_as(hearing), proxy=None) as socket:
        assert json.loads(await socket.recv())["type"] == "feed:hello"


async def test_a_socket_ends_when_its_token_may_read_no_more(house: Inside) -> None:
    address = house.url.replace("http", "ws", 1) + "/ws"
    made = await house.http.post("/api/v1/tokens", json={"name": "x", "scopes": ["read", "send"]})
    async with (
        connect(address, additional_headers=_as(made.json()["token"]), proxy=None) as socket,
        asyncio.timeout(20),
    ):
        await socket.recv()
        path = f"/api/v1/tokens/{made.json()['id']}"
        assert (await house.http.patch(path, json={"name": "y"})).json()["name"] == "y"
        await house.http.patch(path, json={"scopes": ["send"]})
        with pytest.raises(ConnectionClosed) as closed:
            while True:
                await socket.recv()
    assert closed.value.rcvd and closed.value.rcvd.code == 4401


# Tokens by the API ---------------------------------------------------------------------------


async def test_a_token_is_told_once_listed_without_it_changed_and_revoked(house: Inside) -> None:
    line = await house.add_channel()
    wish = {"name": "CRM", "scopes": ["send", "read"], "channel_ids": [line.id]}
    made = (await house.http.post("/api/v1/tokens", json=wish)).json()
    secret = made.pop("token")
    assert (made["scopes"], made["channel_ids"]) == (["read", "send"], [line.id])
    listed = await house.http.get("/api/v1/tokens")
    assert made in listed.json()["data"] and secret not in listed.text
    path = f"/api/v1/tokens/{made['id']}"
    assert (await house.http.get(path)).json() == made
    end = iso(now() + DAY)
    changed = await house.http.patch(path, json={"scopes": None, "expires_at": end})
    assert changed.json() == made | {"scopes": None, "expires_at": end}
    assert (await house.http.get(path)).json() == changed.json()
    async with _client(house, secret) as program:
        assert (await program.get("/api/v1/me")).status_code == 200
        assert (await house.http.delete(path)).json()["id"] == made["id"]
        assert (await program.get("/api/v1/me")).status_code == 401
    assert (await house.http.delete(path)).status_code == 404
    assert (await house.http.patch(path, json={"name": "x"})).status_code == 404
    assert (await house.http.get(path)).status_code == 404


async def test_a_token_is_limited_to_other_channels_at_once(house: Inside) -> None:
    first, other = await house.add_channel(), await house.add_channel()
    wish = {"name": "CRM", "channel_ids": [first.id]}
    made = (await house.http.post("/api/v1/tokens", json=wish)).json()
    path = f"/api/v1/tokens/{made['id']}"
    async with _client(house, made["token"]) as program:

        async def seen() -> set[str]:
            return {one["id"] for one in (await program.get("/api/v1/channels")).json()["data"]}

        assert await seen() == {first.id}
        for channel_ids, sees in (
            ([other.id], {other.id}),
            ([], set()),
            (None, {first.id, other.id}),
        ):
            changed = await house.http.patch(path, json={"channel_ids": channel_ids})
            assert (changed.json()["channel_ids"], await seen()) == (channel_ids, sees)
        wrong = await house.http.patch(path, json={"channel_ids": ["none"], "name": "ERP"})
        assert (wrong.status_code, wrong.json()["field"]) == (422, "channels")
        assert ((await house.http.get(path)).json()["name"], len(await seen())) == ("CRM", 2)


async def test_only_a_token_of_agents_is_limited_to_channels(house: Inside) -> None:
    made = (await house.http.post("/api/v1/tokens", json={"name": "x", "role": "admin"})).json()
    path = f"/api/v1/tokens/{made['id']}"
    refused = await house.http.patch(path, json={"channel_ids": []})
    assert (refused.status_code, refused.json()["field"]) == (422, "channels")
    assert (await house.http.patch(path, json={"channel_ids": None})).status_code == 200


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"name": ""}, "name"),
        ({"role": "root"}, "role"),
        ({"scopes": []}, "scopes"),
        ({"scopes": ["read", "everything"]}, "scopes"),
        ({"channel_ids": ["none"]}, "channels"),
        ({"role": "admin", "channel_ids": []}, "channels"),
        ({"expires_at": "2020-01-01T00:00:00Z"}, "expires_at"),
        ({"expires_at": "soon"}, "expires_at"),
    ],
)
async def test_a_wish_that_cannot_be_is_refused_whole(
    house: Inside, wrong: dict[str, Any], field: str
) -> None:
    before = (await house.http.get("/api/v1/tokens")).json()["data"]
    answer = await house.http.post("/api/v1/tokens", json={"name": "x"} | wrong)
    assert (answer.status_code, answer.json()["field"]) == (422, field), answer.text
    assert len((await house.http.get("/api/v1/tokens")).json()["data"]) == len(before)


async def test_no_token_gives_more_than_it_has(house: Inside) -> None:
    """Neither a scope that it lacks, nor a day more; neither to a new one nor to another."""
    other = (await house.http.post("/api/v1/tokens", json={"name": "o", "scopes": ["send"]})).json()
    end = now() + DAY
    token = await _token(house, "settings", "read", until=end)
    soon, late = iso(end - DAY // 2), iso(end + DAY)
    async with _client(house, token) as program:
        for scopes, until, field in (
            (None, soon, "scopes"),
            (["send"], soon, "scopes"),
            (["read"], None, "expires_at"),
            (["read"], late, "expires_at"),
        ):
            more = {"scopes": scopes, "expires_at": until}
            made = await program.post("/api/v1/tokens", json={"name": "x", "role": "admin"} | more)
            assert (made.status_code, made.json()["field"]) == (422, field)
            changed = await program.patch(f"/api/v1/tokens/{other['id']}", json=more)
            assert (changed.status_code, changed.json()["field"]) == (422, field)
        fits = {"name": "x", "role": "admin", "scopes": ["settings"], "expires_at": soon}
        assert (await program.post("/api/v1/tokens", json=fits)).status_code == 201
    listed = (await house.http.get("/api/v1/tokens")).json()["data"]
    assert next(one for one in listed if one["id"] == other["id"]) == {
        name: value for name, value in other.items() if name != "token"
    }


async def test_what_a_persons_token_makes_is_that_persons(house: Inside) -> None:
    """It ends with them as well."""
    facts = {"email": "ana@example.com", "name": "Ana", "role": "admin"}
    ana = await house.database.write(people.add, **facts, now=now())
    _, plain = await house.database.write(tokens.add, "Ana's", "admin", now(), ana.id)
    async with _client(house, plain) as program:
        made = (await program.post("/api/v1/tokens", json={"name": "x"})).json()
    assert (made["owner_id"], made["owner"]) == (ana.id, "Ana")
    nobodys = await house.http.post("/api/v1/tokens", json={"name": "x"})
    assert nobodys.json()["owner_id"] is None
