"""What a file of 16 MB takes of the server's memory, from the agent to the provider."""

import asyncio
import os

import httpx

from tests.bench import servers
from tests.bench.answering import conversations
from tests.bench.bench import Bench
from tests.bench.machine import peak, resident
from tests.bench.provider import provider
from tests.bench.report import Row, at_most
from tests.bench.servers import Running
from tests.bench.wire import HOST

MB = 1024 * 1024
SIZE = 16 * MB
REACH_MB = 8
PATIENCE_SECONDS = 60


def measure(bench: Bench) -> list[Row]:
    before, highest = asyncio.run(_measured(bench))
    bench.say(f"{before / MB:.1f} MB before, {highest / MB:.1f} MB at most")
    return [
        Row(
            name="memory for a file of 16 MB, brought and sent",
            found=[(highest - before) / MB],
            unit="MB",
            reach=at_most(REACH_MB),
        )
    ]


async def _measured(bench: Bench) -> tuple[float, float]:
    arrivals: dict[str, float] = {}
    with (
        provider(arrivals) as port,
        servers.home(bench.scratch, api_base=f"http://{HOST}:{port}/v26.0") as home,
        servers.inbox(home) as inbox,
    ):
        async with httpx.AsyncClient(
            base_url=f"http://{HOST}:{inbox.port}",
            headers={"authorization": f"Bearer {inbox.token}"},
            timeout=PATIENCE_SECONDS,
            trust_env=False,
        ) as http:
            [path, *_] = await conversations(bench, inbox, http)
            await _carry(http, path, arrivals, MB // 16)  # what is needed for any file
            # A start that is not over takes 5 MB more for the first page, whoever brings a file.
            await asyncio.to_thread(servers.rest, [inbox])
            before = _most(inbox)
            await _carry(http, path, arrivals, SIZE)
            return before, _most(inbox)


def _most(inbox: Running) -> float:
    return peak(inbox.pid) or resident(inbox.pid)


async def _carry(http: httpx.AsyncClient, path: str, arrivals: dict[str, float], size: int) -> None:
    files = {"file": ("a.pdf", b"%PDF-1.7\n" + os.urandom(size - 9), "application/pdf")}
    brought = await http.post("/api/v1/media", files=files, data={"kind": "document"})
    facts = {"media_id": brought.raise_for_status().json()["id"], "type": "document"}
    sent = await http.post(path, json=facts)
    message_id = sent.raise_for_status().json()["id"]
    for _ in range(PATIENCE_SECONDS * 50):
        if message_id in arrivals:
            return
        await asyncio.sleep(0.02)
    raise AssertionError("the file never came to the provider")
