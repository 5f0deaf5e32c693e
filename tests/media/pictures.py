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


def jpeg_of_scans(scans: int = 3_000, edge: int = 4_000) -> bytes:
    """One that says the same part of itself again and again: each time costs a whole picture."""
    out = io.BytesIO()
    Image.new("RGB", (edge, edge), (90, 120, 30)).save(out, "JPEG", progressive=True)
    start, colours, details, *_ = out.getvalue().split(b"\xff\xda")
    once = details[: details.find(b"\xff\xc4")]
    return b"\xff\xda".join([start, colours, *[once] * scans]) + b"\xff\xd9"


def webp_of_canvases(edge: int = 6_300) -> bytes:
    """Some hundred bytes that move: a decoder makes room for several whole pictures at once."""

    def chunk(name: bytes, body: bytes) -> bytes:
        return name + struct.pack("<I", len(body)) + body + b"\0" * (len(body) % 2)

    def short(*numbers: int) -> bytes:
        return b"".join(number.to_bytes(3, "little") for number in numbers)

    out = io.BytesIO()
    Image.new("RGB", (16, 16)).save(out, "WEBP", lossless=True)
    frame = chunk(b"ANMF", short(0, 0, 15, 15, 100) + b"\0" + out.getvalue()[12:])
    canvas = chunk(b"VP8X", b"\x02\0\0\0" + short(edge - 1, edge - 1))
    body = b"WEBP" + canvas + chunk(b"ANIM", b"\0" * 6) + frame * 2
    return b"RIFF" + struct.pack("<I", len(body)) + body


def voice() -> bytes:
    """A voice message of seven seconds, as phones send it: Ogg with Opus."""
    return (Path(__file__).parent / "recordings" / "seven_seconds.ogg").read_bytes()
