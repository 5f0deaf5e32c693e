"""Files of ours that are shown above a template's words to who approves it."""

from collections.abc import Callable
from functools import partial

from inbox.conversations.uploads import upload_row
from inbox.domain.errors import Invalid, Missing
from inbox.domain.language import _
from inbox.domain.rows import UploadRow
from inbox.domain.templates.samples import SAMPLE_MIMES, HeaderSample, check_sample
from inbox.media.bringing import Bringing
from inbox.providers.templates import SampleFile
from inbox.providers.uploading import OwnFile
from inbox.storage.database import Database


class HeaderFiles:
    """``link``: of a digest, a type and a name, an address for a while, if there can be one."""

    def __init__(
        self,
        database: Database,
        bringing: Bringing,
        link: Callable[[str, str, str], str | None],
    ) -> None:
        self._database, self._bringing, self._link = database, bringing, link

    async def brought(self, sample: HeaderSample, media_id: str) -> SampleFile:
        try:
            row = await self._database.read(upload_row, media_id)
        except Missing as missing:
            raise Invalid(sample.field, str(missing)) from missing
        return await self._file(sample, row)

    async def fetched(self, sample: HeaderSample, address: str) -> SampleFile:
        try:
            row = await self._bringing.fetch(address, sample.kind, None)
        except Invalid as wrong:
            words = _("%(why)s Choose the file again.", why=wrong)
            raise Invalid(sample.field, words) from wrong
        return await self._file(sample, row)

    async def _file(self, sample: HeaderSample, row: UploadRow) -> SampleFile:
        digest, mime = row["digest"], row["mime_type"]
        if digest is None:
            raise Invalid(sample.field, _("Not all of this file is here yet."))
        check_sample(sample, mime, row["bytes"])
        size = await self._bringing.store.size_of(digest)
        if size is None:
            raise Invalid(sample.field, _("This file is no longer on this server's disk."))
        name = f"sample{SAMPLE_MIMES[sample.kind][mime]}"  # what it is called is nobody's business
        chunks = partial(self._bringing.store.chunks, digest)
        file = OwnFile(digest=digest, mime=mime, size=size, filename=name, chunks=chunks)
        return SampleFile(file, self._link(digest, mime, name))
