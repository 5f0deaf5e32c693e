"""Laws 16 and 23 on the socket: who may listen, for how long, and to what."""

import asyncio
import json
import re
from collections.abc import Callable, Iterator

import httpx
import pytest
from websockets.asyncio.client import connect
from websockets.exceptions import InvalidStatus

from inbox.access import people, sessions
from inbox.domain.times import now
from inbox.feed.log import append
from tests.feed.conftest import Ear, Frame, Listen
from tests.support.events import made_event
from tests.support.inside import Inside
from tests.support.server import Line, Server

SIGNED_OUT = 4401


def browser_headers(browser: httpx.Client, origin: str) -> dict[str, str]:
    return {"Cookie": f"inbox_session={browser.cookies['inbox_session']}", "Origin": origin}


@pytest.fixture
def page(server: Server, listen: Listen) -> Iterator[tuple[httpx.Client, Ear]]:
    """An agent's browser with an open page."""
    browser = server.agent("open@example.com")
    ear = listen(headers=browser_headers(browser, server.url))
    assert ear.hear()["payload"]["user"]["role"] == "agent"
    yield browser, ear


def test_a_browser_of_ours_listens_by_its_cookie(page: tuple[httpx.Client, Ear]) -> None:
    assert page


@pytest.mark.parametrize(
    "origin", ["https://evil.example", "null", "http://127.0.0.1.evil.example"]
)
def test_no_other_site_listens_with_the_cookie(server: Server, listen: Listen, origin: str) -> None:
    headers = browser_headers(server.as_admin, origin)
    assert listen(headers=headers).closed() == SIGNED_OUT


@pytest.mark.parametrize("origin", ["{url}.evil.example", ""])
def test_an_origin_that_is_none_opens_no_socket(
    server: Server, listen: Listen, origin: str
) -> None:
    headers = browser_headers(server.as_admin, origin.format(url=server.url))
    with pytest.raises(InvalidStatus, match="400"):
        listen(headers=headers)


def test_a_cookie_without_an_origin_opens_nothing(server: Server, listen: Listen) -> None:
    cookie = {"Cookie": f"inbox_session={server.as_admin.cookies['inbox_session']}"}
    assert listen(headers=cookie).closed() == SIGNED_OUT


@pytest.mark.parametrize(
    "frame",
    ["not json", "{}", "[]", '{"type":"auth"}', '{"type":"auth","payload":{"token":"wrong"}}',
     '{"type":"auth","payload":{"token":null}}', '{"type":"auth","payload":7}', "7"],
)  # fmt: skip
def test_a_wrong_first_frame_is_refused_after_the_handshake(listen: Listen, frame: str) -> None:
    ear = listen(headers={})
    ear.say(frame)
    assert ear.closed() == SIGNED_OUT


@pytest.mark.parametrize("token", ["wrong", "inbox_wrong", "a.b.c", "%00", "x" * 5000])
def test_a_wrong_token_is_refused(listen: Listen, token: str) -> None:
    assert listen(headers={}, token=token).closed() == SIGNED_OUT


def test_a_first_frame_may_carry_the_token(server: Server, listen: Listen) -> None:
    ear = listen(headers={})
    ear.say({"type": "auth", "payload": {"token": server.token("agent")}})
    assert ear.hear()["type"] == "feed:hello"


def test_a_bearer_may_listen(server: Server, listen: Listen) -> None:
    ear = listen(headers={"Authorization": f"Bearer {server.token('agent')}"})
    assert ear.hear()["payload"]["user"]["role"] == "agent"


def test_a_feed_token_in_the_address_is_enough(server: Server, listen: Listen) -> None:
    for client in (server.api("agent"), server.agent("feed@example.com")):
        answer = client.post("/api/v1/feed-tokens")
        assert answer.status_code == 201 and answer.json()["expires_at"].endswith("Z")
        hello = listen(headers={}, token=answer.json()["token"]).hear()
        assert hello["payload"]["user"]["role"] == "agent"


def test_a_token_that_lasts_opens_nothing_from_an_address(server: Server, listen: Listen) -> None:
    """Addresses end in the logs of every proxy."""
    assert listen(headers={}, token=server.token("agent")).closed() == SIGNED_OUT


def test_a_feed_token_opens_nothing_but_the_feed(server: Server) -> None:
    token = server.api().post("/api/v1/feed-tokens").json()["token"]
    bearer = {"Authorization": f"Bearer {token}"}
    assert server.provider.get("/api/v1/conversations", headers=bearer).status_code == 401


# How long ----------------------------------------------------------------------------------


def test_signing_out_closes_the_pages_of_that_browser_alone(
    server: Server, listen: Listen, page: tuple[httpx.Client, Ear]
) -> None:
    browser, ear = page
    token = browser.post("/api/v1/feed-tokens").json()["token"]
    by_token = listen(headers={}, token=token)
    other = server.agent("open@example.com")
    elsewhere = listen(headers=browser_headers(other, server.url))
    assert [each.hear()["type"] for each in (by_token, elsewhere)] == ["feed:hello"] * 2
    assert browser.post("/sign-out").status_code == 303
    assert [each.closed() for each in (ear, by_token)] == [SIGNED_OUT] * 2
    assert listen(headers={}, token=token).closed() == SIGNED_OUT
    elsewhere.say({"type": "ping"})
    assert elsewhere.until("feed:pong")


@pytest.mark.parametrize(
    "change", [{"action": "disable"}, {"action": "role", "role": "admin"}], ids=["off", "role"]
)
def test_disabling_or_changing_a_user_closes_their_pages(
    server: Server, listen: Listen, change: dict[str, str]
) -> None:
    email = f"{change['action']}@example.com"
    browser = server.agent(email)
    token = browser.post("/api/v1/feed-tokens").json()["token"]
    others = [listen(headers=browser_headers(server.agent(), server.url)), listen()]
    ears = [listen(headers=browser_headers(browser, server.url)), listen(headers={}, token=token)]
    assert [ear.hear()["type"] for ear in (*ears, *others)] == ["feed:hello"] * 4
    assert change_user(server, email, **change) == 303
    assert [ear.closed() for ear in ears] == [SIGNED_OUT] * 2
    for other in others:
        other.say({"type": "ping"})
        assert other.until("feed:pong")
    if change["action"] == "disable":
        assert listen(headers={}, token=token).closed() == SIGNED_OUT
        assert listen(headers=browser_headers(browser, server.url)).closed() == SIGNED_OUT


def change_user(server: Server, email: str, **change: str) -> int:
    """As the settings page does it; the status of the answer."""
    users = server.as_admin.get("/settings/users").text
    found = re.search(rf"{email}.*?(/settings/users/[\w-]+)", users, re.DOTALL)
    assert found
    return server.as_admin.post(found[1], data=change).status_code


def test_revoking_a_token_closes_its_sockets(server: Server, listen: Listen) -> None:
    token = server.token("agent")
    bearer = {"Authorization": f"Bearer {token}"}
    short = server.provider.post("/api/v1/feed-tokens", headers=bearer).json()["token"]
    ears = [listen(headers=bearer), listen(headers={}, token=short)]
    assert [ear.hear()["type"] for ear in ears] == ["feed:hello"] * 2
    page = server.as_admin.get("/settings/tokens").text
    revoke = re.findall(r"/settings/tokens/[\w-]+/revoke", page)[-1]
    assert server.as_admin.post(revoke).status_code == 303
    assert [ear.closed() for ear in ears] == [SIGNED_OUT] * 2
    assert listen(headers={}, token=short).closed() == SIGNED_OUT


# To what -----------------------------------------------------------------------------------


def test_nobody_is_told_what_the_server_tells_itself(
    server: Server, listen: Listen, line: Line
) -> None:
    server.settle()
    for role in ("agent", "admin"):
        bearer = {"Authorization": server.api(role).headers["Authorization"]}
        frames = listen(headers=bearer, since=0).until("feed:caught_up")
        assert len(frames) >= 5
        assert not [frame for frame in frames if frame["type"].startswith("server:")]


def test_what_i_read_is_told_to_my_own_pages_alone(
    server: Server, listen: Listen, line: Line, write: Callable[..., None],
    page: tuple[httpx.Client, Ear],
) -> None:  # fmt: skip
    browser, ear = page
    write("hello")
    since = server.settle()
    [conversation] = server.conversations(line)
    path = f"/conversations/{conversation['id']}/seen"
    assert browser.post(path, data={"count": "1"}).status_code == 204
    told = ear.until("conversation:read")[-1]["payload"]
    assert told == {"id": conversation["id"], "seen_count": 1, "why": "seen"}
    server.settle()
    assert "conversation:read" not in {event["type"] for event in server.events(since)}


async def test_who_is_no_admin_any_more_hears_no_more_of_what_admins_hear(
    house: Inside,
) -> None:
    names = [{"email": f"{name}@example.com", "name": name} for name in ("Uma", "Una")]
    _, admin = [
        await house.database.write(people.add, **name, role="admin", now=now()) for name in names
    ]
    cookie = await house.database.write(sessions.start, admin.id, "", now())
    who = await house.database.read(sessions.find, cookie, now())
    assert who is not None
    token, _ = house.house.feed_tokens.issue(who, now())
    events = [made_event("test:event", {"for": who}, audience=who) for who in ("", "admin")]
    await house.database.write(append, events, now())
    hub = house.house.hub
    hub.committed([None])
    async with asyncio.timeout(20):
        while hub.head < len(events):
            await hub.moved()

    async def hears(since: int) -> list[Frame]:
        frames: list[Frame] = []
        address = f"{house.url.replace('http', 'ws', 1)}/ws?token={token}&since={since}"
        async with connect(address, proxy=None) as socket:
            while not frames or frames[-1]["type"] != "feed:caught_up":
                frames.append(json.loads(await asyncio.wait_for(socket.recv(), 20)))
        return [frame["payload"]["for"] for frame in frames if frame["type"] == "test:event"]

    assert await hears(0) == ["", "admin"]
    await house.database.write(people.set_role, admin.id, "agent", now())
    assert await hears(0) == [""]
