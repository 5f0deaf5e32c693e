"""Settings: canned responses, which agents have as well: their own, beside those of others."""

from typing import Final, TypedDict

from litestar import get, post
from litestar.params import FromPath, FromQuery
from litestar.response import Redirect
from litestar_htmx import HTMXRequest, HTMXTemplate
from msgspec.structs import replace

from inbox.access.principal import Principal
from inbox.conversations.uploads import upload_shape, whole_uploads
from inbox.desk import canned
from inbox.desk.teams import all_teams
from inbox.desk.wording import CODE_LIMIT, CONTENT_LIMIT, FILES_LIMIT, Author, Wording
from inbox.domain.canned import CannedResponse
from inbox.domain.errors import Invalid
from inbox.domain.folding import QUERY_LIMIT
from inbox.domain.placeholders import KNOWN
from inbox.domain.text import scrub
from inbox.storage.database import Connection
from inbox.web.context import app_of, me
from inbox.web.http.guard import AGENT
from inbox.web.http.rendering import own_page, to

Request = HTMXRequest

LIST: Final = "/settings/canned-responses"


class ShownResponse(CannedResponse):
    """``changeable``: by who looks."""

    changeable: bool


class Listed(TypedDict):
    responses: list[ShownResponse]
    following: str | None


def response_author(who: Principal) -> Author:
    return Author(who.id, who.allows("supervisor"))


def _listed(connection: Connection, author: Author, q: str, after: str) -> Listed:
    found, following = canned.responses_page(connection, author, q, after)
    shown = [_shown(author, one) for one in found]
    return {"responses": shown, "following": following}


def _shown(author: Author, response: CannedResponse) -> ShownResponse:
    return {**response, "changeable": canned.may_change(author, response)}


@get(LIST, opt=AGENT, include_in_schema=False)
async def response_list(
    request: Request,
    q: FromQuery[str] = "",
    cursor: FromQuery[str] = "",
    deleted: FromQuery[str] = "",
    code: FromQuery[str] = "",
) -> HTMXTemplate:
    """``deleted``: the id of the one that went just now, which was called ``code``."""
    words, author = scrub(q).strip()[:QUERY_LIMIT], response_author(me(request))
    found = await app_of(request).database.read(_listed, author, words, scrub(cursor))
    gone = {"id": scrub(deleted), "code": scrub(code)[:CODE_LIMIT]} if deleted else None
    return own_page(request, "settings/canned_responses.html", **found, q=words, gone=gone)


@get(f"{LIST}/new", opt=AGENT, include_in_schema=False)
async def new_response(request: Request, copy: FromQuery[str] = "") -> HTMXTemplate:
    """``copy``: the id of one whose words are to be begun with."""
    author = response_author(me(request))
    scope = "everybody" if author.leads else "personal"
    if not copy:
        return await _form(request, None, Wording(short_code="", content="", scope=scope))
    known = await app_of(request).database.read(canned.by_id, author, scrub(copy))
    return await _form(request, None, replace(_kept(known), scope=scope, team_id=None))


@get(f"{LIST}/{{response_id:str}}", opt=AGENT, include_in_schema=False)
async def edit_response(request: Request, response_id: FromPath[str]) -> HTMXTemplate:
    author = response_author(me(request))
    known = await app_of(request).database.read(canned.by_id, author, response_id)
    return await _form(request, _shown(author, known), _kept(known))


def _kept(known: CannedResponse) -> Wording:
    return Wording(
        short_code=known["short_code"],
        content=known["content"],
        scope=known["scope"],
        team_id=known["team_id"],
        attachments=known["attachments"],
    )


async def _form(
    request: Request,
    response: ShownResponse | None,
    values: Wording,
    problems: dict[str, str] | None = None,
) -> HTMXTemplate:
    here = await app_of(request).database.read(whole_uploads, values.attachments)
    known = await app_of(request).database.read(all_teams) if me(request).role != "agent" else []
    return own_page(
        request,
        "settings/canned_response.html",
        422 if problems else 200,
        response=response,
        values=values,
        problems=problems or {},
        files=[upload_shape(here[each]) for each in values.attachments if each in here],
        variables=KNOWN,
        teams=known,
        limits={"code": CODE_LIMIT, "content": CONTENT_LIMIT, "files": FILES_LIMIT},
    )


@post(LIST, opt=AGENT, status_code=200, include_in_schema=False)
async def add_response(request: Request) -> HTMXTemplate | Redirect:
    at, values = app_of(request), await _values(request)
    try:
        await at.database.write(canned.add, response_author(me(request)), values, at.now())
    except Invalid as wrong:
        return await _form(request, None, values, {wrong.field: str(wrong)})
    return to(LIST)


@post(f"{LIST}/{{response_id:str}}", opt=AGENT, status_code=200, include_in_schema=False)
async def save_response(request: Request, response_id: FromPath[str]) -> HTMXTemplate | Redirect:
    at, author, values = app_of(request), response_author(me(request)), await _values(request)
    known = await at.database.read(canned.by_id, author, response_id)
    try:
        await at.database.write(canned.change, author, response_id, values, at.now())
    except Invalid as wrong:
        return await _form(request, _shown(author, known), values, {wrong.field: str(wrong)})
    return to(LIST)


async def _values(request: Request) -> Wording:
    form = await request.form()
    said = {name: scrub(str(form.get(name) or "")) for name in ("short_code", "content", "scope")}
    scope, _colon, team_id = said["scope"].partition(":")
    return Wording(
        short_code=said["short_code"],
        content=said["content"],
        scope=scope,
        team_id=team_id or None,
        attachments=[scrub(str(each)) for each in form.getall("attachments", [])],
    )


@post(f"{LIST}/{{response_id:str}}/delete", opt=AGENT, status_code=303, include_in_schema=False)
async def delete_response(request: Request, response_id: FromPath[str]) -> Redirect:
    at, author = app_of(request), response_author(me(request))
    gone = await at.database.write(canned.remove_response, author, response_id, at.now())
    return Redirect(
        LIST, status_code=303, query_params={"deleted": gone["id"], "code": gone["short_code"]}
    )


@post(f"{LIST}/{{response_id:str}}/restore", opt=AGENT, status_code=303, include_in_schema=False)
async def restore_response(request: Request, response_id: FromPath[str]) -> Redirect:
    at = app_of(request)
    await at.database.write(canned.restore, response_author(me(request)), response_id, at.now())
    return to(LIST)


HANDLERS = [
    response_list,
    new_response,
    edit_response,
    add_response,
    save_response,
    delete_response,
    restore_response,
]
