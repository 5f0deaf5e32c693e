"""``inbox restore``: a backup in the place of what is there; all of it, or nothing."""

import asyncio
import shutil
from argparse import ArgumentParser, Namespace
from pathlib import Path

from inbox.commands import backup_folder
from inbox.commands.backup_folder import DATABASE, FILES, SQLITE_FILE, Manifest
from inbox.commands.context import data_place, sqlite_file
from inbox.commands.progress import Progress, database_told, files_in_words
from inbox.commands.trouble import explained
from inbox.config import Settings, load
from inbox.domain.language import _
from inbox.domain.times import iso, now
from inbox.media.copying import CopiedFiles, copy_files
from inbox.media.store import Store
from inbox.server.failure import Failure
from inbox.storage import postgresql_copy, revisions
from inbox.storage.lock import FileLock, Taken
from inbox.storage.postgresql_copy import Occupied
from inbox.storage.sqlite_copy import sync
from inbox.storage.wal import LEFTOVERS, faults_within, leftovers, next_to

EXAMPLES = """
  inbox restore /backups/monday      with the server stopped
"""


def configure(parser: ArgumentParser) -> None:
    parser.add_argument("path", metavar="PATH", type=Path, help=_("what inbox backup made"))


def run(options: Namespace) -> None:
    settings, folder = load(), options.path.expanduser().absolute()
    backup_folder.for_us_alone()
    manifest = backup_folder.read_manifest(folder)
    _refuse_unfit(settings, folder, manifest)
    with explained(settings):
        if settings.sqlite:
            copied, former = _sqlite(settings, folder)
        else:
            copied, former = _postgresql(settings, folder, manifest), None
    print(
        _(
            "The backup of %(made_at)s is at %(place)s, with %(files)s. Start the server.",
            made_at=manifest.made_at,
            place=data_place(settings),
            files=files_in_words(copied.files),
        )
    )
    if former:
        print(_("What was there before is kept as %(former)s.", former=former))
    if copied.damaged:
        raise Failure(
            _(
                "%(files)s in the backup are damaged and were left out, the first is %(name)s.",
                files=files_in_words(len(copied.damaged)),
                name=copied.damaged[0],
            )
        )


def _refuse_unfit(settings: Settings, folder: Path, manifest: Manifest) -> None:
    """Before anything is touched."""
    engine = "sqlite" if settings.sqlite else "postgresql"
    if manifest.engine != engine:
        raise Failure(
            _(
                "The backup is of %(theirs)s and INBOX_DATABASE_URL names %(ours)s: they do not "
                "fit.",
                theirs=_NAMES.get(manifest.engine, manifest.engine),
                ours=_NAMES[engine],
            )
        )
    if not revisions.is_known(manifest.revision):
        raise Failure(
            _(
                "The backup was made by Inbox %(version)s, which is newer: use that one.",
                version=manifest.version,
            )
        )
    if manifest.key != backup_folder.key_mark(settings):
        raise Failure(
            _(
                "The secret key is not that of the backup: put the secret.key, or set the "
                "INBOX_SECRET_KEY, that was used when it was made."
            )
        )
    try:
        found = backup_folder.digests_of(folder / DATABASE)
    except OSError:
        found = {}
    if found != manifest.digests:
        raise Failure(_("The backup %(path)s is damaged; take another one.", path=folder))


_NAMES = {"sqlite": "SQLite", "postgresql": "PostgreSQL"}


def _sqlite(settings: Settings, folder: Path) -> tuple[CopiedFiles, Path | None]:
    target = sqlite_file(settings)
    lock = FileLock(target)
    try:
        lock.take()
    except Taken as taken:
        raise Failure(str(taken)) from None
    try:
        draft = next_to(target, ".restored")
        try:
            shutil.copyfile(folder / DATABASE / SQLITE_FILE, draft)
            if faults_within(draft):
                raise Failure(_("The backup %(path)s is damaged; take another one.", path=folder))
            sync(draft)
            copied = _media(settings, folder)
            former = _put_aside(target)
            draft.replace(target)
            sync(target.parent)
        finally:
            draft.unlink(missing_ok=True)
    finally:
        lock.release()
    return copied, former


def _put_aside(target: Path) -> Path | None:
    """The former database with all that lies beside it; leftovers of none are removed."""
    if not target.exists():
        for path in list(leftovers(target)):
            path.unlink()
        return None
    stamp = iso(now())[:19].replace(":", "").replace("-", "")
    former = target.with_name(f"{target.stem}-before-{stamp}{target.suffix}")
    for suffix in LEFTOVERS:
        if (path := next_to(target, suffix)).exists():
            path.replace(next_to(former, suffix))
    target.replace(former)
    return former


def _postgresql(settings: Settings, folder: Path, manifest: Manifest) -> CopiedFiles:
    if manifest.tables is None:
        raise Failure(_("The backup %(path)s is damaged; take another one.", path=folder))
    progress = Progress()
    copied = _media(settings, folder)
    work = postgresql_copy.load_tables(
        settings.database_url, folder / DATABASE, manifest.tables, database_told(progress)
    )
    try:
        asyncio.run(work)
    except Occupied as occupied:
        raise Failure(_occupied(settings, occupied)) from None
    progress.end()
    return copied


def _occupied(settings: Settings, occupied: Occupied) -> str:
    if occupied.others:
        return _(
            "Others are connected to %(place)s: stop all servers first.", place=data_place(settings)
        )
    return _(
        "%(place)s is not empty: create a database for the backup, and name it in "
        "INBOX_DATABASE_URL.",
        place=data_place(settings),
    )


def _media(settings: Settings, folder: Path) -> CopiedFiles:
    progress = Progress()
    copied = copy_files(
        Store(folder / FILES),
        Store(settings.media_dir),
        lambda copied: progress.say(files_in_words(copied.files)),
    )
    progress.end()
    return copied
