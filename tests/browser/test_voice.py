"""Voice messages: recorded in the composer, heard before they are sent, and never lost."""

import re
from typing import Any

import pytest
from playwright.async_api import Locator, Page, Route, expect

from tests.browser.conftest import Enter
from tests.browser.customers import Customer
from tests.browser.visitor import ANA, BEN, Desk
from tests.support.fake_graph import FakeGraph
from tests.support.server import Server

ALLOWED = {"permissions": ["microphone"]}
REFUSED = """(name) => {
  navigator.mediaDevices.getUserMedia = () => Promise.reject(new DOMException("", name));
}"""


async def beginning(enter: Enter, customer: Customer, **options: Any) -> tuple[Desk, Locator]:
    """At the customer's conversation, and where the recorder will be."""
    customer.say("Just talk to me")
    desk = await (await enter(ANA, **options)).desk(f"/conversations/{customer.conversation}")
    return desk, desk.page.get_by_role("group", name="Record a voice message")


async def recording(desk: Desk, recorder: Locator) -> None:
    """Begun, and a second of it is there."""
    await desk.page.keyboard.press("Escape")
    await desk.page.keyboard.press("v")
    await expect(recorder.get_by_role("button", name="Pause")).to_be_focused()
    await more_than(recorder, "0:00")


async def more_than(recorder: Locator, clock: str) -> None:
    """No certain second, of which a look now and then may see nothing."""
    await expect(recorder.locator(".clock")).to_have_text(re.compile(rf"^0:(?!{clock[2:]})\d\d$"))


def voices(graph: FakeGraph, customer: Customer) -> list[Any]:
    """The bodies of what was sent to them as sound."""
    theirs = graph.sent_to(customer.number)
    return [body["audio"] for body in theirs if body["type"] == "audio"]


async def test_a_voice_message_is_recorded_heard_and_sent_by_keyboard_alone(
    enter: Enter, customer: Customer, graph: FakeGraph
) -> None:
    desk, recorder = await beginning(enter, customer, **ALLOWED)
    press = desk.page.keyboard.press
    await recording(desk, recorder)
    await press("Enter")
    await expect(recorder.get_by_role("button", name="Go on recording")).to_be_focused()
    await recorder.get_by_role("button", name="Listen", exact=True).press("Enter")
    await expect(recorder.get_by_role("button", name="Stop listening")).to_be_focused()
    await expect(recorder.get_by_role("button", name="Listen", exact=True)).to_be_focused()
    before = await recorder.locator(".clock").inner_text()
    await recorder.get_by_role("button", name="Go on recording").press("Enter")
    await more_than(recorder, before)
    await recorder.get_by_role("button", name="Send").press("Enter")
    await expect(recorder).to_have_count(0)
    await expect(desk.composer).to_be_focused()
    player = desk.messages.last.locator("[data-player]")
    await expect(player.locator(".waveform")).to_have_count(1)
    await expect(desk.messages.last).to_have_attribute("data-status", "sent")
    (sent,) = voices(graph, customer)
    assert sent["voice"] is True
    content, mime = graph.uploads[sent["id"]]
    assert (content[:4], mime) == (b"OggS", "audio/ogg; codecs=opus")
    assert len(content) <= 512 * 1024


async def test_a_recording_outlives_an_upload_that_failed_and_a_colleagues_answer(
    enter: Enter, customer: Customer, graph: FakeGraph, inbox: Server
) -> None:
    visitor = await enter(ANA, **ALLOWED)
    customer.say("Just talk to me")
    desk = await visitor.desk(f"/conversations/{customer.conversation}")
    recorder = desk.page.get_by_role("group", name="Record a voice message")
    await recording(desk, recorder)
    await desk.page.route("**/api/v1/media", lambda route: route.abort())
    send = recorder.get_by_role("button", name="Send")
    await send.press("Enter")
    await expect(recorder.get_by_role("status")).to_contain_text("There is no connection")
    await expect(send).to_be_focused()
    await desk.page.unroute_all()
    path = f"/api/v1/conversations/{customer.conversation}/messages"
    assert inbox.agent(BEN).post(path, json={"text": "At nine"}).status_code == 201
    await expect(desk.tick("At nine")).to_have_text("Sent")
    await desk.never_shows("At nine")
    await send.press("Enter")
    await expect(recorder.get_by_role("status")).to_contain_text("answered meanwhile: Ben")
    await desk.page.route("**/conversations/*/messages", swallowed, times=1)
    await send.press("Enter")
    await expect(recorder.get_by_role("status")).to_contain_text("There is no connection")
    await send.press("Enter")
    await expect(recorder).to_have_count(0)
    await expect(desk.messages.last).to_have_attribute("data-status", "sent")
    assert len(voices(graph, customer)) == 1, "the first of the two was taken already"
    told = ("net::ERR_FAILED", "status of 409")
    visitor.troubles = [one for one in visitor.troubles if not any(each in one for each in told)]


async def swallowed(route: Route) -> None:
    """It arrives, and its answer does not."""
    await route.fetch()
    await route.abort()


async def test_a_recording_waits_in_its_conversation_until_it_is_thrown_away(
    enter: Enter, customer: Customer
) -> None:
    desk, recorder = await beginning(enter, customer, **ALLOWED)
    await recording(desk, recorder)
    await desk.page.get_by_role("button", name="Go on").wait_for(state="detached")
    await desk.page.evaluate("document.querySelector('.back').click()")
    await expect(desk.page.locator(".toast")).to_contain_text("kept in its conversation")
    await desk.open(customer.name)
    await expect(recorder.get_by_role("status")).to_have_text("Recorded")
    await expect(recorder.get_by_role("button", name="Go on recording")).to_be_hidden()
    await recorder.get_by_role("button", name="Throw away").press("Enter")
    await expect(recorder).to_have_count(0)
    await expect(desk.composer).to_be_focused()


async def test_it_ends_by_itself_where_whatsapp_would_take_no_more(
    enter: Enter, customer: Customer
) -> None:
    desk, recorder = await beginning(enter, customer, **ALLOWED)
    button = desk.page.locator("#record")
    await expect(button).to_have_attribute(
        "title", re.compile("^Record a voice message, up to 4:00")
    )
    await button.evaluate("(button) => (button.dataset.longest = 1)")
    await button.press("Enter")
    await expect(recorder.get_by_role("status")).to_contain_text(
        "as long as a voice message can be"
    )
    await expect(recorder.get_by_role("button", name="Send")).to_be_focused()


@pytest.mark.parametrize(
    ("error", "words"),
    [
        ("NotAllowedError", "Allow it for this page"),
        ("NotFoundError", "Plug one in"),
        ("NotReadableError", "another program"),
    ],
)
async def test_why_nothing_can_be_recorded_is_said_in_words(
    enter: Enter, customer: Customer, error: str, words: str
) -> None:
    desk, recorder = await beginning(enter, customer)
    await desk.page.evaluate(REFUSED, error)
    await said(desk.page, recorder, words)


async def test_without_https_it_is_said_where_the_microphone_would_be(
    enter: Enter, customer: Customer
) -> None:
    desk, recorder = await beginning(enter, customer)
    without = "Object.defineProperty(%s, '%s', { value: undefined })"
    await desk.page.evaluate(without % ("navigator", "mediaDevices"))
    await desk.page.evaluate(without % ("globalThis", "isSecureContext"))
    await said(desk.page, recorder, "https")


async def said(page: Page, recorder: Locator, words: str) -> None:
    """It says so, and the composer is there again afterwards."""
    await page.locator("#record").press("Enter")
    await expect(recorder.get_by_role("status")).to_contain_text(words)
    await expect(recorder.get_by_role("button", name="Record again")).to_be_focused()
    await recorder.get_by_role("button", name="Close").press("Enter")
    await expect(recorder).to_have_count(0)
    await expect(page.locator("#composer textarea")).to_be_focused()
