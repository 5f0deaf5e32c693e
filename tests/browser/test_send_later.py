"""A reply that is sent later, held until they write, or undone: by keyboard, and as all see it."""

import time
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from playwright.async_api import expect

from inbox.domain.times import iso, micros
from tests.browser.conftest import Enter
from tests.browser.customers import Customer
from tests.browser.dom import equals_reloaded
from tests.browser.test_templates import LONG_AGO, READY
from tests.browser.visitor import ANA
from tests.support.fake_graph import FakeGraph
from tests.support.server import Server

ZONE = ZoneInfo("Europe/Berlin")


async def test_what_is_sent_later_stands_there_is_changed_and_sent_now(
    enter: Enter, customer: Customer, graph: FakeGraph
) -> None:
    customer.say("When do you open?")
    visitor = await enter(ANA, timezone_id=ZONE.key)
    desk = await visitor.desk(f"/conversations/{customer.conversation}")
    page = desk.page
    ways = page.get_by_role("button", name="Other ways to send")
    later = page.get_by_role("button", name="Send later")
    await desk.composer.fill("See you tomorrow")
    await ways.press("Enter")
    await later.press("Enter")
    dialog = page.get_by_role("dialog", name="Send later")
    await expect(dialog.get_by_role("button", name="In an hour")).to_be_focused()
    await page.keyboard.press("Enter")
    bubble = desk.message("See you tomorrow")
    await expect(bubble).to_contain_text("if they do not write first")
    await expect(desk.composer).to_have_value("")
    await equals_reloaded(page)
    await bubble.get_by_role("button", name="Edit").press("Enter")
    change = page.get_by_role("dialog", name="Change what is sent later")
    await change.get_by_label("Message").fill("See you in summer, and in winter")
    await change.get_by_label("Not if they write first").uncheck()
    # Of these two one is in summer time.
    for days in (20, 200):
        at = datetime.now(ZONE).replace(hour=9, minute=0) + timedelta(days=days)
        await change.get_by_label("Day and time").fill(at.strftime("%Y-%m-%dT%H:%M"))
        await change.get_by_role("button", name="Save").press("Enter")
        minute = at.astimezone(UTC).replace(second=0, microsecond=0)
        goes = desk.message("in summer").locator(f'.aside time[datetime="{iso(micros(minute))}"]')
        await expect(goes).to_be_visible()
        # The feed tells of it maybe before the dialog has its answer.
        await expect(change).to_be_hidden()
        await desk.message("in summer").get_by_role("button", name="Edit").press("Enter")
    await change.press("Escape")
    assert graph.sent_to(customer.number) == []
    await desk.message("in summer").get_by_role("button", name="Send now").press("Enter")
    await expect(desk.tick("in summer")).to_have_text("Sent")
    # With nothing written yet it is for what comes next, once.
    await ways.press("Enter")
    await later.press("Enter")
    await dialog.get_by_role("button", name="Tomorrow morning").press("Enter")
    await expect(page.get_by_text("What you send next goes out")).to_be_visible()
    await desk.reply("One more thing")
    await expect(desk.message("One more thing")).to_contain_text("It goes out")
    await desk.reply("And this at once")
    await expect(desk.tick("And this at once")).to_have_text("Sent")
    # What comes back, as a colleague answered unseen, goes when it was to go.
    asked = {"text": "At the square"}
    customer.server.api().post(
        f"/api/v1/conversations/{customer.conversation}/messages", json=asked
    )
    await desk.never_shows("At the square")
    await desk.composer.fill("Until then")
    await ways.press("Enter")
    await later.press("Enter")
    await dialog.get_by_role("button", name="In an hour").press("Enter")
    await page.get_by_role("button", name="Send anyway").press("Enter")
    await expect(desk.message("Until then")).to_contain_text("if they do not write first")
    visitor.troubles = [one for one in visitor.troubles if "status of 409" not in one]


async def test_what_is_written_in_a_closed_window_goes_out_when_they_write(
    enter: Enter, customer: Customer, graph: FakeGraph
) -> None:
    if not any(one.name == READY.name for one in graph.templates):
        graph.account.add(READY)
    customer.say("Hello?", at=time.time() - LONG_AGO)
    visitor = await enter(ANA)
    desk = await visitor.desk(f"/conversations/{customer.conversation}")
    page, picker = desk.page, desk.page.locator(".template-picker")
    ready = picker.locator(".template-choice", has_text=READY.name)
    await expect(ready).to_be_visible()
    await page.get_by_role("button", name="Write the answer now").press("Enter")
    await expect(desk.composer).to_be_focused()
    await desk.reply("We are open again")
    await expect(desk.message("open again")).to_contain_text("It goes out as soon as they write.")
    # A template tells them so, in one go with the next.
    await desk.composer.fill("And your order is here")
    await page.get_by_role("button", name="Choose a template").press("Enter")
    await expect(page.get_by_label("Find a template")).to_be_focused()
    await ready.press("Enter")
    await expect(picker).to_contain_text("Your answer is kept with it")
    await page.get_by_label("Text: gap 1").fill("Amara")
    await page.get_by_label("Text: gap 2").fill("1042")
    await page.get_by_label("Text: gap 2").press("Enter")
    await expect(desk.tick("order 1042 is ready")).to_have_text("Sent")
    await expect(desk.message("is here")).to_contain_text("It goes out as soon as they write.")
    await expect(desk.composer).to_have_value("")
    customer.say("Are you there?")
    for words in ("open again", "is here"):
        await expect(desk.tick(words)).to_have_text("Sent")


async def test_who_wants_to_undo_gets_what_was_written_back(
    enter: Enter, customer: Customer, graph: FakeGraph, inbox: Server
) -> None:
    customer.say("When do you open?")
    inbox.agent("undo@example.com", "Una")  # elsewhere there is one Ben
    visitor = await enter("undo@example.com")
    page = await visitor.page("/account")
    await page.get_by_label("Leave five seconds to undo it").check()
    await page.locator("form[action='/account/sending'] button").click()
    await expect(page.get_by_label("Leave five seconds to undo it")).to_be_checked()
    desk = await visitor.desk(f"/conversations/{customer.conversation}")
    await desk.reply("At five")
    await expect(desk.message("At five").get_by_role("button", name="Undo")).to_be_visible()
    # Asked for without drawing it, which may take longer than there is.
    anew = await visitor.context.request.get(desk.page.url)
    assert "Undo" in await anew.text()
    await desk.message("At five").get_by_role("button", name="Undo").press("Enter")
    await expect(desk.message("At five")).to_have_count(0)
    await expect(desk.composer).to_have_value("At five")
    await desk.reply("At nine")
    await expect(desk.tick("At nine")).to_have_text("Sent")
    assert [one["text"]["body"] for one in graph.sent_to(customer.number)] == ["At nine"]


async def test_a_change_that_is_not_taken_stays_where_it_was_written(
    enter: Enter, customer: Customer
) -> None:
    customer.say("When do you open?")
    visitor = await enter(ANA)
    desk = await visitor.desk(f"/conversations/{customer.conversation}")
    later = (datetime.now(UTC) + timedelta(hours=1)).isoformat()
    asked = {"text": "See you tomorrow", "send_at": later}
    conversation = f"/api/v1/conversations/{customer.conversation}"
    customer.server.api().post(f"{conversation}/messages", json=asked)
    await desk.message("See you tomorrow").get_by_role("button", name="Edit").press("Enter")
    change = desk.page.get_by_role("dialog", name="Change what is sent later")
    await change.get_by_label("Message").fill("See you in summer")
    await desk.page.route("**/change", lambda route: route.abort())
    await change.get_by_role("button", name="Save").press("Enter")
    await expect(change.get_by_role("alert")).to_contain_text("No connection")
    await expect(change.get_by_label("Message")).to_have_value("See you in summer")
    await desk.page.unroute_all()
    await change.get_by_role("button", name="Save").press("Enter")
    await expect(desk.message("See you in summer")).to_be_visible()
    await expect(change).to_have_count(0)
    visitor.troubles = [one for one in visitor.troubles if "net::ERR_FAILED" not in one]
