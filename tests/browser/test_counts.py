"""The numbers beside views: there from the start, true as things happen, and after an absence."""

from urllib.parse import urlsplit

from playwright.async_api import expect

from tests.browser.conftest import Enter
from tests.browser.customers import Customer
from tests.browser.proxy import between, of_the_network
from tests.browser.visitor import ANA
from tests.support.server import Line, Server

PLACE = """(key) => document.querySelector(".list-pane header").insertAdjacentHTML("beforeend",
  `<p><span id="counted" data-count="${key}" hidden></span></p>`)"""


async def test_a_number_is_true_as_things_happen_and_after_an_absence(
    enter: Enter, inbox: Server, line: Line, customer: Customer
) -> None:
    customer.say("Are you there?")
    where = f"/api/v1/conversations/{customer.conversation}"
    async with between(urlsplit(inbox.url).port or 0) as network:
        ana = await enter(ANA, network.url)
        page = (await ana.desk()).page
        await expect(page.locator(".tabs [data-count]").first).not_to_be_empty()
        await page.evaluate(PLACE, f"channel:{line.id}")
        number = page.locator("#counted")
        await expect(number).to_have_text("1")
        Customer(inbox, line, "Another").say("Good morning")
        await expect(number).to_have_text("2")
        network.cut()
        assert inbox.as_admin.patch(where, json={"status": "resolved"}).status_code == 200
        asked: list[str] = []
        page.on("request", lambda request: asked.append(urlsplit(request.url).path))
        network.restore()
        await expect(number).to_have_text("1")
        assert not {path for path in asked if "conversations" in path}
        others = inbox.conversations(line)
        for one in others:
            inbox.as_admin.patch(f"/api/v1/conversations/{one['id']}", json={"status": "resolved"})
        await expect(number).to_be_hidden()
        await page.close()
        ana.troubles = [one for one in ana.troubles if not of_the_network(one)]
