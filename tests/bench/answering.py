"""From an agent's Enter to the provider's acceptance, with fifty agents who write at once."""

import asyncio
import time
from typing import Any

import httpx

from tests.bench import servers
from tests.bench.bench import Bench
from tests.bench.figures import percentiles
from tests.bench.payloads import signature, text_body
from tests.bench.provider import provider
from tests.bench.report import Row, at_most
from tests.bench.servers import Running
from tests.bench.wire import HOST

AGENTS = 50
PAUSE_SECONDS = 1.0
"""Between two replies of one agent: together fifty a second."""
MOST = 5


def measure(bench: Bench) -> list[Row]:
    arrivals: dict[str, float] = {}
    with (
        provider(arrivals) as port,
        servers.home(bench.scratch, api_base=f"http://{HOST}:{port}/v26.0") as home,
        servers.inbox(home) as inbox,
    ):
        found = bench.rounds(lambda: answered(bench, inbox, arrivals), ("p50", "p95"), MOST)
    reach = {"p95": at_most(30)}
    return [
        Row(
            name=f"Enter → accepted {name}, {AGENTS} agents",
            found=found[name],
            unit="ms",
            reach=reach.get(name),
        )
        for name in ("p50", "p95", "p99")
    ]


def answered(
    bench: Bench, inbox: Running, arrivals: dict[str, float], seconds: float = 0
) -> dict[str, float]:
    """Milliseconds from each Enter of some seconds until the provider accepted the reply."""
    seconds = seconds or bench.some(4, 8)
    return percentiles(asyncio.run(_answered(bench, inbox, arrivals, seconds)))


async def _answered(
    bench: Bench, inbox: Running, arrivals: dict[str, float], seconds: float
) -> list[float]:
    began: dict[str, float] = {}
    async with httpx.AsyncClient(
        base_url=f"http://{HOST}:{inbox.port}",
        headers={"authorization": f"Bearer {inbox.token}"},
        limits=httpx.Limits(max_connections=AGENTS),
        timeout=20,
        trust_env=False,
    ) as http:
        paths = await conversations(bench, inbox, http)
        end = time.perf_counter() + seconds
        async with asyncio.TaskGroup() as agents:
            for number, path in enumerate(paths):
                agents.create_task(_agent(http, path, number / AGENTS, end, began))
        for _ in range(100):
            if began.keys() <= arrivals.keys():
                break
            await asyncio.sleep(0.1)
    missing = began.keys() - arrivals.keys()
    assert not missing, f"{len(missing)} replies never came to the provider"
    return [(arrivals[name] - at) * 1_000 for name, at in began.items()]


async def conversations(bench: Bench, inbox: Running, http: httpx.AsyncClient) -> list[str]:
    """Where each agent writes: fifty customers have just written."""
    body = text_body(bench.numbers(AGENTS), AGENTS)
    headers = {"x-hub-signature-256": signature(body), "content-type": "application/json"}
    (await http.post(inbox.path, content=body, headers=headers)).raise_for_status()
    known: list[dict[str, Any]] = []
    while len(known) < AGENTS:
        await asyncio.sleep(0.1)
        known = (await http.get("/api/v1/conversations", params={"limit": AGENTS})).json()["data"]
    return [f"/api/v1/conversations/{one['id']}/messages" for one in known]


async def _agent(
    http: httpx.AsyncClient, path: str, late: float, end: float, began: dict[str, float]
) -> None:
    """Writes by the clock, however late the answers come: who waits for them would measure less,
    and all who waited for one would from then on write in the same moment."""
    due = time.perf_counter() + late * PAUSE_SECONDS
    while due < end:
        await asyncio.sleep(due - time.perf_counter())
        answer = await http.post(path, json={"text": "We open at nine."})
        began[answer.raise_for_status().json()["id"]] = due
        due += PAUSE_SECONDS
