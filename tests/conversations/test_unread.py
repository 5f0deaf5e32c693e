"""What a user has not read is the same however it is looked for, and costs what it finds."""

from random import Random
from typing import Any

import pytest
from sqlalchemy import Connection, func, select, update

from inbox.access import people
from inbox.channels import store
from inbox.conversations import listing, seen, unread
from inbox.conversations.listing import Search
from inbox.conversations.marking import put_marks
from inbox.conversations.merging import absorb, joined
from inbox.domain.cursors import Cursor
from inbox.domain.times import HOUR
from inbox.storage import tables
from inbox.storage.database import Database
from inbox.storage.secrets import Sealer
from inbox.trial import filling, history

NOW = 1_790_000_000_000_000
UNREAD = Search(view="unread")
known = tables.conversations


@pytest.fixture(autouse=True)
def _small_steps(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(unread, "AT_ONCE", 7)
    monkeypatch.setattr(unread.advance, "__defaults__", (7,))


def fill(connection: Connection, name: str = "T", ends: int = NOW) -> None:
    channel = store.add(connection, Sealer(b"k" * 40), name=name, provider="sandbox", now=NOW)
    plan = history.Plan(channel_id=channel.id, seed=3, conversations=40, messages=200, ends=ends)
    filling.write(connection, history.trial_page(plan, 0))


def add(connection: Connection, name: str) -> str:
    facts = {"email": f"{name}@example.com", "name": name, "role": "agent"}
    return people.add(connection, **facts, now=NOW).id


def shown(connection: Connection, user_id: str, **more: Any) -> list[str]:
    """All pages of the view."""
    found: list[str] = []
    cursor = None
    for _ in range(40):
        page, following = listing.list_page(connection, user_id, UNREAD, cursor, **more)
        found += [each["id"] for each in page]
        if following is None:
            return found
        cursor = Cursor.read(following)
    raise AssertionError("the pages never end")


def shown_upwards(connection: Connection, user_id: str, below: str, **more: Any) -> list[list[str]]:
    """The pages above a conversation, the nearest one first."""
    query = select(known.c.arrived_at).where(known.c.id == below)
    cursor = Cursor(connection.execute(query).scalar_one(), below, up=True)
    pages: list[list[str]] = []
    for _ in range(40):
        page, following = listing.list_page(connection, user_id, UNREAD, cursor, **more)
        pages.append([each["id"] for each in page])
        if following is None:
            return pages
        cursor = Cursor.read(following, up=True)
    raise AssertionError("the pages never end")


def looked_up(connection: Connection, user_id: str) -> list[str]:
    """By looking at every conversation."""
    mine = tables.readings.c
    looked = select(mine.conversation_id, mine.seen_count).where(mine.user_id == user_id)
    seen_of = {row[0]: row[1] for row in connection.execute(looked)}
    rows = connection.execute(
        select(known.c.id, known.c.inbound_count).order_by(
            known.c.arrived_at.desc(), known.c.id.desc()
        )
    )
    return [row.id for row in rows if row.inbound_count > seen_of.get(row.id, 0)]


def arrive(connection: Connection, conversation_id: str, now: int) -> None:
    connection.execute(
        update(known)
        .where(known.c.id == conversation_id)
        .values(inbound_count=known.c.inbound_count + 1, arrived_at=now)
    )


def merge(connection: Connection, here: str, there: str) -> None:
    rows = {
        row["id"]: dict(row)
        for row in connection.execute(select(known).where(known.c.id.in_([here, there]))).mappings()
    }
    people_of = {
        row["id"]: dict(row) for row in connection.execute(select(tables.contacts)).mappings()
    }
    one, other = rows[here], rows[there]
    gone = (people_of[other["contact_id"]], other)
    absorb(connection, people_of[one["contact_id"]], joined(one, other), gone)


@pytest.mark.parametrize("seed", range(2))
async def test_it_is_what_a_look_at_every_conversation_gives(database: Database, seed: int) -> None:
    def live(connection: Connection) -> int:
        fill(connection)
        chosen, now = Random(seed), NOW
        users = [add(connection, name) for name in ("ana", "ben")]
        compared = 0
        for step in range(150):
            now += HOUR // 3
            ids = list(connection.execute(select(known.c.id)).scalars())
            lot, one = chosen.random(), chosen.choice(ids)
            if lot < 0.25:
                arrive(connection, one, now)
            elif lot < 0.3 and len(ids) > 20:
                other = chosen.choice([each for each in ids if each != one])
                merge(connection, one, other)
            elif lot < 0.4:
                put_marks(connection, users[lot < 0.35], [one], unread=lot < 0.375)
            elif step == 75:
                fill(connection, "U", now - 30 * HOUR)
            else:
                count = 999 if lot < 0.9 else 1
                seen.see(connection, users[lot < 0.5], one, count, now)
            for user in users if step % 6 == 0 else ():
                compared += len(expected := looked_up(connection, user))
                assert shown(connection, user, limit=chosen.choice([9, 40])) == expected, step
                if expected:
                    above = shown_upwards(connection, user, expected[-1], limit=4)
                    assert [each for page in above[::-1] for each in page] == expected[:-1], step
                some = unread.some(connection, user)
                assert set(some) == set(expected), step
                assert len(unread.some(connection, user, 5)) == min(5, len(expected))
        moved = connection.execute(select(func.count()).select_from(tables.horizons)).scalar()
        assert moved == 2
        return compared

    assert await database.write(live) > 200


async def test_a_few_among_many_are_found_without_walking_past_the_rest(
    database: Database,
) -> None:
    """All was read, but for the oldest: below the horizon only the notes are looked at."""

    def look(connection: Connection) -> None:
        fill(connection)
        ana = add(connection, "ana")
        ids = list(connection.execute(select(known.c.id).order_by(known.c.arrived_at)).scalars())
        for each in ids[3:]:
            seen.see(connection, ana, each, 999, NOW + HOUR)
        while unread.advance(connection, ana, NOW + HOUR, 1):
            pass
        noted = select(tables.left_unread.c.conversation_id)
        assert set(connection.execute(noted).scalars()) == set(ids[:3])
        assert shown(connection, ana) == ids[2::-1]
        newest = select(func.max(known.c.arrived_at))
        horizon = select(tables.horizons.c.at)
        assert connection.execute(horizon).scalar() == connection.execute(newest).scalar()
        seen.see(connection, ana, ids[0], 999, NOW + HOUR)
        assert len(connection.execute(noted).all()) == 2

    await database.write(look)


async def test_what_is_young_stays_above_the_horizon(database: Database) -> None:
    """It may be older than what another process has not committed yet."""

    def look(connection: Connection) -> None:
        fill(connection)
        ana = add(connection, "ana")
        while unread.advance(connection, ana, NOW, 1):
            pass
        at = connection.execute(select(tables.horizons.c.at)).scalar()
        assert at is not None and at <= NOW - unread.LAG

    await database.write(look)
