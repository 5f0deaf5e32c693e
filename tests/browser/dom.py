"""What a page shows, as lines that can be compared: ids, words, states, order.

Left out is what may differ between a page left open and the same page reloaded a moment
later: who of us is there, words that depend on now (their ``datetime`` stays), the digests of
static files, the one button that goes from message to message with the pointer, and what the panel
repeats of the bar above the thread a moment later.
"""

import difflib
import time

from playwright.async_api import Page

_LINES = """() => {
  const PARTS = ["#list", "#older", "#messages", "#newer", ".thread-header .who", ".standing",
    ".window", "#contact .facts:not(.turn)", "#composer"];
  const LEFT_OUT = /^(style|title|hx-.*|value)$/;
  const lines = [document.title];
  const attributes = (element) => [...element.attributes]
    .filter(({ name }) => !LEFT_OUT.test(name))
    .map(({ name, value }) => `${name}=${value.replace(/^\\/static\\/[0-9a-f]+/, "")}`)
    .sort().join(" ");
  const walk = (node, depth) => {
    const words = node.textContent.replace(/\\s+/g, " ").trim();
    if (node.nodeType === Node.TEXT_NODE && words) lines.push("  ".repeat(depth) + words);
    if (node.nodeType !== Node.ELEMENT_NODE || node.id === "tools") return;
    if (node.matches(".viewing, .writing")) return;
    lines.push(`${"  ".repeat(depth)}<${node.localName} ${attributes(node)}>`);
    if (node.matches("time, .window, textarea")) return;
    for (const child of node.childNodes) walk(child, depth + 1);
  };
  for (const part of PARTS) for (const found of document.querySelectorAll(part)) walk(found, 0);
  return lines;
}"""

PATIENCE = 15.0
_FRAMES = 20


async def shown(page: Page) -> list[str]:
    lines: list[str] = await page.evaluate(_LINES)
    return lines


async def equals_reloaded(page: Page) -> None:
    """Law 14, by what the same address shows in a fresh tab of the same browser.

    A page may still be telling what was seen, so it is looked at more than once: the open one
    for a moment, as that costs little, and then both.
    """
    deadline = time.monotonic() + PATIENCE
    fresh = await page.context.new_page()
    await fresh.goto(page.url)
    while (wanted := await shown(fresh)) != (found := await _soon(page, wanted)):
        if time.monotonic() > deadline:
            raise AssertionError("\n".join(difflib.unified_diff(wanted, found, "reloaded", "open")))
        await fresh.goto(page.url)
    await fresh.close()


async def _soon(page: Page, wanted: list[str]) -> list[str]:
    """What it shows once it is that, or does not become so within some frames."""
    for _ in range(_FRAMES):
        if (found := await shown(page)) == wanted:
            break
        await page.evaluate("new Promise(requestAnimationFrame)")
    return found
