"""What is being written is on all of an agent's devices, and in nobody else's list."""

import asyncio
import json
import re

from playwright.async_api import Response, Route, WebSocketRoute, expect

from tests.browser.conftest import Enter
from tests.browser.customers import Customer
from tests.browser.visitor import ANA, BEN, happened

_SAVES = """async ([url, body]) => (await fetch(url, { method: "POST", body,
  headers: { "Content-Type": "application/x-www-form-urlencoded" } })).status"""


def _saved_tuesday(answer: Response) -> bool:
    return "Tuesday" in (answer.request.post_data or "")


async def test_another_device_goes_on_with_it_until_it_is_sent(
    enter: Enter, customer: Customer
) -> None:
    customer.say("Hello")
    path = f"/conversations/{customer.conversation}"
    one, other = await (await enter(ANA)).desk(path), await (await enter(ANA)).desk("/")
    ben = await (await enter(BEN)).desk("/")
    await one.composer.press_sequentially("Good mor")
    drafted = other.row(customer.name).locator(".drafted")
    await expect(drafted).to_have_text("Draft: Good mor")
    await expect(ben.row(customer.name).locator(".preview")).to_be_visible()
    await expect(ben.row(customer.name).locator(".drafted")).to_be_hidden()
    await other.row(customer.name).click()
    await expect(other.composer).to_have_value("Good mor")
    await other.composer.press("End")
    await other.composer.press_sequentially("ning")
    await expect(one.composer).to_have_value("Good morning")
    await one.composer.press("Enter")
    await expect(other.composer).to_have_value("")
    await expect(other.message("Good morning")).to_have_count(1)
    fresh = await (await enter(ANA)).desk("/")
    await expect(fresh.row(customer.name).locator(".preview")).to_contain_text("Good morning")
    await expect(fresh.row(customer.name).locator(".drafted")).to_be_hidden()


async def test_what_was_typed_without_a_connection_is_saved_when_it_is_back(
    enter: Enter, customer: Customer
) -> None:
    customer.say("Hello", "Which one?")
    path = f"/conversations/{customer.conversation}"
    visitor = await enter(ANA)
    desk = await visitor.desk(path)
    await desk.message("Which one?").hover()
    await desk.page.locator("#answer").click()
    visitor.foreseen = "net::ERR_"
    await visitor.context.set_offline(True)
    await desk.composer.press_sequentially("The red one")
    await visitor.context.set_offline(False)
    await desk.page.goto(visitor.url + "/")
    elsewhere = await (await enter(ANA)).desk(path)
    await expect(elsewhere.composer).to_have_value("The red one")
    await expect(elsewhere.page.locator("#quoting .line")).to_have_text("Which one?")


async def test_what_an_earlier_page_saved_late_is_no_other_device_s(
    enter: Enter, customer: Customer
) -> None:
    customer.say("Hello")
    path = f"/conversations/{customer.conversation}"
    ana = await enter(ANA)
    desk = await ana.desk(path)
    late: asyncio.Queue[Route] = asyncio.Queue()
    await desk.page.route("**/draft", late.put, times=1)
    await desk.composer.fill("Of Monday")
    fields = (await late.get()).request.post_data
    await desk.page.reload()
    async with desk.page.expect_response(_saved_tuesday):
        await desk.composer.fill("Of Tuesday")
    assert await desk.page.evaluate(_SAVES, [f"{path}/draft", fields]) == 200
    elsewhere = await (await enter(ANA)).desk(path)
    await expect(elsewhere.composer).to_have_value("Of Tuesday")
    await expect(desk.composer).to_have_value("Of Tuesday")


async def test_what_is_begun_while_a_reply_is_on_its_way_stays(
    enter: Enter, customer: Customer
) -> None:
    customer.say("Hello")
    path = f"/conversations/{customer.conversation}"
    desk = await (await enter(ANA)).desk(path)
    held: asyncio.Queue[Route] = asyncio.Queue()
    await desk.page.route("**/messages", held.put, times=1)
    await desk.composer.fill("Of Monday")
    await desk.composer.press("Enter")
    async with desk.page.expect_response(_saved_tuesday):
        await desk.composer.fill("Of Tuesday")
    await (await held.get()).continue_()
    await expect(desk.message("Of Monday")).not_to_have_attribute("data-pending", "")
    elsewhere = await (await enter(ANA)).desk(path)
    await expect(elsewhere.composer).to_have_value("Of Tuesday")
    await expect(desk.composer).to_have_value("Of Tuesday")


async def test_a_quote_that_is_chosen_while_a_reply_is_on_its_way_stays(
    enter: Enter, customer: Customer
) -> None:
    customer.say("Hello", "Which one?")
    path = f"/conversations/{customer.conversation}"
    desk = await (await enter(ANA)).desk(path)
    held: asyncio.Queue[Route] = asyncio.Queue()
    await desk.page.route("**/messages", held.put, times=1)
    await desk.reply("One moment")
    async with desk.page.expect_response("**/draft"):
        await desk.message("Which one?").hover()
        await desk.page.locator("#answer").click()
    await (await held.get()).continue_()
    await expect(desk.message("One moment")).not_to_have_attribute("data-pending", "")
    for each in (desk, await (await enter(ANA)).desk(path)):
        await expect(each.page.locator("#quoting .line")).to_have_text("Which one?")


async def test_a_page_that_was_drawn_before_its_draft_was_saved_takes_nothing_away(
    enter: Enter, customer: Customer
) -> None:
    """Nor does it wait for its feed, which is not there."""
    customer.say("Hello")
    path = f"/conversations/{customer.conversation}"
    desk = await (await enter(ANA)).desk(path)
    saves: asyncio.Queue[Route] = asyncio.Queue()

    async def drawn_before(route: Route) -> None:
        answer = await route.fetch()
        async with desk.page.expect_response("**/draft"):
            await (await saves.get()).continue_()
        await route.fulfill(response=answer)

    await desk.page.route("**/draft", saves.put, times=1)
    await desk.page.route(f"**{path}", drawn_before)
    await desk.page.route_web_socket("**/ws?*", lambda _silent: None)
    await desk.composer.fill("Of Monday")
    await desk.page.reload()
    await expect(desk.page.locator("#quoting")).to_be_hidden()
    await desk.composer.press_sequentially("!")
    await expect(desk.composer).to_have_value("Of Monday!")


async def test_what_another_device_wrote_before_is_no_news_after(
    enter: Enter, customer: Customer
) -> None:
    """As where a page saves while its feed is not back yet."""
    customer.say("Hello")
    path = f"/conversations/{customer.conversation}"
    ana, told, all_of_it = await enter(ANA), list[str | bytes](), asyncio.Event()
    sockets: list[WebSocketRoute] = []

    def hear(frame: str | bytes) -> None:
        told.append(frame)
        if "Of Tuesday" in str(frame):
            all_of_it.set()

    def slow(socket: WebSocketRoute) -> None:
        sockets.append(socket)
        socket.connect_to_server().on_message(hear)

    await ana.context.route_web_socket(re.compile("/ws"), slow)
    desk = await ana.desk(path)
    assert await desk.page.evaluate(_SAVES, [f"{path}/draft", "text=Of+Monday"]) == 200
    async with desk.page.expect_response(_saved_tuesday):
        await desk.composer.fill("Of Tuesday")
    await happened(all_of_it)
    for one in told:
        sockets[-1].send(one)
    await desk.composer.press("End")
    await desk.composer.press_sequentially("!")
    await expect(desk.composer).to_have_value("Of Tuesday!")


async def test_what_is_typed_before_the_scripts_are_here_is_kept(
    enter: Enter, customer: Customer
) -> None:
    customer.say("Hello")
    path = f"/conversations/{customer.conversation}"
    ana, held = await enter(ANA), asyncio.Queue[Route]()
    page = await ana.context.new_page()
    await page.route(re.compile(r"/app[^/]*\.js"), held.put)
    await page.goto(ana.url + path, wait_until="commit")
    await page.locator("#composer textarea").press_sequentially("On a slow line")
    async with page.expect_response("**/draft"):
        await (await held.get()).continue_()
    await expect(page.locator("#composer textarea")).to_have_value("On a slow line")


async def test_what_one_began_to_answer_is_not_shown_to_the_next_at_this_tab(
    enter: Enter, customer: Customer
) -> None:
    customer.say("Hello")
    visitor = await enter(ANA)
    desk = await visitor.desk(f"/conversations/{customer.conversation}")
    await desk.message("Hello").hover()
    await desk.page.locator("#answer").click()
    await expect(desk.page.locator("#quoting")).to_be_visible()
    await desk.page.goto("about:blank")
    await visitor.sign_in(BEN)
    await desk.page.goto(f"{visitor.url}/conversations/{customer.conversation}")
    await expect(desk.page.get_by_role("button", name="Account: Ben")).to_be_visible()
    await expect(desk.page.locator("#quoting")).to_be_hidden()


async def test_what_is_typed_while_the_last_is_being_saved_is_saved_by_leaving(
    enter: Enter, customer: Customer
) -> None:
    customer.say("Hello")
    path = f"/conversations/{customer.conversation}"
    ana, held = await enter(ANA), asyncio.Queue[Route]()
    desk = await ana.desk(path)
    await desk.page.route("**/draft", held.put, times=1)
    await desk.composer.fill("Good")
    await held.get()
    await desk.composer.fill("Good morning")
    other = await (await enter(ANA)).desk(path)
    await desk.page.goto("about:blank")
    await expect(other.composer).to_have_value("Good morning")


async def test_a_page_that_missed_what_happened_has_the_draft_of_another_device(
    enter: Enter, customer: Customer
) -> None:
    customer.say("Hello")
    path = f"/conversations/{customer.conversation}"
    ana, sockets = await enter(ANA), list[WebSocketRoute]()

    def deaf(socket: WebSocketRoute) -> None:
        sockets.append(socket)
        socket.connect_to_server().on_message(lambda _frame: None)

    await ana.context.route_web_socket(re.compile("/ws"), deaf)
    desk = await ana.desk(path)
    assert await desk.page.evaluate(_SAVES, [f"{path}/draft", "text=Of+Monday"]) == 200
    lost = {"type": "feed:resync", "seq": 0, "payload": {"reason": "old"}}
    sockets[0].send(json.dumps(lost))
    await expect(desk.composer).to_have_value("Of Monday")


async def test_a_note_that_was_begun_elsewhere_is_gone_on_with_where_it_is_opened(
    enter: Enter, customer: Customer
) -> None:
    customer.say("Hello")
    path = f"/conversations/{customer.conversation}"
    desk = await (await enter(ANA)).desk(path)
    assert await desk.page.evaluate(_SAVES, [f"{path}/note-draft", "text=They+lie"]) == 200
    other = await (await enter(ANA)).desk("/")
    await other.open(customer.name)
    note = other.page.locator("[data-note]")
    await expect(note).to_have_attribute("data-draft", "")
    await note.click()
    await expect(other.page.locator("#noting textarea")).to_have_value("They lie")
