"""A test webhook goes the whole way, leaves nobody in the inbox, and says what stopped it."""

from pathlib import Path

import pytest
from msgspec.structs import replace

from inbox.channels import health, store
from inbox.domain.channels import Channel
from inbox.domain.times import now
from inbox.providers.cloud_api.signing import HEADER as SIGNATURE
from inbox.providers.cloud_api.signing import sign
from inbox.providers.registry import PROVIDERS
from inbox.web.process.own_samples import HEADER
from inbox.web.webhooks.trial_run import NAMES, Step, try_out
from tests.support.inside import Inside, inside


async def tried(house: Inside, channel: Channel) -> dict[str, Step]:
    steps = await try_out(house.house, house.app, channel)
    assert [one.name for one in steps] == list(NAMES)
    return {one.name: one for one in steps}


def states(steps: dict[str, Step]) -> str:
    return " ".join(one.state for one in steps.values())


@pytest.mark.parametrize("name", sorted(PROVIDERS))
async def test_each_providers_sample_goes_the_whole_way_and_leaves_nobody(
    house: Inside, name: str
) -> None:
    channel = await house.add_channel(provider=name)
    for _ in range(2):
        steps = await tried(house, channel)
        assert states(steps) == "good good good good good", steps
    told = await house.get("events", since=0, limit=1000)
    assert {event["type"] for event in told["data"]} == {"channel:updated"}
    assert (await house.get("conversations"))["data"] == []
    await house.house.pulse.beat()
    [found] = await house.database.read(health.listing)
    assert found.last_webhook_at is None, "the provider has not called yet"


async def test_another_process_knows_it_as_ours(
    house: Inside, migrated_url: str, tmp_path: Path
) -> None:
    channel = await house.add_channel()
    async with inside(migrated_url, tmp_path) as other:
        elsewhere = replace(house.house.settings, public_url=other.url)
        steps = await try_out(replace(house.house, settings=elsewhere), house.app, channel)
        assert [one.state for one in steps] == ["good"] * 5, steps
        entry = steps[2].link.rpartition("/")[2]
        told = await house.get(f"journal/{entry}")
        assert (told["state"], told["proof"], told["test"]) == ("applied", "hmac", True)
        assert other.house.journal.groups.total == 1, "it was the other that took it"
        forged = {HEADER: "0" * 64}
        assert (
            await other.http.post(f"/webhooks/{channel.key}", headers=forged)
        ).status_code == 401
        assert other.house.pulse.accepted == house.house.pulse.accepted == {}
        forged = {SIGNATURE: sign(channel.secret, b"{}"), HEADER: "0" * 64}
        path = f"/webhooks/{channel.key}"
        assert (await other.http.post(path, content=b"{}", headers=forged)).status_code == 200
        assert other.house.pulse.accepted == {channel.id: 1}


async def test_it_says_which_step_failed(house: Inside) -> None:
    channel = await house.add_channel(rate="1", burst="1")
    assert states(await tried(house, channel)) == "good good good good good"
    fast = await tried(house, channel)
    assert states(fast) == "good bad skipped skipped skipped"
    assert "429" in fast["Authentic"].words
    unset = await house.add_channel(provider="notifier", secret="")
    assert "no secret yet" in (await tried(house, unset))["Authentic"].words


async def test_an_allow_list_does_not_stop_the_test(house: Inside) -> None:
    channel = await house.add_channel(allowed="203.0.113.0/24")
    steps = await tried(house, channel)
    assert states(steps) == "good good good good good", steps
    assert "203.0.113.0" in steps["Reached"].words


async def test_it_is_proved_as_the_channel_asks(house: Inside) -> None:
    channel = await house.add_channel()
    facts = {"scheme": "header", "scheme_header": "X-Hook-Token"}
    channel = await house.database.write(
        store.change, house.house.sealer, channel.id, now=now(), **facts
    )
    await house.house.channel_cache.load()
    steps = await tried(house, channel)
    assert steps["Authentic"].words == "Proved by X-Hook-Token."
