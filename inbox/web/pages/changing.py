"""What is to be sent later, changed on the page: by htmx, or as a plain form."""

from collections.abc import Mapping

from litestar import get, post
from litestar.params import FromPath, FromQuery
from litestar.response import Redirect
from litestar_htmx import HTMXRequest, HTMXTemplate

from inbox.conversations import threads
from inbox.domain.errors import Invalid, Missing
from inbox.domain.language import _
from inbox.domain.status import NOT_YET
from inbox.domain.text import scrub
from inbox.sending.editing import Edit, NotEditable, edit_reply, send_now
from inbox.sending.window import WindowClosed
from inbox.web.context import app_of, me
from inbox.web.http.guard import AGENT
from inbox.web.http.moments import moment_asked
from inbox.web.http.reaching import refuse_out_of_reach
from inbox.web.http.rendering import own_page, rendered_page, to


@post("/messages/{message_id:str}/change", opt=AGENT, status_code=200, include_in_schema=False)
async def change_reply(request: HTMXRequest, message_id: FromPath[str]) -> HTMXTemplate | Redirect:
    """Of one that is to be sent later: what it says and when, or that it goes now."""
    at, form = app_of(request), await request.form()
    written_for = scrub(str(form.get("conversation_id") or ""))
    try:
        if form.get("now"):
            message = await at.database.write(send_now, message_id, at.now(), written_for)
        else:
            edit = _edit(form)
            message = await at.database.write(edit_reply, message_id, edit, at.now(), written_for)
    except (Invalid, WindowClosed, NotEditable) as wrong:
        if not request.htmx:
            raise
        status = 422 if isinstance(wrong, Invalid) else 409
        return own_page(request, "inbox/_refusal.html", status, reason=str(wrong))
    at.outbox.wake()
    at.schedule.wake()
    if not request.htmx:
        return to(f"/conversations/{message['conversation_id']}")
    return rendered_page("inbox/_message.html", message=message)


def _edit(form: Mapping[str, object]) -> Edit:
    stops = form.get("stop_on_reply")
    return Edit(
        text=scrub(str(form["text"])).replace("\r\n", "\n") if "text" in form else None,
        send_at=moment_asked(str(form.get("send_at") or "") or None),
        stop_on_reply=None if stops is None else bool(stops),
    )


@get("/later", opt=AGENT, include_in_schema=False)
async def later_form(request: HTMXRequest, message: FromQuery[str] = "") -> HTMXTemplate:
    """When a reply is to be sent; of one that waits for that, what it says as well."""
    at = app_of(request)
    if message:
        await refuse_out_of_reach(at, me(request), "message_id", message)
    found = await at.database.read(threads.message_by_id, message) if message else None
    if message and (found is None or found["status"] not in NOT_YET):
        raise Missing(_("There is no such message."))
    return own_page(request, "inbox/composer/later.html", message=found)


HANDLERS = [change_reply, later_form]
