"""The row of a new message is built in one place, whoever tells of the message."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from inbox.conversations import new_row as builder
from inbox.conversations.new_row import INCOMING, OUTGOING, UNSTORED, new_row
from inbox.domain.rows import MessageRow
from inbox.domain.shapes import decoded
from inbox.domain.times import SECOND
from inbox.storage.tables import messages
from tests.conversations.conftest import NOW
from tests.test_architecture import HOUSE, modules

INSERTS = {"insert", "insert_on", "bulk_insert"}


def row(**facts: Any) -> MessageRow:
    ids = {name: name for name in ("id", "channel_id", "conversation_id", "contact_id")}
    said = {"direction": INCOMING, "type": "text", "text": "Hello", "content": {}}
    return new_row(**{**ids, **said, "at": NOW, "received_at": NOW, **facts})


def test_every_column_of_a_message_is_known_to_the_builder() -> None:
    assert list(row()) == list(messages.c.keys())


def test_what_follows_from_the_facts_is_derived_here() -> None:
    picture = {"id": "1", "mime_type": "image/jpeg"}
    content = {"media": picture, "context": {"id": "w"}, "errors": [{"code": 1}, {"code": 2}]}
    found = row(type="image", content=content, at=NOW + SECOND // 2)
    assert decoded(found["content"]) == {"caption": "Hello", "media": picture}
    assert (decoded(found["context"]), decoded(found["error"])) == ({"id": "w"}, {"code": 1})
    assert decoded(found["media"]) == {"state": "waiting", "mime_type": "image/jpeg"}
    assert (found["sort_at"], found["number"]) == (NOW - NOW % SECOND, UNSTORED)
    assert (found["status"], row(direction=OUTGOING)["status"]) == ("received", "sent")


def test_nobody_else_inserts_messages() -> None:
    own = Path(builder.__file__)
    assert len(list(inserts(own))) > 1, "the walk finds them where they are"
    others = [path for path in modules(HOUSE) if path != own and "migrations" not in path.parts]
    assert [f"{path.name}:{line}" for path in others for line in inserts(path)] == []


def inserts(path: Path) -> Iterator[int]:
    """The lines that insert into ``messages``, as a method or as an argument."""
    text = path.read_text()
    for node in ast.walk(ast.parse(text)) if re.search(r"\bmessages\b", text) else ():
        if isinstance(node, ast.Call) and _called(node.func) in INSERTS:
            named = [*node.args, getattr(node.func, "value", None)]
            if any(isinstance(each, ast.Name) and each.id == "messages" for each in named):
                yield node.lineno


def _called(function: ast.expr) -> str:
    match function:
        case ast.Name(id=name) | ast.Attribute(attr=name):
            return name
    return ""
