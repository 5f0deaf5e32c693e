"""A server in a process of its own, and commands beside it, on both engines."""

import hashlib
import hmac
import json
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest
from websockets.exceptions import ConnectionClosed
from websockets.sync.client import connect

from inbox.storage.lock import FileLock
from tests.commands.conftest import Inbox, Server, clean_environment, serving
from tests.support.postgres import Postgres


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def server(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Server]:
    folder = tmp_path_factory.mktemp("serve")
    database = {}
    if request.param == "postgresql":
        postgres: Postgres = request.getfixturevalue("postgres")
        database["INBOX_DATABASE_URL"] = postgres.create_database("served")
    with serving(folder, cold=True, **database) as running:
        yield running
        assert running.stop() == (0, "")
    if request.param == "postgresql":
        postgres.drop_database("served")


def test_it_says_where_it_is_and_how_to_get_in(server: Server) -> None:
    assert server.url.startswith("http://127.0.0.1:")
    assert server.said["starting"]["version"]
    link = server.line()
    assert link["event"] == "set-up link"
    assert link["url"].startswith(f"{server.url}/setup/")
    assert httpx.get(link["url"]).status_code == 200
    assert httpx.get(f"{server.url}/health").status_code == 200


def test_a_channel_that_a_command_adds_takes_webhooks_at_once(server: Server, inbox: Inbox) -> None:
    facts = ("--phone-number-id", "109876", "--secret", "hush", "--json")
    made = inbox("channel", "add", "Shop", "--provider", "cloud-api", *facts).json
    body = json.dumps({"object": "whatsapp_business_account", "entry": []}).encode()
    signature = "sha256=" + hmac.new(b"hush", body, hashlib.sha256).hexdigest()
    url = f"{server.url}/webhooks/{made['key']}"
    headers = {"X-Hub-Signature-256": signature}
    assert httpx.post(url, content=body, headers=headers).status_code == 200
    assert httpx.post(url, content=body + b" ", headers=headers).status_code == 401
    if "INBOX_DATABASE_URL" not in server.settings:
        assert made["webhook_url"] == url


def test_a_token_works_from_the_moment_it_is_made_until_it_is_revoked(
    server: Server, inbox: Inbox
) -> None:
    plain = inbox("token", "add", "crm").out.strip()
    headers = {"Authorization": f"Bearer {plain}"}
    url = f"{server.url}/api/v1/conversations"
    assert httpx.get(url, headers=headers).status_code == 200
    assert inbox("token", "revoke", "crm").code == 0
    assert httpx.get(url, headers=headers).status_code == 401


def test_a_refusal_comes_through_the_server_as_one_line(server: Server, inbox: Inbox) -> None:
    done = inbox("user", "add", "nobody", "--name", "N", "--role", "agent")
    assert (done.code, done.err.count("\n")) == (1, 1)
    assert "e-mail address" in done.err


def test_commands_need_the_secret_key(server: Server) -> None:
    url = f"{server.url}/internal/commands"
    body = {"command": "user list", "arguments": {}}
    assert httpx.post(url, json=body).status_code == 401
    bearer = {"Authorization": "Bearer x.y.z"}
    assert httpx.post(url, json=body, headers=bearer).status_code == 401


@contextmanager
def tailing(server: Server) -> Iterator[subprocess.Popen[str]]:
    with subprocess.Popen(
        [sys.executable, "-m", "inbox", "tail", "--since", "0", "--url", server.url],
        env=clean_environment(**server.settings),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as tail:
        yield tail


def test_the_feed_is_printed_until_a_signal(server: Server, inbox: Inbox) -> None:
    with tailing(server) as tail:
        inbox("channel", "add", "Trial", "--provider", "sandbox")
        assert tail.stdout
        assert json.loads(tail.stdout.readline())["type"] == "channel:updated"
        tail.send_signal(signal.SIGINT)
        assert tail.communicate(timeout=20)[1] == ""
    assert tail.returncode == 0


def test_tail_ends_when_nobody_reads_it(server: Server) -> None:
    with tailing(server) as tail:
        assert tail.stdout
        assert tail.stderr
        tail.stdout.readline()
        tail.stdout.close()
        assert tail.wait(timeout=20) == 0
        assert tail.stderr.read() == ""


def test_a_token_that_nobody_knows_ends_tail_with_one_line(server: Server, inbox: Inbox) -> None:
    done = inbox("tail", "--url", server.url, "--token", "inbox_nobody")
    assert (done.code, done.out, done.err.count("\n")) == (1, "", 1)
    assert "token" in done.err


def test_migrating_beside_a_server_finds_it_done(server: Server, inbox: Inbox) -> None:
    done = inbox("migrate")
    assert done.code == 0
    assert "up to date" in done.out


def test_one_sqlite_file_has_one_server(tmp_path: Path) -> None:
    lock = FileLock(tmp_path / "data" / "inbox.db")
    lock.take(url="http://127.0.0.1:1")
    done = subprocess.run(
        [sys.executable, "-m", "inbox", "serve", "--port", "0"],
        env=clean_environment(INBOX_DATA_DIR=str(tmp_path / "data")),
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )
    lock.release()
    assert (done.returncode, done.stdout, done.stderr.count("\n")) == (1, "", 1)
    assert "Another process" in done.stderr


def test_it_needs_no_set_up_twice_and_stops_in_peace(inbox: Inbox, tmp_path: Path) -> None:
    user = ("user", "add", "ana@example.com", "--name", "Ana", "--role", "admin")
    assert inbox(*user).code == 0
    bearer = {"Authorization": "Bearer " + inbox("token", "add", "crm").out.strip()}
    with serving(tmp_path) as server:
        url = server.url.replace("http", "ws", 1) + "/ws"
        with connect(url, additional_headers=bearer, proxy=None) as listener:
            assert json.loads(listener.recv())["type"] == "feed:hello"
            server.send_signal(signal.SIGINT)
            with pytest.raises(ConnectionClosed) as closed:
                while True:
                    listener.recv(timeout=20)
        ended = server.ended(), server.stdout.read()
    assert closed.value.rcvd
    assert closed.value.rcvd.code in (1001, 1012)
    assert ended == ((0, ""), "")
