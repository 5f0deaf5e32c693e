"""How long a voice message is: Ogg says so in the last of its pages."""

import asyncio
from pathlib import Path
from typing import Final

_TAIL: Final = 64 * 1024 + 512
"""More than the largest page."""
_RATE: Final = 48_000
"""Opus counts so many samples a second, whatever was recorded."""
_LONGEST: Final = 24 * 3600


async def seconds_of(path: Path, mime: str) -> float | None:
    """Of an Ogg file with Opus in it, as voice messages are; None for all else."""
    return await asyncio.to_thread(_ogg, path) if mime == "audio/ogg" else None


def _ogg(path: Path) -> float | None:
    with path.open("rb") as file:
        head = file.read(512)
        size = file.seek(0, 2)
        file.seek(max(0, size - _TAIL))
        tail = file.read(_TAIL)
    opus = head.find(b"OpusHead")
    page = tail.rfind(b"OggS")
    if opus < 0 or page < 0 or len(tail) < page + 14:
        return None
    skipped = int.from_bytes(head[opus + 10 : opus + 12], "little")
    samples = int.from_bytes(tail[page + 6 : page + 14], "little", signed=True) - skipped
    seconds = round(samples / _RATE, 1)
    return seconds if 0 < seconds <= _LONGEST else None
