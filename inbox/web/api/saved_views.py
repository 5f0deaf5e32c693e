"""``/api/v1/views``: views of the list that are kept under a name."""

from typing import Annotated, Any

import msgspec
from litestar import Request, delete, get, patch, post
from litestar.params import JSONBody

from inbox.access.principal import Principal
from inbox.desk import saved_views
from inbox.domain.fields import says
from inbox.domain.saved_views import SavedListView
from inbox.domain.text import scrub
from inbox.domain.times import Micros
from inbox.storage.database import Connection
from inbox.web.api.canned_responses import author
from inbox.web.api.contract.problems import UNFIT_VIEW, can_fail
from inbox.web.api.paging import Paged
from inbox.web.context import app_of, me
from inbox.web.http.guard import AGENT
from inbox.web.http.narrowing import known_filters, search_asked
from inbox.web.http.parameters import path_id
from inbox.web.http.scopes import DESK

ViewId = Annotated[str, path_id("The saved view's id.")]

Unset = msgspec.UnsetType
UNSET = msgspec.UNSET


class SavedViewList(Paged):
    """All saved views that one sees."""

    data: Annotated[list[SavedListView], says("One's own and those that are shared, by name.")]


@get(
    "/api/v1/views",
    opt=AGENT,
    tags=["Views"],
    operation_id="listViews",
    summary="List saved views",
)
async def view_list(request: Request[Any, Any, Any]) -> SavedViewList:
    """All of them at once. With a token one's own are those of its owner."""
    found = await app_of(request).database.read(_all, me(request))
    return SavedViewList(data=found, next=None)


def _all(connection: Connection, who: Principal) -> list[SavedListView]:
    return saved_views.saved_views_of(connection, author(connection, who).user_id)


@get(
    "/api/v1/views/{view_id:str}",
    opt=AGENT,
    tags=["Views"],
    operation_id="getView",
    summary="Get a saved view",
)
async def one(request: Request[Any, Any, Any], view_id: ViewId) -> SavedListView:
    """One's own, or one that is shared."""
    return await app_of(request).database.read(_one, me(request), scrub(view_id))


def _one(connection: Connection, who: Principal, view_id: str) -> SavedListView:
    return saved_views.view_by_id(connection, author(connection, who).user_id, view_id)


class NewView(msgspec.Struct):
    """A view to keep."""

    name: Annotated[str, says("Up to 40 characters.")]
    filters: Annotated[
        dict[str, str],
        says("The list's query: `view`, `q`, `label`, `sort` and the others, by their names."),
    ]
    scope: Annotated[str, says("`personal`, or `shared`: everybody sees it.")] = "personal"


@post(
    "/api/v1/views",
    opt=AGENT | DESK | can_fail(UNFIT_VIEW),
    status_code=201,
    tags=["Views"],
    operation_id="addView",
    summary="Save a view",
)
async def add(request: Request[Any, Any, Any], data: JSONBody[NewView]) -> SavedListView:
    """The list takes its id as `view`."""
    at = app_of(request)
    filters = checked_filters(data.filters, at.now())
    told = (data.name, filters, scrub(data.scope))
    return await at.database.write(_add, me(request), told, at.now())


def _add(
    connection: Connection, who: Principal, told: tuple[str, dict[str, str], str], now: Micros
) -> SavedListView:
    return saved_views.add_view(connection, author(connection, who), *told, now)


class ViewChange(msgspec.Struct):
    """What is to be changed of a saved view; what is not named stays."""

    name: Annotated[str | Unset, says("Another name.")] = UNSET
    filters: Annotated[dict[str, str] | Unset, says("Another query, whole.")] = UNSET
    scope: Annotated[str | Unset, says("Who sees it from now on.")] = UNSET


@patch(
    "/api/v1/views/{view_id:str}",
    opt=AGENT | DESK | can_fail(UNFIT_VIEW),
    tags=["Views"],
    operation_id="changeView",
    summary="Change a saved view",
)
async def change(
    request: Request[Any, Any, Any], view_id: ViewId, data: JSONBody[ViewChange]
) -> SavedListView:
    """One's own, or as a supervisor one that is shared."""
    at = app_of(request)
    if data.filters is not UNSET:
        data.filters = checked_filters(data.filters, at.now())
    return await at.database.write(_change, me(request), scrub(view_id), data, at.now())


def _change(
    connection: Connection, who: Principal, view_id: str, asked: ViewChange, now: Micros
) -> SavedListView:
    by = author(connection, who)
    known = saved_views.view_by_id(connection, by.user_id, view_id)
    name = known["name"] if asked.name is UNSET else asked.name
    filters = known["filters"] if asked.filters is UNSET else asked.filters
    scope = known["scope"] if asked.scope is UNSET else scrub(asked.scope)
    return saved_views.change_view(connection, by, view_id, name, filters, scope, now)


@delete(
    "/api/v1/views/{view_id:str}",
    opt=AGENT | DESK | can_fail(UNFIT_VIEW),
    status_code=200,
    tags=["Views"],
    operation_id="deleteView",
    summary="Delete a saved view",
)
async def delete_view(request: Request[Any, Any, Any], view_id: ViewId) -> SavedListView:
    """One's own, or as a supervisor one that is shared; the answer is what it was."""
    at = app_of(request)
    return await at.database.write(_remove, me(request), scrub(view_id), at.now())


def _remove(connection: Connection, who: Principal, view_id: str, now: Micros) -> SavedListView:
    return saved_views.remove_view(connection, author(connection, who), view_id, now)


def checked_filters(asked: dict[str, str], now: Micros) -> dict[str, str]:
    """What is kept of a query, if the list takes it; raises ``Invalid``."""
    told = known_filters(asked, "filters")
    search_asked(told, now)
    return told


HANDLERS = [view_list, one, add, change, delete_view]
