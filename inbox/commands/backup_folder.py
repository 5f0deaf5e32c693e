"""What a backup is: a folder with the database, the files, and a manifest that says what they are.

The secret key is never in it: with both, whoever finds the backup can read the channels' secrets.
The manifest has what shows whether a key is the right one.
"""

import hashlib
import os
from pathlib import Path

import msgspec
from msgspec import Struct

from inbox.commands.context import key_of
from inbox.config import Settings
from inbox.domain.language import _
from inbox.server.failure import Failure
from inbox.storage.postgresql_copy import Tables
from inbox.storage.secrets import KEY_FILE, derive_key
from inbox.storage.sqlite_copy import sync

FORM = 1
MANIFEST, DATABASE, FILES = "manifest.json", "database", "media"
SQLITE_FILE = "inbox.db"


class Manifest(Struct, frozen=True, kw_only=True):
    """``digests``: the SHA-256 of each file in ``database``, by name."""

    form: int
    version: str
    made_at: str
    engine: str
    revision: str
    key: str
    digests: dict[str, str]
    tables: Tables | None
    files: int
    bytes: int


def write_manifest(folder: Path, manifest: Manifest) -> None:
    """The last thing that a backup gets: what has one is whole."""
    path = folder / MANIFEST
    path.write_bytes(msgspec.json.format(msgspec.json.encode(manifest), indent=2) + b"\n")
    sync(path)
    sync(folder)


def read_manifest(folder: Path) -> Manifest:
    """Raises ``Failure`` for what is no backup, or one of a form that is not known yet."""
    try:
        found = msgspec.json.decode((folder / MANIFEST).read_bytes())
        if isinstance(found, dict) and found.get("form") != FORM:
            raise Failure(_("%(path)s was made by a newer Inbox; use that one.", path=folder))
        return msgspec.convert(found, Manifest)
    except OSError:
        raise Failure(
            _("%(path)s is no backup: it has no %(name)s.", path=folder, name=MANIFEST)
        ) from None
    except (msgspec.MsgspecError, UnicodeDecodeError):
        raise Failure(
            _("%(path)s is no whole backup: its %(name)s is broken.", path=folder, name=MANIFEST)
        ) from None


def digests_of(folder: Path) -> dict[str, str]:
    """Of every file in it."""
    found = {}
    for path in sorted(folder.iterdir()):
        with path.open("rb") as file:
            found[path.name] = hashlib.file_digest(file, "sha256").hexdigest()
    return found


def key_mark(settings: Settings) -> str:
    """By which a key is known again, and which tells nothing of it. Raises ``Failure``."""
    if not settings.secret_key and not (settings.data_dir / KEY_FILE).exists():
        raise Failure(
            _(
                "There is no %(name)s in %(folder)s: put the one there that was used before, or "
                "set INBOX_SECRET_KEY. Without it the channels' secrets cannot be read.",
                name=KEY_FILE,
                folder=settings.data_dir,
            )
        )
    return derive_key(key_of(settings), "backup mark").hex()[:32]


def for_us_alone() -> None:
    """What a backup or a restore makes holds customers' words."""
    os.umask(0o077)
