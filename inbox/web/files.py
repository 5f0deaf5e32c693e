"""What a page shows of a message's file, whether it has come or not."""

from collections.abc import Mapping
from typing import Any

from inbox.web.kinds import KINDS
from inbox.web.naming import sentence

_WORDS = {
    "pdf": "PDF",
    "msword": "Word document",
    "vnd.openxmlformats-officedocument.wordprocessingml.document": "Word document",
    "vnd.ms-excel": "Spreadsheet",
    "vnd.openxmlformats-officedocument.spreadsheetml.sheet": "Spreadsheet",
    "vnd.ms-powerpoint": "Presentation",
    "vnd.openxmlformats-officedocument.presentationml.presentation": "Presentation",
    "zip": "Archive",
    "plain": "Text",
    "csv": "Table (CSV)",
}


def media(message: Mapping[str, Any]) -> dict[str, Any]:
    """``{state, url, thumbnail, kind, name, bytes, duration, reason}`` of a message's file.

    ``state``: ``ready`` (with a ``url``), ``waiting``, ``failed``, ``gone``, ``missing`` (nothing
    says where it is) or empty (nobody has asked for it). Only addresses of our own come out.
    """
    told = (message.get("content") or {}).get("media") or {}
    kept = message.get("media") or {}
    url, thumbnail = _own(kept.get("url")), _own(kept.get("thumbnail_url"))
    state = kept.get("state") or ("missing" if told.get("missing") else "")
    ready = state == "ready" and bool(url)
    mime = str(kept.get("mime_type") or told.get("mime") or told.get("mime_type") or "")
    size = kept.get("bytes") or told.get("size")
    duration = kept.get("duration")
    return {
        "state": state,
        "url": url if ready else "",
        # A picture without a small version is its own.
        "thumbnail": (thumbnail or (url if _drawn(message, mime) else "")) if ready else "",
        "kind": _kind(mime, message["type"]),
        "name": kept.get("filename") or told.get("filename") or "",
        "bytes": size if isinstance(size, int) and size > 0 else None,
        "duration": duration if isinstance(duration, (int, float)) and duration > 0 else None,
        "reason": sentence(kept.get("reason") or "The file could not be fetched"),
    }


def _own(address: Any) -> str:
    """An address of this server's files and no other."""
    return address if isinstance(address, str) and address.startswith("/media/") else ""


def _drawn(message: Mapping[str, Any], mime: str) -> bool:
    kinds = ("image/jpeg", "image/png", "image/webp", "image/gif")
    return message["type"] in ("image", "sticker") and mime.partition(";")[0].strip() in kinds


def _kind(mime: str, message_type: str) -> str:
    """A MIME type as people say it; what is not well known by its own short name."""
    subtype = mime.partition(";")[0].strip().lower().partition("/")[2]
    if subtype in _WORDS:
        return _WORDS[subtype]
    known = KINDS.get(message_type)
    short = subtype.upper() if subtype.isalnum() and len(subtype) <= 5 else ""
    return short or (known.label if known else "File")
