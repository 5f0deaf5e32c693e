"""What an MP4 or 3GP says of itself in its boxes: codecs, seconds, width and height.

Read box by box, so that a film of any size costs a few reads; one that is broken or made to
mislead has no facts, and costs no more than ``READS`` of them.
"""

import asyncio
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO, Final

from msgspec import Struct, field

READS: Final = 400
"""Boxes that are looked at: an honest film has some forty of interest."""
_INSIDE: Final = frozenset({b"moov", b"trak", b"mdia", b"minf", b"stbl"})
_LARGEST: Final = 1024
"""Bytes of a box that are read: what is asked for stands at its beginning."""
_LONGEST: Final = 24 * 3600.0
_EDGE: Final = 16_384


class FilmFacts(Struct):
    codecs: set[str] = field(default_factory=set)
    duration: float | None = None
    width: int | None = None
    height: int | None = None


async def film_facts(path: Path) -> FilmFacts:
    return await asyncio.to_thread(_read, path)


def _read(path: Path) -> FilmFacts:
    facts = FilmFacts()
    with path.open("rb") as file:
        end = file.seek(0, 2)
        for name, body in _boxes(file, 0, end):
            _note(facts, name, body)
    return facts


def _boxes(file: BinaryIO, start: int, end: int) -> Iterator[tuple[bytes, bytes]]:
    """The boxes of interest, wherever they are, with how they begin."""
    places, left = [(start, end)], READS
    while places and left:
        at, last = places.pop()
        while at + 8 <= last and left:
            left -= 1
            file.seek(at)
            head = file.read(16)
            name, size, body = head[4:8], int.from_bytes(head[:4], "big"), at + 8
            if size == 1:  # the size did not fit, and follows
                size, body = int.from_bytes(head[8:16], "big"), at + 16
            until = last if size == 0 else min(at + size, last)
            if until < body:
                break
            if name in _INSIDE:
                places.append((body, until))
            elif name in (b"mvhd", b"tkhd", b"stsd"):
                file.seek(body)
                yield name, file.read(min(_LARGEST, until - body))
            at = until


def _note(facts: FilmFacts, name: bytes, body: bytes) -> None:
    match name:
        case b"mvhd":
            facts.duration = _duration(body)
        case b"tkhd":
            wide, high = (int.from_bytes(body[at:][:4], "big") >> 16 for at in _sides(body))
            if 0 < wide <= _EDGE and 0 < high <= _EDGE:  # a track of sound has none
                facts.width, facts.height = wide, high
        case b"stsd" if len(body) >= 16:
            codec = body[12:16]
            if codec.isalnum():
                facts.codecs.add(codec.decode("ascii"))


def _sides(body: bytes) -> tuple[int, int]:
    """Where a track's width and height stand: at the end of its header of either version."""
    length = 96 if body[:1] == b"\x01" else 84
    return length - 8, length - 4


def _duration(body: bytes) -> float | None:
    if body[:1] == b"\x01":
        scale, units = int.from_bytes(body[20:24], "big"), int.from_bytes(body[24:32], "big")
    else:
        scale, units = int.from_bytes(body[12:16], "big"), int.from_bytes(body[16:20], "big")
    seconds = round(units / scale, 1) if scale else 0.0
    return seconds if 0 < seconds <= _LONGEST else None
