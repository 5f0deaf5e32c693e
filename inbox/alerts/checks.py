"""One look at all channels: what to tell admins, and what is over."""

import asyncio
from collections.abc import Sequence
from typing import NamedTuple

from sqlalchemy import Connection, select

from inbox.alerts import counts
from inbox.alerts.alerts import Finding, Open, alert_spans, open_alerts
from inbox.alerts.baseline import PAST_SLOTS, Baseline, Span, baseline
from inbox.alerts.counts import PROOFS, SLOT, Slot
from inbox.alerts.failures import RECENT, Refusing, calm, mostly_refused, only_refused
from inbox.domain.language import _
from inbox.domain.public import AlertFacts
from inbox.domain.times import HOUR, MINUTE, Micros, iso
from inbox.storage.database import Database
from inbox.storage.tables import channels, refusals

SILENT_AT_LEAST: Micros = 30 * MINUTE
SHARED_MISSING = 5.0
"""So many webhooks must be missing for refusals at the shared address to count."""
OURS = ("silent", "failing")
"""What is found by looking; the others are told (``alerts/told_troubles.py``)."""
EXCEPT = ("sandbox",)
"""Providers whose customers are pretended."""

_channel = channels.c


class Seen(NamedTuple):
    """A channel that was heard before, and its ``RECENT`` slots."""

    id: str
    heard_at: Micros
    slots: Sequence[Slot]


class Inspection:
    """Keeps the habits of silent channels: one is worked out once for each silence."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._habits: dict[str, tuple[int, Baseline | None]] = {}

    async def inspect(self, since: Micros, now: Micros) -> tuple[list[Finding], list[str]]:
        """What to raise, and the ids of open alerts that are over.

        ``since``: from when on somebody has watched.
        """
        seen, standing = await self._database.read(_seen, now)
        known = {(one.channel_id, one.kind) for one in standing}
        ours = [one for one in standing if one.kind in OURS]
        over = [one.id for one in ours if await self._over(one, seen, now)]
        findings: list[Finding] = []
        for each in seen.values():
            # A channel that takes nothing because it refuses all is told of once.
            if (each.id, "failing") in known:
                continue
            found = await self._failing(each, since, now)
            if found is None and (each.id, "silent") not in known:
                found = await self._silent(each, since, now)
            if found is not None:
                findings.append(found)
        return findings, over

    async def _over(self, alert: Open, seen: dict[str, Seen], now: Micros) -> bool:
        if alert.channel_id not in seen:
            return True
        if alert.kind == "silent":
            return seen[alert.channel_id].heard_at > alert.since
        # One raised before the clock was set back would wait for it to come round again.
        first = min(alert.raised_at // SLOT, now // SLOT - 1)
        slots = await self._database.read(counts.between, alert.channel_id, first, now // SLOT)
        return calm(slots, now // SLOT)

    async def _silent(self, seen: Seen, since: Micros, now: Micros) -> Finding | None:
        start = max(seen.heard_at, since)
        if now - start < SILENT_AT_LEAST:
            return None
        known = await self._habit(seen, now)
        if known is None or not (usual := known.in_hour(now)):
            return None
        missing = known.missing(start, now)
        if missing < known.much:
            return None
        facts: AlertFacts = {
            "usual": usual,
            "basis": known.basis,
            "hour": iso(now // HOUR * HOUR),
            "until": iso(now // HOUR * HOUR + HOUR),
            "missing": round(missing),
            "last_webhook_at": iso(seen.heard_at),
        }
        return Finding(channel_id=seen.id, kind="silent", since=seen.heard_at, facts=facts)

    async def _habit(self, seen: Seen, now: Micros) -> Baseline | None:
        last = await self._database.read(counts.last_accepted, seen.id, now // SLOT)
        if last is None:
            return None
        if self._habits.get(seen.id, (None,))[0] != last:
            accepted, excused = await self._database.read(_past, seen.id, last, now)
            # Some milliseconds for five busy weeks: not on the loop that answers webhooks.
            found = await asyncio.to_thread(baseline, accepted, last, excused)
            self._habits[seen.id] = last, found
        return self._habits[seen.id][1]

    async def _failing(self, seen: Seen, since: Micros, now: Micros) -> Finding | None:
        if not any(one.refused or one.refused_shared for one in seen.slots):
            return None
        found = mostly_refused(seen.slots, now // SLOT)
        if found is None:
            last = await self._database.read(counts.last_accepted, seen.id, now // SLOT)
            if last is None:
                return None
            slots = await self._database.read(counts.between, seen.id, last + 1, now // SLOT)
            shared = await self._misses(seen, since, now)
            found = only_refused(slots, now // SLOT, shared=shared)
        if found is None:
            return None
        reason = await self._database.read(_reason, seen.id)
        since = found.first * SLOT if found.accepted else max(found.first * SLOT, seen.heard_at)
        facts = _facts(found, reason, seen)
        return Finding(channel_id=seen.id, kind="failing", since=since, facts=facts)

    async def _misses(self, seen: Seen, since: Micros, now: Micros) -> bool:
        """Whether what came to the shared address is likely to be its own."""
        if not any(one.refused_shared for one in seen.slots):
            return False
        known = await self._habit(seen, now)
        return known is not None and known.missing(max(seen.heard_at, since), now) >= SHARED_MISSING


def _facts(found: Refusing, reason: str, seen: Seen) -> AlertFacts:
    return {
        "refused": found.refused,
        "accepted": found.accepted,
        "shared": found.shared,
        "reason": reason,
        "last_webhook_at": iso(seen.heard_at),
    }


def _seen(connection: Connection, now: Micros) -> tuple[dict[str, Seen], list[Open]]:
    query = select(_channel.id, _channel.last_webhook_at).where(
        _channel.last_webhook_at.is_not(None),
        _channel.provider.not_in(EXCEPT),
        _channel.state == "connected",
    )
    heard = {row.id: row.last_webhook_at for row in connection.execute(query)}
    slot = now // SLOT
    slots = counts.recent(connection, sorted(heard), slot - RECENT + 1, slot)
    seen = {
        one: Seen(one, _heard(connection, one, at, now), slots.get(one, []))
        for one, at in heard.items()
    }
    return seen, open_alerts(connection)


def _heard(connection: Connection, channel_id: str, at: Micros, now: Micros) -> Micros:
    """When it was heard last; where the clock was ahead then, the slots know what is past."""
    if at <= now:
        return at
    last = counts.last_accepted(connection, channel_id, now // SLOT)
    return 0 if last is None else min(now, (last + 1) * SLOT)


def _past(
    connection: Connection, channel_id: str, last: int, now: Micros
) -> tuple[dict[int, int], list[Span]]:
    slots = counts.between(connection, channel_id, last - PAST_SLOTS, last)
    accepted = {one.slot: one.accepted for one in slots}
    return accepted, alert_spans(connection, channel_id, "silent", now)


def _reason(connection: Connection, channel_id: str) -> str:
    """The latest of what was said to those without a right proof."""
    query = select(refusals.c.reason).where(
        refusals.c.channel_id == channel_id, refusals.c.kind.in_(PROOFS)
    )
    found = connection.execute(query.order_by(refusals.c.last_at.desc()).limit(1)).scalar()
    return found or _("The proof is missing or wrong.")
