"""Customers as pages: all of them, those of a name or number, and one with all that is known."""

from typing import TypedDict

from litestar import Response, get
from litestar.params import FromPath, FromQuery
from litestar_htmx import HTMXRequest

from inbox.conversations import contacts
from inbox.conversations.contact_details import attributes_in_order
from inbox.conversations.contacts import conversation_of
from inbox.conversations.listing import Search
from inbox.conversations.search import SAID, search_page
from inbox.desk.contacts.editing import seen_contact
from inbox.domain.contacts import Contact, ContactAttribute, ContactDetails
from inbox.domain.cursors import Cursor
from inbox.domain.folding import QUERY_LIMIT
from inbox.domain.reach import Reach
from inbox.domain.text import scrub
from inbox.storage.database import Connection
from inbox.web.context import app_of, me
from inbox.web.http.guard import AGENT
from inbox.web.http.rendering import drawn, own_page

Request = HTMXRequest

SHOWN = 50


class ContactPart(TypedDict):
    """What is known of one, and by which attributes."""

    contact: ContactDetails
    attributes: list[ContactAttribute]
    conversation_id: str | None


def contact_part(connection: Connection, reach: Reach, contact_id: str) -> ContactPart:
    """Raises ``Missing``."""
    return {
        "contact": seen_contact(connection, reach, contact_id),
        "attributes": attributes_in_order(connection),
        "conversation_id": conversation_of(connection, contact_id),
    }


def people_called(
    connection: Connection, reach: Reach, q: str, cursor: Cursor | None = None
) -> tuple[list[Contact], str | None]:
    """All of them, or those of a name or number: not who only said it."""
    if not q:
        return contacts.contacts_page(connection, reach, cursor, SHOWN)
    found, following = search_page(connection, None, Search(q=q, reach=reach), cursor, SHOWN)
    people = [one["contact"] for one in found if one.get("match") is None]
    more = following is not None and len(people) == len(found) and f"~{SAID}" not in following
    return people, following if more else None


@get("/contacts", opt=AGENT, include_in_schema=False)
async def contact_list(
    request: Request, q: FromQuery[str] = "", cursor: FromQuery[str] = ""
) -> Response[str]:
    at, words = app_of(request), scrub(q).strip()[:QUERY_LIMIT]
    place = Cursor.read(cursor) if cursor else None
    found, following = await at.database.read(people_called, me(request).reach, words, place)
    named = {channel.id: channel.name for channel in at.channel_cache.all()}
    page = own_page(
        request,
        "contacts/list.html",
        contacts=found,
        next_cursor=following,
        q=words,
        first=not cursor,
        channel_names=named,
    )
    return await drawn(request, page)


@get("/contacts/{contact_id:str}", opt=AGENT, include_in_schema=False)
async def contact_page(request: Request, contact_id: FromPath[str]) -> Response[str]:
    """For htmx what stands beside the thread, else a page."""
    at = app_of(request)
    part = await at.database.read(contact_part, me(request).reach, contact_id)
    named = {channel.id: channel.name for channel in at.channel_cache.all()}
    name = "contacts/_details.html" if request.htmx else "contacts/contact.html"
    return await drawn(request, own_page(request, name, **part, channel_names=named))


HANDLERS = [contact_list, contact_page]
