"""The feed as server-sent events: what a socket is told, over plain HTTP, to who only listens.

Each event has the whole frame of ``/ws`` as its data and its ``seq`` as its id, so that whoever
connects again says by ``Last-Event-ID`` how far they are. That moves on with heartbeats too: these
are a comment with an id, which no browser takes for an event.
"""

import contextlib
from typing import Any, Final, NamedTuple, Protocol

from litestar import Request, Response
from litestar.response.base import ASGIResponse
from litestar.types import Receive, Scope, Send

from inbox.domain.feed_frames import ControlFrame, HeartbeatFrame, HelloFrame
from inbox.domain.shapes import decoded
from inbox.feed.frames import Frames, control, sent_event
from inbox.feed.subscriber import Interest
from inbox.web.context import AppContext
from inbox.web.http.compression import STREAM
from inbox.web.http.raw_http import PEER
from inbox.web.live.admission import Admission
from inbox.web.live.endings import LEFT, Ending
from inbox.web.live.frame_writer import patience
from inbox.web.live.open_feed import OpenFeed

RETRY_MS: Final = 2_000
"""How soon a browser connects again by itself."""

HEADERS: Final = {
    "Cache-Control": "no-store",
    "X-Accel-Buffering": "no",  # nginx would keep it back until there is enough of it
    "Vary": "Accept",
}


class StreamRequest(NamedTuple):
    """Who follows, what they want to hear, and after which ``seq``; None: from now on."""

    at: AppContext
    admission: Admission
    wanted: Interest
    since: int | None


class ReadingPeer(Protocol):
    """What is behind the extension of our own server (``server/http_protocol.py``)."""

    @property
    def reads(self) -> bool: ...

    def drop(self) -> None: ...


class StreamWriter:
    """Where server-sent events go. ``peer`` is missing where another server runs us."""

    def __init__(self, send: Send, peer: ReadingPeer | None) -> None:
        self._send, self._peer = send, peer

    @property
    def ready(self) -> bool:
        return self._peer is None or self._peer.reads

    async def send(self, frames: Frames) -> None:
        async with patience():
            await self._send(
                {"type": "http.response.body", "body": frames.plain, "more_body": True}
            )

    async def last_words(self, text: str) -> None:
        await self.send(Frames([text]))

    async def end(self) -> None:
        """Who does not read is not waited for."""
        if self._peer is not None and not self._peer.reads:
            self._peer.drop()
            return
        with contextlib.suppress(*LEFT):
            async with patience():
                await self._send({"type": "http.response.body", "body": b"", "more_body": False})


class EventStream(OpenFeed):
    """Nothing is heard of the other side but that it left."""

    def __init__(self, asked: StreamRequest, writer: StreamWriter, receive: Receive) -> None:
        super().__init__(asked.at, asked.admission, "sse", asked.wanted, writer)
        self._since, self._writer, self._receive = asked.since, writer, receive

    def _written(self, frame: ControlFrame) -> str:
        text = control(frame)
        match frame:
            case HeartbeatFrame():
                return f": {text}\nid: {self._subscriber.cursor}\n\n"
            case HelloFrame():  # of the head, and not yet of how far this one was served
                return f"retry: {RETRY_MS}\n" + sent_event(frame.type, text)
        return sent_event(frame.type, text, frame.seq)

    def _passing_frames(self, frames: Frames) -> Frames:
        return Frames([sent_event(decoded(text)["type"], text) for text in frames.texts])

    async def _hear(self) -> None:
        while (await self._receive())["type"] != "http.disconnect":
            pass

    async def _part(self, ending: Ending) -> None:
        code, reason = ending
        await self._writer.send(Frames([f": {code} {' '.join(reason.split())}\n\n"]))

    async def follow(self) -> None:
        """Until the end; who does not read even the end of it is dropped."""
        try:
            await self.serve()
        finally:
            await self._writer.end()


class EventStreamAnswer(ASGIResponse):
    """Begins, and then follows the feed."""

    _should_set_content_length = False

    def __init__(self, asked: StreamRequest, **given: Any) -> None:
        super().__init__(**given)
        self._asked = asked

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        extensions: Any = scope.get("extensions") or {}
        writer = StreamWriter(send, extensions.get(PEER))
        await self.start_response(send)
        await EventStream(self._asked, writer, receive).follow()


class EventStreamResponse(Response[None]):
    """What a handler returns for it."""

    def __init__(self, asked: StreamRequest) -> None:
        super().__init__(None, media_type=STREAM, headers=HEADERS)
        self._asked = asked

    def to_asgi_response(
        self, app: Any, request: Request[Any, Any, Any], **given: Any
    ) -> ASGIResponse:
        headers = {**(given.get("headers") or {}), **self.headers}
        cookies = given.get("cookies") or ()
        return EventStreamAnswer(self._asked, media_type=STREAM, headers=headers, cookies=cookies)
