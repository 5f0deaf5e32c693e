"""A new conversation is begun by keyboard alone, and on from there like any other."""

import asyncio
import re

import pytest
from playwright.async_api import Page, Route, expect

from tests.browser.conftest import Enter
from tests.browser.customers import Customer
from tests.browser.test_templates import READY
from tests.browser.visitor import Desk, ends
from tests.support.fake_graph import FakeGraph


@pytest.fixture
def ready(customer: Customer, graph: FakeGraph) -> Customer:
    """Somebody who has written on a channel with templates."""
    if not any(one.name == READY.name for one in graph.templates):
        graph.account.add(READY)
    customer.say("Hello?")
    return customer


async def begin(page: Page, customer: Customer) -> None:
    """From the list to the number, on this customer's channel."""
    await expect(page.locator("#list")).to_be_visible()
    await page.keyboard.press("c")
    number = page.get_by_label("Phone number")
    await expect(number).to_be_focused()
    # A list where there is a choice, else a hidden field.
    channel = page.locator("#first-contact [name=channel_id]")
    await channel.evaluate("(field, id) => { field.value = id; }", customer.line.id)
    await channel.dispatch_event("change")


async def test_a_number_a_template_and_the_conversation_is_there(
    enter: Enter, ready: Customer, graph: FakeGraph
) -> None:
    visitor = await enter()
    page = (await visitor.desk()).page
    await begin(page, ready)
    read = page.locator("#number-read")
    await page.keyboard.type(f"+1 {ready.number[1:]}")
    await expect(read).to_contain_text(ready.name)
    await expect(page.locator("#first-template")).to_be_hidden()
    await page.get_by_label("Phone number").fill("+44 7700 900188")
    await expect(read).to_contain_text("United Kingdom")
    await page.keyboard.press("Enter")
    await expect(page.get_by_label("Find a template")).to_be_focused()
    await page.keyboard.type("ready")
    await expect(page.locator(".template-choice")).to_have_text([re.compile(READY.name)])
    await page.keyboard.press("ArrowDown")
    await page.keyboard.press("Enter")
    await expect(page.get_by_label("Text: gap 1")).to_be_focused()
    await page.keyboard.type("Amara")
    await expect(page.locator(".template-preview")).to_contain_text("Hello Amara")
    await page.get_by_label("Text: gap 2").fill("1042")
    await page.keyboard.press("Enter")
    await expect(Desk(page).message("Hello Amara, order 1042")).to_be_visible()
    await expect(page.locator(".thread-header h2")).to_contain_text("+44 7700 900188")
    await expect(Desk(page).tick("order 1042")).to_have_text("Sent")
    assert len(graph.sent_to("447700900188")) == 1
    await page.goto(visitor.url)
    await page.keyboard.press("c")
    await expect(page.locator("#first-contact [name=channel_id]")).to_have_value(ready.line.id)
    await expect(page.get_by_label("Phone number")).to_be_focused()
    await page.keyboard.type("+44 7700 900188")
    await expect(read).to_contain_text("already")
    await page.keyboard.press("Enter")
    await expect(page).to_have_url(ends(f"/conversations/{_of(ready, '447700900188')}"))


def _of(customer: Customer, number: str) -> str:
    found = customer.server.conversations(customer.line)
    return next(str(one["id"]) for one in found if one["contact"]["wa_id"] == number)


async def test_a_channel_that_is_chosen_before_the_script_is_there_stays_chosen(
    enter: Enter, ready: Customer
) -> None:
    visitor = await enter()
    page = await visitor.page("/sign-in")
    held = asyncio.Event()

    async def late(route: Route) -> None:
        await held.wait()
        await route.continue_()

    await page.evaluate("localStorage.setItem('first-contact-channel', '')")
    await page.route("**/first_contact*.js", late)
    await page.goto(visitor.url + "/conversations/new", wait_until="commit")
    channel = page.locator("#first-contact [name=channel_id]")
    await channel.select_option(ready.line.id)
    held.set()
    await expect(page.locator("#templates .template-picker")).to_be_visible()
    await expect(channel).to_have_value(ready.line.id)
    await page.reload()
    await expect(channel).to_have_value(ready.line.id)
