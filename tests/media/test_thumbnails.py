"""Pictures made small: upright, without their secrets, and no bomb goes off."""

import io
import time
from pathlib import Path

import pytest
from PIL import Image

from inbox.media.length import seconds_of
from inbox.media.thumbnails import thumbnail
from tests.media.pictures import jpeg, png_bomb, sticker, voice, webp_bomb


async def small(folder: Path, content: bytes) -> bytes | None:
    path = folder / "picture"
    path.write_bytes(content)
    return await thumbnail(path)


async def test_a_photo_is_small_and_says_nothing_of_where_it_was_taken(tmp_path: Path) -> None:
    made = await small(tmp_path, jpeg(3000, 2000))
    assert made and b"secret" not in made
    with Image.open(io.BytesIO(made)) as picture:
        assert (picture.format, picture.size, dict(picture.getexif())) == ("WEBP", (320, 213), {})


async def test_a_photo_of_a_phone_held_sideways_stands_upright(tmp_path: Path) -> None:
    made = await small(tmp_path, jpeg(600, 300, orientation=6))
    assert made
    with Image.open(io.BytesIO(made)) as picture:
        assert picture.size == (160, 320)


async def test_a_sticker_keeps_its_transparent_ground(tmp_path: Path) -> None:
    made = await small(tmp_path, sticker())
    assert made
    with Image.open(io.BytesIO(made)) as picture:
        assert (picture.size, picture.mode) == ((320, 320), "RGBA")


@pytest.mark.parametrize(
    "content",
    [
        png_bomb(),
        webp_bomb(),
        b"",
        b"\xff\xd8\xff\xe0nothing",
        jpeg()[:900],
        b"GIF89a" + b"\xff" * 99,
    ],
    ids=["png bomb", "webp bomb", "empty", "broken", "cut off", "gif"],
)
async def test_a_hostile_picture_has_no_thumbnail(tmp_path: Path, content: bytes) -> None:
    began = time.monotonic()
    assert await small(tmp_path, content) is None
    assert time.monotonic() - began < 5


async def test_a_voice_message_says_how_long_it_is(tmp_path: Path) -> None:
    path = tmp_path / "voice"
    path.write_bytes(voice())
    assert await seconds_of(path, "audio/ogg") == 7.0
    path.write_bytes(voice()[:30])
    assert await seconds_of(path, "audio/ogg") is None
