"""``/api/v1``: the people who wrote."""

from typing import Any

from litestar import Request, get
from litestar.exceptions import NotFoundException
from litestar.params import FromPath, FromQuery

from inbox.conversations import contacts
from inbox.domain.cursors import Cursor
from inbox.domain.shapes import Shape
from inbox.web.api.paging import Listing, limited
from inbox.web.context import app_of
from inbox.web.http.guard import AGENT


@get("/api/v1/contacts", opt=AGENT)
async def contact_list(
    request: Request[Any, Any, Any], cursor: FromQuery[str] = "", limit: FromQuery[int] = 50
) -> Listing:
    """Newest first."""
    place = Cursor.read(cursor) if cursor else None
    found, following = await app_of(request).database.read(
        contacts.contacts_page, place, limited(limit, 200)
    )
    return Listing(found, following)


@get("/api/v1/contacts/{contact_id:str}", opt=AGENT)
async def contact(request: Request[Any, Any, Any], contact_id: FromPath[str]) -> Shape:
    found = await app_of(request).database.read(contacts.contact_by_id, contact_id)
    if found is None:
        raise NotFoundException("There is no such contact.")
    return found


HANDLERS = [contact_list, contact]
