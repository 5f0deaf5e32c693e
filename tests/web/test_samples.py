"""A customer of the sandbox sends one of every kind, and each goes the way of a real one."""

import time
from collections.abc import Iterator
from typing import Any

import pytest

from inbox.trial.samples import SAMPLES
from tests.support.inhabited import Homes
from tests.support.server import Line, Server, serving

CUSTOMER = "447700900123"


@pytest.fixture(scope="module")
def fetching(tmp_path_factory: pytest.TempPathFactory, homes: Homes) -> Iterator[Server]:
    """A server that fetches files."""
    home = homes.server(tmp_path_factory.mktemp("samples"))
    with serving(home, INBOX_MEDIA_LIMIT="5") as server:
        yield server


@pytest.fixture
def sandbox(fetching: Server) -> Line:
    return fetching.add_channel(provider="sandbox", name="Sandbox")


def sends(server: Server, line: Line, kind: str) -> Any:
    facts = {"kind": kind, "wa_id": CUSTOMER}
    return server.as_admin.post(f"/sandbox/{line.id}/samples", data=facts)


def test_one_of_every_kind_arrives_with_its_file(fetching: Server, sandbox: Line) -> None:
    plain = [sample.kind for sample in SAMPLES if not sample.needs]
    for kind in plain:
        assert sends(fetching, sandbox, kind).status_code == 204, kind
    fetching.settle()
    deadline = time.monotonic() + 20
    while waiting(messages := fetching.messages(sandbox)):
        assert time.monotonic() < deadline, waiting(messages)
    assert len(messages) == len(plain)
    files = {one["type"]: one["media"] for one in messages if one["media"]}
    assert {(name, file["state"]) for name, file in files.items()} == {
        (kind, "ready") for kind in ("image", "video", "audio", "document", "sticker")
    }
    assert all("verified" not in file for file in files.values())
    for name, file in files.items():
        answer = fetching.as_admin.get(file["url"])
        assert answer.status_code == 200, name
        assert len(answer.content) == file["bytes"]
        assert answer.headers["content-disposition"].startswith("inline"), name


def waiting(messages: list[Any]) -> list[str]:
    return [one["type"] for one in messages if one["media"] and one["media"]["state"] == "waiting"]


def test_what_changes_a_message_names_the_newest(fetching: Server, sandbox: Line) -> None:
    refused = sends(fetching, sandbox, "reaction")
    assert (refused.status_code, "First write a reply" in refused.text) == (400, True)
    assert "First write a text" in sends(fetching, sandbox, "edit").text
    assert sends(fetching, sandbox, "__proto__").status_code == 400
    assert sends(fetching, sandbox, "styled").status_code == 204
    fetching.settle()
    [conversation] = fetching.conversations(sandbox)
    since = fetching.head()
    path = f"/api/v1/conversations/{conversation['id']}/messages"
    reply = fetching.api().post(path, json={"text": "Certainly!"}).json()
    fetching.wait_for("message:status", since, id=reply["id"], status="sent")
    for kind in ("reaction", "quote", "edit"):
        assert sends(fetching, sandbox, kind).status_code == 204
        fetching.settle()
    text, ours, quote = fetching.messages(sandbox)
    assert [one["emoji"] for one in ours["reactions"]] == ["👍"]
    assert quote["context"]["quoted"]["id"] == reply["id"]
    assert (quote["content"]["text"], bool(quote["edited_at"])) == (
        "I meant the *red* one, sorry",
        True,
    )
    assert sends(fetching, sandbox, "revoke").status_code == 204
    fetching.settle()
    assert [bool(one["deleted_at"]) for one in fetching.messages(sandbox)] == [False, False, True]
    assert not text["edited_at"]
