"""A new conversation: a number, and the template that begins it."""

from collections.abc import Mapping
from typing import Literal

from litestar import Response, get, post
from litestar.params import FromPath, FromQuery
from litestar.response import Redirect
from litestar_htmx import HTMXRequest
from msgspec import Struct

from inbox.conversations import listing
from inbox.conversations.first_contact import known_conversation
from inbox.domain.channels import Channel
from inbox.domain.errors import Invalid, Missing
from inbox.domain.folding import QUERY_LIMIT
from inbox.domain.language import _
from inbox.domain.new_number import FIELD, NewNumber
from inbox.domain.public import ListedConversation, Message
from inbox.domain.text import scrub
from inbox.domain.times import Micros
from inbox.providers.registry import PROVIDERS
from inbox.sending.first_contact import (
    NewContact,
    number_of,
    refuse_others,
    write_first,
)
from inbox.sending.replies import ClientIdTaken, Reply, ReplyTakenBack
from inbox.storage.database import Connection
from inbox.templates import uses
from inbox.web.context import app_of, me
from inbox.web.http.guard import AGENT
from inbox.web.http.rendering import drawn, own_page, to
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

_PAGE = "/conversations/new"
_TEMPLATES = f"{_PAGE}/templates"
_FORM = "inbox/composer/template_form.html"
_LONGEST = 200
_FIELDS = ("channel_id", FIELD, "name")


class NumberRead(Struct, frozen=True):
    """What was made of a number: nothing is typed, it is new, known, or none."""

    state: Literal["none", "new", "known", "wrong"]
    number: NewNumber | None = None
    conversation: ListedConversation | None = None
    problem: str = ""


def _beginning(request: Request) -> list[Channel]:
    """The channels by which a conversation can be begun."""
    return [
        channel
        for channel in app_of(request).channel_cache.all()
        if channel.state == "connected"
        and me(request).reach.has_channel(channel.id)
        and "templates" in PROVIDERS[channel.provider].can_at(channel.api_base)
    ]


def _typed(request: Request, given: Mapping[str, object]) -> NewContact:
    """As the form has it; where no channel is named it is the first."""
    facts = {name: scrub(str(given.get(name) or ""))[:_LONGEST] for name in _FIELDS}
    if not facts["channel_id"]:
        facts["channel_id"] = next((one.id for one in _beginning(request)), "")
    return NewContact(**facts, reach=me(request).reach)


def _picked_for(contact: NewContact) -> PickedFor:
    carried = {name: getattr(contact, name) for name in _FIELDS}
    return PickedFor(channel_id=contact.channel_id, path=_TEMPLATES, away=_PAGE, carried=carried)


def _read_number(connection: Connection, user_id: str, contact: NewContact) -> NumberRead:
    if not contact.phone_number.strip():
        return NumberRead("none")
    try:
        number = number_of(connection, contact)
        known = known_conversation(connection, contact.channel_id, number)
        refuse_others(connection, contact.reach, known)
    except Invalid as wrong:
        return NumberRead("wrong", problem=str(wrong))
    found = listing.conversation_by_id(connection, user_id, known) if known else None
    return NumberRead("known" if found else "new", number, found)


@get(_PAGE, opt=AGENT, include_in_schema=False)
async def new_conversation(request: Request) -> Response[str]:
    """Which channel, whose number; scripts fetch the picker of templates beside them."""
    return await _drawn(request, _typed(request, request.query_params))


@get(f"{_PAGE}/number", opt=AGENT, include_in_schema=False)
async def number_read(request: Request) -> Response[str]:
    """What is made of a number while it is typed."""
    contact = _typed(request, request.query_params)
    read = await app_of(request).database.read(_read_number, me(request).id, contact)
    return await drawn(request, own_page(request, "inbox/first_contact/number.html", read=read))


@get(_TEMPLATES, opt=AGENT, include_in_schema=False)
async def pick_first(request: Request, q: FromQuery[str] = "") -> Response[str]:
    part = await asked_first(request, await _picker(request, request.query_params, q))
    return await _shown(request, "inbox/composer/templates.html", part)


@post(f"{_TEMPLATES}/sync", opt=AGENT, status_code=200, include_in_schema=False)
async def look_again_first(request: Request) -> Response[str]:
    """Have the provider asked which templates there are."""
    part = await asked_again(request, await _picker(request, await request.form(), ""))
    return await _shown(request, "inbox/composer/templates.html", part)


async def _picker(request: Request, given: Mapping[str, object], q: str) -> PickerPart:
    picked_for, words = _picked_for(_usable(request, given)), scrub(q).strip()[:QUERY_LIMIT]
    return await app_of(request).database.read(picker_part, me(request).id, picked_for, words)


def _usable(request: Request, given: Mapping[str, object]) -> NewContact:
    contact = _typed(request, given)
    if contact.channel_id not in [one.id for one in _beginning(request)]:
        raise Missing(_("No conversation can be begun on this channel."))
    return contact


@get(f"{_TEMPLATES}/{{template_id:str}}", opt=AGENT, include_in_schema=False)
async def fill_first(request: Request, template_id: FromPath[str]) -> Response[str]:
    found = await _opened(request, request.query_params, template_id)
    return await _shown(request, _FORM, form_part(found, found.last))


async def _opened(request: Request, given: Mapping[str, object], template_id: str) -> Chosen:
    picked_for = _picked_for(_usable(request, given))
    return await app_of(request).database.read(
        open_template, me(request).id, picked_for, template_id
    )


@post(
    f"{_TEMPLATES}/{{template_id:str}}/preview",
    opt=AGENT,
    status_code=200,
    include_in_schema=False,
)
async def preview_first(request: Request, template_id: FromPath[str]) -> Response[str]:
    """The bubble as it would stand in the thread."""
    found = await _opened(request, await request.form(), template_id)
    return await drawn(request, preview_page(request, found, await typed_into(request, found)))


@post(f"{_TEMPLATES}/{{template_id:str}}", opt=AGENT, status_code=200, include_in_schema=False)
async def begin_conversation(
    request: Request, template_id: FromPath[str]
) -> Response[str] | Redirect:
    """Sent, or all of it again with what is wrong at its fields."""
    at, agent, form = app_of(request), me(request), await request.form()
    found = await _opened(request, form, template_id)
    typed = await typed_into(request, found)
    contact = _typed(request, form)
    reply = Reply(
        conversation_id="",
        said=template_said(found, typed),
        client_id=scrub(str(form.get("client_id") or "")),
        sender_id=agent.id,
        sender_name=agent.name,
    )
    try:
        used = (template_id, worth_keeping(typed))
        message = await at.database.write(_begun, contact, reply, used, at.now())
    except (Invalid, ClientIdTaken, ReplyTakenBack) as wrong:
        field = wrong.field if isinstance(wrong, Invalid) else ""
        own = {field: str(wrong)} if field in _FIELDS else {}
        problems = {} if own else {input_of(found, field): str(wrong)}
        return await _shown(request, _FORM, form_part(found, typed, problems), 422, own)
    at.outbox.wake()
    where = f"/conversations/{message['conversation_id']}"
    if not request.htmx:
        return to(where)
    page = own_page(request, "inbox/composer/template_sent.html", message=message, leads=where)
    return await drawn(request, page)


def _begun(
    connection: Connection,
    contact: NewContact,
    reply: Reply,
    filled: tuple[str, Mapping[str, str]],
    now: Micros,
) -> Message:
    message = write_first(connection, contact, reply, now)
    if reply.sender_id:
        uses.note_use(connection, reply.sender_id, *filled, now)
    return message


async def _shown(
    request: Request,
    name: str,
    part: PickerPart | FormPart,
    status: int = 200,
    problems: Mapping[str, str] | None = None,
) -> Response[str]:
    """The part alone, with what is wrong beside it; or without scripts the page around it."""
    contact = NewContact(**part["to"].carried, reach=me(request).reach)
    if not request.htmx:
        return await _drawn(request, contact, status, problems, part=name, **part)
    if not problems:
        return await drawn(request, own_page(request, name, status, **part))
    refused = {"part": name, "problems": problems, "read": NumberRead("none")}
    page = own_page(request, "inbox/first_contact/refused.html", status, **refused, **part)
    return await drawn(request, page)


async def _drawn(
    request: Request,
    contact: NewContact,
    status: int = 200,
    problems: Mapping[str, str] | None = None,
    **more: object,
) -> Response[str]:
    page = own_page(
        request,
        "inbox/first_contact.html",
        status,
        channels=[(one.id, one.name) for one in _beginning(request)],
        contact=contact,
        read=await app_of(request).database.read(_read_number, me(request).id, contact),
        problems=problems or {},
        **more,
    )
    return await drawn(request, page)


HANDLERS = [
    new_conversation,
    number_read,
    pick_first,
    look_again_first,
    fill_first,
    preview_first,
    begin_conversation,
]
