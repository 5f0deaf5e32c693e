"""``/metrics``: who may read it, and that it says what happened."""

import os
import time
from collections.abc import Iterator

import pytest
from msgspec.structs import replace
from prometheus_client.parser import text_string_to_metric_families
from sqlalchemy import Connection, insert

from inbox.receiving.backlog import FAILED, MOST, PENDING, backlog
from inbox.storage.database import Database
from inbox.storage.dialect import on_postgresql
from inbox.storage.tables import channels, journal_entries
from inbox.web.health.advice import FEED
from inbox.web.health.health import Check
from inbox.web.health.measures import measures
from tests.support.fake_graph import FakeGraph
from tests.support.inside import Inside
from tests.support.server import PATIENCE, Line, Server, said, webhook


@pytest.fixture(scope="module")
def server(lone_server: Server) -> Server:
    """Its figures are of all that is in it."""
    return lone_server


ELSEWHERE = {"X-Forwarded-For": "203.0.113.7"}


class Scrape:
    """What a monitor on the machine of the server reads."""

    def __init__(self, server: Server) -> None:
        answer = server.browser().get("/metrics")
        assert answer.status_code == 200, answer.text
        assert answer.headers["content-type"] == "text/plain; version=0.0.4; charset=utf-8"
        self.families = {one.name: one for one in text_string_to_metric_families(answer.text)}
        self.text = answer.text

    def value(self, name: str, **labels: str) -> float:
        """The sum of the samples that have these labels."""
        samples = [sample for family in self.families.values() for sample in family.samples]
        named = [sample for sample in samples if sample.name == name]
        assert named or labels, f"no {name}"
        return sum(one.value for one in named if labels.items() <= one.labels.items())


# Who may read it --------------------------------------------------------------------------


def test_a_monitor_elsewhere_needs_the_token_of_an_admin(server: Server) -> None:
    def asked(**headers: str) -> int:
        return server.browser().get("/metrics", headers=ELSEWHERE | headers).status_code

    assert asked() == 401
    assert asked(Authorization="Bearer wrong") == 401
    assert asked(Authorization=f"Bearer {server.token('agent')}") == 403
    assert asked(Authorization=f"Bearer {server.token('admin')}") == 200


def test_who_comes_by_a_proxy_is_never_taken_for_this_machine(server: Server) -> None:
    stranger = server.browser()
    for header in ("X-Forwarded-For", "Forwarded", "X-Real-IP", "Via", "X-Forwarded-Proto"):
        for claim in ("127.0.0.1", "for=127.0.0.1", "::1", ""):
            answer = stranger.get("/metrics", headers={header: claim})
            assert answer.status_code == 401, (header, claim)


@pytest.mark.parametrize(
    ("peer", "here"),
    [
        ("127.0.0.1", True),
        ("127.8.8.8", True),
        ("::1", True),
        ("::ffff:127.0.0.1", True),
        ("10.0.0.1", False),
        ("::ffff:10.0.0.1", False),
        ("203.0.113.7", False),
        ("localhost", False),
        ("", False),
        (None, False),
    ],
)
async def test_only_the_real_peer_decides(house: Inside, peer: str | None, here: bool) -> None:
    sent: list[int] = []

    async def receive() -> dict[str, object]:
        return {"type": "http.request", "body": b""}

    async def send(message: dict[str, object]) -> None:
        if message["type"] == "http.response.start":
            sent.append(int(str(message["status"])))

    scope = {
        "type": "http",
        "method": "GET",
        "path": "/metrics",
        "raw_path": b"/metrics",
        "query_string": b"",
        "headers": [(b"host", b"127.0.0.1")],
        "client": None if peer is None else (peer, 5000),
        "server": ("127.0.0.1", 80),
        "scheme": "http",
    }
    await house.app(scope, receive, send)  # type: ignore[arg-type]  # as a server calls it
    assert sent == [200 if here else 401]


# What it says -----------------------------------------------------------------------------


def test_every_measure_says_what_it_is_and_ends_in_its_unit(server: Server) -> None:
    found = Scrape(server).families
    ours = {name: one for name, one in found.items() if name.startswith("inbox_")}
    assert len(ours) >= 35
    units = ("seconds", "bytes", "entries", "messages", "seq")
    counted = {"inbox_build", "inbox_healthy", "inbox_feed_sockets", "inbox_alerts"}
    for name, family in ours.items():
        assert family.documentation, name
        if family.type == "gauge" and name.removesuffix("_info") not in counted:
            assert name.endswith(units), name
        assert family.type != "histogram" or name.endswith(units), name


def test_webhooks_are_counted_by_channel_and_answer(server: Server, line: Line) -> None:
    before = Scrape(server)
    for number in range(3):
        said_so = [said(f"wamid.{line.id}.{number}", "hello")]
        assert server.post_signed(line, webhook(messages=said_so)).status_code == 200
    forged = Line(**(vars(line) | {"secret": "wrong"}))
    for _ in range(2):
        assert server.post_signed(forged, webhook()).status_code == 401
    server.settle()
    after = Scrape(server)

    def grown(name: str, **labels: str) -> float:
        return after.value(name, **labels) - before.value(name, **labels)

    own = {"channel": line.id, "provider": "cloud-api"}
    assert grown("inbox_webhooks_total", answer="accepted", **own) == 3
    assert grown("inbox_webhooks_total", answer="refused", **own) == 2
    assert grown("inbox_webhooks_refused_total", **own) == 2
    # One more each: the marker that ``settle`` waits for.
    assert grown("inbox_webhook_ack_seconds_count") == 4
    assert grown("inbox_journal_group_entries_sum") == 4
    assert grown("inbox_ingest_applied_entries_total") == 4
    assert grown("inbox_ingest_events_total", kind="message") == 4
    assert grown("inbox_feed_events_total", type="message:new") == 4
    posts = {"method": "POST", "route": "/webhooks"}
    assert grown("inbox_http_requests_total", status="200", **posts) == 4
    assert grown("inbox_http_requests_total", status="401", **posts) == 2
    assert grown("inbox_database_write_seconds_count") >= 4
    assert after.value("inbox_ingest_lag_seconds") == 0
    deadline = time.monotonic() + PATIENCE
    # What is told of the channel may come between the two.
    while after.value("inbox_feed_head_seq") != after.value("inbox_feed_log_head_seq"):
        assert time.monotonic() < deadline
        after = Scrape(server)


def test_replies_are_counted_by_what_came_of_them(server: Server, graph: FakeGraph) -> None:
    line = server.add_channel(api_base=graph.base_url)
    server.post_signed(line, webhook(messages=[said(f"wamid.{line.id}", "hello")]))
    since = server.settle()
    before = Scrape(server).value("inbox_outbox_sends_total", result="accepted")
    [conversation] = server.conversations(line)
    path = f"/api/v1/conversations/{conversation['id']}/messages"
    assert server.api().post(path, json={"text": "Good morning"}).status_code == 201
    server.wait_for("message:status", since, conversation_id=conversation["id"], status="sent")
    after = Scrape(server)
    assert after.value("inbox_outbox_sends_total", result="accepted") == before + 1
    assert after.value("inbox_outbox_waiting_messages") == 0


def test_labels_hold_neither_people_nor_secrets_nor_addresses(server: Server, line: Line) -> None:
    message = said(f"wamid.{line.id}", "a secret of Ana", sender="12025550177")
    server.post_signed(line, webhook(messages=[message]))
    server.settle()
    server.browser().get("/setup/some-one-time-link")
    server.browser().request("PROPFIND", "/coffee/12025550177")
    told = Scrape(server).text
    assert line.id in told and 'method="other",route="unmatched"' in told
    for hidden in (
        "12025550177",
        "Ana",
        line.secret,
        line.path,
        "one-time-link",
        "coffee",
        "PROPFIND",
    ):
        assert hidden not in told


async def test_while_the_database_is_away_the_rest_is_still_told(
    house: Inside, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def gone(*_args: object) -> None:
        raise OSError("gone")

    with monkeypatch.context() as away:
        away.setattr(house.database, "read", gone)
        away.setattr(house.database, "write", gone)
        answer = await house.http.get("/metrics")
    assert answer.status_code == 200
    assert 'inbox_healthy{check="database"} 0.0' in answer.text
    assert "inbox_journal_commit_seconds_count" in answer.text
    assert "inbox_ingest_lag_seconds" not in answer.text


async def test_of_several_processes_each_says_which_it_is(house: Inside) -> None:
    told = measures(house.house, [], None)
    assert all("process" not in one.labels for family in told for one in family.samples)
    shared = replace(house.house, settings=replace(house.house.settings, redis_url="redis://x"))
    for family in measures(shared, [Check("feed", FEED, None)], None):
        for sample in family.samples:
            assert sample.labels["process"] == str(os.getpid()), sample.name


# What it costs ----------------------------------------------------------------------------


def _fill(connection: Connection) -> None:
    said_of_it = dict.fromkeys(["id", "name", "provider", "api_base", "key_digest", "sealed"], "c")
    connection.execute(insert(channels), said_of_it | {"created_at": 1})
    states = ["applied"] * 20_000 + ["failed"] * 3 + ["pending"] * 2
    rows = [
        {"id": f"{number:08}", "channel_id": "c", "received_at": 5, "body": b"", "state": state}
        for number, state in enumerate(states)
    ]
    connection.execute(insert(journal_entries), rows)


def _plans(connection: Connection) -> Iterator[str]:
    explain = "EXPLAIN" if on_postgresql(connection) else "EXPLAIN QUERY PLAN"
    if on_postgresql(connection):
        connection.exec_driver_sql("ANALYZE journal_entries")
    for condition in (PENDING, FAILED):
        some = f"SELECT id FROM journal_entries WHERE {condition} LIMIT {MOST}"  # noqa: S608 - conditions of our own
        query = f"{explain} SELECT count(*) FROM ({some}) AS found"  # noqa: S608 - conditions of our own
        yield str(connection.exec_driver_sql(query).all())


async def test_counting_what_failed_reads_no_more_than_what_failed(database: Database) -> None:
    await database.write(_fill)
    found = await database.read(backlog)
    assert (found.pending, found.failed, found.oldest_pending_at) == (2, 3, 5)
    pending, failed = await database.write(lambda connection: list(_plans(connection)))
    assert "ix_journal_entries_pending" in pending
    assert "ix_journal_entries_failed" in failed
