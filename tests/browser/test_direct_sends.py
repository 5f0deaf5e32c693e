"""Direct Send from the composer: by keyboard, said before it is pressed, and never by itself."""

import time

from playwright.async_api import expect

from tests.browser.conftest import Enter
from tests.browser.customers import Customer
from tests.browser.test_templates import LONG_AGO
from tests.browser.visitor import ANA
from tests.support.fake_graph import FakeGraph
from tests.support.server import Server


async def test_a_closed_window_offers_it_with_what_it_costs_and_an_open_one_needs_it_no_more(
    enter: Enter, customer: Customer, graph: FakeGraph, inbox: Server
) -> None:
    graph.direct_send = True
    path = f"/settings/channels/{customer.line.id}"
    assert inbox.as_admin.post(path, data={"direct_send": "on"}).status_code == 303
    customer.say("Where is my order?", at=time.time() - LONG_AGO)
    visitor = await enter(ANA)
    desk = await visitor.desk(f"/conversations/{customer.conversation}")
    page, told = desk.page, desk.page.locator("#closed")
    await page.get_by_role("button", name="Send now as Direct Send").press("Enter")
    await expect(desk.composer).to_be_focused()
    await expect(told).to_contain_text("billed in the category utility")
    await expect(page.get_by_role("button", name="Send files")).to_be_hidden()
    await desk.reply("It comes tomorrow")
    await expect(desk.tick("comes tomorrow")).to_have_text("Sent")
    await expect(desk.message("comes tomorrow")).to_contain_text("Direct Send")
    # The other way instead, and back.
    await page.get_by_role("button", name="Write the answer now").press("Enter")
    await expect(told).to_contain_text("sent as soon as they write")
    await page.get_by_role("button", name="Send now as Direct Send").press("Enter")
    await expect(told).to_contain_text("billed in the category utility")
    customer.say("And when?")
    await expect(told).to_be_hidden()
    await desk.reply("At nine")
    await expect(desk.tick("At nine")).to_have_text("Sent")
    sent = [one.get("category") for one in graph.sent_to(customer.number)]
    assert sent == ["utility", None]
