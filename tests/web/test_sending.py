"""Law 17: one click is one message; a failure says why, and Retry really sends, once."""

import asyncio
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any
from uuid import uuid4

import httpx
import pytest

from inbox.providers.cloud_api import CloudApi
from inbox.providers.registry import PROVIDERS
from inbox.storage.database import on_statement
from tests.domain.test_outgoing import GOOD
from tests.support.clock import skip_waits
from tests.support.fake_graph import TOKEN, Behaviour, FakeGraph, Recorded
from tests.support.inside import Inside
from tests.support.server import Line, Server, said, webhook


class Desk:
    """A customer's conversation on a channel of its own, whose replies go to ``graph``."""

    def __init__(self, server: Server, graph: FakeGraph, at: float | None = None) -> None:
        self.server, self.graph = server, graph
        self.line: Line = server.add_channel(api_base=graph.base_url)
        opening = webhook(messages=[said(f"wamid.opening.{self.line.id}", "hello?", at=at)])
        assert server.post_signed(self.line, opening).status_code == 200
        self.since = server.settle()
        [conversation] = server.conversations(self.line)
        self.path = f"/api/v1/conversations/{conversation['id']}/messages"

    def post(self, text: str = "We open at nine.", **facts: str) -> dict[str, Any]:
        answer = self.server.api().post(self.path, json={"text": text} | facts)
        assert answer.status_code == 201, answer.text
        posted: dict[str, Any] = answer.json()
        return posted

    def becomes(self, message: dict[str, Any], status: str) -> dict[str, Any]:
        """The message, once the feed has told that it has this status."""
        self.server.wait_for("message:status", self.since, id=message["id"], status=status)
        found: dict[str, Any] = self.server.get(f"messages/{message['id']}")
        return found

    def report(self, message: dict[str, Any], status: str, **facts: Any) -> None:
        told = {"id": message["provider_message_id"], "status": status, "timestamp": "1750000009"}
        body = webhook(statuses=[told | facts])
        assert self.server.post_signed(self.line, body).status_code == 200
        self.server.settle()

    def retry(self, message: dict[str, Any]) -> dict[str, Any]:
        self.since = self.server.head()
        answer = self.server.api().post(f"/api/v1/messages/{message['id']}/retry")
        assert answer.status_code == 200, answer.text
        again: dict[str, Any] = answer.json()
        return again


@pytest.fixture
def desk(server: Server, graph: FakeGraph) -> Desk:
    return Desk(server, graph)


def test_a_reply_reaches_graph_as_graph_wants_it(desk: Desk) -> None:
    message = desk.post("Grüße 😀\nwe open at nine")
    assert (message["status"], message["direction"]) == ("queued", "outgoing")
    sent = desk.becomes(message, "sent")
    [request] = desk.graph.sent
    assert request.path == f"/v25.0/{desk.line.account}/messages"
    assert request.headers["authorization"] == f"Bearer {TOKEN}"
    assert request.json == {
        "messaging_product": "whatsapp",
        "recipient_type": "individual",
        "to": "+12025550142",
        "type": "text",
        "text": {"body": "Grüße 😀\nwe open at nine", "preview_url": False},
        "biz_opaque_callback_data": message["id"],
    }
    assert sent["provider_message_id"] == desk.graph.wamids[0]


def test_every_kind_reaches_graph_and_is_shown_as_it_was_sent(desk: Desk) -> None:
    for name, asked in GOOD.items():
        answer = desk.server.api().post(desk.path, json=asked)
        assert answer.status_code == 201, (name, answer.text)
        sent = desk.becomes(answer.json(), "sent")
        assert sent["type"] == asked.get("type", "text"), name
    types = [request.json["type"] for request in desk.graph.sent]
    assert types == [asked.get("type", "text") for asked in GOOD.values()]


def test_one_client_id_is_one_place_and_no_other(desk: Desk) -> None:
    api, here = desk.server.api(), GOOD["place"] | {"client_id": str(uuid4())}
    first, again = (api.post(desk.path, json=here) for _ in range(2))
    assert (again.status_code, again.json()["id"]) == (201, first.json()["id"])
    elsewhere = here | {"location": here["location"] | {"latitude": 1}}
    assert api.post(desk.path, json=elsewhere).status_code == 409


def test_a_channel_says_what_its_provider_can_send(desk: Desk) -> None:
    for provider, can in (("cloud-api", True), ("whatsable", False)):
        line = desk.server.add_channel(provider=provider)
        assert ("location" in desk.server.get(f"channels/{line.id}")["can"]) is can


def test_ticks_follow_what_the_phone_tells(desk: Desk) -> None:
    message = desk.becomes(desk.post(), "sent")
    for status in ("delivered", "read"):
        desk.report(message, status)
        assert desk.becomes(message, status)["status"] == status
    desk.report(message, "delivered")
    found = desk.server.get(f"messages/{message['id']}")
    assert found["status"] == "read"
    assert found["receipts"].keys() == {"sent", "delivered", "read"}


@pytest.mark.parametrize("client_id", [True, False], ids=["uuid", "any word"])
def test_one_client_id_is_one_message_and_one_request(desk: Desk, client_id: bool) -> None:
    word = str(uuid4()) if client_id else f"order 17 of {desk.line.id}"
    with ThreadPoolExecutor(5) as five:
        posted = list(five.map(lambda _: desk.post(client_id=word), range(5)))
    assert len({message["id"] for message in posted}) == 1
    desk.becomes(posted[0], "sent")
    later = desk.post(client_id=word)
    assert (later["id"], later["status"]) == (posted[0]["id"], "sent")
    desk.becomes(desk.post("the next one"), "sent")
    assert [request.json["text"]["body"] for request in desk.graph.sent] == [
        "We open at nine.",
        "the next one",
    ]


def test_replies_leave_in_the_order_they_were_written(desk: Desk) -> None:
    posted = [desk.post(f"number {n}") for n in range(8)]
    desk.becomes(posted[-1], "sent")
    sent = [request.json["text"]["body"] for request in desk.graph.sent]
    assert sent == [f"number {n}" for n in range(8)]


@pytest.mark.parametrize(
    ("answer", "code", "words"),
    [
        ("meta_err_131047_window.json", 131047, "24 hours"),
        ("meta_err_190_expired.json", 190, "token"),
        ("meta_err_131030_allowed_list.json", 131030, "test number"),
        ("meta_err_100_param.json", 100, "content"),
    ],
)
def test_a_refusal_says_why_and_retry_sends_once(
    desk: Desk, answer: str, code: int, words: str
) -> None:
    desk.graph.answer_next(answer)
    failed = desk.becomes(desk.post(), "failed")
    assert failed["error"]["code"] == code
    assert words in failed["error"]["title"] and failed["error"]["detail"]
    assert desk.retry(failed)["status"] == "queued"
    sent = desk.becomes(failed, "sent")
    assert sent["error"] is None
    assert len(desk.graph.sent) == 2


def test_two_retries_at_once_are_one_request(desk: Desk) -> None:
    desk.graph.answer_next("meta_err_131047_window.json")
    failed = desk.becomes(desk.post(), "failed")
    since = desk.server.head()
    path = f"/api/v1/messages/{failed['id']}/retry"
    with ThreadPoolExecutor(4) as four:
        answers = list(four.map(lambda _: desk.server.api().post(path), range(4)))
    assert {answer.status_code for answer in answers} == {200}
    desk.server.wait_for("message:status", since, id=failed["id"], status="sent")
    desk.since = desk.server.head()
    desk.becomes(desk.post("another"), "sent")
    assert len(desk.graph.sent) == 3


def test_a_message_that_did_not_fail_is_not_sent_again(desk: Desk) -> None:
    sent = desk.becomes(desk.post(), "sent")
    assert desk.retry(sent)["status"] == "sent"
    desk.becomes(desk.post("another"), "sent")
    assert len(desk.graph.sent) == 2


def test_a_late_refusal_fails_the_message_in_plain_words(desk: Desk) -> None:
    message = desk.becomes(desk.post(), "sent")
    desk.report(message, "failed", errors=[{"code": 131026, "title": "Message undeliverable"}])
    failed = desk.becomes(message, "failed")
    assert failed["error"]["code"] == 131026
    assert "could not be delivered" in failed["error"]["title"]
    desk.retry(failed)
    again = desk.becomes(failed, "sent")
    assert again["provider_message_id"] != message["provider_message_id"]


def test_an_answer_that_never_comes_is_ambiguous_and_nothing_is_sent_again(desk: Desk) -> None:
    desk.graph.drop_next()
    failed = desk.becomes(desk.post(), "failed")
    assert failed["error"]["ambiguous"] is True
    assert "may or may not" in failed["error"]["detail"]
    desk.becomes(desk.post("another"), "sent")
    assert [request.json["text"]["body"] for request in desk.graph.sent] == [
        "We open at nine.",
        "another",
    ]


def test_a_status_heals_what_was_ambiguous(desk: Desk) -> None:
    desk.graph.drop_next()
    failed = desk.becomes(desk.post(), "failed")
    proof = {"provider_message_id": f"wamid.late.{desk.line.id}"}
    desk.report(proof, "delivered", biz_opaque_callback_data=failed["id"])
    healed = desk.becomes(failed, "delivered")
    assert healed["provider_message_id"] == proof["provider_message_id"]


class HastyGraph(FakeGraph):
    """Tells the webhook what became of a message before it answers the send."""

    tell: Callable[[str, str], None]

    def behave(self, request: Recorded) -> Behaviour:
        behaviour = super().behave(request)
        self.tell(self.wamids[-1], request.json["biz_opaque_callback_data"])
        return behaviour


@pytest.mark.parametrize("named", [True, False], ids=["with our id", "without"])
def test_a_status_that_overtakes_the_answer_counts(server: Server, named: bool) -> None:
    with HastyGraph() as graph:
        desk = Desk(server, graph)

        def tell(wamid: str, ours: str) -> None:
            facts = {"biz_opaque_callback_data": ours} if named else {}
            desk.report({"provider_message_id": wamid}, "delivered", **facts)

        graph.tell = tell
        delivered = desk.becomes(desk.post(), "delivered")
    assert delivered["provider_message_id"] == graph.wamids[0]


def test_a_conversation_that_is_not_there_takes_no_reply(desk: Desk) -> None:
    path = f"/api/v1/conversations/{uuid4()}/messages"
    answer = desk.server.api().post(path, json={"text": "hello"})
    assert answer.status_code == 404
    assert answer.headers["content-type"].startswith("application/problem+json")


@pytest.mark.parametrize(
    ("body", "status"),
    [({"text": "  \n"}, 422), ({"text": "x" * 4097}, 422), ({"text": ""}, 400), ({}, 400)],
)
def test_what_cannot_be_sent_is_refused_at_once(desk: Desk, body: Any, status: int) -> None:
    answer = desk.server.api().post(desk.path, json=body)
    assert answer.status_code == status, answer.text
    assert answer.json()["detail"]
    assert desk.graph.sent == []


def test_the_page_sends_as_the_api_does(desk: Desk) -> None:
    word = str(uuid4())
    page = desk.path.removeprefix("/api/v1")
    sent = {"text": "by form", "client_id": word}
    for _ in range(2):
        answer = desk.server.agent().post(page, data=sent, headers={"HX-Request": "true"})
        assert answer.status_code == 200 and "by form" in answer.text
    message = desk.becomes({"id": word}, "sent")
    assert message["sender"]["name"] == "Ben"
    assert len(desk.graph.sent) == 1


def test_a_form_that_was_written_for_somebody_else_is_refused(
    server: Server, graph: FakeGraph
) -> None:
    here, elsewhere = (Desk(server, graph).path.split("/")[4] for _ in range(2))
    browser, htmx, before = server.as_admin, {"HX-Request": "true"}, len(graph.sent)
    form = {"text": "Only for you", "client_id": str(uuid4()), "conversation_id": elsewhere}
    refused = browser.post(f"/conversations/{here}/messages", data=form, headers=htmx)
    assert refused.status_code == 422 and "another conversation" in refused.text
    plain = browser.post(f"/conversations/{here}/messages", data=form)
    assert plain.status_code == 422 and "Only for you" in plain.text, "the text comes back"
    retried = browser.post("/messages/none/retry", data=form, headers=htmx)
    assert retried.status_code == 404
    sent = browser.post(f"/conversations/{elsewhere}/messages", data=form, headers=htmx)
    assert sent.status_code == 200
    graph.wait_for(before + 1)


def test_a_retry_that_was_pressed_in_another_conversation_is_refused(
    server: Server, graph: FakeGraph
) -> None:
    desk, elsewhere = Desk(server, graph), Desk(server, graph).path.split("/")[4]
    graph.answer_next("meta_err_131047_window.json")
    failed = desk.becomes(desk.post(), "failed")
    form, htmx = {"conversation_id": elsewhere}, {"HX-Request": "true"}
    path = f"/messages/{failed['id']}/retry"
    assert server.as_admin.post(path, data=form, headers=htmx).status_code == 422
    assert server.get(f"messages/{failed['id']}")["status"] == "failed"
    form = {"conversation_id": failed["conversation_id"]}
    assert server.as_admin.post(path, data=form, headers=htmx).status_code == 200


def test_a_reply_quotes_a_message_of_theirs_and_one_of_ours(desk: Desk) -> None:
    [question] = desk.server.messages(desk.line)
    answer = desk.post("At nine.", quoted_id=question["id"])
    assert answer["context"]["quoted"]["text"] == "hello?"
    told = desk.server.wait_for("message:new", desk.since, id=answer["id"])
    assert told["context"] == answer["context"]
    sent = desk.becomes(answer, "sent")
    page, form = desk.path.removeprefix("/api/v1"), {"text": "And", "quoted_id": answer["id"]}
    shown = desk.server.agent().post(page, data=form, headers={"HX-Request": "true"})
    assert f'data-quotes="{answer["id"]}"' in shown.text
    desk.graph.wait_for(2)
    assert [one.json.get("context") for one in desk.graph.sent] == [
        {"message_id": question["provider_message_id"]},
        {"message_id": sent["provider_message_id"]},
    ]
    refused = desk.server.api().post(desk.path, json={"text": "no", "quoted_id": desk.line.id})
    assert (refused.status_code, refused.json()["field"]) == (422, "quoted_id")


def test_a_closed_window_is_told_to_programs_and_people_until_the_customer_writes(
    server: Server, graph: FakeGraph
) -> None:
    desk = Desk(server, graph, at=time.time() - 24 * 3600 - 60)
    refused = server.api().post(desk.path, json={"text": "too late"})
    told = refused.json()
    assert (refused.status_code, told["status"]) == (409, 409)
    assert refused.headers["content-type"].startswith("application/problem+json")
    assert told["type"] == "urn:inbox:problem:window-closed"
    assert "24 hours" in told["detail"]
    [conversation] = server.conversations(desk.line)
    assert told["window_expires_at"] == conversation["window_expires_at"]

    page, form = desk.path.removeprefix("/api/v1"), {"text": "<too late>", "client_id": "once"}
    part = server.agent().post(page, data=form, headers={"HX-Request": "true"})
    whole = server.agent().post(page, data=form)
    assert part.status_code == whole.status_code == 409
    assert "24 hours ago" in part.text and "24 hours ago" in whole.text
    assert "&lt;too late&gt;</textarea>" in whole.text
    assert [one["direction"] for one in server.messages(desk.line)] == ["incoming"]

    opening = webhook(messages=[said(f"wamid.again.{desk.line.id}", "still there?")])
    assert server.post_signed(desk.line, opening).status_code == 200
    opened = server.wait_for("conversation:updated", desk.since, id=conversation["id"])
    assert opened["window_expires_at"] > told["window_expires_at"]
    desk.becomes(desk.post("in time"), "sent")
    assert [request.json["text"]["body"] for request in graph.sent] == ["in time"]


# With another clock and less patience, inside this process -----------------------------------


async def _reply(house: Inside, graph: FakeGraph) -> dict[str, Any]:
    """A reply to a customer who has just written."""
    channel = await house.add_channel(api_base=graph.base_url)
    body = webhook(messages=[said("wamid.opening", "hello?")])
    assert (await house.post_signed(channel, body)).status_code == 200
    told = await house.wait_for("message:new", provider_message_id="wamid.opening")
    path = f"/api/v1/conversations/{told['conversation_id']}/messages"
    posted: dict[str, Any] = (await house.http.post(path, json={"text": "We open."})).json()
    return posted


@pytest.mark.parametrize(
    "answer", ["meta_err_130429_rate.json", "meta_err_131056_pair.json", "meta_err_not_json.json"]
)
async def test_what_was_certainly_not_taken_is_tried_again(
    house: Inside, graph: FakeGraph, monkeypatch: pytest.MonkeyPatch, answer: str
) -> None:
    skip_waits(house.house.outbox, monkeypatch)
    graph.answer_next(answer, times=2)
    message = await _reply(house, graph)
    told = await house.wait_for("message:status", id=message["id"])
    assert (told["status"], told["error"]) == ("sent", None)
    assert len(graph.sent) == 3
    assert {request.json["biz_opaque_callback_data"] for request in graph.sent} == {message["id"]}


async def test_trying_ends_with_the_reason(
    house: Inside, graph: FakeGraph, monkeypatch: pytest.MonkeyPatch
) -> None:
    skip_waits(house.house.outbox, monkeypatch)
    graph.answer_next("meta_err_130429_rate.json", times=20)
    message = await _reply(house, graph)
    told = await house.wait_for("message:status", id=message["id"])
    assert (told["status"], told["error"]["code"]) == ("failed", 130429)
    assert len(graph.sent) == 6


async def test_before_its_time_nothing_is_tried_again(house: Inside, graph: FakeGraph) -> None:
    graph.answer_next("meta_err_130429_rate.json")
    message = await _reply(house, graph)
    await asyncio.to_thread(graph.wait_for, 1)
    looks: list[str] = []
    on_statement(house.database, lambda one: looks.append(one) if "FROM outbox" in one else None)
    while len(looks) < 3:
        house.house.outbox.wake()
        await house.get(f"messages/{message['id']}")
    assert len(graph.sent) == 1
    assert (await house.get(f"messages/{message['id']}"))["status"] == "queued"


async def test_a_graph_that_hangs_is_ambiguous_and_nothing_is_sent_again(
    house: Inside, graph: FakeGraph, monkeypatch: pytest.MonkeyPatch
) -> None:
    skip_waits(house.house.outbox, monkeypatch)
    monkeypatch.setitem(PROVIDERS, "cloud-api", CloudApi(httpx.Timeout(0.3)))
    graph.hang_next()
    message = await _reply(house, graph)
    told = await house.wait_for("message:status", id=message["id"])
    assert (told["status"], told["error"]["ambiguous"]) == ("failed", True)
    path = f"/api/v1/conversations/{message['conversation_id']}/messages"
    another = (await house.http.post(path, json={"text": "another"})).json()
    await house.wait_for("message:status", id=another["id"], status="sent")
    assert len(graph.sent) == 2


def test_what_is_taken_back_without_scripts_is_in_the_composer(desk: Desk) -> None:
    desk.graph.answer_next("meta_err_131056_pair.json")
    message = desk.post("Perhaps *not*")
    desk.server.wait_for("message:updated", desk.since, id=message["id"])
    path = f"/messages/{message['id']}/take-back"
    wrong = desk.server.as_admin.post(path, data={"conversation_id": "another"})
    assert wrong.status_code == 422
    form = {"conversation_id": message["conversation_id"]}
    page = desk.server.as_admin.post(path, data=form)
    assert page.status_code == 200 and ">Perhaps *not*</textarea>" in page.text
    assert f"message-{message['id']}" not in page.text


def test_who_is_known_is_written_to_by_their_number_and_who_is_not_needs_a_template(
    server: Server, graph: FakeGraph
) -> None:
    line = server.add_channel(api_base=graph.base_url)
    body = webhook(messages=[said(f"wamid.first.{line.id}", "hello?")])
    assert server.post_signed(line, body).status_code == 200
    server.settle()
    [known] = server.conversations(line)
    asked = {"channel_id": line.id, "phone_number": f"+{known['contact']['wa_id']}"}
    asked |= {"message": {"text": "Hello!", "client_id": "once"}}
    for _ in range(2):
        answer = server.api().post("/api/v1/conversations", json=asked)
        assert (answer.status_code, answer.json()["conversation"]["id"]) == (201, known["id"])
    graph.wait_for(1)
    assert [one.json["text"]["body"] for one in graph.sent] == ["Hello!"]
    stranger = server.api().post(
        "/api/v1/conversations", json=asked | {"phone_number": "+44 7700 900123"}
    )
    assert (stranger.status_code, len(server.conversations(line))) == (409, 1)
