"""What was asked by ``POST`` and got no answer can be asked again: what comes of it is told, for
every such operation of the contract. docs/problems.md says it to programs."""

from typing import Any

import pytest

from tests.support.contract import Contract
from tests.support.server import Line, Server, said, webhook

KEYED = {
    "sendMessage": "client_id",
    "beginConversation": "client_id",
    "forwardMessage": "client_id",
    "addNote": "client_id",
    "changeConversations": "undo_id",
}
"""The body has a key that the caller makes: with the same one nothing is done twice."""
SAME = {
    "retryFile", "retryMessage", "sendMessageNow", "showTyping", "undo", "previewBulk",
    "seeMentions", "syncTemplates", "mergeContact", "importContacts", "importCannedResponses",
    "enterRates", "addDevice", "replayEntries", "replayWebhook", "replayWebhookDelivery",
    "postWebhook", "postSharedWebhook",
}  # fmt: skip
"""By its nature: after the second time it is as after the first, or the second is refused."""
NAMED: dict[str, tuple[str, dict[str, Any]]] = {
    "addLabel": ("labels", {"name": "Twice"}),
    "addContactAttribute": ("contact-attributes", {"key": "twice", "label": "A", "kind": "text"}),
    "addCannedResponse": ("canned-responses", {"short_code": "twice", "content": "Hi"}),
    "inviteUser": ("users", {"email": "twice@example.com", "name": "Ben", "role": "agent"}),
    "addTeam": ("teams", {"name": "Twice"}),
}
"""There is one of a name: the second is refused, and the list has the first."""
TOLD_ELSEWHERE = {
    "createTemplate": "one of a name and language: WhatsApp refuses the second",
    "addChannel": "a number is connected once: tests/web/test_number_checks.py",
}
ANEW = {
    "makeFeedToken": "one that nobody has opens nothing after five minutes",
    "makeToken": "its secret was in the answer that was lost: revoke it, make another",
    "makeUserLink": "the one before it opens nothing any more",
    "rotateWebhookSecret": "what it was before signs for a day, and no answer has it again",
    "addWebhook": "its secret was in the answer that was lost: delete it, add another",
    "addView": "two may be called the same: both are in the list, delete one",
    "testWebhook": "a test more",
    "testDevice": "a test more",
    "uploadFile": "kept once by what is in it; what nothing has is deleted after three days",
    "beginUpload": "what nothing has is deleted after three days",
    "beginRehearsal": "the one before it is over",
}
"""Each time something new, and why that does no harm."""


@pytest.fixture(scope="module")
def contract(server: Server) -> Contract:
    return Contract(server.browser().get("/openapi.json").json())


def test_of_every_post_it_is_told_what_comes_of_a_second(contract: Contract) -> None:
    """Whoever adds one says it here, best with a key."""
    asked = {
        item["post"]["operationId"]
        for item in contract.document["paths"].values()
        if "post" in item
    }
    told = [*KEYED, *SAME, *NAMED, *TOLD_ELSEWHERE, *ANEW]
    assert sorted(told) == sorted(asked)


def test_what_has_a_key_says_so_in_its_body(contract: Contract) -> None:
    posts = {one["post"]["operationId"]: one["post"] for one in contract.document["paths"].values()
             if "post" in one}  # fmt: skip
    for name, key in KEYED.items():
        shape = posts[name]["requestBody"]["content"]["application/json"]["schema"]
        assert key in _fields(contract, shape), name


def _fields(contract: Contract, part: Any) -> set[str]:
    """All that a body has, at any depth."""
    if isinstance(part, list):
        return {name for one in part for name in _fields(contract, one)}
    if not isinstance(part, dict):
        return set()
    whole = contract.resolved(part)
    inside = {name for one in whole.values() for name in _fields(contract, one)}
    return inside | whole.get("properties", {}).keys()


@pytest.mark.parametrize("name", NAMED)
def test_a_second_of_a_name_is_refused(server: Server, name: str) -> None:
    path, body = NAMED[name]
    first, second = (server.as_admin.post(f"/api/v1/{path}", json=body) for _ in range(2))
    assert (first.status_code, second.status_code) == (201, 422), second.text
    assert second.json()["field"] in body


def test_a_bulk_change_under_the_same_undo_id_is_made_once(server: Server, line: Line) -> None:
    server.post_signed(line, webhook(messages=[said(f"wamid.{line.id}", "hello?")]))
    server.settle()
    [known] = server.conversations(line)
    undo = f"0{known['id'][1:]}"
    body = {"ids": [known["id"]], "set": {"status": "pending"}, "undo_id": undo}
    for _ in range(2):
        answer = server.as_admin.post("/api/v1/conversations/bulk", json=body)
        assert answer.status_code == 200, answer.text
    assert server.as_admin.post(f"/api/v1/undo/{undo}").json() == {"changed": 1}
    assert server.get(f"conversations/{known['id']}")["status"] == "open"
