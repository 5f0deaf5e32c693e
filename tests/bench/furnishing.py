"""What a team keeps beside its messages: who does what, under which words, with what notes."""

import asyncio
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor

from sqlalchemy import Connection, select

from inbox.access import people
from inbox.config import load
from inbox.desk import labels
from inbox.desk.arranging import arrange
from inbox.desk.notes import Note, add_note
from inbox.desk.wishes import Wish
from inbox.desk.writer import Writer
from inbox.domain.templates.definition import Definition
from inbox.domain.times import now
from inbox.providers.templates import TemplateFound
from inbox.storage import tables
from inbox.storage.database import connect
from inbox.templates.store import keep_found
from tests.bench import servers
from tests.bench.servers import EMAIL, Home

AGENTS, LABELS, TEMPLATES = 8, 12, 200
NOTED = 500
"""Conversations with notes, those with the newest messages."""
AT_ONCE = 200


def furnish(home: Home) -> None:
    """While nobody serves it: each conversation gets two labels, somebody who sees to it and a
    priority, the newest notes that name a colleague, and each channel templates."""
    with ThreadPoolExecutor(1) as beside:
        beside.submit(asyncio.run, _furnish(home)).result()


async def _furnish(home: Home) -> None:
    database = connect(load(servers.settings(home.folder) | dict(home.more)).database_url)
    writer, agents = await database.write(_people)
    await database.write(_words)
    ids = await database.read(_conversations)
    for number, some in enumerate(_parts(ids)):
        wish: Wish = {
            "assignee_id": agents[number % AGENTS],
            "labels": [_label(number), _label(number + 5)],
            "priority": ("low", "normal", "high")[number % 3],
        }
        await database.write(arrange, some, wish, writer, now())
    for some in _parts(ids[:NOTED]):
        await database.write(_notes, some, writer)
    await database.close()


def _parts(ids: Sequence[str]) -> Iterator[Sequence[str]]:
    return (ids[start : start + AT_ONCE] for start in range(0, len(ids), AT_ONCE))


def _people(connection: Connection) -> tuple[Writer, list[str]]:
    ana = people.by_email(connection, EMAIL)
    assert ana is not None
    found = []
    for number in range(AGENTS):
        facts = {"email": f"agent{number}@example.com", "name": f"Agent {number}", "role": "agent"}
        found.append(people.add(connection, **facts, now=now()).id)
    return Writer(user_id=ana.id, name=ana.name), found


def _label(number: int) -> str:
    return f"Label {number % LABELS}"


def _words(connection: Connection) -> None:
    for number in range(LABELS):
        labels.add_label(connection, _label(number), "", now())
    found = [_template(number) for number in range(TEMPLATES)]
    for channel_id in connection.execute(select(tables.channels.c.id)).scalars().all():
        keep_found(connection, channel_id, found, now())


def _template(number: int) -> TemplateFound:
    text = f"Your order {{{{1}}}} is ready for collection at shop {number}."
    parts = [{"type": "BODY", "text": text, "example": {"body_text": [["41823"]]}}]
    named = Definition(name=f"order_ready_{number}", language="en", components=parts)
    return TemplateFound(definition=named, status="APPROVED")


def _conversations(connection: Connection) -> list[str]:
    newest = select(tables.conversations.c.id).order_by(tables.conversations.c.arrived_at.desc())
    return list(connection.execute(newest).scalars())


def _notes(connection: Connection, ids: Sequence[str], writer: Writer) -> None:
    for conversation_id in ids:
        for words in ("@Agent 1 has called them.", "They come on Thursday."):
            note = Note(conversation_id=conversation_id, text=words, by_name=True, author=writer)
            add_note(connection, note, now())
