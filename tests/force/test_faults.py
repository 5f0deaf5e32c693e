"""Law 28: a fault of the database is said, costs nothing that was acknowledged, and heals.

One law for all of them, against the real server: while it lasts, webhooks are turned away so
that the provider sends them again, and /health says why; when it is over, all goes on by
itself. And the log is not flooded.
"""

import json
import resource
import sqlite3
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.support.postgres import Postgres
from tests.support.server import Line, Server, said, webhook

PATIENCE = 20.0
ANSWERED_SECONDS = 10.0
"""Providers give up about then."""


@dataclass(frozen=True)
class Place:
    """A running server on a database that a fault may befall."""

    server: Server
    line: Line
    file: Path | None
    postgres: Postgres | None

    def post(self, text: str) -> httpx.Response:
        began = time.monotonic()
        body = webhook(messages=[said(f"wamid.{text}", text)])
        answer = self.server.post_signed(self.line, body)
        assert time.monotonic() - began < ANSWERED_SECONDS
        return answer

    def health(self) -> tuple[int, dict[str, str]]:
        began = time.monotonic()
        answer = self.server.provider.get("/health")
        assert time.monotonic() - began < 5
        return answer.status_code, answer.json()["checks"]

    def until(self, status: int, words: str) -> None:
        """By itself, also when nobody posts anything."""
        deadline = time.monotonic() + PATIENCE
        found: Any = None
        while time.monotonic() < deadline:
            found = self.health()
            if found[0] == status and words in found[1]["database"]:
                return
        raise AssertionError(f"not {status} and {words}: {found}")


@contextmanager
def locked(place: Place) -> Iterator[str]:
    """Another process writes to the file, and takes its time."""
    assert place.file
    other = sqlite3.connect(place.file, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    try:
        yield "locked by another process"
    finally:
        other.execute("ROLLBACK")
        other.close()


@contextmanager
def full(place: Place) -> Iterator[str]:
    """No file of the server may grow."""
    for number in range(12):  # what is there already could be written over
        assert place.post(f"filling {number}").status_code == 200
    place.server.settle()
    pid, endless = place.server.pid, (resource.RLIM_INFINITY, resource.RLIM_INFINITY)
    resource.prlimit(pid, resource.RLIMIT_FSIZE, (64 * 1024, resource.RLIM_INFINITY))
    try:
        yield "disk"
    finally:
        resource.prlimit(pid, resource.RLIMIT_FSIZE, endless)


@contextmanager
def stopped(place: Place) -> Iterator[str]:
    """PostgreSQL is restarted, and that takes a while."""
    assert place.postgres
    place.postgres.stop()
    try:
        yield "cannot be reached"
    finally:
        place.postgres.start()


@contextmanager
def frozen(place: Place) -> Iterator[str]:
    """PostgreSQL takes every byte and answers nothing."""
    assert place.postgres
    place.postgres.freeze()
    try:
        yield "no answer"
    finally:
        place.postgres.thaw()


BEFALL = {"locked": locked, "full": full, "stopped": stopped, "frozen": frozen}
SQLITE = ("locked", "full")


@pytest.fixture(params=BEFALL)
def befallen(
    request: pytest.FixtureRequest, tmp_path: Path
) -> Iterator[tuple[Place, AbstractContextManager[str]]]:
    file = postgres = None
    if request.param in SQLITE:
        file = tmp_path / "inbox.db"
        url = f"sqlite+aiosqlite:///{file}"
    else:
        postgres = request.getfixturevalue("own_postgres")
        url = postgres.create_database(request.param)
    server = Server(tmp_path, url).start()
    place = Place(server, server.add_channel(), file, postgres)
    server.api()  # its token cannot be made later
    yield place, BEFALL[request.param](place)
    assert server.stop() == 0, server.stderr


def test_a_fault_of_the_database_is_loud_loses_nothing_and_heals(
    befallen: tuple[Place, AbstractContextManager[str]],
) -> None:
    place, fault = befallen
    assert place.post("before").status_code == 200
    assert place.health()[0] == 200
    with fault as words:
        place.until(503, words)
        answer = place.post("meanwhile")
        assert (answer.status_code, answer.headers["retry-after"]) == (503, "5")
        assert place.health()[1]["journal"] != "ok"
        _see_no_traceback(place.server)
    place.until(200, "ok")
    for text in ("meanwhile", "after"):
        assert place.post(text).status_code == 200
    place.server.settle()
    found = [one["content"]["text"] for one in place.server.messages(place.line)]
    assert [text for text in found if "filling" not in text] == ["before", "meanwhile", "after"]
    assert place.server.entries(place.line, "failed") == []
    _said_and_not_shouted(place.server)


def _see_no_traceback(server: Server) -> None:
    """Reading may go on; what cannot be done is said in words, to people and to programs."""
    for browser, accept in ((server.as_admin, "text/html"), (server.api(), "application/json")):
        path = "/conversations" if accept == "text/html" else "/api/v1/conversations"
        answer = browser.get(path, headers={"Accept": accept})
        assert answer.status_code in (200, 303, 503), answer.text
        if answer.status_code == 503:
            assert "Nothing is lost" in answer.text
            assert "retry-after" in answer.headers
        assert "Traceback" not in answer.text and "sqlalchemy" not in answer.text.lower()


def _said_and_not_shouted(server: Server) -> None:
    told = [line for line in server.complaints if "slow request" not in line]
    assert any("webhooks cannot be stored" in line for line in told), told
    assert any("all is well again" in line for line in told), told
    by_part = Counter(json.loads(line)["logger"] for line in told)
    assert by_part.most_common()[0][1] <= 5, "\n".join(told)
