"""The same is told everywhere: times, whose conversation it is, and what is current."""

import re
import time
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from playwright.async_api import expect

from tests.browser.conftest import Enter
from tests.browser.customers import Customer
from tests.browser.test_looks import SCREENS
from tests.browser.visitor import ANA, BEN

ZONE = "America/New_York"
OUT_OF_PLACE = """() => {
  const box = (one) => [one, one.getBoundingClientRect()];
  const boxes = (all) => [...document.querySelectorAll(all)].map(box);
  const all = boxes(".filters *, .log-row > *");
  const wide = all.filter(([, { left, right }]) => right > innerWidth || left < 0);
  const [cells, under] = [boxes("#entries > li:first-child .log-row > *"), []];
  for (const [one, a] of cells) for (const [other, b] of cells) {
    const across = Math.min(a.right, b.right) - Math.max(a.left, b.left);
    const down = Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top);
    if (one !== other && a.width && b.width && across > 1 && down > 1) under.push([one]);
  }
  const narrow = cells.filter(([one]) => one.scrollWidth > one.clientWidth + 1 && one.clientWidth);
  return [...wide, ...under, ...narrow].map(([one]) => one.outerHTML.slice(0, 80));
}"""
CLIPPED = "thread => thread.scrollHeight > thread.clientHeight + 1"


async def test_the_log_is_asked_in_the_zone_in_which_it_is_told(
    enter: Enter, customer: Customer
) -> None:
    customer.say("Hello")
    customer.server.settle()
    log = f"/settings/webhook-log?channel={customer.line.id}"
    page = await (await enter(ANA, timezone_id=ZONE)).page(log)
    rows, since = page.locator("#entries > li[id]"), page.get_by_label("From (your time)")
    ago = datetime.now(UTC) - timedelta(hours=1)
    typed = ago.astimezone(ZoneInfo(ZONE)).strftime("%Y-%m-%dT%H:%M")
    await since.fill(typed)
    asked = ago.strftime("since=%Y-%m-%dT%H%%3A%MZ")
    await expect(page).to_have_url(re.compile(re.escape(asked)))
    await expect(rows).to_have_count(1)
    await page.reload()
    await expect(since).to_have_value(typed)
    await since.fill("")
    await page.get_by_label("To (your time)").fill(typed)
    await expect(page.get_by_role("heading", name="Nothing matches")).to_be_visible()


@pytest.mark.parametrize("width", [320, 720])
async def test_the_logs_columns_have_room_on_a_narrow_screen_and_at_200_percent(
    enter: Enter, customer: Customer, width: int
) -> None:
    customer.say("Hello")
    customer.server.settle()
    log = f"/settings/webhook-log?channel={customer.line.id}"
    page = await (await enter(ANA, viewport={"width": width, "height": 450})).page(log)
    await expect(page.locator("#entries > li[id]")).to_have_count(1)
    assert await page.evaluate(OUT_OF_PLACE) == []


async def test_a_row_tells_the_messages_own_time_and_that_it_came_late(
    enter: Enter, customer: Customer
) -> None:
    written = int(time.time()) - 7_200
    customer.say("Out of a tunnel", at=written)
    assert customer.conversation
    desk = await (await enter(BEN)).desk()
    row = desk.row(customer.name)
    told = datetime.fromtimestamp(written, UTC).strftime("%Y-%m-%dT%H:%M:%S.000Z")
    await expect(row.locator("time")).to_have_attribute("datetime", told)
    late = row.locator(".late")
    await expect(late).to_have_text(re.compile(r"^came late: \d+:\d\d"))
    await expect(late).to_have_attribute("title", re.compile("^It came .*day, "))
    arrived = datetime.fromisoformat(await late.get_attribute("data-came") or "")
    assert abs(arrived.timestamp() - time.time()) < 600
    await desk.open(customer.name)
    await expect(desk.message("Out of a tunnel").locator(".late")).to_contain_text("came late: ")
    customer.say("Just written")
    await expect(desk.message("Just written")).to_be_visible()
    await expect(desk.message("Just written").locator(".late")).to_have_count(0)
    await expect(row).to_contain_text("Just written")
    await expect(row).not_to_contain_text("came late")


async def test_a_tap_on_a_phone_tells_when_a_message_was_written(
    enter: Enter, customer: Customer
) -> None:
    customer.say("One", "Two", "Three")
    visitor = await enter(BEN, **SCREENS["phone"])
    desk = await visitor.desk(f"/conversations/{customer.conversation}")
    bubble, when = desk.message("One").locator(".words"), desk.message("One").locator("time")
    await expect(when).to_be_hidden()
    await bubble.tap()
    await expect(when).to_be_visible()
    await expect(when).to_contain_text(str(datetime.now(UTC).year))
    await desk.message("Two").locator(".words").tap()
    await expect(when).to_be_hidden()


async def test_a_tab_says_whose_conversation_it_is(enter: Enter, customer: Customer) -> None:
    customer.say("Hello")
    desk = await (await enter(BEN)).desk(f"/conversations/{customer.conversation}")
    title = re.compile(rf"^(\(\d+\+?\) )?{customer.name} · Inbox$")
    await expect(desk.page).to_have_title(title)
    await desk.page.keyboard.press("Escape")
    await desk.page.keyboard.press("u")
    await expect(desk.page).to_have_title(re.compile(r"^(\(\d+\+?\) )?Inbox$"))
    await desk.open(customer.name)
    await expect(desk.page).to_have_title(title)
    customer.name = "Somebody else"
    customer.say("I married")
    await expect(desk.page).to_have_title(re.compile("Somebody else · Inbox$"))


async def test_forced_colours_tell_the_current_row(enter: Enter, customer: Customer) -> None:
    customer.say("Hello")
    desk = await (await enter(BEN)).desk(f"/conversations/{customer.conversation}")
    await desk.page.emulate_media(forced_colors="active")
    await expect(desk.row(customer.name).locator("a")).to_have_css("outline-style", "solid")
    await expect(desk.page.locator(".rail [aria-current]")).to_have_css("outline-style", "solid")


async def test_on_paper_it_is_the_whole_thread_and_nothing_else(
    enter: Enter, customer: Customer
) -> None:
    customer.say(*(f"Line {at}" for at in range(1, 41)), at=time.time() - 600)
    desk = await (await enter(BEN)).desk(f"/conversations/{customer.conversation}")
    await expect(desk.messages).to_have_count(40)
    assert await desk.thread.evaluate(CLIPPED)
    await desk.page.emulate_media(media="print")
    assert not await desk.thread.evaluate(CLIPPED)
    for part in (".list-pane", ".rail", "#composer", ".contact"):
        await expect(desk.page.locator(part)).to_be_hidden()
    await expect(desk.messages.first).to_be_visible()
    await expect(desk.page.locator(".thread-header h2")).to_be_visible()
