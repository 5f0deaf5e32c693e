"""Tells providers what was read, a moment after it was, and again until they know."""

import logging
from collections import Counter
from collections.abc import Callable, Mapping, Sequence

from sqlalchemy import Connection

from inbox.conversations import read_marks
from inbox.conversations.read_marks import CLAIM, WORTH, Mark
from inbox.domain.channels import Channel
from inbox.domain.language import N_
from inbox.domain.times import Micros
from inbox.providers.base import Http, Refused
from inbox.providers.reading import MarksRead
from inbox.providers.registry import PROVIDERS
from inbox.sending.limits import FIRST_WAIT, tell_later
from inbox.storage.database import Database
from inbox.storage.drain import Drain
from inbox.storage.queue import Turn
from inbox.storage.slots import Slots

log = logging.getLogger(__name__)


class Marker(Drain[Mark]):
    """Works on ``read_marks``; several processes may.

    Of messages that are read one after the other only the last is told.
    """

    queue, claimed_for = read_marks.QUEUE, CLAIM
    slots = Slots(total=10, each=8)
    waits, idle_seconds, gather_seconds = "read marks wait", 5.0, 0.3

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
        """Tries by what came of them: told, postponed, dropped."""

    def claim(self, connection: Connection, turn: Turn) -> Sequence[Mark]:
        return read_marks.claim(connection, turn)

    async def work(self, item: Mark) -> None:
        refused, now = await self._tell(item), self._now()
        if refused is None or refused.retry_after is None:
            await self.patiently(read_marks.finish, item, now)
        else:
            await self.patiently(tell_later, self.queue, item.claim, refused, now)
        self._note(item, refused)

    async def _tell(self, mark: Mark) -> Refused | None:
        if self._now() - mark.asked_at > WORTH:
            return Refused(N_("It was read too long ago"))
        channel = self._channels().get(mark.claim.lane)
        provider = PROVIDERS[channel.provider] if channel else None
        if not channel or channel.read_receipts == "off" or not isinstance(provider, MarksRead):
            return Refused(N_("This channel does not tell what was read"))
        if channel.state == "paused":  # since it was claimed
            return Refused(N_("This channel is paused"), retry_after=FIRST_WAIT)
        return await provider.mark_read(self._http, channel, mark.provider_message_id)

    def _note(self, mark: Mark, refused: Refused | None) -> None:
        if refused is None:
            self.ends["told"] += 1
            return
        end = "dropped" if refused.retry_after is None else "postponed"
        self.ends[end] += 1
        facts = {"channel_id": mark.claim.lane, "end": end, "code": refused.code}
        log.info("read mark not told", extra=facts | {"reason": refused.title})
