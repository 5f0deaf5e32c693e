"""Reading and writing in one conversation: nothing moves that the reader did not move."""

import asyncio
import re
import time
from datetime import datetime, timedelta
from typing import Any

import pytest
from playwright.async_api import Page, Route, expect

from inbox.domain.times import now
from tests.browser.conftest import Enter
from tests.browser.customers import Customer
from tests.browser.visitor import ANA, Desk
from tests.support.fake_graph import FakeGraph

DESKTOP = {"width": 1440, "height": 900}
PHONE = {"width": 390, "height": 844}

FIRST_VISIBLE = """(thread) => {
  const top = thread.getBoundingClientRect().top;
  const items = [...document.querySelectorAll("#messages > .message")];
  const first = items.find((item) => item.getBoundingClientRect().bottom > top + 1);
  return { id: first.id, at: first.getBoundingClientRect().top, count: items.length };
}"""
TOP_OF = "(thread, id) => document.getElementById(id).getBoundingClientRect().top"
TO_END = """async (thread) => {
  for (let frame = 0; frame < 2; frame += 1) await new Promise(requestAnimationFrame);
  return thread.scrollHeight - thread.scrollTop - thread.clientHeight;
}"""
UP = "(thread, by) => { thread.scrollTop = thread.scrollHeight - thread.clientHeight - by; }"


def lines(count: int) -> list[str]:
    return [f"Line {number} of {count}" for number in range(1, count + 1)]


async def opened(enter: Enter, customer: Customer, query: str = "", **options: Any) -> Desk:
    return await (await enter(ANA, **options)).desk(
        f"/conversations/{customer.conversation}{query}"
    )


async def scrolled_up(desk: Desk, by: int) -> None:
    """By the wheel's effect, and heard by the page."""
    await desk.thread.evaluate(UP, by)
    await expect(desk.page.locator("#jump")).to_be_visible(visible=by >= 500)


async def test_history_comes_page_by_page_and_what_is_read_stays_where_it_is(
    enter: Enter, customer: Customer
) -> None:
    customer.say(*lines(120), at=time.time() - 7200)
    customer.was_read()
    desk = await opened(enter, customer)
    await expect(desk.messages).to_have_count(50)
    for loaded in (100, 120):
        # In one go: a page of history that came in between would be the one to measure.
        before = await desk.thread.evaluate(
            f"(thread) => {{ thread.scrollTop = 120; return ({FIRST_VISIBLE})(thread); }}"
        )
        assert before["count"] < loaded
        await expect(desk.messages).to_have_count(loaded)
        after = await desk.thread.evaluate(TOP_OF, before["id"])
        assert abs(after - before["at"]) <= 2
    assert await desk.texts() == lines(120)
    await expect(desk.page.locator("#older a")).to_have_count(0)


@pytest.mark.parametrize("up", [0, 80])
async def test_near_the_end_a_new_message_is_followed(
    enter: Enter, customer: Customer, up: int
) -> None:
    customer.say(*lines(40), at=time.time() - 7200)
    customer.was_read()
    desk = await opened(enter, customer)
    await scrolled_up(desk, up)
    customer.say("The newest")
    await expect(desk.message("The newest")).to_be_in_viewport(ratio=1)
    assert await desk.thread.evaluate(TO_END) <= 1


async def test_further_up_nothing_moves_and_a_button_leads_to_what_is_new(
    enter: Enter, customer: Customer
) -> None:
    customer.say(*lines(49), at=time.time() - 7200)
    customer.was_read()
    desk = await opened(enter, customer)
    jump = desk.page.locator("#jump")
    await scrolled_up(desk, 600)
    before = await desk.thread.evaluate(FIRST_VISIBLE)
    customer.say("The newest")
    await expect(jump).to_have_text("1 new")
    customer.say("Newer still")
    await expect(jump).to_have_text("2 new")
    assert await desk.thread.evaluate(TOP_OF, before["id"]) == before["at"]
    await expect(desk.row(customer.name).locator(".unread-count")).to_have_text("2")
    await jump.click()
    await expect(desk.message("Newer still")).to_be_in_viewport(ratio=1)
    await expect(jump).to_be_hidden()
    await expect(desk.row(customer.name).locator(".unread-count")).to_be_hidden()


async def test_a_change_of_status_neither_scrolls_nor_loses_a_selection(
    enter: Enter, customer: Customer, graph: FakeGraph
) -> None:
    customer.say(*lines(40), at=time.time() - 7200)
    customer.was_read()
    desk = await opened(enter, customer)
    await desk.reply("Copy these words")
    await expect(desk.tick("Copy these words")).to_have_text("Sent")
    bubble = desk.message("Copy these words")
    await bubble.evaluate("(bubble) => { window.kept = bubble.querySelector('.words'); }")
    await desk.page.evaluate("getSelection().selectAllChildren(window.kept)")
    await desk.thread.evaluate(UP, 60)
    before = await desk.thread.evaluate("(thread) => thread.scrollTop")
    for status in ("delivered", "read"):
        url = f"{customer.server.url}{customer.line.path}"
        secret, account = customer.line.secret, customer.line.account
        facts = {"wa_id": customer.number, "now": now(), "account": account}
        await graph.report(url, secret, graph.wamids[-1], status, **facts)
        await expect(bubble).to_have_attribute("data-status", status)
    assert await desk.page.evaluate("getSelection().toString()") == "Copy these words"
    assert await desk.page.evaluate("window.kept.isConnected")
    assert await desk.thread.evaluate("(thread) => thread.scrollTop") == before


async def test_a_divider_stands_before_what_is_unread_until_the_conversation_is_left(
    enter: Enter, customer: Customer
) -> None:
    customer.say("Seen before")
    desk = await opened(enter, customer)
    await expect(desk.row(customer.name).locator(".unread-count")).to_be_hidden()
    customer.was_read()  # what the page is telling may still be on its way
    await desk.page.goto("about:blank")
    customer.say("First unread", "Second unread")
    desk = await opened(enter, customer)
    divider = desk.page.locator("#messages > .divider")
    await expect(divider).to_have_text("2 unread")
    await expect(divider.locator("+ li")).to_contain_text("First unread")
    await expect(desk.row(customer.name).locator(".unread-count")).to_be_hidden()
    await expect(divider).to_be_visible()
    await desk.page.reload()
    await expect(desk.message("Second unread")).to_be_visible()
    await expect(divider).to_have_count(0)


async def test_what_was_just_read_is_not_new_again_where_the_server_is_slow_to_hear_of_it(
    enter: Enter, customer: Customer
) -> None:
    customer.say("First unread", "Second unread")
    visitor = await enter(ANA)
    held: list[Route] = []
    await visitor.context.route("**/seen", lambda route: held.append(route))  # noqa: PLW0108 - Playwright marks it
    desk = await visitor.desk(f"/conversations/{customer.conversation}")
    await expect(desk.page.locator("#messages > .divider")).to_have_text("2 unread")
    await expect(desk.row(customer.name).locator(".unread-count")).to_be_hidden()
    await desk.page.reload()  # the server has not heard of it yet
    await expect(desk.message("Second unread")).to_be_visible()
    await expect(desk.page.locator("#messages > .divider")).to_have_count(0)
    await expect(desk.row(customer.name).locator(".unread-count")).to_be_hidden()
    await visitor.context.unroute_all(behavior="ignoreErrors")


async def test_the_divider_rises_as_older_unread_messages_are_loaded(
    enter: Enter, customer: Customer
) -> None:
    customer.say("Seen", at=time.time() - 9000)
    customer.was_read()
    customer.say(*lines(80), at=time.time() - 7200)
    desk = await opened(enter, customer)
    divider = desk.page.locator("#messages > .divider")
    await expect(divider).to_have_text("80 unread")
    await expect(desk.messages).to_have_count(81)  # the second page comes by itself
    await expect(divider.locator("+ li")).to_contain_text("Line 1 of 80")


async def test_what_was_not_before_the_readers_eyes_stays_unread(
    enter: Enter, customer: Customer
) -> None:
    customer.say(*lines(45))
    desk = await opened(enter, customer)
    await expect(desk.page.locator("#messages > .divider")).to_be_in_viewport()
    await expect(desk.message("Line 45 of 45")).not_to_be_in_viewport()
    await expect(desk.row(customer.name).locator(".unread-count")).to_have_text("45")
    await desk.page.locator("#jump").click()
    await expect(desk.row(customer.name).locator(".unread-count")).to_be_hidden()


@pytest.mark.parametrize("viewport", [DESKTOP, PHONE], ids=["desktop", "phone"])
async def test_a_word_without_an_end_does_not_break_the_page(
    enter: Enter, customer: Customer, viewport: dict[str, int]
) -> None:
    customer.name = f"{customer.number}{'W' * 300}"
    customer.say("w" * 10_000, f"https://example.com/{'x' * 2000}")
    desk = await opened(enter, customer, viewport=viewport)
    await expect(desk.message("wwww")).to_be_attached()
    wide = "(part) => part.scrollWidth - part.clientWidth"
    for part in ("html", "#main", "#thread", "#list-body", ".words >> nth=0", ".thread-header"):
        assert await desk.page.locator(part).evaluate(wide) <= 0, part


async def test_a_permalink_shows_its_message_amid_its_time(
    enter: Enter, customer: Customer
) -> None:
    customer.say(*lines(120), at=time.time() - 7200)
    customer.was_read()
    path = f"conversations/{customer.conversation}/messages"
    everything = customer.server.get(path, limit=200)["data"]
    wanted = next(one["id"] for one in everything if one["content"]["text"] == "Line 40 of 120")
    desk = await opened(enter, customer, f"?message={wanted}")
    await expect(desk.message("Line 40 of 120")).to_be_in_viewport(ratio=1)
    await expect(desk.message("Line 40 of 120").locator(".bubble")).to_have_css(
        "animation-name", "point"
    )
    await expect(desk.page.locator("#jump")).to_have_text("Latest")
    await desk.page.locator("#jump").click()
    await expect(desk.message("Line 120 of 120")).to_be_in_viewport(ratio=1)


async def days(page: Page) -> int:
    return await page.locator("#messages > .day").count()


async def test_days_are_those_of_the_readers_zone(enter: Enter, customer: Customer) -> None:
    noon = 1_795_176_000  # 2026-11-20, 12:00 UTC; midnight of Tokyo is three hours later
    customer.send(customer.spoken("Before", noon + 10_000), customer.spoken("After", noon + 11_500))
    there = await opened(enter, customer, timezone_id="Asia/Tokyo")
    here = await opened(enter, customer, timezone_id="Europe/Lisbon")
    await expect(there.message("After")).to_be_attached()
    assert (await days(there.page), await days(here.page)) == (2, 1)


@pytest.mark.parametrize("off", [timedelta(days=3), timedelta(days=-3)])
async def test_the_composer_counts_by_the_servers_clock(
    enter: Enter, customer: Customer, off: timedelta
) -> None:
    customer.say("Hello?", at=time.time() - 120)
    visitor = await enter()
    await visitor.context.clock.install(time=datetime.now() + off)
    desk = await visitor.desk(f"/conversations/{customer.conversation}")
    await expect(desk.page.get_by_text(re.compile(r"Replies close in 23 h 5\d m"))).to_be_visible()
    await desk.composer.fill("By your clock")
    await desk.composer.press("Enter")
    await expect(desk.tick("By your clock")).to_have_text("Sent")


async def test_the_composer_closes_after_24_hours_and_opens_when_they_write(
    enter: Enter, customer: Customer
) -> None:
    customer.say("Yesterday's question", at=time.time() - 25 * 3600)
    visitor = await enter()
    await visitor.context.clock.install()
    desk = await visitor.desk(f"/conversations/{customer.conversation}")
    note = desk.page.get_by_text("The 24-hour window has closed")
    await expect(note).to_be_visible()
    await expect(desk.composer).to_be_hidden()
    customer.say("Hello?", at=time.time() - 120)
    await expect(desk.composer).to_be_editable()
    await expect(desk.page.get_by_text(re.compile(r"Replies close in 23 h 5\d m"))).to_be_visible()
    await desk.composer.fill("Half a thought")
    await desk.page.clock.fast_forward("23:59:00")
    await expect(note).to_be_visible()
    await expect(desk.composer).not_to_be_editable()
    await expect(desk.composer).to_have_value("Half a thought")
    customer.say("Still there?", at=time.time() + 23 * 3600)
    await expect(desk.page.get_by_text("Replies close in 23 h")).to_be_visible()
    await desk.composer.press("Enter")
    await expect(desk.tick("Half a thought")).to_have_text("Sent")


AROUND = """async (thread) => {
  for (let frame = 0; frame < 2; frame += 1) await new Promise(requestAnimationFrame);
  const { top, bottom } = thread.getBoundingClientRect();
  const items = [...document.querySelectorAll("#messages > .message")];
  const seen = items.filter((item) => item.getBoundingClientRect().bottom > top + 1
    && item.getBoundingClientRect().top < bottom - 1);
  const said = (item) => item.querySelector(".words").textContent;
  return { loaded: items.map(said), seen: seen.map(said) };
}"""


async def wheeled(desk: Desk, everything: list[str], by: int, until: str) -> int:
    """Turn the wheel until this is seen; how many messages were on the page at most.

    At any time they are some that follow each other.
    """
    most = 0
    await desk.page.mouse.move(900, 400)
    async with asyncio.timeout(60):
        while until not in (found := await desk.thread.evaluate(AROUND))["seen"]:
            loaded = found["loaded"]
            begin = everything.index(loaded[0])
            assert loaded == everything[begin : begin + len(loaded)]
            most = max(most, len(loaded))
            await desk.page.mouse.wheel(0, by)
    return most


async def test_of_a_long_history_a_part_is_on_the_page_however_far_the_wheel_goes(
    enter: Enter, customer: Customer
) -> None:
    everything = lines(700)
    start = time.time() - 7200
    for begin in range(0, 700, 100):
        customer.say(*everything[begin : begin + 100], at=start + begin)
    customer.was_read()
    customer.say("Unread")
    everything.append("Unread")
    desk = await opened(enter, customer)
    divider = desk.page.locator("#messages > .divider")
    await expect(divider).to_have_count(1)
    assert await wheeled(desk, everything, -1000, everything[0]) <= 450
    await expect(desk.message("Unread")).to_have_count(0)
    await expect(divider).to_have_count(0)
    assert await wheeled(desk, everything, 1000, "Unread") <= 450
    await expect(divider.locator("+ li")).to_contain_text("Unread")
    await expect(desk.page.locator("#newer a")).to_have_count(0)
    await expect(desk.page.locator("#jump")).to_be_hidden()


async def test_who_writes_far_up_in_the_history_sees_it_at_its_end(
    enter: Enter, customer: Customer
) -> None:
    customer.say(*lines(120), at=time.time() - 7200)
    customer.was_read()
    first = customer.server.get(f"conversations/{customer.conversation}/messages", limit=200)
    wanted = next(one["id"] for one in first["data"] if "Line 20 " in one["content"]["text"])
    desk = await opened(enter, customer, f"?message={wanted}")
    await expect(desk.page.locator("#newer a")).to_have_count(1)
    # Not page by page, which would lead there as well: none of these is ever answered.
    await desk.page.route("**/messages?after=*", lambda _: None)
    await desk.reply("I looked it up")
    await expect(desk.message("Line 120 of 120")).to_be_in_viewport()
    await expect(desk.tick("I looked it up")).to_have_text("Sent")
    assert (await desk.texts())[-2:] == ["Line 120 of 120", "I looked it up"]
