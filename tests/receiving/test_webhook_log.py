"""The webhook log: everything in one order, found by what it told of, bounded in what it reads."""

from typing import Any

import pytest
from sqlalchemy import Connection, select, update

from inbox.alerts import rejections as refused_deliveries
from inbox.alerts.rejections import Rejections
from inbox.conversations.apply import apply
from inbox.conversations.entries import Entry
from inbox.domain.channels import Channel
from inbox.domain.ids import first_id
from inbox.domain.times import HOUR, MINUTE, SECOND
from inbox.providers.sandbox import meta_json
from inbox.receiving import webhook_log, webhook_search
from inbox.receiving.journal import store_entries
from inbox.receiving.routing import route
from inbox.receiving.webhook_log import LogFilter
from inbox.search.indexing import index
from inbox.storage.database import Database
from inbox.storage.tables import aliases, contacts, journal_entries
from tests.conversations.conftest import NOW, new_channel
from tests.support.server import said, webhook
from tests.support.wamids import wamid

WAMID = "wamid.HBgLMTIwMjU1NTAxNDIVAgARGBI/5QQ=="


@pytest.fixture
async def channel(database: Database) -> Channel:
    return await database.write(new_channel)


async def keep(
    database: Database, channel: Channel, *bodies: Any, at: int = NOW, state: str = "applied"
) -> list[str]:
    """Entries a second apart, their ids; they are not applied, whatever their state."""
    entries = [
        Entry(first_id(at + n * SECOND), channel.id, at + n * SECOND, meta_json(body))
        for n, body in enumerate(bodies)
    ]
    await database.write(store_entries, entries)
    these = journal_entries.c.id.in_([entry.id for entry in entries])
    done = update(journal_entries).where(these).values(state=state, acknowledged_at=at + 1500)
    await database.write(lambda c: c.execute(done) and None)
    return [entry.id for entry in entries]


async def shown(database: Database, **wanted: Any) -> list[str]:
    look = webhook_search.search if wanted.get("q") else webhook_log.log_page
    found = await database.read(look, LogFilter(**wanted))
    return [one["id"] for one in found.data]


async def test_each_filter_leaves_what_fits(database: Database, channel: Channel) -> None:
    other = await database.write(new_channel)
    one, two = await keep(database, channel, {}, {})
    [three] = await keep(database, other, {}, at=NOW + HOUR, state="failed")
    refused = Rejections()
    refused.note(channel.id, 401, "wrong", "The signature is wrong.", NOW + 2 * HOUR, size=12)
    refused.note("shared", 0, "broken", "It broke off.", NOW + 3 * HOUR)
    await refused.flush(database)
    four, five = (await shown(database))[1::-1]
    assert await shown(database) == [five, four, three, two, one]
    assert await shown(database, channel_id=channel.id) == [four, two, one]
    assert await shown(database, state="failed") == [three]
    assert await shown(database, state="refused") == [five, four]
    assert await shown(database, answer=200) == [three, two, one]
    assert await shown(database, answer=401) == [four]
    assert await shown(database, answer=webhook_log.NONE) == [five]
    assert await shown(database, channel_id="shared") == [five]
    assert await shown(database, since=NOW + SECOND, until=NOW + 2 * HOUR) == [three, two]
    assert await shown(database, before=three) == [two, one]


async def test_pages_follow_each_other_without_a_hole(database: Database, channel: Channel) -> None:
    entries = await keep(database, channel, *[{}] * 5)
    refused = Rejections()
    for n in range(5):
        at = NOW + n * SECOND + SECOND // 2
        refused.note(channel.id, 401 + n, "wrong", f"Reason {n}", at)
    await refused.flush(database)
    found: list[str] = []
    before: str | None = ""
    while before is not None:
        page = await database.read(webhook_log.log_page, LogFilter(before=before), 3)
        found += [one["id"] for one in page.data]
        before = page.next
    assert found == sorted(found, reverse=True)
    assert len(found) == 10
    assert set(entries) < set(found)


async def test_a_flood_of_one_kind_drives_out_no_other(
    database: Database, channel: Channel, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(refused_deliveries, "KEPT", 5)
    refused = Rejections()
    refused.note(channel.id, 503, "unstored", "Not stored.", NOW)
    for n in range(20):
        refused.note(channel.id, 401, "wrong", f"Wrong {n}.", NOW + n * MINUTE)
    await refused.flush(database)
    found = (await database.read(webhook_log.log_page, LogFilter(channel_id=channel.id))).data
    told = [f"Wrong {n}." for n in range(19, 14, -1)]
    assert [one["error"] for one in found] == [*told, "Not stored."]
    assert {one["proof"] for one in found} == {"wrong", "right"}


async def test_a_webhook_tells_how_long_its_answer_took(
    database: Database, channel: Channel
) -> None:
    [entry] = await keep(database, channel, {})
    found = await database.read(webhook_log.entry, entry)
    assert found is not None
    assert (found[0]["answer"], found[0]["took"], found[1]) == (200, 1.5, b"{}")
    assert await database.read(webhook_log.entry, "nothing") is None


async def apply_all(database: Database, channel: Channel, body: Any, at: int) -> str:
    """Received and applied, as ingest does."""
    entry = Entry(first_id(at), channel.id, at, meta_json(body))
    await database.write(store_entries, [entry])
    facts = route(entry.id, at, channel, body, entry.raw, lambda *_: channel)
    await database.write(apply, [facts], {channel.id: channel}, at)
    return entry.id


@pytest.fixture
async def old_ones(
    database: Database, channel: Channel, monkeypatch: pytest.MonkeyPatch
) -> dict[str, str]:
    """A message, its tick and a stranger's message, behind more than is looked through at once."""
    monkeypatch.setattr(webhook_search, "SEARCHED", 3)
    tick = {"id": "wamid.ours", "status": "sent", "timestamp": str(NOW // SECOND + 40)}
    tick |= {"recipient_id": "12025550142"}
    found = {
        "said": await apply_all(database, channel, webhook(messages=[said(WAMID, "hello")]), NOW),
        "tick": await apply_all(database, channel, webhook(statuses=[tick]), NOW + 42 * SECOND + 7),
        "other": await apply_all(
            database,
            channel,
            webhook(messages=[said("wamid.2", "hello", "12025550177")]),
            NOW + MINUTE,
        ),
    }
    await keep(database, channel, *[{}] * 5, at=NOW + HOUR)
    return found


async def test_what_became_rows_is_found_at_any_age(
    database: Database, old_ones: dict[str, str]
) -> None:
    assert await shown(database, q=WAMID) == [old_ones["said"]]
    assert await shown(database, q="+1 (202) 555-0142") == [old_ones["said"]]
    assert await shown(database, q="wamid.ours") == [old_ones["tick"]]
    assert await shown(database, q=WAMID, state="failed") == []


async def test_a_message_is_found_by_either_of_its_ids(
    database: Database, channel: Channel, monkeypatch: pytest.MonkeyPatch
) -> None:
    """All that was told of it by one id or the other, however old, and nothing of others."""
    monkeypatch.setattr(webhook_search, "SEARCHED", 3)
    own, by_user = wamid("12025550142", "3A01"), wamid("US.1", "3A01")
    hello = said(own, "hello") | {"from_user_id": "US.1"}
    thumb = {"id": wamid("US.1", "3A02"), "from": "12025550142", "timestamp": str(NOW // SECOND)}
    thumb |= {"type": "reaction", "reaction": {"message_id": by_user, "emoji": "x"}}
    entries = [
        await apply_all(database, channel, webhook(messages=[each]), NOW + at * MINUTE)
        for at, each in enumerate(
            (hello, thumb, said(wamid("US.2", "3A01"), "other", "12025550177"))
        )
    ]
    assert await shown(database, q=own) == [entries[1], entries[0]]
    assert await shown(database, q=by_user) == [entries[1], entries[0]]
    assert await shown(database, q=wamid("US.3", "3A01")) == []
    places = await database.read(webhook_log.led_to, channel.id, [own, by_user])
    assert places[own] == places[by_user]
    await keep(database, channel, *[{}] * 5, at=NOW + HOUR)
    assert entries[0] in await shown(database, q=by_user)


async def test_a_number_is_found_as_people_dial_it(
    database: Database, channel: Channel, old_ones: dict[str, str]
) -> None:
    """An old message by the index of people, a new one by its body."""
    await database.write(index, 100)
    [fresh] = await keep(database, channel, {"from": "447700900320"}, at=NOW + 2 * HOUR)
    assert await shown(database, q="(202) 555-0142") == [old_ones["said"]]
    assert await shown(database, q="0011 1 202 555 0142") == [old_ones["said"]]
    assert await shown(database, q="07700 900-320") == [fresh]
    assert await shown(database, q="0044 7700 900320") == [fresh]
    assert await shown(database, q="07700 900-321") == []


async def test_a_webhook_is_found_by_a_number_that_its_customer_had_before(
    database: Database, channel: Channel, old_ones: dict[str, str]
) -> None:
    def move(connection: Connection) -> None:
        who = select(contacts.c.id).where(contacts.c.wa_id == "12025550142")
        was = {"channel_id": channel.id, "kind": "match_key", "value": "447700900733"}
        was["contact_id"] = connection.execute(who).scalar_one()
        connection.execute(aliases.insert().values(**was))

    await database.write(move)
    assert await shown(database, q="07700 900733") == [old_ones["said"]]
    assert await shown(database, q="07700 900734") == []


async def test_the_rest_is_looked_through_so_many_at_a_time(
    database: Database, old_ones: dict[str, str]
) -> None:
    """And what was not is said, with the way to go on."""
    found: list[str] = []
    page = await database.read(webhook_search.search, LogFilter(q="202555"))
    assert (page.data, page.searched_to is not None) == ([], True)
    while page.next is not None:
        wanted = LogFilter(q="202555", before=page.next)
        page = await database.read(webhook_search.search, wanted)
        found += [one["id"] for one in page.data]
    assert found == [old_ones["other"], old_ones["tick"], old_ones["said"]]
    assert page.searched_to is None


async def test_an_escaped_slash_is_found_and_a_crumb_asks_nothing(
    database: Database, channel: Channel
) -> None:
    escaped = Entry(first_id(NOW), channel.id, NOW, b'{"id": "%s"}' % WAMID.encode())
    escaped.raw = escaped.raw.replace(b"/", b"\\/")
    await database.write(store_entries, [escaped])
    assert await shown(database, q=WAMID) == [escaped.id]
    assert await shown(database, q="id") == []
