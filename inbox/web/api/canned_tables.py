"""``/api/v1``: canned responses as CSV, for spreadsheets and from them."""

from typing import Annotated, Any, Final

from litestar import MediaType, Request, Response, get, post

from inbox.desk.canned_table import canned_table
from inbox.domain.csv_files import MOST_BYTES
from inbox.storage.database import Connection
from inbox.web.api.canned_responses import author
from inbox.web.api.contract.problems import UNFIT_RESPONSE, can_fail
from inbox.web.api.contract.requests import takes
from inbox.web.context import app_of, me
from inbox.web.http.guard import AGENT
from inbox.web.http.parameters import gives, in_query
from inbox.web.http.scopes import SETTINGS
from inbox.web.pages.canned_tables import TakenTable, table_answer, take_table

_TABLE: Final = {
    "text/csv": {
        "schema": {"type": "string"},
        "example": "short_code,content,scope\r\nhours,We open at nine.,personal\r\n",
    }
}


@get(
    "/api/v1/canned-responses.csv",
    opt=AGENT,
    tags=["Canned responses"],
    operation_id="cannedResponsesAsCsv",
    summary="Get canned responses as CSV",
    media_type=MediaType.TEXT,
    responses={200: gives(str, "Those that one can use, under their columns.", "text/csv")},
)
async def response_table(request: Request[Any, Any, Any]) -> Response[str]:
    """As the import takes it. What would begin a formula has an apostrophe before it."""

    def read(connection: Connection) -> str:
        return canned_table(connection, author(connection, me(request)))

    return table_answer(await app_of(request).database.read(read))


@post(
    "/api/v1/canned-responses/import",
    opt=AGENT | SETTINGS | can_fail(UNFIT_RESPONSE) | takes(_TABLE),
    status_code=200,
    tags=["Canned responses"],
    operation_id="importCannedResponses",
    summary="Take canned responses from CSV",
    request_max_body_size=MOST_BYTES,
)
async def import_responses(
    request: Request[Any, Any, Any],
    preview: Annotated[bool, in_query("Write nothing, and say what would become of it.")] = False,
    replace: Annotated[
        bool, in_query("Replace what has the same short code and says something else.")
    ] = False,
) -> TakenTable:
    """A table with the columns `short_code` and `content`, and `scope`, `team` (its name) and
    `attachments` if you like, in UTF-8. What is wrong with one line keeps no other out: each has
    its outcome.
    """
    at, data = app_of(request), await request.body()
    by = await at.database.read(author, me(request))
    return await take_table(at, by, data, replace=replace, preview=preview)


HANDLERS = [response_table, import_responses]
