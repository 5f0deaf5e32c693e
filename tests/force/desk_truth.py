"""What the feed tells of a desk, and what its views hold, beside what is so."""

import asyncio
import json
import time
from collections import Counter
from dataclasses import dataclass, field
from types import TracebackType
from typing import Any, Self

import httpx
from websockets.asyncio.client import connect

from tests.support.server import Server

AT_WORK = ("open", "pending")
MOST = 3
"""Agents whose views are read whole."""
SAME = ("status", "assignee", "team", "labels", "priority", "snoozed_until", "waiting_since",
        "needs_reply", "inbound_count")  # fmt: skip


def meant(conversation: dict[str, Any], user_id: str) -> set[str]:
    """In which views of this user it stands, by what it says of itself."""
    at_work = conversation["status"] in AT_WORK
    who = (conversation["assignee"] or {}).get("id")
    waits = conversation["waiting_since"] is not None
    found = {
        "all": True,
        "open": at_work,
        "mine": at_work and who == user_id,
        "unassigned": at_work and who is None,
        "waiting": at_work and waits and conversation["answered_at"] is None,
        "needs_reply": at_work and conversation["needs_reply"],
        "snoozed": conversation["status"] == "snoozed",
        "resolved": conversation["status"] == "resolved",
    }
    return {view for view, holds in found.items() if holds}


VIEWS = ("all", "open", "mine", "unassigned", "waiting", "needs_reply", "snoozed", "resolved")
LISTED = (*VIEWS, "closing", "mentions")
"""Views of which as many are counted as are listed; of ``unread`` a hundred are."""


@dataclass
class Ear:
    """One agent's socket: the newest word on each conversation, and how many there are."""

    url: str
    cookies: dict[str, str]
    told: dict[str, dict[str, Any]] = field(default_factory=dict)
    counted: dict[str, Any] = field(default_factory=dict)
    findings: list[str] = field(default_factory=list)

    async def listen(self) -> None:
        jar = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        headers = {"Cookie": jar, "Origin": self.url}
        address = f"{self.url.replace('http', 'ws', 1)}/ws?batch=1"
        async with connect(
            address, additional_headers=headers, proxy=None, max_size=None
        ) as socket:
            await socket.send('{"type":"counting","payload":{"wanted":true}}')
            async for text in socket:
                heard = json.loads(text)
                for frame in heard if isinstance(heard, list) else [heard]:
                    self._take(frame)

    def _take(self, frame: dict[str, Any]) -> None:
        match frame["type"]:
            case "conversation:updated":
                self.told[frame["payload"]["id"]] = frame["payload"]
            case "counts:updated":
                self.counted = frame["payload"]
            case "feed:resync":
                self.findings.append(f"the feed lost its thread: {frame}")


class Truth:
    """``async with``: every agent listens all day."""

    def __init__(self, servers: list[Server], cookies: list[dict[str, str]]) -> None:
        self._servers = servers
        self._cookies = cookies
        self.ears = [Ear(servers[n % len(servers)].url, jar) for n, jar in enumerate(cookies)]

    async def __aenter__(self) -> Self:
        self._tasks = [asyncio.create_task(ear.listen()) for ear in self.ears]
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def wrong(self, people: list[str], seconds: float) -> list[str]:
        """What differs still after so long."""
        deadline = time.monotonic() + seconds
        while found := [await self._wrong_for(n, one) for n, one in enumerate(people[:MOST])]:
            flat = [line for lines in found for line in lines]
            if not flat or time.monotonic() > deadline:
                return flat + [line for ear in self.ears for line in ear.findings]
            await asyncio.sleep(1)
        return []

    async def _wrong_for(self, number: int, user_id: str) -> list[str]:
        ear, url = self.ears[number], self._servers[number % len(self._servers)].url
        async with httpx.AsyncClient(
            base_url=url, cookies=self._cookies[number], trust_env=False, timeout=60
        ) as client:
            listed = {view: await _everything(client, view) for view in LISTED}
            counted = (await client.get("/api/v1/conversations/counts")).json()
        wrong = []
        everything = listed["all"]
        for view in VIEWS:
            held = listed[view]
            right = {one for one, said in everything.items() if view in meant(said, user_id)}
            if held.keys() != right:
                wrong.append(f"agent {number}: {view} has {len(held)}, and {len(right)} are so")
        for view, held in listed.items():
            if not counted[view] == ear.counted.get(view) == len(held):
                told = f"{counted[view]}, told {ear.counted.get(view)}"
                wrong.append(f"agent {number}: {view} has {len(held)}, counted {told}")
        labels = Counter(name for one in listed["open"].values() for name in one["labels"])
        if labels != Counter(counted["labels"]):
            wrong.append(f"agent {number}: labels {labels}, counted {counted['labels']}")
        for one, said in ear.told.items():
            differs = [name for name in SAME if said[name] != everything[one][name]]
            if differs:
                wrong.append(f"agent {number} was told otherwise of {one}: {differs}")
        return wrong


async def _everything(client: httpx.AsyncClient, view: str) -> dict[str, dict[str, Any]]:
    found: dict[str, dict[str, Any]] = {}
    query: dict[str, Any] = {"view": view, "limit": 100}
    while True:
        page = (await client.get("/api/v1/conversations", params=query)).json()
        found |= {one["id"]: one for one in page["data"]}
        if not page["next"]:
            return found
        query["cursor"] = page["next"]
