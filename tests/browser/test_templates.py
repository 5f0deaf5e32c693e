"""Templates are picked in the composer's place: by keyboard, with a preview, after 24 hours too."""

import time
from collections.abc import AsyncIterator

import pytest
from playwright.async_api import expect

from tests.browser.conftest import Enter
from tests.browser.customers import Customer
from tests.browser.visitor import Desk
from tests.support.fake_graph import FakeGraph
from tests.support.graph.templates import Definition

READY = Definition(
    name="order_ready",
    components=(
        {"type": "HEADER", "format": "TEXT", "text": "Your order"},
        {
            "type": "BODY",
            "text": "Hello {{1}}, order {{2}} is ready.",
            "example": {"body_text": [["Amara", "1042"]]},
        },
        {"type": "FOOTER", "text": "Thank you"},
        {"type": "BUTTONS", "buttons": [{"type": "QUICK_REPLY", "text": "Stop messages"}]},
    ),
)
LONG_AGO = 3 * 86_400


@pytest.fixture
async def desk(enter: Enter, customer: Customer, graph: FakeGraph) -> AsyncIterator[Desk]:
    """A customer who wrote three days ago, and templates at the provider."""
    if not any(one.name == "order_ready" for one in graph.templates):
        graph.account.add(READY)
    customer.say("Is it ready?", at=time.time() - LONG_AGO)
    customer.was_read()
    visitor = await enter()
    yield await visitor.desk(f"/conversations/{customer.conversation}")
    visitor.troubles = [one for one in visitor.troubles if "status of 422" not in one]


async def test_after_the_window_a_template_is_found_filled_in_and_sent_by_keyboard(
    desk: Desk, graph: FakeGraph
) -> None:
    page = desk.page
    picker = page.locator(".template-picker")
    await expect(picker.locator(".template-choice")).to_have_count(1)
    await expect(desk.composer).to_be_hidden()
    await page.get_by_label("Find a template").focus()
    await page.keyboard.type("ready")
    await page.keyboard.press("ArrowDown")
    await expect(picker.locator(".template-choice")).to_be_focused()
    await page.keyboard.press("Enter")
    await expect(page.get_by_label("Text: gap 1")).to_be_focused()
    await page.keyboard.type("Amara")
    await expect(picker.locator(".template-preview")).to_contain_text("Hello Amara, order {{2}}")
    await page.keyboard.press("Enter")
    await expect(page.get_by_label("Text: gap 2")).to_be_focused()
    await expect(picker.locator(".error")).to_have_text("Fill this in.")
    await page.keyboard.type("1042")
    await page.keyboard.press("Enter")
    sent = desk.message("Hello Amara, order 1042 is ready.")
    await expect(sent).to_contain_text("Stop messages")
    await expect(desk.tick("order 1042")).to_have_text("Sent")
    assert graph.sent[-1].json["template"]["name"] == "order_ready"
