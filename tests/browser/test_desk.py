"""Whose turn it is: assigned, put off, passed on, resolved by keys, and seen by all who look."""

from playwright.async_api import Page, expect

from tests.browser.conftest import Enter
from tests.browser.customers import Customer
from tests.browser.visitor import ANA, BEN
from tests.support.server import Line, Server

TOMORROW = """new Intl.DateTimeFormat(document.documentElement.lang, { weekday: "short" })
    .format(new Date(Date.now() + 86400000))"""


async def choose(page: Page, key: str, words: str) -> None:
    """By its key, typed words and Enter."""
    await page.locator("#thread").focus()
    await page.keyboard.press(key)
    await expect(page.locator("#desk-menu input")).to_be_focused()
    await page.keyboard.type(words)
    await page.keyboard.press("Enter")
    await expect(page.locator("#desk-menu")).to_have_count(0)


async def test_what_one_does_at_the_desk_the_other_sees_and_it_can_be_undone(
    enter: Enter, customer: Customer
) -> None:
    customer.say("Who looks after me?")
    path = f"/conversations/{customer.conversation}"
    ana, ben = [await (await enter(who)).desk(path) for who in (ANA, BEN)]
    page, toast = ana.page, ana.page.locator(".undo-toast")
    await choose(page, "a", "Ben")
    await expect(toast).to_contain_text("Assigned to Ben")
    for desk in (ana, ben):
        await expect(desk.page.locator("#do-assign")).to_have_text("BBen")
        await expect(desk.page.locator("#panel-standing")).to_contain_text("Ben")
        await expect(desk.page.locator(".activity").last).to_contain_text("assigned it to Ben")
    await choose(page, "a", "Pass on")
    await expect(page.get_by_label("To whom")).to_be_focused()
    await page.get_by_label("To whom").select_option(label="Ben")
    await page.get_by_label("Note").last.fill("They are **cross**")
    await page.get_by_role("button", name="Pass on").click()
    await expect(ben.message("They are")).to_be_visible()
    await ana.composer.fill("Until tomorrow")
    await page.get_by_role("button", name="Other ways to send").press("Enter")
    await page.get_by_role("button", name="Send, and snooze").press("Enter")
    await expect(page.locator("#desk-menu input")).to_be_focused()
    await page.keyboard.type("tomorrow 9")
    await page.keyboard.press("Enter")
    await expect(ben.message("Until tomorrow")).to_be_visible()
    await expect(toast).to_contain_text("Snoozed until")
    await expect(ben.page.locator("#do-status")).to_have_text("Snoozed")
    await expect(ben.page.locator("#panel-standing")).to_contain_text("Snoozed: ")
    asleep = await ben.page.context.new_page()
    await asleep.goto(ben.page.url.replace(path, "/?view=snoozed"))
    wakes = asleep.locator(f"#row-{customer.conversation} .sign time")
    await expect(wakes).to_have_text(await asleep.evaluate(TOMORROW))
    await page.locator("#thread").focus()
    await page.keyboard.press("Control+z")
    await expect(ben.page.locator("#do-status")).to_have_text("Open")
    await expect(ben.page.locator(".activity", has_text="snoozed")).to_have_count(0)


async def test_resolving_leads_to_the_next_and_a_reply_can_be_the_end_of_it(
    enter: Enter, inbox: Server, line: Line, customer: Customer
) -> None:
    other = Customer(inbox, line, "Somebody else")
    other.say("And me?")
    customer.say("Am I done?")
    desk = await (await enter(ANA)).desk(f"/conversations/{customer.conversation}")
    page = desk.page
    await page.locator("#thread").focus()
    await page.keyboard.press("Shift+E")
    await expect(page.locator(".undo-toast")).to_contain_text("Resolved")
    await expect(page.locator(".pane:not(.coming) .thread-header h2")).to_have_text(other.name)
    await desk.composer.fill("You are done as well")
    await desk.composer.press("Control+Shift+Enter")
    await expect(page.locator("#do-status")).to_have_text("Resolved")
    await expect(desk.message("You are done as well")).to_be_visible()
