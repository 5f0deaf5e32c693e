"""``/api/v1``: labels, which everybody sees and supervisors make."""

from typing import Annotated, Any

import msgspec
from litestar import Request, delete, get, patch, post
from litestar.params import JSONBody

from inbox.desk import labels
from inbox.desk.clearing import remove_whole
from inbox.desk.writer import Writer
from inbox.domain.fields import says
from inbox.domain.teams import LabelShape
from inbox.domain.text import scrub
from inbox.domain.times import Micros
from inbox.storage.database import Connection
from inbox.web.api.contract.problems import UNFIT_LABEL, can_fail
from inbox.web.api.paging import Paged
from inbox.web.context import app_of, me
from inbox.web.http.guard import AGENT, SUPERVISOR
from inbox.web.http.parameters import path_id
from inbox.web.http.scopes import SETTINGS

LabelId = Annotated[str, path_id("The label's id.")]


class LabelList(Paged):
    """All labels there are."""

    data: Annotated[list[LabelShape], says("The labels, by name.")]


@get(
    "/api/v1/labels",
    opt=AGENT,
    tags=["Labels"],
    operation_id="listLabels",
    summary="List labels",
)
async def label_list(request: Request[Any, Any, Any]) -> LabelList:
    """All of them at once: there are at most 200."""
    return LabelList(data=await app_of(request).database.read(labels.all_labels), next=None)


@get(
    "/api/v1/labels/{label_id:str}",
    opt=AGENT,
    tags=["Labels"],
    operation_id="getLabel",
    summary="Get a label",
)
async def one(request: Request[Any, Any, Any], label_id: LabelId) -> LabelShape:
    """As in the list of all of them."""
    return await app_of(request).database.read(labels.label_by_id, scrub(label_id))


class NewLabel(msgspec.Struct):
    """A label to make."""

    name: Annotated[str, says("Up to 40 characters; no two differ in case alone.")]
    color: Annotated[
        str,
        says(
            "`grey`, `red`, `orange`, `amber`, `green`, `teal`, `blue`, `violet` or `pink`; empty: "
            "one that few have."
        ),
    ] = ""


@post(
    "/api/v1/labels",
    opt=SUPERVISOR | SETTINGS | can_fail(UNFIT_LABEL),
    status_code=201,
    tags=["Labels"],
    operation_id="addLabel",
    summary="Make a label",
)
async def add(request: Request[Any, Any, Any], data: JSONBody[NewLabel]) -> LabelShape:
    """Conversations can have it at once."""
    at = app_of(request)
    return await at.database.write(labels.add_label, data.name, scrub(data.color), at.now())


class LabelChange(msgspec.Struct):
    """What is to be changed of a label; what is not named stays."""

    name: Annotated[str | msgspec.UnsetType, says("Another name.")] = msgspec.UNSET
    color: Annotated[str | msgspec.UnsetType, says("Another colour.")] = msgspec.UNSET


@patch(
    "/api/v1/labels/{label_id:str}",
    opt=SUPERVISOR | SETTINGS | can_fail(UNFIT_LABEL),
    tags=["Labels"],
    operation_id="changeLabel",
    summary="Change a label",
)
async def change(
    request: Request[Any, Any, Any], label_id: LabelId, data: JSONBody[LabelChange]
) -> LabelShape:
    """It is called so in all conversations that have it."""
    at = app_of(request)
    return await at.database.write(_change_label, scrub(label_id), data, at.now())


def _change_label(
    connection: Connection, label_id: str, asked: LabelChange, now: Micros
) -> LabelShape:
    known = labels.label_by_id(connection, label_id)
    name = known["name"] if asked.name is msgspec.UNSET else asked.name
    color = known["color"] if asked.color is msgspec.UNSET else scrub(asked.color)
    return labels.change_label(connection, label_id, name, color, now)


@delete(
    "/api/v1/labels/{label_id:str}",
    opt=SUPERVISOR | SETTINGS,
    status_code=200,
    tags=["Labels"],
    operation_id="deleteLabel",
    summary="Delete a label",
)
async def delete_label(request: Request[Any, Any, Any], label_id: LabelId) -> LabelShape:
    """Conversations go on without it; the answer is what it was."""
    at, by = app_of(request), Writer.of(me(request))
    was = await at.database.read(labels.label_by_id, scrub(label_id))
    await remove_whole(at.database, labels.remove_label, was["id"], by, at.now)
    return was


HANDLERS = [label_list, one, add, change, delete_label]
