"""``/api/v1``: how many conversations each view of the list has."""

from typing import Any

from litestar import Request, get

from inbox.desk.counts import Watcher, counts_now
from inbox.domain.view_counts import ViewCounts
from inbox.web.api.conversations import reader
from inbox.web.context import app_of, me
from inbox.web.http.guard import AGENT


@get(
    "/api/v1/conversations/counts",
    opt=AGENT,
    tags=["Conversations"],
    operation_id="countConversations",
    summary="Count conversations by views",
)
async def conversation_counts(request: Request[Any, Any, Any]) -> ViewCounts:
    """As many as the list would give, of what one sees, however many there are.

    The feed tells of them as they change: `counts:updated`.
    """
    watcher = Watcher(reader(request), me(request).reach)
    return await app_of(request).database.read(counts_now, watcher)


HANDLERS = [conversation_counts]
