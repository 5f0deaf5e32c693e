"""The picker of templates in a conversation: found, filled in with a preview, sent."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TypedDict

from litestar import Response, get, post
from litestar.params import FromPath, FromQuery
from litestar.response import Redirect
from litestar_htmx import HTMXRequest, HTMXTemplate

from inbox.conversations import listing
from inbox.domain.content import Content
from inbox.domain.errors import Invalid, Missing
from inbox.domain.folding import QUERY_LIMIT
from inbox.domain.language import _
from inbox.domain.outgoing.asked import said_by
from inbox.domain.public import ListedConversation, Message, MessageTemplate, TemplateSync
from inbox.domain.templates.asking import Asked, fields_of, unsendable
from inbox.domain.templates.rendering import shown_template
from inbox.domain.text import scrub
from inbox.domain.times import Micros
from inbox.sending import replies
from inbox.sending.replies import ClientIdTaken, Reply, ReplyTakenBack
from inbox.storage.database import Connection
from inbox.templates import store, syncs, uses
from inbox.templates.store import SENDABLE, Wanted
from inbox.web.context import app_of, me
from inbox.web.http.guard import AGENT
from inbox.web.http.rendering import drawn, own_page, to
from inbox.web.pages.inbox import NO_CONVERSATION
from inbox.web.present.template_forms import inputs_of, values_of

Request = HTMXRequest

SHOWN = 40
LONGEST = 2_000
"""Characters of one field; more fits nowhere."""
_PATH = "/conversations/{conversation_id:str}/templates"


class PickerPart(TypedDict):
    """What the list of templates is rendered of."""

    conversation: ListedConversation
    q: str
    recent: Sequence[MessageTemplate]
    found: Sequence[MessageTemplate]
    more: bool
    sync: TemplateSync


@get(_PATH, opt=AGENT, include_in_schema=False)
async def pick_template(
    request: Request, conversation_id: FromPath[str], q: FromQuery[str] = ""
) -> Response[str]:
    """Those that can be sent now, what was used last before the others."""
    at, words = app_of(request), scrub(q).strip()[:QUERY_LIMIT]
    part = await at.database.read(_picker, me(request).id, conversation_id, words)
    if part["sync"]["state"] == "never":
        channel_id = part["conversation"]["channel"]["id"]
        await at.database.write(syncs.want_first, channel_id, at.now())
        at.syncer.wake()
        part["sync"] = await at.database.read(syncs.sync_of, channel_id)
    return await drawn(request, _page(request, "inbox/composer/templates.html", 200, part))


def _picker(connection: Connection, user_id: str, conversation_id: str, q: str) -> PickerPart:
    conversation = _conversation(connection, user_id, conversation_id)
    channel_id = conversation["channel"]["id"]
    recent = [] if q else uses.recently_used(connection, user_id, channel_id)
    known = {one["id"] for one in recent}
    wanted = Wanted(channel_id, q, statuses=SENDABLE)
    found, further = store.templates_page(connection, wanted, limit=SHOWN)
    return {
        "conversation": conversation,
        "q": q,
        "recent": recent,
        "found": [one for one in found if one["id"] not in known],
        "more": further is not None,
        "sync": syncs.sync_of(connection, channel_id),
    }


def _conversation(connection: Connection, user_id: str, conversation_id: str) -> ListedConversation:
    found = listing.conversation_by_id(connection, user_id, conversation_id)
    if found is None:
        raise Missing(_(NO_CONVERSATION))
    return found


@post(f"{_PATH}/sync", opt=AGENT, status_code=200, include_in_schema=False)
async def look_again(request: Request, conversation_id: FromPath[str]) -> Response[str]:
    """Have the provider asked which there are."""
    at = app_of(request)
    part = await at.database.read(_picker, me(request).id, conversation_id, "")
    await at.database.write(syncs.want_sync, part["conversation"]["channel"]["id"], at.now())
    at.syncer.wake()
    part["sync"]["state"] = "running"
    return await drawn(request, _page(request, "inbox/composer/templates.html", 200, part))


@dataclass(frozen=True, slots=True)
class Chosen:
    """A template in a conversation, and the fields that it asks for."""

    conversation: ListedConversation
    template: MessageTemplate
    asked: list[Asked]
    last: dict[str, str]


def _chosen(connection: Connection, user_id: str, conversation_id: str, template_id: str) -> Chosen:
    conversation = _conversation(connection, user_id, conversation_id)
    template = store.template_by_id(connection, conversation["channel"]["id"], template_id)
    asked = fields_of(store.definition_of(template))
    return Chosen(conversation, template, asked, uses.last_fields(connection, user_id, template_id))


@get(f"{_PATH}/{{template_id:str}}", opt=AGENT, include_in_schema=False)
async def fill_template(
    request: Request, conversation_id: FromPath[str], template_id: FromPath[str]
) -> Response[str]:
    found = await app_of(request).database.read(
        _chosen, me(request).id, conversation_id, template_id
    )
    return await _form(request, found, found.last)


@post(f"{_PATH}/{{template_id:str}}/preview", opt=AGENT, status_code=200, include_in_schema=False)
async def preview_template(
    request: Request, conversation_id: FromPath[str], template_id: FromPath[str]
) -> Response[str]:
    """The bubble as it would stand in the thread."""
    found = await app_of(request).database.read(
        _chosen, me(request).id, conversation_id, template_id
    )
    preview = _preview(request, found, await _typed(request, found))
    return await drawn(
        request, own_page(request, "inbox/composer/template_preview.html", preview=preview)
    )


@post(f"{_PATH}/{{template_id:str}}", opt=AGENT, status_code=200, include_in_schema=False)
async def send_template(
    request: Request, conversation_id: FromPath[str], template_id: FromPath[str]
) -> Response[str] | Redirect:
    """Sent, or the form again with what is wrong at its fields; the feed brings the bubble."""
    at, agent, form = app_of(request), me(request), await request.form()
    found = await at.database.read(_chosen, agent.id, conversation_id, template_id)
    typed = await _typed(request, found)
    template = found.template
    asked = {"name": template["name"], "language": template["language"]}
    reply = Reply(
        conversation_id=conversation_id,
        said=said_by(
            {"type": "template", "template": asked | {"values": values_of(found.asked, typed)}}
        ),
        client_id=scrub(str(form.get("client_id") or "")),
        written_for=scrub(str(form.get("conversation_id") or "")),
        sender_id=agent.id,
        sender_name=agent.name,
    )
    try:
        message = await at.database.write(_sent, reply, template["id"], typed, at.now())
    except (Invalid, ClientIdTaken, ReplyTakenBack) as wrong:
        field = wrong.field if isinstance(wrong, Invalid) else ""
        return await _form(request, found, typed, {_input_of(found, field): str(wrong)})
    at.outbox.wake()
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
        uses.note_use(connection, reply.sender_id, template_id, typed, now)
    return message


def _input_of(found: Chosen, field: str) -> str:
    """The input of the form that a field is; empty for what is about none of them."""
    name = field.removeprefix("template.")
    names = [one.name for one in inputs_of(found.asked, {}, {})]
    return name if name in names else next((one for one in names if one.startswith(f"{name}.")), "")


async def _typed(request: Request, found: Chosen) -> dict[str, str]:
    form = await request.form()
    names = [one.name for one in inputs_of(found.asked, {}, {})]
    return {name: scrub(str(form.get(name) or ""))[:LONGEST] for name in names}


async def _form(
    request: Request,
    found: Chosen,
    typed: Mapping[str, str],
    problems: Mapping[str, str] | None = None,
) -> Response[str]:
    why = unsendable(store.definition_of(found.template))
    part = {
        "conversation": found.conversation,
        "template": found.template,
        "inputs": inputs_of(found.asked, typed, problems or {}),
        "trouble": (problems or {}).get("", ""),
        "unsendable": _(why[0], part=why[1]) if why else "",
        "preview": _preview(request, found, typed),
    }
    status = 422 if problems else 200
    return await drawn(request, _page(request, "inbox/composer/template_form.html", status, part))


def _preview(request: Request, found: Chosen, typed: Mapping[str, str]) -> dict[str, object]:
    """A message that nobody sent yet, as far as a bubble shows it."""
    definition = store.definition_of(found.template)
    content: Content = shown_template(definition, values_of(found.asked, typed))
    return {"content": content, "conversation_id": found.conversation["id"]}


def _page(
    request: Request, name: str, status: int, part: Mapping[str, object] | PickerPart
) -> HTMXTemplate:
    """The part alone, or without scripts a page around it."""
    if request.htmx:
        return own_page(request, name, status, **part)
    return own_page(request, "inbox/templates.html", status, part=name, **part)


HANDLERS = [pick_template, look_again, fill_template, preview_template, send_template]
