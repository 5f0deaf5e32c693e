"""What an agent chooses of their profile is so on their pages, and on nobody else's."""

import re

from playwright.async_api import expect

from tests.browser.conftest import Enter
from tests.browser.customers import Customer
from tests.browser.visitor import ANA, BEN


async def test_enter_density_and_times_are_as_chosen_and_nobody_elses(
    enter: Enter, customer: Customer
) -> None:
    customer.say("Is it blue?")
    path = f"/conversations/{customer.conversation}"
    ana = await enter(ANA)
    page = await ana.page("/account")
    await page.get_by_label("A reply is sent with").select_option("mod-enter")
    await page.get_by_label("Lists and conversations are").select_option("compact")
    await page.get_by_label("Times are shown").select_option("24h")
    await page.get_by_label("Times are shown").press("Enter")
    await page.locator("form[action='/account/likes'] button").press("Enter")
    await expect(page.get_by_text("Saved", exact=True)).to_be_visible()
    try:
        desk = await ana.desk(path)
        clock = desk.message("Is it blue?").locator(".meta > time")
        await expect(clock).to_have_text(re.compile(r"^\d\d:\d\d$"))
        row = desk.row(customer.name).locator("a")
        await expect(row).to_have_css("height", "50px")
        await desk.composer.fill("It is")
        await desk.composer.press("Enter")
        await desk.composer.type("blue.")
        await desk.composer.press("Control+Enter")
        sent = desk.message("It is")
        await expect(sent).to_contain_text("It is\nblue.")
        await expect(sent.locator(".meta > time")).to_have_text(re.compile(r"^\d\d:\d\d$"))
        ben = await (await enter(BEN)).desk(path)
        await expect(ben.row(customer.name).locator("a")).to_have_css("height", "64px")
        theirs = ben.message("It is").locator(".meta > time")
        await expect(theirs).to_have_text(re.compile("[AP]M$"))
    finally:
        form = {"send_key": "enter", "density": "comfortable", "time_format": "auto"}
        await ana.context.request.post(f"{ana.url}/account/likes", form=form)
