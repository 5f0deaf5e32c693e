"""Where conversations stand now, for those who may not see all: known by what the feed tells.

Nothing is asked and nothing kept while nobody is limited. What somebody is to be told of is asked
once, many at a time, and followed from then on: so it is true as of the newest event that this
process has heard, and what is told of a conversation is told by where it stands now, and not by
where it stood when it happened.
"""

from collections.abc import Collection, Iterable
from typing import Final

from sqlalchemy import Connection, select

from inbox.domain.feed_events import ConversationMerged, ConversationUpdated
from inbox.domain.public import Conversation
from inbox.domain.reach import Whereabouts
from inbox.domain.shapes import decoded
from inbox.feed.log import FeedEvent
from inbox.storage.database import Database
from inbox.storage.dialect import slices
from inbox.storage.tables import conversations, moved_conversations

KEPT: Final = 20_000
"""Conversations, a few megabytes; then it begins anew."""


class Places:
    """``None`` is what is nowhere any more: nobody who is limited sees it."""

    def __init__(self) -> None:
        self._known: dict[str, Whereabouts | None] = {}
        self._asked: set[str] = set()

    def hear(self, event: FeedEvent) -> None:
        """Follow it, where it changes what is known or is just being asked."""
        here = event.conversation_id
        if here is None or not (here in self._known or here in self._asked):
            return
        if event.type == ConversationUpdated.type:
            self._known[here] = _told(decoded(event.payload))
        elif event.type == ConversationMerged.type:
            self._known.pop(here, None)
            self._asked.discard(here)  # what is read of it may be of before

    def missing(self, conversation_ids: Iterable[str | None]) -> set[str]:
        """Those of which nothing is known yet."""
        return {each for each in conversation_ids if each is not None} - self._known.keys()

    async def learn(self, database: Database, conversation_ids: Collection[str]) -> None:
        """Have these known, as far as they are there; what was heard meanwhile is newer."""
        if len(self._known) > KEPT:
            self._known.clear()
        self._asked |= set(conversation_ids)
        try:
            found = await database.read(places_of, conversation_ids)
            for each in self._asked & set(conversation_ids):
                self._known.setdefault(each, found.get(each))
        finally:
            self._asked -= set(conversation_ids)

    def of(self, conversation_id: str) -> Whereabouts | None:
        return self._known.get(conversation_id)


def _told(conversation: Conversation) -> Whereabouts:
    team = conversation["team"]
    return Whereabouts(conversation["channel"]["id"], team["id"] if team else None)


def places_of(connection: Connection, conversation_ids: Collection[str]) -> dict[str, Whereabouts]:
    """Also of those that became part of another: they are where that one is."""
    there, gone = conversations.c, moved_conversations.c
    place = (there.channel_id, there.team_id)
    into = select(gone.id, *place).join(conversations, there.id == gone.into_id)
    found: dict[str, Whereabouts] = {}
    for some in slices(conversation_ids):
        here = select(there.id, *place).where(there.id.in_(some))
        both = here.union_all(into.where(gone.id.in_(some)))
        for row in connection.execute(both):
            found[row[0]] = Whereabouts(*row[1:])
    return found
