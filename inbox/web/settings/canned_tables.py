"""Settings: canned responses brought as a table, and taken away as one."""

from typing import Final

from litestar import Response, get, post
from litestar.datastructures import UploadFile
from litestar_htmx import HTMXRequest, HTMXTemplate

from inbox.desk.canned_table import canned_table
from inbox.domain.canned_lines import MOST_LINES
from inbox.domain.csv_files import MOST_BYTES
from inbox.domain.errors import Invalid
from inbox.domain.language import _
from inbox.web.context import app_of, me
from inbox.web.http.guard import AGENT
from inbox.web.http.rendering import own_page
from inbox.web.pages.canned_tables import TakenTable, table_answer, take_table
from inbox.web.settings.canned_responses import LIST, response_author

Request = HTMXRequest

_AROUND: Final = 64 * 1024
"""What of a form is not its file."""


@get(f"{LIST}.csv", opt=AGENT, include_in_schema=False)
async def export_responses(request: Request) -> Response[str]:
    """With the mark by which spreadsheets know its encoding."""
    by = response_author(me(request))
    return table_answer("\ufeff" + await app_of(request).database.read(canned_table, by))


@get(f"{LIST}/import", opt=AGENT, include_in_schema=False)
async def import_form(request: Request) -> HTMXTemplate:
    return _page(request)


@post(
    f"{LIST}/import",
    opt=AGENT,
    status_code=200,
    include_in_schema=False,
    request_max_body_size=MOST_BYTES + _AROUND,
)
async def import_table(request: Request) -> HTMXTemplate:
    """The page says of each line what became of it."""
    at, form = app_of(request), await request.form()
    file, replace, preview = form.get("file"), bool(form.get("replace")), "preview" in form
    try:
        if not isinstance(file, UploadFile) or not file.filename:
            raise Invalid("file", _("Choose a file first."))
        by, data = response_author(me(request)), await file.read()
        taken = await take_table(at, by, data, replace=replace, preview=preview)
    except Invalid as wrong:
        return _page(request, problem=str(wrong), replace=replace, status=422)
    return _page(request, taken, replace=replace, preview=preview)


def _page(
    request: Request,
    taken: TakenTable | None = None,
    *,
    problem: str = "",
    replace: bool = False,
    preview: bool = False,
    status: int = 200,
) -> HTMXTemplate:
    return own_page(
        request,
        "settings/canned_import.html",
        status,
        taken=taken,
        problems={"file": problem} if problem else {},
        replace=replace,
        preview=preview,
        most_lines=MOST_LINES,
    )


HANDLERS = [export_responses, import_form, import_table]
