"""WhatsApp's ids of messages, made as it makes them: whom they are with, and which they are."""

import base64


def wamid(peer: str, inner: str, *, ours: bool = False) -> str:
    kind = b"\x02" if peer.isdecimal() else b"\x14"
    written = b"".join(
        (
            b"\x1c\x18" + bytes([len(peer)]) + peer.encode(),
            b"\x15" + kind + b"\x00" + (b"\x11" if ours else b"\x12"),
            b"\x18" + bytes([len(inner)]) + inner.encode() + b"\x00",
        )
    )
    return "wamid." + base64.b64encode(written).decode()
