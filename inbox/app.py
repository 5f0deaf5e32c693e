"""The composition root: settings become a running application. Knows everyone."""

import asyncio
import logging
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, suppress
from functools import partial
from typing import TYPE_CHECKING, Any

from litestar import Litestar
from litestar.datastructures import State
from litestar.plugins.jinja import JinjaTemplateEngine
from litestar.types import ASGIApp, ControllerRouterHandler
from litestar_htmx import HTMXRequest

from inbox import __version__, clients
from inbox.access.devices import Devices
from inbox.access.feed_tokens import FeedTokens
from inbox.access.file_links import FileLinks
from inbox.access.throttle import Throttle
from inbox.access.uses import Uses
from inbox.alerts.monitor import Monitor
from inbox.alerts.notices import Notices
from inbox.alerts.pulse import Pulse
from inbox.channels.cache import ChannelCache
from inbox.config import Settings
from inbox.conversations.entries import Entry
from inbox.desk.clock import DeskClock
from inbox.desk.counter import ViewCounter
from inbox.desk.label_colors import LabelColors
from inbox.desk.labels import all_labels
from inbox.desk.presence import Presence
from inbox.desk.presence_sharing import keep_true, sees_anywhere
from inbox.desk.rota import Rota
from inbox.desk.telling.lookout import Lookout
from inbox.domain.feed_events import LabelsUpdated, UserUpdated
from inbox.domain.shapes import decoded
from inbox.domain.times import now
from inbox.feed.hub import Hub
from inbox.feed.log import FeedEvent
from inbox.feed.news import ACCESS, CHANNEL, LIMITS
from inbox.feed.retention import keep_in_bounds
from inbox.forwarding.forwarding import Forwarding
from inbox.media.sweeping import keep_tidy
from inbox.receiving.ingest import Ingest
from inbox.receiving.journal import Journal
from inbox.receiving.retention import keep_webhooks
from inbox.search.indexing import Indexer
from inbox.sending.marker import Marker
from inbox.sending.reactor import Reactor
from inbox.sending.responder import Responder
from inbox.sending.schedule import Schedule
from inbox.sending.typing_signs import TypingSigns
from inbox.storage.database import Database
from inbox.storage.probe import Probe
from inbox.storage.secrets import Sealer, secret_key
from inbox.supervisor import Supervisor
from inbox.templates.syncing import Syncer
from inbox.web.context import AppContext, RunCommand
from inbox.web.everyday import EVERYDAY, SELDOM
from inbox.web.health import advice
from inbox.web.http.compression import COMPRESSION
from inbox.web.http.cors import cors
from inbox.web.http.errors import on_error
from inbox.web.http.guard import Guarded
from inbox.web.http.headers import SecurityHeaders
from inbox.web.http.malformed import well_formed
from inbox.web.http.raw_http import in_front
from inbox.web.http.routes import NoEvents, Routes
from inbox.web.http.seldom import Seldom
from inbox.web.http.spoken import answered
from inbox.web.live.fragments import renderer
from inbox.web.present.notices import push_words
from inbox.web.present.templating import environment
from inbox.web.process.assets import found_assets
from inbox.web.process.own_samples import OwnSamples
from inbox.web.process.part import Part
from inbox.web.process.request_counts import counted
from inbox.web.process.vitals import Vitals
from inbox.web.process.web_files import web_files

if TYPE_CHECKING:
    from litestar.openapi import OpenAPIConfig

    from inbox.feed.relay import Relay

log = logging.getLogger(__name__)

DRAIN_SECONDS = 5


def build(
    settings: Settings,
    database: Database,
    run_command: RunCommand,
    command_allowed: Callable[[str], bool],
) -> Litestar:
    """The application, on a database that is migrated.

    ``run_command`` runs what comes from the command line of this machine, for which
    ``command_allowed`` knows the proof.
    """
    return application(assembled(settings, database, run_command, command_allowed))


def assembled(
    settings: Settings,
    database: Database,
    run_command: RunCommand,
    command_allowed: Callable[[str], bool],
) -> AppContext:
    """All that stands behind the routes, none of it begun."""
    key = secret_key(settings.secret_key, settings.data_dir)
    sealer = Sealer(key)
    assets = found_assets()
    label_colors = LabelColors()
    pages = environment(web_files().templates, assets.url, label_colors)
    http = clients.http(settings)
    hub = Hub(database, renderer(pages))
    database.on_commit = hub.committed
    channel_cache = ChannelCache(database, sealer)
    pulse = Pulse(database, lambda: channel_cache.known, now)
    monitor = Monitor(database, now, outside=bool(settings.alert_url))
    notices = clients.notices(settings, database, http) if settings.alert_url else None
    pulse.spoke = monitor.spoke

    async def journal_rests() -> None:
        await journal.drain()

    ingest = Ingest(
        database,
        lambda: channel_cache.known,
        channel_cache.by_id,
        channel_cache.connected,
        journal_rests,
        now,
    )

    journal = Journal(database, _committed(ingest, pulse), ingest.at_once, ingest.settled)
    syncer = Syncer(database, lambda: clients.reachable(channel_cache, settings), http, now)
    marker = Marker(database, lambda: channel_cache.known, http, now)
    reactor = Reactor(database, lambda: channel_cache.known, http, now)
    fetching = clients.fetching(settings, database, channel_cache)
    file_links = FileLinks(key)
    outbox = clients.outbox(settings, database, channel_cache, http, fetching.store, file_links)
    outbox.read = marker.wake
    schedule = Schedule(database, now, outbox.wake)
    indexer = Indexer(database, lambda: journal.depth + ingest.depth > 0)
    sockets: set[Any] = set()
    vitals = Vitals(database, lambda: journal.groups.total, lambda: len(sockets), now)
    presence = Presence()
    relay = clients.relay(settings, key, hub, presence)
    context = AppContext(
        settings=settings,
        database=database,
        probe=Probe(database),
        sealer=sealer,
        channel_cache=channel_cache,
        journal=journal,
        ingest=ingest,
        pulse=pulse,
        monitor=monitor,
        outbox=outbox,
        marker=marker,
        schedule=schedule,
        responder=Responder(database, lambda: channel_cache.known, now, outbox.wake),
        reactor=reactor,
        typing_signs=TypingSigns(lambda: channel_cache.known, http, now),
        presence=presence,
        view_counter=ViewCounter(database),
        rota=Rota(database, presence, now),
        pusher=clients.pusher(
            settings, database, sealer, push_words, partial(sees_anywhere, presence, database, now)
        ),
        forwarding=clients.forwarding(settings, database, sealer, hub),
        syncer=syncer,
        fetching=fetching,
        bringing=clients.bringing(database, fetching),
        header_files=clients.header_files(settings, database, fetching, file_links),
        hub=hub,
        samples=OwnSamples(key),
        feed_tokens=FeedTokens(key),
        file_links=file_links,
        devices=Devices(key),
        throttle=Throttle(database, now),
        token_uses=Uses(database, now),
        refusals=pulse.refusals,
        sockets=sockets,
        vitals=vitals,
        pages=pages,
        label_colors=label_colors,
        assets=assets,
        http=http,
        run_command=run_command,
        command_allowed=command_allowed,
        supervisor=Supervisor(),
        now=now,
    )
    context.parts.extend(_parts(context, indexer, notices, relay))
    _listen(context)
    return context


def application(context: AppContext) -> Litestar:
    """The routes before it; what it does in the background begins and ends with their server.

    What is asked all day is there at once, the rest with its first request.
    """
    app = everyday(context.settings)
    app.leave(SELDOM, Seldom(lambda: _whole(app, context)))
    lead(app, app.asgi_handler, context)
    return app


def _whole(front: Litestar, context: AppContext) -> Litestar:
    """For requests that came in through ``front``; whoever calls it goes in there as well."""
    app = routed(context.settings)
    _furnish(app, context)
    app.asgi_handler = front.asgi_handler
    return app


def everyday(settings: Settings) -> Routes:
    """The routes of every day, which lead nowhere yet."""
    return _routes(settings, EVERYDAY)


def routed(settings: Settings) -> Routes:
    """All routes, and the contract of them. They lead nowhere yet: to load and to make them is a
    quarter of a second's work."""
    from inbox.web.api.contract.openapi import openapi_config  # noqa: PLC0415 - see above
    from inbox.web.urls import HANDLERS  # noqa: PLC0415 - see above

    return _routes(settings, HANDLERS, openapi_config())


def _routes(
    settings: Settings,
    handlers: list[ControllerRouterHandler],
    openapi_config: "OpenAPIConfig | None" = None,
) -> Routes:
    app = Routes(
        lifespan=[_living],
        request_class=HTMXRequest,
        middleware=[SecurityHeaders(), Guarded()],
        compression_config=COMPRESSION,
        cors_config=cors(settings.cors_origins),
        exception_handlers={Exception: on_error},
        openapi_config=openapi_config,
        event_emitter_backend=NoEvents,
        logging_config=None,
        debug=False,
    )
    app.register_all(handlers)
    return app


def lead(app: Litestar, routes: ASGIApp, context: AppContext) -> None:
    """From now on ``app`` leads to what stands behind it; ``routes`` is what it was made with."""
    _furnish(app, context)
    # Outside of it all, as what is refused before a route is found counts as well.
    spoken = answered(routes, context.settings.language)
    everything = counted(well_formed(spoken), context.requests)
    app.asgi_handler = in_front(everything, EVERYDAY, context.requests)


def _furnish(app: Litestar, context: AppContext) -> None:
    app.state = State({"context": context})
    app.template_engine = JinjaTemplateEngine.from_environment(context.pages)


@asynccontextmanager
async def _living(app: Litestar) -> AsyncIterator[None]:
    context: AppContext = app.state.context
    logging.getLogger().addHandler(context.complaints)
    logging.getLogger().addHandler(context.unforeseen)
    await context.hub.start()
    await _know(context)  # after that: a change from now on is in the log
    for part in context.parts:
        if part.run:
            context.supervisor.start(part.name, part.run)
    engine = context.database.engine_name
    log.info("started", extra={"version": __version__, "database": engine})
    try:
        yield
    finally:
        await _wind_down(context)


async def _know(context: AppContext) -> None:
    """Read what is held in memory."""
    await context.channel_cache.load()
    await context.monitor.load()
    context.label_colors.follow(await context.database.read(all_labels))


def _parts(
    at: AppContext, indexer: Indexer, notices: Notices | None, relay: "Relay | None"
) -> Iterator[Part]:
    """All that goes on in the background: how it runs, when its check is red, what it hears."""
    lookout = Lookout(at.database, at.now, at.pusher.wake)
    yield Part(
        name="mistakes",
        advice=advice.MISTAKES,
        fault=lambda: at.unforeseen.reason,
        spare=True,
    )
    yield Part(name="journal", advice=advice.JOURNAL, fault=lambda: at.journal.fault)
    yield Part(
        name="ingest", advice=advice.INGEST, run=at.ingest.run, fault=lambda: at.ingest.fault
    )
    yield Part(name="reading", advice=advice.READING, fault=lambda: at.ingest.mistake, spare=True)
    yield Part(name="feed", advice=advice.FEED, run=at.hub.run, fault=lambda: at.hub.fault)
    yield Part(
        name="sockets", advice=advice.SOCKETS, fault=lambda: at.hub.untold.reason, spare=True
    )
    yield Part(
        name="outbox", advice=advice.OUTBOX, run=at.outbox.run, fault=lambda: at.outbox.fault
    )
    yield Part(
        name="schedule",
        advice=advice.SCHEDULE,
        run=at.schedule.run,
        fault=lambda: at.schedule.fault,
        hear=at.schedule.hear,
    )
    desk_clock = DeskClock(at.database, at.now)
    yield Part(
        name="desk clock",
        advice=advice.DESK_CLOCK,
        run=desk_clock.run,
        fault=lambda: desk_clock.fault,
        hear=desk_clock.hear,
    )
    yield Part(
        name="view counts",
        advice=advice.VIEW_COUNTS,
        run=at.view_counter.run,
        fault=lambda: at.view_counter.fault,
        hear=at.view_counter.hear,
        spare=True,
    )
    yield Part(
        name="automatic messages",
        advice=advice.AUTOMATIC_MESSAGES,
        run=at.responder.run,
        fault=lambda: at.responder.fault,
        hear=at.responder.hear,
        spare=True,
    )
    yield Part(
        name="read marks",
        advice=advice.READ_MARKS,
        run=at.marker.run,
        fault=lambda: at.marker.fault,
    )
    yield Part(
        name="reactions",
        advice=advice.REACTIONS,
        run=at.reactor.run,
        fault=lambda: at.reactor.fault,
    )
    yield Part(
        name="templates",
        advice=advice.TEMPLATES,
        run=at.syncer.run,
        fault=lambda: at.syncer.fault,
        spare=True,
    )
    yield Part(
        name="media",
        advice=advice.MEDIA,
        run=at.fetching.run,
        fault=lambda: at.fetching.fault,
        hear=at.fetching.hear,
    )
    yield Part(
        name="media folder",
        advice=advice.MEDIA_FOLDER,
        fault=lambda: at.fetching.lapse,
        spare=True,
    )
    yield Part(
        name="files",
        advice=advice.FILES,
        run=lambda: keep_tidy(at.database, at.fetching.store, at.now),
    )
    yield Part(
        name="search",
        advice=advice.SEARCH,
        run=indexer.run,
        fault=lambda: indexer.fault,
        hear=indexer.hear,
    )
    yield Part(name="channels", advice=advice.CHANNELS, run=at.pulse.run)
    yield Part(name="alerts", advice=advice.ALERTS, run=at.monitor.run, hear=at.monitor.hear)
    if notices:
        yield Part(name="notices", advice=advice.NOTICES, run=notices.run, hear=notices.hear)
    yield Part(
        name="lookout",
        advice=advice.LOOKOUT,
        run=lookout.run,
        fault=lambda: lookout.fault,
        hear=lookout.hear,
        spare=True,
    )
    yield Part(
        name="devices",
        advice=advice.DEVICES,
        run=at.pusher.run,
        fault=lambda: at.pusher.fault,
        spare=True,
    )
    yield from _forwarding(at.forwarding)
    yield Part(
        name="directory",
        advice=advice.DIRECTORY,
        run=at.channel_cache.run,
        fault=lambda: at.channel_cache.fault,
    )
    yield Part(
        name="presence",
        advice=advice.PRESENCE,
        run=lambda: keep_true(
            at.presence, at.database, relay.tell if relay else None, at.sockets, at.now
        ),
        hear=at.presence.follow,
        spare=True,
    )
    yield Part(
        name="turns",
        advice=advice.TURNS,
        run=at.rota.run,
        fault=lambda: at.rota.fault,
        hear=at.rota.hear,
        spare=True,
    )
    yield Part(name="tokens", advice=advice.TOKENS, run=at.token_uses.run)
    yield Part(name="vitals", advice=advice.VITALS, run=at.vitals.run)
    yield Part(
        name="retention", advice=advice.RETENTION, run=lambda: keep_in_bounds(at.database, at.now)
    )
    yield Part(
        name="webhook log",
        advice=advice.WEBHOOK_LOG,
        run=lambda: keep_webhooks(at.database, at.now, at.settings.webhook_days),
    )
    if relay:
        yield Part(name="relay", advice=advice.RELAY, run=relay.run)
        yield Part(
            name="redis", advice=advice.REDIS, fault=lambda: clients.lapse(relay), spare=True
        )


def _forwarding(at: Forwarding) -> Iterator[Part]:
    yield Part(
        name="outgoing webhooks",
        advice=advice.OUTGOING_WEBHOOKS,
        run=at.forwarder.run,
        fault=lambda: at.forwarder.fault,
        hear=at.forwarder.hear,
        spare=True,
    )
    yield Part(
        name="outgoing again",
        advice=advice.OUTGOING_AGAIN,
        run=at.retrier.run,
        fault=lambda: at.retrier.fault,
        spare=True,
    )
    yield Part(
        name="outgoing ended",
        advice=advice.OUTGOING_ENDED,
        run=at.upkeep.run,
        fault=lambda: at.upkeep.fault,
        spare=True,
    )


def _committed(ingest: Ingest, pulse: Pulse) -> Callable[[list[Entry]], None]:
    """What follows a commit of the journal; the answers are on their way by then."""

    def committed(entries: list[Entry]) -> None:
        acknowledged = now()
        for entry in entries:
            entry.acknowledged_at = acknowledged
        ingest.offer(entries)  # first: what is acknowledged becomes a message, whatever comes after
        for entry in entries:
            if not entry.sample:
                pulse.hear(entry.channel_id, entry.received_at)

    return committed


def _listen(context: AppContext) -> None:
    """Whoever is to know of it hears what happens, and who is there."""
    hub = context.hub
    hub.listeners.append(lambda event: _on_event(context, event))
    hub.listeners.extend(part.hear for part in context.parts if part.hear)
    context.presence.on_change = lambda where: _on_presence(context, where)
    context.presence.on_here = lambda: _on_here(context)
    context.view_counter.on_change = lambda: _on_counts(context)


def _on_here(context: AppContext) -> None:
    _on_presence(context, set())
    context.rota.stir()


def _on_event(context: AppContext, event: FeedEvent) -> None:
    """Keep what is held in memory in step with the log, whichever process wrote it."""
    if event.type == CHANNEL:
        context.channel_cache.changed()
    if event.type == LabelsUpdated.type:
        context.label_colors.follow(decoded(event.payload)["labels"])
    if event.type in (ACCESS, LIMITS, UserUpdated.type):
        for listener in list(context.sockets):
            listener.hear(event)


def _on_presence(context: AppContext, conversations: set[str]) -> None:
    for listener in list(context.sockets):
        listener.attend(conversations)


def _on_counts(context: AppContext) -> None:
    for listener in list(context.sockets):
        listener.count()


async def _wind_down(context: AppContext) -> None:
    """Keep the promises given: what was acknowledged is committed, sockets are told."""
    try:
        async with asyncio.timeout(DRAIN_SECONDS):
            await context.journal.drain()
            await context.pulse.beat()
            await context.token_uses.flush()
    except Exception as fault:
        log.error("the last writes failed", exc_info=fault)
    with suppress(TimeoutError):
        async with asyncio.timeout(DRAIN_SECONDS):
            await context.outbox.drain()
    try:
        async with asyncio.timeout(DRAIN_SECONDS):
            await context.fetching.close()
    except Exception as fault:  # what it leaves is taken up again when its hold runs out
        log.warning("files are left as they are", exc_info=fault)
    try:
        async with asyncio.timeout(DRAIN_SECONDS):
            await context.forwarding.close()
    except Exception as fault:  # what it leaves is posted again, under the same id
        log.warning("outgoing webhooks are left as they are", exc_info=fault)
    for listener in list(context.sockets):
        listener.end(1001, "the server stops")
    await context.supervisor.stop()
    await context.http.aclose()
    await context.database.close()
    log.info("stopped")
    logging.getLogger().removeHandler(context.complaints)
    logging.getLogger().removeHandler(context.unforeseen)
