"""Finding by more than words: in all conversations, and in the one that is open."""

import re

from playwright.async_api import expect

from tests.browser.conftest import Enter
from tests.browser.customers import Customer
from tests.browser.visitor import ANA, BEN
from tests.support.until import until


async def test_filters_are_typed_or_chosen_and_stay_in_the_address(
    enter: Enter, customer: Customer
) -> None:
    word = f"teapot{customer.number}"
    customer.say(f"Where is my {word}?")
    customer.can_be_found()
    desk = await (await enter(BEN)).desk()
    page, keys = desk.page, desk.page.keyboard
    chips, rows = page.locator("#filters .chip"), desk.list.locator(".row")
    await page.get_by_label("Search conversations").fill(word)
    await expect(rows).to_have_count(1)
    await keys.type(" re:")  # a word like others, and no filter
    await expect(page.locator("#list-body")).to_have_attribute("data-q", f"{word} re:")
    await page.get_by_label("Search conversations").fill(word)
    await keys.type(" from:cust")
    await expect(page.get_by_role("option")).to_have_text(["From the customerfrom:customer"])
    await keys.press("Enter")
    await expect(chips).to_have_text(["From the customer×"])
    await expect(page).to_have_url(re.compile(f"q={word}.*from=customer"))
    await expect(rows).to_have_count(1)
    await page.get_by_role("button", name="Filters").click()
    await page.get_by_role("option", name="Has a photo").click()
    await expect(chips).to_have_count(2)
    await expect(page.get_by_text("Nothing answers all of this at once")).to_be_visible()
    await expect(page).to_have_url(re.compile("has=image"))
    await keys.press("Home")
    await keys.press("Backspace")
    await expect(rows).to_have_count(1)
    await expect(page).not_to_have_url(re.compile("has=image"))
    await page.reload()
    await expect(chips).to_have_text([re.compile("From the customer")])
    await expect(rows).to_have_count(1)
    await page.get_by_role("link", name="Without: From the customer").click()
    await expect(chips).to_have_count(0)
    await expect(page).not_to_have_url(re.compile("from="))
    await page.wait_for_load_state("networkidle")


async def test_one_conversation_is_searched_through_all_of_its_history(
    enter: Enter, customer: Customer
) -> None:
    word = f"mug{customer.number}"
    customer.say(
        f"The first {word.upper()}", *(f"Line {at}" for at in range(120)), f"A last {word}"
    )
    customer.can_be_found()
    until(lambda: customer.server.get("conversations", q=f"first {word}")["data"])
    desk = await (await enter(BEN)).desk(f"/conversations/{customer.conversation}")
    page, keys = desk.page, desk.page.keyboard
    lit = "CSS.highlights.get('found')?.size ?? 0"
    await desk.composer.fill("half a reply")
    await desk.thread.focus()
    await keys.press("f")
    bar = page.get_by_role("search", name="Search this conversation")
    field = bar.get_by_role("searchbox")
    await expect(field).to_be_focused()
    await keys.type(word)
    await expect(bar).to_contain_text("1 of 2")
    await expect(desk.message("A last")).to_be_in_viewport()
    assert await page.evaluate(lit) == 1
    await keys.press("Enter")
    await expect(bar).to_contain_text("2 of 2")
    await expect(desk.message("The first")).to_be_in_viewport()  # it was not on the page
    await expect(field).to_be_focused()
    await keys.press("Shift+Enter")
    await expect(bar).to_contain_text("1 of 2")
    await expect(desk.message("A last")).to_be_in_viewport()
    await keys.press("Enter")
    await expect(desk.message("The first")).to_be_in_viewport()
    await keys.press("Escape")
    await expect(bar).to_have_count(0)
    await expect(desk.thread).to_be_focused()
    assert await page.evaluate(lit) == 0
    await page.locator("#jump").click()
    await expect(desk.message("A last")).to_have_count(1)
    await expect(desk.composer).to_have_value("half a reply")


async def test_the_palette_finds_an_action_a_setting_and_a_person(
    enter: Enter, customer: Customer
) -> None:
    customer.say("Hello")
    customer.can_be_found()
    desk = await (await enter(ANA)).desk()
    page, keys = desk.page, desk.page.keyboard
    palette = page.get_by_role("dialog", name="Do or find anything")
    options = palette.get_by_role("option")
    await page.get_by_label("Search conversations").focus()  # also in a field
    await keys.press("Control+k")
    await expect(palette).to_be_visible()
    await keys.type(customer.name)
    await expect(options.first).to_contain_text("Person")
    await expect(options.first).to_contain_text(customer.name)  # of fewer letters it was another
    await keys.press("Enter")
    await expect(page.locator(".thread-header h2")).to_have_text(customer.name)
    await keys.press("Control+k")
    await keys.type("note for")
    await expect(options).to_have_count(1)
    await keys.press("Enter")
    await expect(page.locator("#noting textarea")).to_be_focused()
    await keys.press("Control+k")
    await keys.type("webhook l")
    await expect(options.first).to_contain_text("Webhook log")
    await keys.press("Enter")
    await expect(page).to_have_url(re.compile("/settings/webhook-log"))
    await expect(page.get_by_role("button", name="Keyboard shortcuts")).to_be_visible()
    await keys.press("Control+k")  # there as well
    await expect(palette).to_be_visible()
