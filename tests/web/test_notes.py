"""Notes by the API and over HTTP: told to agents alone, found, and never sent."""

from typing import Any

import pytest

from tests.support.fake_graph import FakeGraph
from tests.support.server import Line, Server, said, webhook
from tests.support.until import until
from tests.web.test_sending import Desk


@pytest.fixture
def desk(server: Server, graph: FakeGraph) -> Desk:
    return Desk(server, graph)


def _conversation(desk: Desk) -> str:
    return desk.path.split("/")[4]


def _noted(desk: Desk, text: str, **facts: Any) -> dict[str, Any]:
    path = f"/api/v1/conversations/{_conversation(desk)}/notes"
    answer = desk.server.api().post(path, json={"text": text} | facts)
    assert answer.status_code == 201, answer.text
    note: dict[str, Any] = answer.json()
    return note


def test_a_note_is_told_as_a_note_and_nothing_reaches_the_provider(desk: Desk) -> None:
    before = desk.server.get(f"conversations/{_conversation(desk)}")
    note = _noted(desk, "Do not tell them: we lost it")
    told = desk.server.wait_for("note:new", desk.since, id=note["id"])
    assert (told["direction"], told["contact"]["id"]) == ("internal", note["contact_id"])
    reply = desk.post("We are looking for it")
    desk.becomes(reply, "sent")
    assert [one.json["text"]["body"] for one in desk.graph.sent] == ["We are looking for it"]
    assert "lost it" not in str([one.json for one in desk.graph.sent])
    assert [one["type"] for one in desk.server.events(desk.since)].count("message:new") == 1
    assert before["arrived_at"] <= desk.server.get(f"conversations/{before['id']}")["arrived_at"]


def test_a_note_is_changed_and_deleted_and_the_feed_says_so(desk: Desk) -> None:
    note, api = _noted(desk, "Ask Jim"), desk.server.api()
    path = f"/api/v1/notes/{note['id']}"
    edited = api.patch(path, json={"text": "Ask John"})
    assert (edited.status_code, edited.json()["content"]["text"]) == (200, "Ask John")
    told = desk.server.wait_for("note:updated", desk.since, id=note["id"])
    assert told["changed"] == ["content", "previous", "edited_at"]
    assert api.delete(path).status_code == 200
    assert desk.server.wait_for("message:removed", desk.since, id=note["id"])
    assert api.delete(path).status_code == 404


def test_only_the_author_may_and_the_answer_says_so(desk: Desk) -> None:
    note = _noted(desk, "Of the program")
    ben = desk.server.agent()
    answer = ben.patch(f"/api/v1/notes/{note['id']}", json={"text": "Mine now"})
    assert answer.status_code == 403 and "somebody else’s" in answer.json()["detail"]


def test_a_mention_of_nobody_is_said_in_words(desk: Desk) -> None:
    path = f"/api/v1/conversations/{_conversation(desk)}/notes"
    answer = desk.server.api().post(path, json={"text": "@x", "mentions": ["no-such"]})
    assert (answer.status_code, answer.json()["field"]) == (422, "mentions")


def test_a_note_is_found_by_its_words(desk: Desk) -> None:
    note = _noted(desk, "Zwetschgenknödel for the courier")
    path = f"conversations/{_conversation(desk)}/matches"
    found = until(lambda: desk.server.get(path, q="zwetsch")["data"])  # the index is behind
    assert [(one["message_id"], one["type"]) for one in found] == [(note["id"], "note")]


def test_two_that_become_one_keep_their_notes_to_themselves(server: Server, line: Line) -> None:
    """What was noted of either is noted of both, and is still internal."""
    number, person = "12025550177", {"from_user_id": "US.1177"}
    hidden = said(f"wamid.{line.id}.2", "by id", number) | person
    del hidden["from"]
    for message in (said(f"wamid.{line.id}.1", "by number", number), hidden):
        assert server.post_signed(line, webhook(line.account, messages=[message])).is_success
    server.settle()
    for one in server.conversations(line):
        path = f"/api/v1/conversations/{one['id']}/notes"
        assert server.api().post(path, json={"text": f"of {one['id']}"}).status_code == 201
    both = said(f"wamid.{line.id}.3", "by both", number) | person
    assert server.post_signed(line, webhook(line.account, messages=[both])).is_success
    server.settle()
    [left] = server.conversations(line)
    thread = server.get(f"conversations/{left['id']}/messages")["data"]
    notes = [one for one in thread if one["type"] == "note"]
    assert len(notes) == 2 and {one["direction"] for one in notes} == {"internal"}
