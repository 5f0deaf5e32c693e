"""Notes from the page: left, written anew, deleted; who may be named, and who has looked."""

from litestar import Response, get, post
from litestar.params import FromPath
from litestar.response import Redirect
from litestar_htmx import HTMXRequest, HTMXTemplate

from inbox.desk import mentions, notes
from inbox.desk.notes import Note, NotTheAuthor
from inbox.desk.writer import Writer
from inbox.domain.errors import Invalid
from inbox.domain.language import _
from inbox.domain.text import scrub
from inbox.domain.times import moment_of
from inbox.web.context import app_of, me
from inbox.web.http.guard import AGENT
from inbox.web.http.rendering import own_page, rendered_page, to

Request = HTMXRequest


async def _note(request: Request, conversation_id: str = "") -> Note:
    """What the form says; who is named in the text by ``@`` is mentioned."""
    form = await request.form()
    return Note(
        conversation_id=conversation_id,
        text=scrub(str(form.get("text") or "")).replace("\r\n", "\n"),
        by_name=True,
        attachments=scrub(str(form.get("attachments") or "")).split(),
        ends_draft=True,
        draft_at=moment_of(str(form.get("draft_at") or "")),
        client_id=scrub(str(form.get("client_id") or "")),
        written_for=scrub(str(form.get("conversation_id") or "")),
        author=Writer.of(me(request)),
    )


@post(
    "/conversations/{conversation_id:str}/notes",
    opt=AGENT,
    status_code=200,
    include_in_schema=False,
)
async def add(request: Request, conversation_id: FromPath[str]) -> HTMXTemplate | Redirect:
    at, note = app_of(request), await _note(request, conversation_id)
    try:
        message = await at.database.write(notes.add_note, note, at.now())
    except Invalid as wrong:
        return _refused(request, wrong, _("Not kept"))
    path = f"/conversations/{message['conversation_id']}"
    if not request.htmx:
        return to(path)
    answer = rendered_page("inbox/_message.html", message=message)
    if message["conversation_id"] != conversation_id:
        answer.headers["HX-Replace-Url"] = path  # it became part of that one
    return answer


@post("/notes/{message_id:str}/edit", opt=AGENT, status_code=200, include_in_schema=False)
async def edit(request: Request, message_id: FromPath[str]) -> HTMXTemplate | Redirect:
    at, note = app_of(request), await _note(request)
    try:
        message = await at.database.write(notes.edit_note, message_id, note.author, note, at.now())
    except (Invalid, NotTheAuthor) as wrong:
        return _refused(request, wrong, _("Not changed"))
    if not request.htmx:
        return to(f"/conversations/{message['conversation_id']}")
    return rendered_page("inbox/_message.html", message=message)


@post("/notes/{message_id:str}/delete", opt=AGENT, status_code=200, include_in_schema=False)
async def remove(request: Request, message_id: FromPath[str]) -> HTMXTemplate | Redirect:
    """The bubble goes by the feed; the answer is what it was."""
    at, note = app_of(request), await _note(request)
    try:
        message = await at.database.write(
            notes.delete_note, message_id, note.author, at.now(), note.written_for
        )
    except (Invalid, NotTheAuthor) as wrong:
        return _refused(request, wrong, _("Not deleted"))
    if not request.htmx:
        return to(f"/conversations/{message['conversation_id']}")
    return rendered_page("inbox/_message.html", message=message)


def _refused(request: Request, wrong: Exception, what: str) -> HTMXTemplate:
    if not request.htmx:
        raise wrong
    status = 422 if isinstance(wrong, Invalid) else 403
    return own_page(request, "inbox/_refusal.html", status, reason=str(wrong), what=what)


@get("/people", opt=AGENT, include_in_schema=False)
async def mentionable(request: Request) -> HTMXTemplate:
    """Who may be named in a note: all but who asks."""
    found = await app_of(request).database.read(mentions.everybody)
    people = [one for one in found if one["id"] != me(request).id]
    return own_page(request, "inbox/composer/people.html", people=people)


@post(
    "/conversations/{conversation_id:str}/mentions/seen",
    opt=AGENT,
    status_code=204,
    include_in_schema=False,
)
async def see_mentions(request: Request, conversation_id: FromPath[str]) -> Response[None]:
    at = app_of(request)
    await at.database.write(mentions.look_at_mentions, me(request).id, conversation_id, at.now())
    return Response(None, status_code=204)


HANDLERS = [add, edit, remove, mentionable, see_mentions]
