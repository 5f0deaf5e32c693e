"""Where a push goes: to the public internet, to the very address that was looked at."""

from collections.abc import AsyncIterator
from ipaddress import ip_address

import httpx
import pytest

from inbox.domain.networks import Address
from inbox.media.posting import FORBIDDEN, UNREACHED, Posted, Poster

PUBLIC = "157.240.1.53"


class Net(httpx.AsyncBaseTransport):
    """The internet: where names lead, and who was connected to."""

    def __init__(self, **names: list[str]) -> None:
        self.names = {"push.example": [PUBLIC]} | names
        self.connected: list[tuple[str, str]] = []
        self.answer = httpx.Response(201)

    async def resolve(self, host: str, _port: int) -> list[Address]:
        return [ip_address(one) for one in self.names.get(host, [host])]

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        self.connected.append((request.url.host, request.extensions["sni_hostname"]))
        return self.answer


@pytest.fixture
async def net() -> AsyncIterator[Net]:
    yield Net()


def poster(net: Net, *named: str) -> Poster:
    return Poster(named, resolve=net.resolve, transport=net)


async def test_it_goes_to_the_address_that_was_looked_at_and_asks_for_the_name(net: Net) -> None:
    assert await poster(net).post("https://push.example/1", b"", {}) == Posted(201)
    assert net.connected == [(PUBLIC, "push.example")]


@pytest.mark.parametrize(
    ("url", "addresses"),
    [
        ("https://push.example/1", ["127.0.0.1"]),
        ("https://push.example/1", [PUBLIC, "10.0.0.1"]),
        ("https://push.example/1", ["169.254.169.254"]),
        ("https://127.0.0.1/1", [PUBLIC]),
        ("https://[::1]/1", [PUBLIC]),
        ("http://push.example/1", [PUBLIC]),
        ("https://push.example:22/1", [PUBLIC]),
        ("https://a:b@push.example/1", [PUBLIC]),
        ("gopher://push.example/1", [PUBLIC]),
        ("nonsense", [PUBLIC]),
    ],
)
async def test_it_never_goes_elsewhere(net: Net, url: str, addresses: list[str]) -> None:
    net.names["push.example"] = addresses
    assert await poster(net).post(url, b"", {}) == Posted(None, FORBIDDEN)
    assert net.connected == []


async def test_a_host_that_an_admin_named_may_be_anywhere(net: Net) -> None:
    url = "http://127.0.0.1:9/1"
    assert await poster(net, "127.0.0.1:9").post(url, b"", {}) == Posted(201)
    assert await poster(net, "127.0.0.1:8").post(url, b"", {}) == Posted(None, FORBIDDEN)


async def test_a_redirect_is_an_answer_and_nothing_more(net: Net) -> None:
    net.answer = httpx.Response(307, headers={"location": "http://127.0.0.1/"})
    assert await poster(net).post("https://push.example/1", b"", {}) == Posted(307)
    assert len(net.connected) == 1


@pytest.mark.parametrize(
    ("asked", "seconds"), [("120", 120), ("-1", None), ("9" * 9, None), ("tomorrow", None)]
)
async def test_a_wish_for_a_pause_is_read_where_it_is_one(
    net: Net, asked: str, seconds: int | None
) -> None:
    net.answer = httpx.Response(429, headers={"retry-after": asked})
    assert await poster(net).post("https://push.example/1", b"", {}) == Posted(429, None, seconds)


async def test_who_cannot_be_reached_is_told_and_raises_nothing(net: Net) -> None:
    async def nowhere(_host: str, _port: int) -> list[Address]:
        raise OSError

    found = Poster(resolve=nowhere, transport=net)
    assert await found.post("https://push.example/1", b"", {}) == Posted(None, UNREACHED)
