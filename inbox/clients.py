"""Ways out of this process: to providers, to files, to an operator's address, to Redis."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import httpx
from msgspec import Struct
from msgspec.structs import replace

from inbox.access.file_links import FileLinks
from inbox.alerts.listing import AnyAlert
from inbox.alerts.notices import Notices
from inbox.channels.cache import ChannelCache
from inbox.config import Settings
from inbox.desk.presence import Presence
from inbox.desk.telling.devices import PushAnswer
from inbox.desk.telling.pusher import Pusher
from inbox.desk.telling.pushes import PushJob
from inbox.domain.channels import Channel
from inbox.domain.times import SECOND, now
from inbox.feed.hub import Hub
from inbox.forwarding.forwarder import Forwarder
from inbox.forwarding.forwarding import Forwarding
from inbox.forwarding.pace import Pace
from inbox.forwarding.retrier import Retrier
from inbox.forwarding.trying import ReceiverAnswer
from inbox.forwarding.upkeep import Upkeep
from inbox.media.bringing import Bringing
from inbox.media.fetching import Fetcher
from inbox.media.header_files import HeaderFiles
from inbox.media.posting import Poster
from inbox.media.posting_apart import PosterApart
from inbox.media.store import Store
from inbox.media.worker import Worker
from inbox.providers.late_client import LateClient
from inbox.sending.outbox import Outbox
from inbox.storage.database import Database
from inbox.storage.secrets import Sealer, derive_key

if TYPE_CHECKING:
    from inbox.feed.relay import Relay

HTTP_CONNECTIONS = 50
NOTICE_SECONDS = 10
NO_CONTACT = "mailto:nobody@inbox.invalid"


def http(settings: Settings) -> httpx.AsyncClient:
    """For providers, by the proxy of the environment; for the sandbox, which is here, without."""
    here = urlsplit(settings.local_url).hostname
    return LateClient(
        limits=httpx.Limits(max_connections=HTTP_CONNECTIONS),
        mounts={f"all://{here}": None},
    )


def reachable(channel_cache: ChannelCache, settings: Settings) -> dict[str, Channel]:
    """Channels to send by: the sandbox's provider is this very server."""
    return {
        channel.id: replace(channel, api_base=f"{settings.local_url}/sandbox/{channel.id}")
        if channel.provider == "sandbox"
        else channel
        for channel in channel_cache.all()
        if channel.state != "removed"
    }


def fetching(settings: Settings, database: Database, channel_cache: ChannelCache) -> Worker:
    """Directly and never by a proxy, as a proxy would go where we would not."""
    store = Store(settings.media_dir)
    fetcher = Fetcher(store, settings.media_limit * 1_000_000, settings.media_hosts)
    return Worker(database, lambda: reachable(channel_cache, settings), store, fetcher, now)


def bringing(database: Database, fetching: Worker) -> Bringing:
    """By the same rules, into the same store."""
    made = fetching.thumbnails, fetching.recordings
    return Bringing(database, fetching.fetcher, fetching.store, *made, now)


def header_files(
    settings: Settings, database: Database, fetching: Worker, links: FileLinks
) -> HeaderFiles:
    """By the same rules; whoever approves templates fetches some of them at addresses of ours."""
    return HeaderFiles(database, bringing(database, fetching), _link(settings, links))


def outbox(
    settings: Settings,
    database: Database,
    channel_cache: ChannelCache,
    http: httpx.AsyncClient,
    store: Store,
    links: FileLinks,
) -> Outbox:
    """Files it sends are in the store; who fetches them itself is given an address of ours."""
    link = _link(settings, links)
    return Outbox(database, lambda: reachable(channel_cache, settings), http, now, store, link)


def _link(settings: Settings, links: FileLinks) -> Callable[[str, str, str], str | None]:
    def link(digest: str, mime: str, name: str) -> str | None:
        public = settings.public_url
        return public + links.path(digest, mime, name, now()) if public else None

    return link


def notices(settings: Settings, database: Database, http: httpx.AsyncClient) -> Notices:
    """One try at an address takes so long at most, and follows nobody elsewhere."""

    async def post(body: bytes, headers: Mapping[str, str]) -> int:
        async with asyncio.timeout(NOTICE_SECONDS):
            request = http.build_request(
                "POST", settings.alert_url, content=body, headers=dict(headers)
            )
            answer = await http.send(request, stream=True, follow_redirects=False)
            await answer.aclose()
        return answer.status_code

    def page(alert: AnyAlert) -> str:
        if alert["kind"] == "switched_off":
            return f"{settings.own_url}/settings/webhooks/{alert['endpoint']['id']}"
        return f"{settings.own_url}/settings/channels/{alert['channel']['id']}#told"

    return Notices(database, post, page, now)


class _PushServices(Struct, frozen=True):
    """Directly, by the rules by which files are fetched: their addresses come from browsers."""

    poster: Poster

    def takes(self, endpoint: str) -> bool:
        return self.poster.allows(endpoint)

    async def post(self, endpoint: str, body: bytes, headers: Mapping[str, str]) -> PushAnswer:
        found = await self.poster.post(endpoint, body, headers)
        pause = None if found.retry_after is None else found.retry_after * SECOND
        return PushAnswer(found.status, found.reason, pause)


def pusher(
    settings: Settings,
    database: Database,
    sealer: Sealer,
    say: Callable[[PushJob | None], str],
    busy: Callable[[str], Awaitable[bool]],
) -> Pusher:
    """Whom push services may ask is whoever has the inbox's address, where that is known."""
    public = settings.public_url
    contact = public if public.startswith("https://") else NO_CONTACT
    services = _PushServices(Poster(settings.push_hosts))
    return Pusher(database, sealer, services, contact, say, busy, now)


class OtherPrograms(Struct, frozen=True):
    """Programs of others, by the rules by which files are fetched: what is resolved is reached."""

    poster: Poster | PosterApart

    async def post(self, url: str, body: bytes, headers: Mapping[str, str]) -> ReceiverAnswer:
        found = await self.poster.post(url, body, headers)
        return ReceiverAnswer(found.status, found.reason, found.answer, found.asked_pause)

    async def close(self) -> None:
        await self.poster.close()


def forwarding(settings: Settings, database: Database, sealer: Sealer, hub: Hub) -> Forwarding:
    """Outgoing webhooks: directly and never by a proxy."""
    there, pace = OtherPrograms(PosterApart(private=settings.webhooks_private)), Pace()
    return Forwarding(
        there,
        Forwarder(database, sealer, there, hub, pace, settings.api_url, now),
        Retrier(database, sealer, there, pace, settings.api_url, now),
        Upkeep(database, now),
    )


def relay(settings: Settings, key: bytes, hub: Hub, presence: Presence) -> "Relay | None":
    """The processes of one inbox share its secret key; other inboxes may share the Redis."""
    if not settings.redis_url:
        return None
    # The driver of Redis takes memory and time to load, and most run without one.
    from inbox.feed.relay import Relay  # noqa: PLC0415 - see above

    name = f"inbox:head:{derive_key(key, 'relay').hex()[:16]}"
    found = Relay(settings.redis_url, name, lambda: hub.head, hub.hear)
    hub.on_growth = found.grew
    found.on_passing = presence.hear
    return found


def lapse(relay: "Relay") -> str | None:
    if relay.fault is None:
        return None
    return f"{relay.fault}; news of other processes is up to a second late"
