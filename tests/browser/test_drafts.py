"""What is being written is on all of an agent's devices, and in nobody else's list."""

import asyncio

from playwright.async_api import Response, Route, expect

from tests.browser.conftest import Enter
from tests.browser.customers import Customer
from tests.browser.visitor import ANA, BEN

_SAVES = """async ([url, body]) => (await fetch(url, { method: "POST", body,
  headers: { "Content-Type": "application/x-www-form-urlencoded" } })).status"""


def _saved_tuesday(answer: Response) -> bool:
    return "Tuesday" in (answer.request.post_data or "")


async def test_another_device_goes_on_with_it_until_it_is_sent(
    enter: Enter, customer: Customer
) -> None:
    customer.say("Hello")
    path = f"/conversations/{customer.conversation}"
    one, other = await (await enter(ANA)).desk(path), await (await enter(ANA)).desk("/")
    ben = await (await enter(BEN)).desk("/")
    await one.composer.press_sequentially("Good mor")
    drafted = other.row(customer.name).locator(".drafted")
    await expect(drafted).to_have_text("Draft: Good mor")
    await expect(ben.row(customer.name).locator(".preview")).to_be_visible()
    await expect(ben.row(customer.name).locator(".drafted")).to_be_hidden()
    await other.row(customer.name).click()
    await expect(other.composer).to_have_value("Good mor")
    await other.composer.press("End")
    await other.composer.press_sequentially("ning")
    await expect(one.composer).to_have_value("Good morning")
    await one.composer.press("Enter")
    await expect(other.composer).to_have_value("")
    await expect(other.message("Good morning")).to_have_count(1)
    fresh = await (await enter(ANA)).desk("/")
    await expect(fresh.row(customer.name).locator(".preview")).to_contain_text("Good morning")
    await expect(fresh.row(customer.name).locator(".drafted")).to_be_hidden()


async def test_what_was_typed_without_a_connection_is_saved_when_it_is_back(
    enter: Enter, customer: Customer
) -> None:
    customer.say("Hello", "Which one?")
    path = f"/conversations/{customer.conversation}"
    visitor = await enter(ANA)
    desk = await visitor.desk(path)
    await desk.message("Which one?").hover()
    await desk.page.locator("#answer").click()
    await visitor.context.set_offline(True)
    await desk.composer.press_sequentially("The red one")
    await visitor.context.set_offline(False)
    await desk.page.goto(visitor.url + "/")
    elsewhere = await (await enter(ANA)).desk(path)
    await expect(elsewhere.composer).to_have_value("The red one")
    await expect(elsewhere.page.locator("#quoting .line")).to_have_text("Which one?")
    # The line was away, as it was told to be.
    visitor.troubles = [one for one in visitor.troubles if "net::ERR_" not in one]


async def test_what_an_earlier_page_saved_late_is_no_other_device_s(
    enter: Enter, customer: Customer
) -> None:
    customer.say("Hello")
    path = f"/conversations/{customer.conversation}"
    ana = await enter(ANA)
    desk = await ana.desk(path)
    late: asyncio.Queue[Route] = asyncio.Queue()
    await desk.page.route("**/draft", late.put, times=1)
    await desk.composer.fill("Of Monday")
    fields = (await late.get()).request.post_data
    await desk.page.reload()
    async with desk.page.expect_response(_saved_tuesday):
        await desk.composer.fill("Of Tuesday")
    assert await desk.page.evaluate(_SAVES, [f"{path}/draft", fields]) == 204
    elsewhere = await (await enter(ANA)).desk(path)
    await expect(elsewhere.composer).to_have_value("Of Tuesday")
    await expect(desk.composer).to_have_value("Of Tuesday")


async def test_what_is_begun_while_a_reply_is_on_its_way_stays(
    enter: Enter, customer: Customer
) -> None:
    customer.say("Hello")
    path = f"/conversations/{customer.conversation}"
    desk = await (await enter(ANA)).desk(path)
    held: asyncio.Queue[Route] = asyncio.Queue()
    await desk.page.route("**/messages", held.put, times=1)
    await desk.composer.fill("Of Monday")
    await desk.composer.press("Enter")
    async with desk.page.expect_response(_saved_tuesday):
        await desk.composer.fill("Of Tuesday")
    await (await held.get()).continue_()
    await expect(desk.message("Of Monday")).not_to_have_attribute("data-pending", "")
    elsewhere = await (await enter(ANA)).desk(path)
    await expect(elsewhere.composer).to_have_value("Of Tuesday")
    await expect(desk.composer).to_have_value("Of Tuesday")
