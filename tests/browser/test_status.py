"""The status page in a tab: it stays as things are, but only while somebody looks."""

from playwright.async_api import Page, Request, expect

from tests.browser.conftest import Enter
from tests.browser.customers import Customer
from tests.browser.visitor import ANA, remember, remembered
from tests.support.server import Line, Server, webhook

HIDE = """(hidden) => {
  Object.defineProperty(document, "hidden", { value: hidden, configurable: true });
  document.dispatchEvent(new Event("visibilitychange"));
}"""


def _asked_again(request: Request) -> bool:
    return "part=live" in request.url


async def test_what_changes_is_shown_and_what_is_held_stays(
    enter: Enter, inbox: Server, customer: Customer
) -> None:
    page = await (await enter(ANA)).page("/settings/channels")
    await page.get_by_role("link", name="Status").click()
    await expect(page.get_by_role("heading", name="Everything works")).to_be_visible()
    row = page.locator(f"#channel-states a[href$='{customer.line.id}']")
    await expect(row).to_contain_text("No webhook yet")
    await remember(page)
    customer.say("Hello")
    await expect(row).to_contain_text("Last webhook")
    await row.focus()
    forged = Line(**(vars(customer.line) | {"secret": "not the secret"}))
    assert inbox.post_signed(forged, webhook()).status_code == 401
    await expect(page.locator("#complaints")).to_contain_text("webhooks refused")
    await expect(row).to_be_focused()
    await page.get_by_role("heading", name="Status").click()
    await page.evaluate("document.activeElement.blur()")
    await expect(row).to_contain_text("1 refused")
    assert await remembered(page)


async def test_a_hidden_page_asks_for_nothing_and_a_shown_one_at_once(enter: Enter) -> None:
    page: Page = await (await enter(ANA)).context.new_page()
    await page.clock.install()
    visitor_url = (await enter(None)).url
    await page.goto(f"{visitor_url}/settings/status")
    asked: list[str] = []
    page.on("request", lambda one: asked.append(one.url) if _asked_again(one) else None)
    async with page.expect_request(_asked_again):
        await page.clock.run_for(2_500)
    await expect(page.locator("#live:not([data-stale])")).to_be_visible()
    await page.evaluate(HIDE, True)
    seen = len(asked)
    await page.clock.run_for(30_000)
    assert len(asked) == seen
    async with page.expect_request(_asked_again):
        await page.evaluate(HIDE, False)
