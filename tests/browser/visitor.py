"""Somebody at a browser of their own, and what they do in the inbox."""

import asyncio
import re
from typing import Any

from playwright.async_api import BrowserContext, ConsoleMessage, Dialog, Locator, Page, WebError

from tests.support.server import PASSWORD

ANA = "ana@example.com"
BEN = "ben@example.com"

PATIENCE_MS = 15_000

GIVEN_UP = ("htmx:afterRequest", "htmx:sendAbort")
"""How htmx tells that a newer request took the place of one: as of an error. A line that is cut is
told otherwise as well."""


class Visitor:
    """One browser context. What its pages complain of is kept in ``troubles``.

    ``foreseen``: complaints that a test brings about itself, by a pattern. They may come until the
    browser is closed, where a page tries again what it is refused.
    """

    def __init__(self, context: BrowserContext, url: str) -> None:
        self.context = context
        self.url = url
        self.troubles: list[str] = []
        self.foreseen = ""
        context.set_default_timeout(PATIENCE_MS)
        context.on("console", self._console)
        context.on("weberror", self._weberror)
        context.on("dialog", self._dialog)

    def _console(self, message: ConsoleMessage) -> None:
        if message.type != "error" or message.text.startswith(GIVEN_UP):
            return
        if not self.foreseen or not re.search(self.foreseen, message.text):
            self.troubles.append(f"{message.type}: {message.text} ({message.location})")

    def _weberror(self, error: WebError) -> None:
        self.troubles.append(f"uncaught: {error.error}")

    async def _dialog(self, dialog: Dialog) -> None:
        self.troubles.append(f"dialog: {dialog.message}")
        await dialog.dismiss()

    async def sign_in(self, email: str) -> None:
        """By the form itself, without drawing it, nor the inbox that it leads to."""
        form = {"email": email, "password": PASSWORD}
        address = f"{self.url}/sign-in"
        answer = await self.context.request.post(address, form=form, max_redirects=0)
        assert answer.status == 303, await answer.text()
        await answer.dispose()

    async def page(self, path: str = "/") -> Page:
        """A tab with this page, its scripts run."""
        page = await self.context.new_page()
        await page.goto(self.url + path)
        return page

    async def desk(self, path: str = "/") -> "Desk":
        """A tab with the inbox."""
        return Desk(await self.page(path))


_TRY_NOW = """for (const button of document.querySelectorAll("#messages .failure button"))
  if (button.textContent === "Try now") button.click()"""

_NEVER_SHOWS = """({ id }) => {
  const gone = () => document.getElementById(id)?.remove();
  new MutationObserver(gone).observe(document.body, { childList: true, subtree: true });
  gone();
}"""
"""To take it away once is not enough: what is fetched meanwhile may bring it again."""


class Desk:
    """The inbox in a tab."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.list = page.locator("#list")
        self.thread = page.locator("#thread")
        self.messages = page.locator("#messages > .message")
        self.composer = page.locator("#composer textarea")

    def row(self, text: str) -> Locator:
        return self.page.locator("#list > .row", has_text=text)

    def message(self, text: str) -> Locator:
        return self.page.locator("#messages > .message", has_text=text)

    def tick(self, text: str) -> Locator:
        """What a screen reader says for the tick."""
        return self.message(text).locator(".tick > .visually-hidden")

    async def open(self, name: str) -> None:
        """By a click on its row; returns when it can be answered."""
        await self.row(name).locator("a").click()
        await self.page.locator(".pane:not(.coming) .thread-header h2", has_text=name).wait_for()

    async def reply(self, text: str) -> None:
        await self.composer.fill(text)
        await self.composer.press("Enter")

    async def try_now(self) -> None:
        """What waits here; it may be tried by itself by now, and then there is no such button."""
        await self.page.evaluate(_TRY_NOW)

    async def never_shows(self, text: str) -> None:
        """This page is behind: the message is not on it, nor comes again."""
        await self.message(text).evaluate(_NEVER_SHOWS)

    async def unread(self, name: str) -> str:
        return (await self.row(name).locator(".unread-count").text_content() or "").strip()

    async def texts(self) -> list[str]:
        """What was said, in the order of the thread."""
        return await self.messages.locator(".words").all_text_contents()


async def remember(page: Page) -> None:
    """Mark this very document, so that ``remembered`` knows whether it is still the same."""
    await page.evaluate("window.marked = true")


async def remembered(page: Page) -> bool:
    return bool(await page.evaluate("window.marked === true"))


async def happened(event: asyncio.Event) -> None:
    """What a page is to bring about: if it does not, the test fails and waits no longer."""
    async with asyncio.timeout(PATIENCE_MS / 1000):
        await event.wait()


def ends(path: str) -> Any:
    """A pattern for an address with this path."""
    return re.compile(rf"^http://[^/]+{re.escape(path)}$")
