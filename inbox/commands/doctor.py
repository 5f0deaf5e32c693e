"""``inbox doctor``: looks at everything that can be wrong, changes nothing, says what to do."""

import asyncio
import shutil
import stat
from argparse import ArgumentParser, Namespace
from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, date, datetime
from importlib.util import find_spec
from pathlib import Path
from typing import Final, Literal, NamedTuple

import httpx
from sqlalchemy import select
from sqlalchemy.exc import SQLAlchemyError

from inbox.channels import numbers
from inbox.commands.context import data_place, key_of, refuse_before_opening, sqlite_file
from inbox.commands.output import print_json, print_table
from inbox.commands.trouble import explained
from inbox.config import Settings, load
from inbox.domain.channels import Channel
from inbox.domain.formatting import enumerated, size
from inbox.domain.language import _, ngettext, retold
from inbox.domain.webhooks import ENDED, Endpoint, host_of, state_of
from inbox.forwarding import endpoints
from inbox.media.store import Store, StoreFault
from inbox.providers.cloud_api import CloudApi
from inbox.providers.cloud_api.versions import near_end
from inbox.server.failure import Failure
from inbox.storage import revisions
from inbox.storage.database import Connection, Database, connect
from inbox.storage.lock import FileLock, Taken
from inbox.storage.secrets import KEY_FILE, Sealer, WrongKey
from inbox.storage.tables import media_files
from inbox.storage.wal import faults_within

EXAMPLES = """
  inbox doctor             beside a server or without one; ends with 1 if something is wrong
  inbox doctor --json
"""

LITTLE, TOO_LITTLE = 2_000_000_000, 200_000_000
"""Bytes that are free on a disk."""

LOADED_LATE: Final = {
    "PIL": "pillow",
    "aiosqlite": "aiosqlite",
    "alembic": "alembic",
    "argon2": "argon2-cffi",
    "asyncpg": "asyncpg",
    "dotenv": "python-dotenv",
    "httpcore": "httpcore",
    "jwt": "pyjwt",
    "markdown_it": "markdown-it-py",
    "phonenumbers": "phonenumbers",
    "prometheus_client": "prometheus-client",
    "pydantic": "pydantic",
    "redis": "redis",
    "sqlmodel": "sqlmodel",
    "websockets": "websockets",
    "zxcvbn_rs_py": "zxcvbn-rs-py",
}
"""Modules that no start needs, with the package that brings each: one that is missing would be told
of by whatever needs it first."""


class Diagnosis(NamedTuple):
    state: Literal["good", "warn", "bad"]
    part: str
    words: str


def configure(parser: ArgumentParser) -> None:
    parser.add_argument("--json", action="store_true", help="print JSON")


def run(options: Namespace) -> None:
    found = asyncio.run(_findings(load()))
    if options.json:
        print_json([finding._asdict() for finding in found])
    else:
        marks = {"good": _("good"), "warn": _("look"), "bad": _("wrong")}
        print_table(
            [_("STATE"), _("PART"), _("WHAT")], ((marks[one.state], *one[1:]) for one in found)
        )
    wrong = sum(finding.state == "bad" for finding in found)
    if wrong:
        raise Failure(ngettext("%(num)s thing is wrong.", "%(num)s things are wrong.", wrong))


async def _findings(settings: Settings) -> list[Diagnosis]:
    database = await _database(settings)
    # What may not be opened is ruined by whoever asks it something.
    sound = all(one.state == "good" for one in database)
    return [
        _packages(),
        *_folder(settings),
        *database,
        *await _server(settings),
        *await _files(settings, sound),
        *_space(settings),
    ]


def _packages() -> Diagnosis:
    part = _("packages")
    missing = [package for module, package in LOADED_LATE.items() if not find_spec(module)]
    if not missing:
        return Diagnosis("good", part, _("all are there"))
    names = enumerated(missing)
    return Diagnosis("bad", part, _("not installed: %(names)s. Install Inbox again", names=names))


def _folder(settings: Settings) -> Iterator[Diagnosis]:
    """The data folder with the key in it."""
    part, folder = _("data folder"), settings.data_dir
    if not folder.is_dir():
        yield Diagnosis("warn", part, _("%(folder)s is made at the first start", folder=folder))
        return
    yield _private(part, folder, "700")
    key = folder / KEY_FILE
    if settings.secret_key:
        yield Diagnosis("good", _("key"), _("INBOX_SECRET_KEY is set"))
    elif key.exists():
        yield _private(_("key"), key, "600")
    else:
        yield Diagnosis("warn", _("key"), _("%(key)s is made at the first start", key=key))


def _private(part: str, path: Path, mode: str) -> Diagnosis:
    if stat.S_IMODE(path.stat().st_mode) & 0o077:
        words = _("others can read %(path)s: chmod %(mode)s", path=path, mode=mode)
        return Diagnosis("bad", part, words)
    return Diagnosis("good", part, str(path))


async def _database(settings: Settings) -> list[Diagnosis]:
    part, place = _("database"), data_place(settings)
    try:
        with explained(settings):
            if settings.sqlite and (fault := await asyncio.to_thread(_sqlite_fault, settings)):
                return [fault]
            database = connect(settings.database_url)
            try:
                revision = await database.read(revisions.revision)
                if revision != revisions.newest_revision():
                    return [Diagnosis(*_other_revision(part, place, revision))]
                return [
                    Diagnosis("good", part, place),
                    *await _channels(settings, database),
                    *_webhooks(await database.read(endpoints.listing)),
                ]
            finally:
                await database.close()
    except Failure as failure:
        return [Diagnosis("bad", part, str(failure))]


def _sqlite_fault(settings: Settings) -> Diagnosis | None:
    """Whether the file may be opened at all, and whether it is whole."""
    part, file = _("database"), sqlite_file(settings)
    if file.parent.is_dir():
        refuse_before_opening(file)
    if not file.exists():
        return Diagnosis("warn", part, _("%(file)s is made at the first start", file=file))
    if faults := faults_within(file):
        words = _(
            "%(file)s is damaged (%(fault)s): stop the server and inbox restore a backup",
            file=file,
            fault=faults[0],
        )
        return Diagnosis("bad", part, words)
    return None


def _other_revision(
    part: str, place: str, revision: str | None
) -> tuple[Literal["warn", "bad"], str, str]:
    if revision is None:
        return "warn", part, _("%(place)s is empty: the first start fills it", place=place)
    if revisions.is_known(revision):
        return "warn", part, _("%(place)s is brought up to date by the next start", place=place)
    return "bad", part, _("%(place)s was made by a newer Inbox: start that one", place=place)


async def _channels(settings: Settings, database: Database) -> Iterator[Diagnosis]:
    """Whether the key is the one by which their secrets were sealed."""
    part = _("channels")
    try:
        found = await database.read(numbers.in_use, Sealer(key_of(settings)))
    except WrongKey as wrong:
        return iter([Diagnosis("bad", part, str(wrong))])
    words = ngettext("%(num)s, their secrets open", "%(num)s, their secrets open", len(found))
    channels = [one.channel for one in found]
    sound = Diagnosis("good", part, words)
    return iter([sound, *_versions(part, channels), *_doubled(part, found)])


def _doubled(part: str, known: Iterable[numbers.Connected]) -> Iterator[Diagnosis]:
    """Numbers that were connected twice while that was not refused."""
    for same in numbers.doubled(known):
        names = enumerated([channel.name for channel in same])
        words = _("%(names)s are one number: remove all but one of them", names=names)
        yield Diagnosis("warn", part, words)


def _versions(part: str, channels: Iterable[Channel]) -> Iterator[Diagnosis]:
    """Channels on a version of Meta's API that ends soon."""
    for channel in channels:
        if channel.provider == CloudApi.name and (words := near_end(channel.api_base, _today())):
            yield Diagnosis("warn", part, f"{channel.name}: {words}")


def _webhooks(known: Sequence[Endpoint]) -> Iterator[Diagnosis]:
    """Endpoints that are not told what happens; not where they are, as paths may be secrets."""
    part, well = _("webhooks"), True
    for one in known:
        name, state = one["description"] or host_of(one["url"]), state_of(one)
        if state == "ended":
            words = _("%(name)s is switched off: %(why)s", name=name, why=_why_ended(one))
        elif state == "failing":
            error = retold(one["last_error"] or "")
            words = _("%(name)s takes nothing: %(error)s", name=name, error=error)
        else:
            continue
        well = False
        yield Diagnosis("warn", part, words)
    if known and well:
        words = ngettext(
            "%(num)s endpoint, not failing", "%(num)s endpoints, none fails", len(known)
        )
        yield Diagnosis("good", part, words)


def _why_ended(endpoint: Endpoint) -> str:
    because = endpoint["ended_because"]
    why = _(ENDED[because]) if because else ""
    return _(
        "%(why)s Once it answers again: inbox webhook resume %(id)s", why=why, id=endpoint["id"]
    )


def _today() -> date:
    return datetime.now(UTC).date()


async def _server(settings: Settings) -> list[Diagnosis]:
    """What the server on this machine says of itself, if one is running."""
    part, url = _("server"), _running(settings) or settings.local_url
    try:
        async with httpx.AsyncClient(trust_env=False, timeout=10) as http:
            answer = await http.get(f"{url}/health")
            checks: dict[str, str] = answer.json()["checks"]
    except (httpx.HTTPError, ValueError, LookupError, TypeError):
        return [Diagnosis("warn", part, _("none answers at %(url)s", url=url))]
    amiss = {name: words for name, words in checks.items() if words != "ok"}
    if not amiss:
        return [Diagnosis("good", part, url)]
    state: Literal["warn", "bad"] = "warn" if answer.status_code == 200 else "bad"
    return [Diagnosis(state, part, f"{name}: {words}") for name, words in amiss.items()]


def _running(settings: Settings) -> str | None:
    if not settings.sqlite or not settings.data_dir.is_dir():
        return None
    lock = FileLock(sqlite_file(settings))
    try:
        lock.take()
    except Taken as taken:
        return str(taken.holder.get("url") or "") or None
    lock.release()
    return None


async def _files(settings: Settings, sound: bool) -> list[Diagnosis]:
    part, store = _("files"), Store(settings.media_dir)
    if not await store.is_there():
        words = _("%(folder)s is made by the first file", folder=store.folder)
        return [Diagnosis("warn", part, words)]
    try:
        await store.check()
    except StoreFault as fault:
        words = _(
            "nothing can be stored in %(folder)s: %(reason)s",
            folder=store.folder,
            reason=fault.strerror,
        )
        return [Diagnosis("bad", part, words)]
    missing = await _missing(settings, store) if sound else 0
    if missing:
        words = ngettext(
            "%(num)s file of messages is not in %(folder)s: inbox restore a backup, or Retry",
            "%(num)s files of messages are not in %(folder)s: inbox restore a backup, or Retry",
            missing,
            folder=store.folder,
        )
        return [Diagnosis("bad", part, words)]
    return [Diagnosis("good", part, str(store.folder))]


async def _missing(settings: Settings, store: Store) -> int:
    """How many files the database knows of that are not there; 0 if it cannot say."""
    database = connect(settings.database_url)
    try:
        digests = await database.read(_digests)
    except (SQLAlchemyError, OSError):
        return 0  # why, the database's own line says
    finally:
        await database.close()
    return await asyncio.to_thread(
        lambda: sum(not store.path(digest).exists() for digest in digests)
    )


def _digests(connection: Connection) -> set[str]:
    return set(connection.execute(select(media_files.c.digest).distinct()).scalars())


def _space(settings: Settings) -> Iterator[Diagnosis]:
    """Of each disk once."""
    seen = set()
    for folder in (settings.data_dir, settings.media_dir):
        there = next(path for path in (folder, *folder.parents) if path.is_dir())
        device = there.stat().st_dev
        if device in seen:
            continue
        seen.add(device)
        free = shutil.disk_usage(there).free
        state: Literal["good", "warn", "bad"] = (
            "bad" if free < TOO_LITTLE else "warn" if free < LITTLE else "good"
        )
        words = _("%(size)s free in %(folder)s", size=size(free), folder=there)
        yield Diagnosis(state, _("space"), words)
