"""Files as customers send them, self-made: no picture of anybody is in the repository."""

import io
import struct
import zlib
from pathlib import Path

from PIL import Image


def jpeg(width: int = 800, height: int = 600, orientation: int = 0) -> bytes:
    """A gradient. ``orientation``: as a phone writes that was held sideways."""
    picture = Image.radial_gradient("L").resize((width, height)).convert("RGB")
    exif = Image.Exif()
    exif[0x010E] = "taken at a secret place"
    if orientation:
        exif[0x0112] = orientation
    out = io.BytesIO()
    picture.save(out, "JPEG", exif=exif)
    return out.getvalue()


def sticker() -> bytes:
    """A WebP that moves, with a transparent ground."""
    frames = [Image.new("RGBA", (512, 512), (0, 0, n, 0)) for n in (0, 200)]
    out = io.BytesIO()
    frames[0].save(out, "WEBP", save_all=True, append_images=frames[1:], duration=100)
    return out.getvalue()


def png_bomb(edge: int = 30_000) -> bytes:
    """Some hundred kilobytes that say they are many gigabytes of white."""

    def chunk(name: bytes, body: bytes) -> bytes:
        return (
            struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))
        )

    header = struct.pack(">IIBBBBB", edge, edge, 8, 2, 0, 0, 0)
    rows = zlib.compress(b"\0" * 10_000_000, 9)
    return (
        b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", rows) + chunk(b"IEND", b"")
    )


def webp_bomb() -> bytes:
    """A header that promises 16,384 pixels each way."""
    canvas = (16383).to_bytes(3, "little") * 2
    body = b"WEBPVP8X" + struct.pack("<I", 10) + b"\x02\0\0\0" + canvas
    return b"RIFF" + struct.pack("<I", len(body)) + body


def voice() -> bytes:
    """A voice message of seven seconds, as phones send it: Ogg with Opus."""
    return (Path(__file__).parent / "recordings" / "seven_seconds.ogg").read_bytes()
