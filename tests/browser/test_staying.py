"""What somebody sees stays true, and where it was: after a refusal, by choice, without a line."""

import json
import re
import time

from playwright.async_api import WebSocket, WebSocketRoute, expect

from tests.browser.conftest import Enter
from tests.browser.customers import Customer, new_wamid
from tests.browser.visitor import ANA, BEN

FROM_END = """async (log) => {
  for (let frame = 0; frame < 2; frame++) await new Promise(requestAnimationFrame);
  return log.scrollHeight - log.scrollTop - log.clientHeight;
}"""
"""Where a thread stands is put right as a frame is drawn."""


ONE_FRAME = """async () => {
  const log = document.getElementById("thread");
  const field = document.querySelector("#composer textarea");
  log.querySelector(".message:last-child").remove();
  log.scrollTop = log.scrollHeight;
  field.style.minBlockSize = "220px";
  for (let frame = 0; frame < 3; frame++) await new Promise(requestAnimationFrame);
}"""
"""What a refusal does to the thread before a frame is drawn: a bubble goes, the composer grows."""


async def test_after_a_refusal_the_thread_stands_at_its_end_and_follows(
    enter: Enter, customer: Customer
) -> None:
    customer.say(*(f"Line {at}" for at in range(30)), at=time.time() - 60)
    ana = await enter(ANA, viewport={"width": 1280, "height": 700})
    desk = await ana.desk(f"/conversations/{customer.conversation}")
    await desk.reply("Much too long" * 400)
    await expect(desk.page.locator("#refusal")).to_contain_text("at most 4096 characters")
    assert await desk.thread.evaluate(FROM_END) < 2
    await desk.composer.fill("")
    await desk.page.evaluate(ONE_FRAME)
    assert await desk.thread.evaluate(FROM_END) < 2
    customer.say("Are you there?")
    await expect(desk.message("Are you there?")).to_be_in_viewport()
    assert await desk.thread.evaluate(FROM_END) < 2
    ana.troubles = [one for one in ana.troubles if "status of 422" not in one]


async def test_a_thread_that_was_fetched_anew_is_followed_to_its_end(
    enter: Enter, customer: Customer
) -> None:
    customer.say(*(f"Line {at}" for at in range(30)), at=time.time() - 60)
    customer.was_read()  # so that it begins at its end
    ana, sockets = await enter(ANA), list[WebSocketRoute]()

    def relay(socket: WebSocketRoute) -> None:
        sockets.append(socket)
        socket.connect_to_server()

    await ana.context.route_web_socket(re.compile("/ws"), relay)
    desk = await ana.desk(f"/conversations/{customer.conversation}")
    await desk.page.evaluate("document.querySelector('#messages').lang = 'en'")
    sockets[0].send(json.dumps({"type": "feed:resync", "seq": 0, "payload": {"reason": "old"}}))
    await expect(desk.page.locator("#messages[lang]")).to_have_count(0)
    customer.say("Are you there?")
    await expect(desk.message("Are you there?")).to_be_in_viewport()
    assert await desk.thread.evaluate(FROM_END) < 2


async def test_a_row_that_waits_for_its_place_hears_what_changes_in_it(
    enter: Enter, customer: Customer
) -> None:
    customer.say("Hello", at=time.time() - 60)
    desk = await (await enter(ANA)).desk(f"/conversations/{customer.conversation}")
    newcomer = Customer(customer.server, customer.line, "A newcomer")
    await desk.list.hover()
    newcomer.say("How much?")
    await expect(desk.page.locator("#new-rows")).to_have_text("1 new")
    reply = {"text": "Eleven euros", "client_id": new_wamid()}
    path = f"/api/v1/conversations/{newcomer.conversation}/messages"
    assert customer.server.api().post(path, json=reply).status_code == 201
    row = desk.page.locator(".held > .row", has_text="Eleven euros")
    await expect(row.locator(".preview .tick")).to_have_attribute("data-status", "sent")
    await desk.page.mouse.move(900, 500)
    await expect(desk.row("Eleven euros").locator(".preview .tick")).to_have_attribute(
        "data-status", "sent"
    )


async def test_what_waits_for_one_list_does_not_come_into_another(
    enter: Enter, customer: Customer
) -> None:
    customer.say("Hello", at=time.time() - 60)
    customer.can_be_found()
    desk = await (await enter(ANA)).desk()
    await desk.list.hover()
    Customer(customer.server, customer.line, "A stranger").say("How much?")
    await expect(desk.page.locator("#new-rows")).to_have_text("1 new")
    await desk.page.get_by_label("Search conversations").fill(customer.name)
    await expect(desk.list.locator(".row")).to_have_count(1)
    await desk.page.mouse.move(900, 500)
    await expect(desk.page.locator("#new-rows")).to_be_hidden()
    await expect(desk.list.locator(".row")).to_have_count(1)


async def test_details_that_were_hidden_stay_hidden(enter: Enter, customer: Customer) -> None:
    customer.say("Hello")
    path = f"/conversations/{customer.conversation}"
    desk = await (await enter(ANA, viewport={"width": 1040, "height": 800})).desk(path)
    contact = desk.page.locator("#contact")
    await expect(contact).to_be_visible()
    await desk.page.get_by_role("button", name="Contact details").click()
    await expect(contact).to_be_hidden()
    await desk.row(customer.name).locator("a").click()
    await expect(desk.message("Hello")).to_be_visible()
    await expect(contact).to_be_hidden()
    await desk.page.reload()
    await expect(contact).to_be_hidden()
    await desk.page.keyboard.press("Escape")
    await desk.page.keyboard.press("i")
    await expect(contact).to_be_visible()


async def test_a_page_that_says_no_listens_to_nothing(enter: Enter) -> None:
    ben = await enter(BEN)
    page = await ben.context.new_page()
    sockets: list[WebSocket] = []
    page.on("websocket", lambda socket: sockets.append(socket))  # noqa: PLW0108 - Playwright marks it
    await page.goto(f"{ben.url}/settings/users")
    await expect(page.get_by_text("Error 403")).to_be_visible()
    await page.wait_for_load_state("networkidle")
    assert not sockets
    await page.goto(ben.url)
    await expect(page.locator("#pill")).to_have_attribute("data-state", "live")
    assert sockets, "it would have been seen"
    ben.troubles = [one for one in ben.troubles if "status of 403" not in one]


async def test_who_is_offline_is_told_at_once(enter: Enter, customer: Customer) -> None:
    ana = await enter(ANA)
    desk = await ana.desk()
    pill = desk.page.locator("#pill")
    await expect(pill).to_have_attribute("data-state", "live")
    await ana.context.set_offline(True)
    await expect(pill).to_contain_text("No connection", timeout=3000)
    await ana.context.set_offline(False)
    await expect(pill).to_contain_text("Reconnected")
    ana.troubles = [one for one in ana.troubles if "ERR_INTERNET_DISCONNECTED" not in one]


async def test_a_save_that_failed_is_shown_where_one_lands(
    enter: Enter, customer: Customer
) -> None:
    for scripts in (True, False):
        ana = await enter(ANA, java_script_enabled=scripts)
        page = await ana.page(f"/settings/channels/{customer.line.id}")
        allowed = page.locator("#gate textarea").first
        await allowed.fill("no address at all")
        await page.locator("#gate button[type=submit]").last.click()
        wrong = page.locator("#gate [aria-invalid]").first
        await expect(wrong).to_be_in_viewport()
        if scripts:  # without them the address leads there
            await expect(wrong).to_be_focused()
        ana.troubles = [one for one in ana.troubles if "status of 422" not in one]
