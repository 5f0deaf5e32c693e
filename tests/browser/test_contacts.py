"""What a team knows of a customer: written by one, seen by all, beside a thread and in a drawer."""

from playwright.async_api import Page, expect

from tests.browser.conftest import Enter
from tests.browser.customers import Customer
from tests.browser.test_looks import SCREENS
from tests.browser.visitor import ANA, BEN


async def known(page: Page) -> str:
    """All that the panel tells."""
    return (await page.locator("#details").inner_text()).strip()


async def test_what_one_writes_by_keyboard_all_see_and_a_reload_shows_the_same(
    enter: Enter, customer: Customer
) -> None:
    customer.say("See https://example.com/list")
    path = f"/conversations/{customer.conversation}"
    ana, ben = [await (await enter(who)).desk(path) for who in (ANA, BEN)]
    for desk in (ana, ben):
        await expect(desk.page.locator("#details")).to_contain_text("Nothing noted yet")
    await ben.page.locator(".shared-kinds").get_by_text("Links").click()
    await expect(ben.page.locator("#shared")).to_contain_text("example.com")
    await ana.page.locator("#edit-contact").press("Enter")
    dialog = ana.page.get_by_role("dialog")
    await expect(dialog.get_by_label("Your name for them")).to_be_focused()
    await ana.page.keyboard.type("Dr <Reyes>")
    await dialog.get_by_label("Note").fill("Calls after six.")
    await dialog.get_by_role("button", name="Save").press("Enter")
    await expect(dialog).to_have_count(0)
    await expect(ana.page.locator("#edit-contact")).to_be_focused()
    for desk in (ana, ben):
        await expect(desk.page.locator("#details")).to_contain_text("Calls after six.")
        await expect(desk.row("Dr <Reyes>")).to_have_count(1)
    await expect(ben.page.locator("#shared")).to_contain_text("example.com")
    told = await known(ana.page)
    await ana.page.reload()
    await expect(ana.page.locator("#details")).to_have_text(told, use_inner_text=True)


async def test_a_drawer_is_there_again_after_the_dialog_that_took_its_place(
    enter: Enter, customer: Customer
) -> None:
    customer.say("Hello")
    desk = await (await enter(ANA, **SCREENS["phone"])).desk(
        f"/conversations/{customer.conversation}"
    )
    await desk.page.locator(".thread-header .details").tap()
    await desk.page.locator("#edit-contact").tap()
    await desk.page.get_by_role("dialog").get_by_label("Note").fill("Speaks Portuguese.")
    await desk.page.get_by_role("button", name="Save").tap()
    await expect(desk.page.locator("#contact #details")).to_contain_text("Speaks Portuguese.")
    await expect(desk.page.locator("#contact")).to_be_visible()
