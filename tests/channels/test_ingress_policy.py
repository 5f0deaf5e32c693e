"""The gate of a channel: said in texts, kept without a secret, refused by the name of the input."""

from typing import Any

import pytest

from inbox.channels import store
from inbox.channels.ingress_policy import policy_texts
from inbox.channels.rate_limiter import RateLimiter
from inbox.domain.channels import BURST, RATE, Channel, Scheme
from inbox.domain.errors import Invalid
from inbox.domain.times import HOUR
from inbox.storage.database import Database
from inbox.storage.secrets import Sealer
from tests.channels.conftest import NOW, Add

SCHEMES: list[tuple[dict[str, str], Scheme]] = [
    (
        {"scheme": "hmac", "scheme_header": "X-Signature", "scheme_encoding": "base64"},
        Scheme(kind="hmac", header="X-Signature", encoding="base64"),
    ),
    (
        {"scheme": "hmac", "scheme_header": "X-Sig", "scheme_prefix": "v1="},
        Scheme(kind="hmac", header="X-Sig", prefix="v1="),
    ),
    (
        {"scheme": "header", "scheme_header": "X-Hook-Token"},
        Scheme(kind="header", header="X-Hook-Token"),
    ),
    ({"scheme": "basic", "scheme_user": "inbox"}, Scheme(kind="basic", user="inbox")),
    ({"scheme": "path"}, Scheme(kind="path")),
]


@pytest.fixture
def change(database: Database, sealer: Sealer) -> Any:
    async def change(channel: Channel, now: int = NOW, **facts: str) -> Channel:
        await database.write(store.change, sealer, channel.id, now=now, **facts)
        found = await database.read(store.by_id, sealer, channel.id)
        assert found
        return found

    return change


async def test_a_scheme_is_kept_and_given_up_again(add: Add, change: Any) -> None:
    channel = await add()
    assert channel.scheme is None
    for facts, scheme in SCHEMES:
        await change(channel, scheme="own")
        changed = await change(channel, **facts)
        assert changed.scheme == scheme
        assert policy_texts(changed).items() >= facts.items()
        assert await change(channel, name="Other") == await change(channel, **policy_texts(changed))
    assert (await change(channel, scheme="own")).scheme is None


async def test_the_allow_list_and_the_pace_are_kept(add: Add, change: Any) -> None:
    channel = await add()
    assert (channel.allowed, channel.rate, channel.burst) == ((), RATE, BURST)
    changed = await change(channel, allowed="203.0.113.0/24 2001:db8::1", rate="5", burst="9")
    assert changed.allowed == ("203.0.113.0/24", "2001:db8::1/128")
    assert (changed.rate, changed.burst) == (5, 9)
    assert (await change(channel, rate="5")).burst == 20
    assert (await change(channel, rate="off")).rate == 0
    back = await change(channel, allowed="", rate="", burst="")
    assert (back.allowed, back.rate, back.burst) == ((), RATE, BURST)


@pytest.mark.parametrize(
    ("field", "facts"),
    [
        ("scheme", {"scheme": "oauth"}),
        ("scheme_header", {"scheme": "hmac"}),
        ("scheme_header", {"scheme": "header", "scheme_header": "X Token"}),
        ("scheme_header", {"scheme": "header", "scheme_header": "X-Token\r\nHost: a"}),
        ("scheme_prefix", {"scheme": "hmac", "scheme_header": "X", "scheme_prefix": "\x00"}),
        ("scheme_encoding", {"scheme": "hmac", "scheme_header": "X", "scheme_encoding": "rot13"}),
        ("scheme_user", {"scheme": "basic"}),
        ("scheme_user", {"scheme": "basic", "scheme_user": "a:b"}),
        ("secret", {"scheme": "basic", "scheme_user": "inbox", "secret": ""}),
        ("allowed", {"allowed": "everybody"}),
        ("rate", {"rate": "fast"}),
        ("rate", {"rate": "\u0663"}),
        ("burst", {"burst": "0"}),
        ("overlap", {"overlap": "-1"}),
        ("overlap", {"overlap": "99999"}),
        ("colour", {"colour": "red"}),
    ],
)
async def test_a_gate_that_cannot_be_is_refused_by_its_input(
    add: Add, change: Any, field: str, facts: dict[str, str]
) -> None:
    channel = await add()
    with pytest.raises(Invalid) as refusal:
        await change(channel, **facts)
    assert refusal.value.field == field
    assert await change(channel) == channel


async def test_a_former_secret_counts_as_long_as_it_was_given(
    add: Add, change: Any, database: Database, sealer: Sealer
) -> None:
    channel = await add(secret="first")
    rotated = await change(channel, secret="second", overlap="24")
    assert rotated.secrets(NOW + 24 * HOUR - 1) == {"second", "first"}
    assert rotated.secrets(NOW + 24 * HOUR) == {"second"}
    assert (await change(channel, secret="second", name="Same")).previous_secret == "first"
    ended = await database.write(store.end_previous, sealer, channel.id, NOW)
    assert (ended.previous_secret, ended.secrets(NOW)) == ("", {"second"})
    at_once = await change(channel, secret="third")
    assert at_once.secrets(NOW) == {"third"}


async def test_a_pretend_phone_keeps_its_own_proof(add: Add, change: Any) -> None:
    sandbox = await add(provider="sandbox", account="", secret="")
    with pytest.raises(Invalid):
        await change(sandbox, scheme="path")


def test_a_channel_takes_so_many_at_once_and_then_its_rate() -> None:
    pace = RateLimiter()

    def taken(seconds: float, tries: int) -> int:
        return sum(not pace.wait("one", 10, 30, 1000 + seconds) for _ in range(tries))

    assert taken(0, 100) == 30
    assert pace.wait("one", 10, 30, 1000) == pytest.approx(0.1)
    assert taken(1, 100) == 10
    assert taken(1.05, 100) == 0
    assert taken(3600, 100) == 30
    assert pace.wait("another", 10, 30, 1000) == 0.0
