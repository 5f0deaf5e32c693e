"""The rows of new messages: whoever tells of one gives its facts, and the rest follows here.

Incoming ones, replies, notes, what was said on the phone and made-up histories all come this way,
so a new column is known to all of them when it is known here.
"""

from collections.abc import Sequence
from typing import Final

from sqlalchemy import Connection

from inbox.conversations.change_facts import AWAITED, Targets
from inbox.conversations.file_versions import expected
from inbox.conversations.message_aliases import NAMED_OTHERWISE, Inner
from inbox.domain import shapes
from inbox.domain.content import EventContent, TypeName
from inbox.domain.inner_ids import inner_id
from inbox.domain.rows import MessageRow
from inbox.domain.status import Status
from inbox.domain.stored import Direction, StoredFile
from inbox.domain.text import present
from inbox.domain.times import Micros, whole_second
from inbox.storage.dialect import insert_on
from inbox.storage.prepared import Prepared
from inbox.storage.tables import messages

INCOMING: Direction = "incoming"
OUTGOING: Direction = "outgoing"
INTERNAL: Direction = "internal"

_FIRST: Final[dict[Direction, Status]] = {
    INCOMING: "received",
    OUTGOING: "sent",
    INTERNAL: "noted",
}
"""The status of what is not on its way to anybody."""

UNSTORED = 0
"""The ``number`` of a row that is not in the table: the database gives each its own."""

_ASIDE = {"context", "errors"}
"""Parts of an event's content that have columns of their own."""


def new_row(
    *,
    id: str,  # noqa: A002 - the column's name
    channel_id: str,
    conversation_id: str,
    contact_id: str,
    direction: Direction,
    type: TypeName,  # noqa: A002 - the column's name
    text: str | None,
    content: EventContent,
    at: Micros,
    received_at: Micros,
    status: Status | None = None,
    event_key: str | None = None,
    provider_message_id: str | None = None,
    client_id: str | None = None,
    sender_id: str | None = None,
    sender_name: str | None = None,
    file: StoredFile | None = None,
) -> MessageRow:
    """The row of a message that is new: ``text`` and ``content`` as a ``MessageEvent`` has them.

    ``status``: if it is neither just received nor sent by the phone. ``file``: one that is here.
    """
    rest = {name: part for name, part in content.items() if name not in _ASIDE}
    words = "caption" if "media" in rest else "text"
    return {
        "number": UNSTORED,
        "id": id,
        "channel_id": channel_id,
        "conversation_id": conversation_id,
        "contact_id": contact_id,
        "direction": direction,
        "type": type,
        "content": shapes.encoded(present(**{words: text}) | rest),
        "context": _json(content.get("context")),
        "status": status or _FIRST[direction],
        "error": _json(next(iter(content.get("errors", ())), None)),
        "sort_at": whole_second(at),
        "received_at": received_at,
        "event_key": event_key,
        "provider_message_id": provider_message_id,
        "client_id": client_id,
        "sender_id": sender_id,
        "sender_name": sender_name,
        # What changes told before or will tell: ``settle_changes`` derives it.
        "reactions": None,
        "previous": None,
        "edited_at": None,
        "deleted_at": None,
        "media": shapes.encoded(file) if file else expected(content.get("media")),
        "inner_id": inner_id(provider_message_id),
    }


def _json(value: object) -> str | None:
    return shapes.encoded(value) if value else None


_COLUMNS = [column.name for column in messages.c if column.name != "number"]
_insert_new = Prepared(
    lambda engine: (
        insert_on(engine, messages)
        .on_conflict_do_nothing()
        .returning(messages.c.id, messages.c.number, AWAITED, NAMED_OTHERWISE)
    ),
    _COLUMNS,
)
_fill = Prepared(messages.insert(), _COLUMNS)


def store_messages(
    connection: Connection, rows: Sequence[MessageRow], named_otherwise: Inner | None = None
) -> Targets:
    """Insert those that are not there yet, and note their numbers in the rows. One statement.

    It tells whose changes are already there, so that a message of which nothing is known, as
    nearly every one, costs no question of its own. Returns those, by the provider's ids.
    ``named_otherwise``: to it are added those that facts may name by another id.
    """
    stored = _insert_new.returned(connection, rows)
    found = {message_id: facts for message_id, *facts in stored}
    targets: Targets = {}
    for row in rows:
        if row["id"] not in found:
            continue
        row["number"], awaited, otherwise = found[row["id"]]
        if otherwise and row["inner_id"] and named_otherwise is not None:
            named_otherwise.setdefault(row["channel_id"], set()).add(row["inner_id"])
        if awaited and row["provider_message_id"]:
            targets.setdefault(row["channel_id"], set()).add(row["provider_message_id"])
    return targets


def fill_messages(connection: Connection, rows: Sequence[MessageRow]) -> None:
    """Insert a page of a made-up history: all of it is new, and nobody asks for its numbers."""
    _fill.each(connection, rows)
