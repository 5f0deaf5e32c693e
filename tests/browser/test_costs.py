"""What a message costs, where it is written and where it stands."""

import time

from playwright.async_api import expect

from tests.browser.conftest import Enter
from tests.browser.customers import Customer
from tests.browser.visitor import ANA
from tests.support.fake_graph import FakeGraph


async def test_a_third_short_message_within_a_minute_suggests_joining(
    enter: Enter, customer: Customer
) -> None:
    customer.say("Are you there?")
    desk = await (await enter(ANA)).desk(f"/conversations/{customer.conversation}")
    hint = desk.page.locator("#joining")
    for words in ("Hello", "Yes, we are"):
        await desk.composer.press_sequentially(words)
        await expect(hint).to_be_hidden()
        await desk.composer.press("Enter")
        await expect(desk.message(words)).to_have_attribute("data-status", "sent")
    await desk.composer.press_sequentially("until")
    await expect(hint).to_contain_text("third short message")
    await desk.composer.fill("until six, and on Saturdays until two; " * 3)
    await expect(hint).to_be_hidden()
    await desk.composer.fill("until six")
    await hint.get_by_role("button", name="Do not suggest this").press("Enter")
    await desk.composer.press_sequentially("!")
    await expect(hint).to_be_hidden()
    await expect(desk.composer).to_be_focused()
    account = await desk.page.context.new_page()
    await account.goto(desk.page.url.partition("/conversations")[0] + "/account")
    wanted = account.get_by_label("Joining a third short message")
    await expect(wanted).not_to_be_checked()
    await wanted.check()
    await desk.composer.press_sequentially("!")
    await expect(hint).to_be_visible()


async def test_the_ticks_tell_what_it_cost(
    enter: Enter, customer: Customer, graph: FakeGraph
) -> None:
    customer.say("How much is it?")
    desk = await (await enter(ANA)).desk(f"/conversations/{customer.conversation}")
    await desk.composer.fill("Ten")
    await desk.composer.press("Enter")
    await expect(desk.message("Ten")).to_have_attribute("data-status", "sent")
    pricing = {"billable": True, "pricing_model": "PMP", "type": "regular", "category": "service"}
    status = {"id": graph.wamids[-1], "status": "delivered", "timestamp": str(int(time.time()))}
    customer.post(statuses=[status | {"recipient_id": customer.number, "pricing": pricing}])
    tick = desk.message("Ten").locator(".tick")
    await expect(tick).to_have_attribute("data-status", "delivered")
    await tick.focus()
    await expect(tick.locator(".timeline")).to_contain_text("Service billed")
