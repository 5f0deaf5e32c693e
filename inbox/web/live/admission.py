"""Who was let in to a socket, and where the log stood then.

What the log says up to there was known when the proof was looked at: news of it that a hub hears
later, as it lags behind another process, takes nothing away from who has come in since.
"""

from collections.abc import Callable
from typing import Any, Concatenate, NamedTuple, ParamSpec

from inbox.access import feed_tokens
from inbox.access.feed_tokens import Named
from inbox.access.principal import Principal
from inbox.domain.feed_events import UserUpdated
from inbox.domain.shapes import decoded
from inbox.domain.users import ChangedUser
from inbox.feed.log import FeedEvent, head
from inbox.feed.news import limits, otherwise_since, shuts_out
from inbox.storage.database import Connection
from inbox.web.context import AppContext

P = ParamSpec("P")
Find = Callable[Concatenate[Connection, P], Principal | None]


class Admission(NamedTuple):
    """``seq`` is the head of the log when ``principal`` was found to be good."""

    principal: Principal
    seq: int

    def ends_by(self, event: FeedEvent) -> bool:
        """Whether this event takes away what they came in with."""
        who = self.principal
        return event.seq > self.seq and shuts_out(event, who.kind, who.id, who.session)

    def limited_by(self, event: FeedEvent) -> bool:
        """Whether they may see other things from this event on."""
        who = self.principal
        return event.seq > self.seq and limits(event, who.kind, who.id)

    def renamed_by(self, event: FeedEvent) -> str | None:
        """What they are called from this event on, if it says so."""
        if event.type != UserUpdated.type or event.seq <= self.seq:
            return None
        told: ChangedUser = decoded(event.payload)
        mine = (self.principal.kind, self.principal.id) == ("user", told["id"])
        return told["name"] if mine else None


async def settled(
    at: AppContext, find: Find[P], *args: P.args, **kwargs: P.kwargs
) -> Admission | None:
    """Who that is.

    Asked again if it was taken away while we asked: the news went to the sockets that were there,
    and this one is not among them yet.
    """
    while True:
        found = await at.database.read(admitted, find, args, kwargs)
        if found is None:
            return None
        who, seq = found
        if not otherwise_since(at.hub.ring, seq, who.kind, who.id, who.session):
            if who.kind == "token":
                at.token_uses.note(who.id)
            return found


def admitted(
    connection: Connection, find: Callable[..., Principal | None], args: Any, kwargs: Any
) -> Admission | None:
    """Who comes with this proof, and where the log stood just before it was looked at."""
    # First: what comes between the two is then told, and not taken for known.
    seq = head(connection)
    principal = find(connection, *args, **kwargs)
    return None if principal is None else Admission(principal, seq)


async def by_feed_token(at: AppContext, token: str) -> Admission | None:
    named = at.feed_tokens.read(token, at.now())
    return named and await settled(at, feed_tokens.principal, named, at.now())


async def still_good(at: AppContext, principal: Principal) -> Principal | None:
    """The same one as they are now; nobody if their session or token has come to its end."""
    named = Named(principal.subject, principal.session)
    return await at.database.read(feed_tokens.principal, named, at.now())
