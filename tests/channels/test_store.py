import pytest
from sqlalchemy import Connection, select

from inbox.channels import store
from inbox.domain.errors import Invalid, Missing
from inbox.providers.registry import PROVIDERS
from inbox.storage.database import Database
from inbox.storage.secrets import Sealer, WrongKey
from inbox.storage.tables import channels
from tests.channels.conftest import NOW, Add, connected_twice


def _rows(connection: Connection) -> str:
    return str(list(connection.execute(select(channels)).mappings()))


async def test_a_channel_is_found_by_its_id_its_key_and_its_number(
    database: Database, sealer: Sealer, add: Add
) -> None:
    added = await add(access_token="EAAG")
    assert await database.read(store.by_id, sealer, added.id) == added
    assert await database.read(store.by_key, sealer, added.key) == added
    assert await database.read(store.by_account, sealer, "cloud-api", "109876543210987") == added
    assert await database.read(store.listing, sealer) == [added]


async def test_what_nobody_has_is_nowhere(database: Database, sealer: Sealer, add: Add) -> None:
    added = await add()
    assert await database.read(store.by_id, sealer, added.key) is None
    assert await database.read(store.by_key, sealer, added.id) is None
    assert await database.read(store.by_account, sealer, "sandbox", "109876543210987") is None


async def test_no_secret_is_readable_in_the_database(
    database: Database, sealer: Sealer, add: Add
) -> None:
    added = await add(access_token="an access token", verify_token="a verify token")
    kept = await database.read(_rows)
    for secret in (added.key, "app secret", "an access token", "a verify token"):
        assert secret not in kept
    with pytest.raises(WrongKey):
        await database.read(store.listing, Sealer(b"another key" * 4))


async def test_what_is_not_given_is_made_or_the_providers_own(add: Add) -> None:
    one, two = await add(), await add()
    assert len({one.key, two.key, one.verify_token, two.verify_token}) == 4
    assert min(len(one.key), len(one.verify_token)) >= 40
    assert one.api_base == PROVIDERS["cloud-api"].default_api_base


async def test_what_is_given_is_kept(add: Add) -> None:
    added = await add(
        key="a-key-that-i-chose", verify_token="mine", api_base="http://127.0.0.1:9/v25.0/"
    )
    assert (added.key, added.verify_token) == ("a-key-that-i-chose", "mine")
    assert added.api_base == "http://127.0.0.1:9/v25.0"


async def test_a_sandbox_needs_nothing_but_a_name(add: Add) -> None:
    added = await add(provider="sandbox", account="", secret="")
    assert added.account
    assert added.account.isdigit()
    assert added.secret


async def test_a_wrong_fact_is_refused_by_its_name(database: Database, add: Add) -> None:
    for field, wrong in (
        ("name", " "),
        ("name", "n" * 101),
        ("provider", "telegram"),
        ("account", "+1 202 555"),
        ("account", "١٢٣"),
        ("api_base", "graph.facebook.com"),
        ("api_base", "ftp://graph.facebook.com"),
        ("api_base", "https://"),
        ("api_base", "https://[graph"),
        ("api_base", "https://api.example/?token=x"),
        ("api_base", "https://api.example:99999"),
        ("key", "short"),
        ("key", "a/path/that/is/long/enough"),
        ("secret", "two\nlines"),
        ("access_token", "x" * 5000),
    ):
        with pytest.raises(Invalid) as refusal:
            await add(**{field: wrong})
        assert refusal.value.field == field, wrong
    assert await database.read(_rows) == "[]"


async def test_a_pasted_secret_loses_its_line_end(add: Add) -> None:
    assert (await add(secret=" app secret\n")).secret == "app secret"


async def test_a_change_keeps_what_it_does_not_name(
    database: Database, sealer: Sealer, add: Add
) -> None:
    added = await add(access_token="EAAG")
    changed = await database.write(
        store.change, sealer, added.id, now=NOW, secret="new", name="Store"
    )
    assert (changed.secret, changed.name) == ("new", "Store")
    assert (changed.key, changed.access_token) == (added.key, "EAAG")
    assert await database.read(store.by_key, sealer, added.key) == changed


async def test_a_wrong_change_changes_nothing(database: Database, sealer: Sealer, add: Add) -> None:
    added = await add()
    with pytest.raises(Invalid):
        await database.write(
            store.change, sealer, added.id, now=NOW, name="New", api_base="nowhere"
        )
    with pytest.raises(Missing):
        await database.write(store.change, sealer, "no such channel", now=NOW, name="New")
    assert await database.read(store.listing, sealer) == [added]


async def test_of_two_channels_of_one_number_the_newer_counts(
    database: Database, sealer: Sealer, add: Add
) -> None:
    older, newer = await add(now=NOW), await add(now=NOW + 1)
    await connected_twice(database, older, newer)
    assert older.account
    found = await database.read(store.by_account, sealer, "cloud-api", older.account)
    assert found and found.id == newer.id
