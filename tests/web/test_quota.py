"""How often a token may ask: told by each answer, refused beyond it, and no matter to people."""

import json
import re
from collections.abc import AsyncIterator

import httpx
import pytest
from msgspec.structs import force_setattr, replace
from websockets.asyncio.client import connect
from websockets.exceptions import ConnectionClosed

from inbox.access import people, sessions, tokens
from inbox.channels.rate_limiter import RateLimiter
from inbox.domain.times import now
from tests.support.inside import Inside

MOST = 5


@pytest.fixture
async def few(house: Inside, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[httpx.AsyncClient]:
    """A program with a token, where each has five requests a minute."""
    force_setattr(house.house, "settings", replace(house.house.settings, api_rate=MOST))
    _, token = await house.database.write(tokens.add, "Few", "agent", now())
    bearer = {"Authorization": f"Bearer {token}"}
    async with httpx.AsyncClient(base_url=house.url, headers=bearer, trust_env=False) as program:
        yield program


@pytest.mark.parametrize("migrated_url", ["sqlite"], indirect=True)  # nothing of it is in a table
async def test_each_answer_says_what_is_left_and_beyond_it_nothing_is_done(
    house: Inside, few: httpx.AsyncClient
) -> None:
    answers = [await few.get("/api/v1/me") for _ in range(MOST - 1)]
    answers.append(await few.get("/api/v1/conversations/none"))  # what fails is counted as well
    assert [one.status_code for one in answers] == [200] * 4 + [404]
    assert {one.headers["ratelimit-policy"] for one in answers} == {'"token";q=5;w=60'}
    left = [re.fullmatch(r'"token";r=(\d+);t=(\d+)', one.headers["ratelimit"]) for one in answers]
    assert [found and int(found[1]) for found in left] == [4, 3, 2, 1, 0]
    assert [found and 0 < int(found[2]) <= 60 for found in left] == [True] * MOST
    refused = await few.post("/api/v1/feed-tokens")
    assert (refused.status_code, refused.json()["type"]) == (
        429,
        "urn:inbox:problem:too-many-requests",
    )
    assert 0 < int(refused.headers["retry-after"]) <= 12
    assert refused.headers["ratelimit"].startswith('"token";r=0;')
    other = await house.http.get("/api/v1/me")
    assert other.status_code == 200, "each token has its own"


@pytest.mark.parametrize("migrated_url", ["sqlite"], indirect=True)
async def test_what_stays_open_is_one_request(house: Inside, few: httpx.AsyncClient) -> None:
    address = house.url.replace("http", "ws", 1) + "/ws"
    bearer = {"Authorization": few.headers["Authorization"]}
    for _ in range(MOST - 1):
        async with connect(address, additional_headers=bearer, proxy=None) as socket:
            assert json.loads(await socket.recv())["type"] == "feed:hello"
    stream = {"Accept": "text/event-stream"}
    async with few.stream("GET", "/api/v1/events", headers=stream) as answer:
        assert answer.headers["ratelimit"].startswith('"token";r=0;')
        assert await anext(answer.aiter_lines()) == "retry: 2000"
    async with few.stream("GET", "/api/v1/events", headers=stream) as answer:
        assert answer.status_code == 429
    async with connect(address, additional_headers=bearer, proxy=None) as socket:
        with pytest.raises(ConnectionClosed) as closed:
            await socket.recv()
    assert closed.value.rcvd and closed.value.rcvd.code == 1013
    assert "too many requests" in closed.value.rcvd.reason


@pytest.mark.parametrize("migrated_url", ["sqlite"], indirect=True)
async def test_people_in_a_browser_are_not_counted(house: Inside, few: httpx.AsyncClient) -> None:
    facts = {"email": "ben@example.com", "name": "Ben", "role": "agent"}
    ben = await house.database.write(people.add, **facts, now=now())
    cookie = await house.database.write(sessions.start, ben.id, "", now())
    options = {"base_url": house.url, "cookies": {"inbox_session": cookie}, "trust_env": False}
    async with httpx.AsyncClient(**options) as browser:
        answers = [await browser.get("/api/v1/me") for _ in range(MOST + 3)]
    assert {one.status_code for one in answers} == {200}
    assert "ratelimit" not in answers[-1].headers
    assert (await few.get("/api/v1/me")).headers["ratelimit"].startswith('"token";r=4;')


def test_what_is_left_comes_back_evenly() -> None:
    limiter = RateLimiter()
    assert limiter.left("t", 2.0, 4, 0.0) == 4
    assert [limiter.wait("t", 2.0, 4, 0.0) for _ in range(5)] == [0.0, 0.0, 0.0, 0.0, 0.5]
    assert (limiter.left("t", 2.0, 4, 0.0), limiter.until_whole("t", 0.0)) == (0, 2.0)
    assert [limiter.left("t", 2.0, 4, at) for at in (0.5, 1.0, 9.0)] == [1, 2, 4]
