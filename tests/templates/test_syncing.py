"""Templates are here as the provider lists them: all pages, what is gone, and what is different."""

import httpx
import pytest
from msgspec.structs import replace
from sqlalchemy import select

from inbox.channels import health
from inbox.channels import store as channel_store
from inbox.domain.channels import Channel
from inbox.domain.errors import Invalid, Missing
from inbox.domain.events import TemplateNews
from inbox.domain.templates.definition import Definition as Ours
from inbox.domain.times import SECOND
from inbox.storage.database import Connection, Database
from inbox.storage.tables import template_syncs
from inbox.templates import store, syncs
from inbox.templates.editing import TemplateDesk
from inbox.templates.news import TemplateTold, hear_templates
from tests.support.fake_graph import FakeGraph
from tests.support.graph.account import BUSINESS_ACCOUNT
from tests.support.graph.wrong import Wrong
from tests.templates.conftest import NOW, READY, SEALER, NoFiles, SyncNow, kept

LATER = NOW + SECOND


async def test_all_pages_are_read_of_the_account_that_meta_names(
    database: Database, graph: FakeGraph, sync_now: SyncNow
) -> None:
    graph.account.add(*(replace(READY, name=f"order_{n}") for n in range(7)))
    graph.account.page = 3
    channel = await sync_now()
    assert channel.business_account == BUSINESS_ACCOUNT
    found = await kept(database, channel)
    assert [one["name"] for one in found] == [f"order_{n}" for n in range(7)]
    assert len(graph.account.calls) == 1 + 3
    state = await database.read(syncs.sync_of, channel.id)
    assert (state["state"], state["found"], state["error"]) == ("done", 7, None)


async def test_what_is_in_no_list_any_more_goes_and_what_stays_keeps_its_id(
    database: Database, graph: FakeGraph, sync_now: SyncNow
) -> None:
    graph.account.add(READY, replace(READY, name="old"))
    [old, ready] = await kept(database, await sync_now())
    graph.account.templates.pop()
    left = await kept(database, await sync_now(LATER))
    assert [one["id"] for one in left] == [ready["id"]]
    assert old["name"] == "old"


async def test_a_sync_that_breaks_off_loses_nothing_and_says_why(
    database: Database, graph: FakeGraph, sync_now: SyncNow
) -> None:
    graph.account.add(READY)
    channel = await sync_now()
    graph.account.refuses = Wrong(190, "Session has expired", 401)
    await sync_now(LATER)
    assert len(await kept(database, channel)) == 1
    state = await database.read(syncs.sync_of, channel.id)
    assert state["error"] and "did not let us in" in state["error"]
    due = await database.read(lambda c: c.execute(select(template_syncs.c.due_at)).scalar_one())
    assert due > LATER, "it is tried again by itself"


async def test_admins_are_told_of_another_price_and_of_what_can_be_sent_no_more(
    database: Database, graph: FakeGraph, sync_now: SyncNow
) -> None:
    graph.account.add(READY, replace(READY, name="paused"))
    channel = await sync_now()
    assert (await database.read(health.of, channel.id)).news is None, "a first list is no news"
    [ready, paused] = graph.account.templates
    graph.account.templates[:] = [
        replace(ready, category="MARKETING"),
        replace(paused, status="PAUSED"),
    ]
    await sync_now(LATER)
    news = (await database.read(health.of, channel.id)).news
    assert news is not None
    assert "another category" in news and "marketing, order_ready" in news
    assert "paused, paused" in news


def _news(channel: Channel, **facts: object) -> TemplateTold:
    known = {"reason": "field", "name": "order_ready", "language": "en_US", "ts": LATER}
    return TemplateTold(channel.id, TemplateNews(**(known | facts)), LATER)  # type: ignore[arg-type]  # facts of several types


@pytest.mark.parametrize(
    ("facts", "field", "value"),
    [
        ({"status": "PAUSED", "rejected_reason": "low quality"}, "status", "PAUSED"),
        ({"quality": "RED"}, "quality", "RED"),
        ({"category": "MARKETING"}, "category", "MARKETING"),
    ],
)
async def test_a_webhook_changes_what_is_known_at_once(
    database: Database,
    graph: FakeGraph,
    sync_now: SyncNow,
    facts: dict[str, str],
    field: str,
    value: str,
) -> None:
    graph.account.add(READY)
    channel = await sync_now()
    told = [_news(channel, sentence="Look", **facts)]
    await database.write(hear_templates, told, {channel.id: channel}, LATER)
    [found] = await kept(database, channel)
    assert dict(found)[field] == value
    assert (await database.read(health.of, channel.id)).news == "Look"


async def test_a_webhook_of_an_account_is_for_all_its_numbers_that_share_the_secret(
    database: Database, graph: FakeGraph, channel: Channel, sync_now: SyncNow
) -> None:
    graph.account.add(READY)
    facts = {"provider": "cloud-api", "access_token": channel.access_token}
    facts |= {"api_base": graph.base_url, "business_account": BUSINESS_ACCOUNT}
    added = [
        await database.write(
            channel_store.add, SEALER, name=name, now=NOW, account=number, secret=secret, **facts
        )
        for name, number, secret in (("Twin", "2", "s" * 20), ("Stranger", "3", "x" * 20))
    ]
    here, twin, stranger = [await sync_now(of=one) for one in (channel, *added)]
    known = {one.id: one for one in (here, twin, stranger)}
    told = [_news(here, status="PAUSED", business_account=BUSINESS_ACCOUNT)]
    await database.write(hear_templates, told, known, LATER)
    states = [(await kept(database, one))[0]["status"] for one in (here, twin, stranger)]
    assert states == ["PAUSED", "PAUSED", "APPROVED"]


async def test_what_a_webhook_does_not_tell_whole_is_read_anew(
    database: Database, graph: FakeGraph, sync_now: SyncNow
) -> None:
    channel = await sync_now()

    def due(connection: Connection) -> int | None:
        return connection.execute(select(template_syncs.c.due_at)).scalar_one()

    for told in (_news(channel, status="APPROVED"), _news(channel, reread=True)):
        await database.write(syncs.want_sync, channel.id, LATER + 9 * SECOND)
        assert await database.read(due) != LATER
        await database.write(hear_templates, [told], {channel.id: channel}, LATER)
        assert await database.read(due) == LATER


async def test_they_are_found_by_all_words_and_read_page_by_page(
    database: Database, graph: FakeGraph, channel: Channel, sync_now: SyncNow
) -> None:
    text = "Hello {{1}}, your order {{2}} can be picked up at our shop in the Höhenstraße today."
    parts = ({"type": "BODY", "text": text},)
    graph.account.add(
        *(replace(READY, name=f"campaign_{n}", components=parts) for n in range(199)),
        replace(READY, name="zebra_crossing"),
    )
    graph.account.page = 150
    await sync_now()
    assert [one["name"] for one in await kept(database, channel, q="Zebra cross")] == [
        "zebra_crossing"
    ]
    assert [one["name"] for one in await kept(database, channel, q="hohenstrasse 117")] == [
        "campaign_117"
    ]
    first, further = await database.read(
        store.templates_page, store.Wanted(channel.id, q="order"), limit=50
    )
    assert further
    second, _ = await database.read(
        store.templates_page, store.Wanted(channel.id, q="order"), further, 50
    )
    assert len({one["id"] for one in (*first, *second)}) == 100


def _desk(database: Database, http: httpx.AsyncClient, channel: Channel) -> TemplateDesk:
    return TemplateDesk(
        database=database, http=http, channel=channel, header_files=NoFiles(), now=lambda: LATER
    )


WRITTEN = Ours(
    name="we_are_open",
    language="en_US",
    components=[
        {
            "type": "BODY",
            "text": "Dear {{1}}, we are open again.",
            "example": {"body_text": [["Amara"]]},
        }
    ],
)


async def test_a_template_is_created_changed_and_deleted_there_and_here(
    database: Database, http: httpx.AsyncClient, graph: FakeGraph, channel: Channel
) -> None:
    desk = _desk(database, http, channel)
    made = await desk.create(WRITTEN)
    assert (made["status"], made["category"]) == ("PENDING", "UTILITY")
    with pytest.raises(Invalid, match="already"):
        await desk.create(WRITTEN)
    with pytest.raises(Invalid, match="Only approved"):
        await desk.change(made["id"], WRITTEN)
    [there] = graph.account.templates
    graph.account.templates[:] = [replace(there, status="APPROVED")]
    await database.write(
        hear_templates,
        [_news(channel, name="we_are_open", status="APPROVED")],
        {channel.id: channel},
        LATER,
    )
    changed = await desk.change(made["id"], replace(WRITTEN, category="MARKETING"))
    assert (changed["id"], changed["category"]) == (made["id"], "MARKETING")
    assert graph.account.templates[0].category == "MARKETING"
    await desk.delete(made["id"])
    assert graph.account.templates == []
    with pytest.raises(Missing):
        await desk.delete(made["id"])


async def test_what_meta_says_no_to_is_told_in_its_words_and_kept_nowhere(
    database: Database, http: httpx.AsyncClient, graph: FakeGraph, channel: Channel
) -> None:
    graph.account.refuses = Wrong(2388019, "You have too many templates")
    known = await database.read(channel_store.by_id, SEALER, channel.id)
    assert known is not None
    desk = _desk(database, http, replace(known, business_account=BUSINESS_ACCOUNT))
    with pytest.raises(Invalid, match="too many templates") as wrong:
        await desk.create(WRITTEN)
    assert wrong.value.field == "template"
    assert await kept(database, channel) == []
