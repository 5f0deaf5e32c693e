"""Who does not look is told: in title and icon of any page, by notices of the browser, by pushes.

Chromium gets its subscriptions at Google's only, so that its address is one of our own push service
here; what that hears is real, and so is a push that is given to the service worker.
"""

import asyncio
import json
import re
from collections.abc import AsyncIterator, Iterator
from contextlib import suppress
from typing import Any

import pytest
from playwright.async_api import Browser as Chromium
from playwright.async_api import BrowserContext, Page, async_playwright, expect

from tests.browser.conftest import Enter
from tests.browser.customers import Customer, crowd
from tests.browser.visitor import ANA, BEN, PATIENCE_MS, Desk, Visitor
from tests.support.chromium import ARGS, whole_chromium_path
from tests.support.push_service import Browser, FakePushService
from tests.support.server import Server

DEVICES = "/api/v1/me/devices"
SUBSCRIBED = """subscription => {
  const made = { toJSON: () => subscription, options: {}, unsubscribe: async () => true };
  PushManager.prototype.subscribe = async () => made;
  PushManager.prototype.getSubscription = async () => made;
}"""
SHOWN = """async () => {
  const found = await registration.getNotifications();
  return found.map(({ title, body, data: { url } }) => ({ title, body, url }));
}"""

TONES = """(() => {
  const { prototype } = BaseAudioContext;
  const make = prototype.createOscillator;
  window.tones = 0;
  prototype.createOscillator = function () {
    window.tones += 1;
    return make.call(this);
  };
})()"""
"""How many were begun; a chime has two."""

LEFT = """async () => {
  while ((await clients.matchAll({ type: "window", includeUncontrolled: true })).length) {
    await new Promise((go) => setTimeout(go, 50));
  }
}"""
"""Until no page is open."""


@pytest.fixture(scope="module")
async def chromium() -> AsyncIterator[Chromium]:
    """A whole one: without windows it can show no notice."""
    async with async_playwright() as playwright:
        path = whole_chromium_path()
        browser = await playwright.chromium.launch(executable_path=path, args=ARGS)
        yield browser
        await browser.close()


@pytest.fixture(scope="module")
def service() -> Iterator[FakePushService]:
    with FakePushService() as running:
        yield running


async def shown(context: BrowserContext, number: int) -> list[dict[str, Any]]:
    """The notices of this browser, once there are so many.

    Each look is short, as nothing should wait in a service worker: on a busy machine Chromium once
    answered such a wait with nothing at all.
    """
    found: list[dict[str, Any]] | None = None
    with suppress(TimeoutError):
        async with asyncio.timeout(PATIENCE_MS / 1000):
            while found is None or len(found) != number:
                await asyncio.sleep(0.05)
                found = await context.service_workers[0].evaluate(SHOWN)
    assert found is not None and len(found) == number, found
    return found


async def deliver(page: Page, origin: str, told: dict[str, Any]) -> None:
    """As Chromium gets it from its push service."""
    context = page.context
    tools = await context.new_cdp_session(page)
    known: list[str] = []
    tools.on(
        "ServiceWorker.workerRegistrationUpdated",
        lambda event: known.extend(one["registrationId"] for one in event["registrations"]),
    )
    await tools.send("ServiceWorker.enable")
    while not known:
        await page.wait_for_timeout(20)
    push = {"origin": f"{origin}/", "registrationId": known[0], "data": json.dumps(told)}
    await tools.send("ServiceWorker.deliverPushMessage", push)
    await tools.detach()


async def turned_on(visitor: Visitor, service: FakePushService) -> tuple[Page, Browser]:
    """The page of notices of somebody who has just turned them on."""
    await visitor.context.grant_permissions(["notifications"])
    answer = await visitor.context.request.get(f"{visitor.url}{DEVICES}")
    browser = service.subscribe((await answer.json())["public_key"])
    page = await visitor.context.new_page()
    await page.add_init_script(f"({SUBSCRIBED})({json.dumps(browser.subscription)})")
    await page.goto(f"{visitor.url}/account/notices")
    await page.get_by_role("button", name="Turn on in this browser").click()
    await expect(page.locator("[data-device]")).to_contain_text("This browser")
    return page, browser


async def turn_off(visitor: Visitor) -> None:
    """As others share this server."""
    request, headers = visitor.context.request, {"Origin": visitor.url}
    for device in (await (await request.get(f"{visitor.url}{DEVICES}")).json())["data"]:
        await request.delete(f"{visitor.url}{DEVICES}/{device['id']}", headers=headers)


async def test_a_browser_that_was_turned_on_is_told_once_and_leads_to_the_message(
    enter: Enter, customer: Customer, service: FakePushService
) -> None:
    customer.say("Hello?")
    ben = await enter(BEN)
    page, browser = await turned_on(ben, service)
    await page.get_by_role("button", name="Send a test to").click()
    await expect(page.locator("[data-device]")).to_contain_text("Last told")
    assert service.wait_for(browser, 1)[0]["title"] == "Notices arrive here"

    # On this page, which has no list: by its title, its icon and a notice.
    await expect(page).to_have_title(re.compile(r"^\([1-9]"))
    await expect(page.locator("link[rel=icon]")).to_have_attribute("href", re.compile("^data:"))
    customer.say("Where is my *parcel*?")
    pushed = service.wait_for(browser, 2)[-1]
    [notice] = await shown(ben.context, 1)
    assert notice == {name: pushed[name] for name in ("title", "body", "url")}
    assert notice["body"] == "Where is my parcel?"

    # With no page open pushes are shown, and what was shown already is not again.
    await page.goto("about:blank")
    await ben.context.service_workers[0].evaluate(LEFT)
    await deliver(page, ben.url, pushed)
    another = pushed | {"tag": "another", "url": "/conversations/another", "title": "Another"}
    await deliver(page, ben.url, another)
    assert {one["title"] for one in await shown(ben.context, 2)} == {notice["title"], "Another"}

    # It is pressed: the page that is there opens the message.
    await page.goto(f"{ben.url}/account/notices")
    await ben.context.service_workers[0].evaluate(
        "async url => (await clients.matchAll({ type: 'window', includeUncontrolled: true }))"
        ".forEach(page => page.postMessage({ open: url }))",
        notice["url"],
    )
    await page.wait_for_url(f"**{notice['url']}")
    await expect(Desk(page).message("Where is my parcel?")).to_be_visible()
    await turn_off(ben)


async def test_nothing_is_told_of_what_is_before_ones_eyes_or_muted(
    enter: Enter, inbox: Server, customer: Customer, service: FakePushService
) -> None:
    other = Customer(inbox, customer.line, "Another customer")
    loud = Customer(inbox, inbox.add_channel(), "Somebody else")
    for one in (customer, other, loud):
        one.say("Hello?")
    inbox.settle()  # else the page of notices might tell of it
    ana = await enter(ANA)
    page, _ = await turned_on(ana, service)
    async with page.expect_response(f"{ana.url}{DEVICES}"):  # what tells is there
        await page.goto(f"{ana.url}/conversations/{customer.conversation}")
    customer.say("Seen as it comes")
    await expect(Desk(page).message("Seen as it comes")).to_be_visible()
    other.say("Told while the page is open")
    assert [one["title"] for one in await shown(ana.context, 1)] == [other.name]

    # What is chosen elsewhere holds here at once.
    wishes, headers = f"{ana.url}/api/v1/me/notices", {"Origin": ana.url}
    mute = {"muted_channels": [customer.line.id]}
    await ana.context.request.patch(wishes, data=mute, headers=headers)
    other.say("Not told any more")
    loud.say("Of another channel")
    bodies = {one["body"] for one in await shown(ana.context, 2)}
    assert bodies == {"Told while the page is open", "Of another channel"}
    await ana.context.request.patch(wishes, data={"muted_channels": []}, headers=headers)
    await turn_off(ana)


async def until(page: Page, holds: str) -> None:
    """Return once this is so on the page."""
    async with asyncio.timeout(PATIENCE_MS / 1000):
        while not await page.evaluate(holds):
            await page.evaluate("new Promise(requestAnimationFrame)")


async def test_of_many_who_write_at_once_one_sound_is_heard_and_none_before_it_can_be(
    enter: Enter, inbox: Server, customer: Customer
) -> None:
    page = await (await enter(ANA)).context.new_page()
    await page.add_init_script(TONES)
    async with page.expect_response(re.compile("/telling")) as came:
        await page.goto(inbox.url)
    await page.evaluate("async url => { await import(url) }", (await came.value).url)  # it listens
    customer.say("Unheard")
    await until(page, "navigator.locks.query().then(({ held }) => held.length)")
    await page.mouse.click(700, 450)  # before, no browser lets a page be heard
    crowd(inbox, customer.line, 9, "Loud")
    await until(page, "tones")
    customer.say("Once more")
    await until(page, "tones > 2")
    assert await page.evaluate("tones") == 4
