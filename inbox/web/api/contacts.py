"""``/api/v1``: the people who wrote."""

from typing import Annotated, Any

import msgspec
from litestar import Request, get, patch
from litestar.exceptions import NotFoundException
from litestar.params import JSONBody

from inbox.conversations import contacts
from inbox.domain.cursors import Cursor
from inbox.domain.fields import says
from inbox.domain.language import _
from inbox.domain.public import Contact
from inbox.sending import blocking
from inbox.web.api.contract.problems import NOT_BLOCKED, can_fail
from inbox.web.api.paging import Paged
from inbox.web.context import app_of
from inbox.web.http.guard import AGENT
from inbox.web.http.parameters import ContactId, Place, UpTo200


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
    found, following = await app_of(request).database.read(contacts.contacts_page, place, limit)
    return ContactList(data=found, next=following)


@get(
    "/api/v1/contacts/{contact_id:str}",
    opt=AGENT,
    tags=["Contacts"],
    operation_id="getContact",
    summary="Get a contact",
)
async def contact(request: Request[Any, Any, Any], contact_id: ContactId) -> Contact:
    """One contact as it is now."""
    found = await app_of(request).database.read(contacts.contact_by_id, contact_id)
    if found is None:
        raise NotFoundException(_("There is no such contact."))
    return found


class ContactChange(msgspec.Struct):
    """What is to be otherwise about a contact."""

    blocked: Annotated[
        bool, says("Block them at WhatsApp: they cannot write to you, nor you to them.")
    ]


@patch(
    "/api/v1/contacts/{contact_id:str}",
    opt=AGENT | can_fail(NOT_BLOCKED),
    tags=["Contacts"],
    operation_id="changeContact",
    summary="Block a contact, or unblock them",
)
async def change_contact(
    request: Request[Any, Any, Any], contact_id: ContactId, data: JSONBody[ContactChange]
) -> Contact:
    """WhatsApp is asked at once, and the answer is the contact as it is then.

    Only who has written within 24 hours can be blocked; anybody can be unblocked at any time.
    """
    at = app_of(request)
    asked = (at.database, at.http, at.channel_cache.known, at.now)
    return await blocking.change_blocked(*asked, contact_id, data.blocked)


HANDLERS = [contact_list, contact, change_contact]
