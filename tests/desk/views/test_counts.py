"""The number beside each view is how many rows the list gives for it, whatever happened before."""

from importlib import import_module
from random import Random
from typing import Any

import pytest
from sqlalchemy import Connection, delete, insert, select, text, update

from inbox.conversations import view_counts
from inbox.conversations.listing import Search
from inbox.conversations.matched import matched_ids
from inbox.conversations.view_counts import put_together, read_counted
from inbox.conversations.views import VIEWS
from inbox.desk.counts import Watcher, counts_now
from inbox.desk.saved_views import add_view
from inbox.desk.wording import Author
from inbox.domain.reach import EVERYTHING, Reach
from inbox.domain.view_counts import UNREAD_COUNTED, ViewCounts
from inbox.storage.dialect import on_postgresql
from inbox.storage.tables import conversation_labels, conversations, labels
from inbox.storage.tables import view_counts as rows
from inbox.web.http.narrowing import search_asked
from tests.desk.views.conftest import NOW, Crowd

kept = conversations.c

SAVED: list[tuple[dict[str, str], bool]] = [
    ({}, True),
    ({"view": "waiting", "label": " vip", "sort": "oldest"}, True),
    ({"view": "needs-reply", "assignee": "me", "priority": "urgent"}, True),
    ({"view": "open", "assignee": "none", "team": "sales"}, True),
    ({"team": "none", "status": "pending", "label": "delivery"}, True),
    ({"view": "open", "label": "no such"}, True),
    ({"view": "resolved", "team": "sales"}, True),
    ({"status": "snoozed"}, True),
    ({"label": "vip"}, False),
    ({"view": "resolved", "assignee": "me"}, False),
    ({"view": "unread"}, False),
    ({"view": "mentions"}, False),
    ({"q": "parcel"}, False),
    ({"view": "open", "since": "2026-01-01T12:00:00Z"}, False),
]
"""With whether it is counted."""


def _change(connection: Connection, crowd: Crowd, chance: Random) -> None:
    """Anything, to any conversation."""
    ids = connection.execute(select(kept.id).order_by(kept.id)).scalars().all()
    here = [kept.id.in_(chance.sample(ids, 3))]
    values: list[dict[str, Any]] = [
        {"status": chance.choice(["open", "pending", "snoozed", "resolved"])},
        {"assignee_id": chance.choice([crowd.ana, crowd.ben, None])},
        {"team_id": chance.choice(["support", "sales", None])},
        {"priority": chance.choice(["low", "normal", "urgent"])},
        {"waiting_since": chance.choice([None, NOW]), "answered_at": chance.choice([None, NOW])},
        {"last_direction": chance.choice(["incoming", "outgoing", None])},
        {"closing": chance.random() < 0.5},
        {"inbound_count": kept.inbound_count + 1},
        {"seen_count": kept.inbound_count},
        {"channel_id": chance.choice(crowd.channels)},
        {"arrived_at": NOW},
    ]
    connection.execute(update(conversations).where(*here).values(**chance.choice(values)))


def _relabel(connection: Connection, chance: Random) -> None:
    ids = connection.execute(select(kept.id).order_by(kept.id)).scalars().all()
    marked = conversation_labels.c
    for one in chance.sample(ids, 4):
        gone = delete(conversation_labels).where(marked.conversation_id == one)
        connection.execute(gone)
        if chance.random() < 0.5:
            given = {"conversation_id": one, "label_id": chance.choice(["vip", "delivery"])}
            connection.execute(insert(conversation_labels).values(**given))


def _remove(connection: Connection) -> None:
    """One that nothing else is beside."""
    named = select(kept.id).order_by(kept.id.desc()).limit(1).scalar_subquery()
    connection.execute(text("DELETE FROM readings"))
    connection.execute(delete(conversations).where(kept.id == named))


def _rename(connection: Connection) -> None:
    """One label is gone, and another is called otherwise."""
    connection.execute(delete(labels).where(labels.c.id == "delivery"))
    changed = {"name": "Regulars", "folded": "regulars"}
    connection.execute(update(labels).where(labels.c.id == "vip").values(**changed))


def _listed(connection: Connection, user_id: str | None, **asked: Any) -> int:
    return len(matched_ids(connection, user_id, Search(now=NOW, **asked)))


def _as_listed(connection: Connection, crowd: Crowd, watcher: Watcher) -> dict[str, Any]:
    user_id, reach = watcher

    def by(name: str, known: list[str]) -> dict[str, int]:
        found = {
            one: _listed(connection, user_id, view="open", reach=reach, **{name: one})
            for one in known
        }
        return {one: n for one, n in found.items() if n}

    views = {view: _listed(connection, user_id, view=view, reach=reach) for view in VIEWS}
    known = connection.execute(select(labels.c.name)).scalars()
    return {
        **views,
        "unread": min(views["unread"], UNREAD_COUNTED if user_id else 1_000_000),
        "channels": by("channel_id", crowd.channels),
        "teams": by("team", ["support", "sales"]),
        "labels": by("label", [*known]),
    }


def _watchers(crowd: Crowd) -> list[Watcher]:
    one = Reach(frozenset(crowd.channels[:1]))
    sales = Reach(None, frozenset({"sales"}))
    both, nothing = one.and_also(sales), Reach(frozenset())
    reaches = [(crowd.ana, reach) for reach in (EVERYTHING, one, sales, both, nothing)]
    return [Watcher(*each) for each in (*reaches, (None, EVERYTHING), (None, one))]


def _differences(connection: Connection, crowd: Crowd, watchers: list[Watcher]) -> list[str]:
    found = []
    for watcher in watchers:
        counts: Any = counts_now(connection, watcher)
        for name, n in _as_listed(connection, crowd, watcher).items():
            if counts[name] != n:
                found.append(f"{name}: {counts[name]} beside {n}, {watcher}")
    return found


async def test_it_is_how_many_the_list_gives_to_whoever_asks(crowd: Crowd) -> None:
    chance, watchers = Random(11), _watchers(crowd)
    for turn in range(60):
        await crowd.database.write(_change, crowd, chance)
        if turn % 5 == 0:
            await crowd.database.write(_relabel, chance)
        if turn % 20 == 0:
            await crowd.database.write(_remove)
            one = [watchers[turn // 20]]
            assert await crowd.database.read(_differences, crowd, one) == [], turn
    await crowd.database.write(put_together, 300)
    await crowd.database.write(_rename)
    assert await crowd.database.read(_differences, crowd, watchers) == []


def _save(connection: Connection, crowd: Crowd) -> dict[str, tuple[dict[str, str], bool]]:
    found = {}
    for number, (filters, counted) in enumerate(SAVED):
        by = Author(crowd.ana, False)
        made = add_view(connection, by, f"View {number}", filters, "personal", NOW)
        found[made["id"]] = (filters, counted)
    others = add_view(connection, Author(crowd.ben, False), "Ben's", {}, "shared", NOW)
    add_view(connection, Author(crowd.ben, False), "Ben's own", {}, "personal", NOW)
    return {**found, others["id"]: ({}, True)}


async def test_saved_views_are_counted_where_it_can_be_said(crowd: Crowd) -> None:
    def look(connection: Connection, reach: Reach) -> tuple[ViewCounts, dict[str, int]]:
        listed = {
            one: len(matched_ids(connection, crowd.ana, search_asked(filters, NOW, reach)))
            for one, (filters, counted) in views.items()
            if counted
        }
        return counts_now(connection, Watcher(crowd.ana, reach)), listed

    views = await crowd.database.write(_save, crowd)
    for reach in (EVERYTHING, Reach(frozenset(crowd.channels[:1]))):
        counts, listed = await crowd.database.read(look, reach)
        not_counted = {one: None for one, (_, counted) in views.items() if not counted}
        assert counts["saved"] == listed | not_counted


async def test_what_was_noted_is_put_together_when_it_is_much(
    crowd: Crowd, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(view_counts, "MOST_ROWS", 0)
    for seed in range(100):
        await crowd.database.write(_change, crowd, Random(seed))
    before = await crowd.database.read(read_counted)
    assert before.rows > before.most_rows
    await crowd.database.write(put_together, before.rows // 2)
    assert (await crowd.database.read(read_counted)).buckets == before.buckets
    await crowd.database.write(put_together)
    after = await crowd.database.read(read_counted)
    assert (after.buckets, after.rows) == (before.buckets, len(before.buckets))


async def test_what_changes_no_number_notes_nothing(crowd: Crowd) -> None:
    """A further message of who waits already, the most frequent of all that is written."""

    def told(connection: Connection) -> int:
        waits = (kept.status == "open", kept.inbound_count > kept.seen_count)
        one = connection.execute(select(kept.id).where(*waits).limit(1)).scalar_one()
        more = {"inbound_count": kept.inbound_count + 1, "arrived_at": NOW, "last_message_id": "x"}
        connection.execute(update(conversations).where(kept.id == one).values(**more))
        return len(connection.execute(select(rows.c.number)).all())

    before = await crowd.database.read(lambda c: len(c.execute(select(rows.c.number)).all()))
    assert before > 100
    assert await crowd.database.write(told) == before


async def test_who_comes_later_finds_what_was_there(crowd: Crowd) -> None:
    """As the migration begins: of what stands there already."""

    def begin(connection: Connection) -> None:
        kind = "TRUNCATE" if on_postgresql(connection) else "DELETE FROM"
        connection.exec_driver_sql(f"{kind} view_counts")

    before = await crowd.database.read(read_counted)
    await crowd.database.write(begin)
    await crowd.database.write(_count_anew)
    assert (await crowd.database.read(read_counted)).buckets == before.buckets


def _count_anew(connection: Connection) -> None:
    revision = import_module("inbox.storage.migrations.versions.0056_view_counts")
    for statement in revision.COUNT:
        connection.exec_driver_sql(statement)
