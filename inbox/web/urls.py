"""Every address of the server, in one list."""

from litestar.types import ControllerRouterHandler

from inbox.web import (
    command_line,
    contracts,
    health,
    inbox_pages,
    media,
    metrics,
    pretend_graph,
    sandbox,
    sign_in,
    sockets,
    static_files,
    vcards,
    webhooks,
)
from inbox.web.api import alerts, contacts, conversations, events, journal, messages
from inbox.web.settings import alerts as alert_settings
from inbox.web.settings import channels, registration, replays, status, tokens, users, webhook_log

HANDLERS: list[ControllerRouterHandler] = [
    # Providers call these.
    *webhooks.HANDLERS,
    # People open these.
    *inbox_pages.HANDLERS,
    *vcards.HANDLERS,
    *media.HANDLERS,
    *sign_in.HANDLERS,
    *channels.HANDLERS,
    *alert_settings.HANDLERS,
    *registration.HANDLERS,
    *users.HANDLERS,
    *tokens.HANDLERS,
    *webhook_log.HANDLERS,
    *replays.HANDLERS,
    *status.HANDLERS,
    *sandbox.HANDLERS,
    *pretend_graph.HANDLERS,
    *static_files.HANDLERS,
    # Programs use these.
    *sockets.HANDLERS,
    *conversations.HANDLERS,
    *messages.HANDLERS,
    *contacts.HANDLERS,
    *events.HANDLERS,
    *journal.HANDLERS,
    *alerts.HANDLERS,
    *contracts.HANDLERS,
    *health.HANDLERS,
    *metrics.HANDLERS,
    *command_line.HANDLERS,
]
