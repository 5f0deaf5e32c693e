"""Outgoing webhooks as an admin sees them: added by keyboard, live, tested and posted again."""

import re
from urllib.parse import urlsplit

from playwright.async_api import Page, expect

from tests.browser.conftest import Enter
from tests.browser.customers import Customer
from tests.browser.visitor import ANA
from tests.support.webhook_receiver import Answering, WebhookReceiver

NEVER_BY_THE_CLOCK = """
const real = setTimeout;
window.setTimeout = (work, ms, ...rest) => (ms === 2000 ? 0 : real(work, ms, ...rest));
"""
"""What js/status.js waits for before it looks again by itself."""


async def add_by_keyboard(page: Page, url: str) -> str:
    """Its secret."""
    await page.get_by_role("link", name=re.compile("Add (an|the first) endpoint")).focus()
    await page.keyboard.press("Enter")
    await page.get_by_label("Address").focus()
    await page.keyboard.type(url)
    await page.keyboard.press("Enter")
    secret = page.locator(".notice.once code")
    await expect(secret).to_contain_text("whsec_")
    return await secret.inner_text()


async def test_an_endpoint_is_added_hears_and_is_seen_to_fail_and_to_take_again(
    enter: Enter, customer: Customer
) -> None:
    with WebhookReceiver() as receiver:
        path = "/crm"
        page = await (await enter(ANA)).page("/settings/webhooks")
        receiver.secrets[path] = await add_by_keyboard(page, receiver.url + path)
        change = page.get_by_role("link", name="Change").first
        at = urlsplit(str(await change.get_attribute("href"))).path.removesuffix("/edit")
        await page.goto(f"{customer.server.url}{at}")
        await expect(page.get_by_text("Waiting for the first event")).to_be_visible()

        customer.say("Hello")
        receiver.wait_for(lambda: "message:new" in {one.said["type"] for one in receiver.got})
        await expect(page.get_by_role("heading", name="Delivering")).to_be_visible()
        await expect(page.locator("#delivery-rows")).to_contain_text("message:new")

        receiver.answers[path] = [Answering(500, body=b"<b>broken</b>")]
        await page.get_by_role("button", name="Send a test").focus()
        await page.keyboard.press("Enter")
        tries = page.locator("#delivery-tries")
        await expect(tries).to_contain_text("500")
        await tries.locator("summary").focus()
        await page.keyboard.press("Enter")
        await expect(tries).to_contain_text("<b>broken</b>")
        await page.get_by_role("button", name="Post it again").focus()
        await page.keyboard.press("Enter")
        await expect(tries).to_contain_text("Delivered")
        tests = [one for one in receiver.got if one.said["type"] == "webhook.test"]
        assert len({one.webhook_id for one in tests}) == 1 and len(tests) == 2
        assert receiver.refused == []

        await page.add_init_script(NEVER_BY_THE_CLOCK)
        await page.goto(f"{customer.server.url}{at}")
        api = customer.server.api("admin")
        own = f"/api/v1{at.removeprefix('/settings')}"
        assert api.patch(own, json={"active": False}).status_code == 200
        await expect(page.get_by_role("heading", name="Paused")).to_be_visible()
        await page.get_by_role("button", name="Delete").focus()
        await page.keyboard.press("Enter")
        await page.get_by_role("button", name="Delete the endpoint").focus()
        await page.keyboard.press("Enter")
        await expect(page.get_by_role("status").filter(has_text="any more")).to_be_visible()
