"""A message is forwarded by keyboard alone, to whom it may go."""

import pytest
from playwright.async_api import expect

from tests.browser.conftest import Enter
from tests.browser.customers import Customer, new_number
from tests.browser.visitor import Desk

LONG_AGO = 1_700_000_000


@pytest.fixture
def others(customer: Customer) -> tuple[Customer, Customer]:
    """One who has just written, and one who wrote long ago."""
    found = [
        Customer(customer.server, customer.line, f"{who} {new_number()}") for who in ("Now", "Late")
    ]
    found[0].say("Hello")
    found[1].say("Hello", at=LONG_AGO)
    for one in found:
        one.can_be_found()
    return found[0], found[1]


async def test_by_keyboard_it_goes_to_who_is_chosen_and_says_where_it_went(
    enter: Enter, customer: Customer, others: tuple[Customer, Customer]
) -> None:
    there, late = others
    customer.say("The key is under the mat.", at=LONG_AGO)
    visitor = await enter()
    desk = await visitor.desk(f"/conversations/{customer.conversation}")
    page = desk.page
    dialog = page.get_by_role("dialog", name="Forward")
    await expect(desk.message("under the mat")).to_be_visible()
    await page.locator("#thread").focus()
    await page.keyboard.press("Shift+R")
    await expect(page.locator("[data-forward]")).to_be_focused()
    await page.keyboard.press("Enter")
    await expect(dialog.get_by_label("Find a conversation")).to_be_focused()
    await expect(dialog.locator(".goes")).to_contain_text("under the mat")
    await page.keyboard.type(late.name)
    await expect(dialog.get_by_role("checkbox")).to_have_count(1)
    await expect(dialog.get_by_role("checkbox")).to_be_disabled()
    await expect(dialog.locator(".why")).to_contain_text("only a template")
    await dialog.get_by_label("Find a conversation").fill(there.name)
    await expect(dialog.get_by_role("checkbox")).to_be_enabled()
    await page.keyboard.press("ArrowDown")
    await page.keyboard.press("Space")
    await page.keyboard.press("Enter")
    await expect(dialog.locator(".went")).to_contain_text(f"Forwarded to {there.name}")
    await expect(dialog.get_by_role("link", name="Open")).to_be_focused()
    await page.keyboard.press("Enter")
    await expect(Desk(page).message("under the mat")).to_have_attribute(
        "data-direction", "outgoing"
    )
