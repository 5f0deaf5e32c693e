"""On a slow line nothing that is typed goes to whoever was open before."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
from playwright.async_api import Page, Route, expect

from tests.browser.conftest import Enter
from tests.browser.customers import Customer
from tests.browser.visitor import ANA, Desk, Visitor, ends, happened
from tests.support.fake_graph import FakeGraph
from tests.support.server import Line, Server


@pytest.fixture
def pair(inbox: Server, line: Line) -> tuple[Customer, Customer]:
    """Two who wrote; who is open at first, and who is opened on a slow line."""
    former, wanted = Customer(inbox, line, ""), Customer(inbox, line, "")
    for one, name in ((former, "Former"), (wanted, "Wanted")):
        one.name = f"{name} {one.number[-4:]}"
        one.say(f"This is {name}")
    return former, wanted


@pytest.fixture
async def ana(enter: Enter) -> Visitor:
    ana = await enter(ANA)
    ana.foreseen = "net::ERR_|status of"
    return ana


@asynccontextmanager
async def held_back(page: Page, customer: Customer) -> AsyncIterator[None]:
    """The conversation's pane does not come before the end of this."""
    answered = asyncio.Event()

    async def late(route: Route) -> None:
        await answered.wait()
        await route.continue_()

    address = f"**/conversations/{customer.conversation}"
    await page.route(address, late)
    yield
    answered.set()
    await expect(page.locator(".coming")).to_have_count(0)
    await page.unroute(address)


async def opened(ana: Visitor, customer: Customer) -> Desk:
    return await ana.desk(f"/conversations/{customer.conversation}")


async def test_what_is_typed_after_the_click_goes_to_whoever_was_clicked(
    ana: Visitor, pair: tuple[Customer, Customer], graph: FakeGraph
) -> None:
    former, wanted = pair
    desk = await opened(ana, former)
    async with held_back(desk.page, wanted):
        await desk.row(wanted.name).locator("a").click()
        await expect(desk.page.locator(".thread-header h2")).to_have_text(wanted.name)
        await expect(desk.message("This is Former")).to_have_count(0)
        await desk.page.keyboard.type("Only for you")
        await desk.page.keyboard.press("Enter")
        await expect(desk.message("Only for you")).to_have_count(1)
        await desk.page.keyboard.type("and mo")
    await desk.page.keyboard.type("re")
    await expect(desk.message("This is Wanted")).to_have_count(1)
    await expect(desk.composer).to_have_value("and more")
    await expect(desk.tick("Only for you")).to_have_text("Sent")
    sent = [one.json for one in graph.sent]
    assert [one["to"] for one in sent if "Only for you" in str(one)] == [f"+{wanted.number}"]


async def test_a_click_by_key_is_one_too(ana: Visitor, pair: tuple[Customer, Customer]) -> None:
    former, wanted = pair
    desk = await opened(ana, former)
    async with held_back(desk.page, wanted):
        await desk.row(wanted.name).locator("a").press("Enter")
        await expect(desk.page.locator(".thread-header h2")).to_have_text(wanted.name)
        await expect(desk.composer).to_be_focused()
        await desk.page.keyboard.type("jk/?")
    await expect(desk.composer).to_have_value("jk/?")
    await desk.open(former.name)
    await expect(desk.composer).to_have_value("")
    await desk.open(wanted.name)
    await expect(desk.composer).to_have_value("jk/?")


async def test_what_has_not_come_is_not_read(
    ana: Visitor, pair: tuple[Customer, Customer], inbox: Server
) -> None:
    former, wanted = pair
    desk = await opened(ana, former)
    async with held_back(desk.page, wanted):
        await desk.row(wanted.name).locator("a").click()
        wanted.say("One more")
        await expect(desk.row(wanted.name)).to_contain_text("One more")
        assert await desk.unread(wanted.name) == "2"
    await expect(desk.row(wanted.name).locator(".unread-count")).to_be_hidden()


@pytest.mark.parametrize("answer", [{"status": 502}, {"body": "<h1>Please log in</h1>"}, None])
async def test_one_that_cannot_be_opened_says_so_and_keeps_what_is_written(
    ana: Visitor, pair: tuple[Customer, Customer], answer: dict[str, object] | None
) -> None:
    former, wanted = pair
    desk = await opened(ana, former)
    address = f"**/conversations/{wanted.conversation}"

    async def fail(route: Route) -> None:
        await (route.abort() if answer is None else route.fulfill(**answer))  # type: ignore[arg-type]  # an answer may have anything

    await desk.page.route(address, fail)
    await desk.row(wanted.name).locator("a").click()
    await expect(desk.page.locator(".unopened")).to_contain_text("could not be opened")
    await expect(desk.page).to_have_url(ends(f"/conversations/{wanted.conversation}"))
    await desk.page.keyboard.type("Half a thought")
    await desk.page.unroute(address)
    await desk.page.get_by_role("button", name="Try again").click()
    await expect(desk.message("This is Wanted")).to_have_count(1)
    await expect(desk.composer).to_have_value("Half a thought")


async def test_of_several_lists_the_last_that_was_asked_for_is_shown(
    ana: Visitor, pair: tuple[Customer, Customer]
) -> None:
    """Also where the first comes last; whoever types on stays in the view they chose."""
    desk, asked, late, came = await ana.desk(), *(asyncio.Event() for _ in range(3))

    async def hold(route: Route) -> None:
        asked.set()
        await late.wait()
        try:
            await route.fulfill(body="<div id='list-body' data-view='unassigned' data-q=''></div>")
        finally:
            came.set()

    await desk.page.route("**/conversations?view=unassigned&q=", hold)
    await desk.page.locator(".tabs [data-view=unassigned]").click()
    # What asks for lists comes by that click: were they searched sooner, this was never asked.
    await happened(asked)
    pair[1].can_be_found()
    await desk.page.get_by_label("Search conversations").fill(pair[1].name)
    body = desk.page.locator("#list-body[data-view=unassigned]")
    await expect(body).to_have_attribute("data-q", pair[1].name)
    late.set()
    await happened(came)
    await desk.page.evaluate("new Promise(requestAnimationFrame)")
    await expect(desk.list.locator(".row")).to_have_count(1)


async def test_what_asks_for_lists_comes_once_somebody_turns_to_it(
    ana: Visitor, pair: tuple[Customer, Customer]
) -> None:
    """Who is faster is heard all the same, and without a line to it each list is a page."""
    desk = await ana.desk()
    fetched = "performance.getEntriesByType('resource').some(one => one.name.endsWith('htmx.js'))"
    assert not await desk.page.evaluate(fetched)
    await desk.page.evaluate("window.stays = true")
    await desk.page.locator(".tabs [data-view=unassigned]").dispatch_event("click")
    await expect(desk.page.locator("#list-body[data-view=unassigned]")).to_be_visible()
    assert await desk.page.evaluate(f"window.stays && {fetched}")
    desk = await ana.desk()
    await desk.page.route("**/htmx.js*", lambda route: route.abort())
    await desk.page.locator(".tabs [data-view=unassigned]").click()
    await expect(desk.page).to_have_url(ends("/?view=unassigned"))
    await expect(desk.page.locator("#list-body[data-view=unassigned]")).to_be_visible()
    await desk.page.unroute_all()
    ana.troubles = [one for one in ana.troubles if "net::ERR_FAILED" not in one]


async def test_back_leads_to_who_was_open_before(
    ana: Visitor, pair: tuple[Customer, Customer]
) -> None:
    former, wanted = pair
    desk = await opened(ana, former)
    await desk.open(wanted.name)
    await expect(desk.message("This is Wanted")).to_have_count(1)
    await desk.page.go_back()
    await expect(desk.page.locator(".thread-header h2")).to_have_text(former.name)
    await expect(desk.message("This is Former")).to_have_count(1)


@pytest.mark.parametrize("way", ["pressed", "by key", "anything"])
async def test_what_is_typed_before_its_script_has_come_is_in_what_was_opened(
    ana: Visitor, pair: tuple[Customer, Customer], way: str
) -> None:
    """Else letters would be keys of the page: A gives the conversation to somebody."""
    desk, asked, late = await opened(ana, pair[0]), asyncio.Event(), asyncio.Event()
    page = desk.page
    script, opens, field = {
        "pressed": ("notes", page.locator("[data-note]").click, "#noting textarea"),
        "by key": ("notes", lambda: page.keyboard.press("n"), "#noting textarea"),
        "anything": ("palette", lambda: page.keyboard.press("Control+k"), "#palette input"),
    }[way]

    async def hold(route: Route) -> None:
        asked.set()
        await late.wait()
        await route.continue_()

    await page.route(f"**/js/{script}.js*", hold)
    await page.locator("#thread").focus()
    await opens()
    await happened(asked)
    await page.keyboard.type("As Annz")
    await page.keyboard.press("Backspace")
    late.set()
    await expect(page.locator(field)).to_have_value("As Ann")
    await page.keyboard.type("a")
    await expect(page.locator(field)).to_have_value("As Anna")
    await expect(page.locator("dialog[open]:not(#palette)")).to_have_count(0)
    await page.unroute_all()
