"""Pictures made small, each by a process of its own (``media/shrinking.py``)."""

from pathlib import Path
from typing import Final, NamedTuple

from inbox.media.apart import CPU_SECONDS, PATIENCE_SECONDS, Apart

CHILD: Final = Path(__file__).with_name("shrinking.py")


class Thumbnail(NamedTuple):
    """``width`` and ``height`` are of the picture itself, upright."""

    width: int
    height: int
    webp: bytes


class Thumbnails:
    def __init__(self, seconds: int = CPU_SECONDS, patience: float = PATIENCE_SECONDS) -> None:
        self._apart = Apart(CHILD, seconds, patience)

    async def make(self, path: Path) -> Thumbnail | None:
        """None for a picture that cannot be read within the limits. Raises ``NotNow``."""
        answer = await self._apart.answer(path)
        if answer.code:
            return None
        width, height = map(int, answer.facts.split())
        return Thumbnail(width, height, answer.content)
