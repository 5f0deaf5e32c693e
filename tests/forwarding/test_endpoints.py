"""Endpoints: what an admin may want of one, what is kept of its secrets, what is signed."""

from typing import Any, get_args

import pytest
from sqlalchemy import Connection, select
from standardwebhooks import Webhook

from inbox.domain.errors import Invalid, Missing
from inbox.domain.feed_events import FOR_EVERYBODY, PublicEvent
from inbox.domain.times import DAY, now
from inbox.forwarding import endpoints
from inbox.forwarding.checks import checked_url
from inbox.forwarding.secrets import Sealed, signature_headers, signing_keys
from inbox.storage.database import Database
from inbox.storage.secrets import Sealer
from inbox.storage.tables import webhook_endpoints

SEALER = Sealer(b"a key for tests that is long enough")
WISHES: endpoints.Wishes = {"url": "https://crm.example/hook", "events": ["message:new"]}


async def added(database: Database, private: bool = False, **wishes: Any) -> tuple[Any, str]:
    made: Any = {**WISHES, **wishes}
    return await database.write(endpoints.add, SEALER, made, now(), private=private)


async def test_an_endpoint_is_kept_with_all_that_was_said_of_it(database: Database) -> None:
    wanted = {"description": " Our  CRM ", "headers": {"X-Key": "open sesame"}, "concurrency": 3}
    made, secret = await added(database, **wanted)
    assert made == await database.read(endpoints.by_id, made["id"])
    assert [made] == await database.read(endpoints.listing)
    shown = (made["description"], made["header_names"], made["concurrency"], made["active"])
    assert shown == ("Our CRM", ["X-Key"], 3, True)
    assert secret.startswith("whsec_")
    assert secret not in str(made)


async def test_nothing_that_is_secret_stands_in_the_database(database: Database) -> None:
    _, secret = await added(database, headers={"Authorization": "Bearer sesame"})
    row = str((await database.read(lambda c: c.execute(select(webhook_endpoints)).all()))[0])
    assert "Authorization" in row
    assert "sesame" not in row
    assert secret.removeprefix("whsec_") not in row


async def test_headers_are_changed_one_by_one_and_taken_away_with_null(database: Database) -> None:
    made, _ = await added(database, headers={"X-One": "1", "X-Two": "2"})
    wishes: Any = {"headers": {"x-one": None, "X-Three": "3"}}
    found = await database.write(endpoints.change, SEALER, made["id"], wishes, now(), private=False)
    assert found["header_names"] == ["X-Two", "X-Three"]


WRONG: list[tuple[str, Any]] = [
    ("url", ""),
    ("url", "ftp://crm.example/"),
    ("url", "https://"),
    ("url", "https://crm.example:0/"),
    ("url", "https://crm.example/a b"),
    ("url", "https://crm.example\\@10.0.0.1/"),
    ("url", "https://ann:secret@crm.example/"),
    ("url", "https://crm.example/#part"),
    ("url", "https://crm.example/" + "a" * 2000),
    ("url", "http://127.0.0.1:9/"),
    ("url", "http://[::ffff:10.0.0.1]/"),
    ("url", "http://localhost/"),
    ("events", []),
    ("events", ["draft:updated"]),
    ("events", ["alert:new"]),
    ("events", ["message:gone"]),
    ("channel_ids", ["none"]),
    ("headers", {"webhook-id": "1"}),
    ("headers", {"Host": "else.example"}),
    ("headers", {"Content-Length": "1"}),
    ("headers", {"X Key": "1"}),
    ("headers", {"X-Key": "1\r\nX-Other: 2"}),
    ("headers", {"X-Key": ""}),
    ("headers", {f"X-{number}": "1" for number in range(21)}),
    ("concurrency", 0),
    ("concurrency", 11),
    ("description", "a" * 201),
]


async def test_what_cannot_be_is_refused_with_its_field_and_a_sentence(
    database: Database,
) -> None:
    for field, value in WRONG:
        with pytest.raises(Invalid) as refused:
            await added(database, **{field: value})
        assert refused.value.field == field
        assert str(refused.value).endswith((".", "…"))
    assert await database.read(endpoints.listing) == []


@pytest.mark.parametrize("url", ["http://10.0.0.1/", "http://[fd00::1]:8080/", "http://localhost/"])
def test_a_private_network_is_taken_where_the_setting_allows_it(url: str) -> None:
    assert checked_url(url, private=True) == url
    with pytest.raises(Invalid):
        checked_url(url, private=False)


@pytest.mark.parametrize(
    "host",
    [
        "169.254.169.254",
        "[fe80::1]",
        "[fd00:ec2::254]",
        "[fd20:ce::254]",
        "100.100.100.200",
        "[::ffff:169.254.169.254]",
        "[::ffff:a9fe:a9fe]",
        "[64:ff9b::a9fe:a9fe]",
        "[2002:a9fe:a9fe::]",
        "[::a9fe:a9fe]",
        "168.63.129.16",
        "0.0.0.0",  # noqa: S104 - nothing listens there
        "[::]",
        "224.0.0.1",
    ],
)
def test_where_clouds_keep_their_secrets_nothing_goes_whatever_is_allowed(host: str) -> None:
    with pytest.raises(Invalid):
        checked_url(f"http://{host}/latest", private=True)


async def test_there_are_fifty_and_no_more(database: Database) -> None:
    def fill(connection: Connection) -> None:
        for _ in range(endpoints.MOST):
            endpoints.add(connection, SEALER, WISHES, now(), private=False)

    await database.write(fill)
    with pytest.raises(Invalid):
        await added(database)


async def test_what_is_removed_is_missing_ever_after(database: Database) -> None:
    made, _ = await added(database)
    assert await database.write(endpoints.remove, made["id"], now()) == made
    with pytest.raises(Missing):
        await database.read(endpoints.by_id, made["id"])


async def test_both_secrets_sign_for_a_day_after_a_rotation(database: Database) -> None:
    made, first = await added(database)
    moment = now()
    _, second = await database.write(endpoints.rotate, SEALER, made["id"], moment)
    row = await database.read(endpoints.row_of_now, made["id"])
    sealed: Sealed = SEALER.open(row["sealed"])
    body, till = b'{"type":"message:new"}', row["previous_until"]
    both = signature_headers(signing_keys(sealed, till, moment), "id-1", moment, body)
    for secret in (first, second):
        assert Webhook(secret).verify(body, both) == {"type": "message:new"}
    assert signing_keys(sealed, till, moment + DAY) == [second]


def test_only_what_is_nobodys_own_can_be_heard() -> None:
    private = {"draft:updated", "note:drafted", "mention:updated", "notices:updated"}
    assert "message:new" in FOR_EVERYBODY
    assert private <= {event.type for event in get_args(PublicEvent)}
    own = ("draft:", "alert:", "view:", "mention:", "notices:", "server:", "conversation:r")
    assert not [name for name in FOR_EVERYBODY if name.startswith(own)]
