"""One example for each type of the contracts, of what is made up in ``made_up``."""

from typing import Any

from inbox.web.api.contract.made_up import (
    ALERT,
    ANSWER,
    ANSWER_ID,
    ARRIVED,
    CHANNEL_HEALTH,
    CONTACT,
    CONVERSATION,
    EDITED,
    ENTRY_ID,
    HELLO,
    JWT,
    LISTED,
    MATCH,
    MERGED,
    NEW,
    PAGE_AFTER,
    QUESTION,
    QUESTION_ID,
    REACTED,
    RECEIPTS,
    REMOVED,
    RENAMED,
    REPORT,
    RESPONSE,
    RESPONSE_ID,
    SEEN,
    SESSION,
    STATUS,
    SUBSCRIPTION,
    UPLOAD,
    WEBHOOK,
)
from inbox.web.api.contract.schemas import Schema

EXAMPLES: dict[str, Any] = {
    "Alert": ALERT,
    "AlertChange": {"muted": True},
    "AlertList": {"data": [ALERT], "next": None},
    "CannedResponse": RESPONSE,
    "CannedResponseChange": {"content": "We open at ten on Sundays."},
    "CannedResponseList": {"data": [RESPONSE], "next": RESPONSE_ID},
    "CaughtUp": {"count": 3},
    "ChangedContact": RENAMED,
    "ChangedMessage": EDITED,
    "ChangedReactions": REACTED,
    "ChannelList": {"data": [CHANNEL_HEALTH], "next": None},
    "ChannelShape": CHANNEL_HEALTH,
    "Contact": CONTACT,
    "ContactList": {"data": [CONTACT], "next": PAGE_AFTER},
    "Conversation": CONVERSATION,
    "ContactChange": {"blocked": True},
    "ConversationList": {"data": [LISTED], "next": PAGE_AFTER},
    "EventList": {
        "data": [{"type": "message:new", "seq": 1042, "at": ARRIVED, "payload": NEW}],
        "next": "1042",
    },
    "FeedToken": {"token": JWT, "expires_at": "2026-01-01T12:05:00.000Z"},
    "Fragments": {"html": "<!--conversation:read 019b2d3c--><div></div>"},
    "HealthReport": {"status": "ok", "checks": {"database": "ok", "feed": "ok"}},
    "Heartbeat": {"cursor": 1042},
    "Hello": HELLO,
    "ListedConversation": LISTED,
    "LoggedWebhook": WEBHOOK,
    "MatchList": {"data": [MATCH], "next": None},
    "MergedConversation": MERGED,
    "Message": ANSWER,
    "MessageList": {"data": [QUESTION, ANSWER], "next": None},
    "MessageWithContact": NEW,
    "MoreReceipts": RECEIPTS,
    "RemovedMessage": REMOVED,
    "NewUpload": {"kind": "image", "bytes": 48_213, "filename": "Parcel.jpg"},
    "PartialUpload": {"id": UPLOAD["id"], "offset": 0, "piece": 1_048_576, "media": None},
    "Upload": UPLOAD,
    "NewCannedResponse": {
        "short_code": "hours",
        "content": "Hello {{contact.first_name|there}}, we open at nine.",
        "scope": "everybody",
    },
    "NewMessage": {
        "text": "Your parcel is on its way.",
        "client_id": ANSWER_ID,
        "quoted_id": QUESTION_ID,
    },
    "ProblemDetails": {
        "type": "about:blank",
        "title": "Not allowed",
        "status": 403,
        "detail": "Only an admin may do this.",
    },
    "NotUnderstood": {"type": "typing", "reason": "this server knows subscribe and ping"},
    "ResyncReason": {"reason": "since is older than what is kept"},
    "SeenCount": SEEN,
    "Session": SESSION,
    "SessionList": {"data": [SESSION]},
    "StatusChange": STATUS,
    "StatusReport": REPORT,
    "Subscription": SUBSCRIPTION,
    "Typing": {"kind": "reply"},
    "Credential": {"token": JWT},
    "WebhookList": {"data": [WEBHOOK], "next": ENTRY_ID},
    "WholeWebhook": {
        **WEBHOOK,
        "replay": None,
        "body": '{"object":"whatsapp_business_account","entry":[…]}',
        "events": [{"kind": "message", "ts": "2026-01-01T12:00:00Z", "type": "text"}],
    },
}
"""By the names of the types."""


def with_examples(schemas: dict[str, Schema]) -> dict[str, Schema]:
    """These schemas in the order of their names, with the example of each that has one."""
    return {
        name: schema | ({"examples": [EXAMPLES[name]]} if name in EXAMPLES else {})
        for name, schema in sorted(schemas.items())
    }
