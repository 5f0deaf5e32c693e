"""``/api/v1``: contacts that are one person."""

from typing import Annotated, Any

import msgspec
from litestar import Request, delete, post
from litestar.params import JSONBody

from inbox.desk.contacts.merges import MergeOutcome, merge_contacts, preview_merge, undo_merge
from inbox.domain.contacts import ContactDetails
from inbox.domain.fields import Id, says
from inbox.domain.text import scrub
from inbox.web.api.contract.problems import NOT_MERGED, can_fail
from inbox.web.context import app_of, me
from inbox.web.http.guard import AGENT
from inbox.web.http.parameters import ContactId
from inbox.web.http.scopes import DESK


class NewMerge(msgspec.Struct):
    """Who the contact is as well."""

    into: Annotated[Id, says("The contact who is the same person; what is known of them wins.")]
    preview: Annotated[bool, says("Only say what would become of it.")] = False


@post(
    "/api/v1/contacts/{contact_id:str}/merge",
    opt=AGENT | DESK | can_fail(NOT_MERGED),
    status_code=200,
    tags=["Contacts"],
    operation_id="mergeContact",
    summary="Say that two contacts are one person",
)
async def merge(
    request: Request[Any, Any, Any], contact_id: ContactId, data: JSONBody[NewMerge]
) -> MergeOutcome:
    """Both stay, each with its number and conversation; what your team calls them and notes about
    them is one from then on. `DELETE` undoes it at any time.
    """
    at, who = app_of(request), me(request)
    asked = (who.reach, contact_id, scrub(data.into))
    if data.preview:
        return await at.database.read(preview_merge, *asked)
    return await at.database.write(merge_contacts, *asked, who.name, at.now())


@delete(
    "/api/v1/contacts/{contact_id:str}/merge",
    opt=AGENT | DESK | can_fail(NOT_MERGED),
    status_code=200,
    tags=["Contacts"],
    operation_id="undoContactMerge",
    summary="Undo the latest merge of a person",
)
async def unmerge(request: Request[Any, Any, Any], contact_id: ContactId) -> ContactDetails:
    """Each has again what it had before; what was written since stays with all of them."""
    at = app_of(request)
    return await at.database.write(undo_merge, me(request).reach, contact_id, at.now())


HANDLERS = [merge, unmerge]
