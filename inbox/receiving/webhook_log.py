"""The webhook log: what came in, taken or refused, and what became of it, newest first.

An id tells when it was made, so that a time is a place among the ids: what was asked for of a
day is found without an index of its own.
"""

from typing import Any

from msgspec import Struct
from sqlalchemy import ColumnElement, Connection, Select, func, literal_column, select

from inbox.alerts.rejections import PLACES
from inbox.conversations.message_aliases import own_ids
from inbox.domain import shapes
from inbox.domain.ids import first_id, made_at
from inbox.domain.public import ChannelRef
from inbox.domain.redaction import redacted_text
from inbox.domain.times import Micros, iso
from inbox.receiving.log_shapes import LatestReplay, LoggedWebhook, MessagePlace
from inbox.storage.tables import channels, journal_entries, messages, refused_deliveries, replays

PAGE = 50
TAKEN = 200
"""The answer to everything in the journal."""
DISPROOFS = ("missing", "wrong", "unset")
"""Kinds of refusals that are the verdict on a proof."""
NONE, ANY = 0, -1
"""For ``answer``: nobody waited for one; whatever it was."""

_entry, _refused = journal_entries.c, refused_deliveries.c
_channel = (
    channels.c.id.label("channel_id"),
    channels.c.name.label("channel_name"),
    channels.c.provider.label("channel_provider"),
    channels.c.state.label("channel_state"),
)
_listed = (
    _entry.id,
    _entry.received_at,
    _entry.acknowledged_at,
    _entry.applied_at,
    _entry.proof,
    _entry.state,
    _entry.result,
    _entry.error,
    _entry.replay_id,
    func.length(_entry.body).label("size"),
    *_channel,
)
# Its own ``channel_id`` gives way to that of the channel, which may be none.
_refusals = (
    *(column for column in _refused if column.name != "channel_id"),
    _refused.channel_id.label("place"),
)
# Words of SQL and not parameters: so the planner knows that the partial indexes fit.
_STATES: dict[str, ColumnElement[bool]] = {
    state: literal_column(f"journal_entries.state = '{state}'")
    for state in ("pending", "failed", "applied")
}
STATES = (*_STATES, "refused")


class LogFilter(Struct, frozen=True, kw_only=True):
    """What to show: all of these are so. ``before`` is the id of the last one seen.

    ``channel_id`` may be one of ``PLACES``; ``since`` and ``until`` are 0 for any time.
    """

    channel_id: str = ""
    state: str = ""
    answer: int = ANY
    since: Micros = 0
    until: Micros = 0
    q: str = ""
    before: str = ""

    @property
    def entries(self) -> bool:
        return self.state != "refused" and self.answer in (ANY, TAKEN)

    @property
    def refusals(self) -> bool:
        return self.state in ("", "refused") and self.answer != TAKEN and not self.q


class LogPage(Struct, frozen=True, kw_only=True):
    """``next``: to ask with as ``before``. ``searched_to``: older ones were not looked at."""

    data: list[LoggedWebhook]
    next: str | None
    searched_to: str | None = None


def log_page(connection: Connection, wanted: LogFilter, limit: int = PAGE) -> LogPage:
    """Without bodies; taken and refused in one order."""
    found: list[LoggedWebhook] = []
    if wanted.entries:
        query = entries(wanted).order_by(_entry.id.desc()).limit(limit + 1)
        found += map(log_row, connection.execute(query).mappings())
    if wanted.refusals:
        query = refusals(wanted).order_by(_refused.id.desc()).limit(limit + 1)
        found += map(_refusal, connection.execute(query).mappings())
    found.sort(key=lambda one: str(one["id"]), reverse=True)
    more = len(found) > limit
    return LogPage(data=found[:limit], next=found[limit - 1]["id"] if more else None)


def newer_than(connection: Connection, wanted: LogFilter, after: str) -> int:
    """How many came since that id, up to ``PAGE``; a search looks through none of them."""
    number = 0
    if wanted.entries and not wanted.q:
        query = select(_entry.id).where(_entry.id > after, *conditions(wanted))
        number += len(connection.execute(query.order_by(_entry.id).limit(PAGE)).all())
    if wanted.refusals:
        query = refusals(wanted).with_only_columns(_refused.id).where(_refused.id > after)
        number += len(connection.execute(query.order_by(_refused.id).limit(PAGE)).all())
    return min(number, PAGE)


def entries(wanted: LogFilter) -> Select[Any]:
    """The accepted ones, for ``shape``, in no order."""
    query = select(*_listed).join(channels, channels.c.id == _entry.channel_id)
    return query.where(*conditions(wanted))


def conditions(wanted: LogFilter) -> list[ColumnElement[bool]]:
    found = _between(_entry.id, wanted)
    if wanted.channel_id:
        found.append(_entry.channel_id == wanted.channel_id)
    if wanted.state in _STATES:
        found.append(_STATES[wanted.state])
    return found


def refusals(wanted: LogFilter) -> Select[Any]:
    """The refused ones; those of ``PLACES`` belong to no channel."""
    query = select(*_refusals, *_channel).outerjoin(channels, channels.c.id == _refused.channel_id)
    query = query.where(*_between(_refused.id, wanted))
    if wanted.channel_id:
        query = query.where(_refused.channel_id == wanted.channel_id)
    return query if wanted.answer == ANY else query.where(_refused.answer == wanted.answer)


def _between(column: Any, wanted: LogFilter) -> list[ColumnElement[bool]]:
    found = []
    if wanted.before:
        found.append(column < wanted.before)
    if wanted.since:
        found.append(column >= first_id(wanted.since))
    if wanted.until:
        found.append(column < first_id(wanted.until))
    return found


def entry(connection: Connection, entry_id: str) -> tuple[LoggedWebhook, bytes] | None:
    """One, taken or refused, with its raw body: of a refused one nothing, or only the start."""
    query = entries(LogFilter()).add_columns(
        _entry.body, replays.c.by.label("replayed_by"), replays.c.asked.label("replay_asked")
    )
    query = query.outerjoin(replays, replays.c.id == _entry.replay_id).where(_entry.id == entry_id)
    row = connection.execute(query).mappings().first()
    if row is not None:
        found = log_row(row)
        found["replay"] = _latest_replay(row)
        return found, bytes(row["body"])
    query = refusals(LogFilter()).where(_refused.id == entry_id)
    row = connection.execute(query).mappings().first()
    return None if row is None else (_refusal(row), bytes(row["excerpt"] or b""))


def _latest_replay(row: Any) -> LatestReplay | None:
    if not row["replay_id"]:
        return None
    return {
        "id": row["replay_id"],
        "by": row["replayed_by"] or "",
        "asked": row["replay_asked"] or "",
        "at": iso(made_at(row["replay_id"])),
    }


def led_to(
    connection: Connection, channel_id: str, provider_ids: list[str]
) -> dict[str, MessagePlace]:
    """Where messages are, by the provider's ids for them: their own, or others."""
    own = {of: one for (_, of), one in own_ids(connection, [channel_id], provider_ids).items()}
    columns = (messages.c.provider_message_id, messages.c.id, messages.c.conversation_id)
    query = select(*columns).where(
        messages.c.channel_id == channel_id,
        messages.c.provider_message_id.in_({*provider_ids, *own.values()}),
    )
    found: dict[str, MessagePlace] = {
        row.provider_message_id: {"id": row.id, "conversation_id": row.conversation_id}
        for row in connection.execute(query)
    }
    return found | {of: found[one] for of, one in own.items() if one in found}


def log_row(row: Any) -> LoggedWebhook:
    """``took``: milliseconds until the 200 went out; ``applied_after``: until all was applied.

    ``test``: it was one of our own.
    """
    proof, _, test = (row["proof"] or "").partition("/")
    return {
        "id": row["id"],
        "channel": _channel_of(row),
        "size": row["size"],
        "received_at": iso(row["received_at"]),
        "answer": TAKEN,
        "took": _millis(row["received_at"], row["acknowledged_at"]),
        "applied_after": None
        if row["replay_id"]
        else _millis(row["received_at"], row["applied_at"]),
        "proof": proof or None,
        "test": bool(test),
        "state": row["state"],
        "result": shapes.decoded(row["result"]),
        "error": row["error"] and redacted_text(row["error"]),
    }


def _refusal(row: Any) -> LoggedWebhook:
    """``number`` of them came in that minute, of the same ``kind``."""
    return {
        "id": row["id"],
        "channel": _channel_of(row),
        "size": row["size"],
        "received_at": iso(made_at(row["id"])),
        "answer": row["answer"],
        "took": None if row["took"] is None else row["took"] / 1000,
        "applied_after": None,
        "proof": _disproof(row),
        "state": "refused",
        "result": None,
        "error": row["reason"],
        "kind": row["kind"],
        "place": row["place"] if row["place"] in PLACES else None,
        "number": row["number"],
        "came_from": row["came_from"],
    }


def _disproof(row: Any) -> str | None:
    """What was wrong with its proof; None if nobody looked at it."""
    if row["kind"] in DISPROOFS:
        return str(row["kind"])
    unread = row["kind"] == "unreadable" and row["answer"] == 400
    unstored = row["kind"] == "unstored" and row["place"] not in PLACES
    return "right" if unread or unstored else None


def _channel_of(row: Any) -> ChannelRef | None:
    if row["channel_id"] is None or row["channel_name"] is None:
        return None
    return {
        "id": row["channel_id"],
        "name": row["channel_name"],
        "provider": row["channel_provider"],
        "state": row["channel_state"],
    }


def _millis(start: Micros, end: Micros | None) -> float | None:
    """Clocks may have been set back meanwhile."""
    return None if end is None else max(0, end - start) / 1000
