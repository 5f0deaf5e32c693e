"""No question that is asked often reads a whole table or sorts one, on either engine."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from typing import Any

import pytest
from msgspec.structs import replace
from sqlalchemy import Connection, event, select

from inbox.access import people, sessions, tokens
from inbox.access.reach import reach_of
from inbox.alerts import counts, notices
from inbox.alerts import listing as alerts_told
from inbox.channels import store
from inbox.conversations import (
    answered,
    contact_details,
    contacts,
    drafts,
    file_jobs,
    listing,
    matches,
    message_aliases,
    moved,
    new_row,
    queries,
    question,
    reaching,
    reactions,
    read_marks,
    search,
    shared,
    threads,
    unread,
    uploads,
)
from inbox.conversations.listing import Search
from inbox.conversations.people import People, Sighting
from inbox.conversations.places import SECOND
from inbox.conversations.views import ORDERS, VIEWS, Order, View
from inbox.desk import canned, closing, mentions, turns, undoing
from inbox.desk.contacts import table
from inbox.desk.counts import Watcher, counts_now
from inbox.desk.telling import devices, pushes
from inbox.desk.wording import Whose
from inbox.desk.writer import Writer
from inbox.domain.cursors import Cursor
from inbox.domain.events import Person
from inbox.domain.reach import EVERYTHING, Reach
from inbox.domain.shapes import encoded
from inbox.domain.times import DAY, HOUR
from inbox.feed import log
from inbox.feed.places import places_of
from inbox.feed.retention import newest_event_at, prune_events
from inbox.forwarding import deliveries, endpoints, forwarder, retrier, upkeep
from inbox.receiving import replay, replays, retention, webhook_log, webhook_search
from inbox.receiving.backlog import backlog
from inbox.receiving.replay import ReplayChoice
from inbox.receiving.waiting import pending
from inbox.receiving.webhook_log import LogFilter
from inbox.reports import service
from inbox.search.indexing import index
from inbox.sending import automatic, claims, later, places, provider_files
from inbox.sending.meanwhile import AnsweredMeanwhile, LastSeen, check_seen
from inbox.storage import tables
from inbox.storage.database import Database
from inbox.storage.dialect import on_postgresql
from inbox.storage.queue import Turn, first_due
from inbox.storage.secrets import Sealer
from inbox.templates import uses
from inbox.templates.store import Wanted, template_named, templates_page
from inbox.trial import filling, history
from tests.support.wamids import wamid

NOW = 1_790_000_000_000_000
SMALL = (
    *("channels", "users", "alert_notices", "unsearched_messages", "unsearched_contacts"),
    *("contact_attributes", "view_counts", "saved_views", "teams", "push_devices"),
    *("webhook_endpoints",),
)
"""A handful of rows, whatever the size of the rest, or a queue that is read in its order."""

Ask = Callable[[Connection, dict[str, Any]], Any]
TURN = Turn({"a channel": 8}, [("a message",)], NOW, NOW + HOUR)
NARROWED = Search(q="kettle", wrote="colleague", has="image", since=NOW - 90 * DAY, until=NOW)
FILTERED = Search(
    view="waiting",
    order="longest_waiting",
    channel_id="x",
    team="t",
    assignee="me",
    priority="high",
    since=NOW - 90 * DAY,
)
WRITER = Writer(user_id="a user", name="Ana")
PLACE = Cursor(NOW, "01890000-0000-7000-8000-000000000000")
ABOVE = Cursor(NOW - 2 * HOUR, PLACE.tie, up=True)


def _above(view: View, order: Order) -> Cursor:
    """Nobody of the resolved waits: in those orders all of them stand in the second part."""
    second = view == "resolved" and order in ("longest_waiting", "window")
    return replace(ABOVE, at=ABOVE.at + SECOND) if second else ABOVE


def _seen(connection: Connection, ids: dict[str, Any]) -> None:
    seen = LastSeen(message_id=ids["message"], sender_id=ids["user"], sender_name="Ana")
    with suppress(AnsweredMeanwhile):
        check_seen(connection, ids["conversation"], seen)


def _one(ids: dict[str, Any]) -> Reach:
    return Reach(frozenset({ids["channel"]}))


def _two(ids: dict[str, Any]) -> Reach:
    return Reach(frozenset({ids["channel"], "another"}))


QUESTIONS: dict[str, Ask] = {
    "list": lambda c, i: listing.list_page(c, i["user"], Search()),
    "list, further": lambda c, i: listing.list_page(c, i["user"], Search(), PLACE),
    "list, above": lambda c, i: listing.list_page(c, i["user"], Search(), ABOVE),
    **{
        f"{view}, {order}": lambda c, i, view=view, order=order: listing.list_page(
            c, i["user"], Search(view=view, order=order, now=NOW)
        )
        for view in VIEWS
        for order in ORDERS
    },
    **{
        f"{view}, {order}, further": lambda c, i, view=view, order=order: listing.list_page(
            c, i["user"], Search(view=view, order=order, now=NOW), _above(view, order)
        )
        for view in VIEWS
        for order in ORDERS
    },
    "list, narrowed": lambda c, i: listing.list_page(c, i["user"], FILTERED),
    "list of a label": lambda c, i: listing.list_page(c, i["user"], Search(label="VIP")),
    "list of a team": lambda c, i: listing.list_page(c, i["user"], Search(view="open", team="t")),
    "list of a colleague": lambda c, i: listing.list_page(
        c, i["user"], Search(view="open", assignee="x", order="longest_waiting")
    ),
    "list of a channel": lambda c, i: listing.list_page(c, None, Search(channel_id=i["channel"])),
    "unread, of a user": lambda c, i: listing.list_page(c, i["user"], Search(view="unread")),
    "unread, further": lambda c, i: listing.list_page(
        c, i["user"], Search(view="unread"), Cursor(NOW - 2 * HOUR, PLACE.tie)
    ),
    "unread, how much": lambda c, i: unread.some(c, i["user"]),
    "unread, of a program": lambda c, i: listing.list_page(c, None, Search(view="unread"), PLACE),
    "limited, each of their lists": lambda c, i: [
        ask
        for reach in (_one(i), _two(i))
        for ask in (
            *(listing.list_page(c, None, Search(view=view, reach=reach)) for view in VIEWS),
            *(listing.list_page(c, i["user"], Search(view=view, reach=reach)) for view in VIEWS),
            search.search_page(c, i["user"], Search(q="kettle", reach=reach)),
            contacts.contacts_page(c, reach, PLACE, 50),
            mentions.mentioning_conversations(c, i["user"], reach),
            unread.some(c, i["user"], reach=reach),
        )
    ],
    "limited, what is named": lambda c, i: [
        reaching.reaches_conversation(c, _two(i), i["conversation"]),
        reaching.reaches_message(c, _two(i), i["message"]),
        reaching.reaches_contact(c, _two(i), "a contact"),
        reaching.reaches_upload(c, _two(i), i["user"], "an upload"),
        places_of(c, [i["conversation"], "another"]),
    ],
    "who asks": lambda c, i: [
        sessions.find(c, "a cookie", NOW),
        tokens.find(c, "a token", NOW),
        reach_of(c, i["user"]),
    ],
    "conversation": lambda c, i: listing.conversation_by_id(c, i["user"], i["conversation"]),
    "thread": lambda c, i: threads.latest(c, i["conversation"]),
    "before": lambda c, i: threads.before(c, i["conversation"], i["message"]),
    "after": lambda c, i: threads.after(c, i["conversation"], i["message"]),
    "around": lambda c, i: threads.around(c, i["conversation"], i["message"]),
    "message": lambda c, i: threads.message_by_id(c, i["message"]),
    "quoted by another id": lambda c, i: [
        threads.quoted_message_id(c, i["conversation"], wamid("US.1", "3A")),
        queries.quotes(c, [i["answer"]]),
    ],
    "facts under another id": lambda c, i: [
        message_aliases.waiting(c, i["channel"], {"3A"}),
        message_aliases.candidates(c, i["channel"], {"3A"}),
        message_aliases.waiting_in(c, i["channel"], i["conversation"]),
    ],
    "receipts": lambda c, i: queries.receipts_of(c, i["channel"], ["wamid.1", "wamid.2"]),
    "contacts": lambda c, i: contacts.contacts_page(c, EVERYTHING, PLACE, 50),
    **{
        f"shared {kind}": lambda c, i, kind=kind: [
            shared.shared_page(c, reach, i["conversation"], kind, place)
            for place in (None, Cursor(NOW, "5"))
            for reach in (EVERYTHING, Reach(frozenset([i["channel"]])))
        ]
        for kind in ("media", "documents", "links")
    },
    "a contact": lambda c, i: [
        contact_details.details_of(c, i["contact"], EVERYTHING),
        contact_details.details_of(c, i["contact"], Reach(frozenset([i["channel"]]))),
    ],
    "old webhooks": lambda c, i: retention.prune_entries(c, NOW - HOUR, ""),
    "journal": lambda c, i: pending(c, 100),
    "replay": lambda c, i: c.execute(
        replay.chosen(ReplayChoice(since=NOW, channel_id=i["channel"]), "", "g").limit(50)
    ).all(),
    "replay of what failed": lambda c, i: c.execute(
        replay.chosen(ReplayChoice(failed=True), "", "g").limit(50)
    ).all(),
    "how far a replay is": lambda c, i: replays.progress(c, i["message"]),
    "replays": lambda c, i: replays.replays_page(c, i["message"]),
    "webhook log": lambda c, i: webhook_log.log_page(c, LogFilter(before=i["message"])),
    "webhook log of a channel": lambda c, i: webhook_log.log_page(
        c, LogFilter(channel_id=i["channel"])
    ),
    "webhook log of a day": lambda c, i: webhook_log.log_page(
        c, LogFilter(since=NOW - DAY, until=NOW)
    ),
    "webhook log, news": lambda c, i: webhook_log.newer_than(c, LogFilter(), i["message"]),
    "webhook log, news of a channel": lambda c, i: webhook_log.newer_than(
        c, LogFilter(channel_id=i["channel"]), i["message"]
    ),
    "webhook log, news of what failed": lambda c, i: webhook_log.newer_than(
        c, LogFilter(state="failed"), i["message"]
    ),
    "webhook log, failed": lambda c, i: webhook_log.log_page(c, LogFilter(state="failed")),
    "webhook log, refused": lambda c, i: webhook_log.log_page(
        c, LogFilter(state="refused", answer=401)
    ),
    "webhook log, entry": lambda c, i: webhook_log.entry(c, i["message"]),
    "webhook log, search": lambda c, i: webhook_search.search(c, LogFilter(q="+1 202 555 0142")),
    "webhook log, search further": lambda c, i: webhook_search.search(
        c, LogFilter(q="wamid.123", channel_id=i["channel"], before=i["message"])
    ),
    "a message by its other id": lambda c, i: threads.by_provider_id(c, wamid("US.1", "3A")),
    "webhook log, search by a message's other id": lambda c, i: webhook_search.search(
        c, LogFilter(q=wamid("US.1", "3A"))
    ),
    "webhook log, where its messages are": lambda c, i: webhook_log.led_to(
        c, i["channel"], ["wamid.1", "wamid.2"]
    ),
    "feed": lambda c, i: log.events_after(c, 5, 100),
    "feed head": lambda c, i: log.head(c),
    "alerts": lambda c, i: alerts_told.alerts_page(c),
    "alerts of a channel": lambda c, i: alerts_told.alerts_page(
        c, channel_id=i["channel"], before="0"
    ),
    "alerts that are open": lambda c, i: alerts_told.standing_alerts(c),
    "webhooks of some channels lately": lambda c, i: counts.recent(c, [i["channel"], "x"], 5, 7),
    "webhooks of a channel": lambda c, i: counts.between(c, i["channel"], 5, 5000),
    "webhooks of a channel, the last": lambda c, i: counts.last_accepted(c, i["channel"], 5000),
    "sessions": lambda c, i: c.execute(
        select(tables.sessions).where(tables.sessions.c.digest == "x")
    ).all(),
    "outbox": lambda c, i: [claims.QUEUE.look(c, NOW), claims.claim(c, TURN)],
    "read marks": lambda c, i: [
        read_marks.QUEUE.look(c, NOW),
        read_marks.claim(c, TURN),
    ],
    "files": lambda c, i: [
        file_jobs.QUEUE.look(c, NOW),
        file_jobs.claim(c, TURN, "me"),
    ],
    "reactions that are to be told": lambda c, i: [
        reactions.QUEUE.look(c, NOW),
        reactions.claim(c, TURN),
    ],
    "to speak in": lambda c, i: automatic.to_speak_in(c, 100),
    "answered lately": lambda c, i: automatic._answered_since(c, i["conversation"], NOW - HOUR),
    "sent later": lambda c, i: [later.due(c, NOW, 100), later.next_due(c)],
    "answered meanwhile": _seen,
    "files that a provider has": lambda c, i: provider_files.known_ids(
        c, i["channel"], [("a" * 64, "image/jpeg")], NOW
    ),
    "a draft": lambda c, i: drafts.draft_of(c, i["user"], i["conversation"]),
    "mentions": lambda c, i: mentions.mentioning_conversations(c, i["user"], EVERYTHING),
    "counts": lambda c, i: counts_now(c, Watcher(i["user"], EVERYTHING)),
    "counts within a reach": lambda c, i: counts_now(c, Watcher(i["user"], _two(i))),
    "what is given in turn": lambda c, i: turns.to_be_given(c, [i["user"]], NOW),
    "devices": lambda c, i: [
        pushes.looked_through(c),
        devices.live_devices(c, NOW),
        devices.live_device(c, "a device", NOW),
        pushes.QUEUE.look(c, NOW),
        pushes.claim(c, Turn({"a device": 2}, [], NOW, NOW + HOUR)),
        pushes._unseen(c, i["user"], "message", i["answer"]),
        pushes._unseen(c, i["user"], "mention", i["answer"]),
        pushes._unseen(c, i["user"], "assignment", i["answer"]),
        pushes._may_see(c, i["user"], i["conversation"]),
        pushes._mentioned(c, [i["named"]]),
    ],
    "a canned response": lambda c, i: [
        canned.under_code(c, whose, "hours") for whose in (Whose(i["user"]), Whose(None, "team"))
    ],
    "templates": lambda c, i: templates_page(c, Wanted(i["channel"])),
    "a template": lambda c, i: template_named(c, i["channel"], "order_ready", "en"),
    "messages of a month": lambda c, i: service.month_of_service(c, i["channel"], "UTC", NOW),
    "outgoing webhooks": lambda c, i: [
        forwarder.QUEUE.look(c, NOW),
        forwarder.QUEUE.claim(c, TURN, select(tables.webhook_endpoints)),
        forwarder.heard_by_any(c),
        retrier.QUEUE.look(c, NOW),
        retrier.QUEUE.claim(c, TURN, select(tables.webhook_deliveries)),
    ],
    "what was posted": lambda c, i: [
        deliveries.listing(c, i["endpoint"], cursor, 50, state)
        for cursor in (None, PLACE)
        for state in (None, "failed")
    ],
    "how the outgoing webhooks stand": lambda c, i: upkeep.endpoints_now(c),
    "old posts": lambda c, i: upkeep.prune_deliveries(c, NOW),
    "old events": lambda c, i: [prune_events(c, NOW), newest_event_at(c)],
    "what waits": lambda c, i: backlog(c),
    "what becomes of a conversation by the clock": lambda c, i: [
        closing.next_turn(c, NOW),
        closing.do_turns(c, NOW),
    ],
    "what can be undone": lambda c, i: undoing.reached(c, i["message"], WRITER),
    "what an answer leaves unread": lambda c, i: answered._said_after(c, i["answer"]),
    "where a conversation went": lambda c, i: [
        moved.moved_into(c, i["conversation"]),
        moved.former_ids(c, i["conversation"]),
    ],
    "the newest that was said": lambda c, i: places.newest_said(c, i["conversation"]),
    "uploads": lambda c, i: uploads.whole_uploads(c, ["an upload", "another"]),
    "what was put into a template": lambda c, i: uses.last_fields(c, i["user"], "a template"),
    "contacts that are written out": lambda c, i: [
        table.exported(c, reach, ["name"], place)
        for reach in (EVERYTHING, _one(i))
        for place in (None, PLACE)
    ],
    "notices": lambda c, i: [
        notices.QUEUE.look(c, NOW),
        notices.claim(c, TURN),
    ],
    "first to be sent and fetched": lambda c, i: [
        first_due(c, tables.outbox.c.channel_id),
        first_due(c, tables.media_jobs.c.channel_id),
    ],
    "to index": lambda c, i: index(c, 10),
    "search": lambda c, i: search.search_page(c, i["user"], Search(q="kettle")),
    "search, above": lambda c, i: search.search_page(
        c, i["user"], Search(q="kettle"), Cursor(5, search.SAID, up=True)
    ),
    "search, narrowed": lambda c, i: search.search_page(c, i["user"], NARROWED),
    "search, narrowed, above": lambda c, i: search.search_page(
        c, i["user"], NARROWED, Cursor(5, search.SAID, up=True)
    ),
    "search in a conversation": lambda c, i: matches.page(
        c, i["conversation"], question.asked_of(c, i["user"], NARROWED)
    ),
    "people, by a number": lambda c, i: [
        search.search_page(c, i["user"], Search(q="07700 900733")),
        threads.of_number(c, i["channel"], "447700900733"),
    ],
    "people, all of a name": lambda c, i: search.search_page(c, i["user"], Search(q="a")),
}


@pytest.fixture(scope="module")
async def ids(module_database: Database) -> dict[str, Any]:
    return await module_database.write(_fill)


def _fill(connection: Connection) -> dict[str, Any]:
    channel = store.add(connection, Sealer(b"k" * 40), name="T", provider="sandbox", now=NOW)
    plan = history.Plan(channel_id=channel.id, seed=3, conversations=50, messages=500, ends=NOW)
    filling.write(connection, history.trial_page(plan, 0))
    first = connection.execute(select(tables.messages).limit(1)).mappings().one()
    facts = {"email": "ana@example.com", "name": "Ana", "role": "agent"}
    user_id = people.add(connection, **facts, now=NOW).id
    team = {"id": "t", "name": "T", "in_turn": True, "created_at": NOW}
    connection.execute(tables.teams.insert().values(team))
    connection.execute(tables.team_members.insert().values(team_id="t", user_id=user_id))
    named = log.FeedEvent(1, "mention:updated", NOW, "{}", None, None, f"user:{user_id}")
    told = {"id": first["id"], "by": "Ana", "asked": "all that failed"}
    connection.execute(tables.replays.insert().values(**told))
    connection.execute(tables.horizons.insert().values(user_id=user_id, at=NOW - HOUR))
    wishes: endpoints.Wishes = {"url": "https://example.com/crm", "events": ["*"]}
    endpoint, _ = endpoints.add(connection, Sealer(b"k" * 40), wishes, NOW, private=False)
    return {
        "user": user_id,
        "named": named,
        "channel": channel.id,
        "conversation": first["conversation_id"],
        "message": first["id"],
        "contact": first["contact_id"],
        "endpoint": endpoint["id"],
        "answer": {**first, "context": encoded({"id": wamid("US.1", "3A")})},
    }


@contextmanager
def listening(connection: Connection) -> Iterator[list[tuple[str, Any]]]:
    found: list[tuple[str, Any]] = []

    def hear(_c: Any, _cursor: Any, statement: str, values: Any, *_rest: Any) -> None:
        found.append((statement, values))

    event.listen(connection, "before_cursor_execute", hear)
    try:
        yield found
    finally:
        event.remove(connection, "before_cursor_execute", hear)


def plan(connection: Connection, statement: str, values: Any) -> list[str]:
    """What the engine would do, a line for each step."""
    prefix = "EXPLAIN" if on_postgresql(connection) else "EXPLAIN QUERY PLAN"
    rows = connection.exec_driver_sql(f"{prefix} {statement}", values).all()
    return [str(row[-1]).strip() for row in rows]


def faults(steps: list[str]) -> list[str]:
    found = []
    for step in steps:
        whole = "Seq Scan on" in step or (step.startswith("SCAN ") and " USING " not in step)
        sorts = "TEMP B-TREE FOR ORDER BY" in step or step.startswith(("Sort ", "->  Sort "))
        small = any(f" {name}" in step for name in SMALL)
        part = step.startswith(
            ("SCAN anon_", "SCAN (subquery")
        )  # of the question itself; its steps are told as well
        inner = part or "json_each" in step or "VIRTUAL TABLE" in step or "CONSTANT ROW" in step
        if (whole and not small and not inner) or sorts:
            found.append(step)
    return found


@pytest.mark.parametrize("name", QUESTIONS)
async def test_it_goes_by_an_index(
    module_database: Database, ids: dict[str, Any], name: str
) -> None:
    def look(connection: Connection) -> tuple[int, dict[str, list[str]]]:
        if on_postgresql(connection):
            # A small table is read whole with reason: ask what there would be for a large one.
            for setting in ("seqscan", "sort"):
                connection.exec_driver_sql(f"SET LOCAL enable_{setting} = off")
        with listening(connection) as asked:
            QUESTIONS[name](connection, ids)
        asked = [each for each in asked if each[0].lstrip().startswith("SELECT")]
        return len(asked), {
            statement: found
            for statement, values in asked
            if (found := faults(plan(connection, statement, values)))
        }

    # A reader: the writer of SQLite runs what is prepared past SQLAlchemy, where nobody listens.
    count, found = await module_database.read(look)
    assert count > 0
    assert found == {}


async def test_the_people_of_a_batch_are_found_by_their_own_keys(
    module_database: Database, ids: dict[str, Any]
) -> None:
    """Not by their channel alone, which may have a hundred thousand of them."""

    def look(connection: Connection) -> list[str]:
        if on_postgresql(connection):
            connection.exec_driver_sql("SET LOCAL enable_seqscan = off")
        person = Person(wa_id="12025550142", user_id="US.1", phone="+12025550142")
        with listening(connection) as asked:
            People().load(connection, [Sighting(ids["channel"], person, NOW)])
        return [step for statement, values in asked for step in plan(connection, statement, values)]

    steps = await module_database.read(look)
    for key in ("match_key", "user_id"):
        assert any(key in step and ("=?" in step or "ANY" in step) for step in steps), (key, steps)
    assert not any("contacts" in step and "(channel_id=?)" in step for step in steps), steps


async def test_what_is_asked_beside_a_new_message_goes_by_an_index(
    module_database: Database,
) -> None:
    """SQLite tells no plan of what stands in a RETURNING, but its steps."""

    def read_whole(connection: Connection) -> set[str]:
        if on_postgresql(connection):
            return set()
        insert, _ = new_row._insert_new._for(connection)
        assert insert.count("EXISTS") == 2
        told = connection.exec_driver_sql(f"EXPLAIN {insert}", (None,) * insert.count("?"))
        steps = [(step.opcode, step.p1, step.p2) for step in told]
        there = connection.exec_driver_sql("SELECT rootpage, tbl_name FROM sqlite_master")
        names = {row.rootpage: row.tbl_name for row in there}
        read = {cursor: names[page] for opcode, cursor, page in steps if opcode == "OpenRead"}
        return {read[each] for opcode, each, _ in steps if opcode == "Rewind" and each in read}

    # Which has one row for each table that counts by itself.
    assert await module_database.read(read_whole) <= {"sqlite_sequence"}


@pytest.mark.parametrize("kind", ["media", "documents", "links"])
async def test_what_is_shared_is_found_by_an_index_of_it_alone(
    module_database: Database, ids: dict[str, Any], kind: Any
) -> None:
    def look(connection: Connection) -> list[str]:
        if on_postgresql(connection):
            connection.exec_driver_sql("SET LOCAL enable_seqscan = off")
            connection.exec_driver_sql("SET LOCAL enable_bitmapscan = off")
        with listening(connection) as asked:
            shared.shared_page(connection, EVERYTHING, ids["conversation"], kind)
        return plan(connection, *next(one for one in asked if "LIKE" in one[0] or "type" in one[0]))

    assert any(f"ix_messages_{kind}" in step for step in await module_database.read(look))


async def test_a_search_that_is_asked_again_is_planned_by_its_own_words(
    module_database: Database,
) -> None:
    """From the sixth time on PostgreSQL would take one plan for all, rare words or frequent."""

    def ask(connection: Connection) -> int:
        for word in ("kettle", "tea", "zebra", "order", "a", "hello", "the", "of"):
            search.search_page(connection, None, Search(q=word))
        if not on_postgresql(connection):
            return 0
        kept = "SELECT statement, generic_plans, custom_plans FROM pg_prepared_statements"
        asked = [one for one in connection.exec_driver_sql(kept) if "_words.words @@" in one[0]]
        assert sum(one.custom_plans for one in asked) > 8
        return sum(one.generic_plans for one in asked)

    assert await module_database.read(ask) == 0


async def test_a_question_without_an_index_is_told_apart(module_database: Database) -> None:
    def look(connection: Connection) -> list[str]:
        if on_postgresql(connection):
            connection.exec_driver_sql("SET LOCAL enable_seqscan = off")
        scan = "SELECT id FROM messages WHERE sender_name = 'Ana' ORDER BY sender_name || 'x'"
        return faults(plan(connection, scan, ()))

    assert len(await module_database.read(look)) >= 2
