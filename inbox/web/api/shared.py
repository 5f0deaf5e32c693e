"""``/api/v1``: what was shared in a conversation."""

from typing import Annotated, Any

from litestar import Request, get
from litestar.params import QueryParameter

from inbox.conversations.shared import shared_page
from inbox.domain.cursors import Cursor
from inbox.domain.fields import says
from inbox.domain.shared import SharedKind, SharedMessage
from inbox.web.api.paging import Paged
from inbox.web.context import app_of, me
from inbox.web.http.guard import AGENT
from inbox.web.http.parameters import ConversationId, Place, UpTo100


class SharedList(Paged):
    """A page of what was shared."""

    data: Annotated[list[SharedMessage], says("The messages by which it was.")]


@get(
    "/api/v1/conversations/{conversation_id:str}/shared",
    opt=AGENT,
    tags=["Conversations"],
    operation_id="listShared",
    summary="List what was shared in a conversation",
)
async def shared_list(
    request: Request[Any, Any, Any],
    conversation_id: ConversationId,
    kind: Annotated[
        SharedKind,
        QueryParameter(description="Pictures and films, documents, or messages with links."),
    ] = "media",
    cursor: Place = "",
    limit: UpTo100 = 30,
) -> SharedList:
    """By the customer and by you, the newest first; nothing that agents noted among themselves."""
    place = Cursor.read(cursor) if cursor else None
    found, following = await app_of(request).database.read(
        shared_page, me(request).reach, conversation_id, kind, place, limit
    )
    return SharedList(data=found, next=following)


HANDLERS = [shared_list]
