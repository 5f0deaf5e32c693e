"""Voice messages: made of whatever a browser recorded, and how long and loud what came is.

FFmpeg does it, by PyAV, in a process of its own (``media/sounding.py``). PyAV is large and an
extra, ``inbox[media]``: without it all else works, and who asks for this is told what is missing.
"""

import logging
from importlib.util import find_spec
from pathlib import Path
from typing import Final, NamedTuple

import msgspec

from inbox.domain.errors import Busy, TooLarge, UnfitType
from inbox.domain.language import _, ngettext
from inbox.media.apart import Apart, NotNow
from inbox.media.bounds import LONGEST_VOICE, TOO_LONG

log = logging.getLogger(__name__)

CHILD: Final = Path(__file__).with_name("sounding.py")
_CPU_SECONDS: Final = 30
"""Ten times what four minutes take."""


class Sound(NamedTuple):
    """``waveform``: how loud it is from start to end, 0 to 100; empty where nobody knows."""

    seconds: float
    waveform: list[int]


class VoiceMessage(NamedTuple):
    sound: Sound
    ogg: bytes


class Recordings:
    """One at a time, as with pictures."""

    def __init__(self, seconds: int = _CPU_SECONDS) -> None:
        self._apart = Apart(CHILD, seconds)

    async def voice_of(self, path: Path) -> VoiceMessage:
        """Ogg with Opus, one channel, small enough to be played at once.

        Raises ``TooLarge``, ``UnfitType`` and ``Busy``.
        """
        if not able():
            raise UnfitType("file", missing())
        try:
            answer = await self._apart.answer(path, "voice")
        except NotNow as reason:
            log.warning("a recording was not made a voice message: %s", reason)
            raise Busy(_("The server has too much to do. Send it again in a moment.")) from reason
        if answer.code == TOO_LONG:
            raise TooLarge("file", too_long_words())
        if answer.code:
            raise UnfitType("file", _("No sound could be read of this recording. Record it again."))
        return VoiceMessage(_sound(answer.facts), answer.content)

    async def heard(self, path: Path) -> Sound | None:
        """None for what holds no sound that can be read, or where nothing is there to read it.

        Nobody waits for a drawing: where the machine has no time, there is none either.
        """
        if not able():
            return None
        try:
            answer = await self._apart.answer(path, "heard")
        except NotNow as reason:
            log.warning("a recording is shown without its waveform: %s", reason)
            return None
        return None if answer.code else _sound(answer.facts)


def able() -> bool:
    """Whether the extra is there."""
    return find_spec("av") is not None


def missing() -> str:
    return _(
        "This server cannot turn recordings into voice messages: PyAV is missing. Whoever runs it "
        "installs it with pip install 'inbox[media]' and starts it again."
    )


def too_long_words() -> str:
    return ngettext(
        "A voice message can have %(num)s minute at the most.",
        "A voice message can have %(num)s minutes at the most.",
        LONGEST_VOICE // 60,
    )


class _Facts(msgspec.Struct):
    seconds: float
    waveform: list[int] = []


def _sound(facts: bytes) -> Sound:
    told = msgspec.json.decode(facts, type=_Facts)
    return Sound(told.seconds, told.waveform)
