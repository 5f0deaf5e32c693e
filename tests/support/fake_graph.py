"""A stand-in for Meta's Graph API: a real HTTP server in its own thread.

It answers like Graph unless told otherwise, so it serves the provider's own tests and whole
servers in other processes alike. What it was asked is in ``requests``, in order of arrival.
"""

import hashlib
import json
import re
import socket
import sys
import threading
from collections import deque
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from functools import cached_property
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from itertools import count
from pathlib import Path
from types import TracebackType
from typing import Any, Literal, Self
from urllib.parse import unquote

import httpx

from inbox.domain.events import Problem
from inbox.domain.times import Micros
from inbox.providers.sandbox import PretendPhone, new_wamid
from tests.support import tls
from tests.support.graph.account import Account
from tests.support.graph.blocking import Blocklist
from tests.support.graph.files import Files, check_bytes, form_file
from tests.support.graph.marks import check_mark
from tests.support.graph.messages import Known, check
from tests.support.graph.templates import Definition
from tests.support.graph.wrong import Wrong

TOKEN = "graph-token-example"
ACCOUNT = "109876543210987"

_ANSWERS = Path(__file__).parents[1] / "payloads" / "api_responses"
_MANIFEST = _ANSWERS.parent / "manifest.json"
_PATH = re.compile(r"/v25\.0/[0-9]+/messages", re.ASCII)
_BLOCKS = re.compile(r"/v25\.0/[0-9]+/block_users", re.ASCII)
_MEDIA = re.compile(r"/v25\.0/[0-9]+/media", re.ASCII)
_NUMBER = re.compile(r"/v25\.0/([0-9]+)\?fields=verified_name([a-z_,]*)", re.ASCII)
_FILE = re.compile(r"/(v25\.0|attachments|links)/([0-9]+)(\?phone_number_id=[0-9]+)?", re.ASCII)


@dataclass(frozen=True)
class Recorded:
    """``headers`` have lower-case names; ``json`` is None for a body that is none."""

    method: str
    path: str
    headers: dict[str, str]
    json: Any
    body: bytes = field(default=b"", repr=False)


@dataclass(frozen=True)
class Reply:
    status: int
    body: bytes
    headers: dict[str, str] = field(default_factory=dict)


Behaviour = Reply | Literal["hang", "drop", "drip"]


class FakeGraph:
    """``with FakeGraph() as graph`` serves at ``graph.base_url`` until the block ends."""

    scripted: str | None = "POST"
    """What the next answers are for: messages that are sent, or who asks for a file (GET); None:
    whatever comes. Either comes when it likes, so neither may take what is meant for the other."""

    def __init__(self, token: str = TOKEN) -> None:
        self.token = token
        self.requests: list[Recorded] = []
        self.reads: list[Recorded] = []
        self.wamids: list[str] = []
        self.typing: list[Recorded] = []
        """Who said that somebody types: as well only a read mark."""
        self.blocklist = Blocklist()
        self.blockings: list[Recorded] = []
        """Who asked that somebody be blocked, or unblocked."""
        self.lookups: list[Recorded] = []
        """Who asked what it knows of a number: as soon as one is connected."""
        self.numbers: dict[str, dict[str, str]] | None = None
        """By id, with what is told of it; None: it has every number, and tells its id alone."""
        self.files: dict[str, tuple[bytes, str]] = {}
        """What customers sent, by Meta's id."""
        self.uploads: dict[str, tuple[bytes, str]] = {}
        """What is to be sent to customers, by Meta's id."""
        self.brought: list[Recorded] = []
        """Who brought those, in order of arrival."""
        self.account = Account(self.show)
        """What is asked about templates comes by itself, so it is in its ``calls`` alone."""
        self.direct_send: bool | Literal["blocked"] = False
        """Whether this number has it; ``blocked``: it had."""
        self._media_ids = count(900_000_000_000)
        self.closing = threading.Event()
        self._next: deque[Behaviour] = deque()
        self.next_reads: deque[Behaviour] = deque()
        self.next_blocks: deque[Behaviour] = deque()
        self.next_brought: deque[Behaviour] = deque()
        self._first: deque[Callable[[], None]] = deque()
        self._arrived = threading.Condition()

    def __enter__(self) -> Self:
        self._server = _Server(self)
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.02,))
        self._thread.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.closing.set()
        self._server.shutdown()
        self._thread.join()
        self._server.close_connections()
        self._server.server_close()

    @property
    def base_url(self) -> str:
        return f"http://127.0.0.1:{self._server.server_port}/v25.0"

    def keep(self, content: bytes, mime: str = "image/jpeg") -> str:
        """A file that a customer sent; the id by which Meta knows it."""
        media_id = str(next(self._media_ids))
        self.files[media_id] = (content, mime)
        return media_id

    def show(self, content: bytes, mime: str) -> str:
        """Where what was handed to Meta is to be seen."""
        return self.link(self.keep(content, mime), "localhost")

    def link(self, media_id: str, host: str = "127.0.0.1") -> str:
        """An address of a file that needs no token."""
        return f"http://{host}:{self._server.server_port}/links/{media_id}"

    @property
    def sent(self) -> list[Recorded]:
        """The messages that it was asked to send. Files are asked for whenever they are due."""
        return [request for request in self.requests if request.method == "POST"]

    def sent_to(self, number: str) -> list[Any]:
        """The bodies of those for this number: others' may come whenever they are due."""
        bodies = [request.json for request in self.sent]
        return [body for body in bodies if body.get("to", "").lstrip("+") == number]

    def asked(self, part: str) -> list[Recorded]:
        """The requests whose path has this in it."""
        return [request for request in self.requests if part in request.path]

    def answer_next(
        self,
        answer: str | dict[str, Any] | bytes,
        status: int | None = None,
        times: int = 1,
        headers: dict[str, str] | None = None,
    ) -> None:
        """A file of ``payloads/api_responses`` with its own status, an object, or raw bytes."""
        if isinstance(answer, str):
            status = status or self._statuses[answer]
            answer = (_ANSWERS / answer).read_bytes()
        body = json.dumps(answer).encode() if isinstance(answer, dict) else answer
        self._next.extend([Reply(status or 200, body, headers or {})] * times)

    def answer_as_usual(self) -> None:
        """Forget what nobody came for."""
        self._next.clear()

    def drip_next(self) -> None:
        """Begin to answer, and go on by one byte now and then."""
        self._next.append("drip")

    def before_next(self, act: Callable[[], None]) -> None:
        """Do this when the next request has come, and then answer it as usual."""
        self._first.append(act)

    def hang_next(self, times: int = 1) -> None:
        """Take the request and never answer."""
        self._next.extend(["hang"] * times)

    def drop_next(self, times: int = 1) -> None:
        """Take the request and cut the connection."""
        self._next.extend(["drop"] * times)

    def wait_for(self, count: int, timeout: float = 5) -> None:
        """Until so many of those that are scripted have come; blocks, so not on an event loop."""
        with self._arrived:
            arrived = self._arrived.wait_for(
                lambda: sum(map(self._counts, self.requests)) >= count, timeout
            )
        assert arrived, f"{sum(map(self._counts, self.requests))} requests came, not {count}"

    async def report(
        self,
        webhook_url: str,
        secret: str,
        wamid: str,
        status: str,
        *,
        wa_id: str,
        now: Micros,
        account: str = ACCOUNT,
        error: Problem | None = None,
    ) -> None:
        """Tell a webhook what became of a message, signed like Meta."""
        async with httpx.AsyncClient(trust_env=False, verify=tls.NOBODY) as http:
            meta = PretendPhone(http=http, webhook_url=webhook_url, secret=secret, account=account)
            await meta.report(wamid, status, wa_id=wa_id, now=now, error=error)

    def answer_next_read(self, answer: str, times: int = 1) -> None:
        """The same for those that say that a message was read, which go by themselves."""
        body = (_ANSWERS / answer).read_bytes()
        self.next_reads.extend([Reply(self._statuses[answer], body, {})] * times)

    def wait_for_reads(self, count: int, timeout: float = 15) -> None:
        with self._arrived:
            arrived = self._arrived.wait_for(lambda: len(self.reads) >= count, timeout)
        assert arrived, f"{len(self.reads)} messages were marked as read, not {count}"

    def wait_for_typing(self, count: int, timeout: float = 15) -> None:
        with self._arrived:
            arrived = self._arrived.wait_for(lambda: len(self.typing) >= count, timeout)
        assert arrived, f"{len(self.typing)} were told that somebody types, not {count}"

    @property
    def templates(self) -> list[Definition]:
        return self.account.templates

    def asks_who(self, request: Recorded) -> bool:
        """Whether it only asks who a number is: that goes by itself, and is no other's answer."""
        return request.method == "GET" and bool(_NUMBER.fullmatch(unquote(request.path)))

    def behave(self, request: Recorded) -> Behaviour:
        """What to do with a request, once it is recorded."""
        if self.account.sessions.is_for(request.path):
            return self._of_session(request)
        if self.account.is_for(request.method, request.path):
            return self._of_account(request)
        if self.asks_who(request):
            self.lookups.append(request)
            return self._usual(request)
        if request.path.endswith("/block_users"):
            with self._arrived:
                self.blockings.append(request)
                return self.next_blocks.popleft() if self.next_blocks else self._usual(request)
        if isinstance(request.json, dict) and request.json.get("status") == "read":
            with self._arrived:
                (self.typing if "typing_indicator" in request.json else self.reads).append(request)
                self._arrived.notify_all()
                return self.next_reads.popleft() if self.next_reads else self._usual(request)
        if request.method == "POST" and request.path.endswith("/media"):
            with self._arrived:
                self.brought.append(request)
                self._arrived.notify_all()
                return self.next_brought.popleft() if self.next_brought else self._usual(request)
        with self._arrived:
            self.requests.append(request)
            self._arrived.notify_all()
            if self._first and self._counts(request):
                self._first.popleft()()
            mine = self._next and self._counts(request)
            return self._next.popleft() if mine else self._usual(request)

    def _counts(self, request: Recorded) -> bool:
        return self.scripted in (None, request.method)

    @cached_property
    def _statuses(self) -> dict[str, int]:
        listed = json.loads(_MANIFEST.read_text())["api_responses"]
        return {Path(answer["file"]).name: answer["status"] for answer in listed}

    def _usual(self, request: Recorded) -> Reply:
        if request.method == "GET" and request.path.startswith("/links/"):
            return self._file(request.path)
        if request.headers.get("authorization") != f"Bearer {self.token}":
            return graph_error(401, 190, "Invalid OAuth access token")
        if asked := _NUMBER.fullmatch(unquote(request.path)):
            return self._number(asked[1], "verified_name" + asked[2])
        if _BLOCKS.fullmatch(request.path) and request.method in ("POST", "DELETE"):
            return self.block(request)
        if request.method == "GET":
            return self._file(request.path)
        if request.method == "POST" and _MEDIA.fullmatch(request.path):
            return self._taken(request)
        if request.method != "POST" or not _PATH.fullmatch(request.path):
            return graph_error(400, 100, "Unsupported request")
        body = request.json if isinstance(request.json, dict) else {}
        try:
            if body.get("status") == "read":
                check_mark(body)
                return Reply(200, b'{"success":true}')
            check(body, Known(self.uploads, self.templates, self.direct_send))
        except Wrong as wrong:
            return graph_error(wrong.status, wrong.code, "Invalid parameter", wrong.details)
        if str(body.get("to", body.get("recipient"))).lstrip("+") in self.blocklist.names:
            return graph_error(400, 131026, "Message undeliverable", "You blocked this user")
        return self._accepted(body)

    def block(self, request: Recorded) -> Reply:
        try:
            status, answer = self.blocklist.change(request.method, request.json)
        except Wrong as wrong:
            return graph_error(wrong.status, wrong.code, "Invalid parameter", wrong.details)
        return Reply(status, json.dumps(answer).encode())

    def _of_account(self, request: Recorded) -> Reply:
        if request.headers.get("authorization") != f"Bearer {self.token}":
            return graph_error(401, 190, "Invalid OAuth access token")
        try:
            told = self.account.answer(request.method, request.path, request.json)
        except Wrong as wrong:
            return _refused(wrong)
        return Reply(200, json.dumps(told).encode())

    def _of_session(self, request: Recorded) -> Behaviour:
        if request.headers.get("authorization", "").partition(" ")[2] != self.token:
            return graph_error(401, 190, "Invalid OAuth access token")
        sessions = self.account.sessions
        try:
            told = sessions.answer(request.method, request.path, request.headers, request.body)
        except Wrong as wrong:
            return _refused(wrong)
        return "drop" if told is None else Reply(200, json.dumps(told).encode())

    def _number(self, account: str, fields: str) -> Reply:
        """What Graph tells of a number to who may see it (B.7)."""
        known = {account: {}} if self.numbers is None else self.numbers
        if account not in known:
            words = f"Unsupported get request. Object with ID '{account}' does not exist, cannot "
            words += "be loaded due to missing permissions, or does not support this operation."
            error = {"message": words, "type": "GraphMethodException", "code": 100}
            return Reply(400, json.dumps({"error": error | {"error_subcode": 33}}).encode())
        told = {name: value for name, value in known[account].items() if name in fields.split(",")}
        return Reply(200, json.dumps(told | {"id": account}).encode())

    def _taken(self, request: Recorded) -> Reply:
        """A file that is to be sent (B.3)."""
        try:
            known = self.take(*form_file(request.headers.get("content-type", ""), request.body))
        except Wrong as wrong:
            return graph_error(wrong.status, wrong.code, "Invalid parameter", wrong.details)
        return Reply(200, json.dumps({"id": known}).encode())

    def take(self, content: bytes, mime: str) -> str:
        """The id by which it is known from now on; raises ``Wrong``."""
        check_bytes(content, mime)
        with self._arrived:
            known = str(next(self._media_ids))
        self.uploads[known] = content, mime
        return known

    def _file(self, path: str) -> Reply:
        """What Graph knows of a file, or the file (B.3)."""
        asked = _FILE.fullmatch(path)
        if asked is None or asked[2] not in self.files:
            details = "Object does not exist, or cannot be loaded due to missing permissions"
            return graph_error(400, 100, "Unsupported get request", details)
        content, mime = self.files[asked[2]]
        if asked[1] != "v25.0":
            return Reply(200, content, {"Content-Type": mime})
        facts = {
            "messaging_product": "whatsapp",
            "url": self.base_url.replace("/v25.0", f"/attachments/{asked[2]}"),
            "mime_type": mime,
            "sha256": hashlib.sha256(content).hexdigest(),
            "file_size": len(content),
            "id": asked[2],
        }
        return Reply(200, json.dumps(facts).encode())

    def _accepted(self, body: dict[str, Any]) -> Reply:
        wamid = new_wamid()
        self.wamids.append(wamid)
        to = body.get("to")
        named = {"wa_id": to.lstrip("+")} if to else {"user_id": body["recipient"]}
        contact = {"input": to or body["recipient"], **named}
        answer = {
            "messaging_product": "whatsapp",
            "contacts": [contact],
            "messages": [{"id": wamid}],
        }
        return Reply(200, json.dumps(answer).encode())


def fault(body: Mapping[str, Any], files: Files | None = None) -> str | None:
    """What Meta finds wrong with a message or a read mark that another system hands on."""
    try:
        if body.get("status") == "read":
            check_mark(body)
        else:
            check(body, Known(files or {}))
    except Wrong as wrong:
        return wrong.details
    return None


def _refused(wrong: Wrong) -> Reply:
    """With what it says to people, where it has a subcode."""
    answer = graph_error(wrong.status, wrong.code, "Invalid parameter", wrong.details)
    if wrong.subcode is None:
        return answer
    error = json.loads(answer.body)["error"]
    error |= {"error_subcode": wrong.subcode, "error_user_msg": wrong.details}
    return Reply(wrong.status, json.dumps({"error": error}).encode())


def graph_error(status: int, code: int, message: str, details: str | None = None) -> Reply:
    error: dict[str, Any] = {
        "message": f"(#{code}) {message}",
        "type": "OAuthException",
        "code": code,
        "fbtrace_id": "AfakeGraphTrace",
    }
    if details:
        error["error_data"] = {"messaging_product": "whatsapp", "details": details}
    return Reply(status, json.dumps({"error": error}).encode())


_ports: set[int] = set()


class _Server(ThreadingHTTPServer):
    daemon_threads = False  # joined at the end, so that no socket is left behind
    request_queue_size = 128

    def __init__(self, graph: FakeGraph) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        while self.server_port in _ports:  # an address with its key is one number for ever
            self.server_close()
            super().__init__(("127.0.0.1", 0), _Handler)
        _ports.add(self.server_port)
        self.graph = graph
        self.connections: set[socket.socket] = set()

    def close_connections(self) -> None:
        for connection in list(self.connections):
            _cut(connection)

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A client that goes away is none of our business; a fault of ours is."""
        if not isinstance(sys.exc_info()[1], ConnectionError):
            super().handle_error(request, client_address)


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    server: _Server

    def setup(self) -> None:
        super().setup()
        self.server.connections.add(self.connection)
        if self.server.graph.closing.is_set():
            _cut(self.connection)

    def finish(self) -> None:
        self.server.connections.discard(self.connection)
        super().finish()

    def do_POST(self) -> None:
        length = int(self.headers.get("content-length") or 0)
        headers = {name.lower(): value for name, value in self.headers.items()}
        body = self.rfile.read(length)
        asked = Recorded(self.command, self.path, headers, _parsed(body), body)
        behaviour = self.server.graph.behave(asked)
        match behaviour:
            case "hang":
                self.server.graph.closing.wait()
                self.close_connection = True
            case "drop":
                _cut(self.connection)
                self.close_connection = True
            case "drip":
                self._drip()
            case Reply():
                self._reply(behaviour)

    do_GET = do_POST  # noqa: N815 - the names that http.server calls
    do_DELETE = do_POST  # noqa: N815 - the names that http.server calls
    do_PUT = do_POST  # noqa: N815 - the names that http.server calls

    def _reply(self, reply: Reply) -> None:
        self.send_response(reply.status)
        usual = {"Content-Type": "application/json", "Content-Length": str(len(reply.body))}
        for name, value in (usual | reply.headers).items():
            if value:
                self.send_header(name, value)
        self.end_headers()
        with suppress(ConnectionError):  # who has enough of a large file hangs up
            self.wfile.write(reply.body)

    def _drip(self) -> None:
        self.close_connection = True
        self.send_response(200)
        self.send_header("Content-Length", "100000")
        self.end_headers()
        with suppress(OSError):
            while not self.server.graph.closing.wait(0.05) and self.connection.fileno() >= 0:
                self.wfile.write(b".")

    def log_message(self, *_: Any) -> None:
        """Tests speak for themselves."""


def _parsed(body: bytes) -> Any:
    try:
        return json.loads(body)
    except ValueError:
        return None


def _cut(connection: socket.socket) -> None:
    with suppress(OSError):
        connection.shutdown(socket.SHUT_RDWR)
