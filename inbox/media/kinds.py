"""What a file is: told by its first bytes, and only then by who sent it.

A browser shows what is in ``INLINE``, which can hold no script, opens ``DOCUMENTS`` by themselves,
and nothing else. A document that says it is a picture is a document.
"""

import re
from typing import Final, NamedTuple

INLINE: Final = frozenset(
    {
        "image/jpeg",
        "image/png",
        "image/gif",
        "image/webp",
        "video/mp4",
        "video/webm",
        "audio/webm",
        "audio/ogg",
        "audio/mpeg",
        "audio/aac",
        "audio/mp4",
    }
)
PICTURES: Final = frozenset({"image/jpeg", "image/png", "image/gif", "image/webp"})
DOCUMENTS: Final = frozenset({"application/pdf"})
"""What a browser opens in a tab of its own, with a reader that can reach nothing of ours."""
UNKNOWN: Final = "application/octet-stream"

_STARTS: Final = (
    (b"\xff\xd8\xff", "image/jpeg"),
    (b"\x89PNG\r\n\x1a\n", "image/png"),
    (b"GIF87a", "image/gif"),
    (b"GIF89a", "image/gif"),
    (b"%PDF-", "application/pdf"),
    (b"ID3", "audio/mpeg"),
    (b"#!AMR", "audio/amr"),
    (b"II*\x00", "image/tiff"),
    (b"MM\x00*", "image/tiff"),
)
_HEIC: Final = frozenset({b"heic", b"heix", b"hevc", b"mif1", b"msf1", b"avif", b"avis"})
_ZIPPED: Final = re.compile(
    r"application/(zip|epub\+zip|vnd\.openxmlformats-officedocument\.[a-z.]+"
    r"|vnd\.oasis\.opendocument\.[a-z-]+|vnd\.android\.package-archive)",
    re.ASCII,
)
_PLAIN: Final = re.compile(r"(application|text)/[a-z0-9][a-z0-9.+-]{0,99}", re.ASCII)


def may_be_shown(mime: str, small: bool) -> bool:
    """Whether a browser may show it. ``small``: there is a thumbnail of it.

    A picture of which none could be made is broken, or too large for a browser as well.
    """
    return mime in INLINE and (small or mime not in PICTURES)


class FileKind(NamedTuple):
    """``mime`` without parameters. Not ``inline``: only to be saved."""

    mime: str
    inline: bool


def file_kind(head: bytes, declared: str | None) -> FileKind:
    """By the first bytes (64 do), with the provider's mime for what they leave open."""
    said = (declared or "").partition(";")[0].strip().lower()
    found = _told(head, said)
    if found is not None:
        return FileKind(found, found in INLINE)
    # It is none of those that it could say it is: a name for people, never for a browser.
    return FileKind(said if _PLAIN.fullmatch(said) else UNKNOWN, False)


def _told(head: bytes, said: str) -> str | None:
    for start, mime in _STARTS:
        if head.startswith(start):
            return mime
    if head[:4] == b"RIFF" and head[8:12] == b"WEBP":
        return "image/webp"
    if head[4:8] == b"ftyp":
        return _boxed(head[8:12], said)
    if head[:4] == b"\x1aE\xdf\xa3" and b"webm" in head[:64]:
        return "audio/webm" if said.startswith("audio/") else "video/webm"
    if head[:4] == b"OggS":
        known = b"OpusHead" in head[:64] or b"\x01vorbis" in head[:64]
        return "audio/ogg" if known else "application/ogg"
    if head[:4] == b"PK\x03\x04":
        return said if _ZIPPED.fullmatch(said) else "application/zip"
    return _framed(head)


def _boxed(brand: bytes, said: str) -> str:
    """ISO base media: films, sound and photos share one box."""
    if brand in _HEIC:
        return "image/heic"
    if brand in (b"M4A ", b"M4B ", b"F4A ") or said.startswith("audio/"):
        return "audio/mp4"
    if brand.startswith(b"3g"):
        return "video/3gpp"
    return "video/quicktime" if brand == b"qt  " else "video/mp4"


def _framed(head: bytes) -> str | None:
    """MPEG sound begins at once with a frame: eleven set bits, then which layer."""
    if len(head) < 2 or head[0] != 0xFF or head[1] & 0xE0 != 0xE0:
        return None
    layer = head[1] >> 1 & 0b11
    if head[1] & 0xF6 == 0xF0:
        return "audio/aac"
    return "audio/mpeg" if layer and head[1] >> 3 & 0b11 != 1 else None
