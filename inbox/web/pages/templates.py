"""The picker of templates in a conversation: found, filled in with a preview, sent."""

from collections.abc import Mapping, Sequence

from litestar import Response, get, post
from litestar.params import FromPath, FromQuery
from litestar.response import Redirect
from litestar_htmx import HTMXRequest, HTMXTemplate
from msgspec.structs import replace

from inbox.conversations import listing
from inbox.domain.errors import Invalid, Missing
from inbox.domain.folding import QUERY_LIMIT
from inbox.domain.language import _
from inbox.domain.outgoing.texts import text
from inbox.domain.public import Message
from inbox.domain.text import scrub
from inbox.domain.times import Micros, moment_of
from inbox.sending import replies
from inbox.sending.meanwhile import AnsweredMeanwhile
from inbox.sending.replies import ClientIdTaken, Reply, ReplyTakenBack
from inbox.storage.database import Connection
from inbox.templates import uses
from inbox.web.context import app_of, me
from inbox.web.http.guard import AGENT
from inbox.web.http.rendering import drawn, own_page, to
from inbox.web.pages.inbox import NO_CONVERSATION
from inbox.web.pages.picking import (
    Chosen,
    FormPart,
    PickedFor,
    PickerPart,
    asked_again,
    asked_first,
    form_part,
    input_of,
    open_template,
    picker_part,
    preview_page,
    template_said,
    typed_into,
)
from inbox.web.present.template_forms import worth_keeping

Request = HTMXRequest

_PATH = "/conversations/{conversation_id:str}/templates"


@get(_PATH, opt=AGENT, include_in_schema=False)
async def pick_template(
    request: Request, conversation_id: FromPath[str], q: FromQuery[str] = ""
) -> Response[str]:
    at, words = app_of(request), scrub(q).strip()[:QUERY_LIMIT]
    part = await at.database.read(_picker, me(request).id, conversation_id, words)
    part = await asked_first(request, part)
    return await drawn(request, _page(request, "inbox/composer/templates.html", 200, part))


def _picker(connection: Connection, user_id: str, conversation_id: str, q: str) -> PickerPart:
    return picker_part(connection, user_id, _picked_for(connection, user_id, conversation_id), q)


def _picked_for(connection: Connection, user_id: str, conversation_id: str) -> PickedFor:
    found = listing.conversation_by_id(connection, user_id, conversation_id)
    if found is None:
        raise Missing(_(NO_CONVERSATION))
    own = f"/conversations/{found['id']}"
    return PickedFor(
        channel_id=found["channel"]["id"],
        path=f"{own}/templates",
        away=own,
        conversation_id=found["id"],
    )


@post(f"{_PATH}/sync", opt=AGENT, status_code=200, include_in_schema=False)
async def look_again(request: Request, conversation_id: FromPath[str]) -> Response[str]:
    """Have the provider asked which there are."""
    part = await app_of(request).database.read(_picker, me(request).id, conversation_id, "")
    part = await asked_again(request, part)
    return await drawn(request, _page(request, "inbox/composer/templates.html", 200, part))


def _opened(connection: Connection, user_id: str, conversation_id: str, template_id: str) -> Chosen:
    picked_for = _picked_for(connection, user_id, conversation_id)
    return open_template(connection, user_id, picked_for, template_id)


@get(f"{_PATH}/{{template_id:str}}", opt=AGENT, include_in_schema=False)
async def fill_template(
    request: Request, conversation_id: FromPath[str], template_id: FromPath[str]
) -> Response[str]:
    found = await app_of(request).database.read(
        _opened, me(request).id, conversation_id, template_id
    )
    return await _form(request, found, found.last)


@post(f"{_PATH}/{{template_id:str}}/preview", opt=AGENT, status_code=200, include_in_schema=False)
async def preview_template(
    request: Request, conversation_id: FromPath[str], template_id: FromPath[str]
) -> Response[str]:
    """The bubble as it would stand in the thread."""
    found = await app_of(request).database.read(
        _opened, me(request).id, conversation_id, template_id
    )
    return await drawn(request, preview_page(request, found, await typed_into(request, found)))


@post(f"{_PATH}/{{template_id:str}}", opt=AGENT, status_code=200, include_in_schema=False)
async def send_template(
    request: Request, conversation_id: FromPath[str], template_id: FromPath[str]
) -> Response[str] | Redirect:
    """Sent, or the form again with what is wrong at its fields; the feed brings the bubble."""
    at, agent, form = app_of(request), me(request), await request.form()
    found = await at.database.read(_opened, agent.id, conversation_id, template_id)
    typed = await typed_into(request, found)
    filled = template_said(found, typed)
    held = scrub(str(form.get("held") or "")).replace("\r\n", "\n")
    reply = Reply(
        conversation_id=conversation_id,
        said=filled,
        client_id=scrub(str(form.get("client_id") or "")),
        written_for=scrub(str(form.get("conversation_id") or "")),
        seen=scrub(str(form.get("seen") or "")),
        force=bool(form.get("force")),
        sender_id=agent.id,
        sender_name=agent.name,
    )
    try:
        if held:  # written before: the template tells them that it waits
            reply = replace(reply, said=text(held), hold=True, notify=filled, ends_draft=True)
            reply = replace(reply, quoted_id=scrub(str(form.get("quoted_id") or "")))
            reply = replace(reply, draft_at=moment_of(str(form.get("draft_at") or "")))
        message = await at.database.write(_sent, reply, found.template["id"], typed, at.now())
    except AnsweredMeanwhile as stopped:
        return await _form(request, found, typed, answers=stopped.messages)
    except (Invalid, ClientIdTaken, ReplyTakenBack) as wrong:
        field = wrong.field if isinstance(wrong, Invalid) else ""
        return await _form(request, found, typed, {input_of(found, field): str(wrong)})
    at.outbox.wake()
    at.schedule.wake()
    if not request.htmx:
        return to(f"/conversations/{message['conversation_id']}")
    return await drawn(
        request, own_page(request, "inbox/composer/template_sent.html", message=message)
    )


def _sent(
    connection: Connection, reply: Reply, template_id: str, typed: Mapping[str, str], now: Micros
) -> Message:
    message = replies.enqueue(connection, reply, now)
    if reply.sender_id:
        uses.note_use(connection, reply.sender_id, template_id, worth_keeping(typed), now)
    return message


async def _form(
    request: Request,
    found: Chosen,
    typed: Mapping[str, str],
    problems: Mapping[str, str] | None = None,
    answers: Sequence[Message] = (),
) -> Response[str]:
    part, status = form_part(found, typed, problems, answers), 422 if problems or answers else 200
    return await drawn(request, _page(request, "inbox/composer/template_form.html", status, part))


def _page(request: Request, name: str, status: int, part: PickerPart | FormPart) -> HTMXTemplate:
    """The part alone, or without scripts a page around it."""
    if request.htmx:
        return own_page(request, name, status, **part)
    return own_page(request, "inbox/templates.html", status, part=name, **part)


HANDLERS = [pick_template, look_again, fill_template, preview_template, send_template]
