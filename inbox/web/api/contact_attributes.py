"""``/api/v1``: what a team wants to know of its customers."""

from typing import Annotated, Any

import msgspec
from litestar import Request, delete, get, patch, post
from litestar.params import JSONBody

from inbox.conversations.contact_details import attributes_in_order
from inbox.desk.contacts import attributes
from inbox.domain.contacts import AttributeKind, ContactAttribute
from inbox.domain.fields import says
from inbox.web.api.contract.problems import UNFIT_ATTRIBUTE, can_fail
from inbox.web.context import app_of
from inbox.web.http.guard import ADMIN, AGENT
from inbox.web.http.parameters import path_id
from inbox.web.http.scopes import SETTINGS

AttributeId = Annotated[str, path_id("The attribute's id.")]


class ContactAttributeList(msgspec.Struct):
    """All attributes of contacts; there are at most 50."""

    data: Annotated[list[ContactAttribute], says("In the order in which they were made.")]


@get(
    "/api/v1/contact-attributes",
    opt=AGENT,
    tags=["Contacts"],
    operation_id="listContactAttributes",
    summary="List attributes of contacts",
)
async def attribute_list(request: Request[Any, Any, Any]) -> ContactAttributeList:
    """What your team wants to know of its customers, besides what WhatsApp tells."""
    return ContactAttributeList(data=await app_of(request).database.read(attributes_in_order))


@get(
    "/api/v1/contact-attributes/{attribute_id:str}",
    opt=AGENT,
    tags=["Contacts"],
    operation_id="getContactAttribute",
    summary="Get an attribute of contacts",
)
async def one(request: Request[Any, Any, Any], attribute_id: AttributeId) -> ContactAttribute:
    """As in the list of all of them."""
    return await app_of(request).database.read(attributes.attribute_by_id, attribute_id)


class NewContactAttribute(msgspec.Struct):
    """Something to know of customers."""

    key: Annotated[
        str,
        msgspec.Meta(
            description="Up to 40 small letters, digits and `_`, a letter first.",
            examples=["order_number"],
        ),
    ]
    label: Annotated[str, says("What people call it; up to 60 characters.")]
    kind: Annotated[AttributeKind, says("What its values are: they are checked by it.")]
    choices: Annotated[list[str], says("Of a `choice`: what can be chosen, up to 50.")] = []


@post(
    "/api/v1/contact-attributes",
    opt=ADMIN | SETTINGS | can_fail(UNFIT_ATTRIBUTE),
    status_code=201,
    tags=["Contacts"],
    operation_id="addContactAttribute",
    summary="Add an attribute of contacts",
)
async def new_attribute(
    request: Request[Any, Any, Any], data: JSONBody[NewContactAttribute]
) -> ContactAttribute:
    """It can be filled in at once, for every contact."""
    at = app_of(request)
    said = (data.key, data.label, data.kind, data.choices)
    return await at.database.write(attributes.add_attribute, *said, at.now())


class ContactAttributeChange(msgspec.Struct):
    """What is to be otherwise about an attribute; what is not named stays."""

    label: Annotated[str | msgspec.UnsetType, says("Another label.")] = msgspec.UNSET
    choices: Annotated[
        list[str] | msgspec.UnsetType,
        says("What can be chosen from now on; what was chosen before stays with whom it was."),
    ] = msgspec.UNSET


@patch(
    "/api/v1/contact-attributes/{attribute_id:str}",
    opt=ADMIN | SETTINGS | can_fail(UNFIT_ATTRIBUTE),
    tags=["Contacts"],
    operation_id="changeContactAttribute",
    summary="Change an attribute of contacts",
)
async def attribute_change(
    request: Request[Any, Any, Any],
    attribute_id: AttributeId,
    data: JSONBody[ContactAttributeChange],
) -> ContactAttribute:
    """Its label and choices. Its key and kind stay: make another one instead."""
    label = None if data.label is msgspec.UNSET else data.label
    choices = None if data.choices is msgspec.UNSET else data.choices
    write = app_of(request).database.write
    return await write(attributes.change_attribute, attribute_id, label, choices)


@delete(
    "/api/v1/contact-attributes/{attribute_id:str}",
    opt=ADMIN | SETTINGS,
    status_code=200,
    tags=["Contacts"],
    operation_id="deleteContactAttribute",
    summary="Delete an attribute of contacts",
)
async def attribute_end(
    request: Request[Any, Any, Any], attribute_id: AttributeId
) -> ContactAttribute:
    """What was known by it is known of nobody any more; the answer is what it was."""
    return await app_of(request).database.write(attributes.remove_attribute, attribute_id)


HANDLERS = [attribute_list, one, new_attribute, attribute_change, attribute_end]
