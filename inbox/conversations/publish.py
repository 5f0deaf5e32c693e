"""What the feed is told of messages, contacts and conversations: no other module builds it.

Each function gives one event. Whoever changes something appends it in the same transaction, as
the last thing there: see ``feed.log.append``.
"""

from collections.abc import Collection, Mapping, Sequence
from typing import Literal

from inbox.domain import shapes
from inbox.domain.contacts import Contact
from inbox.domain.feed_events import (
    ActivityNew,
    ArrangedConversation,
    Changed,
    ChangedContact,
    ChangedMessage,
    ChangedReactions,
    ContactNew,
    ContactUpdated,
    ConversationMerged,
    ConversationRead,
    ConversationRemoved,
    ConversationUpdated,
    DraftUpdated,
    MentionCount,
    MentionUpdated,
    MergedConversation,
    MessageNew,
    MessageRemoved,
    MessageStatus,
    MessageUpdated,
    MoreReceipts,
    NoteDrafted,
    NoteNew,
    NoteUpdated,
    RemovedConversation,
    Rescheduled,
    SeenBecause,
    SeenCount,
    TeamWords,
)
from inbox.domain.public import Conversation, Cost, Draft, Message, Sender, SendTry
from inbox.domain.rows import ConversationRow, MessageRow, OutboxRow
from inbox.domain.standing import StandingField
from inbox.domain.status import Step
from inbox.domain.times import Micros


def message_new(message: Message, contact: Contact) -> MessageNew:
    return MessageNew({**message, "contact": contact}, *_whose(message))


def message_status(
    row: MessageRow,
    previous: Step,
    at: Micros,
    times: Mapping[Step, Micros] | None = None,
    place: OutboxRow | None = None,
    cost: Cost | None = None,
    tries: Sequence[SendTry] = (),
) -> MessageStatus:
    """``row`` has the new status. ``times``: its receipts, if it is they that tell of it."""
    payload = shapes.status_change(row, previous, at, times or {}, place, cost, tries)
    return MessageStatus(payload, *_whose(row))


def message_removed(row: MessageRow) -> MessageRemoved:
    """It was taken back, and its row is gone."""
    conversation_id, contact_id = _whose(row)
    return MessageRemoved(
        {"id": row["id"], "conversation_id": conversation_id, "contact_id": contact_id},
        conversation_id,
        contact_id,
    )


def message_waits(row: MessageRow, place: OutboxRow) -> MessageUpdated:
    """Why it has not gone yet is another reason than before."""
    return message_receipts(row, {}, place)


def message_receipts(
    row: MessageRow,
    times: Mapping[Step, Micros],
    place: OutboxRow | None = None,
    cost: Cost | None = None,
    tries: Sequence[SendTry] = (),
) -> MessageUpdated:
    """A fact that changes no status: the timeline has more to show."""
    payload: MoreReceipts = {
        "id": row["id"],
        "conversation_id": row["conversation_id"],
        "status": shapes.step_of(row),
        "error": shapes.live_error(row),
        "past_error": shapes.past_error(row),
        "receipts": shapes.timeline(times),
        "waiting": shapes.why_waiting(row, place),
        "cost": cost,
        "tries": [*tries],
    }
    return MessageUpdated(payload, *_whose(row))


def message_reactions(row: MessageRow) -> MessageUpdated:
    """Nothing but its reactions changed."""
    payload: ChangedReactions = {
        "id": row["id"],
        "conversation_id": row["conversation_id"],
        "contact_id": row["contact_id"],
        "provider_message_id": row["provider_message_id"],
        "reactions": shapes.reactions(row),
        "changed": ["reactions"],
    }
    return MessageUpdated(payload, *_whose(row))


def message_updated(message: Message, changed: Sequence[Changed | Rescheduled]) -> MessageUpdated:
    """All that the bubble says, and which columns of it are new."""
    payload: ChangedMessage = {**message, "changed": [*changed]}
    return MessageUpdated(payload, *_whose(message))


def note_new(message: Message, contact: Contact) -> NoteNew:
    return NoteNew({**message, "contact": contact}, *_whose(message))


def activity_new(message: Message) -> ActivityNew:
    return ActivityNew(message, *_whose(message))


def note_updated(message: Message, changed: list[Changed]) -> NoteUpdated:
    """Its author wrote it anew."""
    payload: ChangedMessage = {**message, "changed": [*changed]}
    return NoteUpdated(payload, *_whose(message))


def mention_updated(
    user_id: str, conversation_id: str, count: int, conversations: int
) -> MentionUpdated:
    """Only for who is named."""
    payload: MentionCount = {"id": conversation_id, "count": count, "conversations": conversations}
    return MentionUpdated(payload, conversation_id, user_id=user_id)


def contact_new(contact: Contact, conversation_id: str) -> ContactNew:
    return ContactNew(contact, conversation_id, contact["id"])


def contact_updated(
    contact: Contact, conversation_id: str, changed: Collection[str], noted: TeamWords | None = None
) -> ContactUpdated:
    """``noted``: what the team notes about them, where that is another now."""
    payload: ChangedContact = {**contact, "changed": sorted(changed), **(noted or {})}
    return ContactUpdated(payload, conversation_id, contact["id"])


def conversation_updated(
    conversation: Conversation, changed: Sequence[StandingField] = (), by: Sender | None = None
) -> ConversationUpdated:
    """``changed``: what was done with it at the desk, if it was that; ``by``: of whom."""
    payload: ArrangedConversation = {**conversation, "changed": [*changed], "by": by}
    return ConversationUpdated(payload, conversation["id"], conversation["contact"]["id"])


def conversation_merged(gone: MergedConversation) -> ConversationMerged:
    """``gone``: what ``merging.absorb`` says of it. Told to who listens to what is no more."""
    return ConversationMerged(gone, gone["id"], gone["contact_id"])


def conversation_removed(was: ConversationRow) -> ConversationRemoved:
    """It stood there until now: who saw it by that, and does not see it any more, is told."""
    payload: RemovedConversation = {
        "id": was["id"],
        "channel_id": was["channel_id"],
        "team_id": was["team_id"],
    }
    return ConversationRemoved(payload, was["id"], was["contact_id"])


def conversation_read(
    user_id: str, conversation_id: str, seen_count: int, why: SeenBecause = "seen"
) -> ConversationRead:
    """Only for the user's own other pages."""
    payload: SeenCount = {"id": conversation_id, "seen_count": seen_count, "why": why}
    return ConversationRead(payload, conversation_id, user_id=user_id)


def draft_updated(
    user_id: str, draft: Draft, kind: Literal["reply", "note"] = "reply"
) -> DraftUpdated | NoteDrafted:
    """Only for the user's own other pages."""
    event = DraftUpdated if kind == "reply" else NoteDrafted
    return event(draft, draft["conversation_id"], user_id=user_id)


def _whose(message: MessageRow | Message) -> tuple[str, str]:
    return message["conversation_id"], message["contact_id"]
