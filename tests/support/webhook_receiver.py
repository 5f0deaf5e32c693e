"""A program that is told what happens: a real HTTP server, which checks each signature.

It reads what it is sent by the reference library of Standard Webhooks, and answers what it is told
to: a status with headers, nothing for a while (``hang``), or half an answer (``cut``).
"""

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Condition, Event, Thread
from types import TracebackType
from typing import Any, Self

from standardwebhooks import Webhook


@dataclass
class Got:
    """``said``: the body, as the reference library gave it back; ``body``: as it came."""

    path: str
    webhook_id: str
    said: dict[str, Any]
    headers: dict[str, str]
    body: bytes = b""


@dataclass
class Answering:
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    body: bytes = b"ok"
    hang: bool = False
    cut: bool = False


class _Server(ThreadingHTTPServer):
    request_queue_size = 128  # of five, which is usual, a sixth that comes at once is turned away


class WebhookReceiver:
    """``secrets``: by path. ``answers``: what is answered next at a path, one for each post;
    ``always``: at that path, when there is none. What was posted is in ``got``, in its order.
    """

    def __init__(self) -> None:
        self._news = Condition()
        self._going = Event()
        self.secrets: dict[str, str] = {}
        self.answers: dict[str, list[Answering]] = {}
        self.always: dict[str, Answering] = {}
        self.got: list[Got] = []
        self.refused: list[str] = []
        self.on_post: Callable[[], object] = lambda: None
        """Called in a thread of the server."""
        self.drifts = False
        """Whether the sender's clock is another: the library takes no more than five minutes."""
        receiver = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers.get("content-length", "0")))
                headers = {name.lower(): value for name, value in self.headers.items()}
                answer = receiver.take(self.path, headers, body)
                if answer.hang:
                    receiver._going.wait(30)
                    return
                self.send_response(answer.status)
                length = len(answer.body) + (5 if answer.cut else 0)
                for name, value in {"Content-Length": str(length), **answer.headers}.items():
                    self.send_header(name, value)
                self.end_headers()
                self.wfile.write(answer.body)

            def log_message(self, *_: object) -> None: ...

        self._server = _Server(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        self.url = f"http://127.0.0.1:{self._server.server_port}"

    def __enter__(self) -> Self:
        Thread(target=self._server.serve_forever, args=(0.05,), daemon=True).start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        at: TracebackType | None,
    ) -> None:
        self._going.set()
        self._server.shutdown()
        self._server.server_close()

    def take(self, path: str, headers: dict[str, str], body: bytes) -> Answering:
        try:
            said = self._verified(self.secrets[path], headers, body)
            assert len(body) <= 20_000 and headers["content-type"] == "application/json"
        except Exception as wrong:  # whatever it is, it is the sender's mistake
            self.refused.append(repr(wrong))
            return Answering(401)
        with self._news:
            self.got.append(Got(path, headers["webhook-id"], said, headers, body))
            waiting = self.answers.get(path)
            answer = waiting.pop(0) if waiting else self.always.get(path, Answering())
            self._news.notify_all()
        self.on_post()
        return answer

    def _verified(self, secret: str, headers: dict[str, str], body: bytes) -> Any:
        if not self.drifts:
            return Webhook(secret).verify(body, headers)
        at = datetime.fromtimestamp(int(headers["webhook-timestamp"]), UTC)
        expected = Webhook(secret).sign(headers["webhook-id"], at, body.decode())
        assert expected in headers["webhook-signature"].split()
        return json.loads(body)

    def release(self) -> None:
        """Who hangs goes without an answer, and nobody hangs from now on."""
        self._going.set()

    def at(self, path: str) -> list[Got]:
        return [one for one in self.got if one.path == path]

    def wait_for(self, enough: Callable[[], bool], seconds: float = 30.0) -> None:
        """Until it has got what makes this true."""
        with self._news:
            assert self._news.wait_for(enough, seconds), (self.got, self.refused)
