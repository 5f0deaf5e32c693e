"""What a process of its own does with one recording: it listens to it, may write it anew, and ends.

The recording is its input, the answer its output: a line of JSON, then, for ``voice``, Ogg with
Opus as WhatsApp wants it. It knows no address, secret or path, can open no file, and the kernel
ends it at its limits, as with pictures (``media/shrinking.py``).
"""

import io
import json
import sys
from array import array
from collections.abc import Iterator
from itertools import pairwise
from typing import BinaryIO, Final

import av
from av.audio.frame import AudioFrame
from av.audio.resampler import AudioResampler
from av.audio.stream import AudioStream
from av.container import InputContainer

from inbox.media.bounds import LARGEST_VOICE, LONGEST_VOICE, TOO_LONG, UNREADABLE, limit

BARS: Final = 64
_LISTENED: Final = 900
"""Seconds of a recording whose loudness is looked at; of a longer one only its length is told."""
_FINEST: Final = 24_000
_SPENT: Final = 0.92
"""Of what there is room for: the rest is Ogg's own, and what an encoder may go above its rate."""
_MOST: Final = LONGEST_VOICE + 2.0
"""Whoever stops a recording at its longest is a moment late."""
_HUSH: Final = 1_500
"""What is nowhere louder, of 32,767, is not drawn as if it were speech."""
_RATE: Final = 48_000
_COARSE: Final = 8_000
_FORMATS: Final = "matroska,ogg,mov,mp3,aac,amr,wav"
_CODECS: Final = frozenset(
    {"opus", "vorbis", "aac", "mp3", "mp3float", "amrnb", "amrwb", "pcm_s16le", "flac", "alac"}
)
_ITSELF: Final = {"format_whitelist": _FORMATS, "protocol_whitelist": "none"}
"""Playlists and the like lead elsewhere: a recording is what was given, and nothing else."""
_NAMELESS: Final = {"fflags": "+bitexact"}


class TooLong(Exception):
    """It is longer than a voice message may be."""


def voice(file: BinaryIO) -> tuple[dict[str, object], bytes]:
    """As it is where it is Opus with one channel and small enough, else encoded anew."""
    seconds, loudness = _listened(file, _MOST)
    if seconds > _MOST:
        raise TooLong
    sound = _copied(file) or _encoded(file, seconds)
    return _facts(seconds, loudness), sound


def heard(file: BinaryIO) -> tuple[dict[str, object], bytes]:
    """How long it is and how loud where; of one that is very long, only how long it says it is."""
    with _opened(file) as source:
        _stream(source)
        told = source.duration / av.time_base if source.duration else 0.0
    if told > _LISTENED:
        return {"seconds": round(told, 1)}, b""
    seconds, loudness = _listened(file, _LISTENED)
    return ({"seconds": round(told, 1)} if seconds > _LISTENED else _facts(seconds, loudness)), b""


def _facts(seconds: float, loudness: list[int]) -> dict[str, object]:
    return {"seconds": round(seconds, 1), "waveform": waveform(loudness)}


def waveform(loudness: list[int]) -> list[int]:
    """``BARS`` numbers from 0 to 100: the loudest of each part, beside the loudest of all."""
    most = max(*loudness, _HUSH)
    cuts = [len(loudness) * n // BARS for n in range(BARS + 1)]
    parts = (loudness[start : max(end, start + 1)] for start, end in pairwise(cuts))
    return [round(100 * max(part) / most) for part in parts]


def _opened(file: BinaryIO) -> InputContainer:
    file.seek(0)
    return av.open(file, "r", options=_ITSELF)


def _stream(source: InputContainer) -> AudioStream:
    stream = source.streams.audio[0]
    if stream.codec_context.name not in _CODECS:
        raise ValueError(stream.codec_context.name)
    stream.codec_context.thread_count = 1
    return stream


def _frames(source: InputContainer, rate: int) -> Iterator[AudioFrame]:
    """What it holds, in one channel."""
    resampler = AudioResampler(format="s16", layout="mono", rate=rate)
    for frame in source.decode(_stream(source)):
        frame.pts = None  # it is laid end to end, whatever it says of when
        yield from resampler.resample(frame)
    yield from resampler.resample(None)


def _listened(file: BinaryIO, most: float) -> tuple[float, list[int]]:
    """Its seconds, hardly more than ``most``, and the loudest of each of its frames."""
    samples, loudness = 0, []
    with _opened(file) as source:
        for frame in _frames(source, _COARSE):
            values = array("h", bytes(frame.planes[0])[: 2 * frame.samples])
            loudest = max(values, key=abs)
            loudness.append(abs(loudest))
            samples += frame.samples
            if samples > most * _COARSE:
                break
    if not samples:
        raise ValueError("it holds no sound")
    return samples / _COARSE, loudness


def _copied(file: BinaryIO) -> bytes | None:
    """Its very packets, as Ogg; None where they are not what a voice message is made of."""
    out = io.BytesIO()
    with _opened(file) as source:
        stream = _stream(source)
        if stream.codec_context.name != "opus" or stream.codec_context.channels != 1:
            return None
        with av.open(out, "w", format="ogg", options=_NAMELESS) as target:
            copy = target.add_stream_from_template(stream)
            for packet in source.demux(stream):
                if packet.size:
                    packet.stream = copy
                    target.mux(packet)
    return out.getvalue() if out.tell() <= LARGEST_VOICE else None


def _encoded(file: BinaryIO, seconds: float) -> bytes:
    out = io.BytesIO()
    with _opened(file) as source, av.open(out, "w", format="ogg", options=_NAMELESS) as target:
        # A rate that may vary goes far above what it was told, where somebody is loud.
        known = {"vbr": "off", "application": "voip"}
        made = target.add_stream("libopus", rate=_RATE, layout="mono", options=known)
        made.bit_rate = int(min(_FINEST, _SPENT * LARGEST_VOICE * 8 / max(seconds, 1)))
        for frame in _frames(source, _RATE):
            target.mux(made.encode(frame))
        target.mux(made.encode(None))
    if out.tell() > LARGEST_VOICE:
        raise ValueError("it became too large")
    return out.getvalue()


WORK: Final = {"voice": voice, "heard": heard}


def rehearse() -> None:
    """Do it once with silence: later no file opens any more, and the library imports late."""
    nothing = io.BytesIO()
    with av.open(nothing, "w", format="wav") as target:
        target.add_stream("pcm_s16le", rate=_RATE, layout="mono")
        silence = AudioFrame(format="s16", layout="mono", samples=_RATE // 10)
        silence.sample_rate = _RATE
        target.mux(target.streams.audio[0].encode(silence))
    voice(nothing)


def answer(memory: int, seconds: int, what: str) -> int:
    rehearse()
    limit(memory, seconds, NOFILE=3)  # input, output, complaints
    try:
        facts, sound = WORK[what](sys.stdin.buffer)
    except TooLong:
        return TOO_LONG
    except Exception:  # whatever a decoder finds: the exit code says so
        return UNREADABLE
    sys.stdout.buffer.write(json.dumps(facts).encode() + b"\n" + sound)
    return 0


if __name__ == "__main__":
    sys.exit(answer(int(sys.argv[1]), int(sys.argv[2]), sys.argv[3]))
