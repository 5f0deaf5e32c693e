"""Pages that stay open all day: in the evening each shows what it shows when it is loaded anew."""

import asyncio
import time
from types import TracebackType
from typing import Any, Self

from playwright.async_api import Page, async_playwright

from tests.support.chromium import ARGS, chromium_path
from tests.support.server import Server

VIEWS = (
    "view=open",
    "view=mine",
    "view=unassigned",
    "view=waiting&sort=longest_waiting",
    "view=needs_reply&sort=window",
    "view=snoozed",
    "view=unread",
    "view=all&label=VIP",
)
ROWS = 25
"""Of each page are compared: those that are in sight of who looks."""
_SHOWN = """(most) => {
  const told = (row) => {
    const copy = row.cloneNode(true);
    for (const time of copy.querySelectorAll("time")) time.textContent = time.dateTime;
    for (const moment of copy.querySelectorAll(".viewing, .writing")) moment.remove();
    return copy.textContent.replace(/\\s+/g, " ").trim();
  };
  const rows = [...document.querySelectorAll("#list > .row")].slice(0, most);
  const counts = [...document.querySelectorAll("[data-count]")];
  return [...rows, ...counts].map((one) => [one.id || one.dataset.count, told(one)]);
}"""


class Pages:
    """``async with``: one browser, a page of one agent for each view."""

    def __init__(self, servers: list[Server], cookies: list[dict[str, str]]) -> None:
        self._servers = servers
        self._cookies = cookies
        self._pages: dict[str, Page] = {}

    async def __aenter__(self) -> Self:
        self._playwright = await async_playwright().start()
        path = chromium_path()
        self._browser = await self._playwright.chromium.launch(executable_path=path, args=ARGS)
        for number, view in enumerate(VIEWS):
            url = self._servers[number % len(self._servers)].url
            context = await self._browser.new_context()
            jar = self._cookies[number % len(self._cookies)]
            await context.add_cookies(
                [{"name": name, "value": value, "url": url} for name, value in jar.items()]
            )
            self._pages[view] = await context.new_page()
            await self._pages[view].goto(f"{url}/?{view}")
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        await self._browser.close()
        await self._playwright.stop()

    async def wrong(self, seconds: float) -> list[str]:
        found = await asyncio.gather(*(self._wrong(view, seconds) for view in self._pages))
        return [line for lines in found for line in lines]

    async def _wrong(self, view: str, seconds: float) -> list[str]:
        """It may be behind for a moment; then it is loaded beside itself and compared."""
        page, deadline = self._pages[view], time.monotonic() + seconds
        anew = await page.context.new_page()
        while True:
            await anew.goto(page.url)
            fresh, kept = await self._shown(anew), await self._shown(page)
            if fresh == kept:
                return []
            if time.monotonic() > deadline:
                differs = [one for one in zip(kept, fresh, strict=False) if one[0] != one[1]]
                return [f"the page {view} shows {len(kept)}, anew {len(fresh)}: {differs[:1]}"]
            await asyncio.sleep(1)

    async def _shown(self, page: Page) -> Any:
        return await page.evaluate(_SHOWN, ROWS)
