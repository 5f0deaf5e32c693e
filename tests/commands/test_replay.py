"""``inbox replay``, with a server that has the database and without one."""

import asyncio
import os
from pathlib import Path

import pytest
from sqlalchemy import select, update

from inbox.channels import store
from inbox.commands.context import opened_context
from inbox.config import load
from inbox.conversations.entries import Entry
from inbox.domain.ids import new_id
from inbox.domain.times import now
from inbox.providers.sandbox import meta_json
from inbox.receiving.journal import store_entries
from inbox.storage.tables import journal_entries, messages
from tests.commands.conftest import Inbox, serving
from tests.support.server import said, webhook


async def fill() -> list[str]:
    """Two webhooks that failed, the second for good; their ids."""
    async with opened_context(load(dict(os.environ))) as house:
        facts = {"name": "Shop", "provider": "cloud-api", "account": "109876543210987"}
        channel = await house.database.write(
            store.add, house.sealer, **facts, secret="s" * 20, now=now()
        )
        bodies = [meta_json(webhook(messages=[said("wamid.1", "hello")])), b"[broken"]
        entries = [Entry(new_id(now()), channel.id, now(), body) for body in bodies]
        await house.database.write(store_entries, entries)
        failed = update(journal_entries).values(state="failed", error="Oops")
        await house.database.write(lambda c: c.execute(failed) and None)
        return [entry.id for entry in entries]


async def said_texts() -> int:
    async with opened_context(load(dict(os.environ))) as house:
        return len(await house.database.read(lambda c: c.execute(select(messages)).all()))


@pytest.mark.usefixtures("database_url")
def test_what_failed_is_applied_without_a_server(inbox: Inbox) -> None:
    good, _ = asyncio.run(fill())
    done = inbox("replay", "--failed", "--channel", "Shop", "--since", "1h", "--json")
    assert (done.json["number"], done.json["applied"], done.json["failed"]) == (2, 1, 1)
    assert (done.code, done.err.count("\n")) == (1, 1)
    assert "failed again" in done.err
    assert asyncio.run(said_texts()) == 1
    assert inbox("replay", good).out == "1 of 1 webhooks were applied again.\n"
    assert asyncio.run(said_texts()) == 1


def test_what_failed_is_applied_by_the_server_that_has_the_database(
    inbox: Inbox, settings: dict[str, str], tmp_path: Path
) -> None:
    good, _ = asyncio.run(fill())
    with serving(tmp_path):
        assert inbox("replay", good, "--json").json["applied"] == 1
        assert inbox("replay", "--failed", "--json").json["failed"] == 1
        done = inbox("replay", "--failed", "--channel", "Nobody")
        assert (done.code, "no channel" in done.err) == (1, True)
    assert asyncio.run(said_texts()) == 1


@pytest.mark.parametrize(
    "words", [(), ("--channel", "Shop"), ("an-id", "--failed"), ("--since", "yesterday")]
)
def test_what_is_not_said_clearly_is_2(inbox: Inbox, words: tuple[str, ...]) -> None:
    done = inbox("replay", *words)
    assert (done.code, done.out, done.err.count("\n")) == (2, "", 1)


def test_what_is_not_in_the_log_is_1(inbox: Inbox) -> None:
    done = inbox("replay", "019a7c1e-5b1f-7d7e-9b53-0f4f1d3c2b1a")
    assert (done.code, done.out) == (1, "")
    assert "no webhook" in done.err
