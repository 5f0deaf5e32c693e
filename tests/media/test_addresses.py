"""Law 11: where no file is ever fetched from."""

from ipaddress import ip_address

import pytest

from inbox.domain.networks import is_public
from inbox.media.addresses import Origin, origin, parsed, resolve


@pytest.mark.parametrize(
    "address",
    [
        "0.0.0.0",  # noqa: S104 - fetched from, never bound
        "10.1.2.3",
        "100.64.0.1",
        "100.100.100.200",
        "127.0.0.1",
        "127.8.8.8",
        "169.254.169.254",
        "172.16.0.1",
        "172.31.255.255",
        "192.0.0.192",
        "192.168.1.1",
        "198.18.0.1",
        "224.0.0.1",
        "239.255.255.255",
        "255.255.255.255",
        "::",
        "::1",
        "::ffff:127.0.0.1",
        "::ffff:8.8.8.8",
        "::127.0.0.1",
        "64:ff9b::7f00:1",
        "64:ff9b::808:808",
        "64:ff9b:1::a00:1",
        "fc00::1",
        "fd00:ec2::254",
        "fe80::1",
        "fec0::1",
        "ff02::1",
        "2001:0:7f00:1::1",
        "2002:7f00:1::1",
        "2001:db8::1",
        "100::1",
        "5f00::1",
    ],
)
def test_what_is_not_public_is_refused(address: str) -> None:
    assert not is_public(ip_address(address))


@pytest.mark.parametrize(
    "address", ["1.1.1.1", "8.8.8.8", "157.240.1.53", "172.32.0.1", "2a03:2880:f10c::1"]
)
def test_what_is_public_is_allowed(address: str) -> None:
    assert is_public(ip_address(address))


@pytest.mark.parametrize("spelling", ["127.0.0.1", "127.1", "2130706433", "0x7f.1", "0177.0.0.1"])
async def test_every_spelling_of_loopback_is_seen_through(spelling: str) -> None:
    try:
        found = await resolve(spelling, 80)
    except OSError:
        return  # this system does not take it for an address at all
    assert found and not any(map(is_public, found))


@pytest.mark.parametrize(
    "url",
    [
        "file:///etc/passwd",
        "gopher://x/",
        "ftp://x/",
        "//x/",
        "https://",
        "http://x:99999/",
        "",
        "https:x.example",
        "https://x.example/\x01",
        "https://x.example/\ud83d",
        "https://x.example\\.files.example/",
        "https://x.example%20.files.example/",
        "https://[::1%25eth0]/",
        "https://[v1.x]/",
        "https://①②⑦.0.0.1/",
        "https://\u200bx.example/",
        f"https://{'a' * 64}.example/",
        f"https://x.example/{'a' * 70_000}",
    ],
)
def test_what_is_no_address_is_not_parsed(url: str) -> None:
    assert parsed(url) is None


def _origin(url: str) -> Origin:
    found = parsed(url)
    assert found is not None
    return origin(found)


def test_an_origin_is_the_same_however_it_is_spelt() -> None:
    assert _origin("HTTPS://Files.Example./a?b") == _origin("https://files.example:443")
    assert _origin(" https://straße.example/x ") == _origin("https://xn--strae-oqa.example")
    assert _origin("https://127\u30020\u30020\u30021/").host == "127.0.0.1"
    assert _origin("https://[::1]:8443/") == ("https", "::1", 8443)
