"""What goes out compressed, and what goes as it is."""

import gzip
import re
from collections.abc import Callable

import brotli
import httpx
import pytest

from tests.support.server import Server


def sent(server: Server, path: str, encoding: str = "gzip") -> tuple[httpx.Headers, bytes]:
    """The bytes that came, as they came."""
    asked = {"Accept-Encoding": encoding, "Accept": "*/*"}
    with server.as_admin.stream("GET", path, headers=asked) as answer:
        return answer.headers, b"".join(answer.iter_raw())


OPEN: dict[str, Callable[[bytes], bytes]] = {"br": brotli.decompress, "gzip": gzip.decompress}


@pytest.mark.parametrize(
    ("path", "encoding"),
    [
        ("/settings/channels", "br"),
        ("/settings/channels", "gzip"),
        ("/openapi.json", "gzip"),
    ],
)
def test_a_page_and_json_are_smaller_for_who_takes_it(
    server: Server, path: str, encoding: str
) -> None:
    headers, packed = sent(server, path, encoding)
    assert headers["content-encoding"] == encoding
    assert "accept-encoding" in headers["vary"].lower()
    assert headers["content-length"] == str(len(packed))
    plain_headers, plain = sent(server, path, "identity")
    assert "content-encoding" not in plain_headers
    assert len(plain) > 1_000 and len(packed) < len(plain) / 2
    if path.endswith(".json"):
        assert OPEN[encoding](packed) == plain


def test_a_short_answer_is_not_worth_it(server: Server) -> None:
    headers, body = sent(server, "/api/v1/conversations?q=nobody-is-called-so")
    assert len(body) < 1_000
    assert "content-encoding" not in headers


@pytest.mark.parametrize(
    ("asked", "encoding"),
    [("gzip, deflate, br, zstd", "br"), ("gzip;q=1.0, br;q=0", "gzip"), ("br;q=0.5, x", "br")],
)
def test_a_static_file_comes_in_the_best_that_is_taken(
    server: Server, asked: str, encoding: str
) -> None:
    page = server.as_admin.get("/settings/channels").text
    path = re.findall(r'"(/static/[^"]+every\.css)"', page)[0]
    headers, packed = sent(server, path, asked)
    assert headers["content-encoding"] == encoding
    plain = sent(server, path, "identity, br;q=no")
    assert "content-encoding" not in plain[0]
    assert OPEN[encoding](packed) == plain[1]
