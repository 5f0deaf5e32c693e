"""Where files at a host are fetched, and who sees the key (wire-formats C.4)."""

import json

import pytest

from inbox.domain.channels import Channel
from inbox.providers.media import BringsFiles, Download, Unavailable
from inbox.providers.waba import Waba

FOUND = "https://lookaside.fbsbx.com/whatsapp_business/attachments/?mid=9&ext=1750000300&hash=AR"


def download(api_base: str, key: str = "abc", **reference: str) -> Download | Unavailable:
    channel = Channel(
        id="1", name="Shop", provider="waba", api_base=api_base, key="k", access_token=key
    )
    return Waba().download(channel, reference)


def test_waba_brings_media() -> None:
    assert isinstance(Waba(), BringsFiles)


@pytest.mark.parametrize("base", ["https://wa.example:9090", "https://wa.example:9090/v1"])
def test_a_client_gives_the_bytes_for_an_id(base: str) -> None:
    found = download(base, key="Bearer abc", id="92f7/../x", url="https://elsewhere.example/x")
    assert isinstance(found, Download)
    assert found.url == "https://wa.example:9090/v1/media/92f7%2F..%2Fx"
    assert found.headers == {"authorization": "Bearer abc"}
    assert (found.home, found.hosts, found.look_up) == (base, frozenset(), None)


def test_a_host_in_the_cloud_is_asked_for_an_address_that_leads_through_itself() -> None:
    found = download("https://waba-v2.360dialog.io", id="900")
    assert isinstance(found, Download)
    assert found.url == "https://waba-v2.360dialog.io/900"
    assert found.headers == {"d360-api-key": "abc"}
    assert found.look_up is not None
    told = json.dumps({"url": FOUND, "mime_type": "image/jpeg"}).encode()
    there = found.look_up(200, told)
    assert there == FOUND.replace("lookaside.fbsbx.com", "waba-v2.360dialog.io")
    for url in ("https://elsewhere.example/x", "https://lookaside.fbsbx.com.elsewhere.example/x"):
        assert found.look_up(200, json.dumps({"url": url}).encode()) == url
    for status, body in ((404, b""), (200, b"{}"), (401, b"{}"), (200, b'{"url":"https://a:b"}')):
        assert isinstance(found.look_up(status, body), Unavailable)


def test_a_link_alone_never_sees_the_key() -> None:
    found = download("https://wa.example", url="https://wa.example/v1/media/1")
    assert isinstance(found, Download)
    assert (found.headers, found.home, found.hosts) == ({}, "", frozenset())


def test_what_is_lacking_is_told() -> None:
    for found in (
        download("https://wa.example", key="", id="1"),
        download("https://wa.example", key="ké", id="1"),
        download("ftp://wa.example", id="1"),
        download("https://wa.example", id="\ud83d"),
        download("https://wa.example"),
    ):
        assert isinstance(found, Unavailable)
        assert found.reason
