"""``inbox seed``: made-up data is whole, apart, the same again, and does not stop the server."""

import asyncio
import io
import re
import signal
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from random import Random
from typing import Any

import httpx
import pytest
from sqlalchemy import Connection, func, select

from inbox.commands import seed
from inbox.domain.status import derive_status
from inbox.storage.database import connect
from inbox.storage.tables import (
    changes,
    channels,
    contacts,
    conversations,
    feed_events,
    media_jobs,
    messages,
    outbox,
    readings,
    receipts,
)
from inbox.trial import history, words
from tests.commands.conftest import Inbox, Server, serving

SOME = ("seed", "--conversations", "60", "--messages", "2300")
ANA = ("user", "add", "ana@example.com", "--name", "Ana", "--role", "admin")
FICTION = re.compile(
    r"1[2-9]\d\d55501\d\d|61[2378](5550|7010)\d{4}|447700900\d{3}"
    r"|442079460\d{3}|441(1[3-8]|[2-6]1)4960\d{3}|441914980\d{3}"
)


def look(database_url: str, work: Callable[[Connection], Any]) -> Any:
    async def read() -> Any:
        database = connect(database_url)
        try:
            return await database.read(work)
        finally:
            await database.close()

    return asyncio.run(read())


def assert_whole(connection: Connection) -> None:
    """Every count and last message is what the messages say, every status what receipts say."""
    told: dict[str, tuple[str, int]] = {}
    said = messages.c
    everything = select(said.conversation_id, said.id, said.direction, said.status,
                        said.provider_message_id)  # fmt: skip
    shown: dict[str, str] = {}
    for row in connection.execute(everything.order_by(said.number)):
        count = told.get(row.conversation_id, ("", 0))[1]
        told[row.conversation_id] = (row.id, count + (row.direction == "incoming"))
        if row.direction == "outgoing":
            shown[row.provider_message_id] = row.status
    kept = conversations.c
    rows = connection.execute(
        select(kept.id, kept.last_message_id, kept.inbound_count, kept.seen_count)
    ).all()
    assert rows
    assert {row.id: (row.last_message_id, row.inbound_count) for row in rows} == told
    assert all(0 <= row.seen_count <= row.inbound_count for row in rows)
    facts: dict[str, set[str]] = {}
    for row in connection.execute(select(receipts)):
        facts.setdefault(row.provider_message_id, set()).add(row.status)
    assert shown == {wamid: derive_status(steps) for wamid, steps in facts.items()}
    told_later = connection.execute(select(changes.c.target_id, changes.c.kind)).all()
    for target, kind in told_later:
        [row] = connection.execute(select(messages).where(said.provider_message_id == target))
        changed = {"reaction": row.reactions, "edit": row.edited_at, "deletion": row.deleted_at}
        assert changed[kind], kind
    waiting = set(connection.execute(select(media_jobs.c.message_id)).scalars())
    to_come = select(said.id).where(said.media.contains('"waiting"'))
    assert set(connection.execute(to_come).scalars()) == waiting


def test_made_up_data_is_whole_and_apart(inbox: Inbox, database_url: str) -> None:
    inbox(*ANA)
    real = inbox("channel", "add", "Shop", "--provider", "sandbox", "--json").json
    made = inbox(*SOME, "--json")
    assert (made.code, made.json["messages"]) == (0, 2300), made.err
    assert made.json["channel"]["name"] == "Made-up data (seed 1)"

    def check(connection: Connection) -> None:
        assert_whole(connection)
        for table, count in ((messages, 2300), (conversations, 60), (contacts, 60)):
            found = connection.execute(
                select(table.c.channel_id, func.count()).group_by(table.c.channel_id)
            )
            assert found.all() == [(made.json["channel"]["id"], count)]
        [provider] = connection.execute(
            select(channels.c.provider).where(channels.c.id != real["id"])
        ).scalars()
        assert provider == "sandbox"
        assert connection.scalar(select(func.count()).select_from(outbox)) == 0
        unread = select(func.count()).where(conversations.c.inbound_count > readings.c.seen_count)
        unread = unread.where(readings.c.conversation_id == conversations.c.id)
        assert 0 < connection.scalar(unread) < 15
        told = set(connection.execute(select(feed_events.c.type)).scalars())
        assert "conversation:updated" in told and "message:new" not in told
        kinds = set(connection.execute(select(messages.c.type)).scalars())
        assert {"image", "audio", "interactive", "location"} <= kinds
        assert {"reaction", "edit"} <= set(connection.execute(select(changes.c.kind)).scalars())

    look(database_url, check)


@pytest.mark.usefixtures("inbox")
def test_a_history_is_a_function_of_its_seed() -> None:
    def texts(seed_number: int, channel: str) -> list[Any]:
        plan = history.Plan(
            channel_id=f"01890000-0000-7000-8000-{channel:0>12}",
            seed=seed_number,
            conversations=300,
            messages=3000,
            ends=1_790_000_000_000_000,
        )
        made = [history.trial_page(plan, number) for number in range(plan.pages)]
        assert len({row["id"] for page in made for row in page.messages}) == 3000
        return [
            (
                [row[2:] for row in page.contacts],
                [(row["type"], row["content"], row["sort_at"]) for row in page.messages],
            )
            for page in made
        ]

    # Names and keys are in columns 2 and on; ids differ between channels.
    assert [page[1] for page in texts(7, "1")] == [page[1] for page in texts(7, "2")]
    assert texts(7, "1") != texts(8, "1")


def test_who_speaks_fits_what_is_said() -> None:
    for lot in range(100):
        speaks, dice = words.tongue(lot), Random(lot)
        assert not set(speaks.texts) & set(speaks.replies)
        sides = [
            {words.made_up_text(dice, speaks, incoming=side) for _ in range(200)}
            for side in (True, False)
        ]
        assert all(sides) and not sides[0] & sides[1]


def test_the_scripts_of_the_world_and_only_numbers_for_fiction() -> None:
    found = [number for n in range(100_000) if (number := words.fiction_number(n))]
    assert len(found) == len(set(found)) > 95_000
    assert all(FICTION.fullmatch(number) for number in found)
    names = "".join(words.name(n * 7919, words.tongue(n)) for n in range(1000))
    for letter in "aüñلנ王さशЁ🐢":
        assert letter in names, letter


@pytest.fixture
def server(tmp_path: Path) -> Iterator[Server]:
    with serving(tmp_path) as running:
        yield running


def test_while_the_server_runs_it_goes_through_the_server(inbox: Inbox, server: Server) -> None:
    done = inbox(*SOME, "--json")
    assert done.code == 0, done.err
    assert {"id", "name"} <= done.json["channel"].keys()
    assert [each["name"] for each in inbox("channel", "list", "--json").json] == [
        "Made-up data (seed 1)"
    ]
    assert httpx.get(f"{server.url}/health", trust_env=False).status_code == 200
    assert server.stop() == (0, ""), "and ends in peace"
    file = Path(server.settings["INBOX_DATA_DIR"]) / "inbox.db"
    with closing(sqlite3.connect(file)) as database:
        assert database.execute("SELECT count(*) FROM messages").fetchone() == (2300,)


def test_stopped_in_the_middle_what_is_there_is_whole(
    inbox: Inbox, database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(seed, "STEP_SECONDS", 0.0)  # a step is one page

    def interrupted(self: seed.ProgressLine, done: int) -> None:
        self.done = done
        if done:
            signal.raise_signal(signal.SIGINT)

    monkeypatch.setattr(seed.ProgressLine, "tell", interrupted)
    # Who runs us in the background has it ignored.
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    try:
        done = inbox(*SOME)
    finally:
        signal.signal(signal.SIGINT, before)
    assert done.code == 130
    # What is being written when it is stopped is written to its end.
    assert re.search("Stopped. [12],000 messages are in the channel Made-up data", done.err)
    look(database_url, assert_whole)
    assert inbox("channel", "list").code == 0


@pytest.mark.parametrize(
    "wrong",
    [
        ("--conversations", "5", "--messages", "4"),
        ("--conversations", "0", "--messages", "4"),
        ("--conversations", "many", "--messages", "4"),
        ("--conversations", "5", "--messages", "50", "--seed", "-1"),
        ("--messages", "4"),
    ],
)
def test_what_makes_no_sense_is_2_and_does_nothing(inbox: Inbox, wrong: tuple[str, ...]) -> None:
    assert inbox("seed", *wrong).code == 2


def test_progress_is_one_line_on_a_terminal_and_rare_elsewhere(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    clock = [100.0]
    monkeypatch.setattr(seed.time, "monotonic", lambda: clock[0])
    terminal, pipe = io.StringIO(), io.StringIO()
    terminal.isatty = lambda: True  # type: ignore[method-assign]  # a terminal in memory
    both = [seed.ProgressLine(100_000, terminal), seed.ProgressLine(100_000, pipe)]
    for second in range(1, 12):
        clock[0] = 100.0 + second
        for progress in both:
            progress.tell(second * 1_000)
    assert pipe.getvalue() == "10,000 of 100,000 messages, 1,000 a second, 1 min 30 s left\n"
    assert terminal.getvalue().count("\r") == 11
    assert "\n" not in terminal.getvalue()
