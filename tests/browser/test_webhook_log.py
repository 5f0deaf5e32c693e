"""The webhook log in a tab: found and replayed without a mouse, and harmless whatever it shows."""

import json
import re
import time
from typing import Any

from playwright.async_api import WebSocketRoute, expect

from inbox.providers.sandbox import meta_json
from tests.browser.conftest import Enter
from tests.browser.customers import Customer
from tests.browser.visitor import ANA, remember, remembered
from tests.support.server import Line, Server, said, webhook

LOOKED_AT = "document.dispatchEvent(new Event('visibilitychange'))"
LARGEST = 4 * 1024 * 1024


async def test_the_log_is_filtered_searched_and_replayed_without_a_mouse(
    enter: Enter, inbox: Server, customer: Customer
) -> None:
    line = customer.line
    customer.post(messages=[said("wamid.of-the-keyboard", "Hello", customer.number)])
    customer.say("Is anybody there?")
    inbox.settle()
    page = await (await enter(ANA)).page(f"/settings/webhook-log?channel={line.id}")
    rows, status = page.locator("#entries > li[id]"), page.locator("#status")
    await expect(rows).to_have_count(2)
    await remember(page)
    search, state = page.get_by_role("searchbox"), page.get_by_label("State")
    await search.focus()
    await page.keyboard.type("of-the-keyboard")
    await page.keyboard.press("Enter")
    await expect(rows).to_have_count(1)
    await expect(page).to_have_url(re.compile(r"\?q=of-the-keyboard&channel=[\w-]+$"))
    await expect(search).to_be_focused()
    await expect(status).to_have_text("1 webhook")
    await state.focus()
    await page.keyboard.type("Refused")  # as one chooses in a list by its first letters
    await expect(page.get_by_role("heading", name="Nothing mentions it")).to_be_visible()
    await expect(state).to_be_focused()
    await page.go_back()
    await expect(rows).to_have_count(1)
    await expect(state).to_have_value("")
    await page.go_back()
    await expect(rows).to_have_count(2)
    await expect(search).to_have_value("")
    customer.say("Nobody?")
    inbox.settle()
    await page.evaluate(LOOKED_AT)
    hint = page.get_by_role("button", name="1 new webhook")
    await expect(hint).to_be_visible()
    await expect(rows).to_have_count(2)
    await hint.focus()
    await page.keyboard.press("Enter")
    await expect(rows).to_have_count(3)
    await expect(hint).to_be_hidden()
    await expect(rows.first.locator("a")).to_be_focused()
    assert await remembered(page)
    await page.keyboard.press("Enter")
    await page.get_by_role("button", name="Replay").focus()
    await page.keyboard.press("Enter")
    await page.locator("dd > a[href*=replays]").focus()
    await page.keyboard.press("Enter")
    await expect(page.get_by_role("heading", name="Done")).to_be_visible()
    await expect(page.locator(".tally strong").first).to_have_text("1")


def hostile(account: str) -> bytes:
    """As large as a webhook may be, and as nasty as JSON can be."""
    text = "</pre><script>alert(1)</script>\u202e gnp.exe \u2066\x00 <img src=x onerror=alert(2)>"
    body: Any = webhook(account, messages=[said("wamid.</code><b>", text)])
    nested: Any = {"</pre>": "\u202e"}
    for _ in range(480):
        nested = [nested]
    body["first"], body["padding"] = nested, ""
    padding = LARGEST - len(meta_json(body))
    return meta_json(body | {"padding": "<b>" * (padding // 3)})


async def test_whatever_a_body_holds_it_is_shown_quickly_and_does_nothing(
    enter: Enter, inbox: Server, customer: Customer
) -> None:
    body = hostile(customer.line.account)
    assert LARGEST - 3 <= len(body) <= LARGEST
    assert inbox.post_signed(customer.line, body).status_code == 200
    assert inbox.post_signed(customer.line, body * 3, Connection="close").status_code == 413
    inbox.settle()
    [entry] = inbox.entries(customer.line)
    ana = await enter(ANA)
    began = time.monotonic()
    page = await ana.page(f"/settings/webhook-log/{entry}")
    raw = page.locator("#raw-body")
    assert time.monotonic() - began < 10
    await page.locator("summary", has_text="4.2 MB").click()
    shown = await raw.text_content() or ""
    assert 100_000 < len(shown) <= 220_000
    assert "</pre><script>alert(1)</script>\\u202e gnp.exe \\u2066" in shown
    everything = await page.content()
    assert [one for one in "\u202e\u2066\x00" if one in everything] == []
    assert await page.locator("main :is(script, img, b)").count() == 0
    await page.goto(f"{ana.url}/settings/webhook-log?state=refused&channel={customer.line.id}")
    await expect(page.locator("#entries > li[id]")).to_contain_text(["413"])
    clear = page.get_by_role("link", name="Clear")
    await page.get_by_label("State").select_option("")
    await expect(page.locator("#entries > li[id]")).to_have_count(2)
    await page.get_by_label("Channel").select_option("")
    await expect(clear).to_be_hidden()
    await page.go_back()
    await expect(clear).to_be_visible()


async def test_what_is_typed_in_settings_outlives_a_lost_feed(
    enter: Enter, customer: Customer
) -> None:
    sockets: list[WebSocketRoute] = []

    def through(socket: WebSocketRoute) -> None:
        socket.connect_to_server()
        sockets.append(socket)

    visitor = await enter(ANA)
    page = await visitor.context.new_page()
    await page.route_web_socket(re.compile(r"/ws\?"), through)
    path = f"{visitor.url}/settings/channels/{customer.line.id}"
    await page.goto(path)
    await remember(page)
    await expect(page.get_by_role("heading", name="Waiting for the first webhook…")).to_be_visible()
    await page.get_by_label("Name", exact=True).fill("Half a na")
    await page.locator(f"#channel-status-{customer.line.id} h2").evaluate(
        "h => h.textContent = '?'"
    )
    lost = {"type": "feed:resync", "seq": 0, "payload": {"reason": "gone"}}
    async with page.expect_response(path):
        sockets[-1].send(json.dumps(lost))
    await expect(page.get_by_role("heading", name="Waiting for the first webhook…")).to_be_visible()
    await expect(page.get_by_label("Name", exact=True)).to_have_value("Half a na")
    assert await remembered(page)


async def test_a_page_of_the_log_holds_so_many_and_goes_on_as_another(
    enter: Enter, inbox: Server, line: Line
) -> None:
    for number in range(360):
        body = webhook(line.account) | {"number": number}
        assert inbox.post_signed(line, body).status_code == 200
    page = await (await enter(ANA)).page(f"/settings/webhook-log?channel={line.id}")
    rows, older = page.locator("#entries .log-row"), page.get_by_role("link", name="Older")
    await remember(page)
    for count in range(100, 400, 50):
        await older.press("Enter")
        await expect(rows).to_have_count(count)
    assert await remembered(page)
    await older.press("Enter")
    await expect(rows).to_have_count(10)
    assert not await remembered(page)
    await expect(older).to_have_count(0)
