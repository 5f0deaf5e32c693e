"""The real server in a process of its own, and the ways in: providers, people, programs.

Nothing here sleeps: what a server does after its answer is waited for on its own feed.
"""

import json
import os
import re
import signal
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from functools import cached_property
from itertools import count
from pathlib import Path
from typing import Any

import httpx

from inbox.providers.cloud_api.signing import HEADER, sign
from inbox.providers.sandbox import meta_json
from tests.support import tls
from tests.support.fake_graph import ACCOUNT, TOKEN
from tests.support.warm import Process

SECRET = "meta-app-secret-example-0017"
PASSWORD = "correct horse battery"
PATIENCE = 20.0
KILLED = (httpx.TransportError, AttributeError)
"""What an asynchronous client meets of a server that is killed: of a connection that goes as it is
made anyio asks for a peer in vain.
"""

_USUAL = re.compile(
    r'"level": "(info|debug)"'
    r'|"event": "(Invalid HTTP request received\.|slow request|webhooks refused|send failed|'
    r'send ambiguous|alert raised|Invalid UTF-8 sequence received from client\.)"'
)
"""What others did, or how slow this machine is, and no fault of the server's."""
_AHEAD = 2**62
"""A seq that no log has come to: who is there is told where it stands."""
_numbers = count(1)
_accounts = count(os.getpid() * 100_000)
"""Of one database by several processes: none gives an account twice."""


@dataclass(frozen=True, kw_only=True)
class Line:
    """A connected number as its provider knows it."""

    id: str
    path: str
    verify_token: str
    account: str
    secret: str


@dataclass(frozen=True)
class Settled:
    """What a server must be told of a database that somebody has set up already."""

    set_up_path: str
    """It was used."""
    marker: Line
    session: str
    """Ana's."""


def webhook(account: str = ACCOUNT, **arrays: Any) -> dict[str, Any]:
    """A body of Meta's with these arrays: ``messages``, ``statuses``, ``contacts``."""
    value = {"messaging_product": "whatsapp", "metadata": {"phone_number_id": account}, **arrays}
    entry = {"id": "102938475610293", "changes": [{"field": "messages", "value": value}]}
    return {"object": "whatsapp_business_account", "entry": [entry]}


def said(wamid: str, text: str, sender: str = "12025550142", at: float | None = None) -> Any:
    """A text message for ``webhook(messages=[…])``; ``at`` in seconds, now unless told."""
    return {
        "id": wamid,
        "from": sender,
        "timestamp": str(int(time.time_ns() // 10**9 if at is None else at)),
        "type": "text",
        "text": {"body": text},
    }


class Server:
    """``inbox serve`` on a free port; may be stopped or killed, and started again."""

    def __init__(self, data_dir: Path, database_url: str, *options: str) -> None:
        self._data_dir = data_dir
        self._options = options
        self.environment = os.environ | {
            "INBOX_DATA_DIR": str(data_dir),
            "INBOX_DATABASE_URL": database_url,
            "INBOX_LOG_FORMAT": "json",
            # Nothing outside of this machine is ever asked: neither for files nor for else.
            "INBOX_MEDIA_LIMIT": "0",
            "INBOX_API_RATE": "0",
            "INBOX_PUSH_HOSTS": "127.0.0.1",
            "HTTPS_PROXY": "http://127.0.0.1:9",
        }
        self._process: Process | None = None
        self._setup = ""
        self._marker: Line | None = None
        self._session = ""
        self._tokens: dict[str, httpx.Client] = {}
        self._agents: set[str] = set()
        self._clients: list[httpx.Client] = []

    # The process ------------------------------------------------------------------------

    def start(self) -> "Server":
        """Returns when it listens."""
        self._stderr = (self._data_dir / f"stderr-{next(_numbers)}").open("w+")
        command = ["serve", "--port", "0", *self._options]
        self._process = Process(command, self.environment, self._stderr)
        # A server that neither listens nor ends must not hold the tests for ever.
        watchdog = threading.Timer(60, self._process.kill)
        watchdog.start()
        try:
            self.url = self._told("listening")
            self._setup = self._setup or self._told("set-up link")
        finally:
            watchdog.cancel()
        return self

    def settled(self) -> Settled:
        """For ``move_in`` of a server of a copy of this database; Ana has made herself admin."""
        session = self.as_admin.cookies["inbox_session"]
        assert self._marker
        return Settled(httpx.URL(self._setup).path, self._marker, session)

    def move_in(self, settled: Settled) -> None:
        self._setup, self._marker = settled.set_up_path, settled.marker
        self._session = settled.session

    def share_with(self, other: "Server") -> None:
        """Tell another server of the same inbox who its users are."""
        assert self.as_admin, "who is first has made itself admin"
        other._setup, other._marker = self._setup, self._marker

    def beside(self, **settings: str) -> "Server":
        """Another server of the same inbox, not started yet."""
        other = Server(self._data_dir, self.environment["INBOX_DATABASE_URL"])
        other.environment = self.environment | settings
        self.share_with(other)
        return other

    def _told(self, event: str) -> str:
        assert self._process
        for line in self._process.stdout:
            told = json.loads(line)
            if told["event"] == event:
                return str(told["url"])
        raise AssertionError(f"the server ended before it told its {event}: {self.stderr}")

    @property
    def running(self) -> bool:
        return self._process is not None

    @property
    def pid(self) -> int:
        assert self._process
        return self._process.pid

    @property
    def stderr(self) -> str:
        return Path(self._stderr.name).read_text()

    @property
    def complaints(self) -> list[str]:
        """What it logged as a warning or worse, and what is no log line at all."""
        return [line for line in self.stderr.splitlines() if not _USUAL.search(line)]

    def memory(self) -> int:
        """What the process holds in memory, in bytes (its resident set)."""
        assert self._process
        status = Path(f"/proc/{self._process.pid}/status").read_text()
        found = re.search(r"VmRSS:\s+(\d+) kB", status)
        assert found, status
        return int(found[1]) * 1024

    def stop(self) -> int:
        """SIGTERM, as from a service manager; the exit code."""
        return self._end(signal.SIGTERM)

    def kill(self) -> int:
        """As the power does; the exit code."""
        return self._end(signal.SIGKILL)

    def kill_at_once(self) -> None:
        """While clients still talk to it; ``kill`` afterwards tidies up."""
        self.signal(signal.SIGKILL)

    def children(self) -> list[str]:
        """What the system says of the processes that it has begun and that have not ended."""
        found = []
        for stat in Path("/proc").glob("[0-9]*/stat"):
            with suppress(OSError):  # it has just ended
                found.append(stat.read_text())
        return [one for one in found if one.rpartition(")")[2].split()[1] == str(self.pid)]

    def signal(self, number: signal.Signals) -> None:
        """Nothing is waited for and no client closed: that is for ``stop`` or ``kill``."""
        assert self._process
        self._process.send_signal(number)

    def wait(self, seconds: float = 30) -> int:
        """The exit code once it ends, with clients as they are; raises TimeoutError."""
        assert self._process
        return self._process.wait(seconds)

    def tidy(self) -> None:
        """After its end: let go of what talked to it."""
        self._end(None)

    def _end(self, signal_number: int | None) -> int:
        for client in self._clients:
            client.close()
        self._clients.clear()
        self._tokens.clear()
        self.__dict__.pop("provider", None)
        process, self._process = self._process, None
        assert process
        if signal_number is not None:
            process.send_signal(signal_number)
        code = process.wait(30)
        process.stdout.close()
        self._stderr.close()
        return code

    # People -----------------------------------------------------------------------------

    def browser(self, **options: Any) -> httpx.Client:
        """Nobody yet; keeps its cookies, follows nothing by itself. Closed with the server."""
        # uvicorn closes what was idle for 5 s: let go of it first.
        limits = httpx.Limits(keepalive_expiry=2)
        client = httpx.Client(
            base_url=self.url,
            trust_env=False,
            verify=tls.NOBODY,
            timeout=40,
            limits=limits,
            **options,
        )

        def kept(_: httpx.Response) -> None:
            # A server that is told an https address has a proxy before it, which is not here.
            for cookie in client.cookies.jar:
                cookie.secure = False

        client.event_hooks["response"].append(kept)
        self._clients.append(client)
        return client

    @property
    def set_up_link(self) -> str:
        return str(httpx.URL(self.url).join(self._setup))

    def admin(self) -> httpx.Client:
        """A browser signed in as Ana; the first one through the set-up link."""
        browser = self.browser()
        if self._session:
            https = self.environment.get("INBOX_PUBLIC_URL", "").startswith("https:")
            name = "__Host-inbox_session" if https else "inbox_session"
            browser.cookies.set(name, self._session)
            self._session = ""
            return browser
        if self._marker is not None:
            return self.sign_in(browser, "ana@example.com")
        facts = {"name": "Ana", "email": "ana@example.com", "password": PASSWORD}
        found = browser.post(httpx.URL(self._setup).raw_path.decode(), data=facts)
        assert found.status_code == 303, found.text
        self._marker = self.add_channel(admin=browser, name="Marker", secret="marker")
        return browser

    def sign_in(self, browser: httpx.Client, email: str) -> httpx.Client:
        found = browser.post("/sign-in", data={"email": email, "password": PASSWORD})
        assert found.status_code == 303, found.text
        return browser

    def agent(
        self, email: str = "ben@example.com", name: str = "Ben", role: str = "agent"
    ) -> httpx.Client:
        """A browser signed in as an agent, invited by Ana where that is still to do."""
        if email in self._agents:
            return self.sign_in(self.browser(), email)
        self._agents.add(email)
        facts = {"email": email, "name": name, "role": role}
        invited = self.as_admin.post("/settings/users", data=facts)
        browser = self.browser()
        if link := re.search(r"/welcome/[\w-]+", invited.text):
            found = browser.post(link[0], data={"password": PASSWORD})
            assert found.status_code == 303, found.text
            return browser
        return self.sign_in(browser, email)

    @property
    def as_admin(self) -> httpx.Client:
        """Ana's browser, the same one each time."""
        if "browser" not in self._tokens:
            self._tokens["browser"] = self.admin()
        return self._tokens["browser"]

    # Programs ---------------------------------------------------------------------------

    def token(self, role: str = "admin") -> str:
        answer = self.as_admin.post("/settings/tokens", data={"name": "Test", "role": role})
        found = re.search(r"inbox_[\w-]{40,}", answer.text)
        assert found, answer.text
        return found[0]

    def api(self, role: str = "admin") -> httpx.Client:
        """A program with a token of this role, the same one each time."""
        if role not in self._tokens:
            bearer = {"Authorization": f"Bearer {self.token(role)}"}
            self._tokens[role] = self.browser(headers=bearer)
        return self._tokens[role]

    def get(self, path: str, **query: Any) -> Any:
        """What the API answers, as JSON."""
        answer = self.api().get(f"/api/v1/{path}", params=query)
        assert answer.status_code == 200, answer.text
        return answer.json()

    def events(self, since: int) -> list[dict[str, Any]]:
        """All that was published after ``since``."""
        found: list[dict[str, Any]] = []
        while page := self.get("events", since=since, limit=1000):
            if int(page["next"]) == since:
                return found
            found += page["data"]
            since = int(page["next"])
        return found

    def head(self) -> int:
        """The seq of the newest event."""
        told = self.api().get("/api/v1/events", params={"since": _AHEAD})
        assert told.status_code == 410, told.text
        return int(told.json()["head"])

    def wait_for(
        self, kind: str, since: int, holds: Callable[[Any], bool] = bool, **facts: Any
    ) -> dict[str, Any]:
        """The payload of the first such event after ``since`` that has these facts."""
        deadline = time.monotonic() + PATIENCE
        while (left := deadline - time.monotonic()) > 0:
            page = self.get("events", since=since, limit=1000, wait=left)
            for event in page["data"]:
                payload: dict[str, Any] = event["payload"]
                if event["type"] == kind and facts.items() <= payload.items() and holds(payload):
                    return payload
            since = int(page["next"])
        raise AssertionError(f"no {kind} with {facts} came: {self.stderr}")

    # Providers --------------------------------------------------------------------------

    @cached_property
    def provider(self) -> httpx.Client:
        """Whoever calls webhooks: no cookie, no token."""
        return self.browser()

    def add_channel(self, admin: httpx.Client | None = None, **facts: str) -> Line:
        """A Meta number that nobody else has, connected by Ana as her programs would."""
        account = str(int(ACCOUNT) + next(_accounts))
        right = {"name": "Shop", "provider": "cloud-api", "account": account, "secret": SECRET}
        asked = right | {"access_token": TOKEN, "verify_token": "let me in"} | facts
        if "api_base" not in facts and asked["provider"] not in ("cloud-api", "sandbox"):
            # There a key is a number; it is sent to nobody.
            asked["access_token"] = f"{asked['access_token']}-{next(_numbers)}"
        admin = admin or self.as_admin
        added = admin.post("/api/v1/channels", json=asked)
        assert added.status_code == 201, added.text
        made = added.json()
        return Line(
            id=made["id"],
            path=httpx.URL(made["webhook_url"]).path,
            **{name: asked[name] for name in ("verify_token", "account", "secret")},
        )

    def post_signed(
        self, line: Line, body: bytes | dict[str, Any], path: str = "", **headers: str
    ) -> httpx.Response:
        """Post as Meta does: the bytes, or the object in Meta's spelling, with the signature.

        ``ACCOUNT`` in it is the line's own, as everybody's examples have that one.
        """
        content = body if isinstance(body, bytes) else meta_json(body)
        content = content.replace(ACCOUNT.encode(), (line.account or ACCOUNT).encode())
        signed = {HEADER: sign(line.secret, content), "Content-Type": "application/json"}
        return self.provider.post(path or line.path, content=content, headers=signed | headers)

    def take(self, line: Line, wamid: str) -> str | None:
        """Post a text; its wamid if the server said 200, None if it did not or is gone."""
        try:
            answer = self.post_signed(line, webhook(messages=[said(wamid, "hello")]))
        except httpx.HTTPError:
            return None
        return wamid if answer.status_code == 200 else None

    def settle(self) -> int:
        """Return when all that was posted is applied: entries are applied in order."""
        assert self.as_admin and self._marker
        since, wamid = self.head(), f"wamid.marker.{next(_numbers)}"
        posted = self.post_signed(self._marker, webhook(messages=[said(wamid, "mark")]))
        assert posted.status_code == 200, posted.text
        self.wait_for("message:new", since, provider_message_id=wamid)
        return self.head()

    def entries(self, line: Line, state: str = "") -> list[str]:
        """The ids of a channel's journal entries, newest first, as the webhook log has them."""
        found: list[str] = []
        query = {"channel": line.id, "state": state}
        while True:
            page = self.as_admin.get("/settings/webhook-log", params=query).text
            listed = re.findall(r'id="entry-([\w-]+)"', page)
            found += listed
            if 'id="older"' not in page:
                return found
            query["cursor"] = listed[-1]

    def messages(self, line: Line) -> list[dict[str, Any]]:
        """Every message of a channel, conversation by conversation."""
        return [
            message
            for conversation in self.conversations(line)
            for message in self.get(f"conversations/{conversation['id']}/messages", limit=200)[
                "data"
            ]
        ]

    def conversations(self, line: Line) -> list[dict[str, Any]]:
        """A channel's newest conversations."""
        return list(self.get("conversations", channel=line.id, limit=100)["data"])


@contextmanager
def serving(server: Server, **settings: str) -> Iterator[Server]:
    """Start it: it must have nothing to complain of, and end in peace."""
    server.environment |= settings
    server.start()
    try:
        yield server
    except BaseException:
        server.kill()
        raise
    code = server.stop()
    assert (code, server.complaints) == (0, []), server.stderr
