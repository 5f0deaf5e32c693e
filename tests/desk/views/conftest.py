"""Conversations that stand everywhere, put there as rows, and what should be found of them."""

import random
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import pytest
from sqlalchemy import Connection, insert, select

from inbox.access import people
from inbox.channels import store
from inbox.conversations.new_row import new_row, store_messages
from inbox.domain.ids import new_id
from inbox.domain.shapes import WINDOW
from inbox.domain.times import DAY, HOUR, MINUTE
from inbox.storage.database import Database
from inbox.storage.secrets import Sealer
from inbox.storage.tables import (
    contacts,
    conversation_labels,
    conversations,
    labels,
    mentions,
    readings,
    teams,
)

NOW = 1_750_000_000_000_000
AT_WORK = ("open", "pending")

Row = Mapping[str, Any]


@dataclass
class Crowd:
    """``rows`` as they are in the table; ``labelled``, ``named`` and ``read`` beside them."""

    database: Database
    ana: str
    ben: str
    channels: list[str]
    rows: list[Row] = field(default_factory=list)
    labelled: dict[str, set[str]] = field(default_factory=dict)
    named: set[str] = field(default_factory=set)
    read: dict[str, int] = field(default_factory=dict)

    async def reload(self) -> None:
        query = select(conversations)
        told = await self.database.read(lambda c: c.execute(query).mappings().all())
        self.rows = [dict(row) for row in told]

    def in_view(self, view: str, row: Row) -> bool:
        """What each view means, said once more."""
        at_work = row["status"] in AT_WORK
        match view:
            case "open":
                return at_work
            case "mine":
                return at_work and row["assignee_id"] == self.ana
            case "unassigned":
                return at_work and row["assignee_id"] is None
            case "waiting":
                return at_work and bool(row["waiting_since"]) and not row["answered_at"]
            case "closing":
                return bool(row["closing"])
            case "needs_reply":
                return at_work and row["last_direction"] == "incoming"
            case "unread":
                return bool(row["inbound_count"] > self.read.get(row["id"], 0))
            case "mentions":
                return row["id"] in self.named
            case "snoozed" | "resolved":
                return bool(row["status"] == view)
        return view == "all"


def place(order: str, row: Row) -> tuple[int, int, str]:
    """Where a conversation stands in an order, the first being the smallest."""
    arrived, waiting, inbound = row["arrived_at"], row["waiting_since"], row["last_inbound_at"]
    if order == "longest_waiting" and waiting:
        return 0, waiting, row["id"]
    if order == "window" and waiting and (inbound or 0) > NOW - WINDOW:
        return 0, inbound, row["id"]
    return int(order not in ("newest", "oldest")), arrived, row["id"]


def in_order(order: str, rows: list[Row]) -> list[str]:
    ordered = sorted(rows, key=lambda row: place(order, row), reverse=order == "newest")
    return [row["id"] for row in ordered]


def _conversation(chance: random.Random, crowd: Crowd, at: int, number: int) -> dict[str, Any]:
    status = chance.choice(["open", "open", "open", "pending", "snoozed", "resolved"])
    waits = status != "resolved" and chance.random() < 0.5
    inbound = NOW - chance.randrange(3 * DAY // MINUTE) * MINUTE
    return {
        "id": new_id(at),
        "channel_id": chance.choice(crowd.channels),
        "contact_id": f"contact {number}",
        "status": status,
        "arrived_at": at,
        "last_direction": "incoming" if waits or chance.random() < 0.2 else "outgoing",
        "inbound_count": (came := chance.randrange(4)),
        "seen_count": chance.randrange(came + 1),
        "last_inbound_at": inbound if waits or chance.random() < 0.8 else None,
        "created_at": at,
        "assignee_id": chance.choice([crowd.ana, crowd.ben, None]),
        "team_id": chance.choice(["support", "sales", None]),
        "snoozed_until": NOW + HOUR if status == "snoozed" else None,
        "priority": chance.choice(["low", "normal", "normal", "urgent"]),
        "waiting_since": inbound - MINUTE if waits else None,
        "answered_at": inbound if chance.random() < 0.5 else None,
        "closing": waits and status in AT_WORK and chance.random() < 0.3,
    }


def fill(connection: Connection, crowd: Crowd, count: int, seed: int = 7) -> None:
    """``count`` more conversations, with what is beside them."""
    chance = random.Random(seed)
    first = connection.execute(select(contacts.c.id)).all()
    numbers = range(len(first), len(first) + count)
    rows = [_conversation(chance, crowd, NOW - 7 * DAY + at * MINUTE, at) for at in numbers]
    connection.execute(
        insert(contacts),
        [
            {
                "id": row["contact_id"],
                "channel_id": row["channel_id"],
                "match_key": row["contact_id"],
                "name": row["contact_id"],
                "created_at": NOW,
            }
            for row in rows
        ],
    )
    connection.execute(insert(conversations), rows)
    ids = [row["id"] for row in rows]
    for label in ("vip", "delivery"):
        crowd.labelled[label] = set(chance.sample(ids, count // 4))
        theirs = [{"label_id": label, "conversation_id": one} for one in crowd.labelled[label]]
        connection.execute(insert(conversation_labels), theirs)
    crowd.read = {one: chance.randrange(4) for one in chance.sample(ids, count // 2)}
    seen = [
        {"user_id": crowd.ana, "conversation_id": one, "seen_count": seen}
        for one, seen in crowd.read.items()
    ]
    connection.execute(insert(readings), seen)


def _open(connection: Connection, database: Database) -> Crowd:
    ana, ben = (
        people.add(connection, email=f"{name}@example.com", name=name, role="agent", now=NOW).id
        for name in ("ana", "ben")
    )
    accounts = ("109876543210987", "109876543210988")
    sealer = Sealer(b"k" * 40)
    channels = [
        store.add(
            connection,
            sealer,
            name=one,
            provider="cloud-api",
            account=one,
            secret="s" * 20,
            now=NOW,
        ).id
        for one in accounts
    ]
    for team in ("support", "sales"):
        told = {"id": team, "name": team, "in_turn": False, "created_at": NOW}
        connection.execute(insert(teams), told)
    for key, name in (("vip", "VIP"), ("delivery", "Delivery")):
        row = {"id": key, "name": name, "folded": key, "color": "red", "created_at": NOW}
        connection.execute(insert(labels), row)
    return Crowd(database, ana, ben, channels)


@pytest.fixture
async def crowd(database: Database) -> Crowd:
    """A hundred and twenty of them."""
    made = await database.write(_open, database)
    await database.write(fill, made, 120)
    await database.write(_name_ana, made)
    await made.reload()
    return made


def _name_ana(connection: Connection, crowd: Crowd) -> None:
    query = select(conversations).order_by(conversations.c.id).limit(9)
    for row in connection.execute(query).mappings().all():
        note = new_row(
            id=new_id(NOW),
            channel_id=row["channel_id"],
            conversation_id=row["id"],
            contact_id=row["contact_id"],
            direction="internal",
            type="note",
            text="see this",
            content={},
            at=NOW,
            received_at=NOW,
        )
        store_messages(connection, [note])
        told = {"message_id": note["id"], "conversation_id": row["id"], "at": NOW}
        connection.execute(insert(mentions), {**told, "user_id": crowd.ana})
        crowd.named.add(row["id"])
