"""Nothing is taken for success but success, and no text is lost: whoever answers, and whatever."""

import re
from typing import Any

import pytest
from playwright.async_api import Page, Route, expect

from tests.browser.conftest import Enter
from tests.browser.customers import Customer
from tests.browser.visitor import ANA, Visitor, ends
from tests.support.fake_graph import FakeGraph
from tests.support.server import PASSWORD

PROXY = {"status": 200, "body": "<h1>Accept our terms</h1><p>null</p>", "content_type": "text/html"}
REFUSED: list[dict[str, Any]] = [{"status": at} for at in (400, 403, 404, 409, 413, 422)]
PASSING: list[dict[str, Any]] = [PROXY] + [{"status": at} for at in (429, 500, 502, 503)]
UNASKED = "addEventListener('beforeunload', (e) => e.stopImmediatePropagation(), { capture: true })"
"""Whoever leaves is asked first; here nobody is."""


@pytest.fixture
async def ana(enter: Enter) -> Visitor:
    ana = await enter(ANA)
    ana.foreseen = "net::ERR_|status of|WebSocket connection"
    return ana


async def sign_in_again(page: Page) -> None:
    await page.get_by_label("E-mail").fill(ANA)
    await page.get_by_label("Password", exact=True).fill(PASSWORD)
    await page.get_by_role("button", name="Sign in").click()


async def answering(page: Page, address: str, answer: dict[str, Any]) -> None:
    async def fulfil(route: Route) -> None:
        await route.fulfill(**answer)

    await page.route(address, fulfil)


async def test_a_reply_outlives_a_session_that_ran_out(
    ana: Visitor, customer: Customer, graph: FakeGraph
) -> None:
    customer.say("Hello")
    customer.was_read()  # else the page itself asks for something, and learns of it first
    desk, sent = (
        await ana.desk(f"/conversations/{customer.conversation}"),
        len(graph.sent_to(customer.number)),
    )
    await ana.context.clear_cookies()
    await desk.reply("Written for a minute")
    await expect(desk.page).to_have_url(re.compile("/sign-in"))
    await sign_in_again(desk.page)
    await expect(desk.page).to_have_url(ends(f"/conversations/{customer.conversation}"))
    await expect(desk.composer).to_have_value("Written for a minute")
    assert len(graph.sent_to(customer.number)) == sent
    await desk.composer.press("Enter")
    await expect(desk.tick("Written for a minute")).to_have_text("Sent")


async def test_a_click_leads_to_what_was_clicked_once_one_is_signed_in_again(
    ana: Visitor, customer: Customer
) -> None:
    customer.say("Hello")
    path = f"/conversations/{customer.conversation}"
    desk = await ana.desk()
    await ana.context.clear_cookies()
    await desk.row(customer.name).locator("a").click()
    await expect(desk.page).to_have_url(re.compile("/sign-in"))
    await sign_in_again(desk.page)
    await expect(desk.page).to_have_url(ends(path))
    await expect(desk.message("Hello")).to_have_count(1)


async def test_a_refused_reply_is_a_draft_again(ana: Visitor, customer: Customer) -> None:
    people = [Customer(customer.server, customer.line, f"Refused {each}.") for each in range(6)]
    for one in people:
        one.say("Hello")
    customer.server.settle()
    desk = await ana.desk()
    for answer, one in zip(REFUSED, people, strict=True):
        await desk.open(one.name)
        await answering(desk.page, "**/messages", answer | {"body": "<script>alert(1)</script>No"})
        await desk.reply("Kept")
        await expect(desk.composer).to_have_value("Kept")
        await expect(desk.message("Kept")).to_have_count(0)
        await expect(desk.page.locator(".toast")).to_contain_text(str(answer["status"]))
        await desk.page.unroute_all()
        await desk.page.reload()
        await expect(desk.composer).to_have_value("Kept")


async def test_what_was_refused_stays_alone_where_the_server_still_has_what_was_before(
    ana: Visitor, customer: Customer
) -> None:
    customer.say("Hello")
    desk = await ana.desk(f"/conversations/{customer.conversation}")
    async with desk.page.expect_response("**/draft"):
        await desk.composer.fill("Of Monday")
    await desk.page.route("**/draft", lambda route: route.abort())
    await answering(desk.page, "**/messages", {"status": 403})
    await desk.reply("Of Tuesday")
    await expect(desk.composer).to_have_value("Of Tuesday")
    await desk.page.reload()
    await expect(desk.composer).to_have_value("Of Tuesday")


async def test_a_reply_that_waits_is_no_draft_again_when_the_page_is_loaded(
    ana: Visitor, customer: Customer
) -> None:
    customer.say("Hello")
    await ana.context.add_init_script(UNASKED)
    desk = await ana.desk(f"/conversations/{customer.conversation}")
    async with desk.page.expect_response("**/draft"):
        await desk.composer.fill("On its way")
    await answering(desk.page, "**/messages", {"status": 503})
    await desk.composer.press("Enter")
    await expect(desk.message("On its way").locator(".failure")).to_be_visible()
    await desk.page.reload()
    await expect(desk.message("On its way")).to_have_count(1)
    await expect(desk.composer).to_have_value("")


async def test_a_reply_that_nobody_took_says_since_when_and_why_it_waits_and_goes_out_once(
    ana: Visitor, customer: Customer, graph: FakeGraph
) -> None:
    customer.say("Hello")
    desk = await ana.desk(f"/conversations/{customer.conversation}")
    for at, answer in enumerate(PASSING):
        sent, text = len(graph.sent_to(customer.number)), f"Still here, {at}"
        code = 502 if answer == PROXY else answer["status"]
        await answering(desk.page, "**/messages", answer)
        await desk.reply(text)
        waits = desk.message(text).locator(".failure")
        await expect(waits).to_contain_text(re.compile(rf"Waiting since \d.*error {code}"))
        await expect(desk.tick(text)).to_have_text("Pending")
        await desk.page.unroute_all()
        await desk.try_now()
        await expect(desk.tick(text)).to_have_text("Sent")
        assert len(graph.sent_to(customer.number)) == sent + 1


async def test_a_reply_that_waits_can_be_taken_back(
    ana: Visitor, customer: Customer, graph: FakeGraph
) -> None:
    customer.say("Hello")
    desk, sent = (
        await ana.desk(f"/conversations/{customer.conversation}"),
        len(graph.sent_to(customer.number)),
    )
    await desk.page.route("**/messages", lambda route: route.abort())
    await desk.reply("Perhaps not")
    waits = desk.message("Perhaps not").locator(".failure")
    await expect(waits).to_contain_text("There is no connection")
    await waits.get_by_role("button", name="Take back").click()
    await expect(desk.message("Perhaps not")).to_have_count(0)
    await expect(desk.composer).to_have_value("Perhaps not")
    await desk.page.unroute_all()
    await desk.composer.fill("Rather this")
    await desk.composer.press("Enter")
    await expect(desk.tick("Rather this")).to_have_text("Sent")
    assert len(graph.sent_to(customer.number)) == sent + 1


async def test_a_reply_that_waits_outlives_a_reload(
    ana: Visitor, customer: Customer, graph: FakeGraph
) -> None:
    customer.say("Hello")
    await ana.context.add_init_script(UNASKED)
    desk, sent = (
        await ana.desk(f"/conversations/{customer.conversation}"),
        len(graph.sent_to(customer.number)),
    )
    await answering(desk.page, "**/messages", {"status": 502})
    await desk.reply("Over a reload")
    await expect(desk.message("Over a reload").locator(".failure")).to_contain_text("Waiting")
    await desk.page.unroute_all()
    await desk.page.reload()
    await expect(desk.tick("Over a reload")).to_have_text("Sent")
    await expect(desk.message("Over a reload")).to_have_count(1)
    assert len(graph.sent_to(customer.number)) == sent + 1


async def test_a_search_that_nobody_answered_leaves_the_list(
    ana: Visitor, customer: Customer
) -> None:
    customer.say("Hello")
    assert customer.conversation
    desk = await ana.desk()
    for answer in (PROXY, {"status": 413}, {"status": 503}, {"status": 403}):
        await answering(desk.page, "**/conversations?*", answer)
        await desk.page.get_by_role("searchbox").fill("anybody")
        await expect(desk.page.locator(".toast")).to_contain_text("as it was")
        await expect(desk.row(customer.name)).to_have_count(1)
        await desk.page.unroute_all()
        await desk.page.goto(ana.url)


async def test_a_search_after_the_session_leads_to_the_sign_in_page(ana: Visitor) -> None:
    desk = await ana.desk()
    await ana.context.clear_cookies()
    await desk.page.get_by_role("searchbox").fill("anybody")
    await expect(desk.page).to_have_url(re.compile("/sign-in"))


async def test_what_is_typed_in_a_form_is_not_left_behind(ana: Visitor, customer: Customer) -> None:
    page = await ana.page(f"/settings/channels/{customer.line.id}")
    name = page.get_by_label("Name", exact=True)
    await name.fill("Half a na")
    other = await ana.page("/")
    await other.get_by_role("button", name="Account: Ana").click()
    await other.get_by_role("button", name="Sign out").click()
    await expect(page.locator("#signed-out")).to_be_visible()
    await expect(name).to_have_value("Half a na")
    await sign_in_again(other)
    await expect(other).to_have_url(ends("/"))
    await page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
    await expect(page.locator("#signed-out")).to_be_hidden()


async def saved(page: Page) -> None:
    await page.locator("#details footer").get_by_role("button", name="Save").click()


async def test_what_was_typed_in_a_form_is_there_again_after_signing_in(
    ana: Visitor, customer: Customer
) -> None:
    path = f"/settings/channels/{customer.line.id}"
    page = await ana.page(path)
    name, token = page.get_by_label("Name", exact=True), page.locator("[name=access_token]")
    await name.fill("Shop in the harbour")
    await page.locator("summary", has=page.get_by_text("Access token")).click()
    await token.fill("EAAG-a-secret-example")
    await ana.context.clear_cookies()
    await saved(page)
    await expect(page).to_have_url(re.compile("/sign-in"))
    assert "EAAG" not in await page.evaluate("JSON.stringify(sessionStorage)")
    await sign_in_again(page)
    await expect(page).to_have_url(ends(path))
    await expect(name).to_have_value("Shop in the harbour")
    await expect(token).to_have_value("")
    await expect(page.locator("#details .typed")).to_contain_text("not saved")
    await saved(page)
    await expect(page.locator("h1", has_text="Shop in the harbour")).to_be_visible()
    await page.reload()
    await expect(name).to_have_value("Shop in the harbour")
    await expect(page.locator(".typed")).to_have_count(0)


@pytest.mark.parametrize("answer", [PROXY, {"status": 502, "body": "<h1>No</h1>"}])
async def test_what_was_typed_in_a_form_outlives_a_strangers_answer(
    ana: Visitor, customer: Customer, answer: dict[str, Any]
) -> None:
    page = await ana.page(f"/settings/channels/{customer.line.id}")
    await page.get_by_label("Name", exact=True).fill("Shop at the station")
    await answering(page, "**/settings/channels/*", {"content_type": "text/html"} | answer)
    await saved(page)
    await expect(page.locator("h1")).to_have_text(re.compile("^(Accept our terms|No)$"))
    await page.unroute_all()
    await page.go_back()
    await expect(page.get_by_label("Name", exact=True)).to_have_value("Shop at the station")


async def test_what_was_typed_in_a_form_outlives_an_error_of_ours(
    ana: Visitor, customer: Customer
) -> None:
    async def astray(route: Route) -> None:
        answer = await route.fetch(url=f"{ana.url}/settings/channels/none")
        await route.fulfill(response=answer)

    path = f"/settings/channels/{customer.line.id}"
    page = await ana.page(path)
    await page.get_by_label("Name", exact=True).fill("Shop by the park")
    await page.route(f"**{path}", astray)
    await saved(page)
    await expect(page.locator(".error-page")).to_be_visible()
    await page.unroute_all()
    await page.get_by_role("link", name="Back to the inbox").click()
    await page.goto(ana.url + path)
    await expect(page.get_by_label("Name", exact=True)).to_have_value("Shop by the park")


async def test_what_is_more_than_words_stays_what_it_is(
    ana: Visitor, customer: Customer, graph: FakeGraph
) -> None:
    """Also where the session has ended, and the page is left at once."""
    customer.say("Hello")
    customer.was_read()
    path = f"/conversations/{customer.conversation}"
    desk = await ana.desk(path)
    page = desk.page
    await page.get_by_role("button", name="Send something else").click()
    await page.get_by_role("button", name="Reply buttons", exact=True).click()
    await expect(page.get_by_role("dialog")).to_be_visible()
    for text in ("Shall we deliver it?", "Yes, please"):
        await page.keyboard.type(text)
        await page.keyboard.press("Tab")
    await ana.context.clear_cookies()
    await page.keyboard.press("Enter")
    await expect(page).to_have_url(re.compile("/sign-in"))
    await sign_in_again(page)
    await expect(page).to_have_url(ends(path))
    kept = page.locator("#refusal .answered")
    await expect(kept.locator(".stopped")).to_have_text("Shall we deliver it?")
    await answering(page, "**/messages", {"status": 422})
    await kept.get_by_role("button", name="Send again").click()
    await expect(kept).to_contain_text("error 422")
    await expect(desk.composer).to_have_value("")
    await page.unroute_all()
    await kept.get_by_role("button", name="Edit").click()
    button = page.get_by_role("dialog").locator("[name=title]").first
    await expect(button).to_have_value("Yes, please")
    await button.fill("Yes")
    await button.press("Enter")
    await expect(desk.tick("Shall we deliver it?")).to_have_text("Sent")
    await expect(kept).to_have_count(0)
    [sent] = graph.sent_to(customer.number)
    assert sent["interactive"]["action"]["buttons"][0]["reply"]["title"] == "Yes"
