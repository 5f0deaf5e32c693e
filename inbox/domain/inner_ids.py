"""What is inside WhatsApp's id of a message (wire-formats A.4): whom it is with, and which it is.

Since usernames one message may have two ids, as one names the customer by number and the other by
user id. What is inside beside that name is the same, and here called the *inner id*.
"""

import binascii
import re
from typing import NamedTuple

_PREFIX = "wamid."
_PEER = re.compile(rb"\x1c\x18([\x01-\x7f])")
_BETWEEN = re.compile(rb"\x15[\x80-\xff]?[\x00-\x7f]\x00[\x11\x12]\x18([\x01-\x7f])")
"""What kind of name it was, which side wrote, and the length of what names the message."""


class Inside(NamedTuple):
    """``peer``: the customer's number in digits or their user id."""

    peer: str
    inner_id: str


def inside(provider_message_id: str) -> Inside | None:
    """None for an id of another kind: it is known only as a whole."""
    if not provider_message_id.startswith(_PREFIX):
        return None
    written = _bytes(provider_message_id[len(_PREFIX) :])
    peer, rest = _text(written, _PEER)
    which, _rest = _text(rest, _BETWEEN)
    return Inside(peer, which) if peer and which else None


def _text(written: bytes, head: re.Pattern[bytes]) -> tuple[str, bytes]:
    """The text whose length ``head`` ends with, and what follows; empty if there is none."""
    found = head.match(written)
    if found is None:
        return "", b""
    end = found.end() + found[1][0]
    part = written[found.end() : end]
    return (part.decode(), written[end:]) if len(written) >= end and part.isascii() else ("", b"")


def inner_id(provider_message_id: str | None) -> str | None:
    found = inside(provider_message_id) if provider_message_id else None
    return None if found is None else found.inner_id


def _bytes(words: str) -> bytes:
    """Base64 in either alphabet, with or without its padding; nothing if it is none."""
    padded = words.replace("-", "+").replace("_", "/").rstrip("=")
    padded += "=" * (-len(padded) % 4)
    try:
        return binascii.a2b_base64(padded, strict_mode=True)
    except ValueError:
        return b""
