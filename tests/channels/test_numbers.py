"""One number is connected once, whoever tries it how, and what was twice before goes on."""

import asyncio
from typing import Any

import pytest

from inbox.channels import numbers, store
from inbox.domain.channels import Channel
from inbox.domain.errors import Invalid
from inbox.domain.stored import NumberCheck
from inbox.storage.database import Database
from inbox.storage.secrets import Sealer
from tests.channels.conftest import NOW, Add, connected_twice

KNOWN: NumberCheck = {"state": "known", "at": NOW, "phone": "12025550100"}


async def refused(work: Any) -> str:
    """The field that is complained of; the sentence names the channel that has the number."""
    with pytest.raises(Invalid, match="connected already, as “Shop”") as found:
        await work
    return found.value.field


async def test_a_number_that_is_connected_is_refused_with_the_name_of_its_channel(
    database: Database, sealer: Sealer, add: Add
) -> None:
    shop, other = await add(), await add("Other")
    assert shop.account
    assert await refused(add(account=shop.account)) == "account"
    assert await refused(add(provider="waba", account=shop.account, access_token="k")) == "account"
    change = database.write(store.change, sealer, other.id, now=NOW, account=shop.account)
    assert await refused(change) == "account"
    await database.write(store.put_on_hold, sealer, shop.id, NOW)
    assert await refused(add(account=shop.account)) == "account", "it may be resumed"


async def test_the_number_of_a_removed_channel_may_be_connected_again(
    database: Database, sealer: Sealer, add: Add
) -> None:
    shop = await add(access_token="key")
    await database.write(store.take_out, sealer, shop.id, NOW)
    assert (await add(account=shop.account or "", access_token="key")).account == shop.account


async def test_of_admins_at_the_same_moment_one_gets_the_number(add: Add) -> None:
    tries = (add(account="5") for _ in range(6))
    ends = await asyncio.gather(*tries, return_exceptions=True)
    assert sorted(type(end).__name__ for end in ends) == ["Channel"] + ["Invalid"] * 5


async def test_a_key_that_is_of_one_number_is_that_number(add: Add) -> None:
    facts = {"provider": "whatsable", "account": "", "secret": "", "access_token": "key"}
    await add(**facts)
    assert await refused(add(**facts)) == "access_token"
    await add(**facts, api_base="https://proxy.example")
    await add(access_token="of many")
    await add(access_token="of many")


async def test_one_phone_number_at_two_providers_is_one_number(
    database: Database, sealer: Sealer
) -> None:
    def drafted(account: str, provider: str = "cloud-api") -> Channel:
        facts = {"account": account, "access_token": account, "secret": "s" * 20}
        return store.drafted(name="Shop", provider=provider, now=NOW, **facts)

    await database.write(store.keep, sealer, drafted("1"), NOW, KNOWN)
    await database.write(store.keep, sealer, other := drafted("2"), NOW)
    second = database.write(store.keep, sealer, drafted("3", "waba"), NOW, KNOWN)
    assert await refused(second) == "account"
    await database.write(store.note_check, sealer, other, KNOWN, NOW)
    assert len(numbers.doubled(await database.read(numbers.in_use, sealer))) == 1


async def test_what_was_connected_twice_before_works_on_and_is_told(
    database: Database, sealer: Sealer, add: Add
) -> None:
    one, other, _ = await add(), await add("Other"), await add("Third")
    assert numbers.doubled(await database.read(numbers.in_use, sealer)) == []
    await connected_twice(database, one, other)
    [both] = numbers.doubled(await database.read(numbers.in_use, sealer))
    assert [each.name for each in both] == ["Shop", "Other"]
    changed = await database.write(store.change, sealer, other.id, now=NOW, name="New name")
    assert (changed.name, changed.account) == ("New name", one.account)
    await database.write(store.take_out, sealer, one.id, NOW)
    assert numbers.doubled(await database.read(numbers.in_use, sealer)) == []
