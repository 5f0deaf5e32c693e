"""A subscriber of the feed that goes on by ``since``, over all the deaths of its server."""

import asyncio
import json
from dataclasses import dataclass, field
from typing import Any

from websockets.asyncio.client import connect
from websockets.exceptions import WebSocketException

from tests.force.ledger import RANK


@dataclass
class Follower:
    """``events``: seq → type and payload, as they came."""

    token: str
    events: dict[int, tuple[str, Any]] = field(default_factory=dict)
    findings: list[str] = field(default_factory=list)
    conversations: list[str] = field(default_factory=list)
    last: int = 0
    connected: int = 0
    _shown: dict[str, str] = field(default_factory=dict)
    _doubtful: set[str] = field(default_factory=set)

    async def follow(self, url: str) -> None:
        """Until the server ends or this is cancelled."""
        address = f"{url.replace('http', 'ws', 1)}/ws?batch=1&since={self.last}"
        bearer = {"Authorization": f"Bearer {self.token}"}
        while True:
            try:
                async with connect(
                    address, additional_headers=bearer, proxy=None, max_size=None
                ) as socket:
                    self.connected += 1
                    async for text in socket:
                        self._hear(json.loads(text))
            except (OSError, EOFError, WebSocketException):
                return
            address = f"{url.replace('http', 'ws', 1)}/ws?batch=1&since={self.last}"
            await asyncio.sleep(0)

    def _hear(self, heard: Any) -> None:
        for frame in heard if isinstance(heard, list) else [heard]:
            if frame["type"] == "feed:resync":
                self.findings.append(f"the feed lost its thread: {frame}")
            elif not frame["type"].startswith("feed:"):
                self._take(frame["seq"], frame["type"], frame["payload"])

    def _take(self, seq: int, kind: str, payload: Any) -> None:
        if seq <= self.last:
            self.findings.append(f"seq {seq} came after {self.last}")
        self.last = max(seq, self.last)
        self.events[seq] = (kind, payload)
        if kind == "message:new":
            self._shown[payload["id"]] = payload["status"]
            if payload["direction"] == "incoming":
                self.conversations.append(payload["conversation_id"])
        elif kind == "message:status":
            self._tick(payload)

    def _tick(self, payload: Any) -> None:
        """Ticks only grow; what failed for want of an answer may turn out to have been sent."""
        message, status = payload["id"], payload["status"]
        before = self._shown.get(message)
        if before is None:
            self.findings.append(f"a tick for a message never shown: {payload}")
        elif RANK[status] <= RANK[before] and message not in self._doubtful:
            self.findings.append(f"a tick went from {before} to {status}: {payload}")
        self._shown[message] = status
        if (payload["error"] or {}).get("ambiguous"):
            self._doubtful.add(message)
        else:
            self._doubtful.discard(message)
