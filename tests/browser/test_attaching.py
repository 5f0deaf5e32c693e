"""Files by drop, paste and button: shown first, sent in order with their words, gone on with."""

from base64 import b64encode
from collections.abc import AsyncIterator
from typing import Any

import pytest
from playwright.async_api import expect

from tests.browser.conftest import Enter
from tests.browser.customers import Customer
from tests.browser.visitor import ANA, Desk, remember, remembered
from tests.media.pictures import jpeg
from tests.support.fake_graph import FakeGraph

GIVEN = """([type, name, mime, base64]) => {
  const bytes = Uint8Array.from(atob(base64), (one) => one.charCodeAt(0));
  const data = new DataTransfer();
  data.items.add(new File([bytes], name, { type: mime }));
  const key = type === "paste" ? "clipboardData" : "dataTransfer";
  const kind = type === "paste" ? ClipboardEvent : DragEvent;
  const event = new kind(type, { [key]: data, bubbles: true, cancelable: true });
  const at = type === "paste" ? "#composer textarea" : "#list";
  document.querySelector(at).dispatchEvent(event);
  return event.defaultPrevented;
}"""
HOSTILE = "../<img src=x onerror=alert(1)>\u202egpj.txt"


def given(sign: str, name: str, mime: str, content: bytes) -> list[str]:
    return [sign, name, mime, b64encode(content).decode()]


@pytest.fixture
async def desk(enter: Enter, customer: Customer) -> AsyncIterator[Desk]:
    customer.say("Which one is it?")
    visitor = await enter(ANA)
    desk = await visitor.desk(f"/conversations/{customer.conversation}")
    await remember(desk.page)
    yield desk
    told = ("status of 415", "net::ERR_FAILED")  # the browser itself tells of what was refused
    visitor.troubles = [one for one in visitor.troubles if not any(each in one for each in told)]


def arrived(graph: FakeGraph, customer: Customer) -> list[dict[str, Any]]:
    return graph.sent_to(customer.number)


@pytest.mark.parametrize("sign", ["drop", "paste"])
async def test_a_photo_is_shown_and_sent_with_its_caption(
    desk: Desk, graph: FakeGraph, customer: Customer, sign: str
) -> None:
    await desk.composer.fill("half a word")
    assert await desk.page.evaluate(GIVEN, given(sign, "Shelf.jpg", "image/jpeg", jpeg(64, 48)))
    dialog = desk.page.get_by_role("dialog", name="Send files")
    await dialog.get_by_label("Caption").fill("The <b>third</b> one")
    await desk.page.keyboard.press("Enter")
    await expect(desk.tick("The <b>third</b> one")).to_have_text("Sent")
    await expect(desk.message("The <b>third</b> one").locator("img")).to_be_visible()
    [sent] = arrived(graph, customer)
    assert sent["image"]["caption"] == "The <b>third</b> one"
    await expect(desk.composer).to_have_value("half a word")
    assert await remembered(desk.page)


async def test_several_go_in_the_order_that_they_were_put_in(
    desk: Desk, graph: FakeGraph, customer: Customer
) -> None:
    async with desk.page.expect_file_chooser() as chosen:
        await desk.page.get_by_role("button", name="Send files").click()
    await (await chosen.value).set_files(
        [
            {"name": "one.txt", "mimeType": "text/plain", "buffer": b"1"},
            {"name": HOSTILE, "mimeType": "text/plain", "buffer": b"2"},
        ]
    )
    dialog = desk.page.get_by_role("dialog", name="Send files")
    await dialog.get_by_role("button", name="Earlier").last.press("Enter")
    await dialog.get_by_role("button", name="Send", exact=True).press("Enter")
    await expect(desk.page.locator("#messages > .message[data-status=sent]")).to_have_count(2)
    assert [one["document"]["filename"] for one in arrived(graph, customer)][1] == "one.txt"


async def test_what_whatsapp_does_not_take_is_said_before_it_is_sent(desk: Desk) -> None:
    await desk.page.evaluate(GIVEN, given("drop", "all.zip", "application/zip", b"PK"))
    dialog = desk.page.get_by_role("dialog", name="Send files")
    await expect(dialog.get_by_role("alert")).to_contain_text("PDF, Word, Excel")
    await dialog.get_by_role("button", name="Remove").press("Enter")
    await expect(dialog).to_be_hidden()


async def test_an_upload_that_is_cut_goes_on_and_can_be_cancelled(
    desk: Desk, graph: FakeGraph, customer: Customer
) -> None:
    await desk.page.route("**/api/v1/media/uploads/*", lambda route: route.abort())
    await desk.page.evaluate(GIVEN, given("drop", "a.txt", "text/plain", b"kept"))
    dialog = desk.page.get_by_role("dialog", name="Send files")
    await dialog.get_by_label("Caption").fill("A list")
    await desk.page.keyboard.press("Enter")
    bubble = desk.message("A list")
    await expect(bubble.get_by_text("No connection")).to_be_visible()
    await expect(bubble.get_by_role("button", name="Cancel")).to_be_visible()
    await desk.page.unroute("**/api/v1/media/uploads/*")
    await desk.page.evaluate("dispatchEvent(new Event('online'))")
    await expect(desk.tick("A list")).to_have_text("Sent")
    assert graph.uploads[arrived(graph, customer)[0]["document"]["id"]][0] == b"kept"
