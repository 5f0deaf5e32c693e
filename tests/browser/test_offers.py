"""Messages that are more than words: their forms, by keyboard, and how they stand in the thread."""

from collections.abc import Awaitable, Callable
from typing import Any

import pytest
from playwright.async_api import Locator, expect

from tests.browser.conftest import Enter
from tests.browser.customers import Customer
from tests.browser.visitor import ANA, Desk
from tests.support.fake_graph import FakeGraph

Form = Callable[[str], Awaitable[Locator]]


@pytest.fixture
async def desk(enter: Enter, customer: Customer) -> Desk:
    customer.say("Hello")
    return await (await enter(ANA)).desk(f"/conversations/{customer.conversation}")


@pytest.fixture
def form(desk: Desk) -> Form:
    async def form(name: str) -> Locator:
        """The form of this name, reached by keyboard alone."""
        more = desk.page.get_by_role("button", name="Send something else")
        await more.focus()
        await desk.page.keyboard.press("Enter")
        await desk.page.get_by_role("button", name=name, exact=True).focus()
        await desk.page.keyboard.press("Enter")
        dialog = desk.page.get_by_role("dialog")
        await expect(dialog).to_be_visible()
        return dialog

    return form


def arrived(graph: FakeGraph, customer: Customer, kind: str) -> dict[str, Any]:
    """What Graph was asked to send to this customer, of this kind."""
    [body] = [one[kind] for one in graph.sent_to(customer.number) if one.get("type") == kind]
    found: dict[str, Any] = body
    return found


async def test_buttons_are_sent_by_keyboard_and_shown_as_the_customer_sees_them(
    desk: Desk, form: Form, graph: FakeGraph, customer: Customer
) -> None:
    dialog = await form("Reply buttons")
    for text in ("Shall we deliver it?", "Yes, please", "No"):
        await desk.page.keyboard.type(text)
        await desk.page.keyboard.press("Tab")
    await dialog.get_by_label("Small line below").fill("Shop")
    await desk.page.keyboard.press("Enter")
    await expect(desk.tick("Shall we deliver it?")).to_have_text("Sent")
    bubble = desk.message("Shall we deliver it?")
    await expect(bubble.locator(".presses > li")).to_have_text(["Yes, please", "No"])
    await expect(bubble.locator(".offer-footer")).to_have_text("Shop")
    buttons = arrived(graph, customer, "interactive")["action"]["buttons"]
    assert [one["reply"]["title"] for one in buttons] == ["Yes, please", "No"]


@pytest.mark.parametrize(
    "where",
    [
        "51.47781, -0.00148",
        "https://www.google.com/maps/place/X/@51.47781,-0.00148,17z/data=!4m6",
        "https://www.openstreetmap.org/?query=51.47781%2C-0.00148",
    ],
)
async def test_a_place_is_taken_from_a_map_s_link_and_from_coordinates(
    desk: Desk, form: Form, graph: FakeGraph, customer: Customer, where: str
) -> None:
    dialog = await form("Location")
    await dialog.get_by_label("Coordinates, or a link from a map").fill("nowhere")
    await desk.page.keyboard.press("Enter")
    await expect(dialog.get_by_role("alert")).to_contain_text("No coordinates are in that")
    await dialog.get_by_label("Coordinates, or a link from a map").fill(where)
    await dialog.get_by_label("Name of the place").fill("Observatory")
    await desk.page.keyboard.press("Enter")
    await expect(desk.tick("Observatory")).to_have_text("Sent")
    place = arrived(graph, customer, "location")
    assert (place["latitude"], place["longitude"]) == (51.47781, -0.00148)


async def test_a_card_and_a_list_arrive_whole(
    desk: Desk, form: Form, graph: FakeGraph, customer: Customer
) -> None:
    dialog = await form("Contact card")
    await dialog.get_by_label("Name", exact=True).fill("Jonas Example")
    await dialog.get_by_label("Phone number").fill("+44 7700 900123")
    await desk.page.keyboard.press("Enter")
    await expect(desk.tick("Jonas Example")).to_have_text("Sent")
    dialog = await form("List")
    await dialog.get_by_label("Message").fill("When?")
    await dialog.get_by_label("What opens the list").fill("Days")
    await dialog.get_by_label("Title").nth(0).fill("Tuesday")
    await dialog.get_by_role("button", name="Send").click()
    await expect(desk.tick("When?")).to_have_text("Sent")
    rows = arrived(graph, customer, "interactive")["action"]["sections"][0]["rows"]
    assert rows == [{"id": "1", "title": "Tuesday"}]


async def test_a_quote_goes_with_it(
    desk: Desk, form: Form, graph: FakeGraph, customer: Customer
) -> None:
    await desk.page.keyboard.press("r")
    await desk.message("Hello").hover()
    await desk.page.get_by_role("button", name="Reply to this").click()
    dialog = await form("Ask for a location")
    await dialog.get_by_label("Message").fill("Where are you?")
    await dialog.get_by_role("button", name="Send").click()
    await expect(desk.tick("Where are you?")).to_have_text("Sent")
    await expect(desk.page.locator("#quoting")).to_be_hidden()
    [sent] = graph.sent_to(customer.number)
    assert sent["context"]["message_id"]
