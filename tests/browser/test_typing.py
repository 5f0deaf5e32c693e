"""Whoever writes an answer is shown to the customer as writing, by the page itself."""

import asyncio

from playwright.async_api import expect

from tests.browser.conftest import Enter
from tests.browser.customers import Customer
from tests.support.fake_graph import FakeGraph


async def test_the_first_letters_of_an_answer_show_that_somebody_types_and_blanks_do_not(
    enter: Enter, customer: Customer, graph: FakeGraph
) -> None:
    customer.say("Are you there?")
    desk = await (await enter()).desk(f"/conversations/{customer.conversation}")
    await desk.composer.press("Space")
    known = len(graph.typing)
    async with desk.page.expect_response("**/typing") as answered:
        await desk.composer.press_sequentially("Yes")
    assert (await answered.value).status == 204
    await asyncio.to_thread(graph.wait_for_typing, known + 1)
    assert len(graph.typing) == known + 1


async def test_how_many_characters_are_left_is_said_once_they_are_few(
    enter: Enter, customer: Customer
) -> None:
    customer.say("Tell me all of it")
    desk = await (await enter()).desk(f"/conversations/{customer.conversation}")
    room = desk.page.locator("#room")
    await desk.composer.fill("x" * 3_000)
    await expect(room).to_be_hidden()
    await desk.composer.fill("🙂" * 4_000)
    await expect(room).to_have_text("96 characters left")
    await desk.composer.fill("x" * 4_097)
    await expect(room).to_have_text("1 character too many")
    await desk.composer.fill("")
    await expect(room).to_be_hidden()
