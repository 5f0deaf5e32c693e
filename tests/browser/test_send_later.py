"""A reply that is sent later, or held until they write: by keyboard, and as all see it."""

import time

import pytest
from playwright.async_api import expect

from tests.browser.conftest import Enter
from tests.browser.customers import Customer
from tests.browser.dom import equals_reloaded
from tests.browser.visitor import ANA, Desk
from tests.support.fake_graph import FakeGraph

DAY = 86_400


@pytest.fixture
async def desk(enter: Enter, customer: Customer) -> Desk:
    customer.say("When do you open?")
    visitor = await enter(ANA)
    return await visitor.desk(f"/conversations/{customer.conversation}")


async def test_what_is_sent_later_stands_there_is_changed_and_sent_now(
    desk: Desk, graph: FakeGraph
) -> None:
    page, sent = desk.page, len(graph.sent)
    await desk.composer.fill("See you tomorrow")
    await page.get_by_role("button", name="Send later").first.focus()
    await page.keyboard.press("Enter")
    dialog = page.get_by_role("dialog", name="Send later")
    await expect(dialog.get_by_label("Day and time")).to_be_focused()
    await dialog.get_by_role("button", name="Tomorrow morning").press("Enter")
    await dialog.get_by_role("button", name="Send later").press("Enter")
    bubble = desk.message("See you tomorrow")
    await expect(bubble).to_contain_text("It goes out")
    await expect(desk.composer).to_have_value("")
    await equals_reloaded(page)
    await bubble.get_by_role("button", name="Edit").press("Enter")
    change = page.get_by_role("dialog", name="Change what is sent later")
    await change.get_by_label("Message").fill("See you on Monday")
    await change.get_by_role("button", name="Save").press("Enter")
    await expect(desk.message("See you on Monday")).to_contain_text("It goes out")
    assert len(graph.sent) == sent
    await desk.message("See you on Monday").get_by_role("button", name="Send now").press("Enter")
    await expect(desk.tick("See you on Monday")).to_have_text("Sent")


async def test_what_is_written_in_a_closed_window_goes_out_when_they_write(
    enter: Enter, customer: Customer, graph: FakeGraph
) -> None:
    customer.say("Hello?", at=time.time() - 2 * DAY)
    visitor = await enter(ANA)
    desk = await visitor.desk(f"/conversations/{customer.conversation}")
    await expect(desk.composer).not_to_be_editable()
    await desk.page.get_by_role("button", name="as soon as they write").press("Enter")
    await expect(desk.composer).to_be_focused()
    await desk.reply("We are open again")
    await expect(desk.message("open again")).to_contain_text("It goes out as soon as they write.")
    customer.say("Are you there?")
    await expect(desk.tick("open again")).to_have_text("Sent")
