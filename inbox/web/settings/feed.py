"""Settings: the feed as a program hears it, live, with clients to copy."""

from typing import Final

from litestar import get
from litestar_htmx import HTMXRequest, HTMXTemplate

from inbox.domain.feed_events import FOR_EVERYBODY
from inbox.web.context import app_of
from inbox.web.http.guard import ADMIN
from inbox.web.http.rendering import own_page

CLIENTS: Final = (("javascript", "JavaScript"), ("python", "Python"), ("curl", "curl"))
"""Each is ``templates/settings/clients/`` of its name, and what it is called."""


@get("/settings/feed", opt=ADMIN, include_in_schema=False)
async def feed_page(request: HTMXRequest) -> HTMXTemplate:
    """``head``: where the clients begin, so that whoever starts one later misses nothing."""
    at = app_of(request)
    known = [one for one in at.channel_cache.all() if one.state != "removed"]
    sandbox = next((one.id for one in known if one.provider == "sandbox"), "")
    return own_page(
        request,
        "settings/feed.html",
        types=FOR_EVERYBODY,
        clients=CLIENTS,
        own_url=at.settings.own_url,
        head=at.hub.head,
        sandbox=sandbox,
        connected=bool(known),
    )


HANDLERS = [feed_page]
