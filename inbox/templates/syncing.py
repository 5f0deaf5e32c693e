"""Asks providers for all templates of a channel: daily, by a button, and when they say so."""

import asyncio
import logging
from collections.abc import Callable, Mapping, Sequence

from msgspec.structs import replace
from sqlalchemy import Connection

from inbox.channels.health_changes import note_news
from inbox.channels.store import note_business_account
from inbox.domain.channels import Channel
from inbox.domain.language import _
from inbox.domain.times import HOUR, Micros
from inbox.feed.log import append
from inbox.providers.base import Http
from inbox.providers.template_hosts import template_host
from inbox.providers.templates import TemplateFound, TemplateHost, Trouble
from inbox.storage.database import Database
from inbox.storage.drain import Drain
from inbox.storage.queue import Turn
from inbox.storage.slots import Slots
from inbox.templates import store, syncs
from inbox.templates.differences import sentence_about
from inbox.templates.store import Difference
from inbox.templates.syncs import CLAIM, DAILY, Sync

log = logging.getLogger(__name__)

LONGEST_SECONDS = 12 * 60
"""For all pages of one channel."""
PAGES = 500


class Syncer(Drain[Sync]):
    """Works on ``template_syncs``; several processes may."""

    queue, claimed_for = syncs.QUEUE, CLAIM
    slots = Slots(total=3, each=1)
    waits, idle_seconds = "templates wait", 60.0

    def __init__(
        self,
        database: Database,
        channels: Callable[[], Mapping[str, Channel]],
        http: Http,
        now: Callable[[], Micros],
    ) -> None:
        super().__init__(database, now)
        self._channels, self._http = channels, http

    async def can_begin(self) -> bool:
        """New channels are enrolled first, whoever added them."""
        if found := await self._database.read(syncs.without_sync):
            await self._database.write(syncs.enrol, found, self._now())
        return True

    def claim(self, connection: Connection, turn: Turn) -> Sequence[Sync]:
        return syncs.claim_syncs(connection, turn)

    async def work(self, item: Sync) -> None:
        await self.patiently(syncs.note_begin, item, self._now())
        try:
            async with asyncio.timeout(LONGEST_SECONDS):
                trouble = await self._read(item)
        except TimeoutError:
            trouble = Trouble(_("The provider takes too long to list the templates"), "")
        now = self._now()
        wait = DAILY if trouble is None else min(DAILY, HOUR << min(item.claim.attempts, 5))
        words = None if trouble is None else f"{_(trouble.title)}. {_(trouble.todo)}".strip()
        await self.patiently(syncs.note_end, item, words, now + wait, now)
        if trouble is not None:
            facts = {"channel_id": item.channel_id, "reason": trouble.title}
            log.info("templates not read", extra=facts)

    async def _read(self, sync: Sync) -> Trouble | None:
        channel = self._channels().get(sync.channel_id)
        host = template_host(channel) if channel else None
        if channel is None or host is None:
            return None
        if channel.business_account is None:
            account = await host.business_account(self._http, channel)
            if isinstance(account, Trouble):
                return account
            if account:
                await self.patiently(note_business_account, channel.id, account, self._now())
                channel = replace(channel, business_account=account)
        return await self._pages(sync, channel, host)

    async def _pages(self, sync: Sync, channel: Channel, host: TemplateHost) -> Trouble | None:
        began, after, found = self._now(), "", 0
        told: list[Difference] = []
        for _page in range(PAGES):
            page = await host.templates(self._http, channel, after)
            if isinstance(page, Trouble):
                return page
            found += len(page.templates)
            told += await self.patiently(
                _keep, sync, page.templates, found, max(began, self._now())
            )
            if not page.after or page.after == after:
                await self.patiently(_finish, channel.id, host.whole, told, began)
                return None
            after = page.after
        return Trouble(_("The list of templates has no end"), "")


def _keep(
    connection: Connection, sync: Sync, found: Sequence[TemplateFound], number: int, now: Micros
) -> list[Difference]:
    syncs.note_progress(connection, sync, number)
    return store.keep_found(connection, sync.channel_id, found, now)


def _finish(
    connection: Connection, channel_id: str, whole: bool, told: list[Difference], began: Micros
) -> None:
    """What is in no list any more goes; what is different and matters is told to admins."""
    if whole:
        store.drop_unseen(connection, channel_id, began)
    if words := sentence_about(told):
        append(connection, note_news(connection, channel_id, words, began), began)
