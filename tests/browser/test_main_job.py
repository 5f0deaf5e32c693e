"""The main job: what a customer writes is there, and a reply's ticks move by themselves.

For a newcomer on either engine; what pages do with what a server says of refusals is the same.
"""

import json
import re
from collections.abc import AsyncIterator

import pytest
from playwright.async_api import Browser, Page, expect

from inbox.domain.times import now
from tests.browser.conftest import Enter
from tests.browser.customers import Customer
from tests.browser.visitor import ANA, Desk, Visitor, ends, remember, remembered
from tests.domain.test_outgoing import GOOD
from tests.support.fake_graph import FakeGraph
from tests.support.server import PASSWORD, Line, Server

STEPS = """() => {
  window.steps = [];
  new MutationObserver(() => {
    const last = [...document.querySelectorAll("#messages > [data-mine]")].at(-1);
    const words = last?.querySelector(".tick .visually-hidden").textContent;
    if (words && window.steps.at(-1) !== words) window.steps.push(words);
  }).observe(document.getElementById("messages"),
    {childList: true, subtree: true, attributes: true, characterData: true});
}"""


@pytest.fixture(scope="module")
async def newcomer(new_server: Server, chromium: Browser) -> AsyncIterator[Page]:
    """The first one to come: through the set-up link, as the first admin, with a sandbox."""
    ana = Visitor(await chromium.new_context(), new_server.url)
    page = await ana.context.new_page()
    await page.goto(new_server.set_up_link)
    await page.get_by_label("Your name").fill("Ana")
    await page.get_by_label("E-mail").fill(ANA)
    await page.get_by_label("Password", exact=True).fill(PASSWORD)
    await expect(page.get_by_label("Create a sandbox channel")).to_be_checked()
    await page.keyboard.press("Enter")
    await expect(page).to_have_url(ends("/"))
    yield page
    await ana.context.close()
    assert ana.troubles == []


@pytest.fixture
async def ana(enter: Enter) -> Visitor:
    return await enter(ANA)


@pytest.fixture(scope="module")
def sandbox(inbox: Server) -> Line:
    return inbox.add_channel(provider="sandbox", name="Sandbox")


async def phone_of(page: Page, customer: str) -> Page:
    """The pretend phone, once it is this customer's."""
    await page.locator(".people a", has_text=customer).click()
    await page.locator(f"#phone[aria-label^='{customer}']").wait_for()
    return page


async def write(phone: Page, text: str) -> None:
    await phone.get_by_label("Message to").fill(text)
    await phone.get_by_role("button", name="Send", exact=True).click()


async def test_a_newcomer_sees_a_message_arrive_and_the_ticks_of_a_reply_move(
    newcomer: Page, new_server: Server, enter: Enter
) -> None:
    desk, page = Desk(newcomer), await (await enter(ANA, new_server.url)).page("/settings/channels")
    await page.locator("#channels a", has_text="Sandbox").click()
    await page.get_by_role("link", name="Open the pretend phone").click()
    phone = await phone_of(page, "Amara Okafor")
    await expect(desk.page.get_by_text("No conversations yet")).to_be_visible()
    await remember(desk.page)
    await write(phone, "Is the *kettle* back?")
    await expect(desk.row("Amara Okafor")).to_contain_text("Is the kettle back?")
    await expect(desk.page).to_have_title("(1) Inbox")
    await desk.open("Amara Okafor")
    await expect(desk.message("Is the").locator("strong")).to_have_text("kettle")
    await desk.page.evaluate(STEPS)
    await phone.get_by_label("Phone is on").uncheck()
    await desk.reply("We have three left")
    await expect(desk.tick("We have three left")).to_have_text("Sent")
    await phone.get_by_label("Chat is open").uncheck()
    await phone.get_by_label("Phone is on").check()
    await expect(desk.tick("We have three left")).to_have_text("Delivered")
    await phone.get_by_label("Chat is open").check()
    await expect(desk.message("We have three left")).to_have_attribute("data-status", "read")
    await expect(desk.row("Amara Okafor").locator(".tick")).to_have_text("Read:")
    steps = await desk.page.evaluate("window.steps")
    assert steps == ["Pending", "Sent", "Delivered", "Read"]
    assert await remembered(desk.page)


async def test_the_pretend_phone_shows_what_can_be_pressed_and_answers_it(
    ana: Visitor, sandbox: Line
) -> None:
    desk = await ana.desk(f"/?channel={sandbox.id}")
    phone = await phone_of(await ana.page(f"/sandbox/{sandbox.id}"), "ليلى حداد")
    await write(phone, "Hi")
    await desk.open("ليلى حداد")
    for name in ("buttons", "list", "ask for a place", "ask for a number"):
        form = {"message": json.dumps(GOOD[name])}
        address = desk.page.url.partition("?")[0]
        answer = await desk.page.request.post(f"{address}/messages", form=form)
        assert answer.ok
    for pressed in ("b", "Send location", "Share phone number"):
        await phone.get_by_role("button", name=pressed, exact=True).click()
    await phone.locator("summary.press").click()
    await phone.get_by_role("button", name="Tue", exact=True).click()
    for answered in ("Pressed a button", "Royal Observatory", "In answer to", "Chose from a list"):
        await expect(desk.message(answered)).to_have_count(1)
    await expect(desk.message("Pressed a button")).to_contain_text("Tea?")  # what it answers


async def test_a_refused_reply_says_why_and_retry_sends_it_once(
    ana: Visitor, sandbox: Line
) -> None:
    desk = await ana.desk(f"/?channel={sandbox.id}")
    phone = await phone_of(await ana.page(f"/sandbox/{sandbox.id}"), "Jonas Weiß")
    await write(phone, "Are you open?")
    await desk.open("Jonas Weiß")
    await phone.get_by_role("button", name="Refuse the next message").click()
    await desk.reply("Until six")
    bubble = desk.message("Until six")
    await expect(bubble.locator(".failure")).to_contain_text(
        "Not delivered: The message could not be delivered."
    )
    await expect(bubble.locator("button.tick")).to_have_accessible_name(
        re.compile(r"Not delivered: The message could not be delivered\..* Retry")
    )
    await bubble.locator(".failure").get_by_role("button", name="Retry").dblclick()
    await expect(bubble).to_have_attribute("data-status", "read")
    await expect(bubble.locator(".failure")).to_be_hidden()
    await expect(bubble).to_have_count(1)
    await expect(phone.locator(".said.theirs:visible", has_text="Until six")).to_have_count(1)


async def test_a_meta_number_shows_each_status_that_meta_reports(
    ana: Visitor, customer: Customer, graph: FakeGraph
) -> None:
    desk = await ana.desk()
    await remember(desk.page)
    customer.say("Do you ship to Malta?")
    await desk.open(customer.name)
    await desk.page.evaluate(STEPS)
    await desk.reply("We do")
    await expect(desk.tick("We do")).to_have_text("Sent")
    for status in ("sent", "delivered", "read"):
        url, account = f"{customer.server.url}{customer.line.path}", customer.line.account
        facts = {"wa_id": customer.number, "now": now(), "account": account}
        await graph.report(url, customer.line.secret, graph.wamids[-1], status, **facts)
        await expect(desk.message("We do")).to_have_attribute("data-status", status)
    assert await desk.page.evaluate("window.steps") == ["Pending", "Sent", "Delivered", "Read"]
    assert await remembered(desk.page)


async def test_what_graph_refuses_says_why_and_retry_asks_it_once_more(
    ana: Visitor, customer: Customer, graph: FakeGraph
) -> None:
    desk = await ana.desk()
    customer.say("Hello?")
    await desk.open(customer.name)
    before = len(graph.sent_to(customer.number))
    graph.answer_next({"error": {"code": 131026, "message": "Message undeliverable"}}, status=400)
    await desk.reply("Good morning")
    bubble = desk.message("Good morning")
    await expect(bubble.locator(".failure")).to_contain_text(
        "Not delivered: The message could not be delivered."
    )
    await bubble.locator(".failure").get_by_role("button", name="Retry").dblclick()
    await expect(bubble).to_have_attribute("data-status", "sent")
    assert len(graph.sent_to(customer.number)) - before == 2
