"""How frames leave a socket: at once as the bytes they are, or one by one through ASGI.

ASGI has one message for each text frame, which costs several times what writing its bytes does.
So our server (``server/websocket_protocol.py``) offers an extension, ``inbox.frames``: it takes
bytes that are whole frames already, made once for all who read the same. Where the extension is
missing, each text is sent by itself, and everything else is the same.
"""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any, Final, Protocol

from litestar import WebSocket

from inbox.feed.frames import Frames, framed

SEND_SECONDS: Final = 5
"""How long the other side may not read before it is given up."""

EXTENSION: Final = "inbox.frames"

Socket = WebSocket[Any, Any, Any]


class NotRead(Exception):
    """The other side takes nothing: it was waited for ``SEND_SECONDS``."""


@asynccontextmanager
async def patience() -> AsyncIterator[None]:
    """Raises ``NotRead`` after ``SEND_SECONDS``."""
    try:
        async with asyncio.timeout(SEND_SECONDS):
            yield
    except TimeoutError:
        raise NotRead from None


class Outlet(Protocol):
    """Where frames go.

    Sending raises ``NotRead`` when the other side does not read, ``OSError`` or Litestar's
    ``WebSocketDisconnect`` when it is gone.
    """

    async def send(self, frames: Frames) -> None: ...

    @property
    def ready(self) -> bool:
        """Whether the other side has taken what was sent, as far as that can be known."""

    async def last_words(self, text: str) -> None:
        """Said even to who does not read, where that can be done: a closing frame follows."""


class FrameWriter(Protocol):
    """What is behind the extension. ``writable`` is clear while too much waits for the peer."""

    writable: asyncio.Event

    def write_frames(self, frames: bytes) -> None:
        """Put these bytes behind all others; raises ``OSError`` if the socket is closed."""


class DirectWriter:
    def __init__(self, writer: FrameWriter) -> None:
        self._writer = writer

    @property
    def ready(self) -> bool:
        return self._writer.writable.is_set()

    async def send(self, frames: Frames) -> None:
        if not self._writer.writable.is_set():
            async with patience():
                await self._writer.writable.wait()
        self._writer.write_frames(frames.wire)

    async def last_words(self, text: str) -> None:
        self._writer.write_frames(framed(text))


class ByMessage:
    def __init__(self, socket: Socket) -> None:
        self._socket = socket

    @property
    def ready(self) -> bool:
        return True  # ASGI says nothing of it

    async def send(self, frames: Frames) -> None:
        for text in frames.texts:
            async with patience():
                try:
                    await self._socket.send_text(text)
                except RuntimeError as closed:  # so ASGI says that the server itself closed it
                    raise ConnectionError from closed

    async def last_words(self, text: str) -> None:
        await self.send(Frames([text]))


def outlet(socket: Socket) -> Outlet:
    extensions: Any = socket.scope.get("extensions") or {}
    writer = extensions.get(EXTENSION)
    return ByMessage(socket) if writer is None else DirectWriter(writer)
