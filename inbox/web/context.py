"""What the handlers work with: made once by ``app``, found on the application's state."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Coroutine, Mapping
from typing import Any

import httpx
from jinja2 import Environment
from litestar import Request
from litestar.connection import ASGIConnection
from msgspec import Struct, field

from inbox.access.devices import Devices
from inbox.access.feed_tokens import FeedTokens
from inbox.access.file_links import FileLinks
from inbox.access.principal import Principal
from inbox.access.throttle import Throttle
from inbox.access.uses import Uses
from inbox.alerts.monitor import Monitor
from inbox.alerts.pulse import Pulse
from inbox.channels.cache import ChannelCache
from inbox.channels.health_changes import Refusals
from inbox.channels.rate_limiter import RateLimiter
from inbox.config import Settings
from inbox.desk.counter import ViewCounter
from inbox.desk.label_colors import LabelColors
from inbox.desk.presence import Presence
from inbox.desk.rota import Rota
from inbox.desk.telling.pusher import Pusher
from inbox.domain.text import JsonObject
from inbox.domain.times import Micros
from inbox.feed.hub import Hub
from inbox.forwarding.forwarding import Forwarding
from inbox.media.bringing import Bringing
from inbox.media.header_files import HeaderFiles
from inbox.media.worker import Worker
from inbox.receiving.ingest import Ingest
from inbox.receiving.journal import Journal
from inbox.sending.marker import Marker
from inbox.sending.outbox import Outbox
from inbox.sending.reactor import Reactor
from inbox.sending.responder import Responder
from inbox.sending.schedule import Schedule
from inbox.sending.typing_signs import TypingSigns
from inbox.storage.database import Database
from inbox.storage.probe import Probe
from inbox.storage.secrets import Sealer
from inbox.supervisor import Supervisor
from inbox.templates.syncing import Syncer
from inbox.web.process.assets import Assets
from inbox.web.process.own_samples import OwnSamples
from inbox.web.process.part import Part
from inbox.web.process.recent_warnings import Complaints
from inbox.web.process.request_counts import Requests
from inbox.web.process.unforeseen import Unforeseen
from inbox.web.process.vitals import Vitals

log = logging.getLogger(__name__)

RunCommand = Callable[[str, JsonObject], Awaitable[Mapping[str, object]]]


class AppContext(Struct, frozen=True, kw_only=True):
    settings: Settings
    database: Database
    probe: Probe
    sealer: Sealer
    channel_cache: ChannelCache
    journal: Journal
    ingest: Ingest
    pulse: Pulse
    monitor: Monitor
    outbox: Outbox
    marker: Marker
    schedule: Schedule
    responder: Responder
    reactor: Reactor
    typing_signs: TypingSigns
    presence: Presence
    view_counter: ViewCounter
    rota: Rota
    pusher: Pusher
    forwarding: Forwarding
    syncer: Syncer
    fetching: Worker
    bringing: Bringing
    header_files: HeaderFiles
    hub: Hub
    samples: OwnSamples
    feed_tokens: FeedTokens
    file_links: FileLinks
    devices: Devices
    throttle: Throttle
    token_uses: Uses
    refusals: Refusals
    pages: Environment
    label_colors: LabelColors
    assets: Assets
    http: httpx.AsyncClient
    run_command: RunCommand
    command_allowed: Callable[[str], bool]
    now: Callable[[], Micros]
    vitals: Vitals
    sockets: set[Any]
    supervisor: Supervisor
    parts: list[Part] = field(default_factory=list)
    """What goes on in the background: `app` tells them all in one list."""
    complaints: Complaints = field(default_factory=Complaints)
    unforeseen: Unforeseen = field(default_factory=Unforeseen)
    rate_limiter: RateLimiter = field(default_factory=RateLimiter)
    quotas: RateLimiter = field(default_factory=RateLimiter)
    """Of tokens, by their ids."""
    requests: Requests = field(default_factory=Requests)
    polls: set[asyncio.Timeout] = field(default_factory=set)
    """How long each long poll still waits."""
    leaving: asyncio.Event = field(default_factory=asyncio.Event)
    errands: set[asyncio.Task[None]] = field(default_factory=set)

    def later(self, errand: Coroutine[Any, Any, None]) -> None:
        """Do something small after the answer; what must not be lost is a job in a table."""
        task = asyncio.create_task(errand)
        self.errands.add(task)
        task.add_done_callback(self._ended)

    def _ended(self, errand: asyncio.Task[None]) -> None:
        self.errands.discard(errand)
        if not errand.cancelled() and (fault := errand.exception()) is not None:
            log.error("an errand failed", exc_info=fault)

    @property
    def public_url(self) -> str:
        return self.settings.public_url or self.settings.local_url


AnyConnection = ASGIConnection[Any, Any, Any, Any]
AnyRequest = Request[Any, Any, Any]


def app_of(connection: AnyConnection) -> AppContext:
    found: AppContext = connection.app.state.context
    return found


def whoever(connection: AnyConnection) -> Principal | None:
    """Who the guard found behind this request; None on public pages."""
    found: Principal | None = connection.scope.get("user")
    return found


def me(connection: AnyConnection) -> Principal:
    """Who asks, on a route that the guard keeps for people and programs."""
    found = whoever(connection)
    assert found is not None, "the guard lets nobody through to this route"
    return found
