"""What a page shows of a message's file, whether it has come or not."""

from collections.abc import Mapping
from typing import Any

from inbox.domain.message_types import FINER, OPEN, TYPES
from inbox.media.kinds import may_be_shown
from inbox.providers.media import fetchable
from inbox.web.present.naming import as_sentence

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


_NO_REASON = {
    "failed": "The file could not be fetched",
    "gone": "The file is no longer there",
    "unasked": "The file was not fetched",
}


def file_view(message: Mapping[str, Any]) -> dict[str, Any]:
    """What a page shows of a message's file: ``{state, url, thumbnail, inline, kind, name, bytes,
    duration, reason, fetchable, note}``.

    ``state``: ``ready`` (with a ``url``), ``waiting``, ``failed``, ``gone``, ``unasked`` (nobody
    has asked for it), ``missing`` (nothing says where it is) or empty (there is none). Only
    addresses of our own come out.
    ``inline``: the page may show it; else it is only saved. ``fetchable``: it makes sense to try
    again. ``note``: what to know of one that is ready.
    """
    told = (message.get("content") or {}).get("media") or {}
    kept = message.get("media") or {}
    url, thumbnail = _own(kept.get("url")), _own(kept.get("thumbnail_url"))
    state = kept.get("state") or ("unasked" if fetchable(told) else "missing" if told else "")
    ready = state == "ready" and bool(url)
    mime = str(kept.get("mime_type") or told.get("mime") or told.get("mime_type") or "")
    size = kept.get("bytes") or told.get("size")
    duration = kept.get("duration")
    inline = may_be_shown(mime.partition(";")[0].strip().lower(), bool(thumbnail))
    return {
        "state": state,
        "url": url if ready else "",
        "thumbnail": thumbnail if ready else "",
        "inline": ready and inline,
        "kind": _kind(mime, message["type"]),
        "name": kept.get("filename") or told.get("filename") or "",
        "bytes": size if isinstance(size, int) and size > 0 else None,
        "duration": duration if isinstance(duration, (int, float)) and duration > 0 else None,
        "reason": as_sentence(kept.get("reason") or _NO_REASON.get(state, "")),
        "note": _note(message, kept, inline) if ready else "",
        "fetchable": fetchable(told),
    }


def _own(address: Any) -> str:
    """An address of this server's files and no other."""
    return address if isinstance(address, str) and address.startswith("/media/") else ""


def _note(message: Mapping[str, Any], kept: Mapping[str, Any], inline: bool) -> str:
    if kept.get("verified") is False:
        return "Not the file that was announced: maybe damaged."
    if not inline and message["type"] not in OPEN | {"document"}:
        return "It cannot be shown here, only saved."
    return ""


def _kind(mime: str, message_type: str) -> str:
    """A MIME type as people say it; what is not well known by its own short name."""
    subtype = mime.partition(";")[0].strip().lower().partition("/")[2]
    if subtype in _WORDS:
        return _WORDS[subtype]
    known = FINER["file"] if message_type in OPEN else TYPES.get(message_type)
    short = subtype.upper() if subtype.isalnum() and len(subtype) <= 5 else ""
    return short or (known.label if known else "File")
