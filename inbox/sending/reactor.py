"""Tells customers of our reactions, and again until they know."""

import logging
from collections import Counter
from collections.abc import Callable, Mapping, Sequence

from sqlalchemy import Connection

from inbox.conversations import reactions
from inbox.conversations.reactions import CLAIM, Untold
from inbox.domain.channels import Channel
from inbox.domain.content import SendProblem
from inbox.domain.language import N_
from inbox.domain.text import present
from inbox.domain.times import Micros
from inbox.providers.base import Http, Refused
from inbox.providers.reacting import Reacts
from inbox.providers.registry import PROVIDERS
from inbox.sending.limits import FIRST_WAIT, tell_later
from inbox.storage.database import Database
from inbox.storage.drain import Drain
from inbox.storage.queue import Turn
from inbox.storage.slots import Slots

log = logging.getLogger(__name__)


class Reactor(Drain[Untold]):
    """Works on ``untold_reactions``; several processes may."""

    queue, claimed_for = reactions.QUEUE, CLAIM
    slots = Slots(total=10, each=4)
    waits, idle_seconds = "reactions wait", 5.0

    def __init__(
        self,
        database: Database,
        channels: Callable[[], Mapping[str, Channel]],
        http: Http,
        now: Callable[[], Micros],
    ) -> None:
        super().__init__(database, now)
        self._channels, self._http = channels, http
        self.ends: Counter[str] = Counter()
        """Tries by what came of them: told, postponed, refused."""

    def claim(self, connection: Connection, turn: Turn) -> Sequence[Untold]:
        return reactions.claim(connection, turn)

    async def work(self, item: Untold) -> None:
        refused, now = await self._tell(item), self._now()
        if refused is None:
            end = "told"
            await self.patiently(self.queue.finish, item.claim)
        elif refused.retry_after is None:
            end = "refused"
            await self.patiently(reactions.refuse, item, _problem(refused), now)
        else:
            end = "postponed"
            await self.patiently(tell_later, self.queue, item.claim, refused, now)
        self.ends[end] += 1
        if refused:
            facts = {"channel_id": item.claim.lane, "end": end, "code": refused.code}
            log.info("reaction not told", extra=facts | {"reason": refused.title})

    async def _tell(self, item: Untold) -> Refused | None:
        channel = self._channels().get(item.claim.lane)
        provider = PROVIDERS[channel.provider] if channel else None
        if not channel or not isinstance(provider, Reacts):
            return Refused(N_("This channel’s system sends no reactions."))
        if channel.state == "paused":  # since it was claimed
            return Refused(N_("This channel is paused"), retry_after=FIRST_WAIT)
        return await provider.react(self._http, channel, item.recipient, item.target, item.emoji)


def _problem(refused: Refused) -> SendProblem:
    return present(SendProblem, code=refused.code, title=refused.title, detail=refused.detail)
