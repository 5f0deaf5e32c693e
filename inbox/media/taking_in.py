"""A file that somebody brings to send: told what it is, held against the limits, made small."""

from typing import Final

from inbox.domain.outgoing.files import (
    FileFacts,
    FileKind,
    check_file,
    declared_mime,
    gainsaid,
)
from inbox.domain.stored import StoredFile
from inbox.domain.text import present
from inbox.media.apart import NotNow
from inbox.media.bounds import LARGEST_VOICE
from inbox.media.films import FilmFacts, film_facts
from inbox.media.kinds import PICTURES, UNKNOWN, file_kind
from inbox.media.length import seconds_of
from inbox.media.store import Store, StoreFault
from inbox.media.thumbnails import Thumbnail, Thumbnails
from inbox.media.voice import Recordings, able

_BOXED: Final = frozenset({"video/mp4", "video/3gpp", "audio/mp4"})
_TRIES: Final = 2


async def taken_in(
    store: Store,
    thumbnails: Thumbnails,
    recordings: Recordings,
    kind: FileKind,
    digest: str,
    said: str,
    filename: str,
) -> StoredFile:
    """What a message that sends it will keep of it.

    ``said``: what its bringer calls it. Raises ``TooLarge`` and ``UnfitType`` for what WhatsApp
    would refuse as ``kind``, and ``Busy`` where a voice message cannot be made of it now.
    """
    path = store.path(digest)
    head, count = await store.head(digest), await store.size(path)
    if head is None or count is None:
        raise StoreFault(2, "the file is not there")
    mime = told_mime(head, said, filename)
    film = await film_facts(path) if mime in _BOXED else FilmFacts()
    facts = FileFacts(
        mime=mime,
        bytes=count,
        animated=_animated(head),
        opus=b"OpusHead" in head[:64],
        codecs=frozenset(film.codecs),
    )
    check_file(kind, facts)
    if kind == "voice" and (able() or not _is_voice(facts)):
        return await _spoken(store, recordings, digest)
    sound = await recordings.heard(path) if mime.startswith("audio/") else None
    small = await _made_small(store, thumbnails, digest) if mime in PICTURES else None
    return present(
        StoredFile,
        state="ready",
        digest=digest,
        bytes=count,
        mime_type=mime,
        filename=filename or None,
        thumbnail=True if small else None,
        width=small.width if small else film.width,
        height=small.height if small else film.height,
        duration=sound.seconds if sound else film.duration or await seconds_of(path, mime),
        waveform=sound.waveform if sound and sound.waveform else None,
    )


def _is_voice(facts: FileFacts) -> bool:
    """Whether it is one as it came: what makes one of all else may not be here."""
    return facts.opus and facts.bytes <= LARGEST_VOICE


async def _spoken(store: Store, recordings: Recordings, digest: str) -> StoredFile:
    """The voice message that is made of it, which is another file; nobody needs this one."""
    sound, ogg = await recordings.voice_of(store.path(digest))
    async with store.incoming() as file:
        try:
            await file.write(ogg)
            await file.finish()
            await store.keep(file)
        finally:
            await file.discard()
    return StoredFile(
        state="ready",
        digest=file.digest,
        bytes=file.size,
        mime_type="audio/ogg",
        duration=sound.seconds,
        waveform=sound.waveform,
    )


def told_mime(head: bytes, said: str, filename: str) -> str:
    """By its first bytes; what these leave open, by its name, unless they gainsay it."""
    declared = declared_mime(said, filename)
    told = file_kind(head, declared).mime
    return UNKNOWN if told == declared and gainsaid(declared, head) else told


def _animated(head: bytes) -> bool:
    """Of a WebP: a flag in its extended header."""
    return head[12:16] == b"VP8X" and len(head) > 20 and bool(head[20] & 0b10)


async def _made_small(store: Store, thumbnails: Thumbnails, digest: str) -> Thumbnail | None:
    """A busy machine gets a second chance; without one the picture is saved and not shown."""
    for _try in range(_TRIES):
        try:
            small = await thumbnails.make(store.path(digest))
        except NotNow:
            continue
        if small:
            await store.keep_small(digest, small.webp)
        return small
    return None
