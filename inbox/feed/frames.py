"""Frames, ready to send: as text, and as the bytes that a WebSocket carries."""

from functools import cached_property

from inbox.domain.feed_frames import ControlFrame, PassingFrame
from inbox.domain.shapes import encoded

_WHOLE_TEXT = 0x81
"""FIN and the opcode of text (RFC 6455, 5.2); what a server sends is not masked."""


class Frames:
    """What goes to a subscriber at once. ``cursor``: the seq up to which it is then served;
    ``events``: how many events of the log are in it."""

    def __init__(self, texts: list[str], cursor: int = 0, events: int = 0) -> None:
        self.texts, self.cursor, self.events = texts, cursor, events

    @cached_property
    def wire(self) -> bytes:
        """All of them, one after the other: made once, for whoever shares these frames."""
        return b"".join([framed(text) for text in self.texts])

    @cached_property
    def plain(self) -> bytes:
        """The same where no frame is around them, as in a stream of server-sent events."""
        return "".join(self.texts).encode()


def framed(text: str) -> bytes:
    """One unfragmented, uncompressed text frame of a server."""
    payload = text.encode()
    size = len(payload)
    if size < 126:
        return bytes((_WHOLE_TEXT, size)) + payload
    if size < 1 << 16:
        return bytes((_WHOLE_TEXT, 126)) + size.to_bytes(2) + payload
    return bytes((_WHOLE_TEXT, 127)) + size.to_bytes(8) + payload


def control(frame: ControlFrame) -> str:
    """A frame of the feed itself rather than of the log."""
    head: dict[str, object] = {"type": frame.type, "seq": frame.seq}
    return encoded(head if frame.payload is None else head | {"payload": frame.payload})


def sent_event(name: str, data: str, event_id: int | None = None) -> str:
    """A server-sent event. ``data``: JSON as we encode it, which never breaks a line."""
    place = "" if event_id is None else f"id: {event_id}\n"
    return f"{place}event: {name}\ndata: {data}\n\n"


def passing_frame(frame: PassingFrame) -> str:
    """A frame of what is true for a moment: it has no place in the log."""
    return encoded({"type": frame.type, "payload": frame.payload})
