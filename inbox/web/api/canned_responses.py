"""``/api/v1``: canned responses, of who asks, of their teams and of everybody."""

from typing import Annotated, Any

import msgspec
from litestar import Request, delete, get, patch, post
from litestar.exceptions import ClientException
from litestar.params import JSONBody

from inbox.access import tokens
from inbox.access.principal import Principal
from inbox.desk import canned
from inbox.desk.filling import filled_in
from inbox.desk.wording import Author, Wording
from inbox.domain.canned import CannedResponse
from inbox.domain.fields import says
from inbox.domain.folding import QUERY_LIMIT
from inbox.domain.language import _
from inbox.domain.text import scrub
from inbox.domain.times import Micros
from inbox.storage.database import Connection
from inbox.web.api.contract.problems import NO_SUCH_PAGE, UNFIT_RESPONSE, can_fail
from inbox.web.api.paging import Paged
from inbox.web.context import app_of, me
from inbox.web.http.guard import AGENT
from inbox.web.http.parameters import EXAMPLE_ID, IdPlace, UpTo200, in_query, path_id
from inbox.web.http.scopes import SETTINGS
from inbox.web.present.naming import pretty_phone

ResponseId = Annotated[str, path_id("The canned response's id.")]


class CannedResponseList(Paged):
    """A page of canned responses."""

    data: Annotated[list[CannedResponse], says("The responses.")]


def author(connection: Connection, who: Principal) -> Author:
    """A program writes and reads as the one whose it is."""
    user_id = who.id if who.kind == "user" else tokens.owner_of(connection, who.id)
    return Author(user_id, who.allows("supervisor"))


@get(
    "/api/v1/canned-responses",
    opt=AGENT | can_fail(UNFIT_RESPONSE, NO_SUCH_PAGE),
    tags=["Canned responses"],
    operation_id="listCannedResponses",
    summary="List and search canned responses",
)
async def response_list(
    request: Request[Any, Any, Any],
    q: Annotated[str, in_query("The start of a short code, or words of the text.", "hours")] = "",
    conversation_id: Annotated[
        str, in_query("A conversation in which they are `filled`.", EXAMPLE_ID)
    ] = "",
    cursor: IdPlace = "",
    limit: UpTo200 = canned.PAGE,
) -> CannedResponseList:
    """Those of one's own, one's teams and everybody; with `q` the best first, and no further page.

    Supervisors and admins get those of each team. With a token one's own are those of its owner.
    A `conversation_id` has each of them `filled`.
    """
    words = scrub(q).strip()
    if len(words) > QUERY_LIMIT:
        raise ClientException(
            _("q has at most %(query_limit)s characters.", query_limit=QUERY_LIMIT)
        )
    place = words, scrub(cursor), limit
    return await app_of(request).database.read(_page, me(request), place, scrub(conversation_id))


def _page(
    connection: Connection, who: Principal, place: tuple[str, str, int], conversation_id: str
) -> CannedResponseList:
    q, after, limit = place
    found, following = canned.responses_page(connection, author(connection, who), q, after, limit)
    if conversation_id:
        found = filled_in(connection, found, conversation_id, who.name, pretty_phone)
    return CannedResponseList(data=found, next=following)


@get(
    "/api/v1/canned-responses/{response_id:str}",
    opt=AGENT,
    tags=["Canned responses"],
    operation_id="getCannedResponse",
    summary="Get a canned response",
)
async def one(request: Request[Any, Any, Any], response_id: ResponseId) -> CannedResponse:
    """One of those that the list has for who asks."""
    return await app_of(request).database.read(_one, me(request), scrub(response_id))


def _one(connection: Connection, who: Principal, response_id: str) -> CannedResponse:
    return canned.by_id(connection, author(connection, who), response_id)


class NewCannedResponse(msgspec.Struct):
    """A text to keep under a short code."""

    short_code: Annotated[
        str,
        msgspec.Meta(
            description="Up to 40 letters, digits, `-` and `_`; kept in lower case.",
            examples=["hours"],
        ),
    ]
    content: Annotated[
        str,
        msgspec.Meta(
            description="Up to 4,096 characters, with variables; none only beside files.",
            examples=["Hello {{contact.first_name|there}}, we open at nine."],
        ),
    ]
    scope: Annotated[
        str, says("`personal`, or `everybody` or `team` for supervisors and admins.")
    ] = "personal"
    team_id: Annotated[str | None, says("With the scope `team`: whose it is.")] = None
    attachments: Annotated[
        list[str], says("Ids of files from `POST /api/v1/media` that go with it, at most 10.")
    ] = []

    def wording(self) -> Wording:
        return Wording(
            short_code=self.short_code,
            content=self.content,
            scope=self.scope,
            team_id=self.team_id,
            attachments=[scrub(one) for one in self.attachments],
        )


@post(
    "/api/v1/canned-responses",
    opt=AGENT | SETTINGS | can_fail(UNFIT_RESPONSE),
    status_code=201,
    tags=["Canned responses"],
    operation_id="addCannedResponse",
    summary="Keep a canned response",
)
async def add(request: Request[Any, Any, Any], data: JSONBody[NewCannedResponse]) -> CannedResponse:
    """It can be used at once, by whom it is for."""
    at = app_of(request)
    return await at.database.write(_add, me(request), data.wording(), at.now())


def _add(connection: Connection, who: Principal, wording: Wording, now: Micros) -> CannedResponse:
    return canned.add(connection, author(connection, who), wording, now)


class CannedResponseChange(msgspec.Struct):
    """What is to be changed of a canned response; what is not named stays."""

    short_code: Annotated[str | msgspec.UnsetType, says("Another short code.")] = msgspec.UNSET
    content: Annotated[str | msgspec.UnsetType, says("Another text.")] = msgspec.UNSET
    scope: Annotated[str | msgspec.UnsetType, says("For whom it is from now on.")] = msgspec.UNSET
    team_id: Annotated[
        str | msgspec.UnsetType | None, says("With the scope `team`: whose it is from now on.")
    ] = msgspec.UNSET
    attachments: Annotated[
        list[str] | msgspec.UnsetType, says("The files that go with it from now on.")
    ] = msgspec.UNSET


@patch(
    "/api/v1/canned-responses/{response_id:str}",
    opt=AGENT | SETTINGS | can_fail(UNFIT_RESPONSE),
    tags=["Canned responses"],
    operation_id="changeCannedResponse",
    summary="Change a canned response",
)
async def change(
    request: Request[Any, Any, Any], response_id: ResponseId, data: JSONBody[CannedResponseChange]
) -> CannedResponse:
    """One's own, or as a supervisor or an admin one of others."""
    at = app_of(request)
    return await at.database.write(_change, me(request), scrub(response_id), data, at.now())


def _change(
    connection: Connection,
    who: Principal,
    response_id: str,
    asked: CannedResponseChange,
    now: Micros,
) -> CannedResponse:
    by = author(connection, who)
    known = canned.by_id(connection, by, response_id)
    files = known["attachments"] if asked.attachments is msgspec.UNSET else asked.attachments
    wording = Wording(
        short_code=known["short_code"] if asked.short_code is msgspec.UNSET else asked.short_code,
        content=known["content"] if asked.content is msgspec.UNSET else asked.content,
        scope=known["scope"] if asked.scope is msgspec.UNSET else asked.scope,
        team_id=known["team_id"] if asked.team_id is msgspec.UNSET else asked.team_id,
        attachments=[scrub(one) for one in files],
    )
    return canned.change(connection, by, response_id, wording, now)


@delete(
    "/api/v1/canned-responses/{response_id:str}",
    opt=AGENT | SETTINGS | can_fail(UNFIT_RESPONSE),
    status_code=200,
    tags=["Canned responses"],
    operation_id="deleteCannedResponse",
    summary="Delete a canned response",
)
async def delete_response(
    request: Request[Any, Any, Any], response_id: ResponseId
) -> CannedResponse:
    """One's own, or as a supervisor or an admin one of others; the answer is what it was."""
    at = app_of(request)
    return await at.database.write(_remove, me(request), scrub(response_id), at.now())


def _remove(
    connection: Connection, who: Principal, response_id: str, now: Micros
) -> CannedResponse:
    return canned.remove_response(connection, author(connection, who), response_id, now)


HANDLERS = [response_list, one, add, change, delete_response]
