"""One batch of entries, applied as a set: statements count per batch, not per event."""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from functools import cache

from sqlalchemy import Connection, bindparam, func, literal_column, null, update

from inbox.conversations.account_problems import (
    AccountProblem,
    record_news,
    record_sending,
    record_troubles,
)
from inbox.conversations.change_facts import common, together
from inbox.conversations.changes import Changed, ChangeEvent, receive_changes
from inbox.conversations.entries import Facts
from inbox.conversations.messages import Arrival, receive_messages
from inbox.conversations.people import Sighting
from inbox.conversations.settle_aliases import settle_aliases
from inbox.conversations.settle_changes import settle_changes
from inbox.conversations.statuses import Told, receive_statuses
from inbox.domain.channels import Channel
from inbox.domain.events import (
    KINDS,
    AccountNews,
    CallEvent,
    ErrorEvent,
    Event,
    Ignored,
    MessageEvent,
    Misread,
    NewUserId,
    StatusEvent,
    TemplateNews,
    event_kind,
)
from inbox.domain.feed_events import NewEvent
from inbox.domain.shapes import encoded
from inbox.domain.times import Micros
from inbox.feed.log import append
from inbox.storage.dialect import json_pairs, serialise, unless_taken
from inbox.storage.prepared import Prepared
from inbox.storage.tables import journal_entries
from inbox.templates.news import TemplateTold, hear_templates


def apply(
    connection: Connection,
    batch: Sequence[Facts],
    channels: Mapping[str, Channel],
    now: Micros,
) -> None:
    """Apply the batch with its feed events and mark its entries applied.

    One of which something was misread is marked failed, in the same transaction as its siblings.
    What another process has applied, or applies just now, is left out.
    """
    hold_channels(connection, batch)
    batch = _claimed(connection, batch)
    if not batch:
        return
    published = _become_rows(connection, batch, channels, now)
    _mark_applied(connection, batch, now)
    append(connection, published, now)


def hold_channels(
    connection: Connection, batch: Sequence[Facts], patience: int | None = None
) -> None:
    """First of all: on PostgreSQL it goes together with the begin of the transaction.

    ``patience``: see ``serialise``.
    """
    names = {channel_id for facts in batch for channel_id, _ in facts.events}
    serialise(connection, names, patience, planned_once=True)


def apply_new(
    connection: Connection,
    batch: Sequence[Facts],
    channels: Mapping[str, Channel],
    now: Micros,
    store: Callable[[Connection], None],
) -> None:
    """The same for entries that this transaction stores, as applied: nobody else knows of them, so
    that nothing is to be claimed. They are stored late, to go with what is written then.
    """
    published = _become_rows(connection, batch, channels, now)
    store(connection)
    append(connection, published, now)


def _become_rows(
    connection: Connection,
    batch: Sequence[Facts],
    channels: Mapping[str, Channel],
    now: Micros,
) -> list[NewEvent]:
    """Gives what is to be published of it."""
    arrivals: list[Arrival] = []
    renamed: list[Sighting] = []
    statuses: list[Told] = []
    changes: list[Changed] = []
    troubles: list[AccountProblem] = []
    news_of_accounts: list[tuple[str, AccountNews, Micros]] = []
    news_of_templates: list[TemplateTold] = []
    for facts in batch:
        for channel_id, event in facts.events:
            if isinstance(event, MessageEvent):
                arrivals.append(Arrival(channel_id, event, facts.received_at))
            elif isinstance(event, StatusEvent):
                statuses.append(Told(channel_id, event, facts.received_at))
            elif isinstance(event, ChangeEvent):
                changes.append(Changed(channel_id, event, facts.received_at))
            elif isinstance(event, CallEvent):
                arrivals.append(Arrival(channel_id, event.message, facts.received_at))
            elif isinstance(event, NewUserId):
                at = event.ts or facts.received_at
                renamed.append(Sighting(channel_id, event.contact, at, became=event.became))
            elif isinstance(event, AccountNews):
                news_of_accounts.append((channel_id, event, facts.received_at))
            elif isinstance(event, TemplateNews):
                news_of_templates.append(TemplateTold(channel_id, event, facts.received_at))
            elif isinstance(event, ErrorEvent):
                troubles.append(AccountProblem(channel_id, event, facts.received_at))
    published: list[NewEvent] = []
    news = receive_changes(connection, changes)
    received = receive_messages(connection, arrivals, renamed, channels, now, published)
    adopted, unknown = receive_statuses(connection, statuses, received.outgoing, published)
    changed = together(news, received.awaited, adopted)
    unsettled = settle_changes(connection, changed, published, now)
    unknown = together(unknown, common(news, unsettled))
    settle_aliases(connection, [*statuses, *changes], unknown, received.met, published, now)
    record_troubles(connection, troubles, channels, published)
    published += record_news(connection, news_of_accounts)
    published += hear_templates(connection, news_of_templates, channels, now)
    told = [(item.channel_id, item.event, item.received_at) for item in statuses]
    published += record_sending(connection, told, now)
    return published


_PENDING = journal_entries.c.state == "pending"


def _claimed(connection: Connection, batch: Sequence[Facts]) -> Sequence[Facts]:
    ids = [facts.entry_id for facts in batch]
    ours = unless_taken(connection, journal_entries, ids, _PENDING)
    return batch if ours is ids else [facts for facts in batch if facts.entry_id in ours]


_applied = Prepared(
    lambda engine: (
        update(journal_entries)
        .where(journal_entries.c.id == (entry := json_pairs(engine, "entries"))[0])
        .values(
            state=literal_column("'applied'"),
            applied_at=bindparam("now"),
            result=bindparam("outcome"),
            error=null(),
            acknowledged_at=func.coalesce(entry[1], journal_entries.c.acknowledged_at),
        )
    )
)


def _mark_applied(connection: Connection, batch: Sequence[Facts], now: Micros) -> None:
    """One statement for each outcome: nearly always there is only one.

    When each was acknowledged is written here as well: a write of its own would cost as much.
    """
    same: dict[str, dict[str, Micros | None]] = {}
    for facts in batch:
        if not facts.ends:
            continue
        whole = facts.whole or facts
        if whole.misread:
            _mark_misread(connection, whole, now)
            continue
        entries = same.setdefault(result(whole), {})
        entries[facts.entry_id] = facts.acknowledged_at
    for outcome, entries in same.items():
        _applied.run(connection, entries=encoded(entries), now=now, outcome=outcome)


def _mark_misread(connection: Connection, facts: Facts, now: Micros) -> None:
    """Failed and to be replayed, though its siblings are there: every fact is kept once."""
    table = journal_entries.c
    kinds = ", ".join(sorted({each.error for each in facts.misread}))
    number, of = len(facts.misread), len(facts.misread) + len(facts.events)
    connection.execute(
        update(journal_entries)
        .where(table.id == facts.entry_id)
        .values(
            state="failed",
            applied_at=now,
            result=encoded(outcome(facts)),
            error=f"{number} of {of} could not be read: a mistake of ours ({kinds})"[:500],
            acknowledged_at=func.coalesce(facts.acknowledged_at, table.acknowledged_at),
        )
    )


def result(facts: Facts) -> str:
    """The outcome as JSON; nearly every entry holds one event and nothing strange."""
    if len(facts.events) == 1 and not facts.strays:
        event = facts.events[0][1]
        if not isinstance(event, Ignored):
            return _one(KINDS[type(event)])
    return encoded(outcome(facts))


@cache
def _one(kind: str) -> str:
    return encoded({"events": {kind: 1}, "ignored": []})


def _kind(event: Event) -> str:
    """What it became here: a call stands in the thread."""
    return KINDS[MessageEvent] if isinstance(event, CallEvent) else event_kind(event)


def outcome(facts: Facts) -> dict[str, object]:
    """What the webhook log says of an entry: counts by kind and what was left alone, why."""
    kinds = Counter(_kind(event) for _, event in facts.events)
    kinds.update(KINDS[Misread] for _ in facts.misread)
    ignored = [
        f"{event.reason}: {event.field}" if event.field else event.reason
        for _, event in facts.events
        if isinstance(event, Ignored) and not isinstance(event, CallEvent | NewUserId)
    ]
    return {"events": dict(kinds), "ignored": sorted({*ignored, *facts.strays})}
