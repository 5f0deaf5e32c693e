"""The status page and ``/api/v1/status``: what is wrong, what to do, and who may see it."""

import logging
import re
from pathlib import Path
from typing import Any

import pytest
from msgspec.structs import replace

from inbox.conversations.entries import Entry
from inbox.domain.ids import new_id
from inbox.domain.times import now
from inbox.receiving import journal
from inbox.storage.database import Connection
from inbox.web.health.advice import INGEST
from inbox.web.health.report import series
from inbox.web.present.sparkline import sparkline
from inbox.web.process.recent_warnings import KEPT, Complaints
from inbox.web.process.vitals import Look
from tests.support.fake_graph import TOKEN
from tests.support.inside import Inside, inside
from tests.support.server import SECRET, Line, Server, said, webhook


@pytest.fixture(scope="module")
def server(lone_server: Server) -> Server:
    """What is wrong anywhere in it is shown."""
    return lone_server


PAGE = "/settings/status"


def test_it_is_for_admins_alone(server: Server) -> None:
    for path in (PAGE, f"{PAGE}?part=live"):
        assert server.as_admin.get(path).status_code == 200
        assert server.agent().get(path).status_code == 403
    assert server.api("agent").get("/api/v1/status").status_code == 403
    assert server.api("admin").get("/api/v1/status").status_code == 200


def _at_rest(server: Server) -> tuple[str, dict[str, Any]]:
    """What both say while nothing is told between the reading of one number and another."""
    head = server.settle()
    while True:
        page, told = server.as_admin.get(PAGE).text, server.get("status")
        if head == (newest := server.head()):
            return page, told
        head = newest


def test_a_healthy_server_says_so_and_shows_no_secret(server: Server, line: Line) -> None:
    since = server.head()
    server.post_signed(line, webhook(messages=[said(f"wamid.{line.id}", "Zanzibar")]))
    server.wait_for("channel:updated", since, id=line.id)
    page, told = _at_rest(server)
    assert "Everything works" in page and "Failing" not in page
    assert told["status"] == "ok" and {one["state"] for one in told["checks"]} == {"good"}
    assert (told["work"]["pending"], told["process"]["feed_head"]) == (0, told["work"]["log_head"])
    [channel] = [one for one in told["channels"] if one["id"] == line.id]
    assert channel["health"]["state"] == "live"
    assert told["database"]["bytes"] > 10_000 and told["process"]["memory_bytes"] > 10_000_000
    for hidden in ("Zanzibar", "12025550142", SECRET, TOKEN, line.path, line.verify_token):
        assert hidden not in page and hidden not in str(told)


def test_the_live_part_is_the_page_without_its_frame(server: Server) -> None:
    page = server.as_admin.get(PAGE).text
    part = server.as_admin.get(f"{PAGE}?part=live").text
    parts = re.findall(r'id="([\w-]+)" data-part', part)
    assert len(parts) >= 5 and "<html" not in part
    assert parts == re.findall(r'id="([\w-]+)" data-part', page)


def _break(house: Inside, name: str, reason: str | None) -> None:
    parts = house.house.parts
    [at] = [number for number, part in enumerate(parts) if part.name == name]
    parts[at] = replace(parts[at], fault=lambda: reason)


async def test_a_red_check_says_why_and_what_to_do(house: Inside) -> None:
    _break(house, "ingest", "OperationalError")
    _break(house, "media folder", "There is no room")
    told = await house.get("status")
    found = {one["name"]: one for one in told["checks"]}
    assert told["status"] == "failing"
    assert found["ingest"]["reason"] == "The last try ended in OperationalError."
    assert found["ingest"]["says"] == INGEST.do
    assert (found["media folder"]["state"], found["database"]["state"]) == ("warn", "good")
    _break(house, "ingest", None)
    assert (await house.get("status"))["status"] == "degraded"


async def test_what_failed_and_was_refused_is_counted(house: Inside) -> None:
    channel = await house.add_channel()
    house.house.refusals.add(channel.id, "wrong", "The signature is wrong.", now())
    await house.house.pulse.beat()

    def fail(connection: Connection) -> None:
        journal.store_entries(connection, [Entry(new_id(now()), channel.id, now(), b"x")])
        connection.exec_driver_sql("UPDATE journal_entries SET state = 'failed'")

    await house.database.write(fail)
    told = await house.get("status")
    assert (told["work"]["pending"], told["work"]["failed"]) == (0, 1)
    assert told["channels"][0]["health"]["refusals"] == 1
    assert told["channels"][0]["health"]["state"] == "trouble"


async def test_while_the_database_is_away_the_page_still_comes(house: Inside) -> None:
    kept = house.database.read

    async def gone(work: object, *args: object) -> object:
        if getattr(work, "__module__", "").startswith("inbox.access"):
            return await kept(work, *args)  # type: ignore[arg-type]  # whatever is read, it is passed on
        raise OSError("gone")

    house.database.read = gone  # type: ignore[assignment,method-assign]  # the database goes away
    _break(house, "journal", "OSError")
    try:
        told = await house.get("status")
    finally:
        house.database.read = kept  # type: ignore[method-assign]  # and comes back
    assert (told["status"], told["work"], told["channels"]) == ("failing", None, None)
    assert told["process"]["version"]


async def test_the_pictures_show_the_last_ten_minutes(house: Inside) -> None:
    await house.house.vitals.look()
    assert house.house.vitals.looks[-1] == Look(0.0, 0.0, 0)
    house.house.vitals.looks.extend([Look(3.0, None, 2), Look(1.5, 0.5, 2)])
    rate, lag, sockets = series(house.house)
    assert (rate.now, lag.now, sockets.now) == ("1.5 a second", "0.5 seconds", "2")
    assert "now 1.5 a second, at most 3" in rate.picture


def test_a_picture_has_gaps_where_nobody_knew_and_nothing_but_shapes() -> None:
    drawn = sparkline([1, None, 2, 4], 120, 'a "<b>"')
    assert drawn.count("<polyline") == 2
    assert "<b>" not in drawn and "style" not in drawn
    assert sparkline([], 120, "x").count("<polyline") == 0


def test_complaints_are_few_grouped_and_without_words_of_others() -> None:
    complaints, log = Complaints(), logging.getLogger("inbox.test")
    foreign = logging.getLogger("asyncio")
    for logger in (log, foreign):
        logger.addHandler(complaints)
    try:
        log.info("not of interest")
        for number in range(KEPT + 10):
            log.warning("odd %d", number)
        for entry in ("a", "b"):
            log.error("entry not applied", extra={"entry_id": entry, "text": "Hello Ana"})
        foreign.error("Task exception was never retrieved\nfuture: ValueError('Hello Ana')")
        foreign.error("Exception in callback greet('Hello Ana')")
    finally:
        for logger in (log, foreign):
            logger.removeHandler(complaints)
    told = complaints.latest()
    assert len(told) == KEPT
    assert [one.words for one in told[:3]] == [
        "asyncio: an exception in a callback",
        "asyncio: Task exception was never retrieved",
        "entry not applied",
    ]
    assert (told[2].times, told[2].facts) == (2, {"entry_id": "b"})
    assert "Ana" not in str(told)


def test_the_use_of_a_token_is_shown(server: Server) -> None:
    server.api().get("/api/v1/conversations")
    from_log = re.compile(r"last used")
    deadline = 40
    for _ in range(deadline):
        if from_log.search(server.as_admin.get("/settings/tokens").text):
            return
        server.get("events", since=server.head(), wait=0.25)
    raise AssertionError("never used, it says")


def test_an_admin_who_comes_by_a_proxy_that_is_not_believed_is_warned(server: Server) -> None:
    """And nobody else can bring it about: it is seen by the admin's own request."""
    assert server.get("status")["warnings"] == []
    server.browser(headers={"X-Forwarded-For": "203.0.113.7"}).get("/")
    assert "INBOX_TRUST_PROXY" not in server.as_admin.get(PAGE).text
    by_proxy = {"X-Forwarded-For": "203.0.113.7"}
    assert "INBOX_TRUST_PROXY" in server.as_admin.get(PAGE, headers=by_proxy).text
    [warning] = server.api().get("/api/v1/status", headers=by_proxy).json()["warnings"]
    assert "127.0.0.1" in warning


async def test_a_proxy_that_is_believed_is_no_matter(migrated_url: str, tmp_path: Path) -> None:
    believing = {"proxy_headers": True, "forwarded_allow_ips": "127.0.0.1"}
    async with inside(migrated_url, tmp_path, **believing) as house:
        by_proxy = {"X-Forwarded-For": "198.51.100.9, 203.0.113.7"}
        answer = await house.http.get("/api/v1/status", headers=by_proxy)
        assert answer.json()["warnings"] == []
