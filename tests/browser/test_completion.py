"""What is completed while an agent writes, by keyboard alone."""

import asyncio
import re
import time
from collections.abc import Awaitable, Callable

import pytest
from playwright.async_api import Locator, Route, expect

from tests.browser.conftest import Enter
from tests.browser.customers import Customer
from tests.browser.visitor import ANA, Desk, happened
from tests.support.server import Server

Write = Callable[[str], Awaitable[Desk]]


@pytest.fixture
async def write(enter: Enter, customer: Customer) -> Write:
    """``await write(text)``: Ana types it to a customer of her own."""
    customer.say("Hello")
    desk = await (await enter(ANA)).desk(f"/conversations/{customer.conversation}")

    async def write(text: str) -> Desk:
        await desk.composer.press_sequentially(text)
        return desk

    return write


def options(desk: Desk) -> Locator:
    return desk.page.get_by_role("option")


async def test_a_name_after_a_colon_becomes_an_emoji_by_keyboard(write: Write) -> None:
    desk = await write("Thanks :thum")
    await expect(options(desk)).to_have_text(["👍:thumbs_up:", "👎:thumbs_down:"])
    for key in ("ArrowDown", "ArrowDown", "ArrowUp"):
        await desk.composer.press(key)
    await expect(desk.composer).to_have_attribute("aria-activedescendant", "completion-1")
    await desk.composer.press("Enter")
    await expect(desk.composer).to_have_value("Thanks 👎")
    await expect(options(desk)).to_have_count(0)
    await expect(desk.messages).to_have_count(1)  # Enter chose, and sent nothing
    await desk.composer.press("Control+z")
    await expect(desk.composer).to_have_value("Thanks :thum")


def keep(server: Server, code: str, content: str, scope: str = "everybody") -> None:
    said = {"short_code": code, "content": content, "scope": scope}
    answer = server.as_admin.post("/api/v1/canned-responses", json=said)
    assert answer.status_code == 201, answer.text


async def test_canned_responses_are_filled_shown_and_stacked_at_the_cursor(
    write: Write, inbox: Server, customer: Customer
) -> None:
    code = f"greet-{customer.number[-4:]}"
    keep(inbox, code, "Hello {{contact.name}},\nI am {{agent.name}}.")
    keep(inbox, f"bye-{code}", "Bye {{contact.phone|you}}!")
    desk = await write(f"/{code[:-1]}")
    await expect(options(desk)).to_have_count(2)
    box = desk.page.locator(".completions")
    await expect(box.locator(".shown")).to_have_text(f"Hello {customer.name},\nI am Ana.")
    await desk.composer.press("ArrowDown")
    await expect(box.locator(".shown")).to_contain_text("Bye +1")
    await desk.composer.press("ArrowUp")
    await desk.composer.press("Tab")
    # What is still looked for of the last letter is taken when it is there, if nobody writes on.
    await expect(desk.composer).to_have_value(f"Hello {customer.name},\nI am Ana.")
    await write(f" /bye-{code}")
    await expect(options(desk)).to_have_count(1)
    await desk.composer.press("Enter")
    said = re.compile(rf"Hello {customer.name},\nI am Ana\. Bye \+1.*!")
    await expect(desk.composer).to_have_value(said)
    await expect(desk.messages).to_have_count(1)


async def test_what_is_found_late_leaves_an_arrow_where_it_led(
    write: Write, inbox: Server, customer: Customer
) -> None:
    """Else Enter would take another than the one that was chosen a moment before."""
    code, asked, late = f"late-{customer.number[-4:]}", asyncio.Event(), asyncio.Event()
    for one in (code, f"too-{code}"):
        keep(inbox, one, f"The text of {one}")
    desk = await write(f"/{code[:-1]}")
    await expect(options(desk)).to_have_count(2)

    async def hold(route: Route) -> None:
        asked.set()
        await late.wait()
        await route.continue_()

    await desk.page.route("**/canned-responses?*", hold)
    await write(code[-1])
    await happened(asked)
    await desk.composer.press("ArrowDown")
    async with desk.page.expect_response("**/canned-responses?*"):
        late.set()
    await desk.page.evaluate("new Promise(requestAnimationFrame)")
    await desk.composer.press("Enter")
    await expect(desk.composer).to_have_value(f"The text of too-{code}")
    await desk.page.unroute_all()


async def test_what_a_customer_calls_themselves_stays_text(
    write: Write, inbox: Server, customer: Customer
) -> None:
    customer.name = "<img src=x onerror=alert(1)> {{agent.name}}"
    customer.say("It is me", at=time.time() + 1)  # of one second the greater name would stay
    inbox.settle()
    code = f"name-{customer.number[-4:]}"
    keep(inbox, code, "{{contact.name}}")
    desk = await write(f"/{code}")
    await expect(options(desk)).to_have_count(1)
    await desk.composer.press("Enter")
    await expect(desk.composer).to_have_value(customer.name)


async def test_its_button_opens_it_and_escape_leaves_nothing_behind(
    write: Write, inbox: Server, customer: Customer
) -> None:
    keep(inbox, f"any-{customer.number[-4:]}", "Anything")
    desk = await write("So")
    await desk.page.get_by_role("button", name="Canned responses").click()
    await expect(options(desk).first).to_be_visible()
    await desk.composer.press("Escape")
    await expect(desk.composer).to_have_value("So")
    await expect(desk.composer).to_be_focused()


async def test_a_whole_name_needs_no_choosing(write: Write) -> None:
    desk = await write(":tada:")
    await expect(desk.composer).to_have_value("🎉")


async def test_escape_closes_the_list_and_keeps_the_words(write: Write) -> None:
    desk = await write("Look :eye")
    await expect(options(desk).first).to_be_visible()
    await desk.composer.press("Escape")
    await expect(options(desk)).to_have_count(0)
    await write("s")
    await expect(desk.composer).to_be_focused()
    await expect(options(desk)).to_have_count(0)
    await write(" :eye")
    await expect(options(desk).first).to_be_visible()  # another word is another wish


@pytest.mark.parametrize("text", ["http://smile", "at 10:30", "a:smile", "`x :smile"])
async def test_addresses_times_and_code_are_left_alone(write: Write, text: str) -> None:
    desk = await write(f":ey{text}"[:3])
    await expect(options(desk).first).to_be_visible()  # it works
    await desk.composer.fill("")
    await write(text)
    await expect(options(desk)).to_have_count(0)
