"""Every table, once, for both engines. The hot paths use them through SQLAlchemy Core.

Times are integers of microseconds (see ``domain.times``), ids are UUIDs as text, JSON is
text that was encoded once.
"""

from sqlmodel import SQLModel

from inbox.storage.tables.access import (
    api_tokens,
    one_time_links,
    sessions,
    sign_in_tries,
    token_channels,
    user_channels,
    users,
)
from inbox.storage.tables.alerts import alert_notices, alerts, watches, webhook_counts
from inbox.storage.tables.canned import canned_responses
from inbox.storage.tables.channels import channels, rates, refusals, rehearsals
from inbox.storage.tables.conversations import (
    conversations,
    drafts,
    horizons,
    left_unread,
    moved_conversations,
    note_drafts,
    readings,
    view_counts,
)
from inbox.storage.tables.desk import (
    conversation_labels,
    labels,
    mentions,
    presence,
    saved_views,
    team_members,
    teams,
    turns,
    undos,
)
from inbox.storage.tables.feed import feed_events
from inbox.storage.tables.forwarding import webhook_deliveries, webhook_endpoints
from inbox.storage.tables.journal import journal_entries, refused_deliveries, replays
from inbox.storage.tables.messages import (
    changes,
    charges,
    echoes,
    message_aliases,
    messages,
    receipts,
)
from inbox.storage.tables.notices import (
    muted_channels,
    notice_wishes,
    push_devices,
    push_state,
    pushes,
)
from inbox.storage.tables.people import (
    aliases,
    contact_attributes,
    contact_details,
    contact_merges,
    contacts,
)
from inbox.storage.tables.templates import template_syncs, template_uses, templates
from inbox.storage.tables.work import (
    automatic_replies,
    later_sends,
    media_files,
    media_jobs,
    outbox,
    provider_files,
    read_marks,
    taken_back,
    tries,
    unsearched_contacts,
    unsearched_messages,
    untold_reactions,
    upload_holds,
    uploads,
)

__all__ = [
    "alert_notices",
    "alerts",
    "aliases",
    "api_tokens",
    "automatic_replies",
    "canned_responses",
    "changes",
    "channels",
    "charges",
    "contact_attributes",
    "contact_details",
    "contact_merges",
    "contacts",
    "conversation_labels",
    "conversations",
    "drafts",
    "echoes",
    "feed_events",
    "horizons",
    "journal_entries",
    "labels",
    "later_sends",
    "left_unread",
    "media_files",
    "media_jobs",
    "mentions",
    "message_aliases",
    "messages",
    "metadata",
    "moved_conversations",
    "muted_channels",
    "note_drafts",
    "notice_wishes",
    "one_time_links",
    "outbox",
    "presence",
    "provider_files",
    "push_devices",
    "push_state",
    "pushes",
    "rates",
    "read_marks",
    "readings",
    "receipts",
    "refusals",
    "refused_deliveries",
    "rehearsals",
    "replays",
    "saved_views",
    "sessions",
    "sign_in_tries",
    "taken_back",
    "team_members",
    "teams",
    "template_syncs",
    "template_uses",
    "templates",
    "token_channels",
    "tries",
    "turns",
    "undos",
    "unsearched_contacts",
    "unsearched_messages",
    "untold_reactions",
    "upload_holds",
    "uploads",
    "user_channels",
    "users",
    "view_counts",
    "watches",
    "webhook_counts",
    "webhook_deliveries",
    "webhook_endpoints",
]

metadata = SQLModel.metadata
