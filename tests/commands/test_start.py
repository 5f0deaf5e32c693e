"""What a start does, and what it leaves: counted, as seconds are another machine's."""

import json
import subprocess
import sys
from pathlib import Path
from typing import NamedTuple

import pytest

from inbox.config import LOCALES
from tests.commands.conftest import clean_environment

UNNEEDED = {
    "alembic": "the database is up to date",
    "asyncpg": "it is SQLite",
    "sqlalchemy.dialects.postgresql": "it is SQLite",
    "pydantic": "the tables are kept",
    "sqlmodel": "the tables are kept",
    "pygments": "nothing is drawn in a terminal",
    "rich": "nothing is drawn in a terminal",
    "sqlalchemy.orm": "nothing is asynchronous but PostgreSQL, and tables need none",
    "aiosqlite": "nothing is to be migrated",
    "dotenv": "there is no .env",
    "redis": "it is the only process",
    "httpcore": "nothing is sent yet",
    "jwt": "nothing is signed yet",
    "cryptography.hazmat.primitives.asymmetric": "nothing is pushed yet",
    "argon2": "nobody signs in yet",
    "zxcvbn_rs_py": "nobody chooses a password, and the key is in a file",
    "markdown_it": "nobody reads a document yet",
    "prometheus_client": "nobody measures yet",
    "inbox.commands.registry": "nobody runs a command beside it yet",
    "inbox.web.urls": "nobody asks for what is seldom asked for",
    "inbox.web.settings": "nobody asks for what is seldom asked for",
    "inbox.web.documents": "nobody asks for what is seldom asked for",
    "inbox.web.api.contract": "nobody asks for what is seldom asked for",
    "inbox.reports": "nobody asks for what is seldom asked for",
    "inbox.rehearsal": "nobody rehearses",
    "inbox.trial": "nobody tries",
    "websockets": "nobody opens a socket yet",
    "phonenumbers": "no number is read yet",
    "anyio._backends": "nothing here waits by it",
    "PIL": "pictures are decoded apart",
    "av": "recordings are heard apart",
}
"""What is installed for other times, and why not for this one."""

MOST_STATEMENTS = 40
"""A dozen of the start's own; each part of the background asks its first meanwhile, as far as it
comes."""


class Start(NamedTuple):
    modules: set[str]
    statements: list[str]


_SERVED = """
import asyncio, json, os, sqlite3, sys
from sqlalchemy import Engine, event
from inbox.__main__ import main
from inbox.commands import serve
said = []
event.listen(Engine, "before_cursor_execute", lambda *given: said.append(given[2]))
def up(*_):
    print(json.dumps([sorted(sys.modules), said]), flush=True)
    end()
def end():
    asked = sqlite3.connect(os.environ["INBOX_DATA_DIR"] + "/inbox.db")
    [kept] = asked.execute("SELECT count(key) FROM push_state").fetchone()
    if kept:
        os._exit(0)
    asyncio.get_running_loop().call_later(0.05, end)
serve.print_start = up
main(["serve", "--port", "0"])
"""


def _started(folder: Path) -> Start:
    """``inbox serve`` as it is, until it would say where it listens. It goes on until the key of
    pushes is kept, which is made beside, once for all.
    """
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", _SERVED],
        env=clean_environment(INBOX_DATA_DIR=str(folder)),
        capture_output=True,
        text=True,
        check=True,
    )
    modules, statements = json.loads(done.stdout)
    return Start(set(modules), statements)


@pytest.fixture(scope="module")
def starts(tmp_path_factory: pytest.TempPathFactory) -> tuple[Start, Start]:
    """The first on an empty machine, and the next."""
    folder = tmp_path_factory.mktemp("data")
    return _started(folder), _started(folder)


def test_a_start_loads_nothing_that_it_does_not_need(starts: tuple[Start, Start]) -> None:
    first, again = starts
    assert "alembic" in first.modules, "what is needed would be seen"
    assert again.modules & UNNEEDED.keys() == set()


def test_a_start_loads_what_reads_catalogues_only_where_there_is_one(
    starts: tuple[Start, Start],
) -> None:
    _, again = starts
    assert ("babel.messages" in again.modules) == any(LOCALES.glob("*.po"))


def test_a_start_asks_the_database_little(starts: tuple[Start, Start]) -> None:
    first, again = starts
    assert any("CREATE TABLE" in statement for statement in first.statements)
    asked = [one for one in again.statements if one != "BEGIN"]
    assert len(asked) <= MOST_STATEMENTS, asked
    assert not [one for one in again.statements if "foreign_key_check" in one]
