"""Every table, once, for both engines. The hot paths use them through SQLAlchemy Core.

Times are integers of microseconds (see ``domain.times``), ids are UUIDs as text, JSON is
text that was encoded once. ``storage/models`` describes them; to make tables of that, and to load
what does, would be a seventh of each start, so that what comes of it is kept.
"""

import pickle
from pathlib import Path
from typing import Final

import sqlalchemy
from sqlalchemy import MetaData

from inbox.domain.shared import DOCUMENTS, LINKS, MEDIA
from inbox.kept import made_once


def _made() -> bytes:
    from inbox.storage.models import model_tables  # noqa: PLC0415 - see above

    return pickle.dumps(model_tables())


_MADE_OF: Final = (
    *(path.read_bytes() for path in sorted(Path(__file__).parent.glob("models/*.py"))),
    *(words.encode() for words in (DOCUMENTS, LINKS, MEDIA, sqlalchemy.__version__)),
)
metadata: MetaData = pickle.loads(made_once("tables", _MADE_OF, _made))  # noqa: S301 - as safe as what Python compiled beside it

alert_notices = metadata.tables["alert_notices"]
alerts = metadata.tables["alerts"]
aliases = metadata.tables["aliases"]
api_tokens = metadata.tables["api_tokens"]
automatic_replies = metadata.tables["automatic_replies"]
canned_responses = metadata.tables["canned_responses"]
changes = metadata.tables["changes"]
channels = metadata.tables["channels"]
charges = metadata.tables["charges"]
contact_attributes = metadata.tables["contact_attributes"]
contact_details = metadata.tables["contact_details"]
contact_merges = metadata.tables["contact_merges"]
contacts = metadata.tables["contacts"]
conversation_labels = metadata.tables["conversation_labels"]
conversations = metadata.tables["conversations"]
drafts = metadata.tables["drafts"]
echoes = metadata.tables["echoes"]
feed_events = metadata.tables["feed_events"]
horizons = metadata.tables["horizons"]
journal_entries = metadata.tables["journal_entries"]
labels = metadata.tables["labels"]
later_sends = metadata.tables["later_sends"]
left_unread = metadata.tables["left_unread"]
media_files = metadata.tables["media_files"]
media_jobs = metadata.tables["media_jobs"]
mentions = metadata.tables["mentions"]
message_aliases = metadata.tables["message_aliases"]
messages = metadata.tables["messages"]
moved_conversations = metadata.tables["moved_conversations"]
muted_channels = metadata.tables["muted_channels"]
note_drafts = metadata.tables["note_drafts"]
notice_wishes = metadata.tables["notice_wishes"]
one_time_links = metadata.tables["one_time_links"]
outbox = metadata.tables["outbox"]
presence = metadata.tables["presence"]
provider_files = metadata.tables["provider_files"]
push_devices = metadata.tables["push_devices"]
push_state = metadata.tables["push_state"]
pushes = metadata.tables["pushes"]
rates = metadata.tables["rates"]
read_marks = metadata.tables["read_marks"]
readings = metadata.tables["readings"]
receipts = metadata.tables["receipts"]
refusals = metadata.tables["refusals"]
refused_deliveries = metadata.tables["refused_deliveries"]
rehearsals = metadata.tables["rehearsals"]
replays = metadata.tables["replays"]
saved_views = metadata.tables["saved_views"]
sessions = metadata.tables["sessions"]
sign_in_tries = metadata.tables["sign_in_tries"]
taken_back = metadata.tables["taken_back"]
team_members = metadata.tables["team_members"]
teams = metadata.tables["teams"]
template_syncs = metadata.tables["template_syncs"]
template_uses = metadata.tables["template_uses"]
templates = metadata.tables["templates"]
token_channels = metadata.tables["token_channels"]
tries = metadata.tables["tries"]
turns = metadata.tables["turns"]
undos = metadata.tables["undos"]
unsearched_contacts = metadata.tables["unsearched_contacts"]
unsearched_messages = metadata.tables["unsearched_messages"]
untold_reactions = metadata.tables["untold_reactions"]
upload_holds = metadata.tables["upload_holds"]
uploads = metadata.tables["uploads"]
user_channels = metadata.tables["user_channels"]
users = metadata.tables["users"]
view_counts = metadata.tables["view_counts"]
watches = metadata.tables["watches"]
webhook_counts = metadata.tables["webhook_counts"]
webhook_deliveries = metadata.tables["webhook_deliveries"]
webhook_endpoints = metadata.tables["webhook_endpoints"]
