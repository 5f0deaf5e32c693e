"""A day at the desk in a few minutes: agents who share an inbox, and the customers who fill it.

``python -m tests.force.day``: ten agents and three thousand conversations, on a database of each
engine, PostgreSQL's behind two processes. In the end nobody was answered twice, each view
holds what it should, what the feed told is what is so, and pages that stayed open show what they
show anew.
"""

import argparse
import asyncio
import random
import sys
import tempfile
import time
from collections import Counter
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx

from tests.force.desk_pages import Pages
from tests.force.desk_truth import Truth
from tests.support.fake_graph import FakeGraph
from tests.support.postgres import running
from tests.support.server import Line, Server, said, webhook

LABELS = ("VIP", "Delivery", "Refund")
REST_SECONDS = 30.0
"""So long at most until what one knows is known everywhere."""
SNOOZES = (2, 8)
"""Seconds that a conversation sleeps, at least and at most."""


@dataclass
class Day:
    """``servers`` share one inbox; agents and customers come to any of them."""

    servers: list[Server]
    line: Line
    graph: FakeGraph
    seconds: float
    agents: int
    customers: int
    seed: int
    done: Counter[str] = field(default_factory=Counter)
    findings: list[str] = field(default_factory=list)
    statements: dict[str, float] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.luck = random.Random(self.seed)
        self.people: list[str] = []

    async def run(self) -> None:
        """The whole day, and what is wrong in the evening."""
        first, *_ = self.servers
        sessions = [self._join(number) for number in range(self.agents)]
        self.people = [one.get("/api/v1/me").json()["id"] for one in sessions]
        for name in LABELS:
            facts = {"name": name, "color": "blue"}
            answer = first.as_admin.post("/api/v1/labels", json=facts)
            assert answer.status_code == 201, answer.text
        cookies = [dict(one.cookies) for one in sessions]
        await self._say(range(self.customers // 2))
        first.settle()
        self.end = time.monotonic() + self.seconds
        async with AsyncExitStack() as stack:
            clients = [
                await stack.enter_async_context(self._client(number, jar))
                for number, jar in enumerate(cookies)
            ]
            truth = await stack.enter_async_context(Truth(self.servers, cookies))
            pages = await stack.enter_async_context(Pages(self.servers, cookies))
            async with asyncio.TaskGroup() as day:
                day.create_task(self._customers())
                for client in clients:
                    day.create_task(self._agent(client))
            await asyncio.sleep(SNOOZES[1])
            await asyncio.to_thread(first.settle)
            self.findings += await truth.wrong(self.people, REST_SECONDS)
            self.findings += await pages.wrong(REST_SECONDS)
        for _ in range(int(REST_SECONDS)):
            if self._answers().total() >= self.done["answered"]:
                break
            await asyncio.sleep(1)
        self.findings += self._answered_twice()

    def _join(self, number: int) -> httpx.Client:
        name = f"Agent {chr(65 + number)}"
        server = self.servers[number % len(self.servers)]
        return server.agent(f"agent-{number}@example.com", name)

    def _client(self, number: int, jar: dict[str, str]) -> httpx.AsyncClient:
        url = self.servers[number % len(self.servers)].url
        return httpx.AsyncClient(base_url=url, cookies=jar, trust_env=False, timeout=60)

    # Customers --------------------------------------------------------------------------

    async def _customers(self) -> None:
        """Who is new and who writes again, in webhooks of a few; some come twice."""
        waiting = list(range(self.customers // 2, self.customers))
        pause = self.seconds / max(1, self.customers)
        while time.monotonic() < self.end:
            again = [self.luck.randrange(self.customers) for _ in range(2)]
            await self._say([*waiting[:3], *again])
            del waiting[:3]
            await asyncio.sleep(pause * 3)
        for start in range(0, len(waiting), 50):
            await self._say(waiting[start : start + 50])

    async def _say(self, numbers: Any) -> None:
        some = [*numbers]
        for start in range(0, len(some), 50):
            part = some[start : start + 50]
            messages = [self._message(number) for number in part]
            body = webhook(messages=messages)
            server = self.luck.choice(self.servers)
            for _ in range(2 if self.luck.random() < 0.1 else 1):
                answer = await asyncio.to_thread(server.post_signed, self.line, body)
                assert answer.status_code == 200, answer.text
            self.done["messages of customers"] += len(part)

    def _message(self, number: int) -> Any:
        self.done["asked"] += 1
        return said(f"wamid.day.{self.done['asked']}", "hello?", _number(number))

    # Agents -----------------------------------------------------------------------------

    async def _agent(self, client: httpx.AsyncClient) -> None:
        while time.monotonic() < self.end:
            view = self.luck.choice(("mine", "unassigned", "waiting", "needs_reply"))
            found = await self._get(client, "", view=view, limit=10)
            if found["data"]:
                await self._work(client, self.luck.choice(found["data"]))
            await asyncio.sleep(self.luck.uniform(0.05, 0.3))

    async def _work(self, client: httpx.AsyncClient, conversation: dict[str, Any]) -> None:
        match self.luck.choices(
            ["answer", "assign", "snooze", "label", "resolve", "many", "pass on"],
            [50, 14, 8, 8, 10, 5, 5],
        ):
            case ["answer"]:
                await self._answer(client, conversation["id"])
            case ["assign"]:
                whom = self.luck.choice([*self.people, None])
                await self._change(client, conversation, "assigned", assignee_id=whom)
            case ["snooze"]:
                wake = datetime.now(UTC) + timedelta(seconds=self.luck.uniform(*SNOOZES))
                await self._change(client, conversation, "snoozed", snoozed_until=wake.isoformat())
            case ["label"]:
                labels = self.luck.sample(LABELS, self.luck.randrange(len(LABELS)))
                await self._change(client, conversation, "labelled", labels=labels)
            case ["resolve"]:
                await self._change(client, conversation, "resolved", status="resolved")
            case ["many"]:
                await self._many(client)
            case _:
                await self._pass_on(client, conversation)

    async def _pass_on(self, client: httpx.AsyncClient, conversation: dict[str, Any]) -> None:
        """To a colleague, with a word for them."""
        asked = {"assignee_id": self.luck.choice(self.people), "note": "Please look"}
        await self._change(client, conversation, "passed on with a note", **asked)

    async def _answer(self, client: httpx.AsyncClient, conversation_id: str) -> None:
        """As a page does it: look, write, and send unless a colleague was faster."""
        thread = (await self._get(client, f"/{conversation_id}/messages"))["data"]
        spoken = [one for one in thread if one["direction"] != "internal"]
        if not spoken or spoken[-1]["direction"] != "incoming":
            self.done["left, as it was answered"] += 1
            return
        await asyncio.sleep(self.luck.uniform(0.0, 0.4))
        facts = {"text": f"re {spoken[-1]['id']}", "seen": spoken[-1]["id"]}
        path = f"/api/v1/conversations/{conversation_id}/messages"
        answer = await client.post(path, json=facts)
        assert answer.status_code in (201, 409), answer.text
        self.done[
            "answered" if answer.status_code == 201 else "stopped by a colleague's answer"
        ] += 1
        if answer.status_code == 201 and self.luck.random() < 0.5:
            await self._change(client, {"id": conversation_id}, "resolved", status="resolved")

    async def _many(self, client: httpx.AsyncClient) -> None:
        found = (await self._get(client, "", view="needs_reply", limit=20))["data"]
        asked = {"ids": [one["id"] for one in found], "set": {"add_labels": ["VIP"]}}
        done = (await client.post("/api/v1/conversations/bulk", json=asked)).json()
        self.done["changed in bulk"] += done["changed"]
        if done["undo_id"] and self.luck.random() < 0.5:
            undone = await client.post(f"/api/v1/undo/{done['undo_id']}")
            self.done["undone"] += undone.json()["changed"]

    async def _change(
        self, client: httpx.AsyncClient, conversation: dict[str, Any], what: str, **asked: Any
    ) -> None:
        path = f"/api/v1/conversations/{conversation['id']}"
        answer = await client.patch(path, json=asked)
        assert answer.status_code == 200, answer.text
        self.done[what] += 1

    async def _get(self, client: httpx.AsyncClient, path: str, **query: Any) -> Any:
        answer = await client.get(f"/api/v1/conversations{path}", params=query)
        assert answer.status_code == 200, answer.text
        return answer.json()

    # The evening ------------------------------------------------------------------------

    def _answers(self) -> Counter[str]:
        """What came to the provider."""
        texts = Counter(one.json["text"]["body"] for one in self.graph.sent if one.json)
        return Counter({text: n for text, n in texts.items() if text.startswith("re ")})

    def _answered_twice(self) -> list[str]:
        """What reached the provider: one answer to one question, and each once."""
        answers = self._answers()
        twice = [f"answered {n} times: {text}" for text, n in answers.items() if n > 1]
        lost = self.done["answered"] - answers.total()
        return twice + ([f"{lost} answers never came to the provider"] if lost else [])


def _number(number: int) -> str:
    """Of a range that no phone has, in one area after the other."""
    return f"1{201 + number // 100}55501{number % 100:02}"


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.force.day", description=__doc__)
    parser.add_argument("--seconds", type=float, default=150)
    parser.add_argument("--agents", type=int, default=10)
    parser.add_argument("--customers", type=int, default=3_000)
    parser.add_argument("--seed", type=int, default=random.randrange(10_000))
    parser.add_argument("--engine", choices=["sqlite", "postgresql"], action="append")
    asked = parser.parse_args()
    whole = True
    for engine in asked.engine or ["sqlite", "postgresql"]:
        began = time.monotonic()
        with tempfile.TemporaryDirectory(prefix="inbox-day-") as folder:
            day = spend(engine, Path(folder), asked)
        print(f"\n{engine}, seed {asked.seed}, {time.monotonic() - began:.0f} s", flush=True)
        print("\n".join(f"  {name:34} {count}" for name, count in sorted(day.done.items())))
        print(f"  {'findings':34} {len(day.findings)}")
        print("\n".join(f"  ! {one}" for one in day.findings[:40]), flush=True)
        whole &= not day.findings
    return 0 if whole else 1


def spend(engine: str, folder: Path, asked: argparse.Namespace) -> Day:
    """One day on one engine."""
    if engine == "sqlite":
        return _spend([Server(folder, f"sqlite+aiosqlite:///{folder / 'inbox.db'}")], asked)
    with running() as postgres:
        first = Server(folder, postgres.create_database("day"))
        return _spend([first], asked, second=True)


def _spend(servers: list[Server], asked: argparse.Namespace, second: bool = False) -> Day:
    with FakeGraph() as graph:
        servers[0].start()
        line = servers[0].add_channel(api_base=graph.base_url)
        if second:
            servers.append(servers[0].beside().start())
        facts = (asked.seconds, asked.agents, asked.customers, asked.seed)
        day = Day(servers, line, graph, *facts)
        try:
            asyncio.run(day.run())
        finally:
            complaints = [one for server in servers for one in server.complaints]
            day.findings += [f"logged: {one[:300]}" for one in complaints]
            for server in reversed(servers):
                server.stop()
    return day


if __name__ == "__main__":
    sys.exit(main())
