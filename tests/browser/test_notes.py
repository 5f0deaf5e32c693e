"""Law 35 before one's eyes: a note looks like none, goes to nobody, and is not lost."""

import pytest
from playwright.async_api import Locator, expect

from tests.browser.conftest import Enter
from tests.browser.customers import Customer
from tests.browser.dom import equals_reloaded
from tests.browser.visitor import ANA, BEN, Desk
from tests.support.fake_graph import FakeGraph


@pytest.fixture
async def ana(enter: Enter, customer: Customer) -> Desk:
    customer.say("Where is my parcel?")
    customer.was_read(ANA)
    visitor = await enter(ANA)
    visitor.foreseen = "net::ERR_FAILED"
    return await visitor.desk(f"/conversations/{customer.conversation}")


def field(desk: Desk) -> Locator:
    return desk.page.get_by_role("textbox", name="Note for your team")


async def begin(desk: Desk) -> None:
    await desk.thread.focus()
    await desk.page.keyboard.press("n")
    await expect(field(desk)).to_be_focused()


async def test_a_colleague_is_named_by_keyboard_and_finds_it(
    ana: Desk, enter: Enter, customer: Customer, graph: FakeGraph
) -> None:
    ben = await (await enter(BEN)).desk()
    mentions = ben.page.locator('.tabs [data-count="mentions"]')
    before, sent = await mentions.text_content() or "0", len(graph.sent_to(customer.number))
    await begin(ana)
    await ana.page.keyboard.type("@be")
    await expect(ana.page.get_by_role("option")).to_have_text("@Ben")
    await ana.page.keyboard.press("Enter")
    await ana.page.keyboard.type("please ask the courier")
    await ana.page.keyboard.press("Enter")
    await expect(ana.message("ask the courier").locator(".mention")).to_have_text("@Ben")
    await equals_reloaded(ana.page)
    await expect(mentions).to_have_text(str(int(before) + 1))
    await ben.page.get_by_role("link", name="Mentions").click()
    await ben.open(customer.name)
    await expect(ben.message("ask the courier")).to_contain_text("Note · Ana")
    await expect(mentions).to_have_text("" if before == "0" else before)
    assert len(graph.sent_to(customer.number)) == sent


async def test_a_note_is_edited_and_deleted_by_who_wrote_it(
    ana: Desk, enter: Enter, customer: Customer
) -> None:
    ben = await (await enter(BEN)).desk(f"/conversations/{customer.conversation}")
    await begin(ana)
    await field(ana).fill("Ask *Jim*")
    await field(ana).press("Enter")
    await expect(ben.message("Ask Jim").locator("[data-edit-note]")).to_be_hidden()
    await ana.message("Ask Jim").get_by_role("button", name="Edit the note").click()
    await expect(field(ana)).to_have_value("Ask *Jim*")
    await field(ana).fill("Ask John")
    await field(ana).press("Enter")
    for desk in (ana, ben):
        await expect(desk.message("Ask John").locator(".edited")).to_be_visible()
    await ana.message("Ask John").get_by_role("button", name="Delete the note").click()
    await ana.message("Ask John").get_by_role("button", name="Delete", exact=True).click()
    for desk in (ana, ben):
        await expect(desk.message("Ask John")).to_have_count(0)


async def test_what_is_noted_and_what_is_replied_are_apart(
    ana: Desk, customer: Customer, graph: FakeGraph
) -> None:
    """Each field keeps its own, also over a reload; Escape leads back."""
    sent = len(graph.sent_to(customer.number))
    await ana.composer.fill("Dear customer")
    await begin(ana)
    await expect(ana.composer).to_be_hidden()
    await field(ana).fill("What a pity")
    await field(ana).press("Escape")
    await expect(ana.composer).to_be_focused()
    await expect(ana.composer).to_have_value("Dear customer")
    await ana.page.reload()
    await expect(ana.composer).to_have_value("Dear customer")
    await begin(ana)
    await expect(field(ana)).to_have_value("What a pity")
    assert len(graph.sent_to(customer.number)) == sent


async def test_a_note_written_without_a_connection_is_kept_and_comes(
    ana: Desk, customer: Customer, graph: FakeGraph
) -> None:
    sent = len(graph.sent_to(customer.number))
    await begin(ana)
    await ana.page.route("**/notes", lambda route: route.abort())
    await field(ana).fill("Kept meanwhile")
    await field(ana).press("Enter")
    pending = ana.page.locator(".message[data-pending]", has_text="Kept meanwhile")
    await expect(pending).to_be_visible()
    await expect(pending).to_have_attribute("data-direction", "internal")
    await ana.page.unroute("**/notes")
    await ana.try_now()
    await expect(pending).to_have_count(0)
    await expect(ana.message("Kept meanwhile")).to_have_count(1)
    assert len(graph.sent_to(customer.number)) == sent


async def test_an_edit_that_was_begun_is_gone_on_with_after_looking_elsewhere(
    ana: Desk, customer: Customer
) -> None:
    other = Customer(customer.server, customer.line, "")
    other.name = f"Other {other.number}"
    other.say("Hello")
    await begin(ana)
    await ana.page.keyboard.type("Ask the courier")
    await ana.page.keyboard.press("Enter")
    edit = ana.message("Ask the courier").locator("[data-edit-note]")
    await edit.click()
    await expect(field(ana)).to_have_value("Ask the courier")
    await field(ana).fill("Ask the courier and the shop")
    await ana.open(other.name)
    await ana.open(customer.name)
    await edit.click()
    await expect(field(ana)).to_have_value("Ask the courier and the shop")
    await field(ana).press("Escape")
    await edit.click()
    await expect(field(ana)).to_have_value("Ask the courier")
