"""Contact cards that a customer shared, as files for an address book."""

from typing import Any

from litestar import Request, Response, get
from litestar.exceptions import NotFoundException
from litestar.params import FromPath

from inbox.conversations import threads
from inbox.domain.language import _
from inbox.domain.vcard import filename, vcard, with_vcard
from inbox.web.context import app_of
from inbox.web.http.guard import AGENT
from inbox.web.present.file_names import disposition


@get("/messages/{message_id:str}/cards/{number:int}", opt=AGENT, include_in_schema=False)
async def save_card(
    request: Request[Any, Any, Any], message_id: FromPath[str], number: FromPath[int]
) -> Response[bytes]:
    """One of a message's contact cards, counted from 1, as a file."""
    found = await app_of(request).database.read(threads.message_by_id, message_id)
    shown = found and not found["deleted_at"]
    cards = (found["content"].get("cards") or []) if found and shown else []
    if not 1 <= number <= len(cards):
        raise NotFoundException(_("There is no such contact card."))
    card = with_vcard(cards[number - 1])
    return Response(
        vcard(card),
        media_type="text/vcard",
        headers={"Content-Disposition": disposition("attachment", filename(card))},
    )


HANDLERS = [save_card]
