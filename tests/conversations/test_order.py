"""Law 3, on both engines: the same events in any order, with repetitions, cut into webhooks and
batches in any way, end in the same rows, the same thread and the same list.

`make properties` tries many more orders than the suite does.
"""

import asyncio
import os
import re
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Connection, select

from inbox.conversations import listing as desk
from inbox.conversations import threads
from inbox.conversations.apply import apply
from inbox.conversations.entries import Entry, Facts
from inbox.domain.channels import Channel
from inbox.domain.events import (
    EditEvent,
    Event,
    MessageEvent,
    Person,
    Pricing,
    ReactionEvent,
    RevokeEvent,
)
from inbox.domain.ids import new_id
from inbox.domain.shapes import decoded
from inbox.domain.times import HOUR, SECOND
from inbox.receiving import journal
from inbox.storage.database import Database, connect
from inbox.storage.tables import (
    aliases,
    changes,
    charges,
    contacts,
    conversations,
    messages,
    receipts,
)
from inbox.web.present.templating import environment
from tests.conversations.conftest import NOW, new_channel
from tests.conversations.test_apply import told
from tests.support.wamids import wamid

ON_REAL_ENGINES = settings(
    max_examples=int(os.environ.get("INBOX_PROPERTY_EXAMPLES", "10")),
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)

TEMPLATES = Path(__file__).parents[2] / "templates"

AMARA, JONAS, CARA, CARA_NEW = "12025550142", "447700900123", "12025550101", "12025550102"


def by(number: str | None = None, user_id: str | None = None, name: str | None = None) -> Person:
    phone = f"+{number}" if number else None
    return Person(wa_id=number, phone=phone, user_id=user_id, name=name)


def text(wamid: str, at: int | None, who: Person, direction: Any = "in") -> MessageEvent:
    """``at``: seconds after NOW; None is an unusable time."""
    return MessageEvent(
        key=f"msg:{wamid}",
        ts=None if at is None else NOW + at * SECOND,
        provider_message_id=wamid,
        direction=direction,
        type="text",
        provider_type="text",
        contact=who,
        text=f"*{wamid}*",
    )


def after(wamid: str, target: str, at: int, who: Person, direction: Any = "in") -> dict[str, Any]:
    return {
        "key": f"msg:{wamid}",
        "ts": NOW + at * SECOND,
        "provider_message_id": wamid,
        "direction": direction,
        "contact": who,
        "target_id": target,
    }


def edited(words: str, **facts: Any) -> EditEvent:
    return EditEvent(**facts, type="text", text=words)


UNREACHABLE = [{"code": 131026, "title": "Message undeliverable"}]
TOO_LATE = [{"code": 131047, "title": "Re-engagement message"}]

SERVICE: Pricing = {"billable": False, "category": "service", "type": "free_customer_service"}
UTILITY: Pricing = {"billable": True, "category": "utility", "type": "regular", "model": "pmp"}

A, J = by(AMARA), by(JONAS)

EVENTS: list[Event] = [
    # Amara is seen by her id alone, by her number alone, then by both.
    text("a.id", 1, by(user_id="US.1", name="Amara O.")),
    text("a.number", 2, by(AMARA, name="Amara")),
    text("a.both", 3, by(AMARA, "US.1")),
    text("a.id again", 4, by(user_id="US.1", name="Amara Okafor")),
    text("a.when?", None, A),
    # Jonas gets another id with the same number, Cara another number with the same id.
    text("j.1", 1, by(JONAS, "GB.1", "Jonas")),
    text("j.2", 2, by(JONAS, "GB.2", "Jonas W.")),
    text("j.3", 3, by(user_id="GB.1")),
    text("j.4", 4, by(user_id="GB.2")),
    text("c.1", 1, by(CARA, "US.7", "Cara")),
    text("c.2", 2, by(CARA_NEW, "US.7")),
    text("c.3", 3, by(CARA)),
    text("c.4", 4, by(CARA, "US.7")),
    # Two spellings of one number, and somebody of whom nothing is told.
    text("b.1", 1, by("553187654321")),
    text("b.2", 2, by("5531987654321", name="Bia")),
    text("n.1", 1, by()),
    text("n.2", 2, by()),
    # What the shop wrote on its phone, with receipts in every state.
    *(text(f"echo.{n}", 10 + n, A, "out") for n in range(5)),
    text("echo.id", 20, by(user_id="US.1"), "out"),
    told("echo.0", "sent", 11),
    told("echo.0", "delivered", 12),
    told("echo.0", "read", 13),
    told("echo.0", "failed", 14, errors=UNREACHABLE),
    told("echo.1", "failed", 15, errors=UNREACHABLE),
    told("echo.1", "failed", 14, errors=TOO_LATE),
    told("echo.1", "failed", 13),
    told("echo.2", "failed", 15, errors=TOO_LATE),
    told("echo.2", "failed", 15, errors=UNREACHABLE),
    told("echo.2", "sent", 16),
    told("echo.2", "delivered", 17, participant=JONAS),
    told("echo.3", "warning", 14),
    told("a.both", "read", 9),
    told("nobody's", "delivered", 9),
    # Reactions, edits and deletions, also of the same second.
    ReactionEvent(**after("r.1", "echo.0", 21, A), emoji="👍"),
    ReactionEvent(**after("r.2", "echo.0", 22, by(user_id="US.1")), emoji="❤️"),
    ReactionEvent(**after("r.3", "echo.0", 22, A), emoji="<b>"),
    ReactionEvent(**after("r.4", "echo.0", 23, A, "out"), emoji="🙏"),
    ReactionEvent(**after("r.5", "a.both", 23, A), emoji="👍"),
    ReactionEvent(**after("r.6", "a.both", 24, A), removed=True),
    ReactionEvent(**after("r.7", "nobody's", 24, A), emoji="👍"),
    edited("once", **after("e.1", "a.number", 21, A)),
    edited("twice", **after("e.2", "a.number", 22, A)),
    edited("the same second", **after("e.3", "a.number", 22, A)),
    edited("ours", **after("e.4", "echo.3", 22, A, "out")),
    edited("not theirs", **after("e.5", "echo.3", 23, A)),
    RevokeEvent(**after("d.1", "a.number", 20, A)),
    RevokeEvent(**after("d.2", "a.number", 25, A)),
    RevokeEvent(**after("d.3", "echo.4", 25, A)),
    RevokeEvent(key="st:b.1:deleted", ts=NOW + 9 * SECOND, target_id="b.1", recipient=AMARA),
    edited("too late", **after("e.6", "b.1", 30, by("553187654321"))),
    # One message is told under two ids: of its number, and of her user id.
    text(wamid(AMARA, "3A01"), 40, A),
    text(wamid(AMARA, "3EB1", ours=True), 41, A, "out"),
    ReactionEvent(**after("r.8", wamid("US.1", "3A01"), 42, by(user_id="US.1")), emoji="🙂"),
    edited("by another id", **after("e.7", wamid("US.1", "3A01"), 43, A)),
    told(wamid(AMARA, "3EB1", ours=True), "sent", 44),
    told(wamid("US.1", "3EB1", ours=True), "failed", 45, errors=TOO_LATE),
    told(wamid("US.1", "3EB1", ours=True), "read", 46, recipient_user_id="US.1"),
    # What they cost, told alike and not, also of what failed and of nobody's.
    told("echo.0", "sent", 11, pricing=SERVICE, recipient=AMARA),
    told("echo.0", "delivered", 12, pricing=UTILITY, recipient=AMARA),
    told("echo.1", "sent", 12, pricing=UTILITY, recipient=AMARA),
    told("echo.4", "sent", 12, pricing=SERVICE, recipient=AMARA),
    told("echo.4", "sent", 12, pricing=UTILITY, recipient=AMARA),
    told("nobody's", "delivered", 9, pricing=SERVICE, recipient=JONAS),
    told(wamid(AMARA, "3EB1", ours=True), "sent", 44, pricing=UTILITY),
    told(wamid("US.1", "3EB1", ours=True), "read", 46, pricing=SERVICE),
]

CLOSING: list[Event] = [
    text("a.end", 90, A),
    text("j.end", 91, J),
    text("c.end", 92, by(CARA)),
    text("b.end", 93, by("5531987654321")),
    text("n.end", 94, by()),
]
"""The list shows what came last: with these it is the same whatever came before."""

Batches = list[list[Sequence[Event]]]


@st.composite
def batches(draw: st.DrawFn) -> Batches:
    """All events in some order, some again, cut into webhooks and those into batches."""
    order = draw(st.permutations([*EVENTS, *draw(st.lists(st.sampled_from(EVENTS), max_size=8))]))
    size = draw(st.integers(5, 25))
    return [list(chunks(part, draw(st.integers(1, 5)))) for part in chunks(order, size)]


def chunks(events: Sequence[Event], size: int) -> Iterator[Sequence[Event]]:
    for start in range(0, len(events), size):
        yield events[start : start + size]


@pytest.fixture
def runner() -> Iterator[asyncio.Runner]:
    """A loop of the test's own: pytest's does not outlive a first failure, nothing would shrink."""
    with asyncio.Runner() as runner:
        yield runner


@pytest.fixture
def anywhere(runner: asyncio.Runner, migrated_url: str) -> Iterator[Database]:
    opened = connect(migrated_url)
    yield opened
    runner.run(opened.close())


@pytest.fixture
def wanted(runner: asyncio.Runner, anywhere: Database) -> dict[str, Any]:
    """What there is when all is told in its order, in one webhook."""
    found = runner.run(outcome_of(anywhere, [[EVENTS]]))
    assert [len(found[name]) for name in ("messages", "contacts", "changes")] == [30, 5, 19]
    assert "Amara Okafor" in found["list"]
    assert "<s>the same second</s>" in found["thread a.end"]
    assert "by another id" in found["thread a.end"]
    assert len(found["charges"]) == 5
    return found


@ON_REAL_ENGINES
@given(shuffled=batches())
def test_any_order_ends_in_the_same_rows_and_on_the_same_page(
    runner: asyncio.Runner, anywhere: Database, wanted: dict[str, Any], shuffled: Batches
) -> None:
    assert runner.run(outcome_of(anywhere, shuffled)) == wanted


async def outcome_of(database: Database, story: Batches) -> dict[str, Any]:
    channel = await database.write(new_channel)
    for batch in (*story, [CLOSING]):
        await database.write(_tell, channel, batch)
    return await database.read(_outcome, channel)


def _tell(connection: Connection, channel: Channel, webhooks: Sequence[Sequence[Event]]) -> None:
    entries = [Entry(new_id(NOW), channel.id, NOW, b"{}") for _ in webhooks]
    journal.store_entries(connection, entries)
    batch = [
        Facts(entry.id, NOW, channel.id, [(channel.id, event) for event in events], [])
        for entry, events in zip(entries, webhooks, strict=True)
    ]
    apply(connection, batch, {channel.id: channel}, NOW + HOUR)


# What is compared ----------------------------------------------------------------------------

ARRIVAL = {"number", "created_at", "last_message_id"}
"""Told by the order of arrival, or ids: the only columns that may differ."""

JSON = {"learned", "content", "context", "error", "reactions", "previous", "errors", "body"}


def _outcome(connection: Connection, channel: Channel) -> dict[str, Any]:
    names = _names(connection, channel)
    found: dict[str, Any] = {"keys": sorted(set(names.values()))}
    for table in (contacts, conversations, messages, receipts, charges, changes):
        query = select(table).where(table.c.channel_id == channel.id)
        rows = connection.execute(query).mappings()
        found[table.name] = sorted(str(_comparable(row, names)) for row in rows)
    return found | _pages(connection, channel, names)


def _names(connection: Connection, channel: Channel) -> dict[str, str]:
    """Our ids → what the providers told of them: a contact's keys, a message's id."""
    keys: dict[str, set[str]] = {}
    for row in connection.execute(select(contacts).where(contacts.c.channel_id == channel.id)):
        keys[row.id] = {key for key in (row.match_key, row.user_id) if key}
    for row in connection.execute(select(aliases).where(aliases.c.channel_id == channel.id)):
        keys[row.contact_id].add(row.value)
    names = {contact_id: " ".join(sorted(found)) for contact_id, found in keys.items()}
    for row in connection.execute(
        select(conversations).where(conversations.c.channel_id == channel.id)
    ):
        names[row.id] = f"with {names[row.contact_id]}"
    for row in connection.execute(select(messages).where(messages.c.channel_id == channel.id)):
        names[row.id] = row.provider_message_id
    return names | {channel.id: "here"}


def _comparable(row: Any, names: dict[str, str]) -> list[tuple[str, Any]]:
    plain = {name: value for name, value in row.items() if name not in ARRIVAL}
    for name in JSON & plain.keys():
        plain[name] = sorted(map(str, _items(decoded(plain[name]))))
    return [(name, names.get(str(value), value)) for name, value in sorted(plain.items())]


def _items(value: Any) -> list[Any]:
    if isinstance(value, dict):
        return sorted(value.items())
    return value if isinstance(value, list) else [value]


_VARYING = re.compile(r'hue-\d+|data-sort="[^"]*"')
"""A colour by the id; the place in an order of which arrival breaks the ties."""


def _pages(connection: Connection, channel: Channel, names: dict[str, str]) -> dict[str, str]:
    """The list, row by row, and each thread as the page shows it."""
    pages = environment(TEMPLATES, str)
    search = desk.Search(channel_id=channel.id)
    rows, _ = desk.list_page(connection, None, search)

    def drawn(template: str, **context: Any) -> str:
        html = _VARYING.sub("", pages.get_template(template).render(**context))
        for ours, theirs in names.items():
            html = html.replace(ours, theirs)
        return html

    shown = {"list": "".join(sorted(drawn("inbox/_row.html", conversation=row) for row in rows))}
    for row in rows:
        thread = threads.latest(connection, row["id"])
        last = thread.messages[-1]["provider_message_id"]
        facts = {"messages": thread.messages, "older": thread.older, "newer": thread.newer}
        shown[f"thread {last}"] = drawn("inbox/_history.html", open=row, **facts)
    return shown
