"""Reactions, edits and deletions of a batch: kept as a set, whatever is known of their message."""

from collections.abc import Sequence

from msgspec import Struct
from sqlalchemy import Connection

from inbox.conversations.change_facts import Targets, keep_changes
from inbox.conversations.merging import Key
from inbox.conversations.message_aliases import person_keys
from inbox.domain import shapes
from inbox.domain.changes import DELETION, EDIT, REACTION
from inbox.domain.content import EventContent
from inbox.domain.events import EditEvent, Person, ReactionEvent, RevokeEvent
from inbox.domain.rows import ChangeKind, ChangeRow
from inbox.domain.stored import Direction
from inbox.domain.times import Micros

ChangeEvent = ReactionEvent | EditEvent | RevokeEvent

_DIRECTIONS: dict[str | None, Direction | None] = {
    "in": "incoming",
    "out": "outgoing",
    None: None,
}


class Changed(Struct, frozen=True):
    """A change as told by one entry; ``received_at`` stands in for an unusable time."""

    channel_id: str
    event: ChangeEvent
    received_at: Micros

    @property
    def message_id(self) -> str:
        """Of the message that it changes."""
        return self.event.target_id

    @property
    def keys(self) -> set[Key]:
        """Whose conversation it is of."""
        who = self.event.contact or Person()
        told = self.event.recipient if isinstance(self.event, RevokeEvent) else None
        return person_keys(who.wa_id, who.user_id, told)

    @property
    def row(self) -> ChangeRow:
        event = self.event
        who = event.contact
        return {
            "channel_id": self.channel_id,
            "event_key": event.key,
            "target_id": event.target_id,
            "kind": _kind(event),
            "direction": _DIRECTIONS[event.direction],
            "author": (who and (who.wa_id or who.user_id)) or "",
            "at": event.ts or self.received_at,
            "emoji": event.emoji if isinstance(event, ReactionEvent) else None,
            "body": shapes.encoded(_body(event)) if isinstance(event, EditEvent) else None,
            "error": None,
        }


def _kind(event: ChangeEvent) -> ChangeKind:
    if isinstance(event, ReactionEvent):
        return REACTION
    return EDIT if isinstance(event, EditEvent) else DELETION


def _body(event: EditEvent) -> EventContent:
    return {"text": event.text, **event.content} if event.text else event.content


def _says_something(event: ChangeEvent) -> bool:
    """An edit that nobody can read changes nothing; the journal has it."""
    return not isinstance(event, EditEvent) or bool(event.text or "media" in event.content)


def receive_changes(connection: Connection, told: Sequence[Changed]) -> Targets:
    """Keep what is new. Returns the messages that it is about, known or not."""
    return keep_changes(connection, [item.row for item in told if _says_something(item.event)])
