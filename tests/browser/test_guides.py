"""The programs of docs/guides, and the client of Whatomate's page, as they are printed."""

import os
import re
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from playwright.async_api import Browser

from tests.browser.customers import Customer
from tests.support.fake_graph import FakeGraph
from tests.support.server import Server

GUIDES = Path(__file__).parents[2] / "docs" / "guides"

WHATOMATE = """
const ws = new WebSocket('ws://your-server:8080/ws?token=YOUR_JWT_TOKEN');
ws.onmessage = (event) => { const data = JSON.parse(event.data);
 console.log('Event:', data.type, data.payload);};
"""
"""What its page prints; only the server and the token are to be filled in."""


@contextmanager
def running(code: str, folder: Path, server: Server) -> Iterator[None]:
    bearer = server.api().headers["Authorization"].removeprefix("Bearer ")
    environment = os.environ | {"INBOX": server.url, "INBOX_TOKEN": bearer, "no_proxy": "*"}
    with subprocess.Popen([sys.executable, "-c", code], cwd=folder, env=environment) as process:
        try:
            yield
            assert process.poll() is None, "it goes on"
        finally:
            process.kill()


def printed(guide: str) -> str:
    [code] = re.findall(r"```python\n(.*?)```", (GUIDES / guide).read_text(), re.DOTALL)
    return str(code)


def replies(server: Server, customer: Customer) -> list[str]:
    page = server.get(f"conversations/{customer.conversation}/messages")["data"]
    return [one["content"]["text"] for one in page if one["direction"] == "outgoing"]


def test_the_bot_answers_once_also_when_it_forgot_how_far_it_was(
    inbox: Server, customer: Customer, graph: FakeGraph, tmp_path: Path
) -> None:
    (tmp_path / "bot.seq").write_text(str(before := inbox.head()))
    code = printed("bot.md")
    with running(code, tmp_path, inbox):
        customer.say("When are you open?")
        inbox.wait_for("message:new", before, direction="outgoing")
    (tmp_path / "bot.seq").write_text(str(before))
    again = inbox.head()
    with running(code, tmp_path, inbox):
        customer.say("Not a question", "Still open?")
        inbox.wait_for("message:new", again, direction="outgoing")
    assert replies(inbox, customer) == ["We are open from 9 to 17."] * 2


async def test_the_client_of_whatomates_page_works_here(
    inbox: Server, customer: Customer, chromium: Browser
) -> None:
    page = await chromium.new_page()
    token = inbox.api().post("/api/v1/feed-tokens").json()["token"]
    code = WHATOMATE.replace("your-server:8080", inbox.url.removeprefix("http://"))

    def comes(kind: str) -> Callable[[Any], bool]:
        return lambda said: said.text.startswith(f"Event: {kind} ")

    async with page.expect_console_message(comes("feed:hello")):
        await page.evaluate(code.replace("YOUR_JWT_TOKEN", token) + "void 0;")
    async with (
        page.expect_console_message(comes("contact:new")),
        page.expect_console_message(comes("message:new")) as new,
    ):
        customer.say("Hello!")
    payload = await (await new.value).args[2].json_value()
    assert (payload["direction"], payload["type"]) == ("incoming", "text")
    assert payload["content"] == {"text": "Hello!"}
    assert re.fullmatch(r"[0-9a-f-]{36}", payload["id"])
    assert re.fullmatch(r"[0-9a-f-]{36}", payload["contact_id"])
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z", payload["timestamp"])
    await page.close()
