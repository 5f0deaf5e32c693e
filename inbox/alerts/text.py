"""An alert in one sentence, for programs and logs; pages say the same in the reader's zone."""

from datetime import UTC, datetime

from inbox.domain.public import AlertFacts, AlertKind
from inbox.domain.times import SECOND, Micros, lasting


def alert_sentence(kind: AlertKind, facts: AlertFacts, since: Micros, raised_at: Micros) -> str:
    """``Usually about 40 webhooks between 14:00 and 15:00 UTC on Saturdays; nothing for 2 h.``"""
    if kind == "silent":
        return f"{_usual(facts)}; nothing for {lasting(max(0, raised_at - since) / SECOND)}."
    total = facts["refused"] + facts["accepted"]
    of = f"{facts['refused']:,} of {total:,}" if facts["accepted"] else f"All {total:,}"
    return f"{of} webhooks since {_moment(since):%H:%M} UTC were refused: {facts['reason']}"


def _usual(facts: AlertFacts) -> str:
    begin = datetime.fromisoformat(facts["hour"])
    hours = f"between {begin:%H}:00 and {(begin.hour + 1) % 24:02}:00 UTC"
    if facts["basis"] == "weeks":
        return f"Usually about {facts['usual']:,} webhooks {hours} on {begin:%A}s"
    return f"Usually at least {facts['usual']:,} webhooks {hours} on any day"


def _moment(at: Micros) -> datetime:
    return datetime.fromtimestamp(at // SECOND, UTC)
