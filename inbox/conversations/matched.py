"""All conversations that answer to filters, by their ids: those that do now, and no later ones."""

from collections.abc import Sequence
from typing import Final

from sqlalchemy import Connection, func, select

from inbox.access.reach import in_reach
from inbox.conversations.listing import Search, standing_places
from inbox.domain.cursors import Cursor
from inbox.domain.errors import Invalid
from inbox.domain.language import _
from inbox.domain.reach import Reach
from inbox.storage.tables import conversation_labels, conversations, labels

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


def labels_on(
    connection: Connection, ids: Sequence[str], reach: Reach
) -> tuple[int, dict[str, int]]:
    """How many of these are seen by who asks, and by its name how many have a label."""
    here = select(conversations.c.id).where(conversations.c.id.in_(ids), *in_reach(reach))
    seen = connection.execute(here).scalars().all()
    kept = conversation_labels.c
    both = conversation_labels.join(labels, labels.c.id == kept.label_id)
    query = select(labels.c.name, func.count()).select_from(both)
    found = connection.execute(query.where(kept.conversation_id.in_(seen)).group_by(labels.c.name))
    return len(seen), {row[0]: row[1] for row in found}
