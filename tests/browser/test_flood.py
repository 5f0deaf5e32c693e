"""Much at once: a page keeps up, and stays as long as a page is."""

import asyncio
import json
import re
import time
from typing import Any

from playwright.async_api import WebSocketRoute, expect

from tests.browser.conftest import Enter
from tests.browser.customers import Customer, crowd
from tests.browser.visitor import ANA, PATIENCE_MS, happened, remember, remembered
from tests.support.fake_graph import FakeGraph
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
FRAMES = """() => {
  window.frames_ = [[]];
  const note = (what) => () => frames_.at(-1).push(what);
  const frame = () => frames_.push([]) && requestAnimationFrame(frame);
  requestAnimationFrame(frame);
  new MutationObserver(note("list"))
    .observe(document.querySelector("#list"), { childList: true });
  const ticks = { subtree: true, attributeFilter: ["data-status"] };
  new MutationObserver(note("tick")).observe(document.querySelector("#messages"), ticks);
}"""
"""What moved between one frame and the next."""
NAMES = "names => names.map(({ textContent }) => textContent.trim())"


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


class Together:
    """A line that keeps what the feed tells, and says it in one frame."""

    def __init__(self) -> None:
        self.keeps = False
        self.kept: list[dict[str, Any]] = []
        self.whole = asyncio.Event()

    def route(self, socket: WebSocketRoute) -> None:
        self._socket = socket
        socket.connect_to_server().on_message(lambda text: self._hear(str(text)))

    def _hear(self, text: str) -> None:
        frame = json.loads(text)
        if not self.keeps or frame["type"] != "feed:fragments":
            self._socket.send(text)
            return
        self.kept.append(frame)
        if {"message:status", "message:new"} <= set(re.findall(r"<!--([\w:]+)", self._html())):
            self.whole.set()

    def _html(self) -> str:
        return "".join(frame["payload"]["html"] for frame in self.kept)

    def say(self) -> None:
        self._socket.send(json.dumps(self.kept[-1] | {"payload": {"html": self._html()}}))


async def test_what_comes_with_a_tick_moves_the_list_a_frame_later(
    enter: Enter, customer: Customer, graph: FakeGraph
) -> None:
    customer.say("Tell me when")
    ana, together = await enter(ANA), Together()
    await ana.context.route_web_socket(re.compile("/ws"), together.route)
    desk = await ana.desk(f"/conversations/{customer.conversation}")
    await desk.reply("Now")
    await expect(desk.tick("Now")).to_have_text("Sent")
    await desk.page.mouse.move(700, 400)  # nobody points at the list
    # Which has heard of that as well: its turn may come a good while after the tick's.
    preview = desk.row("Now").locator(".preview .tick")
    await expect(preview).to_have_attribute("data-status", "sent")
    await desk.page.evaluate(FRAMES)
    together.keeps = True
    Customer(customer.server, customer.line, "Meanwhile").say("Hello")
    facts = {"timestamp": str(int(time.time())), "recipient_id": customer.number}
    customer.post(statuses=[{"id": graph.wamids[-1], "status": "delivered", **facts}])
    await happened(together.whole)
    together.say()
    await expect(desk.row("Meanwhile")).to_have_count(1)
    moved = [frame for frame in await desk.page.evaluate("frames_") if frame]
    assert moved[0] == ["tick"]
    assert ["list" in frame for frame in moved] == [False, True]
