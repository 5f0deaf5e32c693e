"""Much at once: a page keeps up, and stays as long as a page is."""

import asyncio
import time

from playwright.async_api import expect

from tests.browser.conftest import Enter
from tests.browser.customers import Customer
from tests.browser.visitor import ANA, PATIENCE_MS, remember, remembered
from tests.support.server import Line, Server

PASSES = """() => {
  window.passes = 0;
  const list = document.querySelector("#list");
  new MutationObserver(() => window.passes++).observe(list, { childList: true });
}"""
NAMES = "names => names.map(({ textContent }) => textContent.trim())"


def crowd(inbox: Server, line: Line, count: int, name: str) -> list[Customer]:
    """So many new customers, who write at the same time."""
    people = [Customer(inbox, line, f"{name} {number}.") for number in range(count)]
    now = time.time()
    people[0].post(
        contacts=[{"profile": {"name": one.name}, "wa_id": one.number} for one in people],
        messages=[one.spoken("Hello", now) for one in people],
    )
    return people


async def test_a_list_that_grew_by_itself_is_cut_and_goes_on_from_there(
    enter: Enter, inbox: Server, line: Line
) -> None:
    desk = await (await enter(ANA)).desk()
    await remember(desk.page)
    people = crowd(inbox, line, 170, "Grown")
    await expect(desk.row("Grown")).not_to_have_count(0)
    await expect(desk.page.locator("#more")).to_have_count(1)
    assert await desk.list.locator(".row").count() <= 160
    async with asyncio.timeout(PATIENCE_MS / 1000):
        while await desk.row("Grown").count() < len(people):
            await desk.page.evaluate("document.querySelector('#more')?.scrollIntoView()")
    names = await desk.row("Grown").locator(".name").evaluate_all(NAMES)
    assert sorted(names) == sorted(one.name for one in people)
    assert await remembered(desk.page)


async def test_what_comes_at_once_is_few_passes_over_the_list(
    enter: Enter, inbox: Server, line: Line
) -> None:
    desk = await (await enter(ANA)).desk()
    await desk.page.evaluate(PASSES)
    crowd(inbox, line, 100, "Passing")
    await expect(desk.row("Passing")).to_have_count(100)
    assert await desk.page.evaluate("passes") <= 25
