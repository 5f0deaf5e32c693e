"""A file as a webhook describes it: an id to fetch it by, never the bytes."""

import base64
import binascii
import re

from inbox.domain.content import FileReference
from inbox.domain.text import JsonObject, flag, identifier, present, text

_HEX_DIGEST = re.compile(r"[0-9a-fA-F]{64}", re.ASCII)


def read_media(part: JsonObject) -> FileReference:
    """``missing`` when nothing says where to fetch it; ``voice`` is a recorded voice note."""
    where = present(id=identifier(part.get("id")), url=text(part.get("url")))
    return present(
        FileReference,
        **where,
        mime=text(part.get("mime_type")),
        sha256=sha256_hex(part.get("sha256")),
        filename=text(part.get("filename")),
        voice=flag(part.get("voice")),
        animated=flag(part.get("animated")),
        missing=None if where else True,
    )


def sha256_hex(value: object) -> str | None:
    """A SHA-256 as 64 hex digits, from hex or base64; None for anything else.

    Webhooks carry base64 and the media API hex, and neither is promised.
    """
    if not isinstance(value, str):
        return None
    if _HEX_DIGEST.fullmatch(value):
        return value.lower()
    standard = value.replace("-", "+").replace("_", "/")
    try:
        raw = base64.b64decode(standard + "=" * (-len(standard) % 4), validate=True)
    except (binascii.Error, ValueError):
        return None
    return raw.hex() if len(raw) == 32 else None
