"""What else answers in a conversation that was found: more of it under its row in the list."""

from litestar import Response, get
from litestar.params import FromPath, FromQuery
from litestar_htmx import HTMXRequest

from inbox.conversations import listing, matches
from inbox.conversations.listing import Search
from inbox.conversations.matches import MatchPage
from inbox.conversations.question import asked_of
from inbox.domain.cursors import Cursor
from inbox.domain.errors import Missing
from inbox.domain.language import N_, _
from inbox.domain.public import ListedConversation
from inbox.storage.database import Connection
from inbox.web.context import app_of, me
from inbox.web.http.guard import AGENT
from inbox.web.http.narrowing import query_of, search_for
from inbox.web.http.rendering import drawn, own_page

NO_CONVERSATION = N_("There is no such conversation.")


def _found(
    connection: Connection,
    user_id: str,
    conversation_id: str,
    search: Search,
    cursor: Cursor | None,
) -> tuple[ListedConversation, MatchPage]:
    conversation = listing.conversation_by_id(connection, user_id, conversation_id)
    if conversation is None:
        raise Missing(_(NO_CONVERSATION))
    asked = asked_of(connection, user_id, search)
    return conversation, matches.page(connection, conversation_id, asked, cursor)


@get("/conversations/{conversation_id:str}/matches", opt=AGENT, include_in_schema=False)
async def match_list(
    request: HTMXRequest,
    conversation_id: FromPath[str],
    but: FromQuery[str] = "",
    cursor: FromQuery[str] = "",
) -> Response[str]:
    """For htmx the part under the row, else a page. ``but``: the message of the row itself."""
    search = search_for(request)
    place = Cursor.read(cursor) if cursor else None
    conversation, found = await app_of(request).database.read(
        _found, me(request).id, conversation_id, search, place
    )
    page = own_page(
        request,
        "inbox/_matches.html" if request.htmx else "inbox/matches.html",
        conversation=conversation,
        matches=[one for one in found.data if one["message_id"] != but],
        next_cursor=found.next,
        q=search.q,
        filters=query_of(search),
        but=but,
    )
    return await drawn(request, page)


HANDLERS = [match_list]
