"""Shows customers that an answer is being written, where their channel tells that it was read.

WhatsApp has this sign only as part of a read mark (B.2): where nobody shall know that a message was
read, nobody is shown it (law 18). It is worth nothing later, so it is in no queue and tried once;
and it takes so few connections that no message waits for one.
"""

import logging
from collections import Counter
from collections.abc import Callable, Mapping
from typing import NamedTuple

from sqlalchemy import Connection, exists, select

from inbox.conversations import read_marks
from inbox.conversations.moved import moved_into
from inbox.domain.channels import Channel
from inbox.domain.shapes import WINDOW
from inbox.domain.times import SECOND, Micros
from inbox.providers.base import Http, Refused
from inbox.providers.reading import ShowsTyping
from inbox.providers.registry import PROVIDERS
from inbox.storage.tables import contacts, conversations, outbox

log = logging.getLogger(__name__)

LASTS: Micros = 20 * SECOND
"""At WhatsApp 25 seconds; whoever still types then shows it again."""
EACH = 2
"""At once on one channel."""
TOTAL = 8
"""At once in all."""


class Addressee(NamedTuple):
    """Who is answered. ``newest`` is the provider's id of what they said last; None: nothing that
    can be answered, or the answer is on its way already."""

    conversation_id: str
    channel_id: str
    newest: str | None


def addressee(connection: Connection, conversation_id: str, now: Micros) -> Addressee | None:
    """None: there is no such conversation."""
    here = moved_into(connection, conversation_id) or conversation_id
    query = select(
        conversations.c.channel_id,
        conversations.c.last_inbound_at,
        exists().where(outbox.c.conversation_id == here),
        exists().where(contacts.c.id == conversations.c.contact_id, contacts.c.blocked_at > 0),
    )
    found = connection.execute(query.where(conversations.c.id == here)).first()
    if found is None:
        return None
    channel_id, heard_at, answered, blocked = found
    if answered or blocked or heard_at is None or now >= heard_at + WINDOW:
        return Addressee(here, channel_id, None)
    return Addressee(here, channel_id, read_marks.newest_markable(connection, here, now))


def _wants(channel: Channel) -> bool:
    able = "typing" in PROVIDERS[channel.provider].can_at(channel.api_base)
    return able and channel.state == "connected" and channel.read_receipts != "off"


class TypingSigns:
    """Remembers when it was last shown in each conversation; another process may show it again."""

    def __init__(
        self, channels: Callable[[], Mapping[str, Channel]], http: Http, now: Callable[[], Micros]
    ) -> None:
        self._channels, self._http, self._now = channels, http, now
        self._shown: dict[str, Micros] = {}
        self._under_way: Counter[str] = Counter()
        self.ends: Counter[str] = Counter()
        """Signs by what came of them: shown, failed, or skipped for too many at once."""

    async def show(self, to: Addressee) -> None:
        """Show it, unless it still stands there or nobody wants it shown. Never raises."""
        channel = self._channels().get(to.channel_id)
        if to.newest is None or channel is None or not _wants(channel):
            return
        provider = PROVIDERS[channel.provider]
        if not isinstance(provider, ShowsTyping) or not self._is_due(to.conversation_id):
            return
        if self._under_way[channel.id] >= EACH or self._under_way.total() >= TOTAL:
            self.ends["skipped"] += 1
            return
        self._under_way[channel.id] += 1
        try:
            refused = await provider.show_typing(self._http, channel, to.newest)
        finally:
            self._under_way[channel.id] -= 1
        self._note(channel, refused)

    def _is_due(self, conversation_id: str) -> bool:
        now = self._now()
        self._shown = {each: at for each, at in self._shown.items() if at <= now < at + LASTS}
        if conversation_id in self._shown:
            return False
        self._shown[conversation_id] = now
        return True

    def _note(self, channel: Channel, refused: Refused | None) -> None:
        self.ends["failed" if refused else "shown"] += 1
        if refused:
            facts = {"channel_id": channel.id, "code": refused.code, "reason": refused.title}
            log.info("typing not shown", extra=facts)
