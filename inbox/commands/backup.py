"""``inbox backup``: the database and the files as they are now, beside a server that goes on."""

import asyncio
import shutil
import tempfile
from argparse import ArgumentParser, Namespace
from collections.abc import Callable
from pathlib import Path

from inbox import __version__
from inbox.commands import backup_folder
from inbox.commands.backup_folder import DATABASE, FILES, SQLITE_FILE, Manifest
from inbox.commands.context import data_place, refuse_before_opening, sqlite_file
from inbox.commands.output import print_json
from inbox.commands.progress import Progress, database_told, files_in_words
from inbox.commands.trouble import explained
from inbox.config import Settings, load
from inbox.domain.formatting import size
from inbox.domain.language import _
from inbox.domain.times import iso, now
from inbox.media.copying import CopiedFiles, copy_files
from inbox.media.store import Store
from inbox.server.failure import Failure
from inbox.storage import postgresql_copy
from inbox.storage.postgresql_copy import Tables
from inbox.storage.secrets import KEY_FILE
from inbox.storage.sqlite_copy import copy_database, sync
from inbox.storage.wal import faults_within

EXAMPLES = """
  inbox backup /backups/monday       a new folder, while the server goes on
  inbox restore /backups/monday      puts it back
"""


def configure(parser: ArgumentParser) -> None:
    parser.add_argument("path", metavar="PATH", type=Path, help=_("a folder that is not there yet"))
    parser.add_argument("--json", action="store_true", help="print JSON")


def run(options: Namespace) -> None:
    settings, path = load(), options.path.expanduser().absolute()
    backup_folder.for_us_alone()
    with explained(settings):
        manifest, damaged = _made(settings, path)
    if options.json:
        print_json({"path": str(path), "damaged": damaged, "files": manifest.files})
        return
    print(
        _(
            "%(path)s has the database and %(files)s (%(size)s).",
            path=path,
            files=files_in_words(manifest.files),
            size=size(manifest.bytes),
        )
    )
    if not settings.secret_key:
        key = settings.data_dir / KEY_FILE
        print(_("The secret key is not in it: keep a copy of %(key)s elsewhere.", key=key))
    if damaged:
        raise Failure(
            _(
                "%(files)s on the disk are damaged and were left out, the first is %(name)s; all "
                "else is in the backup.",
                files=files_in_words(len(damaged)),
                name=damaged[0],
            )
        )


def _made(settings: Settings, path: Path) -> tuple[Manifest, list[str]]:
    """All of it under its name at once, or nothing."""
    if path.exists() and not (path.is_dir() and not any(path.iterdir())):
        raise Failure(_("%(path)s is there already: name a new folder.", path=path))
    if path.is_relative_to(settings.media_dir):
        raise Failure(_("%(path)s is in the folder of the files: name another.", path=path))
    key = backup_folder.key_mark(settings)
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = Path(tempfile.mkdtemp(dir=path.parent, prefix=f".{path.name}-"))
    try:
        manifest, damaged = _fill(settings, draft, key)
        draft.replace(path)
        sync(path.parent)
    finally:
        shutil.rmtree(draft, ignore_errors=True)
    return manifest, damaged


def _fill(settings: Settings, draft: Path, key: str) -> tuple[Manifest, list[str]]:
    """The database first: every file that it knows of is there by then, and stays for a day."""
    progress, (database, files) = Progress(), (draft / DATABASE, draft / FILES)
    database.mkdir()
    files.mkdir()
    tables = None
    if settings.sqlite:
        revision = _sqlite(settings, database / SQLITE_FILE, progress)
    else:
        tables = asyncio.run(
            postgresql_copy.dump_tables(settings.database_url, database, database_told(progress))
        )
        revision = tables.revision
    if revision is None:
        raise Failure(_nothing_yet(settings))
    copied = copy_files(Store(settings.media_dir), Store(files), _files_told(progress))
    progress.end()
    manifest = _manifest(settings, draft, revision, key, tables, copied)
    backup_folder.write_manifest(draft, manifest)
    return manifest, copied.damaged


def _manifest(
    settings: Settings,
    draft: Path,
    revision: str,
    key: str,
    tables: Tables | None,
    copied: CopiedFiles,
) -> Manifest:
    database = draft / DATABASE
    return Manifest(
        form=backup_folder.FORM,
        version=__version__,
        made_at=iso(now()),
        engine="sqlite" if settings.sqlite else "postgresql",
        revision=revision,
        key=key,
        digests=backup_folder.digests_of(database),
        tables=tables,
        files=copied.files,
        bytes=copied.bytes + sum(path.stat().st_size for path in database.iterdir()),
    )


def _sqlite(settings: Settings, target: Path, progress: Progress) -> str | None:
    source = sqlite_file(settings)
    if not source.exists():
        raise Failure(_nothing_yet(settings))
    refuse_before_opening(source)
    revision = copy_database(source, target, database_told(progress))
    if faults := faults_within(target):
        raise Failure(
            _(
                "The database %(place)s is damaged (%(fault)s); inbox doctor says more. No backup "
                "was made.",
                place=source,
                fault=faults[0],
            )
        )
    return revision


def _nothing_yet(settings: Settings) -> str:
    return _("There is no database at %(place)s yet.", place=data_place(settings))


def _files_told(progress: Progress) -> Callable[[CopiedFiles], None]:
    def heard(copied: CopiedFiles) -> None:
        files = files_in_words(copied.files)
        progress.say(_("%(files)s, %(size)s", files=files, size=size(copied.bytes)))

    return heard
