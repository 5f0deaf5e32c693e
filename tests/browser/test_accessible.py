"""axe has nothing to complain of, in whatever state a page is; and each is whole on a desktop.

Both are asked of a page that is there: to load it costs more than to look at it.
"""

from collections.abc import Awaitable, Callable
from typing import Any

import pytest
from axe_playwright_python.async_playwright import Axe
from playwright.async_api import Page, expect

from tests.browser.conftest import Enter
from tests.browser.customers import Customer
from tests.browser.gallery import every_kind
from tests.browser.test_looks import DOCUMENTS, INSIDE, OUTSIDE, SCREENS, assert_whole
from tests.browser.visitor import ANA, BEN

axe = Axe()
Reach = Callable[[Page, Customer], Awaitable[None]]


ALL: dict[str, Any] = {"resultTypes": ["violations"]}
VIOLATIONS = "async rules => (await axe.run(rules)).violations"
COLORS: dict[str, Any] = ALL | {"runOnly": ["color-contrast", "link-in-text-block"]}


async def complaints(page: Page, rules: dict[str, Any] = ALL) -> list[str]:
    # Half a megabyte, which a document needs once; of what is found the violations alone are told.
    if not await page.evaluate("'axe' in window"):
        await page.evaluate(axe.axe_script)
    found: list[dict[str, Any]] = await page.evaluate(VIOLATIONS, rules)
    return [
        f"{one['id']}: {node['target']} {node['failureSummary']}"
        for one in found
        for node in one["nodes"]
    ]


async def assert_clean(page: Page, what: str) -> None:
    """In both themes, which differ in their colours."""
    await page.emulate_media(color_scheme="light", reduced_motion="reduce")
    assert await complaints(page) == [], what
    await page.emulate_media(color_scheme="dark", reduced_motion="reduce")
    assert await complaints(page, COLORS) == [], f"{what}, dark"


async def _open(page: Page, customer: Customer) -> None:
    await page.goto(f"/conversations/{customer.conversation}")
    await page.locator("#messages > .message").first.wait_for()


async def _help(page: Page, customer: Customer) -> None:
    await _open(page, customer)
    await page.keyboard.press("Escape")
    await page.keyboard.press("?")
    await expect(page.get_by_role("dialog")).to_be_visible()


async def _menu(page: Page, customer: Customer) -> None:
    await page.goto("/")
    await page.get_by_role("button", name="Account: ").click()
    await expect(page.get_by_role("button", name="Sign out")).to_be_visible()


async def _found(page: Page, customer: Customer) -> None:
    customer.can_be_found()
    await page.goto(f"/?q={customer.name.rsplit(maxsplit=1)[-1]}")
    await expect(page.locator("#list > .row")).not_to_have_count(0)


async def _finding(page: Page, customer: Customer) -> None:
    """In the conversation, and among all: where both are on the screen."""
    await _open(page, customer)
    await page.get_by_role("button", name="Search this conversation").click()
    await expect(page.get_by_role("search", name="Search this conversation")).to_be_visible()
    assert page.viewport_size
    if page.viewport_size["width"] > SCREENS["phone"]["viewport"]["width"]:
        await page.get_by_role("button", name="Filters").click()
        await expect(page.get_by_role("option").first).to_be_visible()


async def _refused(page: Page, customer: Customer) -> None:
    await _open(page, customer)
    await page.locator("#composer textarea").fill("x" * 5_000)
    await page.get_by_role("button", name="Send", exact=True).click()
    await page.get_by_text("at most 4096").first.wait_for()


async def _missing(page: Page, customer: Customer) -> None:
    await page.goto("/conversations/none")


async def _forbidden(page: Page, customer: Customer) -> None:
    await page.goto("/settings/users")


async def _quoting(page: Page, customer: Customer) -> None:
    await _open(page, customer)
    await page.keyboard.press("Escape")
    await page.keyboard.press("Shift+R")
    await page.keyboard.press("Enter")
    await expect(page.locator("#quoting")).to_be_visible()


async def _forwarding(page: Page, customer: Customer) -> None:
    await _open(page, customer)
    await page.keyboard.press("Escape")
    await page.keyboard.press("Shift+R")
    await page.locator("[data-forward]").press("Enter")
    await expect(page.get_by_role("dialog", name="Forward")).to_be_visible()


async def _new(page: Page, customer: Customer) -> None:
    await page.goto(f"/conversations/new?channel_id={customer.line.id}")
    await page.get_by_label("Phone number").fill(f"+{customer.number}")
    await expect(page.locator("#number-read")).to_contain_text("already")


async def _later(page: Page, customer: Customer) -> None:
    await _open(page, customer)
    await page.locator("[data-later]").first.dispatch_event("click")  # on a phone in a menu
    await page.get_by_role("button", name="In an hour").press("Enter")
    await expect(page.get_by_text("What you send next goes out")).to_be_visible()
    await page.locator("[data-later]").first.dispatch_event("click")
    await expect(page.get_by_role("dialog", name="Send later")).to_be_visible()


STATES: dict[str, Reach] = {
    "forwarding": _forwarding, "sending later": _later, "a new conversation": _new,
    "help": _help, "a menu": _menu, "a search": _found,
    "finding": _finding, "a refused reply": _refused, "404": _missing, "403": _forbidden,
    "a quote": _quoting,
}  # fmt: skip


@pytest.mark.parametrize("screen", SCREENS)
async def test_whatever_state_the_inbox_is_in_it_is_accessible(
    enter: Enter, customer: Customer, screen: str
) -> None:
    """Once with every kind of message, else with two: through those axe is soon."""
    customer.send(*every_kind(customer))
    brief = Customer(customer.server, customer.line, f"Brief {customer.number[-4:]}")
    brief.say("Hello", "See https://example.com/kettle")
    customer.server.settle()
    visitor = await enter(BEN, base_url=customer.server.url, **SCREENS[screen])
    page = await visitor.context.new_page()
    await _open(page, customer)
    await assert_clean(page, "every kind")
    for name, reach in STATES.items():
        if screen == "phone" and name in ("help", "a quote"):
            continue  # by keys and by the pointer
        await reach(page, brief)
        await assert_clean(page, name)
    visitor.troubles = [one for one in visitor.troubles if "status of 4" not in one]


async def test_every_page_of_an_admin_is_whole_and_accessible(
    enter: Enter, places: list[str]
) -> None:
    visitor = await enter(ANA)
    page = await visitor.context.new_page()
    for path in (*INSIDE, "/settings/webhook-log?q=nothing", *places):
        await page.goto(visitor.url + path)
        await assert_whole(page, path)
        await assert_clean(page, path)


MADE = ("/docs/api", "/docs/events")
ONE_OF_EACH = """() => {
  const name = ({ localName, className }) => `${localName}.${className}`;
  const kind = (part) => [part, ...part.querySelectorAll("*")].map(name);
  const seen = new Set();
  const parts = ".prose > *, .prose li, .prose tr, .prose dl > *, .docs-contents li, pre > *";
  for (const part of document.querySelectorAll(parts)) {
    const shape = [name(part.parentElement), ...new Set(kind(part))].join(" ");
    if (seen.has(shape)) part.remove();
    seen.add(shape);
  }
}"""
"""Of a long document: the same lines draw all of it, for which axe would take minutes."""


async def test_every_page_of_a_stranger_is_whole_and_accessible(enter: Enter) -> None:
    visitor = await enter(None)
    page = await visitor.context.new_page()
    for path in (*OUTSIDE, *DOCUMENTS, *MADE):
        await page.goto(visitor.url + path)
        await assert_whole(page, path)
        await page.evaluate(ONE_OF_EACH)
        await assert_clean(page, path)
    await page.goto(f"{visitor.url}/sign-in")
    await page.get_by_label("E-mail").fill(BEN)
    await page.get_by_label("Password", exact=True).fill("wrong")
    await page.keyboard.press("Enter")
    await expect(page.get_by_role("alert")).to_be_visible()
    await assert_clean(page, "a refused sign-in")
    visitor.troubles = [one for one in visitor.troubles if "status of 4" not in one]
