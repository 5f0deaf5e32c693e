"""What goes out compressed, and what goes as it is."""

import gzip
import re

import httpx
import pytest

from tests.support.server import Server


def sent(server: Server, path: str, encoding: str = "gzip") -> tuple[httpx.Headers, bytes]:
    """The bytes that came, as they came."""
    asked = {"Accept-Encoding": encoding, "Accept": "*/*"}
    with server.as_admin.stream("GET", path, headers=asked) as answer:
        return answer.headers, b"".join(answer.iter_raw())


@pytest.mark.parametrize("path", ["/settings/channels", "/openapi.json"])
def test_a_page_and_json_are_smaller_for_who_takes_gzip(server: Server, path: str) -> None:
    headers, packed = sent(server, path)
    assert headers["content-encoding"] == "gzip"
    assert "accept-encoding" in headers["vary"].lower()
    assert headers["content-length"] == str(len(packed))
    plain_headers, plain = sent(server, path, "identity")
    assert "content-encoding" not in plain_headers
    assert len(plain) > 1_000 and len(packed) < len(plain) / 2
    if path.endswith(".json"):
        assert gzip.decompress(packed) == plain


def test_a_short_answer_is_not_worth_it(server: Server) -> None:
    headers, body = sent(server, "/api/v1/conversations?q=nobody-is-called-so")
    assert len(body) < 1_000
    assert "content-encoding" not in headers


def test_a_static_file_was_compressed_once(server: Server) -> None:
    page = server.as_admin.get("/settings/channels").text
    path = re.findall(r'"(/static/[^"]+every\.css)"', page)[0]
    headers, packed = sent(server, path)
    assert headers["content-encoding"] == "gzip"
    assert gzip.decompress(packed) == sent(server, path, "identity")[1]
