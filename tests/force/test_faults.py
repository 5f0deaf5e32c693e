"""Law 28: a fault of the database is said, costs nothing that was acknowledged, and heals.

One law for all of them, against the real server: while it lasts, webhooks are turned away so
that the provider sends them again, /health and pages say why; when it is over, all goes on by
itself. And the log is not flooded. One server on each engine is maltreated in every way.
"""

import json
import resource
import sqlite3
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx
import pytest

from tests.support.contract import Contract
from tests.support.disk import fill, small_disk, unwritable
from tests.support.postgres import Postgres
from tests.support.server import Line, Server, said, webhook
from tests.support.until import until

ANSWERED_SECONDS = 10.0
"""Providers give up about then."""


@dataclass(frozen=True)
class Place:
    """A running server on a database that a fault may befall."""

    server: Server
    line: Line
    file: Path | None
    postgres: Postgres | None
    own_disk: bool = False

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
        until(self.health, lambda told: told[0] == status and words in told[1]["database"])


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
    """The disk is full; where none can be mounted, no file of the server may grow."""
    assert place.file
    if place.own_disk:
        balloon = place.file.with_name("balloon")
        fill(balloon)
        try:
            yield "the disk is full"
        finally:
            balloon.unlink()
        return
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
def read_only(place: Place) -> Iterator[str]:
    """Somebody, or the system after an error of the disk, lets nobody write any more."""
    assert place.file
    if not place.own_disk:
        pytest.skip("no disk can be mounted here, and others know no immutable files")
    with unwritable(place.file, place.file.with_name(place.file.name + "-wal")):
        yield "read-only"


@contextmanager
def displaced(place: Place) -> Iterator[str]:
    """Somebody moves the file away, as to restore another one, and puts it back."""
    assert place.file
    elsewhere = place.file.with_name("elsewhere.db")
    place.file.rename(elsewhere)
    try:
        yield "inbox.db was"
    finally:
        elsewhere.replace(place.file)


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


BEFALL = {
    "locked": locked,
    "full": full,
    "read_only": read_only,
    "displaced": displaced,
    "stopped": stopped,
    "frozen": frozen,
}
SQLITE = ("locked", "full", "read_only", "displaced")


@pytest.fixture(scope="module")
def on_sqlite(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Place]:
    folder = tmp_path_factory.mktemp("sqlite")
    disk = folder / "disk"
    disk.mkdir()
    with small_disk(disk) as own:
        file = disk / "data" / "inbox.db"
        with _serving(folder, f"sqlite+aiosqlite:///{file}") as server:
            yield Place(server, server.add_channel(), file, None, own)


@pytest.fixture(scope="module")
def on_postgresql(
    own_postgres: Postgres, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Place]:
    # It would wait a quarter of a minute for a server that answers nothing.
    url = own_postgres.create_database("faults") + "&command_timeout=4"
    with _serving(tmp_path_factory.mktemp("postgresql"), url) as server:
        yield Place(server, server.add_channel(), None, own_postgres)


@contextmanager
def _serving(folder: Path, url: str) -> Iterator[Server]:
    server = Server(folder, url).start()
    try:
        server.api()  # its token cannot be made later
        yield server
    finally:
        code = server.stop()
    assert code == 0, server.stderr


@pytest.mark.parametrize("name", BEFALL)
def test_a_fault_of_the_database_is_loud_loses_nothing_and_heals(
    request: pytest.FixtureRequest, name: str
) -> None:
    place: Place = request.getfixturevalue("on_sqlite" if name in SQLITE else "on_postgresql")
    place.until(200, "ok")
    contract = Contract(place.server.provider.get("/openapi.json").json())
    complaints = len(place.server.complaints)
    assert place.post(f"before {name}").status_code == 200
    with BEFALL[name](place) as words:
        place.until(503, words)
        answer = place.post(f"meanwhile {name}")
        assert (answer.status_code, answer.headers["retry-after"]) == (503, "5")
        assert place.health()[1]["journal"] != "ok"
        _see_words(place.health()[1])
        contract.check(answer, "POST", "/webhooks/{key}")
        contract.check(place.server.provider.get("/health"), "GET", "/health")
        _see_no_traceback(place.server)
        if place.file:
            _see_why(place.server, words)
    place.until(200, "ok")
    for text in ("meanwhile", "after"):
        assert place.post(f"{text} {name}").status_code == 200
    place.server.settle()
    found = [one["content"]["text"] for one in place.server.messages(place.line)]
    ours = [text for text in found if text.endswith(name)]
    assert ours == [f"{text} {name}" for text in ("before", "meanwhile", "after")]
    assert place.server.entries(place.line, "failed") == []
    _see_in_the_log(place)
    _said_and_not_shouted(place.server.complaints[complaints:])


def test_what_cannot_be_written_to_is_explained_at_the_start_and_left_as_it_is(
    on_sqlite: Place,
) -> None:
    place, file = on_sqlite, on_sqlite.file
    if file is None or not place.own_disk:
        pytest.skip("no disk can be mounted here, and others know no immutable files")
    assert place.post("kept").status_code == 200
    assert place.server.stop() == 0
    file.with_name(file.name + ".lock").unlink()
    for guarded in (file.parent, file):
        with unwritable(guarded):
            tried = _tried(place.server)
        told = tried.stderr.splitlines()
        assert (tried.returncode, len(told)) == (1, 1), tried.stderr
        assert str(file) in told[0] and "cannot be used" in told[0], told
    place.server.start().settle()
    assert "kept" in [one["content"]["text"] for one in place.server.messages(place.line)]


def _tried(server: Server) -> subprocess.CompletedProcess[str]:
    """To start it, where it must not come up."""
    return subprocess.run(
        [sys.executable, "-m", "inbox", "serve", "--port", "0"],
        env=server.environment,
        capture_output=True,
        check=False,
        text=True,
        timeout=60,
    )


def _see_words(checks: dict[str, str]) -> None:
    """Of every part that is amiss: what is wrong, and not the kind of what was raised."""
    assert {"search", "outbox", "ingest"} <= checks.keys()
    for words in checks.values():
        assert words == "ok" or (" " in words and "Error" not in words), checks


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


def _see_why(server: Server, words: str) -> None:
    """Who wants to change something is told that it was not done, and what is wrong."""
    facts = {"name": "Late", "role": "agent"}
    answer = server.as_admin.post("/settings/tokens", data=facts, headers={"Accept": "text/html"})
    assert answer.status_code == 503
    assert words[1:] in answer.text and "Nothing is lost" in answer.text


def _see_in_the_log(place: Place) -> None:
    """What was not taken stands there afterwards, although nothing could be written then."""
    until(
        lambda: place.server.get("journal", channel=place.line.id, answer=503)["data"],
        lambda told: told and told[0]["took"] > 0,
    )
    assert "answer=503" in place.server.as_admin.get("/settings/status").text


def _said_and_not_shouted(complaints: list[str]) -> None:
    told = [line for line in complaints if "slow request" not in line]
    assert any("webhooks cannot be stored" in line for line in told), told
    assert any("all is well again" in line for line in told), told
    by_part = Counter(json.loads(line)["logger"] for line in told)
    assert by_part.most_common()[0][1] <= 5, "\n".join(told)
