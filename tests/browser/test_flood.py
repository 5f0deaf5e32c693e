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
MOVES = """() => {
  window.moves = [];
  new MutationObserver(() => moves.push(performance.now()))
    .observe(document.querySelector("#list"), { childList: true });
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
    wanted, names = {one.name for one in people}, set[str]()
    async with asyncio.timeout(PATIENCE_MS / 1000):
        while not names >= wanted:
            names.update(await desk.row("Grown").locator(".name").evaluate_all(NAMES))
            assert await desk.list.locator(".row").count() <= 200
            await desk.page.evaluate("document.querySelector('#more')?.scrollIntoView()")
    assert await remembered(desk.page)


async def test_what_comes_at_once_is_few_passes_over_the_list(
    enter: Enter, inbox: Server, line: Line
) -> None:
    desk = await (await enter(ANA)).desk()
    await desk.page.evaluate(PASSES)
    crowd(inbox, line, 100, "Passing")
    await expect(desk.row("Passing")).to_have_count(100)
    assert await desk.page.evaluate("passes") <= 25


async def test_in_a_flood_the_list_moves_five_times_a_second_and_a_tick_does_not_wait_for_it(
    enter: Enter, customer: Customer, line: Line
) -> None:
    customer.say("Tell me when")
    desk = await (await enter(ANA)).desk(f"/conversations/{customer.conversation}")
    await desk.page.mouse.move(700, 400)  # nobody points at the list
    await desk.page.evaluate(MOVES)
    people = [Customer(customer.server, line, f"Flood {number}.") for number in range(60)]
    for number, one in enumerate(people):
        one.say("Hello")
        if number == len(people) // 2:
            customer.say("Now")
            await expect(desk.message("Now")).to_be_visible()
    await expect(desk.row("Flood")).to_have_count(len(people))
    moves = await desk.page.evaluate("moves")
    assert len(moves) <= 3 + (moves[-1] - moves[0]) / 200
