"""Several conversations at once: chosen by keys, changed, seen by a colleague, and undone."""

from playwright.async_api import Page, expect

from tests.browser.conftest import Enter
from tests.browser.customers import Customer, new_number, new_wamid
from tests.browser.test_accessible import complaints
from tests.browser.visitor import ANA, BEN
from tests.support.server import Line, Server, said, webhook


async def chosen(page: Page, words: str) -> None:
    await expect(page.locator("#chosen strong")).to_have_text(words)


async def test_rows_are_chosen_by_keys_changed_together_and_undone(
    enter: Enter, inbox: Server, line: Line
) -> None:
    team = [Customer(inbox, line, f"Bulk {name}") for name in ("Ada", "Bea", "Cem")]
    for customer in team:
        customer.say("Where is it?")
        customer.was_read()
    inbox.api().post("/api/v1/labels", json={"name": "Parcel"})
    marked = {"ids": [team[0].conversation], "set": {"add_labels": ["Parcel"]}}
    assert inbox.api().post("/api/v1/conversations/bulk", json=marked).json()["changed"] == 1
    view = f"/?channel={line.id}"
    ana, ben = [await (await enter(who)).desk(view) for who in (ANA, BEN)]
    page, rows = ana.page, ana.page.locator("#list > .row")
    await expect(rows).to_have_count(3)
    await rows.first.locator("a").focus()
    await page.keyboard.press("x")
    await chosen(page, "1 chosen")
    await page.keyboard.press("Shift+J")
    await chosen(page, "2 chosen")
    team[0].say("It came")  # its row waits where it is while one chooses among them
    await expect(rows.last).to_contain_text("It came")
    await expect(page.locator("#chosen [data-choose-all]")).to_have_text("Choose all 3")
    await page.keyboard.press("Escape")
    await expect(page.locator("#chosen")).to_have_count(0)
    await rows.last.locator("a").focus()
    await page.keyboard.press("x")
    await page.keyboard.press("Shift+K")
    await page.keyboard.press("Shift+K")
    await chosen(page, "3 chosen")
    assert await complaints(page) == []
    await page.keyboard.press("l")
    await expect(page.get_by_role("option", name="Parcel on some")).to_be_visible()
    await page.keyboard.type("Parcel")
    await expect(page.get_by_role("option", name="Parcel on some")).to_be_visible()
    await page.keyboard.press("Enter")
    await expect(page.locator(".undo-toast")).to_contain_text("Labelled Parcel · 2 conversations")
    await expect(page.locator("#chosen")).to_have_count(0)
    await ben.row("Bulk Bea").locator("a").click()
    await expect(ben.page.locator("#do-labels")).to_contain_text("Parcel")
    await page.keyboard.press("Control+z")
    await expect(ben.page.locator("#do-labels")).not_to_contain_text("Parcel")


async def test_all_that_match_are_chosen_beyond_what_is_loaded(
    enter: Enter, inbox: Server, line: Line
) -> None:
    texts = [said(new_wamid(), "Hello", new_number()) for _ in range(45)]
    assert inbox.post_signed(line, webhook(line.account, messages=texts)).status_code == 200
    inbox.settle()
    desk = await (await enter(ANA)).desk(f"/?channel={line.id}")
    page = desk.page
    first = page.locator("#list > .row").first
    await first.hover()
    await first.locator(".choose").check()
    await page.locator("[data-choose-all]").click()
    await chosen(page, "All 45 chosen")
    await first.locator(".choose").uncheck()
    await chosen(page, "44 chosen")
    await page.locator("#chosen [data-arrange=priority]").click()
    await page.get_by_role("option", name="High").click()
    await expect(page.locator(".undo-toast")).to_contain_text("44 conversations")
    high = f"/api/v1/conversations?channel={line.id}&priority=high&limit=100"
    assert len(inbox.api().get(high).json()["data"]) == 44
    await page.locator(".undo-toast button").click()
    await expect(page.locator(".toast", has_text="Undone")).to_be_visible()
    assert inbox.api().get(high).json()["data"] == []
