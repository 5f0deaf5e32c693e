"""A message is forwarded from its menu: to whom is looked for, told before, and told after."""

from collections.abc import Mapping, Sequence
from typing import Final, TypedDict

from litestar import Response, get, post
from litestar.params import FromPath, FromQuery
from litestar_htmx import HTMXRequest, HTMXTemplate
from msgspec import Struct

from inbox.access.principal import Principal
from inbox.conversations import listing, search, threads
from inbox.conversations.listing import Search
from inbox.conversations.reaching import reaches_conversation
from inbox.domain.abilities import Ability
from inbox.domain.errors import Invalid, Missing
from inbox.domain.folding import QUERY_LIMIT
from inbox.domain.language import _
from inbox.domain.public import ListedConversation, Message
from inbox.domain.reach import Reach
from inbox.domain.text import scrub
from inbox.providers.registry import PROVIDERS
from inbox.sending.passing_on import MOST, Forward, client_id_for, pass_on, to_forward
from inbox.sending.replies import ClientIdTaken, ReplyTakenBack
from inbox.sending.window import WindowClosed
from inbox.storage.database import Connection
from inbox.web.context import AnyRequest, app_of, me
from inbox.web.http.guard import AGENT
from inbox.web.http.rendering import drawn, own_page
from inbox.web.present.targets import why_not

Request = HTMXRequest

SHOWN: Final = 30
_PATH: Final = "/messages/{message_id:str}/forward"
Refusal = Invalid | Missing | WindowClosed | ClientIdTaken | ReplyTakenBack


class Target(TypedDict):
    """A conversation to which it may be forwarded; ``why``: why not, empty if it may."""

    conversation: ListedConversation
    why: str
    marked: bool


class WentTo(Struct, frozen=True):
    """What became of it at one conversation: the message, or why there is none."""

    conversation_id: str
    message: Message | None = None
    refused: Refusal | None = None


async def forward_to(
    request: AnyRequest, message_id: str, targets: Sequence[tuple[str, str]]
) -> list[WentTo]:
    """``targets``: ids of conversations, each with its ``client_id``. Raises ``Invalid``.

    Each is a transaction of its own: what one cannot take the others get.
    """
    at, sender = app_of(request), me(request)
    _check_number([conversation_id for conversation_id, _client_id in targets])
    await at.database.read(to_forward, message_id)
    went = []
    for conversation_id, client_id in targets:
        asked = Forward(
            message_id=message_id,
            conversation_id=conversation_id,
            client_id=client_id,
            sender_id=sender.id if sender.kind == "user" else None,
            sender_name=sender.name,
        )
        try:
            await at.database.read(_check_target, sender.reach, conversation_id)
            sent = await at.database.write(pass_on, asked, at.now())
            went.append(WentTo(conversation_id, sent))
        except (Invalid, Missing, WindowClosed, ClientIdTaken, ReplyTakenBack) as refused:
            went.append(WentTo(conversation_id, refused=refused))
    at.outbox.wake()
    return went


def _check_target(connection: Connection, reach: Reach, conversation_id: str) -> None:
    """Raises ``Missing`` for one that the sender does not see."""
    if not reaches_conversation(connection, reach, conversation_id):
        raise Missing(_("There is no such conversation."))


def _check_number(chosen: Sequence[str]) -> None:
    if not chosen:
        raise Invalid("to", _("Choose a conversation to forward it to."))
    if len(chosen) > MOST:
        raise Invalid("to", _("It can be forwarded to %(most)s conversations at once.", most=MOST))
    if len(set(chosen)) < len(chosen):
        raise Invalid("to", _("A conversation is there twice."))


class ForwardPart(TypedDict):
    """What the dialog is rendered of. ``preview``: what goes; None if nothing can."""

    message_id: str
    preview: Message | None
    targets: list[Target]
    q: str
    problem: str
    most: int


class WentPart(TypedDict):
    """Each conversation that was named, if it is there, and what became of it."""

    went: list[tuple[ListedConversation | None, WentTo]]


@get(_PATH, opt=AGENT, include_in_schema=False)
async def choose_targets(
    request: Request, message_id: FromPath[str], q: FromQuery[str] = ""
) -> Response[str]:
    return await _form(request, message_id, q, request.query_params.getall("to", []))


@post(_PATH, opt=AGENT, status_code=200, include_in_schema=False)
async def forward(request: Request, message_id: FromPath[str]) -> Response[str]:
    """Where it went and where it could not; or the form again."""
    form = await request.form()
    chosen = [scrub(str(one)) for one in form.getall("to", [])]
    named = scrub(str(form.get("form_id") or ""))
    targets = [(one, client_id_for(named, one)) for one in chosen]
    try:
        went = await forward_to(request, message_id, targets)
    except Invalid as wrong:
        return await _form(request, message_id, str(form.get("q") or ""), chosen, str(wrong))
    read = app_of(request).database.read
    told = await read(_told, me(request), went)
    return await drawn(request, _page(request, "inbox/forwarded.html", 200, {"went": told}))


def _told(
    connection: Connection, who: Principal, went: Sequence[WentTo]
) -> list[tuple[ListedConversation | None, WentTo]]:
    return [(_seen(connection, who, _where(one)), one) for one in went]


def _seen(
    connection: Connection, who: Principal, conversation_id: str
) -> ListedConversation | None:
    if not reaches_conversation(connection, who.reach, conversation_id):
        return None
    return listing.conversation_by_id(connection, who.id, conversation_id)


def _where(one: WentTo) -> str:
    """It may have become part of another meanwhile."""
    return one.message["conversation_id"] if one.message else one.conversation_id


async def _form(
    request: Request, message_id: str, q: str, chosen: Sequence[str], problem: str = ""
) -> Response[str]:
    at, words = app_of(request), scrub(q).strip()[:QUERY_LIMIT]
    able = {one.id: PROVIDERS[one.provider].can_at(one.api_base) for one in at.channel_cache.all()}
    part = await at.database.read(_part, me(request), message_id, words, chosen[:MOST], able)
    part["problem"] = part["problem"] or problem
    status = 422 if problem else 200
    return await drawn(request, _page(request, "inbox/forward.html", status, part))


def _part(
    connection: Connection,
    who: Principal,
    message_id: str,
    q: str,
    chosen: Sequence[str],
    able: Mapping[str, frozenset[Ability]],
) -> ForwardPart:
    try:
        goes, _file = to_forward(connection, message_id)
    except Invalid as wrong:
        return ForwardPart(
            message_id=message_id, preview=None, targets=[], q=q, problem=str(wrong), most=MOST
        )
    source = threads.message_by_id(connection, message_id)
    assert source is not None, "what goes of it has just been read"
    targets: list[Target] = [
        {
            "conversation": one,
            "why": why_not(one, goes, able.get(one["channel"]["id"], frozenset())),
            "marked": one["id"] in chosen,
        }
        for one in _found(connection, who, q, chosen)
    ]
    preview: Message = {**source, "type": goes.type, "content": goes.content, "context": None}
    return ForwardPart(
        message_id=message_id, preview=preview, targets=targets, q=q, problem="", most=MOST
    )


def _found(
    connection: Connection, who: Principal, q: str, chosen: Sequence[str]
) -> list[ListedConversation]:
    """Those that are chosen already, then what answers."""
    page_of = search.search_page if q else listing.list_page
    found, _further = page_of(connection, who.id, Search(q=q, reach=who.reach), None, SHOWN)
    marked = [_seen(connection, who, one) for one in chosen]
    return [*(one for one in marked if one), *(one for one in found if one["id"] not in chosen)]


def _page(request: Request, name: str, status: int, part: ForwardPart | WentPart) -> HTMXTemplate:
    """The part alone, or without scripts a page around it."""
    if request.htmx:
        return own_page(request, name, status, **part)
    return own_page(request, "inbox/templates.html", status, part=name, **part)


HANDLERS = [choose_targets, forward]
