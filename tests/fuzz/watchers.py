"""Two viewers who look on while bodies come in: a program and a page."""

import json
import threading
from contextlib import ExitStack
from typing import Any, NoReturn
from urllib.parse import urlencode

from websockets.exceptions import ConnectionClosed
from websockets.sync.client import ClientConnection, connect

from tests.support.server import PATIENCE, Server


def _refuse(constant: str) -> NoReturn:
    raise ValueError(f"{constant} in a frame")


class Watcher:
    """One socket and what it heard, each frame read as strict JSON and strict Unicode."""

    def __init__(self, server: Server, **query: str) -> None:
        address = f"{server.url.replace('http', 'ws', 1)}/ws?{urlencode(query)}"
        bearer = {"Authorization": f"Bearer {server.token()}"}
        self._open = ExitStack()
        self._socket: ClientConnection = self._open.enter_context(
            connect(
                address, additional_headers=bearer, max_size=None, proxy=None, ping_interval=None
            )
        )
        self._told = threading.Condition()
        self._thread = threading.Thread(target=self._listen, daemon=True)
        self.seq = 0
        self.frames = 0
        self.types: set[str] = set()
        self.siblings: set[str] = set()
        self.conversations: set[str] = set()
        self.fault: Exception | None = None
        self._thread.start()

    def _listen(self) -> None:
        try:
            for text in self._socket:
                self._hear(json.loads(text, parse_constant=_refuse))
        except ConnectionClosed as closed:
            self.fault = self.fault or closed
        except Exception as fault:
            self.fault = fault
        with self._told:
            self._told.notify_all()

    def _hear(self, frame: dict[str, Any]) -> None:
        json.dumps(frame, ensure_ascii=False).encode("utf-8")
        payload = frame.get("payload") or {}
        with self._told:
            self.frames += 1
            self.types.add(frame["type"])
            if frame["type"] == "message:new":
                self.conversations.add(payload["conversation_id"])
                self.siblings.add(str(payload["provider_message_id"]))
            self.seq = max(self.seq, frame["seq"])
            self._told.notify_all()

    def wait_for(self, seq: int) -> None:
        """Return when all up to ``seq`` was heard; by a heartbeat at the latest."""
        with self._told:
            heard = self._told.wait_for(lambda: self.seq >= seq or self.fault, PATIENCE * 2)
        assert heard and self.fault is None, f"the feed broke at {self.seq}: {self.fault!r}"

    def close(self) -> None:
        self._open.close()
        self._thread.join(PATIENCE)
