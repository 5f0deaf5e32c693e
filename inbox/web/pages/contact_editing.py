"""What a team calls a customer and notes about them, as a form; and who else they are."""

from collections.abc import Mapping

import msgspec
from litestar import Response, get, post
from litestar.params import FromPath, FromQuery
from litestar.response import Redirect
from litestar_htmx import HTMXRequest

from inbox.conversations.contact_details import attributes_in_order
from inbox.desk.contacts.editing import NAME_MOST, NOTE_MOST, ContactEdit, edit_contact
from inbox.desk.contacts.merges import (
    MergeOutcome,
    merge_contacts,
    preview_merge,
    undo_merge,
)
from inbox.domain.attributes import VALUE_LIMIT, written
from inbox.domain.contacts import Contact, ContactAttribute
from inbox.domain.errors import Invalid
from inbox.domain.folding import QUERY_LIMIT
from inbox.domain.reach import Reach
from inbox.domain.text import scrub
from inbox.storage.database import Connection
from inbox.web.context import app_of, me
from inbox.web.http.guard import AGENT
from inbox.web.http.rendering import drawn, own_page, to
from inbox.web.pages.contact_list import contact_part, people_called

Request = HTMXRequest

_EDIT = "/contacts/{contact_id:str}/edit"
_MERGE = "/contacts/{contact_id:str}/merge"
_FIELD = "a-"
"""Before an attribute's key in a form; ``was-`` before any field: what it showed."""


@get(_EDIT, opt=AGENT, include_in_schema=False)
async def edit_form(request: Request, contact_id: FromPath[str]) -> Response[str]:
    return await _form(request, contact_id)


@post(_EDIT, opt=AGENT, status_code=200, include_in_schema=False)
async def save_contact(
    request: Request, contact_id: FromPath[str]
) -> Response[str] | Response[None] | Redirect:
    """Only what its writer changed: what a colleague wrote meanwhile stays."""
    at, form = app_of(request), await request.form()
    said = {name: str(value) for name, value in form.multi_items()}
    known = await at.database.read(attributes_in_order)
    mine = (me(request).reach, contact_id, _edit(said, known))
    try:
        await at.database.write(edit_contact, *mine, at.now())
    except Invalid as wrong:
        return await _form(request, contact_id, said, {wrong.field: str(wrong)})
    return Response(None, status_code=204) if request.htmx else to(f"/contacts/{contact_id}")


def _edit(said: Mapping[str, str], known: list[ContactAttribute]) -> ContactEdit:
    def changed(name: str) -> bool:
        return name in said and _lines(said[name]) != _lines(said.get(f"was-{name}", ""))

    return ContactEdit(
        name=said["name"] if changed("name") else msgspec.UNSET,
        note=said["note"] if changed("note") else msgspec.UNSET,
        attributes={
            one["key"]: said[_FIELD + one["key"]] for one in known if changed(_FIELD + one["key"])
        },
    )


def _lines(text: str) -> str:
    return text.replace("\r\n", "\n").strip()


async def _form(
    request: Request,
    contact_id: str,
    said: Mapping[str, str] | None = None,
    problems: Mapping[str, str] | None = None,
) -> Response[str]:
    part = await app_of(request).database.read(contact_part, me(request).reach, contact_id)
    contact = part["contact"]
    was = {"name": contact["own_name"] or "", "note": contact["note"]}
    was |= {_FIELD + key: written(value) for key, value in contact["attributes"].items()}
    if said is not None:
        was |= {name[4:]: value for name, value in said.items() if name.startswith("was-")}
    told = {name.replace("attributes.", _FIELD): why for name, why in (problems or {}).items()}
    page = own_page(
        request,
        "contacts/edit.html" if request.htmx else "contacts/edit_page.html",
        422 if told else 200,
        **part,
        was=was,
        values=was | dict(said or {}),
        problems=told,
        most={"name": NAME_MOST, "note": NOTE_MOST, "value": VALUE_LIMIT},
    )
    return await drawn(request, page)


@get(_MERGE, opt=AGENT, include_in_schema=False)
async def choose_same(
    request: Request, contact_id: FromPath[str], q: FromQuery[str] = "", into: FromQuery[str] = ""
) -> Response[str]:
    """Who it is as well, looked for by name or number; with ``into`` what becomes of it."""
    return await _merge_page(request, contact_id, q, scrub(into))


async def _merge_page(
    request: Request, contact_id: str, q: str, into: str, problem: str = ""
) -> Response[str]:
    at, reach = app_of(request), me(request).reach
    words = scrub(q).strip()[:QUERY_LIMIT]
    part = await at.database.read(contact_part, reach, contact_id)
    found: list[Contact] = []
    preview: MergeOutcome | None = None
    if into and not problem:
        try:
            preview = await at.database.read(preview_merge, reach, contact_id, into)
        except Invalid as wrong:
            problem = str(wrong)
    if preview is None:
        found = await at.database.read(_others, reach, words, contact_id)
    named = {channel.id: channel.name for channel in at.channel_cache.all()}
    page = own_page(
        request,
        "contacts/merge.html",
        422 if problem else 200,
        **part,
        found=found,
        preview=preview,
        into=into,
        q=words,
        problem=problem,
        channel_names=named,
    )
    return await drawn(request, page)


def _others(connection: Connection, reach: Reach, q: str, contact_id: str) -> list[Contact]:
    people, _following = people_called(connection, reach, q)
    return [one for one in people if one["id"] != contact_id]


@post(_MERGE, opt=AGENT, status_code=200, include_in_schema=False)
async def merge(request: Request, contact_id: FromPath[str]) -> Response[str] | Redirect:
    at, who, form = app_of(request), me(request), await request.form()
    into = scrub(str(form.get("into") or ""))
    asked = (who.reach, contact_id, into, who.name, at.now())
    try:
        await at.database.write(merge_contacts, *asked)
    except Invalid as wrong:
        return await _merge_page(request, contact_id, "", "", str(wrong))
    return to(f"/contacts/{contact_id}")


@post("/contacts/{contact_id:str}/unmerge", opt=AGENT, status_code=200, include_in_schema=False)
async def unmerge(
    request: Request, contact_id: FromPath[str]
) -> Response[str] | Response[None] | Redirect:
    at = app_of(request)
    try:
        await at.database.write(undo_merge, me(request).reach, contact_id, at.now())
    except Invalid as wrong:
        if not request.htmx:
            return await _merge_page(request, contact_id, "", "", str(wrong))
    return Response(None, status_code=204) if request.htmx else to(f"/contacts/{contact_id}")


HANDLERS = [edit_form, save_contact, choose_same, merge, unmerge]
