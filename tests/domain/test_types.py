"""What passes between rooms is what its type says, although nothing checks it at run time."""

from typing import Any, get_args, get_type_hints

import msgspec
import pytest

from inbox.domain import feed_events, public, rows
from inbox.domain.content import TYPE_NAMES
from inbox.domain.feed_events import NewEvent
from inbox.domain.message_types import TYPES
from inbox.storage import tables

SHAPES = [one for one in vars(public).values() if getattr(one, "__module__", "") == public.__name__]
ROWS = {
    rows.ContactRow: tables.contacts,
    rows.ConversationRow: tables.conversations,
    rows.MessageRow: tables.messages,
    rows.OutboxRow: tables.outbox,
    rows.ReceiptRow: tables.receipts,
    rows.ChargeRow: tables.charges,
    rows.TryRow: tables.tries,
    rows.ChangeRow: tables.changes,
    rows.UploadRow: tables.uploads,
}


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.__name__)
def test_a_row_has_the_columns_of_its_table(row: type[Any]) -> None:
    fields, columns = get_type_hints(row), ROWS[row].c
    assert fields.keys() == set(columns.keys())
    may_be_none = {name for name, kind in fields.items() if type(None) in get_args(kind)}
    assert may_be_none == {column.name for column in columns if column.nullable}


@pytest.mark.parametrize("shape", SHAPES, ids=lambda shape: shape.__name__)
def test_a_public_type_can_be_described_to_people_outside(shape: type[Any]) -> None:
    _, described = msgspec.json.schema_components([shape])
    assert described[shape.__name__]["description"]


def test_every_event_says_what_it_is() -> None:
    events = get_args(NewEvent)
    assert len({event.type for event in events}) == len(events) > 10
    assert [event.type for event in events if not event.__doc__] == []
    named = {one for one in vars(feed_events).values() if getattr(one, "type", None)}
    assert named == set(events), "an event that is in no union is never published"


def test_every_type_of_a_message_has_a_record_by_which_it_is_shown() -> None:
    unshown = {"unsupported", "unknown"}
    assert TYPE_NAMES.keys() - unshown <= TYPES.keys()
