"""Files on their way to a provider, before the message that brings them.

One upload of a file to a channel at a time: who comes second waits, and finds its id. A provider
that takes no files is given a link that leads to ours for a while.
"""

import asyncio
from collections import defaultdict
from collections.abc import AsyncIterator, Callable, Mapping
from functools import partial
from typing import Final, Protocol

from msgspec import Struct

from inbox.domain.channels import Channel
from inbox.domain.content import FileReference
from inbox.domain.language import N_
from inbox.domain.outgoing.brought import own_files, with_places
from inbox.domain.outgoing.said import Said
from inbox.domain.text import JsonObject
from inbox.domain.times import Micros
from inbox.providers.base import Http, Refused, SendResult
from inbox.providers.registry import provider_named
from inbox.providers.uploading import OwnFile, TakesFiles, Uploaded
from inbox.sending.provider_files import Place, forget_ids, known_ids, note_id
from inbox.storage.database import Database

UNKNOWN_FILE: Final = frozenset({100, 131009, 131052, 131053})
"""Meta's codes for a message whose file it does not know, among other things."""
_GONE: Final = Refused(
    N_("Its file is no longer on this server's disk"), N_("Bring the file again and send it.")
)
_UNLINKED: Final = Refused(
    N_("This channel’s system fetches files itself, and this server has no public address"),
    N_("Ask an administrator to set INBOX_PUBLIC_URL."),
)


class OwnFiles(Protocol):
    """Our files on disk."""

    async def size_of(self, digest: str) -> int | None: ...

    def chunks(self, digest: str) -> AsyncIterator[bytes]: ...


class _NoFiles:
    """Of who sends only words."""

    async def size_of(self, digest: str) -> int | None:
        return None

    async def chunks(self, digest: str) -> AsyncIterator[bytes]:
        raise FileNotFoundError(digest)
        yield b""


NO_FILES: Final[OwnFiles] = _NoFiles()

Link = Callable[[str, str, str], str | None]
"""Of a digest, a MIME type and a name: an address for a while; None without a public one."""


class HandedOver(Struct, frozen=True):
    """``said`` as the provider is to be told it. ``again``: ids of uploads from before."""

    said: Said
    places: tuple[Place, ...] = ()
    again: bool = False

    def outdated(self, result: SendResult) -> bool:
        """Whether the provider may just no longer know what it once took."""
        return self.again and isinstance(result, Refused) and result.code in UNKNOWN_FILE


class HandingOver:
    def __init__(
        self, database: Database, files: OwnFiles, link: Link, now: Callable[[], Micros]
    ) -> None:
        self._database, self._files, self._link, self._now = database, files, link, now
        self._turns: defaultdict[tuple[str, Place], asyncio.Lock] = defaultdict(asyncio.Lock)

    async def hand_over(self, http: Http, channel: Channel, said: Said) -> HandedOver | Refused:
        """What it says, with its files where the provider finds them."""
        wanted = {(one["sha256"], one["mime"]): one.get("filename", "") for one in _files(said)}
        if not wanted:
            return HandedOver(said)
        provider = provider_named(channel.provider)
        if not isinstance(provider, TakesFiles):
            return self._linked(said, wanted)
        known = await self._database.read(known_ids, channel.id, list(wanted), self._now())
        places: dict[Place, JsonObject] = {place: {"id": one} for place, one in known.items()}
        for place in wanted.keys() - known.keys():
            found = await self._in_turn(http, channel, provider, place)
            if isinstance(found, Refused):
                return found
            places[place] = {"id": found}
        return HandedOver(with_places(said, places), tuple(known), bool(known))

    async def forget(self, channel: Channel, handed: HandedOver) -> None:
        await self._database.write(forget_ids, channel.id, handed.places)

    async def never_came(self, channel: Channel, said: Said) -> bool:
        """Whether it brings a file that the provider has never had: then it was not sent."""
        if not isinstance(provider_named(channel.provider), TakesFiles):
            return False
        wanted = [(one["sha256"], one["mime"]) for one in _files(said)]
        known = await self._database.read(known_ids, channel.id, wanted, 0)
        return len(known) < len(set(wanted))

    def _linked(self, said: Said, wanted: Mapping[Place, str]) -> HandedOver | Refused:
        places: dict[Place, JsonObject] = {}
        for (digest, mime), name in wanted.items():
            address = self._link(digest, mime, name)
            if address is None:
                return _UNLINKED
            places[digest, mime] = {"link": address}
        return HandedOver(with_places(said, places))

    async def _in_turn(
        self, http: Http, channel: Channel, provider: TakesFiles, place: Place
    ) -> str | Refused:
        key = channel.id, place
        turn = self._turns[key]
        try:
            async with turn:
                known = await self._database.read(known_ids, channel.id, [place], self._now())
                return known.get(place) or await self._upload(http, channel, provider, place)
        finally:
            if not turn.locked() and self._turns.get(key) is turn:
                del self._turns[key]

    async def _upload(
        self, http: Http, channel: Channel, provider: TakesFiles, place: Place
    ) -> str | Refused:
        digest, mime = place
        size = await self._files.size_of(digest)
        if size is None:
            return _GONE
        chunks = partial(self._files.chunks, digest)
        file = OwnFile(digest=digest, mime=mime, size=size, filename="", chunks=chunks)
        result = await provider.upload(http, channel, file)
        match result:
            case Uploaded(known, kept):
                now = self._now()
                await self._database.write(note_id, channel.id, place, known, now + kept, now)
                return known
        return result


def _files(said: Said) -> list[FileReference]:
    return list(own_files(said.content))
