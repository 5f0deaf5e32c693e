"""Law 23 on time: a session ends where it says, and one in use goes on."""

import asyncio
import json
from collections.abc import Callable

import pytest
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed

from inbox.access import people, sessions
from inbox.access.people import User
from inbox.domain.times import DAY, HOUR, Micros, now
from inbox.feed.log import FeedEvent, events_after
from inbox.feed.news import ACCESS
from inbox.storage.secrets import token_digest
from inbox.web.live import open_feed
from inbox.web.live.admission import settled
from tests.support.clock import clock_setter
from tests.support.inside import Inside

SIGNED_OUT = 4401
PATIENCE = 20


@pytest.fixture
async def ben(house: Inside) -> User:
    facts = {"email": "ben@example.com", "name": "Ben", "role": "agent"}
    return await house.database.write(people.add, **facts, now=now())


@pytest.fixture
def set_clock(monkeypatch: pytest.MonkeyPatch) -> Callable[[Micros], None]:
    monkeypatch.setattr(open_feed, "HEARTBEAT_SECONDS", 0.2)
    return clock_setter(monkeypatch)


async def _session(house: Inside, user: User, left: Micros) -> str:
    """The cookie of a session that ends so soon."""
    began = now() - sessions.LIFETIME + left
    return await house.database.write(sessions.start, user.id, "", began)


def _open(house: Inside, cookie: str = "", token: str = "") -> connect:
    address = house.url.replace("http", "ws", 1) + "/ws" + (f"?token={token}" if token else "")
    headers = {} if token else {"Cookie": f"inbox_session={cookie}", "Origin": house.url}
    return connect(address, additional_headers=headers, proxy=None)


async def _hear(socket: ClientConnection) -> str:
    return str(json.loads(await asyncio.wait_for(socket.recv(), PATIENCE))["type"])


async def _closed(socket: ClientConnection) -> int:
    with pytest.raises(ConnectionClosed) as closing:
        async with asyncio.timeout(PATIENCE):
            while True:
                await socket.recv()
    assert closing.value.rcvd
    return closing.value.rcvd.code


async def _goes_on(socket: ClientConnection) -> None:
    """Beat after beat."""
    heard: list[str] = []
    while heard.count("feed:heartbeat") < 3:
        heard.append(await _hear(socket))


async def test_sockets_close_when_their_session_ends(
    house: Inside, ben: User, set_clock: Callable[[Micros], None]
) -> None:
    cookie, lasting = await _session(house, ben, HOUR), await _session(house, ben, DAY)
    who = await house.database.read(sessions.find, cookie, now())
    assert who is not None
    token, _ = house.house.feed_tokens.issue(who, now())
    async with (
        _open(house, cookie) as page,
        _open(house, token=token) as program,
        _open(house, lasting) as other,
    ):
        for socket in (page, program, other):
            assert await _hear(socket) == "feed:hello"
        set_clock(2 * HOUR)
        assert [await _closed(page), await _closed(program)] == [SIGNED_OUT] * 2
        await _goes_on(other)


async def test_a_socket_goes_on_with_a_session_that_was_prolonged(
    house: Inside, ben: User, set_clock: Callable[[Micros], None]
) -> None:
    used, unused = [await _session(house, ben, HOUR) for _ in range(2)]
    async with _open(house, used) as page, _open(house, unused) as left_alone:
        assert [await _hear(socket) for socket in (page, left_alone)] == ["feed:hello"] * 2
        await house.database.write(sessions.prolong, token_digest(used), now())
        set_clock(2 * HOUR)
        assert await _closed(left_alone) == SIGNED_OUT
        await _goes_on(page)


async def test_who_uses_a_session_keeps_it(house: Inside, ben: User) -> None:
    """For thirty days from the last use, in the database and in the browser."""
    cookie = await _session(house, ben, 2 * DAY)
    by_cookie = {"Cookie": f"inbox_session={cookie}", "Authorization": ""}
    answer = await house.http.get("/", headers=by_cookie)
    assert answer.status_code == 200
    given = answer.headers["set-cookie"]
    assert f"inbox_session={cookie};" in given and f"Max-Age={30 * 86400};" in given
    await asyncio.gather(*house.house.errands)
    assert await house.database.read(sessions.find, cookie, now() + 29 * DAY)
    again = await house.http.get("/", headers=by_cookie)
    assert "set-cookie" not in again.headers


async def test_old_news_that_comes_late_shuts_out_nobody_who_came_in_since(
    house: Inside, ben: User
) -> None:
    """A hub lags behind what another process wrote; a proof is looked at in the database."""

    async def news() -> FeedEvent:
        await house.database.write(sessions.end_all, ben.id, now())
        events = await house.database.read(events_after, 0, 100)
        return [event for event in events if event.type == ACCESS][-1]

    before = await news()
    cookie = await _session(house, ben, DAY)
    admission = await settled(house.house, sessions.find, cookie, now())
    assert admission is not None
    assert not admission.ends_by(before)
    assert admission.ends_by(await news())
