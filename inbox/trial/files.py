"""Small files of every kind that WhatsApp carries, drawn and written here: nobody else's.

They are what a customer of the sandbox sends. Each is a real file, so it goes the way of all
files: fetched, checked against its digest, made small, played.
"""

import io
import math
import struct
from functools import cache
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from PIL import Image

SIZE = (480, 360)
FRAMES, FRAME_MS = 24, 83
NOTES = (6, 8, 9, 12, 9, 12)
"""Pairs of lines of the spectrum, 77 Hz each: a few notes, one after the other."""
NOTE_FRAMES = 19
"""MPEG frames of 26 ms each."""
LOUD = 202
"""The gain of such a frame; 210 is all there is."""


class File(NamedTuple):
    mime: str
    body: bytes
    name: str = ""


@cache
def file(kind: str) -> File:
    """The file of a message type: image, video, audio, document or sticker. KeyError for others."""
    makers = {
        "image": lambda: File("image/jpeg", _photo()),
        "video": lambda: File("video/webm", _film()),
        "audio": lambda: File("audio/mpeg", _tune()),
        "document": lambda: File("application/pdf", _letter(), "Invoice 1042.pdf"),
        "sticker": lambda: File("image/webp", _sticker()),
    }
    return makers[kind]()


def _kettle(phase: float) -> "Image.Image":
    """A blue kettle on a table, steam at ``phase`` of its way up."""
    from PIL import Image, ImageDraw  # noqa: PLC0415 - few ever ask for a sample

    picture = Image.new("RGB", SIZE, (244, 236, 222))
    draw = ImageDraw.Draw(picture)
    draw.rectangle((0, 270, 480, 360), fill=(196, 164, 128))
    draw.arc((170, 70, 310, 230), 180, 360, fill=(60, 52, 48), width=12)
    draw.polygon(((322, 180), (398, 128), (410, 146), (336, 224)), fill=(36, 104, 152))
    draw.rounded_rectangle((140, 140, 340, 290), 56, fill=(44, 122, 176))
    draw.ellipse((216, 122, 264, 150), fill=(36, 104, 152))
    draw.ellipse((172, 168, 196, 230), fill=(104, 170, 214))
    for wisp in range(3):
        up = (phase + wisp / 3) % 1
        left = 404 + 14 * math.sin(7 * up + wisp)
        draw.ellipse((left, 120 - 110 * up, left + 26, 146 - 110 * up), fill=(255, 253, 248))
    return picture


def _photo() -> bytes:
    out = io.BytesIO()
    _kettle(0.2).save(out, "JPEG", quality=82)
    return out.getvalue()


def _sticker() -> bytes:
    from PIL import Image, ImageDraw  # noqa: PLC0415 - few ever ask for a sample

    picture = Image.new("RGBA", (256, 256))
    draw = ImageDraw.Draw(picture)
    draw.ellipse((16, 16, 240, 240), fill=(255, 204, 77, 255), outline=(230, 166, 28), width=6)
    for left in (84, 144):
        draw.ellipse((left, 84, left + 28, 124), fill=(84, 58, 24))
    draw.chord((76, 110, 180, 200), 0, 180, fill=(84, 58, 24))
    out = io.BytesIO()
    picture.save(out, "WEBP", lossless=True)
    return out.getvalue()


def _letter() -> bytes:
    """A page of PDF with a table of where its parts are."""
    lines = ("Invoice 1042", "2 blue kettles at 39.90 EUR    79.80 EUR", "Thank you!")
    shown = " T* ".join(f"({line}) Tj" for line in lines)
    drawn = f"BT /F1 18 Tf 72 760 Td 32 TL {shown} ET"
    parts = (
        "<</Type/Catalog/Pages 2 0 R>>",
        "<</Type/Pages/Kids[3 0 R]/Count 1>>",
        "<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents 4 0 R"
        "/Resources<</Font<</F1 5 0 R>>>>>>",
        f"<</Length {len(drawn)}>>stream\n{drawn}\nendstream",
        "<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>",
    )
    out, places = b"%PDF-1.4\n", []
    for number, part in enumerate(parts, 1):
        places.append(len(out))
        out += f"{number} 0 obj{part}endobj\n".encode("ascii")
    count = len(parts) + 1
    table = "".join(f"{place:010d} 00000 n \n" for place in places)
    end = f"xref\n0 {count}\n0000000000 65535 f \n{table}trailer<</Size {count}/Root 1 0 R>>\n"
    return out + f"{end}startxref\n{len(out)}\n%%EOF\n".encode("ascii")


def _film() -> bytes:
    """WebM: each frame is the picture within a lossy WebP, which is a key frame of VP8."""
    blocks = b""
    for at in range(FRAMES):
        out = io.BytesIO()
        _kettle(at / FRAMES).save(out, "WEBP", quality=60)
        frame = out.getvalue()[20:]  # after RIFF, its size, WEBP, "VP8 " and that one's size
        head = struct.pack(">BhB", 0x81, at * FRAME_MS, 0x80)
        blocks += _element(0xA3, head + frame)
    head = b"".join(
        (
            _element(0x4286, b"\1") + _element(0x42F7, b"\1"),
            _element(0x42F2, b"\4") + _element(0x42F3, b"\x08"),
            _element(0x4282, b"webm") + _element(0x4287, b"\2") + _element(0x4285, b"\2"),
        )
    )
    lasting = struct.pack(">d", float(FRAMES * FRAME_MS))
    info = _element(0x2AD7B1, b"\x0f\x42\x40") + _element(0x4489, lasting)
    info += _element(0x4D80, b"Inbox") + _element(0x5741, b"Inbox")
    size = _element(0xB0, struct.pack(">H", SIZE[0])) + _element(0xBA, struct.pack(">H", SIZE[1]))
    track = _element(0xD7, b"\1") + _element(0x73C5, b"\1") + _element(0x83, b"\1")
    track += _element(0x86, b"V_VP8") + _element(0xE0, size)
    cluster = _element(0xE7, b"\0") + blocks
    whole = (_element(0x1549A966, info), _element(0x1654AE6B, _element(0xAE, track)))
    return _element(0x1A45DFA3, head) + _element(
        0x18538067, b"".join(whole) + _element(0x1F43B675, cluster)
    )


def _element(name: int, body: bytes) -> bytes:
    """Of EBML: its id, its size in one byte or in eight, and what it holds."""
    size = len(body)
    told = bytes([0x80 | size]) if size < 127 else (1 << 56 | size).to_bytes(8)
    return name.to_bytes((name.bit_length() + 7) // 8) + told + body


def _tune() -> bytes:
    """MPEG-1 Layer III, mono, 32 kbit/s at 44.1 kHz: one line of the spectrum for each note."""
    return b"".join(_beep(note) * NOTE_FRAMES for note in NOTES)


def _beep(line: int) -> bytes:
    # Huffman table 1 in pairs: "1" is (0, 0), "01" is (1, 0), and then its sign.
    words = "1" * line + "010"
    granule = f"{len(words):012b}{line + 1:09b}{LOUD:08b}" + "0000" + "0" + "00001" * 3
    granule += "0111" + "111" + "0" + "0" + "0"
    bits = "0" * 18 + granule * 2 + words * 2
    return b"\xff\xfb\x10\xc4" + int(bits.ljust(800, "0"), 2).to_bytes(100)
