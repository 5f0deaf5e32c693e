"""Two servers of one inbox: nothing lost, nothing twice, whoever dies."""

import json
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from itertools import count
from random import shuffle
from threading import Event
from typing import Any

import httpx
import pytest
from websockets.exceptions import ConnectionClosed
from websockets.sync.client import ClientConnection, connect

from tests.scale.conftest import DATABASE
from tests.support.fake_graph import Behaviour, FakeGraph, Recorded
from tests.support.postgres import Postgres
from tests.support.redis import Redis
from tests.support.server import PATIENCE, Line, Server, said, webhook
from tests.support.until import until
from tests.support.webhook_receiver import WebhookReceiver

_numbers = count(1)


def message(wamid: str, sender: str = "12025550142") -> dict[str, Any]:
    return webhook(messages=[said(wamid, f"text of {wamid}", sender)])


def names(how_many: int) -> list[str]:
    burst = next(_numbers)
    return [f"wamid.burst.{burst}.{n}" for n in range(how_many)]


def delivered(wamid: str) -> dict[str, Any]:
    told = {"id": wamid, "status": "delivered", "timestamp": "1750000009"}
    return webhook(statuses=[told | {"recipient_id": "12025550142"}])


def arrived(server: Server, wamids: set[str], since: int, how_often: int = 1) -> Counter[str]:
    """Waits until all have come so often over the feed, or more; how often each did."""
    times: Counter[str] = Counter()
    with listening(server, since=since) as socket:
        while any(times[wamid] < how_often for wamid in wamids):
            event = json.loads(socket.recv(timeout=PATIENCE))
            if event["type"] == "message:new":
                times[event["payload"]["provider_message_id"]] += 1
    return times


@contextmanager
def listening(server: Server, **query: Any) -> Iterator[ClientConnection]:
    address = server.url.replace("http", "ws", 1)
    asked = "&".join(f"{name}={value}" for name, value in query.items())
    bearer = {"Authorization": f"Bearer {server.api().headers['authorization'].split()[1]}"}
    with connect(f"{address}/ws?{asked}", additional_headers=bearer, proxy=None) as socket:
        assert json.loads(socket.recv(timeout=PATIENCE))["type"] == "feed:hello"
        yield socket


def post(server: Server, line: Line, wamid: str) -> bool:
    """Whether the server has taken it; one that is being killed may not answer."""
    try:
        return server.post_signed(line, message(wamid)).status_code == 200
    except httpx.TransportError:
        return False


def status_is(server: Server, status: str) -> dict[str, Any]:
    """Waits until ``/health`` says so."""
    found: dict[str, Any] = until(
        lambda: server.provider.get("/health").json(), lambda found: found["status"] == status
    )
    return found


def test_the_same_burst_at_both_is_applied_once(
    pair: tuple[Server, Server], postgres: Postgres
) -> None:
    """Of one customer on two channels, each message with its status, in every order."""
    one, other = pair
    lines, since, wamids = [one.add_channel(), one.add_channel()], one.head(), names(40)
    before = postgres.log.count("deadlock detected")  # other tests of this worker make some
    jobs = [
        (server, line, body)
        for wamid in wamids
        for line in lines
        for body in (message(wamid), delivered(wamid))
        for server in pair
    ]
    shuffle(jobs)
    with ThreadPoolExecutor(8) as eight:
        answers = eight.map(lambda job: job[0].post_signed(job[1], job[2]).status_code, jobs)
        assert set(answers) == {200}
    times = arrived(other, set(wamids), since, how_often=2)
    assert {times[wamid] for wamid in wamids} == {2}
    assert [len(one.messages(line)) for line in lines] == [40, 40]
    assert postgres.log.count("deadlock detected") == before


def test_what_a_killed_server_had_taken_is_applied_by_the_other(
    pair: tuple[Server, Server],
) -> None:
    one, other = pair
    line, since, wamids = one.add_channel(), other.head(), names(120)

    def send(number: int) -> bool:
        if number == 60:
            one.kill_at_once()
        return post(one, line, wamids[number])

    with ThreadPoolExecutor(8) as eight:
        taken = [wamid for wamid, ok in zip(wamids, eight.map(send, range(120)), strict=True) if ok]
    one.kill()
    assert 0 < len(taken) < len(wamids)
    times = arrived(other, set(taken), since)
    assert {times[wamid] for wamid in taken} == {1}
    assert other.entries(line, "failed") == other.entries(line, "pending") == []


def test_events_of_one_reach_a_socket_at_the_other(pair: tuple[Server, Server]) -> None:
    one, other = pair
    line, [wamid] = one.add_channel(), names(1)
    with listening(other) as socket:
        assert post(one, line, wamid)
        while True:
            event = json.loads(socket.recv(timeout=PATIENCE))
            if event["type"] == "message:new":
                break
    assert event["payload"]["provider_message_id"] == wamid


def test_what_comes_to_one_is_counted_at_the_other(pair: tuple[Server, Server]) -> None:
    one, other = pair
    line, [wamid] = one.add_channel(), names(1)
    with listening(other) as socket:
        socket.send(json.dumps({"type": "counting", "payload": {"wanted": True}}))
        assert post(one, line, wamid)
        told: dict[str, Any] = {}
        while told.get(line.id) != 1:
            frame = json.loads(socket.recv(timeout=PATIENCE))
            if frame["type"] == "counts:updated":
                told = frame["payload"]["channels"]
    for server in pair:
        assert server.get("conversations/counts")["channels"] == told


def test_who_views_and_writes_at_one_is_seen_at_the_other(pair: tuple[Server, Server]) -> None:
    one, other = pair
    where = conversation(one, one.add_channel(), "12025550142").split("/")[-2]
    cookie = "; ".join(f"{name}={value}" for name, value in one.agent().cookies.items())
    headers, address = {"Cookie": cookie, "Origin": one.url}, one.url.replace("http", "ws", 1)
    with listening(other) as ear:
        with connect(f"{address}/ws", additional_headers=headers, proxy=None) as page:
            view = {"type": "viewing", "payload": {"conversation_id": where}}
            page.send(json.dumps(view))
            assert names_heard(ear, "presence:updated") == ["Ben"]
            typing = f"/api/v1/conversations/{where}/typing"
            assert one.agent().post(typing, json={"kind": "reply"}).status_code == 204
            assert names_heard(ear, "typing:updated") == ["Ben"]
        assert names_heard(ear, "presence:updated") == []


def names_heard(ear: ClientConnection, kind: str) -> list[str]:
    """Who is there, by the next such frame."""
    while (frame := json.loads(ear.recv(timeout=PATIENCE)))["type"] != kind:
        pass
    return [user["name"] for user in frame["payload"]["users"]]


def test_a_server_without_redis_works_beside_the_others(pair: tuple[Server, Server]) -> None:
    one, _ = pair
    alone = one.beside(INBOX_REDIS_URL="").start()
    line, since, [there, back] = one.add_channel(), one.head(), names(2)
    assert post(one, line, there)
    assert arrived(alone, {there}, since)[there] == 1
    assert post(alone, line, back)
    assert arrived(one, {back}, since)[back] == 1
    assert "redis" not in alone.provider.get("/health").json()["checks"]
    assert (alone.stop(), alone.complaints) == (0, [])


def test_who_guesses_passwords_has_no_more_tries_at_two_servers(
    pair: tuple[Server, Server],
) -> None:
    guesses = [
        server.browser().post("/sign-in", data={"email": "eve@example.com", "password": "guess"})
        for server in (*pair, *pair, *pair, *pair)
    ]
    told = [answer.status_code for answer in guesses]
    assert (told[:5], told[-1]) == ([422] * 5, 429)


def test_signing_out_closes_the_sockets_at_the_other(pair: tuple[Server, Server]) -> None:
    one, other = pair
    browser = one.agent()
    cookie = "; ".join(f"{name}={value}" for name, value in browser.cookies.items())
    address = other.url.replace("http", "ws", 1)
    headers = {"Cookie": cookie, "Origin": other.url}
    with connect(f"{address}/ws", additional_headers=headers, proxy=None) as socket:
        assert json.loads(socket.recv(timeout=PATIENCE))["type"] == "feed:hello"
        assert browser.post("/sign-out").status_code == 303
        with pytest.raises(ConnectionClosed) as closed:
            while True:
                socket.recv(timeout=PATIENCE)
    assert closed.value.rcvd and closed.value.rcvd.code == 4401


# Sending --------------------------------------------------------------------------------------


def conversation(server: Server, line: Line, sender: str) -> str:
    """The path of its messages."""
    since, [wamid] = server.head(), names(1)
    assert server.post_signed(line, message(wamid, sender)).status_code == 200
    told = server.wait_for("message:new", since, provider_message_id=wamid)
    return f"/api/v1/conversations/{told['conversation_id']}/messages"


def reply(server: Server, path: str, text: str) -> str:
    answer = server.api().post(path, json={"text": text})
    assert answer.status_code == 201, answer.text
    return str(answer.json()["id"])


def test_replies_are_sent_once_and_in_order(pair: tuple[Server, Server], graph: FakeGraph) -> None:
    line = pair[0].add_channel(api_base=graph.base_url)
    paths = [conversation(pair[0], line, f"1202555014{n}") for n in range(3)]
    since = pair[0].head()
    written = [(path, reply(pair[n % 2], path, f"{n}")) for n in range(8) for path in paths]
    for _, sent in written:
        pair[1].wait_for("message:status", since, id=sent, status="sent")
    asked: dict[str, list[str]] = {}
    for request in graph.sent:
        asked.setdefault(request.json["to"], []).append(request.json["text"]["body"])
    assert list(asked.values()) == [[str(n) for n in range(8)]] * 3


def test_a_send_that_died_with_its_server_is_ambiguous_and_not_sent_again(
    pair: tuple[Server, Server], graph: FakeGraph, postgres: Postgres
) -> None:
    one, other = pair
    line = one.add_channel(api_base=graph.base_url)
    path = conversation(one, line, "12025550142")
    since = other.head()
    graph.hang_next()
    lost = reply(one, path, "lost")
    after = reply(other, path, "after it")
    graph.wait_for(1)
    claims = "SELECT message_id FROM outbox WHERE started"
    assert postgres.sql(claims, DATABASE).split() == [lost]
    for server in pair:
        server.kill()
    postgres.sql("UPDATE outbox SET due_at = due_at - 90000000 WHERE started", DATABASE)
    other.start()
    failed = other.wait_for("message:status", since, id=lost, status="failed")
    assert failed["error"]["ambiguous"] is True
    other.wait_for("message:status", since, id=after, status="sent")
    assert [request.json["text"]["body"] for request in graph.sent] == ["lost", "after it"]
    assert other.api().post(f"/api/v1/messages/{lost}/retry").status_code == 200
    other.wait_for("message:status", since, id=lost, status="sent")
    assert len(graph.sent) == 3


# What is between them -------------------------------------------------------------------------


def test_without_redis_the_feed_goes_on_and_it_heals_by_itself(
    pair: tuple[Server, Server], redis: Redis
) -> None:
    one, other = pair
    line, since, [during, after] = one.add_channel(), one.head(), names(2)
    redis.stop()
    for server in pair:
        found = status_is(server, "degraded")
        assert found["checks"]["redis"].startswith("degraded: Redis does not answer")
        assert server.provider.get("/health").status_code == 200
    assert post(one, line, during)
    assert arrived(other, {during}, since)[during] == 1
    redis.start()
    for server in pair:
        assert status_is(server, "ok")["checks"]["redis"] == "ok"
    assert post(other, line, after)
    assert arrived(one, {after}, since)[after] == 1


class Restarting(FakeGraph):
    """Restarts PostgreSQL while it has a message and has not answered."""

    def __init__(self, postgres: Postgres) -> None:
        super().__init__()
        self.postgres, self.back = postgres, Event()

    def behave(self, request: Recorded) -> Behaviour:
        behaviour = super().behave(request)
        if self.asks_who(request):
            return behaviour
        self.postgres.stop("immediate")
        self.postgres.start()
        self.back.set()
        return behaviour


@pytest.mark.parametrize("mode", ["fast", "immediate"])
def test_postgresql_restarts_under_load_and_nothing_is_lost(
    pair: tuple[Server, Server], postgres: Postgres, mode: str
) -> None:
    one, other = pair
    line, since, wamids = one.add_channel(), one.head(), names(120)
    back = Event()

    def send(number: int) -> None:
        if number == 40:
            postgres.stop(mode)
            postgres.start()
            back.set()
        server = pair[number % 2]
        if not post(server, line, wamids[number]):
            back.wait(PATIENCE)  # as a provider does, who tries again later
            assert any(post(server, line, wamids[number]) for _ in range(50))

    with ThreadPoolExecutor(8) as eight:
        list(eight.map(send, range(120)))
    for server in pair:
        status_is(server, "ok")
    times = arrived(other, set(wamids), since)
    assert {times[wamid] for wamid in wamids} == {1}
    assert one.entries(line, "failed") == []


def test_an_answer_that_comes_while_postgresql_is_away_is_kept(
    pair: tuple[Server, Server], postgres: Postgres
) -> None:
    with Restarting(postgres) as graph:
        line = pair[0].add_channel(api_base=graph.base_url)
        path = conversation(pair[0], line, "12025550142")
        since = pair[0].head()
        sent = reply(pair[0], path, "once")
        assert graph.back.wait(PATIENCE)
        status_is(pair[1], "ok")
        pair[1].wait_for("message:status", since, id=sent, status="sent")
        assert len(graph.sent) == 1


def test_a_program_is_told_once_and_in_order_whoever_took_the_message(
    pair: tuple[Server, Server],
) -> None:
    one, other = pair
    line, wamids = one.add_channel(), names(30)
    with WebhookReceiver() as receiver:
        wishes = {"url": receiver.url, "events": ["message:new"], "channel_ids": [line.id]}
        made = one.api().post("/api/v1/webhooks", json=wishes).json()
        receiver.secrets[""] = receiver.secrets["/"] = made["secret"]
        for n, wamid in enumerate(wamids):
            assert post(pair[n % 2], line, wamid)
        receiver.wait_for(lambda: len(receiver.got) >= len(wamids))
        assert other.api().delete(f"/api/v1/webhooks/{made['id']}").is_success
    told = [event.said["data"]["provider_message_id"] for event in receiver.got]
    assert sorted(told) == sorted(wamids)
    seqs = [event.said["seq"] for event in receiver.got]
    assert seqs == sorted(seqs) and receiver.refused == []
