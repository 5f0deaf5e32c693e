"""Laws 2 to 5 and 7 end to end: the corpus's sequences, seen through the API."""

from typing import Any

import pytest

from tests.support.corpus import PAYLOADS, manifest
from tests.support.fake_graph import FakeGraph
from tests.support.server import Line, Server, said, webhook

META = [each for each in manifest()["sequences"] if each["steps"][0].startswith("meta/")]


@pytest.mark.parametrize(
    "sequence",
    META,
    ids=lambda each: each["name"],
)
def test_a_sequence_ends_as_it_should(server: Server, graph: FakeGraph, sequence: Any) -> None:
    line = server.add_channel(api_base=graph.base_url)
    for wamid in sequence["given_outgoing"]:
        _send(server, graph, line, wamid)
    since = server.head()
    for step in sequence["steps"]:
        assert server.post_signed(line, (PAYLOADS / step).read_bytes()).status_code == 200
        server.settle()
    assert _facts(server, line, since, sequence["final"]) == sequence["final"]


def _send(server: Server, graph: FakeGraph, line: Line, wamid: str) -> None:
    """A real reply to a customer, to which Graph gives this id."""
    opening = webhook(messages=[said(f"wamid.opening.{line.id}", "hello?")])
    assert server.post_signed(line, opening).status_code == 200
    since = server.settle()
    graph.answer_next({"messages": [{"id": wamid}]})
    [conversation] = server.conversations(line)
    path = f"/api/v1/conversations/{conversation['id']}/messages"
    assert server.api().post(path, json={"text": "We open at nine."}).status_code == 201
    server.wait_for("message:status", since, provider_message_id=wamid, status="sent")


def _facts(server: Server, line: Line, since: int, final: dict[str, Any]) -> dict[str, Any]:
    """What there is now, of the kinds that ``final`` names."""
    messages, conversations = server.messages(line), server.conversations(line)
    contacts = [conversation["contact"] for conversation in conversations]
    published = [
        event
        for event in server.events(since)
        if event["type"] == "message:new" and event["payload"]["channel_id"] == line.id
    ]
    found = {
        "status": {
            one["provider_message_id"]: one["status"]
            for one in messages
            if one["direction"] == "outgoing"
        },
        "messages": len(messages),
        "contacts": len(contacts),
        "contact_name": {contact["wa_id"]: contact["name"] for contact in contacts},
        "broadcast_message_new": len(published),
        "revoked": [one["provider_message_id"] for one in messages if one["deleted_at"]],
        "reactions": {
            one["provider_message_id"]: one["reactions"]
            for one in messages
            if one["direction"] == "outgoing"
        },
    }
    assert final.keys() <= found.keys()
    return {name: found[name] for name in final}
