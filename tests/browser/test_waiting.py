"""A reply that the server still holds: everybody sees why, and its text can be had back."""

import re
from collections.abc import AsyncIterator

import pytest
from playwright.async_api import expect

from tests.browser.conftest import Enter
from tests.browser.customers import Customer
from tests.browser.dom import equals_reloaded
from tests.browser.visitor import ANA, BEN, Desk
from tests.support.fake_graph import FakeGraph

WORDS = "Perhaps *not*\n  on Sunday"


@pytest.fixture
async def desks(enter: Enter, customer: Customer, graph: FakeGraph) -> AsyncIterator[list[Desk]]:
    """Ana and Ben see a reply of hers that WhatsApp puts off, and one behind it."""
    customer.say("When?")
    for who in (ANA, BEN):
        customer.was_read(who)
    path = f"/conversations/{customer.conversation}"
    visitors = [await enter(who) for who in (ANA, BEN)]
    ana, ben = [await one.desk(path) for one in visitors]
    graph.answer_next("meta_err_131056_pair.json", times=3)  # four seconds, sixteen, sixty-four
    await ana.reply(WORDS)
    await expect(ana.message("Perhaps").locator(".failure")).to_contain_text("Next try")
    await ana.reply("Or so")
    yield [ana, ben]
    graph.answer_as_usual()
    for one in visitors:
        one.troubles = [trouble for trouble in one.troubles if "status of 409" not in trouble]


async def test_everybody_sees_why_and_since_when_a_reply_waits(desks: list[Desk]) -> None:
    for desk in desks:
        waits = desk.message("Perhaps").locator(".failure")
        await expect(waits).to_contain_text(re.compile(r"Waiting since \d.*: .*\. Next try \d"))
        await expect(desk.tick("Perhaps")).to_have_text("Pending")
        await expect(desk.message("Or so").locator(".failure")).to_contain_text("An earlier reply")
        await equals_reloaded(desk.page)


async def test_what_is_taken_back_by_key_is_a_draft_again_and_gone_for_all(
    desks: list[Desk], customer: Customer, graph: FakeGraph
) -> None:
    ana, ben = desks
    sent = len(graph.sent_to(customer.number))
    await ana.message("Perhaps").get_by_role("button", name="Take back").focus()
    await ana.page.keyboard.press("Enter")
    graph.answer_as_usual()
    await expect(ana.composer).to_have_value(WORDS)
    await expect(ana.composer).to_be_focused()
    for desk in desks:
        await expect(desk.message("Perhaps")).to_have_count(0)
        await expect(desk.tick("Or so")).to_have_text("Sent")
    await equals_reloaded(ben.page)
    await ana.page.reload()
    await expect(ana.composer).to_have_value(WORDS)
    # Perhaps twice, where the second answer was faster than the line above that forgets it.
    assert {one["text"]["body"] for one in graph.sent_to(customer.number)[sent:]} == {"Or so"}


async def test_what_cannot_be_taken_back_says_why_and_stays(desks: list[Desk]) -> None:
    ana, _ = desks
    theirs = await ana.message("When?").get_attribute("id") or ""
    form = ana.message("Perhaps").locator(".take-back")
    path = theirs.replace("message-", "/messages/")
    await form.evaluate("(form, path) => form.setAttribute('action', `${path}/take-back`)", path)
    await form.get_by_role("button").click()
    await expect(ana.page.locator("#refusal")).to_contain_text("Not taken back")
    await expect(ana.message("Perhaps")).to_have_count(1)
    await expect(ana.composer).to_have_value("")
