"""One open socket: a follower of the feed who can also be heard."""

from inbox.domain.feed_frames import ControlFrame, NotUnderstood, NotUnderstoodFrame, PongFrame
from inbox.domain.text import JsonObject, mapping, scrub
from inbox.feed.frames import control
from inbox.feed.subscriber import Format
from inbox.web.context import AppContext
from inbox.web.live.admission import Admission
from inbox.web.live.client_frames import (
    NO_FRAME,
    NO_LISTS,
    TYPE_LIMIT,
    UNKNOWN_FRAME,
    object_in,
    subscribed,
)
from inbox.web.live.endings import Ending
from inbox.web.live.frame_writer import Socket, outlet
from inbox.web.live.open_feed import OpenFeed, heard_by, seq_in


class Listener(OpenFeed):
    def __init__(self, at: AppContext, socket: Socket, admission: Admission) -> None:
        query = socket.query_params
        form: Format = "html" if query.get("format") == "html" else "json"
        wanted, batch = heard_by(admission.principal), query.get("batch") == "1"
        super().__init__(at, admission, form, wanted, outlet(socket), batch=batch)
        self._socket, self._asked_since = socket, query.get("since")

    async def _send_all(self) -> None:
        self._since = seq_in(self._asked_since)
        await super()._send_all()

    def _written(self, frame: ControlFrame) -> str:
        return control(frame)

    async def _part(self, ending: Ending) -> None:
        await self._socket.close(*ending)

    async def _hear(self) -> None:
        """Frames of the client; also how we notice that it left.

        What this server does not know is told, and changes nothing.
        """
        while True:
            frame = object_in(await self._socket.receive_text())
            payload = mapping(frame.get("payload"))
            match frame.get("type"):
                case "subscribe":
                    if not self._subscribe(payload):
                        await self._not_understood("subscribe", NO_LISTS)
                case "viewing" | "counting" as kind:
                    if reason := await self._passing.hear(kind, payload, self._principal.reach):
                        await self._not_understood(kind, reason)
                    self._wake()
                case "ping":
                    await self._tell(PongFrame(self._at.hub.head, None))
                case str(other):
                    await self._not_understood(scrub(other)[:TYPE_LIMIT], UNKNOWN_FRAME)
                case _:
                    await self._not_understood(None, NO_FRAME)

    async def _not_understood(self, kind: str | None, reason: str) -> None:
        told: NotUnderstood = {"type": kind, "reason": reason}
        await self._tell(NotUnderstoodFrame(self._subscriber.cursor, told))

    def _subscribe(self, payload: JsonObject) -> bool:
        """Whether it could be done."""
        wanted = subscribed(self._subscriber.wanted, payload)
        if wanted is not None:
            self._subscriber.wanted = wanted
            self._passing.again()
            self._wake()
        return wanted is not None
