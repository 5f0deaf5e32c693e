"""What the database holds, read beside or after the server and without its code's rules."""

import shutil
import tempfile
from collections import Counter
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, func, select, update
from sqlalchemy.engine import make_url

from inbox.domain.shapes import decoded
from inbox.domain.times import SECOND, Micros
from inbox.storage.database import Database, connect
from inbox.storage.tables import (
    contacts,
    conversations,
    feed_events,
    journal_entries,
    messages,
    outbox,
    receipts,
)
from tests.force.ledger import Ledger, Rows, status_of
from tests.force.traffic import Said


@asynccontextmanager
async def opened(url: str) -> AsyncIterator[Database]:
    database = connect(url)
    try:
        yield database
    finally:
        await database.close()


@asynccontextmanager
async def as_left(url: str) -> AsyncIterator[Database]:
    """What a killed process left: of a SQLite file a copy, as the server shall recover it."""
    if not url.startswith("sqlite"):
        async with opened(url) as database:
            yield database
        return
    file = Path(make_url(url).database or "")
    with tempfile.TemporaryDirectory(prefix="inbox-left-") as folder:
        for part in (file, file.with_name(file.name + "-wal")):
            if part.exists():
                shutil.copy(part, folder)
        async with opened(f"sqlite+aiosqlite:///{folder}/{file.name}") as database:
            yield database


def journal(connection: Connection, since: Micros = 0) -> list[bytes]:
    query = select(journal_entries.c.body).where(journal_entries.c.received_at >= since)
    return list(connection.execute(query).scalars())


def run_out(connection: Connection) -> None:
    """Let the claims of processes that died be as old as they would be in 90 s."""
    connection.execute(update(outbox).where(outbox.c.started).values(due_at=0))


def waiting(connection: Connection) -> tuple[int, int]:
    """How many entries are not applied yet, and how many replies have not left."""
    pending = select(func.count()).where(journal_entries.c.state == "pending")
    unsent = select(func.count()).select_from(outbox)
    return connection.execute(pending).scalar_one(), connection.execute(unsent).scalar_one()


_audible = feed_events.c.audience.in_(["", "admin"])
"""What a program with an admin's token may hear."""


def newest(connection: Connection) -> int:
    """The seq of the last event that is to be heard."""
    return connection.execute(select(func.max(feed_events.c.seq)).where(_audible)).scalar() or 0


def check_rows(connection: Connection, ledger: Ledger, channel_id: str) -> list[str]:
    """Whether the rows are what the webhooks in the journal come to: no more and no less."""
    expected = ledger.rows(journal(connection))
    found = _messages(connection, channel_id)
    told = [row for row in found if row["client_id"] is None]
    findings = _differ(
        "message",
        [Said(r["provider_message_id"], r["wa_id"], r["text"], r["direction"]) for r in told],
        expected.messages.values(),
    )
    facts = connection.execute(
        select(receipts).where(receipts.c.channel_id == channel_id, receipts.c.status != "accepted")
    ).all()
    findings += _differ(
        "receipt",
        [(row.provider_message_id, row.status, row.at // SECOND) for row in facts],
        expected.receipts,
    )
    findings += _differ(
        "contact",
        connection.execute(select(contacts.c.wa_id).where(contacts.c.channel_id == channel_id))
        .scalars()
        .all(),
        {message.customer for message in expected.messages.values()},
    )
    return findings + _statuses(found, expected) + _counts(connection, channel_id, expected)


def _messages(connection: Connection, channel_id: str) -> list[dict[str, Any]]:
    query = (
        select(messages, contacts.c.wa_id)
        .join(contacts, contacts.c.id == messages.c.contact_id)
        .where(messages.c.channel_id == channel_id)
    )
    rows = [dict(row) for row in connection.execute(query).mappings()]
    return [row | {"text": decoded(row["content"])["text"]} for row in rows]


def _differ(what: str, found: Sequence[Any], expected: Any) -> list[str]:
    there, wanted = Counter(found), Counter(expected)
    return [f"missing: {what} {one}" for one in wanted - there] + [
        f"too many: {what} {one}" for one in there - wanted
    ]


def _statuses(found: Sequence[dict[str, Any]], expected: Rows) -> list[str]:
    steps: dict[str, set[str]] = {}
    for wamid, status, _ in expected.receipts:
        steps.setdefault(wamid, set()).add(status)
    findings = []
    for row in found:
        wamid = row["provider_message_id"]
        if row["direction"] == "incoming":
            right = "received"
        elif wamid is None:
            right = "failed"  # ambiguous: looked into with the replies
        else:
            right = status_of(steps.get(wamid, ()))
        if row["status"] != right:
            findings.append(f"shows {row['status']}, not {right}: {wamid} {row['text']}")
    return findings


def _counts(connection: Connection, channel_id: str, expected: Rows) -> list[str]:
    """What is unread: each customer's messages, counted once."""
    written = Counter(
        one.customer for one in expected.messages.values() if one.direction == "incoming"
    )
    rows = connection.execute(
        select(contacts.c.wa_id, conversations.c.inbound_count)
        .join(conversations, conversations.c.contact_id == contacts.c.id)
        .where(contacts.c.channel_id == channel_id)
    )
    return [
        f"{row.wa_id} wrote {written[row.wa_id]} and {row.inbound_count} are counted"
        for row in rows
        if written[row.wa_id] != row.inbound_count
    ]


def check_feed(connection: Connection, heard: dict[int, tuple[str, Any]]) -> list[str]:
    """Whether a subscriber heard the log: every event, and each thing announced once."""
    query = select(feed_events).where(_audible)
    log = {row.seq: (row.type, row.payload) for row in connection.execute(query)}
    findings = [f"hole: seq {seq} {log[seq][0]}" for seq in sorted(log.keys() - heard.keys())]
    findings += [f"not in the log: seq {seq}" for seq in sorted(heard.keys() - log.keys())]
    findings += [
        f"heard otherwise: seq {seq}"
        for seq in log.keys() & heard.keys()
        if heard[seq] != (log[seq][0], decoded(log[seq][1]))
    ]
    announced = Counter(
        (kind, payload["id"])
        for kind, payload in heard.values()
        if kind in ("message:new", "contact:new")
    )
    findings += [f"announced {count} times: {one}" for one, count in announced.items() if count > 1]
    known = set(connection.execute(select(messages.c.id)).scalars())
    silent = known - {one for kind, one in announced if kind == "message:new"}
    return findings + [f"never announced: {one}" for one in silent]


def check_replies(
    connection: Connection, ledger: Ledger, channel_id: str, asked: Counter[str]
) -> tuple[list[str], int]:
    """Whether each reply was sent once or is marked ambiguous; and how many are."""
    rows = [row for row in _messages(connection, channel_id) if row["client_id"] is not None]
    stored = [row["client_id"] for row in rows]
    findings = [f"too many: reply {one}" for one, count in Counter(stored).items() if count > 1]
    findings += [f"missing: reply {one}" for one in ledger.accepted.keys() - set(stored)]
    findings += [f"sent {count} times: {one}" for one, count in asked.items() if count > 1]
    doubtful = 0
    for row in rows:
        ambiguous = bool((decoded(row["error"]) or {}).get("ambiguous"))
        unknown = row["provider_message_id"] is None
        doubtful += ambiguous
        if unknown and not (ambiguous and row["status"] == "failed"):
            findings.append(f"neither sent nor ambiguous: {row['client_id']} {row['status']}")
        if not unknown and asked[row["text"]] != 1:
            findings.append(f"shown as sent and never was: {row['client_id']}")
    return findings, doubtful
