"""The feed in the settings: live, filtered, paused, cut; its clients run as they are printed."""

import os
import re
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

from playwright.async_api import Browser, ConsoleMessage, Page, expect

from tests.browser.conftest import Enter
from tests.browser.customers import Customer
from tests.browser.proxy import between, of_the_network
from tests.browser.visitor import ANA, PATIENCE_MS
from tests.support.server import Server

PAGE = "/settings/feed"
HOSTILE = "<img src=x onerror=alert(1)><b>bold</b>"


async def heard(page: Page, text: str, count: int = 1) -> None:
    shown = page.locator("#frames > li", has_text=text).filter(has_text="message:new")
    await expect(shown).to_have_count(count)


async def connected(page: Page) -> None:
    await expect(page.locator("#feed-state")).to_have_text("Connected")


async def test_what_happens_is_shown_live_as_text(enter: Enter, customer: Customer) -> None:
    page = await (await enter(ANA)).page(PAGE)
    await connected(page)
    await page.get_by_label("Event").select_option("message:new")
    await expect(page.get_by_role("heading", name="Nothing happened yet")).to_be_visible()
    customer.say(HOSTILE)
    await heard(page, HOSTILE)
    row = page.locator("#frames > li", has_text=HOSTILE).filter(has_text="message:new")
    await row.locator("summary").focus()
    await page.keyboard.press("Enter")
    await expect(row.locator("pre")).to_contain_text('"conversation_id": "')
    assert await page.locator("#frames :is(b, img)").count() == 0
    await page.get_by_role("button", name="Clear").click()
    await expect(page.get_by_role("heading", name="Nothing happened yet")).to_be_visible()


async def test_a_pause_keeps_what_comes_and_a_filter_leaves_out_the_rest(
    enter: Enter, customer: Customer
) -> None:
    other = Customer(customer.server, customer.line, "Other")
    customer.say("First")
    assert customer.conversation
    page = await (await enter(ANA)).page(PAGE)
    await connected(page)
    await page.get_by_label("Event").select_option("message:new")
    await page.get_by_label("About").fill("nothing like an id")
    await expect(page.get_by_text("Paste an id")).to_be_visible()
    await page.get_by_label("About").fill(f"{page.url}/conversations/{customer.conversation}")
    await expect(page.get_by_text("Paste an id")).to_be_hidden()
    await page.get_by_role("button", name="Pause").click()
    other.say("Of somebody else")
    customer.say("While paused")
    await page.get_by_role("button", name=re.compile("Resume: 1 new")).click()
    await heard(page, "While paused")
    await expect(page.locator("#frames > li")).to_have_count(1)


async def test_what_came_while_the_line_was_cut_comes_once(
    enter: Enter, inbox: Server, customer: Customer
) -> None:
    async with between(int(inbox.url.rpartition(":")[2])) as network:
        ana = await enter(ANA, url=network.url)
        page = await ana.page(PAGE)
        await connected(page)
        customer.say("Before")
        await heard(page, "Before")
        network.cut()
        await expect(page.locator("#feed-state")).to_contain_text("Reconnecting")
        customer.say("Meanwhile")
        network.restore()
        await connected(page)
        await heard(page, "Meanwhile")
        await heard(page, "Before")
        ana.troubles = [one for one in ana.troubles if not of_the_network(one)]


async def printed(enter: Enter, name: str) -> str:
    page = await (await enter(ANA)).page(PAGE)
    return await page.locator(f"#client-{name}").inner_text()


def running(inbox: Server, *command: str) -> subprocess.Popen[str]:
    environment = os.environ | {"INBOX_TOKEN": inbox.token("agent"), "no_proxy": "127.0.0.1"}
    return subprocess.Popen(
        command, env=environment, stdout=subprocess.PIPE, text=True, start_new_session=True
    )


def tells(client: subprocess.Popen[str], text: str) -> None:
    """A line of it has this; a client that ends without has not."""
    assert client.stdout
    with client:
        found = any(text in line for line in client.stdout)
        os.killpg(client.pid, signal.SIGKILL)  # the shell, and what it runs
    assert found


async def test_the_client_in_python_runs_as_printed(
    enter: Enter, inbox: Server, customer: Customer, tmp_path: Path
) -> None:
    program = tmp_path / "client.py"
    program.write_text(await printed(enter, "python"))
    client = running(inbox, sys.executable, str(program))
    customer.say("To a client in Python")
    tells(client, "To a client in Python")


async def test_the_client_by_curl_runs_as_printed(
    enter: Enter, inbox: Server, customer: Customer
) -> None:
    client = running(inbox, "sh", "-c", await printed(enter, "curl"))
    customer.say("To curl")
    tells(client, '"To curl"')


async def _console(chromium: Browser, script: str, token: str = "") -> tuple[Page, list[Any]]:
    """A page of nobody's, with this script: what it says."""
    page = await (await chromium.new_context()).new_page()
    said: list[ConsoleMessage] = []
    page.on("console", lambda one: said.append(one))  # noqa: PLW0108 - Playwright marks it
    await page.evaluate("(INBOX_TOKEN) => (globalThis.process = { env: { INBOX_TOKEN } })", token)
    await page.add_script_tag(content=script)
    return page, said


async def _says(page: Page, said: list[Any], text: str) -> ConsoleMessage:
    for one in said:
        if text in one.text:
            found: ConsoleMessage = one
            return found
    return await page.wait_for_event("console", lambda one: text in one.text, timeout=PATIENCE_MS)


async def test_the_client_in_javascript_runs_as_printed(
    enter: Enter, chromium: Browser, inbox: Server, customer: Customer
) -> None:
    script = await printed(enter, "javascript")
    page, said = await _console(chromium, script, inbox.token("agent"))
    customer.say("To a client in JavaScript")
    assert "message:new" in (await _says(page, said, "To a client in JavaScript")).text
    await page.context.close()


WHATOMATE = """const ws = new WebSocket('ws://your-server:8080/ws?token=YOUR_JWT_TOKEN');
ws.onmessage = (event) => { const data = JSON.parse(event.data);
 console.log('Event:', data.type, data.payload);};"""
"""From the page "Webhooks" of Whatomate's documents, whose feed ours is to stand in for."""


async def told(page: Page, said: list[Any], kind: str) -> dict[str, Any]:
    message = await _says(page, said, f"Event: {kind}")
    found: dict[str, Any] = await message.args[2].json_value()
    return found


async def test_the_client_of_whatomate_works_with_address_and_token_alone(
    chromium: Browser, inbox: Server, customer: Customer
) -> None:
    token = inbox.api("agent").post("/api/v1/feed-tokens").json()["token"]
    server = inbox.url.replace("http://", "")
    script = WHATOMATE.replace("your-server:8080", server).replace("YOUR_JWT_TOKEN", token)
    page, said = await _console(chromium, script)
    await _says(page, said, "Event: feed:hello")
    customer.say("Hello!")
    contact, message = await told(page, said, "contact:new"), await told(page, said, "message:new")
    assert message["contact_id"] == contact["id"] and message["id"]
    assert (message["direction"], message["type"]) == ("incoming", "text")
    assert message["content"]["text"] == "Hello!"
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT[\d:.]+Z", message["timestamp"])
    customer.name = "Renamed"
    customer.say("Again")
    assert (await told(page, said, "contact:updated"))["id"] == contact["id"]
    agent = inbox.api("agent")
    sent = agent.post(
        f"/api/v1/conversations/{customer.conversation}/messages",
        json={"text": "Hi", "client_id": "019b2d3c-1f2e-7b5c-9d6e-7f8091a2b3c4"},
    ).json()
    assert (await told(page, said, "message:status"))["id"] == sent["id"]
    await page.context.close()
