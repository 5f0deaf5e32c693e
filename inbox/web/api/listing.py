"""``/api/v1``: the list of conversations, by views, filters and orders."""

from typing import Annotated, Any

from litestar import Request, get

from inbox.conversations import listing, search
from inbox.desk import saved_views
from inbox.domain.cursors import Cursor
from inbox.domain.fields import says
from inbox.domain.public import ListedConversation
from inbox.storage.database import Connection
from inbox.web.api.contract.problems import UNFIT_LIST, can_fail
from inbox.web.api.conversations import reader, words_of
from inbox.web.api.paging import Paged
from inbox.web.context import AnyRequest, app_of, me
from inbox.web.http.guard import AGENT
from inbox.web.http.narrowing import (
    Assignee,
    Has,
    InStatus,
    Label,
    OfPriority,
    OfTeam,
    Since,
    Sorted,
    Until,
    Wrote,
    search_asked,
)
from inbox.web.http.parameters import ChannelId, Place, UpTo100, in_query

AskedView = Annotated[
    str,
    in_query(
        "`all`; `open`: to be done; of these `mine`, `unassigned`, `waiting`: nobody has answered"
        " yet, `needs_reply`: the customer said the last word, and `closing`: they wait, and"
        " WhatsApp takes free text for two hours more at most; `snoozed`; `resolved`; `unread`;"
        " `mentions`: a note names you. Or the id of a saved view: what is asked beside it goes"
        " before its own.",
        "waiting",
    ),
]


class ConversationList(Paged):
    """A page of conversations."""

    data: Annotated[list[ListedConversation], says("The conversations.")]


@get(
    "/api/v1/conversations",
    opt=AGENT | can_fail(UNFIT_LIST),
    tags=["Conversations"],
    operation_id="listConversations",
    summary="List and search conversations",
)
async def conversation_list(
    request: Request[Any, Any, Any],
    view: AskedView = "",
    q: Annotated[str, in_query("Words, a name or a number to look for.", "invoice")] = "",
    channel: ChannelId = "",
    label: Label = "",
    assignee: Assignee = "",
    team: OfTeam = "",
    status: InStatus = "",
    priority: OfPriority = "",
    sort: Sorted = "",
    wrote: Wrote = "",
    has: Has = None,
    since: Since = "",
    until: Until = "",
    cursor: Place = "",
    limit: UpTo100 = listing.PAGE,
) -> ConversationList:
    """Conversations of a view that answer to all filters, the newest arrival first.

    What one page looks at is bounded: it may be short, or empty, and have a `next` all the same.

    With `q` people of that name or number come first, and each conversation has a `match`: the
    newest message that was found, with a snippet, or null; `matches` has two more, and
    `match_count` says how many there are. With `from` or `has`, or with `q` and a time, only
    messages are looked for, and all of it has to hold for one of them; a time alone is that of the
    last arrival. What was looked for has an order of its own, whatever `sort` says.
    `unread_count` is a user's own; a program sees what no agent has read.
    """
    at, who = app_of(request), reader(request)
    told = {
        "view": view,
        "q": words_of(q),
        "channel": channel,
        "label": label,
        "assignee": assignee,
        "team": team,
        "status": status,
        "priority": priority,
        "sort": sort,
        "from": wrote,
        "has": has or "",
        "since": since,
        "until": until,
    }
    asked = search_asked(await whole_query(request, told), at.now(), me(request).reach)
    found, following = await at.database.read(
        search.search_page if asked.asks else listing.list_page,
        who,
        asked,
        Cursor.read(cursor) if cursor else None,
        limit,
    )
    return ConversationList(data=found, next=following)


async def whole_query(request: AnyRequest, told: dict[str, str]) -> dict[str, str]:
    """What is asked, with what a saved view says beside it."""
    given = {name: value for name, value in told.items() if value}
    if not saved_views.is_id(given.get("view", "")):
        return given
    saved = await app_of(request).database.read(_filters_of, reader(request), given.pop("view"))
    return {**saved, **given}


def _filters_of(connection: Connection, user_id: str | None, view_id: str) -> dict[str, str]:
    return {**saved_views.view_by_id(connection, user_id, view_id)["filters"]}


HANDLERS = [conversation_list]
