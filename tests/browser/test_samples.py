"""The clients of docs/feed.md, run as they stand there: what they hear, and what they survive."""

import asyncio
import os
import re
import sys
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from pathlib import Path

import httpx
import pytest
from playwright.async_api import Browser

from tests.browser.customers import Customer
from tests.browser.proxy import Proxy, between
from tests.support.inhabited import Homes
from tests.support.server import PATIENCE, Server, serving

DOCUMENT = Path(__file__).parents[2] / "docs" / "feed.md"
THERE = "ws://127.0.0.1:8000/ws"


@pytest.fixture
def alone(tmp_path_factory: pytest.TempPathFactory, homes: Homes) -> Iterator[Server]:
    """A server that nobody else minds to be stopped."""
    with serving(homes.server(tmp_path_factory.mktemp("samples"))) as server:
        yield server


def sample(language: str, proxy: Proxy) -> str:
    [found] = re.findall(
        rf"```{language}\n(.*?)```", DOCUMENT.read_text().partition("## A client")[2], re.DOTALL
    )
    assert THERE in found
    return str(found.replace(THERE, proxy.url.replace("http", "ws", 1) + "/ws"))


@asynccontextmanager
async def in_python(server: Server, proxy: Proxy) -> AsyncIterator[asyncio.Queue[str]]:
    """The lines that it prints."""
    bearer = server.api().headers["Authorization"].removeprefix("Bearer ")
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-c", sample("python", proxy),
        env={**os.environ, "INBOX_TOKEN": bearer, "no_proxy": "*", "PYTHONUNBUFFERED": "1"},
        stdout=asyncio.subprocess.PIPE,
    )  # fmt: skip
    lines: asyncio.Queue[str] = asyncio.Queue()

    async def read() -> None:
        assert process.stdout
        async for line in process.stdout:
            lines.put_nowait(line.decode().strip())

    reading = asyncio.create_task(read())
    yield lines
    process.kill()
    await process.wait()
    await reading


@asynccontextmanager
async def in_a_browser(
    server: Server, proxy: Proxy, chromium: Browser
) -> AsyncIterator[asyncio.Queue[str]]:
    """What it writes to the console."""
    page, lines = await chromium.new_page(), asyncio.Queue[str]()
    bearer = {"Authorization": server.api().headers["Authorization"]}

    async def token() -> str:
        async with httpx.AsyncClient(trust_env=False, headers=bearer) as http:
            answer = await http.post(f"{proxy.url}/api/v1/feed-tokens")
            return str(answer.raise_for_status().json()["token"])

    await page.expose_function("token", token)
    page.on("console", lambda said: lines.put_nowait(said.text))
    await page.evaluate(sample("js", proxy) + "listen(token);")
    yield lines
    await page.close()


async def heard(lines: asyncio.Queue[str], message_id: str) -> list[str]:
    """The messages that came until this one."""
    found: list[str] = []
    async with asyncio.timeout(PATIENCE):
        while f"message:new {message_id}" not in found:
            found.append(await lines.get())
    return [line for line in found if line.startswith("message:new")]


def say(customer: Customer, text: str) -> str:
    """The id of the message."""
    customer.say(text)
    customer.server.settle()
    said = customer.server.get(f"conversations/{customer.conversation}/messages")["data"]
    return str(said[-1]["id"])


async def test_the_sample_clients_survive_a_restart_and_a_proxys_502(
    alone: Server, chromium: Browser
) -> None:
    customer = Customer(alone, alone.add_channel(), "Ada")
    async with (
        between(int(alone.url.rpartition(":")[2])) as proxy,
        in_python(alone, proxy) as printed,
        in_a_browser(alone, proxy, chromium) as logged,
    ):
        first = await asyncio.to_thread(say, customer, "before")
        for lines in (printed, logged):
            await heard(lines, first)
        proxy.lose_server()
        waited_for = {b"GET /ws", b"POST /a"}
        async with asyncio.timeout(PATIENCE):
            while waited_for:
                waited_for.discard((await proxy.told.get())[:7])
        await asyncio.to_thread(alone.stop)
        await asyncio.to_thread(alone.start)
        second = await asyncio.to_thread(say, customer, "meanwhile")
        proxy.port = int(alone.url.rpartition(":")[2])
        proxy.restore()
        for lines in (printed, logged):
            found = await heard(lines, second)
            assert found.count(f"message:new {second}") == 1
            assert f"message:new {first}" not in found
