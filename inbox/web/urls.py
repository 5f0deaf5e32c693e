"""Every address of the server, in one list."""

from litestar.types import ControllerRouterHandler

from inbox.web.api import (
    alerts,
    arranging,
    brought,
    bulk,
    canned_responses,
    canned_tables,
    connecting,
    contact_attributes,
    contact_merges,
    contact_tables,
    contacts,
    contracts,
    conversations,
    costs,
    counts,
    devices,
    drafts,
    endpoints,
    events,
    first_contact,
    hours,
    journal,
    labels,
    listing,
    messages,
    notes,
    notices,
    own_keys,
    own_profile,
    rehearsals,
    saved_views,
    sessions,
    shared,
    teams,
    templates,
    turns,
    typing_signs,
)
from inbox.web.api import channels as api_channels
from inbox.web.api import media as uploads
from inbox.web.api import passing_on as api_passing_on
from inbox.web.api import replays as api_replays
from inbox.web.api import tokens as api_tokens
from inbox.web.api import users as api_users
from inbox.web.documents import pages as documents
from inbox.web.everyday import EVERYDAY
from inbox.web.pages import (
    account,
    changing,
    contact_editing,
    contact_imports,
    contact_list,
    desk,
    matches,
    noting,
    passing_on,
    pretend_graph,
    sandbox,
    shared_files,
    vcards,
    views,
)
from inbox.web.pages import contacts as contact_pages
from inbox.web.pages import notices as notice_pages
from inbox.web.pages import shared as shared_pages
from inbox.web.settings import alerts as alert_settings
from inbox.web.settings import canned_responses as canned_settings
from inbox.web.settings import canned_tables as canned_imports
from inbox.web.settings import (
    channels,
    rates,
    registration,
    replays,
    status,
    token_changes,
    tokens,
    users,
    webhook_log,
)
from inbox.web.settings import contact_attributes as attribute_settings
from inbox.web.settings import costs as cost_settings
from inbox.web.settings import endpoints as endpoint_settings
from inbox.web.settings import feed as feed_settings
from inbox.web.settings import hours as hour_settings
from inbox.web.settings import labels as label_settings
from inbox.web.settings import teams as team_settings
from inbox.web.settings import templates as template_settings
from inbox.web.settings import turns as turn_settings

HANDLERS: list[ControllerRouterHandler] = [
    *EVERYDAY,
    # People open these.
    *views.HANDLERS,
    *matches.HANDLERS,
    *desk.HANDLERS,
    *changing.HANDLERS,
    *contact_pages.HANDLERS,
    *contact_imports.HANDLERS,
    *contact_list.HANDLERS,
    *contact_editing.HANDLERS,
    *shared_pages.HANDLERS,
    *noting.HANDLERS,
    *passing_on.HANDLERS,
    *vcards.HANDLERS,
    *account.HANDLERS,
    *notice_pages.HANDLERS,
    *channels.HANDLERS,
    *alert_settings.HANDLERS,
    *canned_settings.HANDLERS,
    *canned_imports.HANDLERS,
    *attribute_settings.HANDLERS,
    *registration.HANDLERS,
    *template_settings.HANDLERS,
    *label_settings.HANDLERS,
    *team_settings.HANDLERS,
    *turn_settings.HANDLERS,
    *users.HANDLERS,
    *tokens.HANDLERS,
    *token_changes.HANDLERS,
    *endpoint_settings.HANDLERS,
    *feed_settings.HANDLERS,
    *webhook_log.HANDLERS,
    *replays.HANDLERS,
    *cost_settings.HANDLERS,
    *hour_settings.HANDLERS,
    *rates.HANDLERS,
    *status.HANDLERS,
    *sandbox.HANDLERS,
    *pretend_graph.HANDLERS,
    *shared_files.HANDLERS,
    *documents.HANDLERS,
    # Programs use these.
    *listing.HANDLERS,
    *counts.HANDLERS,
    *saved_views.HANDLERS,
    *conversations.HANDLERS,
    *drafts.HANDLERS,
    *own_keys.HANDLERS,
    *messages.HANDLERS,
    *api_passing_on.HANDLERS,
    *typing_signs.HANDLERS,
    *first_contact.HANDLERS,
    *uploads.HANDLERS,
    *brought.HANDLERS,
    *arranging.HANDLERS,
    *bulk.HANDLERS,
    *notes.HANDLERS,
    *templates.HANDLERS,
    *contacts.HANDLERS,
    *contact_attributes.HANDLERS,
    *contact_merges.HANDLERS,
    *contact_tables.HANDLERS,
    *shared.HANDLERS,
    *api_channels.HANDLERS,
    *connecting.HANDLERS,
    *rehearsals.HANDLERS,
    *hours.HANDLERS,
    *canned_responses.HANDLERS,
    *labels.HANDLERS,
    *teams.HANDLERS,
    *turns.HANDLERS,
    *canned_tables.HANDLERS,
    *endpoints.HANDLERS,
    *events.HANDLERS,
    *journal.HANDLERS,
    *api_replays.HANDLERS,
    *alerts.HANDLERS,
    *costs.HANDLERS,
    *sessions.HANDLERS,
    *notices.HANDLERS,
    *devices.HANDLERS,
    *api_users.HANDLERS,
    *api_tokens.HANDLERS,
    *own_profile.HANDLERS,
    *contracts.HANDLERS,
]
