"""Small files of every kind that WhatsApp carries: nobody else's.

They are what a customer of the sandbox sends. Each is a real file, so it goes the way of all
files: fetched, checked against its digest, made small, played. Pictures are drawn here; how what
lies in ``sample_files/`` was made is told there.
"""

import io
import math
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from PIL import Image

SIZE = (480, 360)
_FOLDER = Path(__file__).parent / "sample_files"


class File(NamedTuple):
    mime: str
    body: bytes
    name: str = ""


@cache
def file(kind: str) -> File:
    """The file of a message type: image, video, audio, document or sticker. KeyError for others."""
    makers = {
        "image": lambda: File("image/jpeg", _photo()),
        "video": lambda: File("video/webm", _kept("kettle.webm")),
        "audio": lambda: File("audio/mpeg", _kept("tune.mp3")),
        "document": lambda: File("application/pdf", _kept("invoice.pdf"), "Invoice 1042.pdf"),
        "sticker": lambda: File("image/webp", _sticker()),
    }
    return makers[kind]()


def _kept(name: str) -> bytes:
    return (_FOLDER / name).read_bytes()


def kettle(phase: float) -> "Image.Image":
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
    kettle(0.2).save(out, "JPEG", quality=82)
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
