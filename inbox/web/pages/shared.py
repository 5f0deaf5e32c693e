"""What was shared in a conversation: pictures, documents and links, a page of each at a time."""

from typing import Final, get_args

from litestar import Response, get
from litestar.params import FromPath, FromQuery
from litestar_htmx import HTMXRequest

from inbox.conversations.shared import shared_page
from inbox.domain.cursors import Cursor
from inbox.domain.language import N_
from inbox.domain.shared import SharedKind
from inbox.web.context import app_of, me
from inbox.web.http.guard import AGENT
from inbox.web.http.rendering import drawn, own_page

KINDS: Final[dict[SharedKind, str]] = {
    "media": N_("Media"),
    "documents": N_("Documents"),
    "links": N_("Links"),
}


@get("/conversations/{conversation_id:str}/shared", opt=AGENT, include_in_schema=False)
async def shared_list(
    request: HTMXRequest,
    conversation_id: FromPath[str],
    kind: FromQuery[str] = "media",
    cursor: FromQuery[str] = "",
) -> Response[str]:
    """For htmx the part beside the thread, else a page."""
    which: SharedKind = next((one for one in get_args(SharedKind) if one == kind), "media")
    place = Cursor.read(cursor) if cursor else None
    found, following = await app_of(request).database.read(
        shared_page, me(request).reach, conversation_id, which, place
    )
    page = own_page(
        request,
        "contacts/_shared.html" if request.htmx else "contacts/shared.html",
        messages=found,
        next_cursor=following,
        kinds=KINDS,
        which=which,
        conversation_id=conversation_id,
    )
    return await drawn(request, page)


HANDLERS = [shared_list]
