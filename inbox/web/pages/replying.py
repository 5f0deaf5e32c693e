"""Replies from the page: sent, sent again, taken back. By htmx, or as plain forms."""

from typing import Final

import msgspec
from litestar import Response, get, post
from litestar.params import FromPath
from litestar.response import Redirect
from litestar_htmx import HTMXRequest, HTMXTemplate

from inbox.conversations.given_back import give_file_back
from inbox.conversations.listing import Search
from inbox.conversations.moved import moved_into
from inbox.domain.errors import Invalid, Missing
from inbox.domain.language import _
from inbox.domain.outgoing.asked import Asked
from inbox.domain.outgoing.reactions import reaction
from inbox.domain.outgoing.texts import leads_somewhere
from inbox.domain.text import scrub
from inbox.domain.times import moment_of
from inbox.sending import replies, retrying
from inbox.sending.meanwhile import AnsweredMeanwhile
from inbox.sending.reacting import Reacting, place_reaction
from inbox.sending.replies import ClientIdTaken, Reply, ReplyTakenBack
from inbox.sending.taking_back import TooLate, take_reply_back
from inbox.sending.window import WindowClosed
from inbox.web.context import app_of, me
from inbox.web.http.guard import AGENT
from inbox.web.http.moments import moment_asked
from inbox.web.http.rendering import own_page, rendered_page, to
from inbox.web.pages.inbox import Place, inbox_page
from inbox.web.pages.linked_files import said_with_file

Request = HTMXRequest

FORMS: Final = frozenset(
    {
        "location",
        "contacts",
        "reply_buttons",
        "list",
        "link_button",
        "ask_location",
        "ask_number",
    }
)
"""What there are forms for, by the ability that each needs."""

_REFUSALS: Final = (Invalid, WindowClosed, AnsweredMeanwhile, ClientIdTaken, ReplyTakenBack)


@post(
    "/conversations/{conversation_id:str}/messages",
    opt=AGENT,
    status_code=200,
    include_in_schema=False,
)
async def send(
    request: Request, conversation_id: FromPath[str]
) -> HTMXTemplate | Response[str] | Redirect:
    at, agent, form = app_of(request), me(request), await request.form()
    text = scrub(str(form.get("text") or "")).replace("\r\n", "\n")
    try:
        reply = Reply(
            conversation_id=conversation_id,
            said=await said_with_file(request, _asked(form.get("message"), text)),
            client_id=scrub(str(form.get("client_id") or "")),
            quoted_id=scrub(str(form.get("quoted_id") or "")),
            written_for=scrub(str(form.get("conversation_id") or "")),
            seen=scrub(str(form.get("seen") or "")),
            force=bool(form.get("force")),
            sender_id=agent.id,
            sender_name=agent.name,
            ends_draft=not form.get("message"),
            draft_at=moment_of(str(form.get("draft_at") or "")),
            send_at=moment_asked(str(form.get("send_at") or "") or None),
            stop_on_reply=bool(form.get("stop_on_reply")),
            hold=bool(form.get("hold")),
            direct=bool(form.get("direct")),
        )
        message = await at.database.write(replies.enqueue, reply, at.now())
    except _REFUSALS as wrong:
        status = 422 if isinstance(wrong, Invalid) else 409
        if request.htmx and isinstance(wrong, AnsweredMeanwhile):
            return own_page(request, "inbox/_answered.html", status, answers=wrong.messages)
        if request.htmx:
            return own_page(request, "inbox/_refusal.html", status, reason=str(wrong))
        # Without scripts the text must come back with the page: of where it is by now.
        into = await at.database.read(moved_into, conversation_id) or conversation_id
        search, refusal = Search(), {"refusal": str(wrong), "draft": text}
        return await inbox_page(request, search, into, Place(), None, status, **refusal)
    at.outbox.wake()
    at.schedule.wake()
    path = f"/conversations/{message['conversation_id']}"
    if not request.htmx:
        return to(path)
    answer = rendered_page("inbox/_message.html", message=message)
    if message["conversation_id"] != conversation_id:
        answer.headers["HX-Replace-Url"] = path  # it became part of that one
    return answer


def _asked(given: object, text: str) -> Asked:
    """What the form's ``message`` asks for, in the API's words; without one its text is it."""
    if not isinstance(given, str) or not given:
        return {"type": "text", "text": text, "preview_url": leads_somewhere(text)}
    try:
        asked = msgspec.json.decode(given)
    except msgspec.DecodeError:
        asked = None
    if not isinstance(asked, dict):
        raise Invalid("message", _("The message came damaged. Send it again."))
    return asked


@post(
    "/conversations/{conversation_id:str}/reactions",
    opt=AGENT,
    status_code=200,
    include_in_schema=False,
)
async def set_reaction(request: Request, conversation_id: FromPath[str]) -> HTMXTemplate | Redirect:
    """The answer is not shown: the feed brings it."""
    at, form = app_of(request), await request.form()
    given = {name: str(form.get(name) or "") for name in ("message_id", "emoji")}
    try:
        message_id, emoji = reaction(given)
        asked = Reacting(conversation_id=conversation_id, message_id=message_id, emoji=emoji)
        message = await at.database.write(place_reaction, asked, at.now())
    except (Invalid, WindowClosed) as wrong:
        if not request.htmx:
            raise
        status, what = 422 if isinstance(wrong, Invalid) else 409, _("No reaction")
        return own_page(request, "inbox/_refusal.html", status, reason=str(wrong), what=what)
    at.reactor.wake()
    if not request.htmx:
        return to(f"/conversations/{message['conversation_id']}")
    return rendered_page("inbox/_message.html", message=message)


@post("/messages/{message_id:str}/retry", opt=AGENT, status_code=200, include_in_schema=False)
async def retry(request: Request, message_id: FromPath[str]) -> HTMXTemplate | Redirect:
    at, form = app_of(request), await request.form()
    written_for = scrub(str(form.get("conversation_id") or ""))
    try:
        hold = bool(form.get("hold"))
        message = await at.database.write(
            retrying.retry, message_id, at.now(), written_for, hold=hold
        )
    except (Invalid, WindowClosed) as wrong:
        if not request.htmx:
            raise
        status = 422 if isinstance(wrong, Invalid) else 409
        return own_page(request, "inbox/_refusal.html", status, reason=str(wrong))
    at.outbox.wake()
    if not request.htmx:
        return to(f"/conversations/{message['conversation_id']}")
    return rendered_page("inbox/_message.html", message=message)


@post("/messages/{message_id:str}/take-back", opt=AGENT, status_code=200, include_in_schema=False)
async def take_back_reply(
    request: Request, message_id: FromPath[str]
) -> HTMXTemplate | Response[str]:
    """The answer has its words, for the composer; the feed takes the bubble and brings the file."""
    at, form = app_of(request), await request.form()
    written_for = scrub(str(form.get("conversation_id") or ""))
    try:
        message = await at.database.write(take_reply_back, message_id, at.now(), written_for)
    except (Invalid, TooLate) as wrong:
        if not request.htmx:
            raise
        status, what = 422 if isinstance(wrong, Invalid) else 409, _("Not taken back")
        return own_page(request, "inbox/_refusal.html", status, reason=str(wrong), what=what)
    at.outbox.wake()
    await at.database.write(give_file_back, me(request).id, message, at.now())
    if request.htmx:
        return rendered_page("inbox/_taken_back.html", message=message)
    search, words = Search(), message["content"].get("text", "")
    where = message["conversation_id"]
    return await inbox_page(request, search, where, Place(), None, 200, draft=words)


@get("/compose/{kind:str}", opt=AGENT, include_in_schema=False)
async def offer_form(request: Request, kind: FromPath[str]) -> HTMXTemplate:
    """The form of a message that is more than words."""
    if kind == "files":
        return own_page(request, "inbox/composer/attach.html")
    if kind not in FORMS:
        raise Missing(_("There is no such form."))
    return own_page(request, "inbox/composer/offer.html", kind=kind)


HANDLERS = [send, offer_form, set_reaction, retry, take_back_reply]
