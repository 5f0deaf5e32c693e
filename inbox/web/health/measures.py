"""What ``/metrics`` says, name by name. Labels are few: channels by their id, never a person.

``docs/operating.md`` lists the ones to watch.
"""

import os
import platform
from collections import Counter
from collections.abc import Iterable, Iterator

from prometheus_client import GC_COLLECTOR, PLATFORM_COLLECTOR, PROCESS_COLLECTOR
from prometheus_client.exposition import choose_encoder
from prometheus_client.metrics_core import (
    CounterMetricFamily,
    GaugeMetricFamily,
    HistogramMetricFamily,
    InfoMetricFamily,
    Metric,
)
from prometheus_client.registry import Collector

from inbox import __version__
from inbox.domain.tally import Histogram
from inbox.domain.times import SECOND, Micros
from inbox.receiving.backlog import Standing
from inbox.web.context import AppContext
from inbox.web.health.health import Check
from inbox.web.health.report import age

Labelled = Iterable[tuple[tuple[str, ...], float]]


class Everything(Collector):
    """One scrape: our own measures, then those of the process."""

    def __init__(self, own: list[Metric]) -> None:
        self._own = own

    def collect(self) -> Iterator[Metric]:
        yield from self._own
        for others in (PROCESS_COLLECTOR, PLATFORM_COLLECTOR, GC_COLLECTOR):
            yield from others.collect()


def scraped(
    accept: str, at: AppContext, checks: Iterable[Check], facts: Standing | None
) -> tuple[bytes, str]:
    """All of it in the form that is asked for, and the name of that."""
    encode, media_type = choose_encoder(accept)
    return encode(Everything(measures(at, checks, facts))), media_type


def measures(at: AppContext, checks: Iterable[Check], facts: Standing | None) -> list[Metric]:
    """All of ours; without ``facts`` those of the database are left out."""
    found: list[Metric] = [*_process(at, checks), *_receiving(at), *_sending(at), *_feed(at)]
    found += _forwarding(at)
    if facts is not None:
        found += _database(facts, at.now())
    found += _machinery(at)
    if at.settings.redis_url:  # other processes answer other scrapes
        _label(found, process=str(os.getpid()))
    return found


def _label(found: Iterable[Metric], **labels: str) -> None:
    for family in found:
        family.samples = [one._replace(labels=one.labels | labels) for one in family.samples]


def _process(at: AppContext, checks: Iterable[Check]) -> Iterator[Metric]:
    build = {
        "version": __version__,
        "python": platform.python_version(),
        "database": at.database.engine_name,
    }
    yield InfoMetricFamily("inbox_build", "What runs here", build)
    well = [((one.name,), float(one.reason is None)) for one in checks if not one.spare]
    yield _gauge("inbox_healthy", "1 while the check of /health is green, else 0", well, ["check"])


def _forwarding(at: AppContext) -> Iterator[Metric]:
    ends = [((end,), float(n)) for end, n in at.forwarding.ends.items()]
    yield _counter("inbox_outgoing_webhooks", "Posts by what came of them", ends, ["end"])
    known = at.forwarding.upkeep.now_known
    standing = (
        ("waiting_entries", "Deliveries that wait for another try", known.waiting),
        ("failed_entries", "Deliveries that were given up", known.failed),
        ("behind_seq", "How many events the slowest endpoint is behind", known.behind),
    )
    for name, words, number in standing:
        yield _gauge(f"inbox_outgoing_webhooks_{name}", words, [((), float(number))], [])
    oldest = 0 if known.oldest_at is None else max(0, at.now() - known.oldest_at) / SECOND
    yield _gauge(
        "inbox_outgoing_webhooks_oldest_seconds",
        "Age of the oldest event that waits for another try",
        [((), oldest)],
        [],
    )


def _receiving(at: AppContext) -> Iterator[Metric]:
    provider = {channel.id: channel.provider for channel in at.channel_cache.all()}

    def whose(channel_id: str) -> tuple[str, str]:
        return channel_id, provider.get(channel_id, "")

    yield _gauge(
        "inbox_alerts",
        "1 for each alert of a channel that is open and not muted",
        [
            ((*whose(one["channel"]["id"]), one["kind"]), 1.0)
            for one in at.monitor.of_channels()
            if one["muted_at"] is None
        ],
        ["channel", "provider", "kind"],
    )
    refused = at.refusals.totals
    by_channel: Counter[str] = Counter()
    for (channel_id, _), number in refused.items():
        by_channel[channel_id] += number
    answers = [((*whose(one), "accepted"), float(n)) for one, n in at.pulse.accepted.items()]
    answers += [((*whose(one), "refused"), float(n)) for one, n in by_channel.items()]
    yield _counter(
        "inbox_webhooks",
        "Webhooks: accepted is on disk; refused ones of no channel name the address in its place",
        answers,
        ["channel", "provider", "answer"],
    )
    yield _counter(
        "inbox_webhooks_refused",
        "Webhooks that were refused, by the kind of the reason",
        [((*whose(one), kind), float(n)) for (one, kind), n in refused.items()],
        ["channel", "provider", "reason"],
    )
    yield _histogram(
        "inbox_webhook_ack_seconds", "From a webhook to its 200", at.requests.acknowledged()
    )
    journal, ingest = at.journal, at.ingest
    yield _one("inbox_journal_waiting_entries", "Webhooks that wait for a commit", journal.depth)
    yield _histogram("inbox_journal_group_entries", "Webhooks that share a commit", journal.groups)
    yield _histogram("inbox_journal_commit_seconds", "Commits of webhooks", journal.commits)
    yield _total(
        "inbox_journal_unwritten_entries",
        "Webhooks that could not be stored and were answered 503",
        journal.lost,
    )
    yield _one("inbox_ingest_backlog_entries", "Webhooks in memory, to be applied", ingest.depth)
    yield _total("inbox_ingest_applied_entries", "Webhooks applied", ingest.applied_entries)
    yield _total(
        "inbox_ingest_failed_entries", "Webhooks that could not be applied", ingest.failed_entries
    )
    kinds = [((kind,), float(n)) for kind, n in ingest.kinds.items()]
    yield _counter("inbox_ingest_events", "What webhooks told, by kind", kinds, ["kind"])
    yield _histogram(
        "inbox_ingest_commit_seconds", "Transactions that apply webhooks", ingest.batches
    )


def _sending(at: AppContext) -> Iterator[Metric]:
    ends = [((end,), float(n)) for end, n in at.outbox.ends.items()]
    yield _counter("inbox_outbox_sends", "Tries to send, by what came of them", ends, ["result"])
    yield _histogram("inbox_outbox_provider_seconds", "Answers of providers", at.outbox.calls)
    ends = [((end,), float(n)) for end, n in at.marker.ends.items()]
    yield _counter(
        "inbox_read_marks", "Tries to tell what was read, by what came of them", ends, ["result"]
    )
    ends = [((end,), float(n)) for end, n in at.reactor.ends.items()]
    yield _counter(
        "inbox_reactions", "Tries to tell of reactions, by what came of them", ends, ["result"]
    )
    ends = [((end,), float(n)) for end, n in at.pusher.ends.items()]
    yield _counter("inbox_pushes", "Tries to tell devices, by what came of them", ends, ["result"])
    ends = [((end,), float(n)) for end, n in at.typing_signs.ends.items()]
    yield _counter(
        "inbox_typing_signs", "Signs that we type, by what came of them", ends, ["result"]
    )
    ends = [((end,), float(n)) for end, n in at.fetching.ends.items()]
    yield _counter(
        "inbox_media_fetches", "Tries to fetch files, by what came of them", ends, ["result"]
    )
    yield _histogram("inbox_media_fetch_seconds", "Until a file was here", at.fetching.calls)


def _feed(at: AppContext) -> Iterator[Metric]:
    traffic = at.hub.traffic
    yield _one("inbox_feed_head_seq", "Number of the newest event that was shown", at.hub.head)
    types = [((name,), float(n)) for name, n in at.hub.published_types.items()]
    yield _counter("inbox_feed_events", "Events published, by type", types, ["type"])
    sockets = Counter(str(listener.format) for listener in at.sockets)
    held = [((form,), float(sockets[form])) for form in ("html", "json", "sse")]
    yield _gauge(
        "inbox_feed_sockets", "Open sockets: html is a page, sse a stream", held, ["format"]
    )
    yield _total("inbox_feed_sockets_opened", "Sockets opened", traffic.opened)
    yield _total("inbox_feed_frames_sent", "Frames sent to sockets", traffic.frames)
    yield _total("inbox_feed_sockets_lagging", "Sockets told to come back", traffic.lagging)
    yield _total("inbox_feed_sockets_stalled", "Sockets closed: nobody read", traffic.stalled)
    yield _total("inbox_feed_resyncs", "Sockets told to read the state anew", traffic.resyncs)


def _database(facts: Standing, now: Micros) -> Iterator[Metric]:
    lag = age(facts.oldest_pending_at, now)
    yield _one("inbox_ingest_lag_seconds", "Age of the oldest webhook not yet applied", lag)
    yield _one("inbox_journal_pending_entries", "Webhooks stored, to be applied", facts.pending)
    yield _one("inbox_journal_failed_entries", "Webhooks kept as failed", facts.failed)
    yield _one("inbox_outbox_waiting_messages", "Replies to be sent", facts.sends)
    late = age(facts.sends_due_at, now)
    yield _one("inbox_outbox_late_seconds", "How long the first reply has been due", late)
    yield _one("inbox_media_waiting_messages", "Messages with a file to be fetched", facts.files)
    late = age(facts.files_due_at, now)
    yield _one("inbox_media_late_seconds", "How long the first file has been due", late)
    yield _one("inbox_feed_log_head_seq", "Number of the newest event there is", facts.log_head)
    yield _one("inbox_database_size_bytes", "The database on disk", facts.bytes)


def _machinery(at: AppContext) -> Iterator[Metric]:
    yield _histogram("inbox_database_write_seconds", "Transactions", at.database.write_seconds)
    yield _histogram("inbox_database_read_seconds", "Snapshots", at.database.read_seconds)
    answers = at.requests.answers()
    labels = ["method", "route", "status"]
    yield _counter(
        "inbox_http_requests",
        "Requests answered",
        [(key, float(seconds.count)) for key, seconds in answers.items()],
        labels,
    )
    family = HistogramMetricFamily(
        "inbox_http_request_seconds", "Until the answer begins", labels=labels
    )
    for key, seconds in answers.items():
        family.add_metric(list(key), seconds.cumulative(), seconds.total)
    yield family


def _gauge(name: str, words: str, values: Labelled, labels: list[str]) -> Metric:
    family = GaugeMetricFamily(name, words, labels=labels)
    for key, value in values:
        family.add_metric(list(key), value)
    return family


def _counter(name: str, words: str, values: Labelled, labels: list[str]) -> Metric:
    family = CounterMetricFamily(name, words, labels=labels)
    for key, value in values:
        family.add_metric(list(key), value)
    return family


def _one(name: str, words: str, value: float) -> Metric:
    return GaugeMetricFamily(name, words, value=float(value))


def _total(name: str, words: str, value: float) -> Metric:
    return CounterMetricFamily(name, words, value=float(value))


def _histogram(name: str, words: str, values: Histogram) -> Metric:
    return HistogramMetricFamily(name, words, buckets=values.cumulative(), sum_value=values.total)
