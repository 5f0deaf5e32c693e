"""How everything is, as plain data: the status page and ``/api/v1/status`` say the same.

What waits, what failed, channels and size come from the database and are common to all
processes; the rest is of the process that answers.
"""

import asyncio
import os
from collections import Counter
from typing import Any, NamedTuple

from markupsafe import Markup

from inbox import __version__
from inbox.channels import health as channel_health
from inbox.channels.shapes import health_shape
from inbox.domain.language import N_, _, number
from inbox.domain.public import ChannelShape
from inbox.domain.times import SECOND, Micros, iso
from inbox.receiving.backlog import MOST, Standing, backlog
from inbox.storage.database import FAULTS, Connection, database_place
from inbox.storage.probe import PATIENCE_SECONDS
from inbox.web.context import AppContext
from inbox.web.health.health import Check, examine, standing
from inbox.web.health.report_shapes import CheckedPart, ServingProcess, StatusReport, WaitingWork
from inbox.web.present.sparkline import sparkline
from inbox.web.process.vitals import KEPT, resident_bytes


def age(since: Micros | None, now: Micros) -> float:
    """Seconds since then; 0 for never and for what is yet to come."""
    return 0.0 if since is None else max(0, now - since) / SECOND


async def report(at: AppContext, warnings: list[str]) -> StatusReport:
    checks, (facts, channels) = await examine(at), await _from_database(at)
    return {
        "status": standing(checks),
        "warnings": warnings,
        "checks": [_check(check) for check in sorted(checks, key=lambda check: check.spare)],
        "work": None if facts is None else _work(facts, at.now()),
        "channels": channels,
        "alerts": at.monitor.of_channels(),
        "webhook_alerts": at.monitor.of_endpoints(),
        "process": _process(at),
        "database": {
            "engine": "SQLite" if at.database.engine_name == "sqlite" else "PostgreSQL",
            "place": database_place(at.settings.database_url),
            "bytes": None if facts is None else facts.bytes,
            "shared": at.database.shared,
        },
        "complaints": [
            {
                "level": one.level,
                "words": one.words,
                "facts": one.facts,
                "times": one.times,
                "first_at": iso(one.first_at),
                "last_at": iso(one.last_at),
            }
            for one in at.complaints.latest()
        ],
    }


async def _from_database(at: AppContext) -> tuple[Standing | None, list[ChannelShape] | None]:
    """None while it is away: the rest of the page is worth the more then."""
    try:
        async with asyncio.timeout(PATIENCE_SECONDS):
            return await at.database.read(_facts, at)
    except FAULTS:
        return None, None


def _facts(connection: Connection, at: AppContext) -> tuple[Standing, list[ChannelShape]]:
    known = {
        channel.id: channel for channel in at.channel_cache.all() if channel.state != "removed"
    }
    rows = [row for row in channel_health.listing(connection) if row.id in known]
    return backlog(connection), [health_shape(known[row.id], row) for row in rows]


def _check(check: Check) -> CheckedPart:
    return {
        "name": check.name,
        "title": _(check.advice.title),
        "state": "good" if check.reason is None else "warn" if check.spare else "bad",
        "reason": check.reason and _sentence(check.reason),
        "says": _(check.advice.do if check.reason else check.advice.good),
    }


def _sentence(reason: str) -> str:
    """Some checks only know the kind of what was raised."""
    return reason if " " in reason else _("The last try ended in %(fault)s.", fault=reason)


def _work(facts: Standing, now: Micros) -> WaitingWork:
    """``at_most``: a count that reached it stands for as many or more."""
    return {
        "at_most": MOST,
        "pending": facts.pending,
        "oldest_pending_seconds": round(age(facts.oldest_pending_at, now), 1),
        "failed": facts.failed,
        "sends_waiting": facts.sends,
        "sends_late_seconds": round(age(facts.sends_due_at, now), 1),
        "files_waiting": facts.files,
        "files_late_seconds": round(age(facts.files_due_at, now), 1),
        "log_head": facts.log_head,
    }


def _process(at: AppContext) -> ServingProcess:
    formats = Counter(str(listener.format) for listener in at.sockets)
    return {
        "version": __version__,
        "pid": os.getpid(),
        "started_at": iso(at.vitals.started_at),
        "uptime_seconds": (at.now() - at.vitals.started_at) // SECOND,
        "memory_bytes": resident_bytes(),
        "journal_waiting": at.journal.depth,
        "unstored": sum(n for (_, kind), n in at.refusals.totals.items() if kind == "unstored"),
        "ingest_backlog": at.ingest.depth,
        "feed_head": at.hub.head,
        "sockets": {"pages": formats["html"], "programs": formats["json"] + formats["sse"]},
        "sends": dict(at.outbox.ends),
    }


class Series(NamedTuple):
    title: str
    now: str
    note: str
    picture: Markup


def series(at: AppContext) -> list[Series]:
    """The last ten minutes in three pictures."""
    looks = list(at.vitals.looks)
    shown: list[tuple[str, str, list[float | None]]] = [
        (_("Webhooks"), N_("%(number)s a second"), [look.webhooks for look in looks]),
        (_("Ingest lag"), N_("%(number)s seconds"), [look.lag for look in looks]),
        (_("Open sockets"), N_("%(number)s"), [look.sockets for look in looks]),
    ]
    return [_series(*one) for one in shown]


def _series(title: str, text: str, values: list[float | None]) -> Series:
    known = [value for value in values if value is not None]
    last = values[-1] if values else None
    now = "–" if last is None else _(text, number=few_digits(last))
    most = few_digits(max(known, default=0))
    note = (
        _("at most %(number)s", number=most) if known else _("the first look is in a few seconds")
    )
    words = _(
        "%(title)s in the last ten minutes: now %(now)s, %(note)s", title=title, now=now, note=note
    )
    return Series(title, now, note, sparkline(values, KEPT, words))


def few_digits(value: Any) -> str:
    """As few digits as say something: 0, 0.4, 12, 3,400."""
    return number(value, 1 if 0 < value < 9.95 and value != int(value) else 0)
