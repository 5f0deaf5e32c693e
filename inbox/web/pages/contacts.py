"""What agents do to a contact from the page: by htmx, or as plain forms."""

from litestar import Response, post
from litestar.params import FromPath
from litestar.response import Redirect
from litestar_htmx import HTMXRequest, HTMXTemplate

from inbox.conversations.contacts import conversation_of
from inbox.conversations.listing import Search
from inbox.domain.errors import Invalid
from inbox.domain.language import _
from inbox.sending import blocking
from inbox.web.context import app_of
from inbox.web.http.guard import AGENT
from inbox.web.http.rendering import own_page, to
from inbox.web.pages.inbox import Place, inbox_page

Request = HTMXRequest


@post("/contacts/{contact_id:str}/blocked", opt=AGENT, status_code=200, include_in_schema=False)
async def block_contact(
    request: Request, contact_id: FromPath[str]
) -> HTMXTemplate | Response[str] | Response[None] | Redirect:
    """The page itself changes by the feed."""
    at, form = app_of(request), await request.form()
    asked = (at.database, at.http, at.channel_cache.known, at.now)
    try:
        await blocking.change_blocked(*asked, contact_id, form.get("blocked") == "on")
    except Invalid as wrong:
        if request.htmx:
            what = _("Nothing was changed")
            return own_page(request, "inbox/_refusal.html", 422, reason=str(wrong), what=what)
        where = await at.database.read(conversation_of, contact_id) or ""
        search, refusal = Search(), {"refusal": str(wrong)}
        return await inbox_page(request, search, where, Place(), None, 422, **refusal)
    if request.htmx:
        return Response(None, status_code=204)
    return to(f"/conversations/{await at.database.read(conversation_of, contact_id)}")


HANDLERS = [block_contact]
