"""Settings: what a team wants to know of its customers."""

from collections.abc import Mapping
from typing import Final

from litestar import get, post
from litestar.params import FromPath
from litestar.response import Redirect
from litestar_htmx import HTMXRequest, HTMXTemplate

from inbox.conversations.contact_details import attributes_in_order
from inbox.desk.contacts import attributes
from inbox.domain.attributes import KEY_LIMIT, KINDS, LABEL_LIMIT, MOST
from inbox.domain.errors import Invalid
from inbox.domain.language import _
from inbox.domain.text import scrub
from inbox.web.context import app_of
from inbox.web.http.guard import ADMIN
from inbox.web.http.rendering import own_page, to

Request = HTMXRequest

LIST: Final = "/settings/contact-attributes"
_FIELDS: Final = ("label", "key", "kind", "choices")
_BLANK: Final = dict.fromkeys(_FIELDS, "") | {"kind": "text"}


@get(LIST, opt=ADMIN, include_in_schema=False)
async def attribute_list(request: Request) -> HTMXTemplate:
    return await _page(request, _BLANK)


@post(LIST, opt=ADMIN, status_code=200, include_in_schema=False)
async def define_attribute(request: Request) -> HTMXTemplate | Redirect:
    at, said = app_of(request), await _said(request)
    named = (said["key"], said["label"], said["kind"], said["choices"].splitlines())
    try:
        await at.database.write(attributes.add_attribute, *named, at.now())
    except Invalid as wrong:
        return await _page(request, said, {wrong.field: str(wrong)})
    return to(LIST)


@get(f"{LIST}/{{attribute_id:str}}", opt=ADMIN, include_in_schema=False)
async def edit_attribute(request: Request, attribute_id: FromPath[str]) -> HTMXTemplate:
    return await _one(request, attribute_id)


@post(f"{LIST}/{{attribute_id:str}}", opt=ADMIN, status_code=200, include_in_schema=False)
async def save_attribute(request: Request, attribute_id: FromPath[str]) -> HTMXTemplate | Redirect:
    at, said = app_of(request), await _said(request)
    asked = (attribute_id, said["label"], said["choices"].splitlines())
    try:
        await at.database.write(attributes.change_attribute, *asked)
    except Invalid as wrong:
        return await _one(request, attribute_id, said, {wrong.field: str(wrong)})
    return to(LIST)


@post(f"{LIST}/{{attribute_id:str}}/delete", opt=ADMIN, status_code=303, include_in_schema=False)
async def delete_attribute(request: Request, attribute_id: FromPath[str]) -> Redirect:
    await app_of(request).database.write(attributes.remove_attribute, attribute_id)
    return to(LIST)


async def _said(request: Request) -> dict[str, str]:
    form = await request.form()
    return {name: scrub(str(form.get(name) or "")) for name in _FIELDS}


async def _one(
    request: Request,
    attribute_id: str,
    said: Mapping[str, str] | None = None,
    problems: Mapping[str, str] | None = None,
) -> HTMXTemplate:
    known = await app_of(request).database.read(attributes.attribute_by_id, attribute_id)
    values = {"label": known["label"], "choices": "\n".join(known["choices"])}
    return own_page(
        request,
        "settings/contact_attribute.html",
        422 if problems else 200,
        attribute=known,
        values=said or values,
        problems=problems or {},
        kinds=[(name, _(label)) for name, label in KINDS.items()],
        limits={"label": LABEL_LIMIT},
    )


async def _page(
    request: Request, values: Mapping[str, str], problems: Mapping[str, str] | None = None
) -> HTMXTemplate:
    return own_page(
        request,
        "settings/contact_attributes.html",
        422 if problems else 200,
        attributes=await app_of(request).database.read(attributes_in_order),
        values=values,
        problems=problems or {},
        kinds=[(name, _(label)) for name, label in KINDS.items()],
        limits={"key": KEY_LIMIT, "label": LABEL_LIMIT, "most": MOST},
    )


HANDLERS = [attribute_list, define_attribute, edit_attribute, save_attribute, delete_attribute]
