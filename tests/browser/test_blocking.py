"""A customer who is blocked: asked first, told in words, and the same on every open page."""

from playwright.async_api import expect

from tests.browser.conftest import Enter
from tests.browser.customers import Customer
from tests.browser.visitor import ANA, BEN
from tests.support.fake_graph import FakeGraph


async def test_who_is_blocked_is_so_for_everybody_and_can_be_written_to_again_afterwards(
    enter: Enter, customer: Customer, graph: FakeGraph
) -> None:
    customer.say("You crooks!")
    path = f"/conversations/{customer.conversation}"
    ana, ben = [await (await enter(who)).desk(path) for who in (ANA, BEN)]
    about = ana.page.locator(".blocking")
    await about.locator("summary").focus()
    await ana.page.keyboard.press("Enter")
    await about.get_by_role("button", name="Block", exact=True).press("Enter")
    await expect(about.locator("summary")).to_have_text("Unblock this customer")
    await expect(about.locator("summary")).to_be_focused()
    assert customer.number in graph.blocklist.names
    for desk in (ana, ben):
        await expect(desk.page.get_by_text("You have blocked this customer")).to_be_visible()
        await expect(desk.composer).to_be_hidden()
        await expect(desk.row(customer.name)).to_contain_text("Blocked")
    await ben.page.locator(".blocking > summary").click()
    await ben.page.get_by_role("button", name="Unblock").click()
    await expect(ana.composer).to_be_editable()
    await expect(ana.row(customer.name)).not_to_contain_text("Blocked")


async def test_what_the_provider_says_against_it_stands_where_it_was_asked(
    enter: Enter, customer: Customer, graph: FakeGraph
) -> None:
    customer.say("Hello")
    graph.blocklist.unwilling[customer.number] = "This is a business"
    visitor = await enter()
    desk = await visitor.desk(f"/conversations/{customer.conversation}")
    await desk.page.locator(".blocking > summary").click()
    await desk.page.get_by_role("button", name="Block", exact=True).click()
    await expect(desk.page.locator(".blocking .notice")).to_contain_text("This is a business")
    await expect(desk.composer).to_be_editable()
    visitor.troubles.clear()  # the browser tells of every 422
