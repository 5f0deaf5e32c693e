"""What a browser gets: ticks painted while webhooks pour in, and the bytes of the first page.

A status is posted for a message that is on the page, 200 other webhooks a second beside it.
Both clocks are this machine's: the post's before its first byte is written, the page's in the
frame after the one that shows the new tick, or as that is drawn. The load is light at this rate,
so it shares a core with the server, and the browser has the other.
"""

import asyncio
import json
import re
import time
from typing import Any

import httpx
from playwright.async_api import Browser, BrowserContext, Page, Request, async_playwright

from tests.bench import loads, servers
from tests.bench.bench import Bench
from tests.bench.figures import percentiles
from tests.bench.latency import CALM, CONNECTIONS, SENDERS
from tests.bench.machine import SERVER_CORE
from tests.bench.payloads import ACCOUNT, signature
from tests.bench.report import Reach, Row
from tests.bench.servers import EMAIL, PASSWORD, Running
from tests.bench.wire import HOST
from tests.support.chromium import ARGS, chromium_path

CUSTOMER = "12025550142"
KB = 1024
PATIENCE_MS = 30_000

_WATCH = """() => {
  window.painted = {};
  const look = () => document.querySelectorAll("#messages .tick[data-status=delivered]")
    .forEach(({ id }) => { painted[id] ??= performance.timeOrigin + performance.now(); });
  const drawn = new MessageChannel();
  drawn.port1.onmessage = look;
  new MutationObserver(() => requestAnimationFrame(() => drawn.port2.postMessage(null)))
    .observe(document.querySelector("#messages"), { childList: true, subtree: true });
}"""


def measure(bench: Bench) -> list[Row]:
    probes = bench.some(20, 40)
    with servers.fresh(bench.scratch) as inbox:
        return asyncio.run(_measure(bench, inbox, probes))


async def _measure(bench: Bench, inbox: Running, probes: int) -> list[Row]:
    async with (
        async_playwright() as playwright,
        httpx.AsyncClient(base_url=f"http://{HOST}:{inbox.port}", trust_env=False) as provider,
    ):
        browser = await playwright.chromium.launch(executable_path=chromium_path(), args=ARGS)
        await _post(provider, inbox, "smb_message_echoes", message_echoes=_echoes(probes))
        closed, picking = await _first_page(browser, inbox)  # nobody has written: templates alone
        await closed.context.close()
        await _post(provider, inbox, "messages", messages=[_question()])
        page, shipped = await _first_page(browser, inbox)
        waits = await _ticks(bench, inbox, provider, page, probes)
        await browser.close()
    scripts = sum(size for name, size in shipped.items() if name.endswith(".js"))
    figures = percentiles(waits)
    bench.say(f"ticks painted: p50 {figures['p50']:.0f}, p95 {figures['p95']:.0f} ms")
    reach = {"p95": Reach("≤", 50, of="measured")}
    return [
        *(
            Row(
                name=f"webhook → tick painted {name} at {CALM}/s",
                measured=figures[name],
                unit="ms",
                reach=reach.get(name),
            )
            for name in ("p50", "p95")
        ),
        _weight("scripts, compressed", scripts, 35, shipped),
        _weight("first page, compressed", sum(shipped.values()), 60, shipped),
        _weight("with the picker of templates", sum(picking.values()), None, picking),
    ]


def _weight(name: str, size: int, reach: int | None, shipped: dict[str, int]) -> Row:
    return Row(
        name=name,
        measured=size / KB,
        unit="KB",
        reach=Reach("≤", reach, of="measured") if reach else None,
        details={"bytes": shipped},
    )


def _wamid(number: int) -> str:
    return f"wamid.PAINT{number:06d}"


def _echoes(count: int) -> list[dict[str, Any]]:
    """What we said to one customer from the phone."""
    return [
        {
            "from": "12025550100",
            "to": CUSTOMER,
            "id": _wamid(number),
            "timestamp": str(int(time.time()) - count + number),
            "type": "text",
            "text": {"body": f"Answer {number}"},
        }
        for number in range(count)
    ]


def _question() -> dict[str, Any]:
    """With it the 24 hours begin."""
    return {
        "from": CUSTOMER,
        "id": "wamid.ASKED",
        "timestamp": str(int(time.time())),
        "type": "text",
        "text": {"body": "When do you open?"},
    }


async def _post(provider: httpx.AsyncClient, inbox: Running, field: str, **arrays: Any) -> None:
    value = {"messaging_product": "whatsapp", "metadata": {"phone_number_id": ACCOUNT}, **arrays}
    entry = {"id": "102938475610293", "changes": [{"field": field, "value": value}]}
    body = json.dumps({"object": "whatsapp_business_account", "entry": [entry]}).encode()
    headers = {"X-Hub-Signature-256": signature(body)}
    (await provider.post(inbox.path, content=body, headers=headers)).raise_for_status()


async def _signed_in(browser: Browser, inbox: Running) -> BrowserContext:
    url = f"http://{HOST}:{inbox.port}"
    context = await browser.new_context(base_url=url, viewport={"width": 1440, "height": 900})
    context.set_default_timeout(PATIENCE_MS)
    form = {"email": EMAIL, "password": PASSWORD}
    answer = await context.request.post("/sign-in", form=form)
    assert answer.ok, await answer.text()
    return context


async def _first_page(browser: Browser, inbox: Running) -> tuple[Page, dict[str, int]]:
    """The conversation, open, and what it made the browser fetch: name → bytes on the wire."""
    page = await (await _signed_in(browser, inbox)).new_page()
    await page.goto("/")
    path = await page.locator("#list > .row a").first.get_attribute("href")
    await page.context.close()
    fresh = await (await _signed_in(browser, inbox)).new_page()  # nothing is cached there
    came: list[Request] = []
    fresh.on("requestfinished", lambda request: came.append(request))  # noqa: PLW0108 - Playwright marks it
    await fresh.goto(str(path), wait_until="networkidle")
    sizes = {one.url: (await one.sizes())["responseBodySize"] for one in came}
    return fresh, {re.sub(r".*/static/\w+/", "", url): size for url, size in sizes.items()}


async def _ticks(
    bench: Bench, inbox: Running, provider: httpx.AsyncClient, page: Page, probes: int
) -> list[float]:
    """Milliseconds from each status to its tick."""
    await page.evaluate(_WATCH)
    posted: dict[str, float] = {}
    seconds = probes * 0.15 + 1
    steady = {"rate": CALM, "seconds": seconds, "senders": SENDERS, "connections": CONNECTIONS}
    first = bench.numbers(int(CALM * (seconds + 2))).start
    with loads.load("steady", SERVER_CORE, **inbox.place, first=first, **steady) as load:
        pouring = asyncio.create_task(asyncio.to_thread(load.go))
        await asyncio.sleep(0.5)
        for number in range(probes):
            wamid = _wamid(number)
            status = {"id": wamid, "status": "delivered", "timestamp": str(int(time.time()))}
            posted[wamid] = time.time()
            await _post(provider, inbox, "messages", statuses=[status | {"recipient_id": CUSTOMER}])
            await asyncio.sleep(0.1)
        async with asyncio.timeout(PATIENCE_MS / 1000):
            while await page.evaluate("Object.keys(painted).length") < probes:
                pass
        await pouring
    painted: dict[str, float] = await page.evaluate("painted")
    order = await page.evaluate("[...document.querySelectorAll('#messages .tick')].map(t => t.id)")
    shown = [painted[tick] for tick in order]
    return [at - 1000 * posted[_wamid(number)] for number, at in enumerate(shown)]
