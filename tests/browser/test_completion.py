"""What is completed while an agent writes, by keyboard alone."""

from collections.abc import Awaitable, Callable

import pytest
from playwright.async_api import Locator, expect

from tests.browser.conftest import Enter
from tests.browser.customers import Customer
from tests.browser.visitor import ANA, Desk

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
