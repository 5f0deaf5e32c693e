"""Rows as statements give them: by the names of ``storage.tables``, which a test compares.

Whoever reads or builds a whole row says by these what it holds. JSON columns are text that was
encoded once; ``domain.stored`` and ``domain.content`` say of what.
"""

from typing import Literal, TypedDict

from inbox.domain.contacts import AttributeKind
from inbox.domain.content import TypeName
from inbox.domain.outgoing.files import FileKind
from inbox.domain.standing import ConversationStatus, Priority
from inbox.domain.status import Receipt, Status
from inbox.domain.stored import Direction
from inbox.domain.times import Micros


class ContactRow(TypedDict):
    """A row of ``contacts``."""

    id: str
    channel_id: str
    match_key: str | None
    user_id: str | None
    wa_id: str | None
    phone_number: str | None
    username: str | None
    name: str | None
    learned: str
    created_at: Micros
    blocked_at: Micros | None
    usernames: str | None
    own_name: str | None
    person_id: str | None


class AttributeRow(TypedDict):
    """A row of ``contact_attributes``."""

    id: str
    key: str
    label: str
    kind: AttributeKind
    choices: str
    created_at: Micros


class ConversationRow(TypedDict):
    """A row of ``conversations``."""

    id: str
    channel_id: str
    contact_id: str
    status: ConversationStatus
    arrived_at: Micros
    last_message_id: str | None
    last_direction: Direction | None
    inbound_count: int
    seen_count: int
    last_inbound_at: Micros | None
    created_at: Micros
    assignee_id: str | None
    team_id: str | None
    snoozed_until: Micros | None
    priority: Priority
    labels: str
    waiting_since: Micros | None
    answered_at: Micros | None
    closing: bool


class GlimpseRow(TypedDict):
    """What one line about a message is made of."""

    id: str
    direction: Direction
    type: TypeName
    content: str
    media: str | None
    deleted_at: Micros | None


class MatchRow(GlimpseRow):
    """What a message that a search found is shown by."""

    number: int
    sort_at: Micros


class LastRow(GlimpseRow):
    """What of the last message the list of conversations shows."""

    status: Status
    sort_at: Micros


class MessageRow(LastRow):
    """A row of ``messages``."""

    number: int
    channel_id: str
    conversation_id: str
    contact_id: str
    context: str | None
    error: str | None
    received_at: Micros
    event_key: str | None
    provider_message_id: str | None
    client_id: str | None
    sender_id: str | None
    sender_name: str | None
    reactions: str | None
    previous: str | None
    edited_at: Micros | None
    inner_id: str | None


class DraftRow(TypedDict):
    """A row of ``drafts``, or of ``note_drafts``, which quote nothing."""

    user_id: str
    conversation_id: str
    text: str
    quoted_id: str | None
    files: str
    updated_at: Micros


class OutboxRow(TypedDict):
    """A row of ``outbox``."""

    message_id: str
    channel_id: str
    conversation_id: str
    number: int
    due_at: Micros
    attempts: int
    started: bool
    since: Micros
    reason: str | None


class TryRow(TypedDict):
    """A row of ``tries``."""

    message_id: str
    at: Micros
    end: Literal["postponed", "failed", "ambiguous", "undone"]
    code: int | None
    title: str


class LaterRow(TypedDict):
    """A row of ``later_sends``."""

    message_id: str
    channel_id: str
    conversation_id: str
    due_at: Micros | None
    since: Micros
    inbound_count: int
    stops: bool
    reason: str | None


class ReceiptRow(TypedDict):
    """A row of ``receipts``."""

    channel_id: str
    provider_message_id: str
    status: Receipt
    participant: str
    at: Micros
    errors: str | None
    errors_at: Micros | None


class ChargeRow(TypedDict):
    """A row of ``charges``."""

    channel_id: str
    provider_message_id: str
    at: Micros
    category: str
    billable: bool
    kind: str
    model: str
    country: str
    undelivered: bool


ChangeKind = Literal["reaction", "edit", "deletion"]


class ChangeRow(TypedDict):
    """A row of ``changes``."""

    channel_id: str
    event_key: str
    target_id: str
    kind: ChangeKind
    direction: Direction | None
    author: str
    at: Micros
    emoji: str | None
    body: str | None
    error: str | None


class UploadRow(TypedDict):
    """A row of ``uploads``."""

    id: str
    kind: FileKind
    mime_type: str
    bytes: int
    filename: str
    digest: str | None
    duration: float | None
    waveform: str | None
    width: int | None
    height: int | None
    thumbnail: bool
    user_id: str | None
    at: Micros


class TemplateRow(TypedDict):
    """A row of ``templates``."""

    id: str
    channel_id: str
    name: str
    language: str
    status: str
    category: str
    provider_id: str | None
    quality: str | None
    reason: str | None
    previous_category: str | None
    named: bool
    seen_at: Micros
    searched: str
    components: str
