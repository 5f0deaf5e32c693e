"""Every page in two made-up languages: one longer, in brackets, and one from right to left.

What stands in no bracket was never given to translators; what lacks one is cut off or glued
together. Names, numbers, messages and what is for machines are the same in every language.
"""

import uuid
from collections.abc import Iterator

import pytest
from playwright.async_api import expect

from tests.browser.conftest import Enter
from tests.browser.customers import Customer
from tests.browser.gallery import every_kind
from tests.browser.test_looks import INSIDE, OUTSIDE, SCREENS, WIDER
from tests.browser.visitor import ANA
from tests.support.fake_graph import FakeGraph
from tests.support.inhabited import Homes
from tests.support.server import Server, serving

BARE = r"""() => {
  const data = "bdi, code, kbd, pre, svg, time, textarea, .avatar, .emoji, .mono, " +
    "[dir=auto], #countries, " +
    "select:is([name=channel], [name=time_zone], [name=language], #feed-type)";
  const ours = ["Inbox", "WhatsApp", "OpenStreetMap", "Google Maps", "UTC", "SQLite", "base64"];
  const machines = ["X-Signature", "sha256=", "hex", "EUR", "currency,country,category,from,price"];
  machines.push("https://example.com/inbox", "Authorization: Bearer …");
  machines.push("JavaScript", "Python", "curl");
  const names = new Set([...ours, ...machines, "Amara", "Ana", "Kettles", "Pretend"]);
  const telling = (text) => text.trim().replace(/^\(\d+\) |^· | ·$|[.,:]$/g, "");
  const letters = (text) => /\p{L}{2}/u.test(text) && !names.has(telling(text));
  const found = [];
  const templates = [...document.querySelectorAll("template")].map(({ content }) => content);
  for (const root of [document.documentElement, ...templates]) {
    const walk = document.createTreeWalker(root, NodeFilter.SHOW_TEXT);
    let depth = 0;
    for (let node; (node = walk.nextNode()); ) {
      const within = node.parentElement;
      if (within?.closest("script, style")) continue;
      for (const part of node.data.split(/([⟦⟧])/)) {
        if (part === "⟦") depth += 1;
        else if (part === "⟧") depth -= 1;
        else if (!depth && letters(part) && !within?.closest(data)) found.push(part.trim());
      }
    }
    if (depth) found.push(`${depth} brackets are open`);
  }
  for (const name of ["title", "placeholder", "aria-label", "alt"]) {
    for (const element of document.querySelectorAll(`[${name}]:not(time)`)) {
      const text = element.getAttribute(name);
      if (letters(text.replace(/⟦.*⟧/g, ""))) found.push(`${name}: ${text}`);
    }
  }
  return [...new Set(found)];
}"""
"""Texts without brackets that are neither of people nor of machines."""

ESCAPED = r"() => document.body.innerText.match(/\\u20[0-9a-f]{2}/g) ?? []"
"""Signs of direction that stand as escapes: a translator's own do their work unseen."""

DIRECTIONS = {"en-XA": "ltr", "ar-XB": "rtl"}


@pytest.fixture(scope="module")
def spoken(tmp_path_factory: pytest.TempPathFactory, homes: Homes) -> Iterator[Server]:
    """A server on whose pages is nothing but what is known here."""
    with serving(homes.server(tmp_path_factory.mktemp("spoken"))) as server:
        yield server


@pytest.fixture(params=DIRECTIONS)
def code(request: pytest.FixtureRequest) -> str:
    """The language that a browser asks for."""
    found: str = request.param
    return found


@pytest.fixture(scope="module")
def paths(spoken: Server, graph: FakeGraph) -> list[str]:
    """Pages about something: every kind of message, replies, a channel, its webhooks."""
    line = spoken.add_channel(name="Kettles", api_base=graph.base_url)
    sandbox = spoken.add_channel(provider="sandbox", name="Pretend")
    customer = Customer(spoken, line, "Amara")
    customer.send(*every_kind(customer))
    conversation = customer.conversation
    spoken.as_admin.post(
        f"/conversations/{conversation}/messages",
        data={"text": "1234", "client_id": str(uuid.uuid4())},
    )
    spoken.as_admin.post("/settings/tokens", data={"name": "Sync", "role": "agent"})
    spoken.provider.post(line.path, json={})
    entries = spoken.entries(line)
    return [
        f"/conversations/{conversation}",
        *(f"/settings/channels/{channel.id}" for channel in (line, sandbox)),
        f"/settings/channels/{line.id}/hours",
        *(f"/settings/webhook-log/{entry}" for entry in entries[:2]),
        f"/sandbox/{sandbox.id}",
        "/settings/webhook-log/replays",
        "/settings/webhook-log/replay",
        "/nowhere",
    ]


@pytest.mark.parametrize("screen", SCREENS)
async def test_every_page_is_translated_and_fits_its_screen(
    enter: Enter, spoken: Server, paths: list[str], code: str, screen: str
) -> None:
    asked = {"extra_http_headers": {"Accept-Language": code}}
    bare: dict[str, list[str]] = {}
    for email, places in ((None, OUTSIDE), (ANA, INSIDE + paths)):
        visitor = await enter(email, spoken.url, **asked, **SCREENS[screen])
        page = await visitor.context.new_page()
        for path in places:
            await page.goto(visitor.url + path)
            bare[path] = await page.evaluate(WIDER) + await page.evaluate(ESCAPED)
            await expect(page.locator("html")).to_have_attribute("lang", code)
            await expect(page.locator("html")).to_have_css("direction", DIRECTIONS[code])
            if code == "en-XA":
                bare[path] += await page.evaluate(BARE)
        visitor.troubles.clear()  # pages that say what is wrong come with a status that says so
    assert {path: found for path, found in bare.items() if found} == {}


async def test_what_scripts_and_refused_forms_say_is_translated(
    enter: Enter, spoken: Server, paths: list[str], code: str
) -> None:
    visitor = await enter(ANA, spoken.url, extra_http_headers={"Accept-Language": code})
    page = await visitor.page(paths[0])
    await page.locator("#messages .day").first.wait_for()
    await page.locator(".keys-help").click()
    await expect(page.locator("#key-help dt").first).to_be_visible()
    found = await page.evaluate(BARE)
    await page.goto(f"{spoken.url}/settings/users")
    await page.locator("[name=email]").fill("ana@example.com")
    await page.locator("[name=name]").fill("Ana")
    await page.locator("form[aria-labelledby=add-user] button[type=submit]").click()
    await expect(page.locator("#error-email")).to_be_visible()
    found += await page.evaluate(BARE)
    visitor.troubles.clear()  # a refused form is answered with 422
    if code == "en-XA":
        assert found == []
