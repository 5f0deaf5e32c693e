"""What a page shows of a message's file, whether it has come or not."""

from collections.abc import Mapping
from typing import TypedDict

from inbox.domain.content import FileReference
from inbox.domain.language import N_, _, retold
from inbox.domain.message_types import FINER, OPEN, TYPES
from inbox.domain.public import Message
from inbox.domain.text import clip
from inbox.media.kinds import DOCUMENTS, PICTURES, may_be_shown
from inbox.providers.media import fetchable
from inbox.web.present.naming import NAME_SHOWN, as_sentence
from inbox.web.present.waveform import bars

_WORDS = {
    "pdf": N_("PDF"),
    "msword": N_("Word document"),
    "vnd.openxmlformats-officedocument.wordprocessingml.document": N_("Word document"),
    "vnd.ms-excel": N_("Spreadsheet"),
    "vnd.openxmlformats-officedocument.spreadsheetml.sheet": N_("Spreadsheet"),
    "vnd.ms-powerpoint": N_("Presentation"),
    "vnd.openxmlformats-officedocument.presentationml.presentation": N_("Presentation"),
    "zip": N_("Archive"),
    "plain": N_("Text"),
    "csv": N_("Table (CSV)"),
}


WIDEST, TALLEST = 280, 320
"""Of a picture in a bubble, in pixels of a page; static/js/films.js has the same."""
_NO_REASON = {
    "failed": N_("The file could not be fetched"),
    "gone": N_("The file is no longer there"),
    "unasked": N_("The file was not fetched"),
}


class FileView(TypedDict):
    """What a page shows of a message's file.

    ``state``: ``ready`` (with a ``url``), ``waiting``, ``failed``, ``gone``, ``unasked`` (nobody
    has asked for it), ``missing`` (nothing says where it is) or empty (there is none). Only
    addresses of our own come out.
    ``inline``: the page may show it; ``opens``: a tab of its own may; else it is only saved.
    ``waveform``: how loud it is, as the path of a drawing; empty where nobody knows.
    ``fetchable``: it makes sense to try again, also where it is ready but no thumbnail could be
    made. ``note``: what to know of one that is ready. ``width`` and ``height``: of a picture as a
    bubble shows it, in its own ratio and never larger than it is.
    """

    state: str
    url: str
    thumbnail: str
    inline: bool
    opens: bool
    kind: str
    name: str
    bytes: int | None
    width: int | None
    height: int | None
    duration: float | None
    waveform: str
    reason: str
    note: str
    fetchable: bool


def file_view(message: Message) -> FileView:
    told: FileReference = (message.get("content") or {}).get("media") or {}
    kept: Mapping[str, object] = message.get("media") or {}
    url, thumbnail = _own(kept.get("url")), _own(kept.get("thumbnail_url"))
    state = str(kept.get("state") or ("unasked" if fetchable(told) else "missing" if told else ""))
    ready = state == "ready" and bool(url)
    mime = str(kept.get("mime_type") or told.get("mime") or told.get("mime_type") or "")
    width, height = _fitted(kept.get("width"), kept.get("height"))
    size = kept.get("bytes") or told.get("size")
    duration = kept.get("duration")
    plain = mime.partition(";")[0].strip().lower()
    inline = may_be_shown(plain, bool(thumbnail))
    whole = not ready or bool(thumbnail) or plain not in PICTURES
    return {
        "state": state,
        "url": url if ready else "",
        "thumbnail": thumbnail if ready else "",
        "inline": ready and inline,
        "opens": ready and (inline or plain in DOCUMENTS),
        "kind": _kind(mime, message["type"]),
        "name": clip(str(kept.get("filename") or told.get("filename") or ""), NAME_SHOWN),
        "bytes": size if isinstance(size, int) and size > 0 else None,
        "width": width,
        "height": height,
        "duration": duration if isinstance(duration, (int, float)) and duration > 0 else None,
        "waveform": bars(kept.get("waveform")),
        "reason": as_sentence(retold(str(kept.get("reason") or _NO_REASON.get(state, "")))),
        "note": _note(message, kept, inline) if ready else "",
        "fetchable": fetchable(told) and not (ready and whole),
    }


def _fitted(width: object, height: object) -> tuple[int, int] | tuple[None, None]:
    """Into the largest box that a bubble has room for."""
    if not (isinstance(width, int) and isinstance(height, int) and width > 0 < height):
        return None, None
    by = min(1.0, WIDEST / width, TALLEST / height)
    return max(1, round(width * by)), max(1, round(height * by))


def _own(address: object) -> str:
    """An address of this server's files and no other."""
    return address if isinstance(address, str) and address.startswith("/media/") else ""


def _note(message: Message, kept: Mapping[str, object], inline: bool) -> str:
    if kept.get("verified") is False:
        return _("Not the file that was announced: maybe damaged.")
    if not inline and message["type"] not in OPEN | {"document"}:
        return _("It cannot be shown here, only saved.")
    return ""


def _kind(mime: str, message_type: str) -> str:
    """A MIME type as people say it; what is not well known by its own short name."""
    subtype = mime.partition(";")[0].strip().lower().partition("/")[2]
    if subtype in _WORDS:
        return _(_WORDS[subtype])
    known = FINER["file"] if message_type in OPEN else TYPES.get(message_type)
    short = subtype.upper() if subtype.isalnum() and len(subtype) <= 5 else ""
    return short or (known.label if known else _("File"))
