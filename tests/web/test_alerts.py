"""What admins are told of channels: counted from real webhooks, shown to admins alone, muted."""

import asyncio
import logging
from pathlib import Path

import httpx
import pytest
from sqlalchemy import Connection, func, select

from inbox.access import people, sessions
from inbox.alerts import alerts, notices
from inbox.alerts.alerts import Finding
from inbox.domain.times import HOUR, iso, now
from inbox.feed.log import head
from inbox.providers.sandbox import meta_json
from inbox.storage.tables import alert_notices, webhook_counts
from tests.support.fake_graph import FakeGraph, Recorded, Reply
from tests.support.inside import Inside, inside
from tests.support.server import said, webhook

REASON = 'The signature is wrong. <script>alert("x")</script>'


async def browser(house: Inside, role: str) -> httpx.AsyncClient:
    """Somebody who has signed in, with an hour-old session of no other browser."""
    facts = {"email": f"{role}@example.com", "name": f"A <b>{role}</b>", "role": role}
    user = await house.database.write(people.add, **facts, now=now())
    cookie = await house.database.write(sessions.start, user.id, "", now())
    return httpx.AsyncClient(
        base_url=house.url, cookies={"inbox_session": cookie}, trust_env=False, timeout=40
    )


def silent(channel_id: str) -> Finding:
    hour = now() // HOUR * HOUR
    facts = {"usual": 1240, "basis": "weeks", "missing": 2600, "shared": False}
    facts |= {"hour": iso(hour), "until": iso(hour + HOUR), "last_webhook_at": iso(now())}
    return Finding(channel_id=channel_id, kind="silent", since=now() - 2 * HOUR, facts=facts)


def failing(channel_id: str) -> Finding:
    facts = {"refused": 30, "accepted": 2, "shared": False, "reason": REASON}
    return Finding(
        channel_id=channel_id,
        kind="failing",
        since=now() - HOUR,
        facts=facts | {"last_webhook_at": iso(now())},
    )


async def raised(house: Inside, finding: Finding) -> str:
    """Tell of it, and wait until this process knows."""
    alert_id = await house.database.write(alerts.raise_, finding, now())
    assert alert_id is not None
    await known(house, alert_id, standing=True)
    return alert_id


async def known(house: Inside, alert_id: str, *, standing: bool) -> None:
    """Return when this process knows: its log may tell others a moment sooner."""
    async with asyncio.timeout(20):
        while (alert_id in house.house.monitor.standing) != standing:
            await house.get("alerts")


async def test_what_is_taken_and_refused_is_counted_by_channel(house: Inside) -> None:
    channel = await house.add_channel()
    body = webhook(messages=[said("wamid.1", "hello")])
    assert (await house.post_signed(channel, body)).status_code == 200
    forged = {"X-Hub-Signature-256": "sha256=" + "0" * 64}
    for path, status in ((f"/webhooks/{channel.key}", 401), ("/api/webhook", 401)):
        for _ in range(2):
            answer = await house.http.post(path, content=meta_json(body), headers=forged)
            assert answer.status_code == status
    await house.http.post(f"/webhooks/{channel.key}", content=b"x" * 5_000_000)  # not of a proof
    await house.house.pulse.beat()

    def counted(connection: Connection) -> tuple[int, ...]:
        names = ("accepted", "refused", "refused_shared")
        sums = (func.sum(webhook_counts.c[name]) for name in names)
        return tuple(int(one or 0) for one in connection.execute(select(*sums)).one())

    async with asyncio.timeout(20):  # a beat of the house's own may be on its way with them
        while not any(found := await house.database.read(counted)):
            await house.house.pulse.beat()
    assert found == (1, 2, 2)


async def test_an_alert_is_shown_to_admins_alone(house: Inside) -> None:
    channel = await house.add_channel(name="<i>Shop</i>")
    await raised(house, silent(channel.id))
    await raised(house, failing(channel.id))
    pages = ("/", "/settings/users", f"/settings/channels/{channel.id}", "/settings/status")
    async with await browser(house, "admin") as admin, await browser(house, "agent") as agent:
        for path in pages:
            page = (await admin.get(path)).text
            assert "has fallen silent" in page and "1,240 webhooks between" in page, path
            assert "30 of 32" in page and "&lt;script&gt;" in page, path
            assert "<script>alert" not in page and "<i>Shop" not in page, path
        assert "fallen silent" not in (await agent.get("/")).text
    measures = (await house.http.get("/metrics")).text
    for kind in ("silent", "failing"):
        labels = f'channel="{channel.id}",kind="{kind}",provider="cloud-api"'
        assert f"inbox_alerts{{{labels}}} 1.0" in measures
    told = await house.get("alerts")
    assert [one["kind"] for one in told["data"]] == ["failing", "silent"]
    assert (await house.get("status"))["alerts"] == told["data"]
    assert (await house.http.get("/health")).status_code == 200


async def test_who_mutes_an_alert_hears_no_more_of_it_and_may_undo_it(house: Inside) -> None:
    channel = await house.add_channel()
    alert_id = await raised(house, silent(channel.id))
    since = await house.database.read(head)
    async with await browser(house, "admin") as admin:
        muted = await admin.post(f"/settings/alerts/{alert_id}/mute")
        assert muted.headers["location"] == f"/settings/channels/{channel.id}#told"
        told = await house.wait_for("alert:updated", since, id=alert_id)
        assert told["muted_by"] == "A <b>admin</b>"
        assert f'id="alert-{alert_id}"' not in (await admin.get("/")).text
        assert "A &lt;b&gt;admin" in (await admin.get(f"/settings/channels/{channel.id}")).text
        assert "inbox_alerts{" not in (await house.http.get("/metrics")).text
        since = await house.database.read(head)
        again = await house.http.patch(f"/api/v1/alerts/{alert_id}", json={"muted": False})
        assert again.json()["muted_at"] is None
        await house.wait_for("alert:updated", since, id=alert_id)
        assert f'id="alert-{alert_id}"' in (await admin.get("/")).text
        assert (await admin.post("/settings/alerts/none/mute")).status_code == 404
    assert (await house.http.patch("/api/v1/alerts/none", json={"muted": True})).status_code == 404


class Receiver(FakeGraph):
    """An address of the operator's, with a secret in it."""

    def _usual(self, _request: Recorded) -> Reply:
        return Reply(204, b"")

    @property
    def url(self) -> str:
        return self.base_url + "/hooks/s3cret"


async def test_what_begins_and_ends_is_told_outside_until_it_is_taken(
    migrated_url: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    monkeypatch.setattr(notices, "FIRST", 0)
    with Receiver() as there:
        there.answer_next({}, 500)
        there.answer_next({}, 307, headers={"Location": f"{there.base_url}/elsewhere"})
        there.drop_next()
        async with inside(migrated_url, tmp_path, alert_url=there.url) as house:
            channel = await house.add_channel()
            alert_id = await house.database.write(
                alerts.raise_, silent(channel.id), now(), outside=True
            )
            assert alert_id is not None
            await asyncio.to_thread(there.wait_for, 4, 20)
            await house.database.write(alerts.end_alerts, [alert_id], now(), outside=True)
            await asyncio.to_thread(there.wait_for, 5, 20)
            async with asyncio.timeout(20):
                while await house.database.read(_noted):  # noqa: ASYNC110 - it tells nobody
                    await asyncio.sleep(0.01)
    told = [one.json for one in there.requests]
    assert {one.path for one in there.requests} == {"/v25.0/hooks/s3cret"}
    assert [one["type"] for one in told] == ["alert:new"] * 4 + ["alert:ended"]
    assert [one.headers["idempotency-key"] for one in there.requests] == [
        *[f"{alert_id}-began"] * 4,
        f"{alert_id}-ended",
    ]
    assert told[0]["text"].startswith("Shop has fallen silent. Usually about 1,240 webhooks")
    assert told[0]["url"].endswith(f"/settings/channels/{channel.id}#told")
    assert told[4]["alert"]["ended_at"] and "s3cret" not in caplog.text
    assert caplog.text.count("alert not told outside") == 3


def _noted(connection: Connection) -> bool:
    return connection.execute(select(alert_notices.c.alert_id)).first() is not None


async def test_what_is_over_is_history(house: Inside, caplog: pytest.LogCaptureFixture) -> None:
    channel = await house.add_channel()
    caplog.set_level(logging.INFO, "inbox.alerts.alerts")
    alert_id = await raised(house, silent(channel.id))
    body = webhook(messages=[said("wamid.1", "hello")])
    assert (await house.post_signed(channel, body)).status_code == 200
    await house.wait_for("alert:ended", id=alert_id)
    await known(house, alert_id, standing=False)
    assert house.house.monitor.standing == {}
    for state, number in (("open", 0), ("ended", 1), ("", 1)):
        assert len((await house.get("alerts", state=state, channel=channel.id))["data"]) == number
    assert (await house.get("alerts", channel="another"))["data"] == []
    async with await browser(house, "admin") as admin:
        assert "fallen silent" not in (await admin.get("/")).text
        page = (await admin.get(f"/settings/channels/{channel.id}")).text
        assert "Fell silent" in page and "Over" in page
    ours = [one for one in caplog.records if one.name == alerts.__name__]
    lines = [(one.message, vars(one)["kind"]) for one in ours]
    assert lines == [("alert raised", "silent"), ("alert ended", "silent")]
