"""Real browsers before a real server: one Chromium for all, a context for each visitor.

Both end with the last test here: what stands idle takes its hundredth of a processor.
"""

from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from typing import Any

import pytest
from playwright.async_api import Browser, async_playwright, expect

from tests.browser.customers import Customer
from tests.browser.visitor import ANA, BEN, PATIENCE_MS, Visitor
from tests.support.chromium import ARGS, chromium_path
from tests.support.fake_graph import FakeGraph
from tests.support.inhabited import Homes
from tests.support.server import Line, Server, serving

expect.set_options(timeout=PATIENCE_MS)

Enter = Callable[..., Awaitable[Visitor]]


@pytest.fixture(scope="package")
async def chromium() -> AsyncIterator[Browser]:
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=chromium_path(), args=ARGS)
        yield browser
        await browser.close()


@pytest.fixture(scope="package")
def inbox(tmp_path_factory: pytest.TempPathFactory, homes: Homes) -> Iterator[Server]:
    """One server for all that need none of their own, with Ana and Ben."""
    home = homes.server(tmp_path_factory.mktemp("inbox"))
    with serving(home, INBOX_WEBHOOKS_PRIVATE="allow") as server:
        server.agent(BEN)
        yield server


@pytest.fixture(scope="session")
def graph() -> Iterator[FakeGraph]:
    with FakeGraph() as graph:
        yield graph


@pytest.fixture
def line(inbox: Server, graph: FakeGraph) -> Line:
    """A number of its own, whose replies go to the stand-in for Graph."""
    return inbox.add_channel(api_base=graph.base_url)


@pytest.fixture
def customer(inbox: Server, line: Line, request: pytest.FixtureRequest) -> Customer:
    """Somebody whom no other test knows."""
    customer = Customer(inbox, line, "")
    customer.name = f"Customer {customer.number[-4:]}"
    return customer


@pytest.fixture
def places(inbox: Server, customer: Customer) -> list[str]:
    """Pages about something: a conversation in two scripts, its channel, its webhook."""
    customer.name = "ليلى حداد"
    customer.say("هل المتجر مفتوح؟ my order is 12345 שלום", "مرحبا", "Hello, *world* " * 40)
    sandbox = inbox.add_channel(provider="sandbox", name="Sandbox")
    conversation = customer.conversation
    wish = {"name": "What a shop is told " * 5, "scopes": ["read"], "channel_ids": [sandbox.id]}
    token = inbox.as_admin.post("/api/v1/tokens", json=wish).json()["id"]
    return [
        f"/conversations/{conversation}",
        f"/settings/channels/{customer.line.id}",
        f"/settings/channels/{customer.line.id}/hours",
        f"/settings/channels/{sandbox.id}",
        f"/settings/webhook-log/{inbox.entries(customer.line)[0]}",
        f"/sandbox/{sandbox.id}",
        f"/sandbox/{sandbox.id}?customer=12025550177",
        f"/settings/tokens/{token}",
    ]


@pytest.fixture
async def enter(chromium: Browser, request: pytest.FixtureRequest) -> AsyncIterator[Enter]:
    """``await enter(ANA)`` is Ana at a browser of her own; None is nobody.

    No page may have complained of anything when the test ends.
    """
    visitors: list[Visitor] = []

    async def enter(email: str | None = ANA, url: str = "", **options: Any) -> Visitor:
        url = url or request.getfixturevalue("inbox").url
        options = {"viewport": {"width": 1440, "height": 900}} | options
        visitor = Visitor(await chromium.new_context(**options), url)
        visitors.append(visitor)
        if email:
            await visitor.sign_in(email)
        return visitor

    yield enter
    for visitor in visitors:
        await visitor.context.close()
    assert [trouble for visitor in visitors for trouble in visitor.troubles] == []
