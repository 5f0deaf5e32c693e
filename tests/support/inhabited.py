"""A database in which somebody lives already: Ana is its admin, and the marker has its channel.

Made once for each engine by a real server; a copy of it begins where the set-up of a new one ends,
for a tenth of the time.
"""

import shutil
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from sqlalchemy import make_url

from tests.support.postgres import Postgres
from tests.support.server import Server, Settled

_TEMPLATE = "inhabited"


@dataclass(frozen=True)
class Home:
    """What was made: the data folder, with the database if that is a file."""

    folder: Path
    settled: Settled


class Homes:
    """One to copy for each engine, made when it is first asked for."""

    def __init__(self, folder: Path, postgres: Postgres, migrated: dict[str, Any]) -> None:
        self._folder = folder
        self._postgres = postgres
        self._migrated = migrated

    @cached_property
    def _sqlite(self) -> Home:
        folder = self._folder / "sqlite"
        folder.mkdir()
        shutil.copy(self._migrated["sqlite"], folder / "inbox.db")
        return _make(folder, f"sqlite+aiosqlite:///{folder / 'inbox.db'}")

    @cached_property
    def _postgresql(self) -> Home:
        folder = self._folder / "postgresql"
        folder.mkdir()
        url = self._postgres.create_database(_TEMPLATE, self._migrated["postgresql"])
        return _make(folder, url)

    def server(self, folder: Path, url: str = "") -> Server:
        """One with a copy of its own in an empty folder and an empty database, not started yet.

        Without ``url`` it has a file in that folder.
        """
        url = url or f"sqlite+aiosqlite:///{folder / 'inbox.db'}"
        if url.startswith("sqlite"):
            home = self._sqlite
        else:
            home, name = self._postgresql, make_url(url).database
            assert name
            self._postgres.drop_database(name)
            self._postgres.create_database(name, _TEMPLATE)
        shutil.copytree(home.folder, folder, dirs_exist_ok=True)
        server = Server(folder, url)
        server.move_in(home.settled)
        return server


def _make(folder: Path, url: str) -> Home:
    server = Server(folder, url).start()
    settled = server.settled()
    assert server.stop() == 0, server.stderr
    for log in folder.glob("stderr-*"):
        log.unlink()
    return Home(folder, settled)
