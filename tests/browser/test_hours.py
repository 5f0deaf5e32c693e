"""Business hours, set by keyboard; and who writes while it is closed is told so."""

from playwright.async_api import expect

from tests.browser.conftest import Enter
from tests.browser.customers import Customer
from tests.browser.visitor import ANA
from tests.support.server import Server


async def test_hours_are_set_by_keyboard_and_a_customer_is_told(
    enter: Enter, customer: Customer, inbox: Server
) -> None:
    visitor = await enter(ANA)
    page = await visitor.page(f"/settings/channels/{customer.line.id}/hours")
    preview = page.locator("#hours-preview")
    await expect(preview).to_contain_text("Always open")
    await page.get_by_label("Always, but for holidays").press("ArrowDown")
    monday = page.get_by_role("group", name="Monday")
    await expect(monday.get_by_label("Monday, opens")).to_have_value("09:00")
    # What stands there by day is taken away by keyboard: closed all week.
    for day in ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday"):
        line = page.get_by_role("group", name=day)
        await line.get_by_role("button", name=f"Remove this time of {day}").press("Enter")
        await expect(line.get_by_role("button", name=f"Add a time to {day}")).to_be_focused()
        await expect(line.get_by_text("Closed", exact=True)).to_be_visible()
    await expect(preview).to_contain_text("no time is set at which it opens")
    await page.get_by_label("Away message").fill("We are closed, {{contact.first_name|friend}}.")
    await expect(preview).to_contain_text("We are closed, Amara.")
    await page.get_by_label("Away message").press("Enter")
    await page.get_by_role("button", name="Save").press("Enter")
    await expect(page.get_by_text("Saved", exact=True)).to_be_visible()
    await expect(monday.get_by_text("Closed", exact=True)).to_be_visible()

    customer.say("Are you open?")
    desk = await visitor.desk(f"/conversations/{customer.conversation}")
    answer = desk.message("We are closed")
    await expect(answer).to_contain_text("Away message, sent automatically")
    await expect(desk.row(customer.name)).to_contain_text("Automatic:")
    await expect(desk.row(customer.name)).to_have_attribute("data-direction", "incoming")
