"""Recordings as browsers make them: a tone that swells, in whatever container they choose."""

import io
import math
from array import array
from collections.abc import Iterator
from functools import cache
from typing import Final, NamedTuple

import av
from av.audio.frame import AudioFrame

_STEP: Final = 960


class Browser(NamedTuple):
    """What its recorder writes."""

    container: str
    codec: str
    rate: int = 48_000
    layout: str = "mono"
    bits: int = 32_000


CHROMIUM: Final = Browser("webm", "libopus")
FIREFOX: Final = Browser("ogg", "libopus", bits=64_000, layout="stereo")
SAFARI: Final = Browser("mp4", "aac", rate=44_100, bits=64_000)


@cache
def recorded(browser: Browser, seconds: float) -> bytes:
    out = io.BytesIO()
    with av.open(out, "w", format=browser.container) as target:
        stream = target.add_stream(browser.codec, rate=browser.rate, layout=browser.layout)
        stream.bit_rate = browser.bits
        for frame in _tone(browser, seconds):
            target.mux(stream.encode(frame))
        target.mux(stream.encode(None))
    return out.getvalue()


def _tone(browser: Browser, seconds: float) -> Iterator[AudioFrame]:
    """A second of it is made once: four minutes of it are wanted as well."""
    ears = 2 if browser.layout == "stereo" else 1
    step = 2 * math.pi * 440 / browser.rate
    second = array("h", (int(9_000 * math.sin(step * at)) for at in range(browser.rate)))
    for start in range(0, int(browser.rate * seconds), _STEP):
        grown = start / (browser.rate * seconds)
        part = [int(second[(start + n) % browser.rate] * grown) for n in range(_STEP)]
        frame = AudioFrame(format="s16", layout=browser.layout, samples=_STEP)
        values = array("h", [value for value in part for _ in range(ears)])
        frame.planes[0].update(values.tobytes().ljust(frame.planes[0].buffer_size, b"\0"))
        frame.sample_rate, frame.pts = browser.rate, start
        yield frame
