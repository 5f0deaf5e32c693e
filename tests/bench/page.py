"""What a browser gets: ticks painted while webhooks pour in, and the bytes of the first page.

A status is posted for a message that is on the page, 200 other webhooks a second beside it.
Both clocks are this machine's: the post's before its first byte is written, the page's when its
socket hears of the tick, when the frame that shows it has been drawn, and when the next one
begins, by which time it is on the glass: only then it counts as painted. The load is light at this
rate, so it shares a core with the server, and the browser has the other.
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
from tests.bench.latency import CALM
from tests.bench.machine import SERVER_CORE
from tests.bench.payloads import ACCOUNT, signature
from tests.bench.report import Row, at_most
from tests.bench.rounds import Rounds
from tests.bench.servers import EMAIL, PASSWORD, Running
from tests.bench.webhooks import pouring, warm
from tests.bench.wire import HOST
from tests.support.chromium import ARGS, chromium_path

CUSTOMER = "12025550142"
KB = 1024
PATIENCE_MS, LOOK_MS = 30_000, 20
PROBES = 30
"""Ticks of a round."""

_TICK = "#messages .tick"
_HEAR = r"""(() => {
  const DELIVERED = /id=\\"(tick-[^\\]+)\\" class=\\"tick\\" data-status=\\"delivered/g;
  window.heard = {};
  window.WebSocket = class extends WebSocket {
    constructor(...asked) {
      super(...asked);
      this.addEventListener("message", ({ data }) => {
        const now = performance.timeOrigin + performance.now();
        for (const [, id] of data.matchAll(DELIVERED)) heard[id] ??= now;
      });
    }
  };
})()"""
"""Before any script of the page: what its socket hears comes as JSON."""

_WATCH = """() => {
  window.drawn = {};
  window.painted = {};
  const note = (...steps) => {
    const now = performance.timeOrigin + performance.now();
    document.querySelectorAll("#messages .tick[data-status=delivered]")
      .forEach(({ id }) => steps.forEach((times) => { times[id] ??= now; }));
  };
  const later = (work) => {
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = work;
    port2.postMessage(null);
  };
  new MutationObserver(() => {
    later(() => note(drawn));
    requestAnimationFrame(() => later(() => note(drawn, painted)));
  }).observe(document.querySelector("#messages"), { childList: true, subtree: true });
}"""
"""What changes just before a frame is drawn is drawn when the next task comes."""

STEPS = {"heard": "heard by the page", "drawn": "drawn", "painted": "painted"}


def measure(bench: Bench) -> list[Row]:
    with servers.fresh(bench.scratch) as inbox:
        return asyncio.run(_measure(bench, inbox))


async def _measure(bench: Bench, inbox: Running) -> list[Row]:
    async with (
        async_playwright() as playwright,
        httpx.AsyncClient(base_url=f"http://{HOST}:{inbox.port}", trust_env=False) as provider,
    ):
        browser = await playwright.chromium.launch(executable_path=chromium_path(), args=ARGS)
        await _post(provider, inbox, "smb_message_echoes", message_echoes=_echoes(range(PROBES)))
        closed, picking = await _first_page(browser, inbox)  # nobody has written: templates alone
        await closed.context.close()
        await _post(provider, inbox, "messages", messages=[_question()])
        page, shipped = await _first_page(browser, inbox)
        found = await _painted(bench, inbox, provider, page)
        await browser.close()
    scripts = sum(size for name, size in shipped.items() if name.endswith(".js"))
    reach = {"painted p95": at_most(50)}
    return [
        *(
            Row(
                name=f"webhook → tick {words} {name} at {CALM}/s",
                found=found[f"{step} {name}"],
                unit="ms",
                reach=reach.get(f"{step} {name}"),
            )
            for step, words in STEPS.items()
            for name in ("p50", "p95")
        ),
        _weight("scripts, compressed", scripts, 35, shipped),
        _weight("first page, compressed", sum(shipped.values()), 60, shipped),
        _weight("with the picker of templates", sum(picking.values()), None, picking),
    ]


def _weight(name: str, size: int, reach: int | None, shipped: dict[str, int]) -> Row:
    return Row(
        name=name,
        found=[size / KB],
        unit="KB",
        reach=at_most(reach) if reach else None,
        details={"bytes": shipped},
    )


def _wamid(number: int) -> str:
    return f"wamid.PAINT{number:06d}"


def _echoes(numbers: range) -> list[dict[str, Any]]:
    """What we said to one customer from the phone."""
    return [
        {
            "from": "12025550100",
            "to": CUSTOMER,
            "id": _wamid(number),
            "timestamp": str(int(time.time())),
            "type": "text",
            "text": {"body": f"Answer {number}"},
        }
        for number in numbers
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
    await context.add_init_script(_HEAR)
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


async def _painted(bench: Bench, inbox: Running, provider: httpx.AsyncClient, page: Page) -> Rounds:
    """Each round has messages of its own, which are on the page before their ticks come."""
    path = page.url
    await page.goto("about:blank")  # who is new is no part of what is measured
    await asyncio.to_thread(warm, bench, inbox)
    await asyncio.to_thread(servers.rest, [inbox])
    await page.goto(path, wait_until="networkidle")
    await page.evaluate(_WATCH)
    found = Rounds([f"{step} {name}" for step in STEPS for name in ("p50", "p95")])
    for number in range(bench.some(2, 5)):
        own = range(number * PROBES, (number + 1) * PROBES)
        if number:
            await _post(provider, inbox, "smb_message_echoes", message_echoes=_echoes(own))
        await _until(page, f"document.querySelectorAll('{_TICK}').length == {own.stop}")
        await asyncio.to_thread(servers.rest, [inbox])
        waits = await _ticks(bench, inbox, provider, page, own)
        steps = {step: percentiles(waits[step]) for step in STEPS}
        figures = {f"{step} {name}": took for step in STEPS for name, took in steps[step].items()}
        bench.say(f"round {number + 1}: {found.add(figures)}")
    return found


async def _until(page: Page, holds: str) -> None:
    """Playwright's own way to wait evaluates text, which the page's policy forbids."""
    for _ in range(PATIENCE_MS // LOOK_MS):
        if await page.evaluate(holds):
            return
        await asyncio.sleep(LOOK_MS / 1000)
    raise TimeoutError(holds)


async def _ticks(
    bench: Bench, inbox: Running, provider: httpx.AsyncClient, page: Page, own: range
) -> dict[str, list[float]]:
    """Milliseconds from each status to each step of its tick."""
    posted: dict[int, float] = {}
    orders = pouring(bench, CALM, PROBES * 0.15 + 1)
    with loads.load("steady", SERVER_CORE, **inbox.place, **orders) as load:
        flood = asyncio.create_task(asyncio.to_thread(load.go))
        await asyncio.sleep(0.5)
        for number in own:
            status = {"id": _wamid(number), "status": "delivered", "recipient_id": CUSTOMER}
            posted[number] = time.time()
            told = [status | {"timestamp": str(int(time.time()))}]
            await _post(provider, inbox, "messages", statuses=told)
            await asyncio.sleep(0.1)
        await _until(page, f"Object.keys(painted).length == {own.stop}")
        await flood
    order = await page.evaluate(f"[...document.querySelectorAll('{_TICK}')].map(t => t.id)")
    times = {step: await page.evaluate(step) for step in STEPS}
    return {
        step: [times[step][order[number]] - 1000 * at for number, at in posted.items()]
        for step in STEPS
    }
