"""Files that are not sent yet: of canned responses, of drafts and of notes, on all devices."""

from typing import Any

from playwright.async_api import Locator, expect

from tests.browser.conftest import Enter
from tests.browser.customers import Customer
from tests.browser.test_attaching import GIVEN, arrived, given
from tests.browser.visitor import ANA, BEN, Desk
from tests.media.pictures import jpeg
from tests.support.fake_graph import FakeGraph
from tests.support.server import Server

HOSTILE = "../<img src=x onerror=alert(1)>.jpg"


def keep_canned(server: Server, code: str) -> str:
    """For everybody: a photo and words."""
    api = server.as_admin
    photo = {"file": (HOSTILE, jpeg(64, 48), "image/jpeg")}
    media = api.post("/api/v1/media", data={"kind": "image"}, files=photo).json()
    response: dict[str, Any] = {"short_code": code, "content": "Our shop, {{agent.name}}"}
    response |= {"scope": "everybody", "attachments": [media["id"]]}
    return str(api.post("/api/v1/canned-responses", json=response).json()["id"])


def tray(desk: Desk) -> Locator:
    return desk.page.get_by_role("button", name="not sent yet")


async def test_a_canned_responses_file_waits_beside_the_reply_on_all_devices_until_it_is_sent(
    enter: Enter, customer: Customer, graph: FakeGraph, inbox: Server
) -> None:
    customer.say("Where are you?")
    path, code = f"/conversations/{customer.conversation}", f"shop-{customer.number}"
    response = keep_canned(inbox, code)
    visitor = await enter(ANA)
    desk = await visitor.desk(path)
    button = desk.page.locator("#composer [data-attach]")
    for able, says in (("document", "This channel cannot send"), ("image", "With")):
        await button.evaluate("(button, able) => (button.dataset.attach = able)", able)
        await desk.composer.clear()
        await desk.composer.press_sequentially(f"Well /{code}")
        await expect(desk.page.locator(".completions .shown")).to_contain_text(f"{says} _")
    await desk.composer.press("Enter")
    dialog = desk.page.get_by_role("dialog", name="Send files")
    await expect(dialog.get_by_label("Caption")).to_have_value("Our shop, Ana")
    await expect(desk.composer).to_have_value("Well ")
    await desk.page.keyboard.press("Escape")
    await expect(tray(desk)).to_be_visible()
    other = await (await enter(ANA)).desk(path)
    await expect(tray(other)).to_be_visible()
    inbox.as_admin.delete(f"/api/v1/canned-responses/{response}")
    await desk.page.reload()
    inbox.api().post(f"/api/v1{path}/messages", json={"text": "At the square"})
    await desk.never_shows("At the square")
    await tray(desk).press("Enter")
    await dialog.get_by_label("Caption").fill("This is it")
    await dialog.get_by_role("button", name="Send", exact=True).press("Enter")
    await expect(desk.page.locator("#refusal .answered")).to_contain_text("At the square")
    visitor.troubles = [one for one in visitor.troubles if "status of 409" not in one]
    await desk.page.get_by_role("button", name="Send anyway").press("Enter")
    await expect(desk.tick("This is it")).to_have_text("Sent")
    [sent] = [one for one in arrived(graph, customer) if one["type"] == "image"]
    assert sent["image"]["caption"] == "This is it"
    for each in (desk, other):
        await expect(tray(each)).to_have_count(0)
        await expect(each.composer).to_have_value("Well ")


async def test_a_note_begun_with_a_file_is_there_again_and_is_kept_with_it(
    enter: Enter, customer: Customer, graph: FakeGraph
) -> None:
    customer.say("Where is my parcel?")
    path = f"/conversations/{customer.conversation}"
    one = await (await enter(ANA)).desk(path)
    await one.thread.focus()
    await one.page.keyboard.press("n")
    field = one.page.get_by_role("textbox", name="Note for your team")
    await field.press_sequentially("Look at this")
    dropped = given("drop", "Label.txt", "text/plain", b"To: nobody")
    assert await one.page.evaluate(GIVEN, dropped)
    kept = one.page.locator("#noting .filed-one", has_text="Label.txt")
    await expect(kept.locator(".size")).to_have_text("1 kB")
    other = await (await enter(ANA)).desk(path)
    await expect(other.page.locator("[data-note]")).to_have_attribute("data-draft", "")
    await other.thread.focus()
    await other.page.keyboard.press("n")
    noting = other.page.get_by_role("textbox", name="Note for your team")
    await expect(noting).to_have_value("Look at this")
    await expect(other.page.locator("#noting .filed-one")).to_have_count(1)
    await noting.press("Enter")
    await expect(other.page.locator("#noting .filed-one")).to_have_count(0)
    ben = await (await enter(BEN)).desk(path)
    for desk in (other, ben):
        await expect(desk.message("Look at this").get_by_text("Label.txt")).to_be_visible()
    await expect(field).to_have_value("")
    await expect(kept).to_have_count(0)
    assert graph.sent_to(customer.number) == []
