"""Voice messages: Ogg with Opus of one channel and at most 512 KB, whatever was recorded."""

import io
from pathlib import Path
from random import randbytes

import av
import pytest

from inbox.domain.errors import Busy, Invalid
from inbox.media import voice
from inbox.media.apart import Apart
from inbox.media.length import seconds_of
from inbox.media.voice import CHILD, Recordings, VoiceMessage
from tests.media.tones import CHROMIUM, FIREFOX, SAFARI, Browser, recorded

RECORDINGS = Path(__file__).with_name("recordings")


async def made(folder: Path, content: bytes) -> VoiceMessage:
    path = folder / "recording"
    path.write_bytes(content)
    return await Recordings().voice_of(path)


def packets(content: bytes) -> list[bytes]:
    """What was encoded, without what it is packed in."""
    with av.open(io.BytesIO(content)) as source:
        return [bytes(packet) for packet in source.demux(audio=0) if packet.size]


@pytest.mark.parametrize("browser", [CHROMIUM, FIREFOX, SAFARI], ids=lambda each: each.container)
async def test_what_any_browser_records_becomes_a_voice_message(
    tmp_path: Path, browser: Browser
) -> None:
    sound, ogg = await made(tmp_path, recorded(browser, 3))
    with av.open(io.BytesIO(ogg)) as file:
        (stream,) = file.streams
        assert (file.format.name, stream.codec_context.name) == ("ogg", "opus")
        assert stream.codec_context.channels == 1
    (tmp_path / "voice.ogg").write_bytes(ogg)
    assert await seconds_of(tmp_path / "voice.ogg", "audio/ogg") == pytest.approx(3, abs=0.1)
    assert sound.seconds == pytest.approx(3, abs=0.1)


async def test_what_is_opus_already_is_not_encoded_again(tmp_path: Path) -> None:
    chromium = recorded(CHROMIUM, 3)
    _, ogg = await made(tmp_path, chromium)
    assert packets(ogg) == packets(chromium)


async def test_the_same_recording_is_the_same_file(tmp_path: Path) -> None:
    assert await made(tmp_path, recorded(SAFARI, 1)) == await made(tmp_path, recorded(SAFARI, 1))


async def test_the_longest_is_still_small_enough_to_be_played(tmp_path: Path) -> None:
    noise = randbytes(2 * 16_000 * 240)  # which nothing makes smaller
    sound, ogg = await made(tmp_path, wav(noise, 16_000))
    assert sound.seconds == pytest.approx(240, abs=0.1)
    assert 256 * 1024 < len(ogg) <= 512 * 1024


async def test_one_that_is_too_long_is_told_how_long_it_may_be(tmp_path: Path) -> None:
    with pytest.raises(Invalid, match="4 minutes"):
        await made(tmp_path, wav(bytes(2 * 8_000 * 245), 8_000))


async def test_its_bars_are_as_high_as_it_is_loud(tmp_path: Path) -> None:
    waveform = (await made(tmp_path, recorded(CHROMIUM, 3))).sound.waveform
    assert len(waveform) == 64 and waveform[0] < 10 and max(waveform) == 100 == max(waveform[-4:])
    assert waveform[16] < waveform[32] < waveform[48]


async def test_silence_is_drawn_as_silence(tmp_path: Path) -> None:
    assert (await made(tmp_path, wav(bytes(96_000)))).sound.waveform == [0] * 64


def wav(samples: bytes, rate: int = 48_000) -> bytes:
    head = b"fmt " + (16).to_bytes(4, "little") + b"\1\0\1\0" + rate.to_bytes(4, "little")
    head += (2 * rate).to_bytes(4, "little") + b"\2\0\x10\0"
    body = b"WAVE" + head + b"data" + len(samples).to_bytes(4, "little") + samples
    return b"RIFF" + len(body).to_bytes(4, "little") + body


PLAYLIST = b"#EXTM3U\n#EXT-X-TARGETDURATION:9\n#EXTINF:9,\nfile:///etc/passwd\n#EXT-X-ENDLIST\n"


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"\x1aE\xdf\xa3webm" + b"\xff" * 400,
        recorded(SAFARI, 1)[:600],
        wav(b""),
        (RECORDINGS / "film_h265.mp4").read_bytes(),
        PLAYLIST,
        b"ffconcat version 1.0\nfile /etc/passwd\n",
    ],
    ids=["empty", "broken", "cut off", "no sound", "a film", "a playlist", "a list of files"],
)
async def test_what_holds_no_sound_is_said_to(tmp_path: Path, content: bytes) -> None:
    with pytest.raises(Invalid, match="Record it again"):
        await made(tmp_path, content)


async def test_a_machine_without_time_is_no_fault_of_the_recording(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    busy = Recordings()
    monkeypatch.setattr(busy, "_apart", Apart(CHILD, patience=0))
    (tmp_path / "recording").write_bytes(recorded(CHROMIUM, 1))
    with pytest.raises(Busy, match="in a moment"):
        await busy.voice_of(tmp_path / "recording")
    assert await busy.heard(tmp_path / "recording") is None


async def test_without_the_extra_it_is_said_what_is_missing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(voice, "find_spec", lambda name: None)
    with pytest.raises(Invalid, match=r"inbox\[media\]"):
        await made(tmp_path, recorded(CHROMIUM, 1))
    assert await Recordings().heard(tmp_path / "recording") is None


@pytest.mark.parametrize(
    ("name", "seconds"), [("seven_seconds.ogg", 7), ("twelve_seconds.mp3", 12)]
)
async def test_of_what_comes_it_is_known_how_long_and_loud(name: str, seconds: int) -> None:
    sound = await Recordings().heard(RECORDINGS / name)
    assert sound and sound.seconds == pytest.approx(seconds, abs=0.1)
    assert len(sound.waveform) == 64 and min(sound.waveform) > 50


async def test_a_film_without_sound_is_no_sound() -> None:
    assert await Recordings().heard(RECORDINGS / "film_h265.mp4") is None
