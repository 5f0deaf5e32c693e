"""Pictures made small: upright, without their secrets, and no bomb goes off."""

import asyncio
import io
import signal
from asyncio.subprocess import Process
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from inbox.media import apart
from inbox.media.apart import NotNow
from inbox.media.length import seconds_of
from inbox.media.thumbnails import Thumbnail, Thumbnails
from tests.media.pictures import (
    jpeg,
    jpeg_of_scans,
    png_bomb,
    sticker,
    voice,
    webp_bomb,
    webp_of_canvases,
)


def put(folder: Path, name: str, content: bytes) -> Path:
    path = folder / name
    path.write_bytes(content)
    return path


async def made(folder: Path, content: bytes) -> Thumbnail | None:
    return await Thumbnails(seconds=1).make(put(folder, "picture", content))


async def small(folder: Path, content: bytes) -> bytes | None:
    thumbnail = await made(folder, content)
    return thumbnail.webp if thumbnail else None


async def test_a_photo_is_small_and_says_nothing_of_where_it_was_taken(tmp_path: Path) -> None:
    made = await small(tmp_path, jpeg(3000, 2000))
    assert made and b"secret" not in made
    with Image.open(io.BytesIO(made)) as picture:
        assert (picture.format, picture.size, dict(picture.getexif())) == ("WEBP", (640, 427), {})


async def test_a_photo_of_a_phone_held_sideways_stands_upright(tmp_path: Path) -> None:
    found = await made(tmp_path, jpeg(1600, 800, orientation=6))
    assert found and (found.width, found.height) == (800, 1600)
    with Image.open(io.BytesIO(found.webp)) as picture:
        assert picture.size == (320, 640)


@pytest.mark.parametrize(("width", "height"), [(90, 60), (1280, 20), (7, 700)])
async def test_no_picture_is_made_larger_or_cut(tmp_path: Path, width: int, height: int) -> None:
    found = await made(tmp_path, jpeg(width, height))
    assert found and (found.width, found.height) == (width, height)
    by = min(1, 640 / max(width, height))
    with Image.open(io.BytesIO(found.webp)) as picture:
        assert picture.size == (max(1, round(width * by)), max(1, round(height * by)))


async def test_a_sticker_keeps_its_transparent_ground(tmp_path: Path) -> None:
    made = await small(tmp_path, sticker())
    assert made
    with Image.open(io.BytesIO(made)) as picture:
        assert (picture.size, picture.mode) == ((512, 512), "RGBA")


@pytest.mark.parametrize(
    "content",
    [
        png_bomb(),
        webp_bomb(),
        b"",
        b"\xff\xd8\xff\xe0nothing",
        jpeg()[:900],
        b"GIF89a" + b"\xff" * 99,
        jpeg_of_scans(),
        webp_of_canvases(),
    ],
    ids=["png bomb", "webp bomb", "empty", "broken", "cut off", "gif", "scans", "canvases"],
)
async def test_a_hostile_picture_has_no_thumbnail(tmp_path: Path, content: bytes) -> None:
    assert await small(tmp_path, content) is None


async def test_who_waits_for_a_hostile_picture_loses_nothing(tmp_path: Path) -> None:
    hostile = put(tmp_path, "hostile", jpeg_of_scans())
    honest = put(tmp_path, "honest", jpeg())
    desk = Thumbnails(seconds=1)
    first, *others = await asyncio.gather(*map(desk.make, [hostile, honest, honest]))
    assert first is None and all(others)


async def test_a_machine_without_time_is_no_fault_of_the_picture(tmp_path: Path) -> None:
    path = put(tmp_path, "picture", jpeg())
    with pytest.raises(NotNow):
        await Thumbnails(patience=0).make(path)


async def test_who_stops_waiting_ends_the_process(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path, begun, begin = put(tmp_path, "picture", jpeg_of_scans()), [], apart.begin_apart

    async def watched(*args: Any) -> Process:
        begun.append(await begin(*args))
        making.cancel()
        return begun[0]

    monkeypatch.setattr(apart, "begin_apart", watched)
    making = asyncio.create_task(Thumbnails(seconds=600).make(path))
    await asyncio.wait([making])
    assert making.cancelled() and begun[0].returncode == -signal.SIGKILL


async def test_the_process_knows_no_secrets(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("INBOX_SECRET_KEY", "s" * 40)
    told = put(tmp_path, "told.py", b"import os\nprint(*os.environ)\nraise SystemExit(9)\n")
    with told.open("rb") as file:
        process = await apart.begin_apart(told, file, 1)
        output, _ = await process.communicate()
    assert b"PYTHONPATH" in output and b"INBOX" not in output


async def test_a_voice_message_says_how_long_it_is(tmp_path: Path) -> None:
    path = tmp_path / "voice"
    path.write_bytes(voice())
    assert await seconds_of(path, "audio/ogg") == 7.0
    path.write_bytes(voice()[:30])
    assert await seconds_of(path, "audio/ogg") is None
