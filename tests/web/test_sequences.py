"""Laws 2 to 5 and 7 end to end: the corpus's sequences, seen through the API."""

import json
from typing import Any

import pytest

from inbox.domain.events import EditEvent, ReactionEvent, RevokeEvent
from inbox.domain.times import now
from inbox.providers.cloud_api import CloudApi
from tests.support.corpus import PAYLOADS, manifest
from tests.support.fake_graph import FakeGraph
from tests.support.server import Line, Server, said, webhook

NOT_YET = {"edit_then_revoke", "reaction_add_remove"}
"""Reactions, edits and deletions are read but not applied yet: they come with their own issue."""

META = [each for each in manifest()["sequences"] if each["steps"][0].startswith("meta/")]


def test_nothing_is_left_out_but_what_is_not_built_yet() -> None:
    later = (ReactionEvent, EditEvent, RevokeEvent)
    found = {
        sequence["name"]
        for sequence in META
        for step in sequence["steps"]
        for event in CloudApi().normalise(json.loads((PAYLOADS / step).read_text()), now())
        if isinstance(event, later)
    }
    assert found == NOT_YET and len(META) == 10


@pytest.mark.parametrize(
    "sequence",
    [each for each in META if each["name"] not in NOT_YET],
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
    }
    assert final.keys() <= found.keys()
    return {name: found[name] for name in final}
