"""A channel's address can be renewed, and it can be paused and removed: what was said stays."""

import re

import pytest

from inbox.channels import store
from inbox.domain.channels import Channel
from inbox.domain.times import HOUR, now
from tests.support.fake_graph import TOKEN, FakeGraph
from tests.support.inside import Inside
from tests.support.server import Line, Server, said, webhook


def act(server: Server, line: Line, **form: str) -> int:
    path = "renew-address" if "overlap" in form else "state"
    return server.as_admin.post(f"/settings/channels/{line.id}/{path}", data=form).status_code


def post(server: Server, line: Line, text: str) -> int:
    body = webhook(messages=[said(f"wamid.{line.id}.{text}", text)])
    return server.post_signed(line, body).status_code


def test_a_renewed_address_leaves_the_former_one_valid_for_a_while(
    server: Server, line: Line
) -> None:
    assert act(server, line, overlap="1") == 303
    page = server.as_admin.get(f"/settings/channels/{line.id}").text
    assert line.path not in page and "The former address still counts" in page
    assert post(server, line, "by the former") == 200
    assert act(server, line, overlap="0") == 303
    assert post(server, line, "by the one before that") == 404
    assert act(server, line, overlap="soon") == 422


def test_a_former_address_ends_by_itself() -> None:
    facts = {"id": "1", "name": "Shop", "provider": "cloud-api", "api_base": ""}
    channel = Channel(**facts, key="new", previous_key="old", previous_key_until=now() + HOUR)
    assert channel.is_at("new", now()) and channel.is_at("old", now())
    assert channel.is_at("new", now() + HOUR) and not channel.is_at("old", now() + HOUR)
    assert not Channel(**facts, key="new").is_at("", now())


def test_what_comes_to_a_paused_channel_is_put_off(server: Server, line: Line) -> None:
    assert post(server, line, "before") == 200
    server.settle()
    assert act(server, line, action="pause") == 303
    body = webhook(messages=[said(f"wamid.{line.id}.paused", "paused")])
    answer = server.post_signed(line, body)
    assert answer.status_code == 503 and int(answer.headers["retry-after"]) > 0
    [conversation] = server.conversations(line)
    path = f"/api/v1/conversations/{conversation['id']}/messages"
    refused = server.api().post(path, json={"text": "hello"})
    assert refused.status_code == 422 and "paused" in refused.json()["detail"]
    assert act(server, line, action="resume") == 303
    assert server.post_signed(line, body).status_code == 200
    assert server.api().post(path, json={"text": "hello"}).status_code == 201


def test_a_removed_channel_leaves_its_conversations_readable(server: Server, line: Line) -> None:
    assert post(server, line, "kept") == 200
    server.settle()
    [conversation] = server.conversations(line)
    assert act(server, line, action="remove") == 303
    assert post(server, line, "gone") == 404
    assert server.as_admin.get(f"/settings/channels/{line.id}").status_code == 404
    assert line.id not in server.as_admin.get("/settings/channels").text
    page = server.agent().get(f"/conversations/{conversation['id']}")
    assert page.status_code == 200 and "kept" in page.text
    path = f"/api/v1/conversations/{conversation['id']}/messages"
    refused = server.api().post(path, json={"text": "hello"})
    assert refused.status_code == 422 and "removed" in refused.json()["detail"]
    for action in ("pause", "resume", "remove"):
        assert act(server, line, action=action) == 404


def opened(server: Server, graph: FakeGraph, **facts: str) -> tuple[Line, str]:
    """A channel to which a customer has just written, and the conversation."""
    line = server.add_channel(api_base=graph.base_url, **facts)
    assert post(server, line, "hello?") == 200
    server.settle()
    [conversation] = server.conversations(line)
    return line, str(conversation["id"])


def test_a_channel_that_is_out_of_use_has_no_composer_but_says_why(
    server: Server, graph: FakeGraph
) -> None:
    line, conversation = opened(server, graph)
    for action, state in (("pause", "paused"), ("resume", "connected"), ("remove", "removed")):
        act(server, line, action=action)
        shown = server.get(f"conversations/{conversation}")
        assert shown["channel"]["state"] == state
        for browser, link in ((server.as_admin, True), (server.agent(), False)):
            pane = {"HX-Request": "true"}
            page = browser.get(f"/conversations/{conversation}", headers=pane).text
            [form] = re.findall(r'<form id="composer"[^>]*>', page)
            assert ("hidden" in form) is (state != "connected")
            assert (f'data-window="{state}"' in page) is (state != "connected")
            assert (f'href="/settings/channels/{line.id}"' in page) is link


def test_what_waits_is_held_while_its_channel_is_paused_and_goes_out_afterwards(
    server: Server, graph: FakeGraph
) -> None:
    line, conversation = opened(server, graph)
    graph.answer_next("meta_err_80007_rate.json")
    path = f"/api/v1/conversations/{conversation}/messages"
    replies = [server.api().post(path, json={"text": text}).json()["id"] for text in "12"]
    since = server.head()
    graph.wait_for(1)
    assert act(server, line, action="pause") == 303
    for reply in replies:
        told = server.wait_for(
            "message:updated", since - 4, lambda one: "paused" in str(one["waiting"]), id=reply
        )
        assert told["waiting"]["next_try_at"] is None
    taken = server.api().delete(f"/api/v1/messages/{replies[1]}")
    assert taken.status_code == 200, taken.text
    assert act(server, line, action="resume") == 303
    server.wait_for("message:status", since, id=replies[0], status="sent")
    assert [one.json["text"]["body"] for one in graph.sent] == ["1", "1"]


def test_what_waits_for_a_channel_that_is_removed_fails_and_is_not_tried_again(
    server: Server, graph: FakeGraph
) -> None:
    line, conversation = opened(server, graph)
    graph.answer_next("meta_err_80007_rate.json")
    path = f"/api/v1/conversations/{conversation}/messages"
    reply, since = server.api().post(path, json={"text": "too late"}).json()["id"], server.head()
    graph.wait_for(1)
    act(server, line, action="pause")
    act(server, line, action="remove")
    told = server.wait_for("message:status", since, id=reply, status="failed")
    assert told["error"]["title"] == "Its channel was removed"
    again = server.api().post(f"/api/v1/messages/{reply}/retry")
    assert again.status_code == 422 and "removed" in again.json()["detail"]
    pressed = server.as_admin.post(f"/messages/{reply}/retry", headers={"HX-Request": "true"})
    assert pressed.status_code == 422 and "was removed" in pressed.text
    assert len(graph.sent) == 1


def test_nobody_is_told_what_was_read_of_a_channel_out_of_use(
    server: Server, graph: FakeGraph
) -> None:
    there = [opened(server, graph) for _ in range(3)]
    for (line, conversation), action in zip(there, ("pause", "remove", "resume"), strict=True):
        act(server, line, action=action)
        seen = f"/conversations/{conversation}/seen"
        assert server.as_admin.post(seen, data={"count": "1"}).status_code == 204
    graph.wait_for_reads(1)
    assert [one.path.split("/")[2] for one in graph.reads] == [there[2][0].account]
    act(server, there[0][0], action="resume")
    graph.wait_for_reads(2)
    assert graph.reads[1].path.split("/")[2] == there[0][0].account


async def test_of_a_removed_channel_no_secret_is_kept(house: Inside) -> None:
    channel = await house.add_channel()
    bare = await house.database.write(store.take_out, house.house.sealer, channel.id, now())
    kept = await house.database.read(store.by_id, house.house.sealer, channel.id)
    assert kept == bare and channel.access_token == TOKEN
    assert not bare.secret and not bare.access_token and bare.key != channel.key


@pytest.mark.parametrize("action", ["", "delete"])
def test_what_cannot_be_done_to_a_channel_is_said(server: Server, line: Line, action: str) -> None:
    assert act(server, line, action=action) == 422
