"""All conversations that answer to filters, by their ids: those that do now, and no later ones."""

from typing import Final

from sqlalchemy import Connection

from inbox.conversations.listing import Search, standing_places
from inbox.domain.cursors import Cursor
from inbox.domain.errors import Invalid
from inbox.domain.language import _

AT_ONCE: Final = 1_000
MOST: Final = 100_000


def matched_ids(connection: Connection, user_id: str | None, search: Search) -> list[str]:
    """In the order of the list; raises ``Invalid`` for more than are changed by one click."""
    found: list[str] = []
    place: str | None = ""
    while place is not None:
        cursor = Cursor.read(place) if place else None
        some = standing_places(connection, user_id, search, cursor, AT_ONCE)
        found += [one.id for one in some.found]
        place = some.next
        if len(found) > MOST:
            words = _("More than %(most)s conversations answer: narrow them.", most=MOST)
            raise Invalid("where", words)
    return found
