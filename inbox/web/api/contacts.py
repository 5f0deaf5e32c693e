"""``/api/v1``: the people who wrote."""

from typing import Annotated, Any

import msgspec
from litestar import Request, get, patch
from litestar.params import JSONBody

from inbox.conversations import contacts
from inbox.desk.contacts.editing import (
    ContactEdit,
    check_contact_edit,
    edit_contact,
    seen_contact,
)
from inbox.domain.contacts import AttributeValue, Contact, ContactDetails
from inbox.domain.cursors import Cursor
from inbox.domain.fields import says
from inbox.sending import blocking
from inbox.web.api.contract.problems import NOT_BLOCKED, UNFIT_CONTACT, can_fail
from inbox.web.api.paging import Paged
from inbox.web.context import app_of, me
from inbox.web.http.guard import AGENT
from inbox.web.http.parameters import ContactId, Place, UpTo200
from inbox.web.http.scopes import DESK


class ContactList(Paged):
    """A page of contacts."""

    data: Annotated[list[Contact], says("The contacts.")]


@get(
    "/api/v1/contacts",
    opt=AGENT,
    tags=["Contacts"],
    operation_id="listContacts",
    summary="List contacts",
)
async def contact_list(
    request: Request[Any, Any, Any], cursor: Place = "", limit: UpTo200 = 50
) -> ContactList:
    """Whoever wrote or was written to, the newest first."""
    place = Cursor.read(cursor) if cursor else None
    found, following = await app_of(request).database.read(
        contacts.contacts_page, me(request).reach, place, limit
    )
    return ContactList(data=found, next=following)


@get(
    "/api/v1/contacts/{contact_id:str}",
    opt=AGENT,
    tags=["Contacts"],
    operation_id="getContact",
    summary="Get a contact",
)
async def contact(request: Request[Any, Any, Any], contact_id: ContactId) -> ContactDetails:
    """One contact as it is now, with what your team notes and where else the same person is."""
    read = app_of(request).database.read
    return await read(seen_contact, me(request).reach, contact_id)


class ContactChange(msgspec.Struct):
    """What is to be otherwise about a contact; what is not named stays."""

    name: Annotated[
        str | msgspec.UnsetType | None,
        says("Your own name for them; empty or null: what they call themselves."),
    ] = msgspec.UNSET
    note: Annotated[
        str | msgspec.UnsetType | None, says("What your team notes about them, up to 5,000.")
    ] = msgspec.UNSET
    attributes: Annotated[
        dict[str, AttributeValue | None] | msgspec.UnsetType,
        says("By their `key`, only those that change; null takes one away."),
    ] = msgspec.UNSET
    blocked: Annotated[
        bool | msgspec.UnsetType,
        says("Block them at WhatsApp: they cannot write to you, nor you to them."),
    ] = msgspec.UNSET


@patch(
    "/api/v1/contacts/{contact_id:str}",
    opt=AGENT | DESK | can_fail(UNFIT_CONTACT, NOT_BLOCKED),
    tags=["Contacts"],
    operation_id="changeContact",
    summary="Change what you know of a contact, or block them",
)
async def change_contact(
    request: Request[Any, Any, Any], contact_id: ContactId, data: JSONBody[ContactChange]
) -> ContactDetails:
    """What you call them and note about them is for all contacts of the same person.

    `blocked` is asked of WhatsApp at once, and if it says no, nothing else is changed either. Only
    who has written within 24 hours can be blocked; anybody can be unblocked at any time.
    """
    at = app_of(request)
    edit = ContactEdit(name=data.name, note=data.note, attributes=data.attributes)
    mine = (me(request).reach, contact_id, edit)
    await at.database.read(check_contact_edit, *mine)
    if data.blocked is not msgspec.UNSET:
        asked = (at.database, at.http, at.channel_cache.known, at.now)
        await blocking.change_blocked(*asked, contact_id, data.blocked)
    return await at.database.write(edit_contact, *mine, at.now())


HANDLERS = [contact_list, contact, change_contact]
