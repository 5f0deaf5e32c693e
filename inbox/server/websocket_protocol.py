"""uvicorn's WebSocket connection, with a way to write many frames at once.

It adds to a connection what ``web/live/frame_writer.py`` asks for, and gives up what nobody reads.
Both use what uvicorn's class happens to have inside. A release that has it no more, or a
connection that speaks compressed, is served as uvicorn serves it: slower, and nothing else.
"""

from asyncio import Event
from typing import Any

from uvicorn.protocols.utils import ClientDisconnected
from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol
from websockets.protocol import State

from inbox.web.live.frame_writer import EXTENSION

INSIDES = ("conn", "transport", "writable", "loop", "close_timer", "close_timeout")


class Connection(WebSocketsSansIOProtocol):
    async def run_asgi(self) -> None:
        if self._writes_frames():
            self.scope["extensions"][EXTENSION] = self  # type: ignore[assignment]  # ASGI's own may hold anything
        await super().run_asgi()

    def _writes_frames(self) -> bool:
        inside = vars(self)
        return (
            all(name in inside for name in INSIDES)
            and isinstance(inside["writable"], Event)
            and isinstance(getattr(inside["conn"], "state", None), State)
            # Extensions of the protocol change the bytes of a frame.
            and getattr(inside["conn"], "extensions", None) == []
        )

    def write_frames(self, frames: bytes) -> None:
        """Write whole text frames behind all that was written.

        uvicorn writes its own frames (ping, pong, close) whole as well, so they go between ours
        and never into one.
        """
        if self.conn.state is not State.OPEN or self.transport.is_closing():
            raise ClientDisconnected
        self.transport.write(frames)

    async def send(self, message: Any) -> None:
        if message["type"] == "websocket.http.response.body" and not message.get("more_body"):
            await super().send(message)
            # uvicorn forgets that this is an answer as well, and complains that there was none.
            self.handshake_complete = True
            return
        if message["type"] != "websocket.close" or not self._writes_frames():
            await super().send(message)
            return
        # uvicorn waits until the peer reads, for ever if it does not. What was said waits for
        # it in the transport, and the closing frame behind it, but not longer than this.
        self.writable.set()
        await super().send(message)
        if self.close_timer is not None:
            self.close_timer.cancel()
            self.close_timer = self.loop.call_later(self.close_timeout, self.transport.abort)
