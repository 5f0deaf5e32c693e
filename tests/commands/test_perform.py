"""The way to the data: directly, or through who holds the SQLite file."""

import asyncio
import threading
from pathlib import Path

import httpx
import jwt
import pytest
from msgspec.structs import replace

from inbox.access.feed_tokens import COMMAND_LINE, FeedTokens
from inbox.commands import credential, perform, user
from inbox.commands.context import CommandContext, opened_context
from inbox.commands.registry import execute
from inbox.config import Settings, load
from inbox.domain.times import now
from inbox.server.failure import Failure
from inbox.storage.database import Database, connect
from inbox.storage.lock import FileLock

KEY = b"vT4zq9Lw2Xc7Rb5Nk8Jh3Gd6Sf1Pa0MyEuZo"


@pytest.fixture
def here(tmp_path: Path) -> Settings:
    return load({"INBOX_DATA_DIR": str(tmp_path), "INBOX_SECRET_KEY": KEY.decode()})


def test_a_lock_that_another_command_has_is_waited_for(here: Settings) -> None:
    lock = FileLock(here.data_dir / "inbox.db")
    lock.take()
    release = threading.Timer(0.2, lock.release)
    release.start()
    assert perform.perform(here, "user list", user.listing) == {"data": []}
    release.join()


def test_a_lock_that_is_never_let_go_is_named(
    here: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(perform, "PATIENCE", 0.0)
    lock = FileLock(here.data_dir / "inbox.db")
    lock.take(url="http://127.0.0.1:1")
    with pytest.raises(Failure, match="Another process"):
        perform.perform(here, "user list", user.listing)
    lock.release()


@pytest.mark.parametrize(
    ("answer", "sentence"),
    [
        (httpx.Response(422, json={"detail": "There is already a user."}), "already a user"),
        (httpx.Response(500, text="oops"), "answered 500"),
        (httpx.Response(200, json=[]), "answered 200"),
        (httpx.Response(502, json={"title": "x"}), "answered 502"),
    ],
)
def test_a_refusal_of_the_server_is_told_as_it_is(answer: httpx.Response, sentence: str) -> None:
    with pytest.raises(Failure, match=sentence):
        perform._result(answer)


async def test_what_another_version_asks_is_refused_with_a_sentence(here: Settings) -> None:
    async with opened_context(here) as house:
        for command, arguments in (
            ("user explode", {}),
            ("user list", {"page": "1"}),
            ("user add", {"email": "a@b"}),
            ("token revoke", {"which": 7}),
        ):
            with pytest.raises(Failure, match="another version"):
                await execute(house, command, arguments)
        with pytest.raises(Failure, match="no token"):
            await execute(house, "token revoke", {"which": "7"})


def test_only_who_holds_the_key_proves_it_and_only_now() -> None:
    assert credential.authorised(credential.signed(KEY, now()), KEY)
    late = now() - 31_000_000
    feed, _ = FeedTokens(KEY).issue(COMMAND_LINE, now())
    for forged in (
        credential.signed(b"x" * 40, now()),
        credential.signed(KEY, late),
        feed,
        jwt.encode({"aud": "commands"}, "", algorithm="none"),
        "",
        "é",
    ):
        assert not credential.authorised(forged, KEY)


async def test_a_database_of_a_newer_version_is_left_alone(here: Settings) -> None:
    async with opened_context(here) as house:
        await house.database.write(
            lambda connection: connection.exec_driver_sql(
                "UPDATE alembic_version SET version_num = 'later'"
            )
        )
    with pytest.raises(Failure, match="newer Inbox"):
        await asyncio.to_thread(perform.perform, here, "user list", user.listing)


async def test_a_link_leads_to_the_public_address(database_url: str, here: Settings) -> None:
    database: Database = connect(database_url)
    public = replace(here, public_url="https://inbox.example", database_url=database_url)
    house = CommandContext(settings=public, database=database, sealer=None)  # type: ignore[arg-type]  # a link is made without one
    made = await user.add(house, email="a@b", name="A", role="agent")
    assert made["link"].startswith("https://inbox.example/welcome/")
    await database.close()
