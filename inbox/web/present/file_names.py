"""Names of files that a customer chose, made harmless for a header and for a disk."""

import re
import unicodedata
from typing import Final
from urllib.parse import quote

LIMIT: Final = 120
"""Characters; disks take 255 bytes, and one character may need four."""

_ENDINGS: Final = {
    "image/jpeg": ".jpg",
    "image/png": ".png",
    "image/gif": ".gif",
    "image/webp": ".webp",
    "image/heic": ".heic",
    "video/mp4": ".mp4",
    "video/webm": ".webm",
    "video/3gpp": ".3gp",
    "audio/ogg": ".ogg",
    "audio/mpeg": ".mp3",
    "audio/aac": ".aac",
    "audio/mp4": ".m4a",
    "audio/amr": ".amr",
    "application/pdf": ".pdf",
    "application/zip": ".zip",
}
_RESERVED: Final = re.compile(r"(con|prn|aux|nul|com\d|lpt\d)(\..*)?", re.ASCII | re.IGNORECASE)
_NOT_IN_NAMES: Final = re.compile(r'[/\\:*?"<>|]')


def safe_name(said: object, mime: str) -> str:
    """What to save it as: no path, nothing invisible, nothing that turns the direction."""
    name = said if isinstance(said, str) else ""
    if len(name) > 10 * LIMIT:  # its ending says what it is
        name = name[: 9 * LIMIT] + name[-LIMIT:]
    # Cc, Cf, Cs, Co, Cn; Zl and Zp: controls, marks of direction, halves, what is no character.
    name = "".join(
        " " if unicodedata.category(c)[0] == "Z" else c
        for c in name
        if unicodedata.category(c)[0] != "C"
    )
    name = _NOT_IN_NAMES.sub("_", name).strip(" .")
    if _RESERVED.fullmatch(name):
        name = "_" + name
    if not name:
        return "file" + _ENDINGS.get(mime, "")
    stem, dot, ending = name.rpartition(".")
    if dot and stem and len(ending) <= 10:
        return stem[: LIMIT - len(ending) - 1] + "." + ending
    return name[:LIMIT]


def disposition(kind: str, name: str) -> str:
    """``inline`` or ``attachment`` with the name, for old readers and new (RFC 6266, 8187)."""
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().strip()
    plain = plain.replace('"', "_").replace("\\", "_").replace("%", "_").rstrip(" .")
    if not plain.partition(".")[0]:  # none of its letters has an ASCII one
        plain = "file" + plain
    return f"{kind}; filename=\"{plain}\"; filename*=UTF-8''{quote(name, safe='')}"
