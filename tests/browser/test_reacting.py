"""Reactions of our own: given beside the message, by keyboard as well, and taken back."""

import pytest
from playwright.async_api import Locator, expect

from tests.browser.conftest import Enter
from tests.browser.customers import Customer
from tests.browser.visitor import ANA, Desk
from tests.support.fake_graph import FakeGraph


@pytest.fixture
async def desk(enter: Enter, customer: Customer) -> Desk:
    customer.say("Hello")
    return await (await enter(ANA)).desk(f"/conversations/{customer.conversation}")


def reactions(desk: Desk) -> Locator:
    return desk.message("Hello").locator(".reaction > .emoji")


async def pick(desk: Desk, emoji: str) -> None:
    await desk.message("Hello").hover()
    await desk.page.get_by_role("button", name="React to this").click()
    await desk.page.get_by_role("button", name=emoji).click()


def told(graph: FakeGraph, customer: Customer) -> list[str]:
    bodies = graph.sent_to(customer.number)
    return [body["reaction"]["emoji"] for body in bodies if body.get("type") == "reaction"]


async def test_a_reaction_is_given_changed_and_taken_back(
    desk: Desk, graph: FakeGraph, customer: Customer
) -> None:
    await pick(desk, "👍")
    await expect(reactions(desk)).to_have_text(["👍"])
    await pick(desk, "🎉")
    await expect(reactions(desk)).to_have_text(["🎉"])
    await pick(desk, "🎉")
    await expect(reactions(desk)).to_have_count(0)
    assert set(told(graph, customer)) <= {"👍", "🎉", ""}


async def test_any_emoji_can_be_given_by_keyboard_alone(desk: Desk) -> None:
    keyboard = desk.page.keyboard
    await desk.page.locator("#thread").focus()
    await keyboard.press("Shift+R")
    await keyboard.press("Tab")
    await keyboard.press("Enter")
    await expect(desk.page.get_by_role("button", name="👍")).to_be_focused()
    await desk.page.get_by_label("Another emoji").focus()
    await keyboard.type("🫖")
    await keyboard.press("Enter")
    await expect(reactions(desk)).to_have_text(["🫖"])


async def test_what_is_no_emoji_is_refused_in_words(enter: Enter, customer: Customer) -> None:
    customer.say("Hello")
    ana = await enter(ANA)
    desk = await ana.desk(f"/conversations/{customer.conversation}")
    await desk.message("Hello").hover()
    await desk.page.get_by_role("button", name="React to this").click()
    await desk.page.get_by_label("Another emoji").fill("ok")
    await desk.page.keyboard.press("Enter")
    await expect(desk.page.locator("#refusal")).to_contain_text("A reaction is one emoji")
    ana.troubles.clear()  # the browser notes the 422 as well
