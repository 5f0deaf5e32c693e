"""``/api/v1``: contacts as CSV, for spreadsheets and from them."""

from typing import Annotated, Any, Final

from litestar import Request, get, post
from litestar.response import Stream

from inbox.domain.csv_files import MOST_BYTES
from inbox.web.api.contract.problems import UNFIT_TABLE, can_fail
from inbox.web.api.contract.requests import takes
from inbox.web.context import app_of, me
from inbox.web.http.guard import AGENT
from inbox.web.http.parameters import gives, in_query
from inbox.web.http.scopes import DESK
from inbox.web.pages.contact_tables import (
    TakenContacts,
    contacts_answer,
    lines_brought,
    take_contacts,
)

_TABLE: Final = {
    "text/csv": {
        "schema": {"type": "string"},
        "example": "phone_number,name,note,plan\r\n+12025550142,Dana Reyes,Calls back.,Plus\r\n",
    }
}


@get(
    "/api/v1/contacts.csv",
    opt=AGENT,
    tags=["Contacts"],
    operation_id="contactsAsCsv",
    summary="Get contacts as CSV",
    media_type="text/csv",
    responses={200: gives(str, "All contacts, under their columns.", "text/csv")},
)
async def contact_table(request: Request[Any, Any, Any]) -> Stream:
    """As the import takes it: `name` is your own name for them, and each attribute has a column
    under its `key`. What would begin a formula has an apostrophe before it.
    """
    return contacts_answer(app_of(request), me(request).reach)


@post(
    "/api/v1/contacts/import",
    opt=AGENT | DESK | can_fail(UNFIT_TABLE) | takes(_TABLE),
    status_code=200,
    tags=["Contacts"],
    operation_id="importContacts",
    summary="Take what you know of contacts from CSV",
    request_max_body_size=MOST_BYTES,
)
async def import_contacts(
    request: Request[Any, Any, Any],
    preview: Annotated[bool, in_query("Write nothing, and say what would become of it.")] = False,
) -> TakenContacts:
    """A table with a column `phone_number` or `id`, and any of `name`, `note`, `channel` and the
    keys of attributes, in UTF-8. Without a `channel` a line is about that number on all of them.
    An empty cell leaves what is there. What is wrong with one line keeps no other out. Nobody is
    made by it: a number that never wrote is refused.
    """
    at = app_of(request)
    lines = await lines_brought(at, await request.body())
    result: TakenContacts = {"changed": 0, "unchanged": 0, "refused": 0, "faults": []}
    async for taking in take_contacts(at, me(request).reach, lines, preview=preview):
        result = taking["result"]
    return result


HANDLERS = [contact_table, import_contacts]
