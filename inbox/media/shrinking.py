"""What a process of its own does with one picture: it reads it, makes it small, and ends.

The picture is its input, the answer its output: a line with the upright width and height, then a
WebP. It knows no address, secret or path, writes no file, and the kernel ends it at its limits,
so that a hostile picture costs so much at the very most, and costs it nobody else.
"""

import io
import sys
from typing import BinaryIO, Final

from PIL import Image, ImageOps

from inbox.media.bounds import UNREADABLE, limit

EDGE: Final = 640
"""Of the longer side: what a bubble shows, on screens with two pixels to one."""
PIXELS: Final = 40_000_000
"""More than any phone's camera makes for WhatsApp, in memory 160 MB at the very most."""
BYTES: Final = 32 * 1024 * 1024
FORMATS: Final = ("JPEG", "PNG", "GIF", "WEBP")
_UPRIGHT: Final = frozenset({5, 6, 7, 8})
"""The values of EXIF's orientation by which width and height change places."""
_ORIENTATION: Final = 0x0112

# Looked at below, before anything is decoded: Pillow itself would only warn.
Image.MAX_IMAGE_PIXELS = None


def small(file: BinaryIO) -> tuple[int, int, bytes] | None:
    """Its upright width and height and a WebP of it; None for one that is too large."""
    head = file.read(64)
    if file.seek(0, io.SEEK_END) > BYTES or _canvas(head) > PIXELS:
        return None
    file.seek(0)
    with Image.open(file, formats=FORMATS) as picture:
        width, height = picture.size
        if not 0 < width * height <= PIXELS:
            return None
        if picture.getexif().get(_ORIENTATION) in _UPRIGHT:
            width, height = height, width
        picture.draft("RGB", (2 * EDGE, 2 * EDGE))  # JPEG: decodes no more than is needed
        return width, height, _encoded(picture)


def _encoded(picture: Image.Image) -> bytes:
    see_through = picture.mode in ("RGBA", "LA", "PA") or "transparency" in picture.info
    mode = "RGBA" if see_through else "RGB"
    # Copies are made of what is small already, but of a palette, where colours cannot be mixed.
    plain = picture if picture.mode in (mode, "L", "CMYK") else picture.convert(mode)
    plain.thumbnail((EDGE, EDGE))
    plain = ImageOps.exif_transpose(plain).convert(mode)
    # A picture of nothing but pixels: no place, no camera, no colour profile.
    clean = Image.new(mode, plain.size)
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


def shrink(memory: int, seconds: int) -> int:
    limit(memory, seconds)
    try:
        made = small(sys.stdin.buffer)
    except Exception:  # whatever a decoder finds: the exit code says so
        made = None
    if made is None:
        return UNREADABLE
    width, height, webp = made
    sys.stdout.buffer.write(b"%d %d\n" % (width, height) + webp)
    return 0


if __name__ == "__main__":
    sys.exit(shrink(int(sys.argv[1]), int(sys.argv[2])))
