"""Templates are picked in the composer's place: by keyboard, with a preview, after 24 hours too."""

import re
import time
from collections.abc import AsyncIterator

import pytest
from playwright.async_api import expect

from tests.browser.conftest import Enter
from tests.browser.customers import Customer
from tests.browser.visitor import ANA, Desk
from tests.media.pictures import jpeg
from tests.support.fake_graph import FakeGraph
from tests.support.graph.templates import Definition

READY = Definition(
    name="order_ready",
    components=(
        {"type": "HEADER", "format": "TEXT", "text": "Your order"},
        {
            "type": "BODY",
            "text": "Hello {{1}}, order {{2}} is ready.",
            "example": {"body_text": [["Amara", "1042"]]},
        },
        {"type": "FOOTER", "text": "Thank you"},
        {"type": "BUTTONS", "buttons": [{"type": "QUICK_REPLY", "text": "Stop messages"}]},
    ),
)
PICTURED = Definition(
    name="shelf_seen",
    components=(
        {"type": "HEADER", "format": "IMAGE"},
        {"type": "BODY", "text": "Here it is."},
    ),
)
LONG_AGO = 3 * 86_400


@pytest.fixture
async def desk(enter: Enter, customer: Customer, graph: FakeGraph) -> AsyncIterator[Desk]:
    """A customer who wrote three days ago, and templates at the provider."""
    known = {one.name for one in graph.templates}
    for one in (READY, PICTURED):
        if one.name not in known:
            graph.account.add(one)
    customer.say("Is it ready?", at=time.time() - LONG_AGO)
    customer.was_read()
    visitor = await enter()
    yield await visitor.desk(f"/conversations/{customer.conversation}")
    visitor.troubles = [one for one in visitor.troubles if "status of 422" not in one]


async def test_after_the_window_a_template_is_found_filled_in_and_sent_by_keyboard(
    desk: Desk, customer: Customer, graph: FakeGraph
) -> None:
    page = desk.page
    picker = page.locator(".template-picker")
    await expect(picker.locator(".template-choice").first).to_be_visible()
    await expect(desk.composer).to_be_hidden()
    await page.get_by_label("Find a template").focus()
    await page.keyboard.type("ready")
    await expect(picker.locator(".template-choice")).to_have_text([re.compile("order_ready")])
    await page.keyboard.press("ArrowDown")
    await expect(picker.locator(".template-choice")).to_be_focused()
    await page.keyboard.press("Enter")
    await expect(page.get_by_label("Text: gap 1")).to_be_focused()
    await page.keyboard.type("Amara")
    await expect(picker.locator(".template-preview")).to_contain_text("Hello Amara, order {{2}}")
    await page.keyboard.press("Enter")
    await expect(page.get_by_label("Text: gap 2")).to_be_focused()
    await expect(picker.locator(".error")).to_have_text("Fill this in.")
    await page.keyboard.type("1042")
    await page.keyboard.press("Enter")
    sent = desk.message("Hello Amara, order 1042 is ready.")
    await expect(sent).to_contain_text("Stop messages")
    await expect(desk.tick("order 1042")).to_have_text("Sent")
    assert graph.sent_to(customer.number)[-1]["template"]["name"] == "order_ready"


async def test_the_picture_above_the_words_is_chosen_here(
    desk: Desk, customer: Customer, graph: FakeGraph
) -> None:
    page = desk.page
    await page.get_by_label("Find a template").fill("shelf")
    await page.locator(".template-choice", has_text="shelf_seen").click()
    link = page.get_by_label("Address of the picture")
    async with page.expect_file_chooser() as chooser:
        await page.get_by_role("button", name="Choose a file instead").click()
    photo = {"name": "Shelf.jpg", "mimeType": "image/jpeg", "buffer": jpeg(320, 240)}
    await (await chooser.value).set_files(photo)
    await expect(page.locator("[name='header.media_id']")).not_to_have_value("")
    await expect(page.locator(".brought .told")).to_have_text("Shelf.jpg")
    await expect(link).to_be_disabled()
    await page.get_by_role("button", name="Send template").click()
    await expect(desk.tick("Here it is.")).to_have_text("Sent")
    [header] = graph.sent_to(customer.number)[-1]["template"]["components"]
    known = header["parameters"][0]["image"]["id"]
    assert graph.uploads[known] == (jpeg(320, 240), "image/jpeg")


async def test_a_new_template_has_the_picture_that_was_chosen_on_its_page(
    enter: Enter, customer: Customer, graph: FakeGraph
) -> None:
    ana = await enter(ANA)
    page = await ana.page(f"/settings/channels/{customer.line.id}/templates/new")
    await page.get_by_label("Name").fill("shelf_told")
    await page.get_by_label("Text", exact=True).fill("This is our new shelf.")
    chosen = page.locator(".header-sample")
    await expect(chosen).to_be_hidden()
    await page.get_by_label("Header", exact=True).select_option("DOCUMENT")
    async with page.expect_file_chooser() as chooser:
        await page.get_by_role("button", name="Choose a file").click()
    words = {"name": "Shelf.txt", "mimeType": "text/plain", "buffer": b"a shelf"}
    await (await chooser.value).set_files(words)
    await expect(chosen.locator("li .error")).to_contain_text("a PDF of up to 100 MB")
    await page.get_by_label("Header", exact=True).select_option("IMAGE")
    await expect(chosen.locator("li")).to_have_count(0)
    await expect(chosen).to_contain_text("JPEG or PNG of up to 5 MB")
    async with page.expect_file_chooser() as chooser:
        await page.get_by_role("button", name="Choose a file").click()
    photo = {"name": "Shelf.jpg", "mimeType": "image/jpeg", "buffer": jpeg(320, 240)}
    await (await chooser.value).set_files(photo)
    await expect(chosen.locator("[name=header_media]")).not_to_have_value("")
    await page.get_by_role("button", name="Have it approved").click()
    await expect(page.get_by_role("heading", name="Templates")).to_be_visible()
    [made] = [one for one in graph.templates if one.name == "shelf_told"]
    [handle] = made.components[0]["example"]["header_handle"]
    assert graph.account.sessions.handles[handle] == (jpeg(320, 240), "image/jpeg")


async def test_what_was_typed_into_its_gaps_is_there_again_after_looking_elsewhere(
    desk: Desk, customer: Customer
) -> None:
    other = Customer(customer.server, customer.line, "")
    other.name = f"Other {other.number}"
    other.say("Hello")
    gap = desk.page.get_by_label("Text: gap 1")
    ready = desk.page.locator(".template-choice", has_text=READY.name)
    await ready.click()
    await gap.fill("Amara")
    await desk.open(other.name)
    await desk.open(customer.name)
    await ready.click()
    await expect(gap).to_have_value("Amara")
    await expect(desk.page.locator(".template-preview")).to_contain_text("Hello Amara")
