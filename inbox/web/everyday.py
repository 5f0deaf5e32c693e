"""What an inbox is asked all day: all that a start loads of the addresses.

The others (``urls``) are loaded with the first request to one of them (``http/seldom.py``).
"""

from typing import Final

from litestar.types import ControllerRouterHandler

from inbox.web.api import internal
from inbox.web.health import health, metrics
from inbox.web.http import static_files
from inbox.web.live import sockets
from inbox.web.pages import (
    at_the_root,
    drafting,
    filters,
    first_contact,
    inbox,
    list_part,
    media,
    replying,
    sign_in,
    templates,
)
from inbox.web.webhooks import door

EVERYDAY: Final[list[ControllerRouterHandler]] = [
    # Providers call these.
    *door.HANDLERS,
    # People open these.
    *inbox.HANDLERS,
    *list_part.HANDLERS,
    *filters.HANDLERS,
    *replying.HANDLERS,
    *templates.HANDLERS,
    *first_contact.HANDLERS,
    *drafting.HANDLERS,
    *media.HANDLERS,
    *sign_in.HANDLERS,
    # Browsers and programs ask these by themselves.
    *static_files.HANDLERS,
    *at_the_root.HANDLERS,
    *sockets.HANDLERS,
    *health.HANDLERS,
    *metrics.HANDLERS,
    *internal.HANDLERS,
]

SELDOM: Final = frozenset(
    {
        "account",
        "api",
        "asyncapi.json",
        "contacts",
        "contacts.csv",
        "conversations",
        "desk",
        "docs",
        "later",
        "llms.txt",
        "messages",
        "notes",
        "openapi",  # Litestar's own, shut
        "openapi.json",
        "people",
        "sandbox",
        "settings",
        "shared",
        "views",
    }
)
"""How the other addresses begin. Where nothing of ours is, nothing is loaded for a stranger who
tries addresses."""
