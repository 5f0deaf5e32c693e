"""How every page looks: whole on any screen, in both themes, in any script, and without scripts."""

import re
import time

import pytest
from playwright.async_api import Page, Request, expect

from inbox.web.process.assets import COMPANIONS
from tests.browser.conftest import Enter
from tests.browser.customers import Customer, new_number, new_wamid
from tests.browser.visitor import ANA, BEN, Desk, ends
from tests.support.server import PASSWORD, said

SCREENS = {
    "desktop": {"viewport": {"width": 1440, "height": 900}},
    "phone": {"viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True},
}

WIDER = """() => [...document.querySelectorAll("html, #main, .page, .list-body, #thread")]
  .filter((part) => part.scrollWidth > part.clientWidth + 1)
  .map((part) => `${part.localName}.${part.className} is ${part.scrollWidth} wide`)"""
PAPER = "getComputedStyle(document.documentElement).backgroundColor"

DOCUMENTS = ["/docs", "/docs/feed", "/docs/guides/n8n", "/docs/speed", "/docs/wire-formats"]
OUTSIDE = ["/sign-in", "/setup/gone", "/welcome/gone"]
INSIDE = [
    "/",
    "/?view=unread",
    "/?q=nobody-is-called-so",
    "/settings/channels",
    "/settings/channels/new",
    "/settings/channels/new?provider=cloud-api",
    "/settings/channels/new?provider=sandbox",
    "/account",
    "/account/notices",
    "/settings/users",
    "/settings/canned-responses",
    "/settings/canned-responses/new",
    "/settings/canned-responses/import",
    "/contacts",
    "/contacts?q=nobody-is-called-so",
    "/contacts/import",
    "/settings/contact-attributes",
    "/settings/tokens",
    "/settings/webhooks",
    "/settings/webhooks/new",
    "/settings/feed",
    "/settings/webhook-log",
    "/settings/webhook-log?state=failed",
    "/settings/costs",
    "/settings/costs?first=2025-06-01&last=2025-06-30&by=day",
    "/settings/costs/rates",
    "/settings/status",
]


async def assert_whole(page: Page, path: str) -> None:
    """Nothing sticks out sideways, in light and in dark, which differ."""
    papers = set()
    for theme in ("light", "dark"):
        await page.emulate_media(color_scheme=theme)  # type: ignore[arg-type]  # one of two words
        assert await page.evaluate(WIDER) == [], (path, theme)
        papers.add(await page.evaluate(PAPER))
    assert len(papers) == 2, path


async def test_every_page_fits_a_phone_in_both_themes(enter: Enter, places: list[str]) -> None:
    """And a desktop: ``test_accessible.py`` asks it of the same pages, which it has open there."""
    for email, paths in ((None, OUTSIDE + DOCUMENTS), (ANA, INSIDE + places)):
        visitor = await enter(email, **SCREENS["phone"])
        page = await visitor.context.new_page()
        for path in paths:
            await page.goto(visitor.url + path)
            await assert_whole(page, path)
        visitor.troubles = [one for one in visitor.troubles if "status of 410" not in one]


async def test_what_is_written_from_right_to_left_is_shown_so(
    enter: Enter, places: list[str]
) -> None:
    desk = await (await enter(ANA)).desk(places[0])
    await expect(desk.message("مرحبا").locator(".text")).to_have_css("direction", "rtl")
    await expect(desk.message("Hello").locator(".text")).to_have_css("direction", "ltr")


async def test_a_phone_shows_one_pane_at_a_time_and_goes_back(
    enter: Enter, customer: Customer
) -> None:
    customer.say("Hello")
    assert customer.conversation
    desk = await (await enter(ANA, **SCREENS["phone"])).desk()
    await expect(desk.thread).to_have_count(0)
    await desk.row(customer.name).locator("a").tap()
    await expect(desk.thread).to_be_visible()
    await expect(desk.list).to_be_hidden()
    await desk.page.go_back()
    await expect(desk.list).to_be_visible()
    await expect(desk.page).to_have_url(ends("/"))


async def test_without_scripts_an_agent_signs_in_reads_answers_and_signs_out(
    enter: Enter, customer: Customer
) -> None:
    customer.say(*(f"Line {at}" for at in range(1, 61)), at=time.time() - 3600)
    assert customer.conversation
    page = await (await enter(None, java_script_enabled=False)).page("/")
    await page.get_by_label("E-mail").fill(BEN)
    await page.get_by_label("Password", exact=True).fill(PASSWORD)
    await page.get_by_role("button", name="Sign in").click()
    desk = Desk(page)
    await expect(desk.row(customer.name)).to_contain_text("Line 60")
    await desk.row(customer.name).locator("a").click()
    await expect(desk.messages).to_have_count(50)
    await desk.composer.fill("Written without scripts")
    await page.get_by_role("button", name="Send", exact=True).click()
    await expect(desk.message("Written without scripts")).to_have_count(1)
    await page.get_by_role("link", name="Earlier messages").click()
    await expect(desk.message("Line 1").first).to_be_attached()
    await page.get_by_role("searchbox").fill("nobody-is-called-so")
    await page.get_by_role("searchbox").press("Enter")
    await expect(page.get_by_text("Nothing found")).to_be_visible()
    await page.get_by_role("button", name="Account: Ben").click()
    await page.get_by_role("button", name="Sign out").click()
    await expect(page).to_have_url(ends("/sign-in"))


@pytest.fixture
async def weights(enter: Enter, customer: Customer) -> dict[str, int]:
    """What a browser fetches for its first page: name → bytes on the wire.

    Without what its scripts fetch once it stands, which on a busy machine they do early. The list
    is full of customers as they are, whatever other tests have left in it.
    """
    numbers = [new_number() for _ in range(40)]
    people = [{"profile": {"name": f"Customer {one[-4:]}"}, "wa_id": one} for one in numbers]
    customer.post(contacts=people, messages=[said(new_wamid(), "Hello", one) for one in numbers])
    customer.say("Hello")
    path = f"/conversations/{customer.conversation}"
    visitor = await enter(ANA)
    page = await visitor.context.new_page()
    came: list[Request] = []
    page.on("requestfinished", lambda request: came.append(request))  # noqa: PLW0108 - Playwright marks it
    await page.goto(visitor.url + path, wait_until="networkidle")
    sizes = {one.url: (await one.sizes())["responseBodySize"] for one in came}
    named = {re.sub(r".*/static/\w+/", "", url): size for url, size in sizes.items()}
    return {name: size for name, size in named.items() if name not in COMPANIONS}


async def test_the_first_page_is_at_most_62_kb(weights: dict[str, int]) -> None:
    assert sum(weights.values()) <= 62 * 1024, weights


async def test_its_scripts_are_at_most_35_kb(weights: dict[str, int]) -> None:
    scripts = {name: size for name, size in weights.items() if name.endswith(".js")}
    assert len(scripts) > 1
    assert sum(scripts.values()) <= 35 * 1024, scripts
