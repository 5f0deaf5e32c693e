"""A list of very many: by the wheel, by keys and by the scrollbar, and never all of it at once."""

import asyncio
import json
import re
import time
from typing import Any

import pytest
from playwright.async_api import Request, Route, WebSocketRoute, expect

from tests.browser.conftest import Enter
from tests.browser.customers import Customer, new_number, new_wamid
from tests.browser.visitor import ANA, PATIENCE_MS, Desk
from tests.support.server import Line, Server, said, webhook

MANY = 300
MOST = 200
FAR = 1800
"""So many pixels does one turn the wheel who only wants to be far down."""
LOOK = """async (list) => {
  for (let frame = 0; frame < 2; frame += 1) await new Promise(requestAnimationFrame);
  const { top, bottom } = document.getElementById("list-body").getBoundingClientRect();
  const box = (row) => row.getBoundingClientRect();
  const rows = [...list.children];
  const seen = rows.filter((row) => box(row).bottom > top + 1 && box(row).top < bottom - 1);
  const short = ({ id }) => id.replace("row-", "");
  return { loaded: rows.map(short), seen: seen.map(short), at: seen.map((row) => box(row).top) };
}"""

DRAG = """(body, part) => {
  body.scrollTop = part * body.scrollHeight;
  return Math.floor(body.scrollTop / document.querySelector("#list > .row").offsetHeight);
}"""


@pytest.fixture(scope="module")
def crowded(inbox: Server) -> Line:
    """A line to which very many wrote, a second apart: the last is the newest."""
    line = inbox.add_channel()
    start = time.time() - MANY
    for begin in range(0, MANY, 60):
        people = [(number, new_number()) for number in range(begin, begin + 60)]
        inbox.post_signed(
            line,
            webhook(
                line.account,
                contacts=[
                    {"profile": {"name": f"Wren {number:03}."}, "wa_id": wa_id}
                    for number, wa_id in people
                ],
                messages=[
                    said(new_wamid(), "Hello", wa_id, start + number) for number, wa_id in people
                ],
            ),
        )
    inbox.settle()
    return line


class Pages:
    """Requests for pages of the list: how many there were, and how many at once."""

    def __init__(self, desk: Desk) -> None:
        self.count = self.now = self.most = 0
        desk.page.on("request", self._begun)
        for end in ("requestfinished", "requestfailed"):
            desk.page.on(end, self._ended)

    def _begun(self, request: Request) -> None:
        if "/conversations?" in request.url:
            self.count += 1
            self.now += 1
            self.most = max(self.most, self.now)

    def _ended(self, request: Request) -> None:
        self.now -= "/conversations?" in request.url


class Reader:
    """Somebody with the pointer over the list, of which a part is on the page at any time."""

    def __init__(self, desk: Desk, order: list[str]) -> None:
        self.desk, self.order, self.pages = desk, order, Pages(desk)

    async def look(self) -> Any:
        """What is loaded is as many rows as stand together in the list, and not too many."""
        found = await self.desk.list.evaluate(LOOK)
        loaded = found["loaded"]
        begin = self.order.index(loaded[0])
        assert loaded == self.order[begin : begin + len(loaded)]
        assert len(loaded) <= MOST
        return found

    async def wheel(self, by: int, until: str) -> None:
        """Turn it until one comes to this conversation, or past it."""
        await self.desk.page.mouse.move(170, 500)
        deadline = time.monotonic() + 4 * PATIENCE_MS / 1000
        wanted = self.order.index(until)
        while True:
            at = [self.order.index(one) for one in (await self.look())["seen"]]
            if at and (at[-1] >= wanted if by > 0 else at[0] <= wanted):
                break
            await self.desk.page.mouse.wheel(0, by)
            assert time.monotonic() < deadline, at


def listed(inbox: Server, **query: Any) -> list[str]:
    """All of the list, as a program reads it."""
    found: list[str] = []
    page: Any = {"next": ""}
    while page["next"] is not None:
        page = inbox.get("conversations", limit=100, cursor=page["next"], **query)
        found += [one["id"] for one in page["data"]]
    return found


@pytest.fixture
async def reader(enter: Enter, inbox: Server, crowded: Line) -> Reader:
    return Reader(await (await enter(ANA)).desk(), listed(inbox, view="open"))


async def test_the_wheel_goes_down_and_up_again_with_a_part_of_the_list_on_the_page(
    reader: Reader,
) -> None:
    first, last = reader.order[0], reader.order[MANY - 1]
    for by, until, gone in ((500, last, first), (-500, first, last)):
        reader.pages.count = 0
        await reader.wheel(by, until)
        await expect(reader.desk.page.locator(f"#row-{gone}")).to_have_count(0)
        assert reader.pages.most == 1
        assert MANY / 40 - 5 <= reader.pages.count <= MANY / 40 + 2
    await expect(reader.desk.page.locator("#above")).to_have_count(0)
    assert (await reader.look())["loaded"][:40] == reader.order[:40]


async def test_so_it_does_in_what_was_found(enter: Enter, inbox: Server, crowded: Line) -> None:
    desk = await (await enter(ANA)).desk("/?q=Wren")
    reader = Reader(desk, listed(inbox, q="Wren"))
    assert len(reader.order) == MANY
    await reader.wheel(900, reader.order[-1])
    await expect(desk.page.locator("#more")).to_have_count(0)
    await reader.wheel(-900, reader.order[0])
    assert reader.pages.most == 1
    assert reader.pages.count <= 2 * MANY / 40 + 2


async def test_by_keys_one_comes_from_row_to_row_past_what_is_loaded(reader: Reader) -> None:
    keys = reader.desk.page.keyboard
    focused = "document.activeElement.closest('.row')?.id.replace('row-', '')"
    for count, key in ((181, "j"), (180, "k")):
        for _ in range(count):
            await keys.press(key)
        at = 180 if key == "j" else 0
        await expect(reader.desk.page.locator(f"#row-{reader.order[at]} > a")).to_be_focused()
        assert await reader.desk.page.evaluate(focused) == reader.order[at]
        await reader.look()


async def test_a_key_that_is_faster_than_the_line_leads_as_far_as_it_was_pressed(
    enter: Enter, inbox: Server, crowded: Line
) -> None:
    desk, late = await (await enter(ANA)).desk(), asyncio.Event()
    order = listed(inbox, view="open")

    async def hold(route: Route) -> None:
        await late.wait()
        await route.continue_()

    await desk.page.route("**/conversations?*", hold)
    for _ in range(45):
        await desk.page.keyboard.press("j")
    await expect(desk.page.locator(f"#row-{order[39]} > a")).to_be_focused()
    late.set()
    await expect(desk.page.locator(f"#row-{order[44]} > a")).to_be_focused()
    await desk.page.unroute_all()


async def test_what_is_new_waits_above_and_moves_nothing_while_pages_come_below(
    reader: Reader, inbox: Server, crowded: Line
) -> None:
    page, pill = reader.desk.page, reader.desk.page.locator("#new-rows")
    await page.mouse.move(170, 500)
    Customer(inbox, crowded, "Wren the newcomer").say("Hello?")
    await expect(pill).to_have_text("1 new")
    await reader.wheel(900, reader.order[100])
    await expect(pill).to_have_text("1 new")
    await reader.wheel(900, reader.order[250])
    before = await reader.look()
    Customer(inbox, crowded, "Wren the second").say("Hello?")
    await expect(pill).to_have_text("2 new")
    after = await reader.look()
    assert (after["seen"], after["at"]) == (before["seen"], before["at"])
    await page.mouse.move(900, 500)
    await expect(pill).to_be_hidden()
    assert (await reader.look())["at"] == before["at"]
    inbox.settle()
    reader.order = listed(inbox, view="open")
    await reader.wheel(-900, reader.order[0])
    assert (await reader.look())["loaded"][:40] == reader.order[:40]


async def test_by_the_scrollbar_the_page_there_comes_at_once(reader: Reader) -> None:
    await reader.wheel(FAR, reader.order[290])
    for part in (0.5, 0, 0.9, 0.3):
        reader.pages.count = 0
        at = await reader.desk.page.locator("#list-body").evaluate(DRAG, part)
        await expect(reader.desk.page.locator(f"#row-{reader.order[at + 3]}")).to_be_in_viewport()
        await reader.look()
        assert reader.pages.count <= 5


async def test_a_page_that_did_not_come_is_asked_for_again_but_not_at_once(
    enter: Enter, inbox: Server, crowded: Line
) -> None:
    visitor = await enter(ANA)
    reader = Reader(await visitor.desk(), listed(inbox, view="open"))
    asked: list[float] = []

    async def refuse(route: Route) -> None:
        asked.append(time.monotonic())
        refused = asked[-1] < asked[0] + 1  # from when it was first asked, however late that is
        await (route.fulfill(status=503) if refused else route.continue_())

    await reader.desk.page.route("**/conversations?*", refuse)
    await reader.wheel(500, reader.order[60])
    assert 2 <= reader.pages.count <= 4
    visitor.troubles.clear()  # the browser itself tells of what was refused


async def test_the_focus_waits_for_a_row_that_is_far_away(reader: Reader) -> None:
    page, row = reader.desk.page, reader.desk.page.locator(f"#row-{reader.order[1]} > a")
    await page.keyboard.press("j")
    await page.keyboard.press("j")
    await expect(row).to_be_focused()
    await reader.wheel(FAR, reader.order[250])
    await expect(reader.desk.list).to_be_focused()
    await reader.wheel(-FAR, reader.order[0])
    await expect(row).to_be_focused()
    await reader.wheel(FAR, reader.order[250])
    [seen, *_] = (await reader.look())["seen"]
    await page.keyboard.press("j")
    await expect(page.locator(f"#row-{seen} > a")).to_be_focused()


async def test_a_row_says_which_it_is_where_those_above_are_not_on_the_page(
    reader: Reader, inbox: Server, crowded: Line
) -> None:
    await reader.wheel(FAR, reader.order[250])
    row = reader.desk.page.locator(f"#row-{reader.order[250]}")
    await expect(row).to_have_attribute("aria-posinset", "251")
    await expect(row).to_have_attribute("aria-setsize", "-1")
    Customer(inbox, crowded, "Wren the third").say("Hello?")
    await expect(reader.desk.page.locator("#list > [aria-posinset]")).to_have_count(0)


async def test_the_current_row_is_marked_again_when_it_comes_back(reader: Reader) -> None:
    page, row = reader.desk.page, reader.desk.page.locator(f"#row-{reader.order[3]}")
    await row.locator("a").click()
    await expect(reader.desk.thread).to_be_attached()
    await reader.wheel(FAR, reader.order[250])
    await expect(row).to_have_count(0)
    await reader.wheel(-FAR, reader.order[0])
    await expect(row.locator("a")).to_have_attribute("aria-current", "true")
    await expect(page.locator("#list [aria-current]")).to_have_count(1)


async def test_a_list_that_is_fetched_anew_stays_where_it_is_read(
    enter: Enter, inbox: Server, crowded: Line
) -> None:
    visitor, sockets = await enter(ANA), list[WebSocketRoute]()

    def relay(socket: WebSocketRoute) -> None:
        sockets.append(socket)
        socket.connect_to_server()

    await visitor.context.route_web_socket(re.compile("/ws"), relay)
    inbox.settle()
    order = listed(inbox, view="open")
    reader = Reader(await visitor.desk(f"/conversations/{order[0]}"), order)
    await reader.wheel(900, reader.order[200])
    before, reader.pages.count = await reader.look(), 0
    await reader.desk.list.evaluate(
        "(list) => { for (const row of list.children) row.lang = 'en'; }"
    )
    sockets[0].send(json.dumps({"type": "feed:resync", "seq": 0, "payload": {"reason": "old"}}))
    await expect(reader.desk.list.locator("> [lang]")).to_have_count(0)
    after = await reader.look()
    assert after["seen"] == before["seen"]
    assert max(abs(one - other) for one, other in zip(after["at"], before["at"], strict=True)) <= 2
    assert reader.order[0] not in after["loaded"]
    await reader.wheel(-900, reader.order[0])
