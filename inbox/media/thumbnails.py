"""Pictures made small: at most 320 pixels, upright, without what else the file told.

A hostile picture costs at most ``PIXELS`` and ``SECONDS`` of one thread, and has no thumbnail.
"""

import asyncio
import io
import logging
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Final

from PIL import Image, ImageOps

log = logging.getLogger(__name__)

EDGE: Final = 320
PIXELS: Final = 40_000_000
"""More than any phone's camera makes for WhatsApp, in memory 160 MB at the very most."""
BYTES: Final = 32 * 1024 * 1024
SECONDS: Final = 20.0
FORMATS: Final = ("JPEG", "PNG", "GIF", "WEBP")

# Looked at below, before anything is decoded: Pillow itself would only warn.
Image.MAX_IMAGE_PIXELS = None

# One at a time: who sends a hundred pictures shall not have all of the memory.
_thread = ThreadPoolExecutor(1, thread_name_prefix="thumbnails")


async def thumbnail(path: Path) -> bytes | None:
    """As WebP; None for a picture that cannot be read, or that is too large."""
    loop = asyncio.get_running_loop()
    try:
        async with asyncio.timeout(SECONDS):
            return await loop.run_in_executor(_thread, small, path)
    except Exception as fault:  # whatever a decoder finds: the picture itself is still there
        log.info("no thumbnail", extra={"error": type(fault).__name__})
        return None


def small(path: Path) -> bytes | None:
    with path.open("rb") as file:
        head = file.read(64)
        if path.stat().st_size > BYTES or _canvas(head) > PIXELS:
            return None
        file.seek(0)
        with Image.open(file, formats=FORMATS) as picture:
            width, height = picture.size
            if not 0 < width * height <= PIXELS:
                return None
            picture.draft("RGB", (2 * EDGE, 2 * EDGE))  # JPEG: decodes no more than is needed
            return _encoded(ImageOps.exif_transpose(picture))


def _encoded(picture: Image.Image) -> bytes:
    see_through = picture.mode in ("RGBA", "LA", "PA") or "transparency" in picture.info
    plain = picture.convert("RGBA" if see_through else "RGB")
    plain.thumbnail((EDGE, EDGE))
    # A picture of nothing but pixels: no place, no camera, no colour profile.
    clean = Image.new(plain.mode, plain.size)
    clean.paste(plain)
    out = io.BytesIO()
    clean.save(out, "WEBP", quality=80, method=4)
    return out.getvalue()


def _canvas(head: bytes) -> int:
    """The pixels of a WebP by its header: Pillow makes room for them as soon as it opens one."""
    if head[:4] != b"RIFF" or head[8:12] != b"WEBP":
        return 0
    chunk = head[12:16]
    if chunk == b"VP8X":
        width = int.from_bytes(head[24:27], "little") + 1
        height = int.from_bytes(head[27:30], "little") + 1
    elif chunk == b"VP8L":
        bits = int.from_bytes(head[21:25], "little")
        width, height = (bits & 0x3FFF) + 1, (bits >> 14 & 0x3FFF) + 1
    else:
        width = int.from_bytes(head[26:28], "little") & 0x3FFF
        height = int.from_bytes(head[28:30], "little") & 0x3FFF
    return width * height
