"""Which events somebody is told: what is outside of their reach has not happened, for them.

An event of a conversation goes by where that stands now. Of what is about no conversation, who is
limited hears only what is named here: a type that nobody thought of is told to nobody of them.
"""

from collections.abc import Iterable
from typing import Final

from inbox.domain.feed_events import (
    ChannelUpdated,
    ConversationRemoved,
    LabelsUpdated,
    MentionUpdated,
    NoticesUpdated,
    TeamsUpdated,
    UserUpdated,
    ViewRemoved,
    ViewUpdated,
)
from inbox.domain.reach import Reach, Whereabouts
from inbox.domain.shapes import decoded
from inbox.feed.log import FeedEvent
from inbox.feed.places import Places

FOR_ALL: Final = frozenset(
    event.type
    for event in (
        NoticesUpdated,
        LabelsUpdated,
        TeamsUpdated,
        UserUpdated,
        ViewUpdated,
        ViewRemoved,
    )
)
"""Of no conversation and of no channel: whoever is in the audience may hear it.

What teams there are is no secret, nor what colleagues are called: a conversation is handed on to
them.
"""


def sees(reach: Reach, event: FeedEvent, places: Places) -> bool:
    """Whether this happened within it. What ``unplaced`` gives must be known."""
    if not reach.is_limited:
        return True
    if event.conversation_id is None:
        return _sees_unplaced(reach, event)
    now = reach.holds(places.of(event.conversation_id))
    if event.type == ConversationRemoved.type:
        return not now and _left(reach, event)
    if event.type == MentionUpdated.type:  # that there is none says nothing, and ends a notice
        return now or decoded(event.payload)["count"] == 0
    return now


def _sees_unplaced(reach: Reach, event: FeedEvent) -> bool:
    if event.type == ChannelUpdated.type:
        return reach.has_channel(decoded(event.payload)["id"])
    return event.type in FOR_ALL


def _left(reach: Reach, event: FeedEvent) -> bool:
    """Who never saw it does not hear that it went either."""
    gone = decoded(event.payload)
    return reach.holds(Whereabouts(gone["channel_id"], gone["team_id"]))


def unplaced(reach: Reach, events: Iterable[FeedEvent], places: Places) -> set[str]:
    """The conversations that must be known first; none for who sees everything."""
    return places.missing(one.conversation_id for one in events) if reach.is_limited else set()
