"""What an endpoint hears: of what is nobody's own, its types, of its channels."""

from collections.abc import Collection, Iterable
from typing import NamedTuple

from inbox.domain.feed_events import EVERYBODY, FOR_EVERYBODY
from inbox.domain.reach import Reach
from inbox.domain.shapes import decoded
from inbox.domain.webhooks import EVERYTHING
from inbox.feed.log import FeedEvent
from inbox.feed.places import Places
from inbox.feed.sight import sees, unplaced
from inbox.forwarding.rows import EndpointColumns


def heard_types(events: Collection[str]) -> frozenset[str]:
    """The types that these wishes come to."""
    return frozenset(FOR_EVERYBODY if EVERYTHING in events else events)


class Hearing(NamedTuple):
    """The ears of one endpoint."""

    types: frozenset[str]
    reach: Reach

    @classmethod
    def of(cls, row: EndpointColumns) -> "Hearing":
        channel_ids = decoded(row["channel_ids"])
        reach = Reach(channels=frozenset(channel_ids)) if channel_ids else Reach()
        return cls(heard_types(decoded(row["events"])), reach)

    def unplaced(self, events: Iterable[FeedEvent], places: Places) -> set[str]:
        """The conversations that must be known before ``hears`` is asked."""
        return unplaced(self.reach, filter(self._is_meant, events), places)

    def hears(self, event: FeedEvent, places: Places) -> bool:
        return self._is_meant(event) and sees(self.reach, event, places)

    def _is_meant(self, event: FeedEvent) -> bool:
        return event.audience == EVERYBODY and event.type in self.types
