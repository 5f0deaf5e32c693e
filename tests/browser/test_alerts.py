"""An alert in an open page: its line comes, says where to look, and goes by itself."""

import os
from pathlib import Path

from playwright.async_api import Page, expect

from inbox.access import people, sessions
from inbox.alerts import alerts
from inbox.domain.times import now
from tests.browser.conftest import Enter
from tests.browser.test_looks import SCREENS, assert_whole
from tests.support.inside import Inside, inside
from tests.web.test_alerts import failing, silent


async def _tab(enter: Enter, house: Inside, role: str, path: str = "/", **options: object) -> Page:
    facts = {"email": f"{role}{len(path)}{len(options)}@example.com", "name": role, "role": role}
    user = await house.database.write(people.add, **facts, now=now())
    cookie = await house.database.write(sessions.start, user.id, "", now())
    visitor = await enter(None, house.url, **options)
    await visitor.context.add_cookies(
        [{"name": "inbox_session", "value": cookie, "url": house.url}]
    )
    return await visitor.page(path)


async def _look(page: Page, name: str) -> None:
    """A picture, where somebody wants to look at it."""
    if folder := os.environ.get("INBOX_TEST_PICTURES"):
        await page.screenshot(path=Path(folder) / f"alerts-{name}.png")


async def test_an_alert_comes_to_admins_at_once_and_goes_by_itself(
    enter: Enter, tmp_path: Path
) -> None:
    async with inside(f"sqlite+aiosqlite:///{tmp_path / 'inbox.db'}", tmp_path) as house:
        channel = await house.add_channel(name="Shop in Berlin-Kreuzberg")
        other = await house.add_channel(name="مكتب دبي", account="209876543210987")
        desk = await _tab(enter, house, "admin")
        own = await _tab(enter, house, "admin", f"/settings/channels/{channel.id}")
        agent = await _tab(enter, house, "agent")
        phone = await _tab(enter, house, "admin", **SCREENS["phone"])
        for finding in (silent(channel.id), failing(other.id), failing(channel.id)):
            assert await house.database.write(alerts.raise_, finding, now())
        lines = desk.locator("#alerts > li")
        await expect(lines).to_have_count(3)
        await expect(own.locator(f"#told-of-{channel.id} > li")).to_have_count(2)
        status = await _tab(enter, house, "admin", "/settings/status")
        await expect(status.locator("#open-alerts li")).to_have_count(3)
        for page, name in ((desk, "desk"), (phone, "phone"), (own, "own"), (status, "status")):
            await assert_whole(page, name)
            for theme in ("light", "dark"):
                await page.emulate_media(color_scheme=theme)  # type: ignore[arg-type]  # one of two words
                await _look(page, f"{name}-{theme}")
        await desk.reload()
        await expect(lines).to_have_count(3)
        await lines.first.get_by_role("button", name="Mute").click()
        await expect(lines).to_have_count(2)
        await expect(own.locator("#told .badge", has_text="Muted")).to_be_visible()
        await own.locator("#told").get_by_role("button", name="Unmute").click()
        await expect(lines).to_have_count(3)
        standing = list(house.house.monitor.standing)
        assert len(await house.database.write(alerts.end_alerts, standing, now())) == 3
        await expect(lines).to_have_count(0)
        await expect(own.locator("#told .badge", has_text="Over")).to_have_count(2)
        await _look(own, "over")
        assert await agent.locator(".alerts, [id^='alert-']").count() == 0
        for page in (desk, own, agent, phone, status):
            await page.close()  # before the server goes
