"""Files that are brought to be sent: announced, looked at when they are whole, or fetched."""

import asyncio
from collections.abc import Callable
from pathlib import PurePosixPath
from typing import Final
from urllib.parse import unquote, urlsplit

from inbox.conversations import uploads
from inbox.domain.errors import Invalid
from inbox.domain.language import _, retold
from inbox.domain.outgoing.files import FileKind, check_size
from inbox.domain.rows import UploadRow
from inbox.domain.text import scrub
from inbox.domain.times import Micros
from inbox.media.fetching import Fetcher
from inbox.media.pieces import Pieces
from inbox.media.store import Incoming, Store
from inbox.media.taking_in import taken_in
from inbox.media.thumbnails import Thumbnails
from inbox.media.voice import Recordings
from inbox.providers.media import Download, Unavailable
from inbox.storage.database import Database

FETCH_SECONDS: Final = 60
"""So long whoever gives a link waits for the file behind it."""


class Bringing:
    def __init__(
        self,
        database: Database,
        fetcher: Fetcher,
        store: Store,
        thumbnails: Thumbnails,
        recordings: Recordings,
        now: Callable[[], Micros],
    ) -> None:
        self._database, self._fetcher, self._now = database, fetcher, now
        self.store, self._thumbnails, self._recordings = store, thumbnails, recordings
        self.pieces = Pieces(store)

    async def announce(
        self, kind: FileKind, mime: str, count: int, filename: str, user_id: str | None
    ) -> UploadRow:
        """``filename`` is harmless; the rest is what its bringer says."""
        return await self._database.write(
            uploads.announce_upload,
            kind=kind,
            mime_type=scrub(mime)[:200],
            count=count,
            filename=filename,
            user_id=user_id,
            now=self._now(),
        )

    async def settle(self, row: UploadRow, digest: str) -> UploadRow:
        """All of it is here. What WhatsApp would refuse is given up, and raises ``Invalid``."""
        said, name = row["mime_type"], row["filename"]
        try:
            found = await taken_in(
                self.store, self._thumbnails, self._recordings, row["kind"], digest, said, name
            )
        except Invalid:
            await self._database.write(uploads.give_upload_up, row["id"])
            raise
        return await self._database.write(uploads.arrived, row["id"], found)

    async def fetch(self, link: str, kind: FileKind, user_id: str | None) -> UploadRow:
        """From where a program says it is, under the rules for files of customers.

        Raises ``Invalid``.
        """
        file = await self._fetched(link)
        try:
            check_size(kind, file.size)
            await self.store.keep(file)
        finally:
            await file.discard()
        name = PurePosixPath(unquote(urlsplit(link).path)).name[:100]
        return await self.settle(
            await self.announce(kind, "", file.size, scrub(name), user_id), file.digest
        )

    async def _fetched(self, link: str) -> Incoming:
        try:
            async with asyncio.timeout(FETCH_SECONDS):
                found = await self._fetcher.fetch(Download(url=link))
        except TimeoutError as late:
            raise Invalid("link", _("Fetching the file took too long.")) from late
        if isinstance(found, Unavailable):
            why = _("The file could not be fetched: %(reason)s.", reason=retold(found.reason))
            raise Invalid("link", why)
        return found
