"""Whose turn a conversation is: by the API, one or many, and back again."""

from typing import Any
from uuid import uuid4

from tests.support.server import Line, Server, said, webhook


def begun(server: Server, line: Line, count: int = 1) -> list[str]:
    """So many customers have written."""
    for one in range(count):
        sender = f"1202555{line.account[-2:]}{one:02}"
        message = said(f"wamid.{line.id}.{one}", "hello?", sender)
        server.post_signed(line, webhook(messages=[message]))
    server.settle()
    return [one["id"] for one in server.conversations(line)]


def lines(server: Server, conversation_id: str) -> list[dict[str, Any]]:
    found = server.get(f"conversations/{conversation_id}/messages")["data"]
    return [one for one in found if one["type"] == "activity"]


def test_a_conversation_is_taken_put_off_and_given_back(server: Server, line: Line) -> None:
    [here] = begun(server, line)
    since, ana = server.head(), server.as_admin
    path = f"/api/v1/conversations/{here}"
    shown = ana.patch(path, json={"priority": "urgent", "status": "pending"}).json()
    assert (shown["priority"], shown["status"]) == ("urgent", "pending")
    told = server.wait_for("conversation:updated", since, id=here, priority="urgent")
    assert (told["changed"], told["by"]["name"]) == (["status", "priority"], "Ana")
    line_told = server.wait_for("activity:new", since, conversation_id=here)
    assert [line_told["id"]] == [one["id"] for one in lines(server, here)]
    later = {"snoozed_until": "2099-01-01T09:00:00Z"}
    assert ana.patch(path, json=later).json()["field"] == "snoozed_until"
    assert ana.patch(path, json={"status": "open"}).json()["status"] == "open"


def test_a_time_without_its_zone_is_refused_by_its_field(server: Server, line: Line) -> None:
    [here] = begun(server, line)
    asked = {"snoozed_until": "2026-12-24T09:00:00"}
    answer = server.api().patch(f"/api/v1/conversations/{here}", json=asked)
    assert (answer.status_code, answer.json()["field"]) == (422, "snoozed_until")


def test_many_are_resolved_at_once_and_undone_at_once(server: Server, line: Line) -> None:
    ids = begun(server, line, 3)
    asked = {"ids": [*ids, "no-such"], "set": {"status": "resolved"}}
    mine = asked | {"undo_id": str(uuid4())}
    done = server.api().post("/api/v1/conversations/bulk", json=mine).json()
    assert (done["changed"], done["undo_id"]) == (3, mine["undo_id"])
    for wrong in ({"set": {"status": "pending"}}, {"undo_id": "x"}):
        answer = server.api().post("/api/v1/conversations/bulk", json=mine | wrong)
        assert (answer.status_code, answer.json()["field"]) == (422, "undo_id")
    assert {one["status"] for one in server.conversations(line)} == {"resolved"}
    again = server.api().post("/api/v1/conversations/bulk", json=asked).json()
    assert again == {"changed": 0, "undo_id": None, "left_out": [], "left_out_count": 0}
    undo = f"/api/v1/undo/{done['undo_id']}"
    far = f"/api/v1/conversations/bulk/progress?undo_id={done['undo_id']}"
    assert server.api().get(far).json()["reached"] >= 3
    assert server.as_admin.get(far).json() == {"reached": 0}
    assert server.as_admin.post(undo).status_code == 404, "another has done it"
    assert server.api().post(undo).json() == {"changed": 3}
    assert {one["status"] for one in server.conversations(line)} == {"open"}
    assert lines(server, ids[0]) == []
    assert server.api().post(undo).status_code == 404


def test_all_that_answer_to_filters_are_changed_at_once(server: Server, line: Line) -> None:
    """Those that are matched as it is asked; and nobody by a word that is misspelled."""
    ids = begun(server, line, 3)
    server.api().patch(f"/api/v1/conversations/{ids[0]}", json={"priority": "high"})
    path, where = "/api/v1/conversations/bulk", {"channel": line.id, "priority": "normal"}
    asked = {"where": where | {"view": "waiting"}, "set": {"status": "pending"}}
    assert server.api().post(f"{path}/preview", json={"where": where}).json()["count"] == 2
    assert server.api().post(path, json=asked).json()["changed"] == 2
    but = {"where": {"channel": line.id}, "but": ids[1:]}
    assert server.api().post(f"{path}/preview", json=but).json() == {"count": 1, "labels": {}}
    shown = {one["id"]: one["status"] for one in server.conversations(line)}
    assert shown == {ids[0]: "open", ids[1]: "pending", ids[2]: "pending"}
    for wrong, field in (
        ({"where": {"chanel": line.id}}, "where"),
        ({"where": {"q": "hello"}}, "where"),
        ({"where": {"view": "mad"}}, "view"),
        ({"where": {}, "ids": []}, "ids"),
        ({}, "ids"),
    ):
        answer = server.api().post(path, json=wrong | {"set": {"status": "resolved"}})
        assert (answer.status_code, answer.json()["field"]) == (422, field), wrong
    assert {one["status"] for one in server.conversations(line)} == {"open", "pending"}


def test_unread_is_said_by_a_user_of_one_or_many_and_undone(server: Server, line: Line) -> None:
    """To them alone; a program has nothing unread, and of many those are told that were not so."""
    ids, ana = begun(server, line, 3), server.as_admin
    bulk, undo = "/api/v1/conversations/bulk", "/api/v1/undo/{}"

    def left() -> list[int]:
        shown = [ana.get(f"/api/v1/conversations/{one}").json() for one in ids]
        return [one["unread_count"] for one in shown]

    read = {"where": {"channel": line.id}, "set": {"unread": False}}
    done = ana.post(bulk, json=read).json()
    assert (done["changed"], left()) == (3, [0, 0, 0])
    shown = ana.patch(f"/api/v1/conversations/{ids[0]}", json={"unread": True}).json()
    assert shown["unread_count"] == 1
    mixed = {"ids": ids, "set": {"unread": True, "priority": "high"}}
    again = ana.post(bulk, json=mixed).json()
    assert (again["changed"], left()) == (3, [1, 1, 1])
    assert ana.post(undo.format(again["undo_id"])).json() == {"changed": 3}
    assert left() == [1, 0, 0], "the first was so before"
    answer = server.api().patch(f"/api/v1/conversations/{ids[0]}", json={"unread": True})
    assert (answer.status_code, answer.json()["field"]) == (422, "unread")


def test_too_many_names_at_once_are_refused(server: Server) -> None:
    asked = {"ids": [f"one-{n}" for n in range(1_001)], "set": {"status": "resolved"}}
    answer = server.api().post("/api/v1/conversations/bulk", json=asked)
    assert (answer.status_code, answer.json()["field"]) == (422, "ids")


def test_who_writes_again_opens_what_was_resolved(server: Server, line: Line) -> None:
    [here] = begun(server, line)
    path = f"/api/v1/conversations/{here}"
    assert server.api().patch(path, json={"status": "resolved"}).status_code == 200
    sender = f"1202555{line.account[-2:]}00"
    message = said(f"wamid.{line.id}.more", "and now?", sender)
    server.post_signed(line, webhook(messages=[message]))
    server.settle()
    assert server.api().get(path).json()["status"] == "open"
    [_, reopened] = lines(server, here)
    assert reopened["sender"] is None
