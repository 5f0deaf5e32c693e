"""What changes a channel's health, each with its news for who looks at it.

Every webhook would be a write, and a refused one may be anybody's: both are gathered in
memory and written by a timer, each in one statement.
"""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from itertools import groupby
from typing import Any, Final, Literal

from msgspec import Struct
from sqlalchemy import (
    ColumnElement,
    Connection,
    bindparam,
    func,
    literal,
    null,
    or_,
    select,
    update,
)

from inbox.channels.news import health_event, tell_health
from inbox.channels.rows import PLAIN
from inbox.domain.channels import Channel
from inbox.domain.feed_events import NewEvent
from inbox.domain.times import Micros
from inbox.storage.database import Database
from inbox.storage.dialect import among, insert, listed
from inbox.storage.prepared import Prepared
from inbox.storage.tables import channels, refusals

_table = channels.c
_this = _table.id == bindparam("channel")


def note_webhooks(
    connection: Connection, webhooks: Mapping[str, Micros], told: Iterable[Channel], now: Micros
) -> None:
    """Note each channel's latest webhook: channel id → time. Never goes back.

    ``told``: those of them whose news is worth an event.
    """
    if not webhooks:
        return
    _note.each(connection, [{"channel": key, "at": webhooks[key]} for key in sorted(webhooks)])
    tell_health(connection, told, now)


_at = bindparam("at", type_=_table.last_webhook_at.type)
_note = Prepared(
    update(channels)
    .where(_this, or_(_table.last_webhook_at.is_(None), _table.last_webhook_at < _at))
    .values(last_webhook_at=_at),
    ("channel", "at"),
)


def fail(
    connection: Connection,
    channel: Channel,
    sentence: str,
    at: Micros,
    published: list[NewEvent],
) -> None:
    """Note what the provider says is wrong with the account, unless something newer is known.

    What is new by it is added to what the transaction publishes in the end: several channels may
    have problems, and who appends to the feed must not wait for another's row after that.
    """
    older = or_(_table.last_error_at.is_(None), _table.last_error_at < at)
    statement = update(channels).where(_table.id == channel.id, older)
    changed = connection.execute(statement.values(last_error=sentence, last_error_at=at))
    if changed.rowcount:
        published.append(health_event(connection, channel))


By = Literal["answer", "status"]
"""What told that a send failed: the answer to it, or a later status."""

_fails = _table.send_error.is_not(None)


def sending_fails(
    connection: Connection, channel_id: str, sentence: str, at: Micros, by: By
) -> list[NewEvent]:
    """Note why nothing can be sent. What to publish, once all rows are written."""
    other = or_(_table.send_error.is_(None), _table.send_error != sentence)
    statement = update(channels).where(_table.id == channel_id, other)
    since = func.coalesce(_table.send_error_at, at)
    noted = {"send_error": sentence, "send_error_at": since, "send_error_by": by}
    changed = connection.execute(statement.values(noted)).rowcount
    return [_news_of(connection, channel_id)] if changed else []


def sending_works(
    connection: Connection, channel_ids: Collection[str], by: By, at: Micros
) -> list[NewEvent]:
    """Something was sent. An answer does not disprove what only a status tells later."""
    if not channel_ids:
        return []
    these = listed(connection, channel_ids)
    if by == "answer":
        mended = _works_by_answer.rows(connection, channels=these)
    else:
        mended = _works_by_status.rows(connection, channels=these, at=at)
    return [_news_of(connection, each) for each in sorted(channel_id for (channel_id,) in mended)]


def _mending(engine: str, over: ColumnElement[bool]) -> Any:
    these = among(engine, _table.id, "channels")
    nothing = {"send_error": null(), "send_error_at": null(), "send_error_by": null()}
    return update(channels).where(these, _fails, over).values(nothing).returning(_table.id)


_works_by_answer: Final = Prepared(
    lambda engine: _mending(engine, _table.send_error_by == literal("answer"))
)
_works_by_status: Final = Prepared(
    lambda engine: _mending(engine, _table.send_error_at < bindparam("at"))
)


def note_news(connection: Connection, channel_id: str, sentence: str, at: Micros) -> list[NewEvent]:
    """What the provider says of the account, unless something newer is known."""
    older = or_(_table.news_at.is_(None), _table.news_at < at)
    statement = update(channels).where(_table.id == channel_id, older)
    changed = connection.execute(statement.values(news=sentence, news_at=at)).rowcount
    return [_news_of(connection, channel_id)] if changed else []


def _news_of(connection: Connection, channel_id: str) -> NewEvent:
    plain = [_table[name] for name in PLAIN]
    row = connection.execute(select(*plain).where(_table.id == channel_id)).mappings().one()
    return health_event(connection, Channel(**row, key=""))


class _Count(Struct):
    number: int
    reason: str
    at: Micros


_Counts = dict[tuple[str, str], _Count]
"""By channel and kind of reason."""


class Refusals:
    """Webhooks that were turned away since the last ``flush``."""

    def __init__(self) -> None:
        self._counts: _Counts = {}
        self.totals: Counter[tuple[str, str]] = Counter()
        """Since the start of the process, by channel and kind of reason."""

    def number(self, channel_id: str) -> int:
        """How many of one channel since the start of the process."""
        return sum(number for (one, _), number in self.totals.items() if one == channel_id)

    def add(self, channel_id: str, kind: str, reason: str, now: Micros) -> None:
        key = channel_id, kind
        self.totals[key] += 1
        count = self._counts.get(key)
        if count is None:
            self._counts[key] = _Count(1, reason, now)
        else:
            count.number, count.reason, count.at = count.number + 1, reason, now

    async def flush(
        self, database: Database, known: Mapping[str, Channel], now: Micros
    ) -> list[str]:
        """Write them down; the ids of the channels that had any. A failure loses none."""
        counts, self._counts = self._counts, {}
        if not counts:
            return []
        try:
            await database.write(_store, counts, known, now)
        except Exception:
            self._put_back(counts)
            raise
        return sorted({channel_id for channel_id, _ in counts})

    def _put_back(self, counts: _Counts) -> None:
        for key, count in counts.items():
            newer = self._counts.setdefault(key, count)
            if newer is not count:
                newer.number += count.number


def _store(
    connection: Connection, counts: _Counts, known: Mapping[str, Channel], now: Micros
) -> None:
    # In one order everywhere: two processes must not wait for each other.
    ordered = sorted(counts.items())
    connection.execute(_COUNTED, [_of_channel(*one) for one in _by_channel(ordered)])
    statement = insert(connection, refusals)
    newer = statement.excluded
    statement = statement.on_conflict_do_update(
        index_elements=[refusals.c.channel_id, refusals.c.kind],
        set_={
            "number": refusals.c.number + newer.number,
            "reason": newer.reason,
            "last_at": newer.last_at,
        },
    )
    connection.execute(
        statement,
        [
            {
                "channel_id": channel_id,
                "kind": kind,
                "number": count.number,
                "reason": count.reason,
                "last_at": count.at,
            }
            for (channel_id, kind), count in ordered
        ],
    )
    refused = sorted({channel_id for channel_id, _ in counts} & known.keys())
    tell_health(connection, [known[channel_id] for channel_id in refused], now)


_COUNTED = (
    update(channels)
    .where(_this)
    .values(
        refusals=_table.refusals + bindparam("number", type_=_table.refusals.type),
        last_refusal=bindparam("reason", type_=_table.last_refusal.type),
        last_refused_at=bindparam("at", type_=_table.last_refused_at.type),
    )
)


def _by_channel(
    ordered: Iterable[tuple[tuple[str, str], _Count]],
) -> Iterable[tuple[str, list[_Count]]]:
    for channel_id, those in groupby(ordered, key=lambda one: one[0][0]):
        yield channel_id, [count for _, count in those]


def _of_channel(channel_id: str, counts: list[_Count]) -> dict[str, object]:
    last = max(counts, key=lambda count: count.at)
    number = sum(count.number for count in counts)
    return {"channel": channel_id, "number": number, "reason": last.reason, "at": last.at}
