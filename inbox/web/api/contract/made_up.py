"""Made-up people and what they say, for the examples of both contracts.

The numbers are of the range that is kept for fiction; mypy checks that each is of its type.
"""

from typing import Final

from inbox.domain.canned import CannedResponse
from inbox.domain.contacts import Contact
from inbox.domain.feed_events import (
    ArrangedConversation,
    ChangedContact,
    ChangedMessage,
    ChangedReactions,
    MentionCount,
    MergedConversation,
    MessageWithContact,
    MoreReceipts,
    RemovedConversation,
    RemovedMessage,
    SeenCount,
    StatusChange,
)
from inbox.domain.feed_frames import Colleagues, Hello, TypingUsers, Viewers
from inbox.domain.hours.shape import ChannelHours
from inbox.domain.public import (
    Alert,
    Billing,
    ChannelRef,
    ChannelShape,
    Conversation,
    Cost,
    CostRow,
    Draft,
    LastMessage,
    ListedConversation,
    Match,
    Message,
    MessageTemplate,
    RateShape,
    Reaction,
    TemplateSync,
    Upload,
)
from inbox.domain.tokens import TokenShape
from inbox.domain.users import InvitedUser, Profile, UserShape
from inbox.receiving.log_shapes import LoggedWebhook
from inbox.web.api.contract.frames import Subscription
from inbox.web.health.report_shapes import StatusReport

CHANNEL_ID: Final = "019b2d3c-0a00-7c11-9d22-1f2e3d4c5b6a"
CONTACT_ID: Final = "019b2d3c-1f2e-7a4b-8c5d-6e7f80912a3b"
CONVERSATION_ID: Final = "019b2d3c-1f2e-7b5c-9d6e-7f8091a2b3c4"
QUESTION_ID: Final = "019b77cf-5a7b-7d10-8a2b-3c4d5e6f7081"
ANSWER_ID: Final = "019b77d0-e2f0-7e21-9b3c-4d5e6f708192"
NOTE_ID: Final = "019b77d0-f3a1-7c32-9b4d-5e6f70819203"
TEAM_ID: Final = "019b2d3c-3c4d-7a54-8e6f-708192031425"
UNDO_ID: Final = "019b77d3-0404-4c76-8a81-920314253647"
OTHER_USER_ID: Final = "019b2d3c-2b3c-7f43-9d5e-6f7081920314"
USER_ID: Final = "019b2d3c-2b3c-7f32-8c4d-5e6f70819203"
ALERT_ID: Final = "019b77d1-0101-7a43-8d5e-6f7081920314"
RESPONSE_ID: Final = "019b77d2-0303-7b65-9f70-819203142536"
ENTRY_ID: Final = "019b77cf-5a70-7b54-9e6f-708192031425"
ASKED: Final = "2026-01-01T12:00:00.000Z"
ARRIVED: Final = "2026-01-01T12:00:00.123Z"
ANSWERED: Final = "2026-01-01T12:01:40.000Z"
DELIVERED: Final = "2026-01-01T12:01:42.000Z"
_QUESTION_WAMID = "wamid.HBgLMTIwMjU1NTAxNDIVAgASGBQzQQ=="
_ANSWER_WAMID = "wamid.HBgLMTIwMjU1NTAxNDIVAgARGBI5RQ=="

CHANNEL: ChannelRef = {
    "id": CHANNEL_ID,
    "name": "Shop",
    "provider": "cloud-api",
    "state": "connected",
}
CONTACT: Contact = {
    "id": CONTACT_ID,
    "channel_id": CHANNEL_ID,
    "name": "Dana Reyes",
    "profile_name": "Dana Reyes",
    "own_name": None,
    "phone_number": "+12025550142",
    "wa_id": "12025550142",
    "username": None,
    "blocked": False,
    "person_id": None,
}
QUESTION: Message = {
    "id": QUESTION_ID,
    "conversation_id": CONVERSATION_ID,
    "contact_id": CONTACT_ID,
    "channel_id": CHANNEL_ID,
    "direction": "incoming",
    "type": "text",
    "content": {"text": "Where is my parcel?"},
    "context": None,
    "status": "received",
    "error": None,
    "past_error": None,
    "timestamp": ASKED,
    "received_at": ARRIVED,
    "provider_message_id": _QUESTION_WAMID,
    "client_id": None,
    "sender": None,
    "reactions": [],
    "edited_at": None,
    "deleted_at": None,
    "previous": [],
    "media": None,
    "sort": "1767268800000000-000000000041",
    "receipts": {},
    "waiting": None,
    "scheduled_at": None,
    "stop_on_reply": False,
    "held": False,
    "automatic": False,
    "cost": None,
    "tries": [],
}
COST: Cost = {"category": "service", "billable": True, "amount": "0.0042", "currency": "USD"}
ANSWER: Message = {
    **QUESTION,
    "id": ANSWER_ID,
    "direction": "outgoing",
    "content": {"text": "Your parcel is on its way."},
    "context": {
        "id": _QUESTION_WAMID,
        "quoted": {
            "id": QUESTION_ID,
            "direction": "incoming",
            "type": "text",
            "text": "Where is my parcel?",
            "about": {},
            "deleted_at": None,
            "sender": None,
            "contact": CONTACT,
        },
    },
    "status": "delivered",
    "timestamp": ANSWERED,
    "received_at": "2026-01-01T12:01:40.500Z",
    "provider_message_id": _ANSWER_WAMID,
    "client_id": ANSWER_ID,
    "sender": {"id": USER_ID, "name": "Ana"},
    "sort": "1767268900000000-000000000042",
    "receipts": {"sent": "2026-01-01T12:01:41.000Z", "delivered": DELIVERED},
    "cost": COST,
    "tries": [],
}
LAST: LastMessage = {
    "id": QUESTION_ID,
    "direction": "incoming",
    "type": "text",
    "text": "Where is my parcel?",
    "about": {},
    "deleted_at": None,
    "status": "received",
    "timestamp": ASKED,
}
CONVERSATION: Conversation = {
    "id": CONVERSATION_ID,
    "contact": CONTACT,
    "channel": CHANNEL,
    "status": "open",
    "snoozed_until": None,
    "assignee": {"id": USER_ID, "name": "Ana"},
    "team": {"id": TEAM_ID, "name": "Support"},
    "labels": ["Delivery"],
    "priority": "normal",
    "waiting_since": None,
    "answered_at": None,
    "closing": False,
    "needs_reply": False,
    "inbound_count": 7,
    "unread_count": 1,
    "last_message": LAST,
    "window_expires_at": "2026-01-02T12:00:00.000Z",
    "arrived_at": ARRIVED,
    "sort": f"1767268800123000-{CONVERSATION_ID}",
}
ARRANGED: ArrangedConversation = {
    **CONVERSATION,
    "changed": ["assignee"],
    "by": {"id": OTHER_USER_ID, "name": "Ben"},
}
LISTED: ListedConversation = {
    **CONVERSATION,
    "seen_count": 6,
    "mention_count": 1,
    "draft": None,
    "match": None,
    "matches": [],
    "match_count": None,
}
MATCH: Match = {
    "message_id": QUESTION_ID,
    "direction": "incoming",
    "type": "text",
    "about": {},
    "timestamp": ASKED,
    "snippet": [{"text": "Where is my ", "match": False}, {"text": "parcel", "match": True}],
}
NOTE: Message = {
    **QUESTION,
    "id": NOTE_ID,
    "direction": "internal",
    "type": "note",
    "content": {
        "text": "@Ben, can you ask the courier?",
        "mentions": [{"id": OTHER_USER_ID, "name": "Ben"}],
    },
    "status": "noted",
    "timestamp": ANSWERED,
    "received_at": "2026-01-01T12:01:40.500Z",
    "provider_message_id": None,
    "sender": {"id": USER_ID, "name": "Ana"},
    "sort": "1767268900000000-000000000043",
}
MENTIONED: MentionCount = {"id": CONVERSATION_ID, "count": 1, "conversations": 2}
REACTION: Reaction = {
    "emoji": "👍",
    "error": None,
    "direction": "incoming",
    "author": None,
    "timestamp": "2026-01-01T12:02:00.000Z",
}
_ORDER_READY: Final[list[dict[str, object]]] = [
    {
        "type": "BODY",
        "text": "Hello {{1}}, your order {{2}} is ready.",
        "example": {"body_text": [["Amara", "1042"]]},
    },
]
NEW_TEMPLATE: Final = {
    "name": "order_ready",
    "language": "en_US",
    "category": "UTILITY",
    "components": _ORDER_READY,
}
TEMPLATE: MessageTemplate = {
    "id": "019b2d3c-7e00-7b1c-8a2d-3f4e5d6c7b8a",
    "channel_id": CHANNEL_ID,
    "name": "order_ready",
    "language": "en_US",
    "status": "APPROVED",
    "category": "UTILITY",
    "quality": "GREEN",
    "rejected_reason": None,
    "previous_category": None,
    "parameter_format": "POSITIONAL",
    "components": _ORDER_READY,
    "provider_template_id": "800000000001",
    "synced_at": ARRIVED,
}
TEMPLATE_SYNC: TemplateSync = {
    "state": "done",
    "found": 12,
    "synced_at": ARRIVED,
    "error": None,
}
ALERT: Alert = {
    "id": ALERT_ID,
    "kind": "failing",
    "channel": {"id": CHANNEL_ID, "name": "Shop"},
    "text": "12 of its last 15 webhooks were refused: the signature is wrong.",
    "facts": {"refused": 12, "accepted": 3, "shared": 0, "reason": "The signature is wrong."},
    "since": ASKED,
    "raised_at": "2026-01-01T12:05:00.000Z",
    "ended_at": None,
    "muted_at": None,
    "muted_by": None,
}
CHANNEL_HEALTH: ChannelShape = {
    **CHANNEL,
    "provider_title": "Meta Cloud API",
    "read_receipts": "on",
    "agent_names": "off",
    "direct_send": "off",
    "can": ["contacts", "list", "location", "quote", "reply_buttons", "window"],
    "account": "106540352242922",
    "number": {
        "state": "known",
        "checked_at": ASKED,
        "reason": None,
        "name": "Fiction Shop",
        "phone_number": "+12025550100",
        "quality": "green",
    },
    "health": {
        "state": "live",
        "send_error": None,
        "send_error_at": None,
        "news": None,
        "news_at": None,
        "last_webhook_at": ARRIVED,
        "last_error": None,
        "last_error_at": None,
        "refusals": 0,
        "last_refusal": None,
        "last_refused_at": None,
        "refused": [],
    },
}
WEBHOOK: LoggedWebhook = {
    "id": ENTRY_ID,
    "channel": CHANNEL,
    "size": 412,
    "received_at": ARRIVED,
    "answer": 200,
    "took": 1.9,
    "applied_after": 6.4,
    "proof": "hmac",
    "test": False,
    "state": "applied",
    "result": {"events": {"message": 1}, "ignored": []},
    "error": None,
}
NEW: MessageWithContact = {**QUESTION, "contact": CONTACT}
STATUS: StatusChange = {
    "id": ANSWER_ID,
    "contact_id": CONTACT_ID,
    "conversation_id": CONVERSATION_ID,
    "provider_message_id": _ANSWER_WAMID,
    "status": "delivered",
    "previous_status": "sent",
    "timestamp": DELIVERED,
    "error": None,
    "past_error": None,
    "receipts": ANSWER["receipts"],
    "waiting": None,
    "cost": COST,
    "tries": [],
}
EDITED: ChangedMessage = {
    **QUESTION,
    "content": {"text": "Where is my parcel 4711?"},
    "edited_at": "2026-01-01T12:00:30.000Z",
    "previous": [{"text": "Where is my parcel?", "timestamp": ASKED}],
    "changed": ["content", "previous", "edited_at"],
}
REACTED: ChangedReactions = {
    "id": ANSWER_ID,
    "conversation_id": CONVERSATION_ID,
    "contact_id": CONTACT_ID,
    "provider_message_id": _ANSWER_WAMID,
    "reactions": [REACTION],
    "changed": ["reactions"],
}
RECEIPTS: MoreReceipts = {
    "id": ANSWER_ID,
    "conversation_id": CONVERSATION_ID,
    "status": "delivered",
    "error": None,
    "past_error": None,
    "receipts": ANSWER["receipts"],
    "waiting": None,
    "cost": COST,
    "tries": [],
}
COST_ROW: CostRow = {
    "key": "utility",
    "name": "utility",
    "currency": "USD",
    "messages": 1204,
    "billed": 1100,
    "free": 104,
    "unpriced": 0,
    "amount": "4.62",
}
RATE: RateShape = {
    "currency": "USD",
    "country": "GB",
    "category": "utility",
    "from_day": "2026-01-01",
    "price": "0.0042",
}
BILLING: Billing = {
    "currency": "USD",
    "time_zone": "Europe/London",
    "month": {
        "month": "2026-01",
        "sent": 412,
        "free": 1000,
        "used_up_at": None,
        "expected_at": "2026-01-24T09:00:00.000Z",
    },
}
REMOVED: RemovedMessage = {
    "id": ANSWER_ID,
    "conversation_id": CONVERSATION_ID,
    "contact_id": CONTACT_ID,
}
RENAMED: ChangedContact = {
    **CONTACT,
    "name": "Dana (Reyes & Co.)",
    "own_name": "Dana (Reyes & Co.)",
    "changed": ["attributes", "name", "note", "own_name"],
    "attributes": {"order_number": 4711, "newsletter": True},
    "note": "Calls back after six.",
}
MERGED: MergedConversation = {
    "id": "019b2d3c-3c4d-7065-8f70-819203142536",
    "into": CONVERSATION_ID,
    "contact_id": "019b2d3c-3c4d-7176-9081-920314253647",
    "into_contact_id": CONTACT_ID,
}
USER: UserShape = {
    "id": OTHER_USER_ID,
    "email": "ben@example.com",
    "name": "Ben",
    "role": "agent",
    "state": "active",
    "channel_ids": [CHANNEL_ID],
    "own_teams_only": False,
    "team_ids": [],
    "created_at": "2026-01-01T12:00:00.000Z",
    "link_expires_at": None,
}
TOKEN: TokenShape = {
    "id": "019b2d3c-1f2e-7d55-8a11-0c1d2e3f4a5b",
    "name": "Spreadsheet",
    "role": "agent",
    "scopes": ["read"],
    "channel_ids": [CHANNEL_ID],
    "owner_id": OTHER_USER_ID,
    "owner": "Ben",
    "created_at": "2026-01-01T12:00:00.000Z",
    "expires_at": "2027-01-01T00:00:00.000Z",
    "last_used_at": None,
}
INVITED: InvitedUser = {
    **USER,
    "state": "invited",
    "link_expires_at": "2026-01-08T12:00:00.000Z",
    "link": "https://inbox.example.com/welcome/0n3t1m3",
}
PROFILE: Profile = {
    "kind": "user",
    "id": OTHER_USER_ID,
    "name": "Ben",
    "email": "ben@example.com",
    "role": "agent",
    "alias": None,
    "channel_ids": [CHANNEL_ID],
    "team_ids": None,
    "preferences": {
        "send_key": "enter",
        "density": "comfortable",
        "time_format": "auto",
        "language": "auto",
    },
}
LEFT: RemovedConversation = {"id": CONVERSATION_ID, "channel_id": CHANNEL_ID, "team_id": None}
SEEN: SeenCount = {"id": CONVERSATION_ID, "seen_count": 7, "why": "seen"}
HELLO: Hello = {
    "heartbeat_s": 15,
    "at": "2026-01-02T12:00:00.000Z",
    "user": {"id": USER_ID, "name": "Ana", "role": "agent"},
}
PEOPLE_HERE: Colleagues = {"users": [{"id": OTHER_USER_ID, "name": "Ben"}]}
VIEWERS: Viewers = {
    "conversation_id": CONVERSATION_ID,
    "users": [{"id": OTHER_USER_ID, "name": "Ben"}],
}
TYPING_USERS: TypingUsers = {
    "conversation_id": CONVERSATION_ID,
    "users": [{"id": OTHER_USER_ID, "name": "Ben", "kind": "reply"}],
}
SUBSCRIPTION: Subscription = {
    "topics": [f"conversation:{CONVERSATION_ID}"],
    "types": ["message:new", "message:status"],
}
REPORT: StatusReport = {
    "status": "ok",
    "warnings": [],
    "checks": [
        {
            "name": "journal",
            "title": "Storing webhooks",
            "state": "good",
            "reason": None,
            "says": "What comes is safely on disk before it is answered.",
        }
    ],
    "work": {
        "at_most": 10_000,
        "pending": 0,
        "oldest_pending_seconds": 0.0,
        "failed": 0,
        "sends_waiting": 0,
        "sends_late_seconds": 0.0,
        "files_waiting": 0,
        "files_late_seconds": 0.0,
        "log_head": 1042,
    },
    "channels": [CHANNEL_HEALTH],
    "alerts": [ALERT],
    "webhook_alerts": [],
    "process": {
        "version": "0.1.0",
        "pid": 4711,
        "started_at": "2026-01-01T08:00:00.000Z",
        "uptime_seconds": 14_400,
        "memory_bytes": 104_857_600,
        "journal_waiting": 0,
        "unstored": 0,
        "ingest_backlog": 0,
        "feed_head": 1042,
        "sockets": {"pages": 3, "programs": 1},
        "sends": {"sent": 12},
    },
    "database": {"engine": "SQLite", "place": "inbox.db", "bytes": 4_194_304, "shared": False},
    "complaints": [],
}
UPLOAD: Upload = {
    "id": "019b2d3c-4b5e-7d8f-9a1b-2c3d4e5f6a7b",
    "kind": "image",
    "mime_type": "image/jpeg",
    "bytes": 48_213,
    "sha256": "0f343b0931126a20f133d67c2b018a3b0f343b0931126a20f133d67c2b018a3b",
    "filename": "Parcel.jpg",
    "width": 1600,
    "height": 1200,
    "url": "/api/v1/media/019b2d3c-4b5e-7d8f-9a1b-2c3d4e5f6a7b/file",
    "thumbnail_url": "/api/v1/media/019b2d3c-4b5e-7d8f-9a1b-2c3d4e5f6a7b/thumbnail",
}
DRAFT: Final[Draft] = {
    "conversation_id": CONVERSATION_ID,
    "text": "Good news: your parc",
    "quoted": None,
    "files": [{"media": UPLOAD, "kind": "image", "caption": "The red one"}],
    "updated_at": ANSWERED,
}
RESPONSE: Final[CannedResponse] = {
    "id": RESPONSE_ID,
    "short_code": "hours",
    "content": "Hello {{contact.first_name|there}}, we open at nine.",
    "attachments": [UPLOAD["id"]],
    "files": [UPLOAD],
    "scope": "everybody",
    "team_id": None,
    "team": None,
    "created_at": ASKED,
    "updated_at": ASKED,
    "filled": {"text": "Hello Dana, we open at nine.", "missing": []},
}
HOURS: Final[ChannelHours] = {
    "time_zone": "Europe/London",
    "week": {
        "monday": [{"opens": "09:00", "closes": "12:30"}, {"opens": "13:30", "closes": "18:00"}],
        "tuesday": [{"opens": "09:00", "closes": "18:00"}],
        "wednesday": [{"opens": "09:00", "closes": "18:00"}],
        "thursday": [{"opens": "09:00", "closes": "18:00"}],
        "friday": [{"opens": "09:00", "closes": "16:00"}],
        "saturday": [],
        "sunday": [],
    },
    "holidays": [
        {"name": "Christmas", "first": "2026-12-24", "last": "2026-12-26", "yearly": True}
    ],
    "away": {"text": "We are closed, {{contact.first_name|friend}}, and open at nine."},
    "greeting": {"text": "Welcome to {{channel.name}}!", "after_days": 90},
    "now": {
        "open": False,
        "since": "2025-12-31T18:00:00.000Z",
        "until": "2026-01-02T09:00:00.000Z",
    },
}
JWT: Final = "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJ1c2VyOjEifQ.c2lnbmF0dXJl"
PAGE_AFTER = f"1767268800123000~{CONVERSATION_ID}"

SESSION: Final = {
    "id": "0f" * 32,
    "browser": "Firefox on Windows",
    "created_at": "2026-01-01T09:00:00.000Z",
    "used_at": "2026-01-01T09:00:00.000Z",
    "current": True,
}
