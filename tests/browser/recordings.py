"""Sounds, films and pictures that a browser can play."""

import io
from pathlib import Path

from PIL import Image

from inbox.trial.files import file

_SOUND = Path(__file__).parents[1] / "media" / "recordings" / "twelve_seconds.mp3"


def film() -> bytes:
    """A WebM of two seconds."""
    return file("video").body


def h265() -> bytes:
    """An MP4 that most browsers cannot play."""
    return (_SOUND.parent / "film_h265.mp4").read_bytes()


def sound() -> bytes:
    """An MP3 of twelve seconds."""
    return _SOUND.read_bytes()


def picture(red: int) -> bytes:
    """A PNG of one colour."""
    out = io.BytesIO()
    Image.new("RGB", (400, 300), (red, 120, 160)).save(out, "PNG")
    return out.getvalue()
