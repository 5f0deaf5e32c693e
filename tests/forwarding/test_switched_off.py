"""An endpoint that is switched off by itself is told of, wherever admins hear of trouble."""

import asyncio
import json
from pathlib import Path
from typing import Any

from sqlalchemy import update

from inbox.alerts import alerts, listing, told_endpoints
from inbox.domain.feed_events import ADMINS
from inbox.domain.times import MINUTE
from inbox.domain.webhooks import EndpointAlert
from inbox.feed.log import events_after, head
from inbox.forwarding import endpoints
from inbox.storage.tables import webhook_endpoints
from tests.forwarding.conftest import Shop
from tests.support.inside import inside
from tests.support.webhook_receiver import Answering
from tests.web.test_alerts import Receiver, browser


async def followed(shop: Shop) -> list[EndpointAlert]:
    """All alerts of endpoints, the newest first, after the watch has looked."""
    shop.clock += MINUTE
    if await shop.database.read(told_endpoints.unsettled):
        await shop.database.write(told_endpoints.follow, shop.clock)
    assert not await shop.database.read(told_endpoints.unsettled)
    return (await shop.database.read(listing.endpoint_alerts_page))[0]


async def switched_off(shop: Shop, path: str, **wishes: Any) -> Any:
    made = await shop.endpoint(path, **wishes)
    shop.receiver.answers[path] = [Answering(410)]
    await shop.happens()
    await shop.told_all(made, "waiting")
    return made


async def test_each_change_of_an_endpoint_is_told_to_admins_without_what_is_secret(
    shop: Shop,
) -> None:
    since = await shop.database.read(head)
    made = await switched_off(shop, "/s3cret", description="CRM", headers={"X-Key": "s3cret"})
    await shop.switch(made, on=True)
    await shop.switch(made, on=False)
    await shop.database.write(endpoints.remove, made["id"], shop.clock)
    told = [
        one
        for one in await shop.database.read(events_after, since, 100)
        if one.type == "webhook:updated"
    ]
    said = [json.loads(one.payload) for one in told]
    states = [(one["active"], one["ended_because"], one["removed"]) for one in said]
    assert states == [
        (True, None, False),
        (False, "gone", False),
        (True, None, False),
        (False, None, False),
        (False, None, True),
    ]
    assert {one["description"] for one in said} == {"CRM"}
    assert {one.audience for one in told} == {ADMINS}
    assert not [one for one in told if "s3cret" in one.payload or "X-Key" in one.payload]


async def test_its_alert_ends_when_it_is_switched_on_and_comes_again_each_time(shop: Shop) -> None:
    made = await switched_off(shop, "/crm")
    [first] = await followed(shop)
    assert (first["kind"], first["facts"]["because"]) == ("switched_off", "gone")
    assert first["text"] == "It answered 410: nobody is there any more."
    assert await followed(shop) == [first], "and is told once"
    await shop.switch(made, on=True)
    [over] = await followed(shop)
    assert over["ended_at"]
    shop.receiver.answers["/crm"] = [Answering(410)]
    await shop.happens()

    async def ended() -> bool:
        return (await shop.standing(made))["ended_at"] is not None

    await shop.tell(ended)
    again, _ = await followed(shop)
    assert (again["ended_at"], again["since"] > first["since"]) == (None, True)


async def test_one_that_was_switched_off_twice_before_anybody_looked_is_told_of_now(
    shop: Shop,
) -> None:
    made = await switched_off(shop, "/crm")
    await followed(shop)
    later = update(webhook_endpoints).values(ended_at=shop.clock)
    await shop.database.write(lambda connection: connection.execute(later))
    newer, older = await followed(shop)
    assert (newer["ended_at"], newer["endpoint"]["id"]) == (None, made["id"])
    assert older["ended_at"] is not None


async def test_its_alert_outlives_it_and_is_of_no_channel(shop: Shop) -> None:
    made = await switched_off(shop, "/crm", description="Our CRM")
    [alert] = await followed(shop)
    await shop.database.write(alerts.mute, alert["id"], "Ana", shop.clock)
    await shop.database.write(endpoints.remove, made["id"], shop.clock)
    [over] = await followed(shop)
    assert over["ended_at"] and over["muted_by"] == "Ana"
    host = shop.receiver.url.removeprefix("http://")
    assert over["endpoint"] == {"id": made["id"], "description": "Our CRM", "host": host}
    assert await shop.database.read(listing.alerts_page) == ([], None)
    assert await shop.database.read(alerts.open_alerts) == []


async def test_admins_are_told_everywhere_and_nobody_where_it_is(
    shop: Shop, migrated_url: str, tmp_path: Path
) -> None:
    with Receiver() as outside:
        async with inside(
            migrated_url, tmp_path, alert_url=outside.url, webhooks_private=True
        ) as house:
            receiver, http = shop.receiver, house.http
            wishes = {"url": f"{receiver.url}/s3cret", "description": "Our <b>CRM</b>"}
            made = (await http.post("/api/v1/webhooks", json=wishes)).json()
            receiver.secrets["/s3cret"] = made["secret"]
            receiver.answers["/s3cret"] = [Answering(410)]
            await http.post("/api/v1/labels", json={"name": "VIP"})
            told = await house.wait_for("webhook:alert")
            assert (told["endpoint"]["id"], told["ended_at"]) == (made["id"], None)
            await asyncio.to_thread(outside.wait_for, 1, 20)
            [standing] = (await house.get("status"))["webhook_alerts"]
            assert standing == told and (await house.get("status"))["alerts"] == []
            async with await browser(house, "admin") as admin, await browser(house, "agent") as ben:
                for path in ("/", "/settings/status", f"/settings/webhooks/{made['id']}"):
                    page = (await admin.get(path)).text
                    assert "Our &lt;b&gt;CRM" in page and "It was switched off:" in page, path
                assert "switched off" not in (await ben.get("/")).text
            await http.patch(f"/api/v1/webhooks/{made['id']}", json={"active": True})
            await asyncio.to_thread(outside.wait_for, 2, 20)
            assert (await house.get("webhooks/alerts", state="open"))["data"] == []
    began, ended = (one.json for one in outside.requests)
    assert (began["type"], ended["type"]) == ("webhook:alert", "webhook:alert")
    assert began["text"].startswith("Nothing is posted to Our <b>CRM</b> any more")
    assert began["url"].endswith(f"/settings/webhooks/{made['id']}")
    assert ended["alert"]["ended_at"] and "s3cret" not in json.dumps([began, ended])
