"""Contacts brought as a table, and taken away as one."""

from collections.abc import AsyncIterator
from typing import Final

from litestar import MediaType, Response, get, post
from litestar.datastructures import UploadFile
from litestar.response import Stream
from litestar_htmx import HTMXRequest
from markupsafe import escape

from inbox.conversations.contact_details import attributes_in_order
from inbox.domain.contact_lines import MOST_LINES, ContactLine
from inbox.domain.csv_files import MOST_BYTES
from inbox.domain.errors import Invalid
from inbox.domain.language import _, number
from inbox.storage.database import FAULTS
from inbox.web.context import app_of, me
from inbox.web.http.guard import AGENT
from inbox.web.http.rendering import drawn, own_page
from inbox.web.pages.contact_tables import (
    Taking,
    contacts_answer,
    lines_brought,
    take_contacts,
)

Request = HTMXRequest

_AROUND: Final = 64 * 1024
"""What of a form is not its file."""
_HERE: Final = "<!--here-->"
"""Where in the page it is told how far it is, and in the end what became of it."""


@get("/contacts.csv", opt=AGENT, include_in_schema=False, media_type="text/csv")
async def export_contacts(request: Request) -> Stream:
    """With the mark by which spreadsheets know its encoding."""
    return contacts_answer(app_of(request), me(request).reach, "\ufeff")


@get("/contacts/import", opt=AGENT, include_in_schema=False)
async def import_form(request: Request) -> Response[str]:
    return await _page(request)


@post(
    "/contacts/import",
    opt=AGENT,
    status_code=200,
    include_in_schema=False,
    media_type=MediaType.HTML,
    request_max_body_size=MOST_BYTES + _AROUND,
)
async def import_table(request: Request) -> Response[str] | Stream:
    """A long table takes a while: the page is sent as it goes, with how far it is."""
    form = await request.form()
    file, preview = form.get("file"), "preview" in form
    try:
        if not isinstance(file, UploadFile) or not file.filename:
            raise Invalid("file", _("Choose a file first."))
        lines = await lines_brought(app_of(request), await file.read())
    except Invalid as wrong:
        return await _page(request, problem=str(wrong))
    whole = (await _page(request, going=True, preview=preview)).content
    return Stream(_told(request, whole, lines, preview), media_type=MediaType.HTML)


async def _told(
    request: Request, whole: str, lines: list[ContactLine], preview: bool
) -> AsyncIterator[str]:
    before, _here, after = whole.partition(_HERE)
    yield before
    taking: Taking | None = None
    try:
        async for taking in take_contacts(
            app_of(request), me(request).reach, lines, preview=preview
        ):
            so_far = {"done": number(taking["done"]), "of": number(taking["of"])}
            yield f"<li>{escape(_('%(done)s of %(of)s lines…', **so_far))}</li>\n"
    except FAULTS:
        done = number(taking["done"] if taking else 0)
        sentence = _(
            "It stopped after %(done)s lines, as the database could not be reached. Bring the "
            "file again: what was taken stays.",
            done=done,
        )
        yield f'<li role="alert">{escape(sentence)}</li>{after}'
        return
    assert taking is not None, "a table has a line at least"
    page = own_page(request, "contacts/_taken.html", taken=taking["result"], preview=preview)
    yield (await drawn(request, page)).content + after


async def _page(
    request: Request, problem: str = "", *, going: bool = False, preview: bool = False
) -> Response[str]:
    page = own_page(
        request,
        "contacts/import.html",
        422 if problem else 200,
        problems={"file": problem} if problem else {},
        going=going,
        preview=preview,
        most_lines=MOST_LINES,
        attributes=await app_of(request).database.read(attributes_in_order),
    )
    return await drawn(request, page)


HANDLERS = [export_contacts, import_form, import_table]
