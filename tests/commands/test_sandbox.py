"""``inbox sandbox run``: other people's CI plays a customer, and a provider that misbehaves."""

import json
import re
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import httpx
import pytest

from tests.commands.conftest import ROOT, Inbox, Server, clean_environment, serving

PAGE = (ROOT / "docs" / "sandbox.md").read_text()
TRIAL = ("channel", "add", "Trial", "--provider", "sandbox", "--json")


class Bot:
    """Answers every text over the API, as somebody's program does."""

    def __init__(self, http: httpx.Client, channel_id: str) -> None:
        self._http, self._channel_id = http, channel_id
        self._over = threading.Event()
        self._since = 0
        self._thread = threading.Thread(target=self._run)

    def __enter__(self) -> "Bot":
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()
        self._thread.join()

    def _run(self) -> None:
        while not self._over.is_set():
            asked = {"since": self._since, "wait": 0.3, "limit": 1000}
            page = self._http.get("/api/v1/events", params=asked).json()
            self._since = page["next"]
            for event in page["data"]:
                said = event["payload"]
                if event["type"] == "message:new" and said["direction"] == "incoming":
                    self._answer(said)

    def _answer(self, said: dict[str, Any]) -> None:
        words = said["content"].get("text", "")
        if said["channel_id"] != self._channel_id or words == "say nothing":
            return
        reply: dict[str, Any] = {"text": f"You said: {words}", "client_id": f"re:{said['id']}"}
        if words == "ask me":
            button = {"type": "reply", "reply": {"id": "y", "title": "Yes, please"}}
            offer = {"type": "button", "body": {"text": "Coffee?"}, "action": {"buttons": [button]}}
            reply = {"type": "interactive", "interactive": offer}
        path = f"/api/v1/conversations/{said['conversation_id']}/messages"
        answer = self._http.post(path, json=reply)
        assert answer.status_code in (201, 409), answer.text


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    with serving(tmp_path_factory.mktemp("server"), INBOX_MEDIA_LIMIT="0") as running:
        yield running


class Theatre:
    """A server with a sandbox and a bot, and the command in this process."""

    def __init__(self, inbox: Inbox, http: httpx.Client, channel: str, token: str) -> None:
        self.inbox, self.http, self.channel, self.token = inbox, http, channel, token

    def run(self, steps: str, *options: str, head: str = "") -> Any:
        Path("script.yaml").write_text(f"channel: {self.channel}\n{head}\nsteps:\n{steps}")
        return self.inbox("sandbox", "run", "script.yaml", *options)

    def conversation(self) -> dict[str, Any]:
        """The only one of the sandbox."""
        asked = {"channel": self.channel}
        [found] = self.http.get("/api/v1/conversations", params=asked).json()["data"]
        return dict(found)

    def messages(self) -> list[dict[str, Any]]:
        """All of it, oldest first."""
        found = self.conversation()
        path = f"/api/v1/conversations/{found['id']}/messages"
        said: list[dict[str, Any]] = self.http.get(path).json()["data"]
        return said

    def journal(self) -> int:
        """How many webhooks of the channel were taken."""
        asked = {"channel": self.channel, "limit": 100}
        return len(self.http.get("/api/v1/journal", params=asked).json()["data"])


@pytest.fixture
def theatre(server: Server, inbox: Inbox) -> Iterator[Theatre]:
    channel = inbox(*TRIAL).json["id"]
    token = inbox("token", "add", "ci", "--role", "admin", "--json").json["token"]
    headers = {"Authorization": f"Bearer {token}"}
    with (
        httpx.Client(base_url=server.url, headers=headers, trust_env=False, timeout=30) as http,
        httpx.Client(base_url=server.url, headers=headers, trust_env=False, timeout=30) as own,
        Bot(own, channel),
    ):
        yield Theatre(inbox, http, channel, token)


def test_a_customer_does_what_customers_do_and_is_answered(theatre: Theatre) -> None:
    done = theatre.run("""
  - customer: "yes"
  - expect: {answer: "You said: yes"}
  - customer: ask me
  - expect: {answer: {type: interactive, pattern: "^Coffee"}}
  - customer: {press: "Yes, please"}
  - expect: {event: {type: "message:new", payload: {content: {interactive: {id: y}}}}}
  - customer: {image: The dent}
  - customer: {location: {latitude: 51.5, longitude: -0.1}}
  - customer: {contact: }
  - customer: {sample: order}
  - customer: {react: "👍"}
  - customer: {quote: that one}
  - expect: that one
  - customer: {edit: these two}
  - customer: {delete: }
  - expect: {event: {type: "message:updated", payload: {changed: [deleted_at]}}}
""")
    assert (done.code, done.err) == (0, ""), done.out
    said = theatre.messages()
    kinds = [one["type"] for one in said if one["direction"] == "incoming"]
    assert kinds[2:7] == ["interactive", "image", "location", "contacts", "order"]
    assert [one["reactions"][0]["emoji"] for one in said if one["reactions"]] == ["👍"]


def test_a_webhook_that_comes_three_times_is_one_message(theatre: Theatre) -> None:
    done = theatre.run("""
  - customer: {text: Hello, times: 3}
  - expect: Hello
  - expect: {quiet: 500ms}
  - status: {status: [read, delivered], times: 2}
  - expect: {status: read}
""")
    assert done.code == 0, done.err
    assert theatre.journal() == 3 + 1 + 4, "each came over the wire, and `sent` by itself"
    said = theatre.messages()
    assert [one["status"] for one in said] == ["received", "read"]


def test_what_comes_in_the_wrong_order_stands_in_the_right_one(theatre: Theatre) -> None:
    done = theatre.run("""
  - customer: {text: [one, two, three], arrive: reversed}
  - expect: one
  - customer: {text: [four, five], arrive: together}
  - expect: five
""")
    assert done.code == 0, done.err
    said = [one for one in theatre.messages() if one["direction"] == "incoming"]
    assert [one["content"]["text"] for one in said] == ["one", "two", "three", "four", "five"]


def test_who_hides_their_number_is_answered_by_their_id(theatre: Theatre) -> None:
    head = "customers: {mo: {name: Mo, username: mo.sails}}"
    done = theatre.run("""
  - customer: Hello
  - expect: "You said: Hello"
  - expect: {status: sent}
  - status: delivered
  - expect: {status: delivered}
""", head=head)  # fmt: skip
    assert done.code == 0, done.err
    contact = theatre.conversation()["contact"]
    assert (contact["wa_id"], contact["username"]) == (None, "mo.sails")


def test_a_status_before_the_answer_is_not_lost(theatre: Theatre) -> None:
    done = theatre.run("""
  - provider: {answer: accepted, statuses: [delivered, sent], statuses_first: true}
  - customer: Hello
  - expect: Hello
  - expect: {status: delivered}
""")
    assert done.code == 0, done.err
    assert theatre.messages()[-1]["status"] == "delivered"


def test_what_the_provider_refuses_fails_with_its_code_or_goes_later(theatre: Theatre) -> None:
    done = theatre.run("""
  - provider: {answer: 131047, times: 1}
  - customer: Hello
  - expect: {status: failed, code: 131047}
  - customer: Again
  - expect: Again
  - expect: {status: sent}
  - provider: {answer: 429, times: 1}
  - customer: Faster
  - expect: Faster
  - expect: {status: waiting}
  - expect: {status: sent, within: 20s}
""")
    assert done.code == 0, done.err
    said = [one for one in theatre.messages() if one["direction"] == "outgoing"]
    assert [one["status"] for one in said] == ["failed", "sent", "sent"]


def test_an_outage_lets_it_wait_and_silence_leaves_it_open(theatre: Theatre) -> None:
    done = theatre.run("""
  - provider: {answer: silence, times: 1}
  - customer: Hello
  - expect: {status: ambiguous}
  - status: delivered
  - expect: {status: delivered}
  - provider: {answer: outage, seconds: 60}
  - customer: Again
  - expect: Again
  - expect: {status: waiting}
""")
    assert done.code == 0, done.err
    said = theatre.messages()
    first = next(one for one in said if one["direction"] == "outgoing")
    assert (first["status"], first["error"]) == ("delivered", None)


def test_after_a_day_the_window_is_closed(theatre: Theatre) -> None:
    done = theatre.run("""
  - customer: {text: Hello, age: 25h}
  - expect: {event: "message:new"}
  - expect: {quiet: 1s}
""")
    assert done.code == 0, done.err


def test_what_does_not_come_ends_the_run_with_its_line_and_what_came(theatre: Theatre) -> None:
    done = theatre.run("""
  - customer: "Hello <&>"
  - name: opening hours
    expect: {answer: nine, within: 500ms}
  - wait: 1h
""", "--json", "--junit", "report.xml")  # fmt: skip
    assert done.code == 1
    words = "script.yaml:6: 2. opening hours: no such answer within 0.5 s; came instead: “You said"
    assert done.err.startswith(f"inbox sandbox: {words}")
    assert len(done.err.splitlines()) == 1
    [script] = done.json["scripts"]
    assert [one["state"] for one in script["steps"]] == ["passed", "failed", "skipped"]
    suite = ElementTree.parse("report.xml").getroot()[0]  # noqa: S314 - our own
    assert (suite.get("tests"), suite.get("failures"), suite.get("skipped")) == ("3", "1", "1")


def test_nothing_remains_when_a_run_fails(theatre: Theatre) -> None:
    failed = theatre.run("""
  - provider: 131047
  - customer: Hello
  - expect: {status: sent, within: 500ms}
""")
    assert failed.code == 1
    assert "came instead: queued, failed, 131047" in failed.err
    usual = theatre.run("""
  - customer: Again
  - expect: Again
  - expect: {status: sent}
""")
    assert usual.code == 0, usual.err


def test_a_server_elsewhere_is_asked_with_an_admins_token(
    theatre: Theatre, server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    steps = (
        "  - provider: {answer: accepted, statuses: []}\n  - customer: Hello\n  - expect: Hello\n"
    )
    nobody = theatre.run(steps, "--url", server.url)
    assert nobody.code == 2
    assert "INBOX_TOKEN" in nobody.err
    refused = theatre.run(steps, "--url", server.url, "--token", "inbox_no")
    assert refused.code == 1
    assert "Sign in first." in refused.err
    monkeypatch.setenv("INBOX_TOKEN", theatre.token)
    done = theatre.run(steps, "--url", server.url)
    assert done.code == 0, done.err


def test_a_sandbox_that_is_none_and_a_server_that_is_not_there_are_told(
    theatre: Theatre, server: Server
) -> None:
    theatre.channel = "Nowhere"
    done = theatre.run("  - customer: Hello")
    assert done.code == 1
    assert "There is not one sandbox Nowhere" in done.err
    gone = theatre.run("  - wait: 1s", "--url", "http://127.0.0.1:1", "--token", theatre.token)
    assert gone.code == 1
    assert "http://127.0.0.1:1 does not answer" in gone.err


def test_a_wrong_script_plays_nothing_and_names_its_place(theatre: Theatre) -> None:
    before = theatre.journal()
    done = theatre.run("  - customer: Hello\n  - expct: Hello\n")
    assert done.code == 2
    assert done.err == (
        "inbox sandbox: script.yaml:5:5: expct is nothing that can be here: "
        "name, customer, provider, status, expect, wait.\n"
    )
    assert theatre.journal() == before


def test_only_an_admin_directs_a_sandbox_and_nothing_else(
    theatre: Theatre, inbox: Inbox, server: Server
) -> None:
    facts = ("--phone-number-id", "109876", "--secret", "hush", "--json")
    shop = inbox("channel", "add", "Shop", "--provider", "cloud-api", *facts).json["id"]
    real = theatre.http.post(f"/api/v1/channels/{shop}/rehearsals", json={})
    assert (real.status_code, real.json()["field"]) == (422, "channel_id")
    agent = inbox("token", "add", "bot", "--json").json["token"]
    path, headers = (
        f"/api/v1/channels/{theatre.channel}/rehearsals",
        {"Authorization": f"Bearer {agent}"},
    )
    with httpx.Client(base_url=server.url, headers=headers, trust_env=False) as http:
        assert http.post(path, json={}).status_code == 403


# What is printed ------------------------------------------------------------------------


@contextmanager
def _free_port() -> Iterator[int]:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        yield int(listener.getsockname()[1])


def printed() -> dict[str, str]:
    """The files of the page, by the name in their first line."""
    blocks = re.findall(r"^```\w+\n# (\S+)\n(.*?)^```", PAGE, re.MULTILINE | re.DOTALL)
    return dict(blocks)


@pytest.mark.usefixtures("settings")
def test_the_pipeline_of_the_page_runs_as_printed(tmp_path: Path) -> None:
    for name in ("bot.py", "hours.yaml", "ci.sh"):
        (tmp_path / name).write_text(printed()[name])
    (tmp_path / "inbox").write_text(f'#!/bin/sh\nexec {sys.executable} -m inbox "$@"\n')
    (tmp_path / "inbox").chmod(0o755)
    with _free_port() as port:
        environment = clean_environment(INBOX_PORT=str(port), INBOX_MEDIA_LIMIT="0")
    environment["PATH"] = f"{tmp_path}:{environment['PATH']}"
    ended = subprocess.run(
        ["sh", "ci.sh"], cwd=tmp_path, env=environment, capture_output=True, text=True, check=False
    )
    assert ended.returncode == 0, (ended.stdout, ended.stderr, (tmp_path / "inbox.log").read_text())
    suite = ElementTree.parse(tmp_path / "report.xml").getroot()[0]  # noqa: S314 - our own
    assert (suite.get("tests"), suite.get("failures")) == ("12", "0")


def test_the_workflow_of_the_page_plays_what_is_printed() -> None:
    workflow = printed()[".github/workflows/bot.yaml"]
    assert "sh ci.sh" in workflow
    assert json.dumps(sorted(printed())) == json.dumps(
        sorted([".github/workflows/bot.yaml", "bot.py", "ci.sh", "hours.yaml"])
    )
