"""What an agent writes is saved while they write it."""

from typing import Any

from litestar import Request, Response, post
from litestar.params import FromPath

from inbox.conversations.drafts import Written, save_draft
from inbox.domain.text import scrub
from inbox.web.context import app_of, me
from inbox.web.http.guard import AGENT


@post(
    "/conversations/{conversation_id:str}/draft",
    opt=AGENT,
    status_code=204,
    include_in_schema=False,
)
async def keep_draft(
    request: Request[Any, Any, Any], conversation_id: FromPath[str]
) -> Response[None]:
    """What stands in the composer by now; nothing of it ends the draft."""
    at, form = app_of(request), await request.form()
    written = Written(str(form.get("text") or ""), scrub(str(form.get("quoted_id") or "")))
    await at.database.write(save_draft, me(request).id, conversation_id, written, at.now())
    return Response(None, status_code=204)


HANDLERS = [keep_draft]
