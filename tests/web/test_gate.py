"""The gate of a channel on a running server: proof, rotation, allow-list and pace, all counted."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from inbox.channels import health, store
from inbox.domain.channels import Channel
from inbox.domain.times import HOUR, now
from inbox.providers.authenticity import prove
from inbox.providers.cloud_api.signing import HEADER, sign
from inbox.providers.registry import PROVIDERS, scheme_of
from inbox.providers.sandbox import meta_json
from tests.support.contract import Contract
from tests.support.inside import Inside, inside
from tests.support.server import SECRET, said, webhook

STRANGER, FRIEND = "198.51.100.9", "203.0.113.20"


@pytest.fixture
async def behind(migrated_url: str, tmp_path: Path) -> AsyncIterator[Inside]:
    """As with ``inbox serve --trust-proxy 127.0.0.1``."""
    trust = {"proxy_headers": True, "forwarded_allow_ips": "127.0.0.1"}
    async with inside(migrated_url, tmp_path, **trust) as running:
        yield running


@pytest.fixture
async def bare(migrated_url: str, tmp_path: Path) -> AsyncIterator[Inside]:
    """As without it."""
    async with inside(migrated_url, tmp_path, proxy_headers=False) as running:
        yield running


def text(channel: Channel, number: int = 0) -> bytes:
    return meta_json(webhook(channel.account or "", messages=[said(f"wamid.{number}", "Hi")]))


async def post(
    house: Inside, channel: Channel, secret: str = SECRET, **headers: str
) -> httpx.Response:
    """A right webhook of this channel, proved with this secret."""
    body = text(channel)
    proof = prove(scheme_of(channel), secret, body)
    sent = proof | {name.replace("_", "-"): value for name, value in headers.items()}
    return await house.http.post(f"/webhooks/{channel.key}", content=body, headers=sent)


async def changed(house: Inside, channel: Channel, **facts: str) -> Channel:
    one = await house.database.write(
        store.change, house.house.sealer, channel.id, now=now(), **facts
    )
    await house.house.channel_cache.load()
    return one


async def counted(house: Inside, channel: Channel) -> dict[str, int]:
    await house.house.pulse.beat()
    found = await house.database.read(health.of, channel.id)
    kinds = {one.kind: one.number for one in found.reasons}
    assert found.refusals == sum(kinds.values())
    return kinds


async def stored(house: Inside) -> int:
    def count(connection: Any) -> int:
        return int(connection.exec_driver_sql("SELECT count(*) FROM journal_entries").scalar())

    return await house.database.read(count)


@pytest.mark.parametrize(
    "facts",
    [
        {"scheme": "hmac", "scheme_header": "X-Signature", "scheme_encoding": "base64"},
        {"scheme": "header", "scheme_header": "X-Hook-Token"},
        {"scheme": "basic", "scheme_user": "inbox"},
    ],
    ids=lambda facts: facts["scheme"],
)
async def test_only_what_a_channels_own_scheme_asks_for_gets_in(
    house: Inside, facts: dict[str, str]
) -> None:
    channel = await changed(house, await house.add_channel(), **facts)
    assert (await post(house, channel)).status_code == 200
    assert (await post(house, channel, "another")).status_code == 401
    body = text(channel)
    meta = {HEADER: sign(SECRET, body)}
    answer = await house.http.post(f"/webhooks/{channel.key}", content=body, headers=meta)
    assert answer.status_code == 401
    assert await stored(house) == 1
    # The client of the tests has an Authorization header of its own.
    missing = {"wrong": 2} if facts["scheme"] == "basic" else {"wrong": 1, "missing": 1}
    assert await counted(house, channel) == missing


async def test_a_former_secret_signs_until_somebody_ends_it(house: Inside) -> None:
    channel = await house.add_channel(secret="first")
    channel = await changed(house, channel, secret="second", overlap="24")
    for secret, status in (("second", 200), ("first", 200), ("zeroth", 401)):
        assert (await post(house, channel, secret)).status_code == status
    await house.database.write(store.end_previous, house.house.sealer, channel.id, now())
    await house.house.channel_cache.load()
    assert (await post(house, channel, "first")).status_code == 401
    assert (await post(house, channel, "second")).status_code == 200


async def test_a_former_secret_ends_by_itself(house: Inside) -> None:
    channel = await house.add_channel(secret="first")
    past = now() - 2 * HOUR
    await house.database.write(
        store.change, house.house.sealer, channel.id, now=past, secret="second", overlap="1"
    )
    await house.house.channel_cache.load()
    assert (await post(house, channel, "first")).status_code == 401
    assert (await post(house, channel, "second")).status_code == 200


async def test_without_a_proxy_nobody_can_say_where_they_come_from(bare: Inside) -> None:
    channel = await bare.add_channel(allowed=f"{FRIEND}/32")
    answer = await post(bare, channel, x_forwarded_for=FRIEND)
    assert (answer.status_code, answer.text) == (
        403,
        "127.0.0.1 is not on the channel's allow-list.",
    )
    assert await stored(bare) == 0
    assert await counted(bare, channel) == {"address": 1}
    await changed(bare, channel, allowed="127.0.0.0/8, ::1")
    assert (await post(bare, channel)).status_code == 200


async def test_behind_a_trusted_proxy_the_sender_counts(behind: Inside) -> None:
    channel = await behind.add_channel(allowed="203.0.113.0/24 2001:db8::/32")
    for address, status in ((FRIEND, 200), ("2001:db8::7", 200), (STRANGER, 403)):
        answer = await post(behind, channel, x_forwarded_for=address)
        assert answer.status_code == status, address
    forged = await post(behind, channel, x_forwarded_for=f"{FRIEND}, {STRANGER}")
    assert forged.status_code == 403
    asked = {
        "hub.mode": "subscribe",
        "hub.verify_token": channel.verify_token,
        "hub.challenge": "1",
    }
    strange = {"x-forwarded-for": STRANGER}
    shaken = await behind.http.get(f"/webhooks/{channel.key}", params=asked, headers=strange)
    assert shaken.status_code == 403
    assert await counted(behind, channel) == {"address": 3}


async def test_at_the_shared_address_the_allow_list_is_the_signers(behind: Inside) -> None:
    channel = await behind.add_channel(allowed="203.0.113.0/24")
    body = text(channel)
    for address, status in ((STRANGER, 403), (FRIEND, 200)):
        headers = {HEADER: sign(SECRET, body), "x-forwarded-for": address}
        answer = await behind.http.post("/api/webhook", content=body, headers=headers)
        assert answer.status_code == status
    assert await stored(behind) == 1


async def test_what_comes_too_fast_is_told_when_to_come_again(house: Inside) -> None:
    channel = await house.add_channel(rate="1", burst="3")
    answers = [await post(house, channel) for _ in range(6)]
    assert [one.status_code for one in answers[:3]] == [200] * 3
    late = answers[-1]
    assert (late.status_code, late.headers["retry-after"]) == (429, "1")
    contract = Contract((await house.http.get("/openapi.json")).json())
    contract.check(late, "POST", "/webhooks/{key}")
    refused = sum(one.status_code == 429 for one in answers)
    assert await stored(house) == 6 - refused
    assert await counted(house, channel) == {"pace": refused}
    other = await house.add_channel()
    assert (await post(house, other)).status_code == 200, "the pace is the channel's own"


async def test_what_comes_too_fast_is_not_even_read(house: Inside) -> None:
    channel = await house.add_channel(rate="1", burst="1")
    assert (await post(house, channel)).status_code == 200
    # Nothing signs this, and it is too large: neither is looked at.
    path = f"/webhooks/{channel.key}"
    answer = await house.http.post(path, content=b"x" * (5 * 1024 * 1024))
    assert answer.status_code == 429
    await changed(house, channel, rate="off")
    assert (await house.http.post(path, content=b"x" * (5 * 1024 * 1024))).status_code == 413


async def test_a_channel_that_trusts_its_address_is_not_at_the_shared_one(house: Inside) -> None:
    channel = await changed(house, await house.add_channel(), scheme="path")
    body = text(channel)
    assert (await house.http.post("/api/webhook", content=body)).status_code == 401
    assert (await house.http.post(f"/webhooks/{channel.key}", content=body)).status_code == 200


async def test_who_only_knows_an_address_writes_into_no_other_channel(house: Inside) -> None:
    open_one = await changed(house, await house.add_channel(account="111"), scheme="path")
    proved = await house.add_channel(account="222")
    path = f"/webhooks/{open_one.key}"
    assert (await house.http.post(path, content=text(proved))).status_code == 200
    assert (await house.http.post(path, content=text(open_one, 1))).status_code == 200
    await house.wait_for("message:new", 0, provider_message_id="wamid.1")
    told = await house.get("events", since=0, limit=1000)
    assert "wamid.0" not in str(told)


@pytest.mark.parametrize("name", sorted(PROVIDERS))
async def test_a_provider_that_needs_a_secret_lets_nothing_in_without_one(
    house: Inside, name: str
) -> None:
    channel = await house.add_channel(provider=name, secret="", account="12025550100")
    scheme = PROVIDERS[name].scheme
    body = PROVIDERS[name].sample(channel, now())
    answer = await house.http.post(f"/webhooks/{channel.key}", content=body)
    open_to_all = scheme.kind == "path" or (scheme.trusting and not channel.secret)
    assert answer.status_code == (200 if open_to_all else 401)
