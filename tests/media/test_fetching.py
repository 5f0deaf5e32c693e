"""Law 11 over real HTTP: where a fetch goes, what it takes with it, and when it stops.

Names lead where the test says. A connection to a public address is led to the fake on this
machine, and noted: so nothing outside is ever asked.
"""

import gzip
import hashlib
import ssl
import time
from collections.abc import AsyncIterator, Iterator
from ipaddress import ip_address
from pathlib import Path
from typing import Any

import httpx
import pytest

from inbox.domain.channels import Channel
from inbox.domain.networks import Address
from inbox.media.fetching import Fetcher
from inbox.media.store import Incoming, Store
from inbox.providers.cloud_api import CloudApi
from inbox.providers.media import Download, Unavailable
from tests.support.fake_graph import ACCOUNT, TOKEN, FakeGraph

PUBLIC = ip_address("157.240.1.53")
LIMIT = 100_000


class Net(httpx.AsyncBaseTransport):
    """The internet: addresses of names, and who was connected to."""

    def __init__(self, graph: FakeGraph) -> None:
        self.names: dict[str, Iterator[list[Address]]] = {}
        self.asked: list[str] = []
        self.connected: list[tuple[str, str, str | None]] = []
        self._graph = httpx.URL(graph.base_url)
        self._real = httpx.AsyncHTTPTransport(verify=ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT))

    def name(self, host: str, *answers: list[str]) -> None:
        """What the name leads to, the first time it is asked for and each time after."""
        self.names[host] = iter([[ip_address(one) for one in answer] for answer in answers])

    async def resolve(self, host: str, _port: int) -> list[Address]:
        self.asked.append(host)
        if host in self.names:
            return next(self.names[host])
        return [ip_address(host)]

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        token = request.headers.get("authorization")
        self.connected.append((request.url.host, request.headers["host"], token))
        url = request.url.copy_with(scheme="http", host=self._graph.host, port=self._graph.port)
        led = httpx.Request("GET", url, headers=request.headers, extensions=request.extensions)
        return await self._real.handle_async_request(led)

    async def aclose(self) -> None:
        await self._real.aclose()


@pytest.fixture
async def net(graph: FakeGraph) -> AsyncIterator[Net]:
    opened = Net(graph)
    yield opened
    await opened.aclose()


@pytest.fixture
def fetcher(net: Net, tmp_path: Path) -> Fetcher:
    return Fetcher(Store(tmp_path), LIMIT, resolve=net.resolve, transport=net, seconds=2)


def channel(graph: FakeGraph, **facts: Any) -> Channel:
    usual: dict[str, Any] = {"account": ACCOUNT, "access_token": TOKEN, "api_base": graph.base_url}
    return Channel(id="c", name="Shop", provider="cloud-api", key="k", **(usual | facts))


def meta(graph: FakeGraph, media_id: str, **facts: Any) -> Download:
    found = CloudApi().download(channel(graph, **facts), {"id": media_id})
    assert isinstance(found, Download)
    return found


def left_over(folder: Path) -> list[Path]:
    return list(folder.rglob("incoming/*"))


async def why(fetcher: Fetcher, download: Download) -> Unavailable:
    found = await fetcher.fetch(download)
    assert isinstance(found, Unavailable)
    return found


async def test_a_file_comes_by_its_id_with_the_token(
    graph: FakeGraph, fetcher: Fetcher, net: Net, tmp_path: Path
) -> None:
    media_id = graph.keep(b"bytes of a photo")
    found = await fetcher.fetch(meta(graph, media_id))
    assert isinstance(found, Incoming)
    assert found.size == 16 and left_over(tmp_path) == [found.path]
    assert found.digest == hashlib.sha256(b"bytes of a photo").hexdigest()
    assert [token for _, _, token in net.connected] == [f"Bearer {TOKEN}"] * 2
    assert graph.requests[0].path == f"/v25.0/{media_id}?phone_number_id={ACCOUNT}"


async def test_what_meta_no_longer_has_is_gone(graph: FakeGraph, fetcher: Fetcher) -> None:
    assert (await why(fetcher, meta(graph, "123"))).gone


async def test_a_token_that_is_wrong_is_told_in_words(graph: FakeGraph, fetcher: Fetcher) -> None:
    found = await why(fetcher, meta(graph, graph.keep(b"x"), access_token="other"))
    assert not found.gone and found.retry_after is None
    assert "access token" in found.reason


@pytest.mark.parametrize("private", ["127.0.0.1", "169.254.169.254", "10.0.0.8", "::1", "fd00::1"])
async def test_a_link_to_a_private_address_is_not_followed(
    fetcher: Fetcher, net: Net, private: str
) -> None:
    net.name("files.example", [private])
    assert (await why(fetcher, Download(url="https://files.example/x"))).retry_after is None
    assert net.connected == []


async def test_one_private_address_among_public_ones_is_enough(fetcher: Fetcher, net: Net) -> None:
    net.name("files.example", [str(PUBLIC), "127.0.0.1"])
    await why(fetcher, Download(url="https://files.example/x"))
    assert net.connected == []


@pytest.mark.parametrize(
    "url",
    [
        "http://files.example/x",
        "https://files.example:22/x",
        "https://files.example:8443/x",
        "https://user:pass@files.example/x",
        "file:///etc/passwd",
        "javascript:alert(1)",
        "https://",
        "x",
        "https://files.example/\x01",
        "https://files.example/\ud83d",
        "https://[::1%25eth0]/",
        f"https://files.example/{'x' * 70_000}",
    ],
)
async def test_only_https_at_its_usual_port_is_fetched(
    fetcher: Fetcher, net: Net, url: str
) -> None:
    net.name("files.example", [str(PUBLIC)])
    await why(fetcher, Download(url=url))
    assert net.connected == []


async def test_a_name_that_changes_its_mind_leads_nowhere(
    graph: FakeGraph, fetcher: Fetcher, net: Net
) -> None:
    """DNS rebinding: public when it is looked at, this machine when it is connected to."""
    net.name("files.example", [str(PUBLIC)], ["127.0.0.1"])
    media_id = graph.keep(b"hello")
    found = await fetcher.fetch(Download(url=f"https://files.example/links/{media_id}"))
    assert isinstance(found, Incoming)
    assert net.asked == ["files.example"]
    assert net.connected == [(str(PUBLIC), "files.example", None)]


async def test_a_name_in_other_letters_is_asked_for_as_dns_spells_it(
    graph: FakeGraph, fetcher: Fetcher, net: Net
) -> None:
    net.name("xn--strae-oqa.example", [str(PUBLIC)])
    found = await fetcher.fetch(Download(url=f"https://straße.example/links/{graph.keep(b'x')}"))
    assert isinstance(found, Incoming)
    assert net.connected == [(str(PUBLIC), "xn--strae-oqa.example", None)]


@pytest.mark.parametrize("there", ["http://[::1", "https://files.example/\x7f", ""])
async def test_a_redirect_to_what_is_no_address_ends_there(
    graph: FakeGraph, fetcher: Fetcher, net: Net, there: str
) -> None:
    net.name("files.example", *[[str(PUBLIC)]] * 4)
    graph.answer_next(b"", 302, times=4, headers={"Location": there})
    assert (await why(fetcher, Download(url="https://files.example/x"))).retry_after is None


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
async def test_a_redirect_to_a_private_address_is_not_followed(
    graph: FakeGraph, fetcher: Fetcher, net: Net, status: int
) -> None:
    net.name("files.example", [str(PUBLIC)])
    graph.answer_next(b"", status, headers={"Location": "https://169.254.169.254/latest/"})
    await why(fetcher, Download(url="https://files.example/x"))
    assert [address for address, _, _ in net.connected] == [str(PUBLIC)]


async def test_redirects_end(graph: FakeGraph, fetcher: Fetcher, net: Net) -> None:
    net.name("files.example", *[[str(PUBLIC)]] * 20)
    graph.answer_next(b"", 302, times=20, headers={"Location": "/again"})
    assert "for ever" in (await why(fetcher, Download(url="https://files.example/x"))).reason
    assert len(net.connected) == 4


async def test_a_token_does_not_go_abroad_by_a_redirect_nor_come_back(
    graph: FakeGraph, fetcher: Fetcher, net: Net
) -> None:
    """Meta sends us to a stranger, and the stranger back to Meta."""
    for host in ("lookaside.fbsbx.com", "stranger.example"):
        net.name(host, *[[str(PUBLIC)]] * 2)
    graph.answer_next({"url": "https://lookaside.fbsbx.com/x"})
    graph.answer_next(b"", 302, headers={"Location": "https://stranger.example/y"})
    graph.answer_next(b"", 302, headers={"Location": "https://lookaside.fbsbx.com/links/z"})
    await fetcher.fetch(meta(graph, graph.keep(b"x")))
    seen = {host: token for _, host, token in net.connected[:2]}
    assert set(seen.values()) == {f"Bearer {TOKEN}"}
    assert [(host, token) for _, host, token in net.connected[2:]] == [
        ("stranger.example", None),
        ("lookaside.fbsbx.com", None),
    ]


async def test_a_stranger_cannot_send_us_to_the_api_in_our_own_network(
    graph: FakeGraph, fetcher: Fetcher, net: Net
) -> None:
    """Its address is private and may be asked; but only by what an admin entered."""
    net.name("stranger.example", [str(PUBLIC)])
    graph.answer_next({"url": "https://stranger.example/x"})
    graph.answer_next(b"", 302, headers={"Location": f"{graph.base_url}/secret"})
    await why(fetcher, meta(graph, graph.keep(b"x")))
    assert [host for _, host, _ in net.connected][1:] == ["stranger.example"]


@pytest.mark.parametrize(
    "url", ["https://stranger.example/x", "https://lookaside.fbsbx.com.stranger.example/x"]
)
async def test_a_forged_address_in_a_webhook_does_not_get_the_token(
    graph: FakeGraph, fetcher: Fetcher, net: Net, url: str
) -> None:
    net.name(httpx.URL(url).host, [str(PUBLIC)])
    found = CloudApi().download(channel(graph), {"url": url})
    assert isinstance(found, Download)
    await fetcher.fetch(found)
    assert [token for _, _, token in net.connected] == [None]


async def test_a_webhook_cannot_name_the_api_in_our_own_network(
    graph: FakeGraph, fetcher: Fetcher, net: Net
) -> None:
    found = CloudApi().download(channel(graph), {"url": f"{graph.base_url}/secret"})
    assert isinstance(found, Download)
    await why(fetcher, found)
    assert net.connected == []


@pytest.mark.parametrize("told", [True, False])
async def test_what_is_too_large_is_left(
    graph: FakeGraph, fetcher: Fetcher, tmp_path: Path, told: bool
) -> None:
    headers = {} if told else {"Content-Length": "", "Transfer-Encoding": "chunked"}
    content = b"x" * (LIMIT + 1)
    if not told:
        content = f"{len(content):x}\r\n".encode() + content + b"\r\n0\r\n\r\n"
    graph.answer_next({"url": graph.base_url + "/x"})
    graph.answer_next(content, headers=headers)
    found = await why(fetcher, meta(graph, "1"))
    assert "larger" in found.reason and found.retry_after is None
    assert left_over(tmp_path) == []


async def test_a_file_of_unknown_size_is_taken_whole(graph: FakeGraph, fetcher: Fetcher) -> None:
    graph.answer_next({"url": graph.base_url + "/x"})
    chunked = b"3\r\nabc\r\n2\r\nde\r\n0\r\n\r\n"
    graph.answer_next(chunked, headers={"Content-Length": "", "Transfer-Encoding": "chunked"})
    found = await fetcher.fetch(meta(graph, "1"))
    assert isinstance(found, Incoming) and found.path.read_bytes() == b"abcde"


async def test_a_size_that_is_said_too_small_is_a_file_that_is_not_the_announced_one(
    graph: FakeGraph, fetcher: Fetcher
) -> None:
    graph.answer_next({"url": graph.base_url + "/x"})
    graph.answer_next(b"whole file", headers={"Content-Length": "5"})
    found = await fetcher.fetch(meta(graph, "1"))
    assert isinstance(found, Incoming)
    assert found.digest == hashlib.sha256(b"whole").hexdigest()


async def test_what_comes_compressed_is_not_blown_up(
    graph: FakeGraph, fetcher: Fetcher, tmp_path: Path
) -> None:
    graph.answer_next({"url": graph.base_url + "/x"})
    graph.answer_next(gzip.compress(bytes(10**7)), headers={"Content-Encoding": "gzip"})
    assert "compressed" in (await why(fetcher, meta(graph, "1"))).reason
    assert left_over(tmp_path) == []


async def test_a_proxy_of_the_environment_is_not_asked(
    graph: FakeGraph, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It would go where we would not: to it, every name is one name."""
    for name in ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    direct = Fetcher(Store(tmp_path), LIMIT)
    try:
        assert isinstance(await direct.fetch(meta(graph, graph.keep(b"x"))), Incoming)
    finally:
        await direct.close()


async def test_what_drips_is_given_up(graph: FakeGraph, fetcher: Fetcher, tmp_path: Path) -> None:
    graph.answer_next({"url": graph.base_url + "/x"})
    graph.drip_next()
    began = time.monotonic()
    found = await why(fetcher, meta(graph, "1"))
    assert found.retry_after and time.monotonic() - began < 5
    assert left_over(tmp_path) == []


async def test_what_breaks_off_is_tried_again(
    graph: FakeGraph, fetcher: Fetcher, tmp_path: Path
) -> None:
    graph.answer_next({"url": graph.base_url + "/x"})
    graph.answer_next(b"half", headers={"Content-Length": "9", "Connection": "close"})
    graph.drop_next()
    assert (await why(fetcher, meta(graph, "1"))).retry_after
    assert left_over(tmp_path) == []


@pytest.mark.parametrize(
    ("status", "gone", "again"), [(404, True, False), (410, True, False), (403, True, False),
                                  (503, False, True), (429, False, True), (400, False, False)],
)  # fmt: skip
async def test_what_a_link_answers_decides(
    graph: FakeGraph, fetcher: Fetcher, net: Net, status: int, gone: bool, again: bool
) -> None:
    net.name("files.example", [str(PUBLIC)])
    graph.answer_next(b"no", status, headers={"Retry-After": "77"})
    found = await why(fetcher, Download(url="https://files.example/x"))
    assert (found.gone, found.retry_after) == (gone, 77 if again else None)
