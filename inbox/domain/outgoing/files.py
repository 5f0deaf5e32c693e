"""Files of each kind: what WhatsApp takes of them, told before a byte is stored.

A megabyte is 1,048,576 bytes here, as it is there. Documents are of the types that Meta's upload
knows: it refuses all others, whatever their ending says.
"""

import re
from pathlib import PurePath
from typing import Final, Literal, NamedTuple, get_args

from msgspec import Struct, field

from inbox.domain.errors import TooLarge, UnfitType
from inbox.domain.formatting import size
from inbox.domain.language import N_, _

FileKind = Literal["image", "video", "audio", "voice", "document", "sticker"]
FILE_KINDS: Final[dict[str, FileKind]] = {name: name for name in get_args(FileKind)}

KB: Final = 1024
MB: Final = 1024 * KB
MOST: Final = 100 * MB
"""Of any file at all."""
STILL_STICKER: Final = 100 * KB
"""Bytes of a sticker that does not move."""
NAME_LIMIT: Final = 240

_PICTURES: Final = frozenset({"image/jpeg", "image/png"})
_FILMS: Final = frozenset({"video/mp4", "video/3gpp"})
_SOUNDS: Final = frozenset({"audio/aac", "audio/amr", "audio/mpeg", "audio/mp4", "audio/ogg"})
_RECORDED: Final = _SOUNDS | {"audio/webm", "video/webm", "audio/wav", "audio/x-wav"}
"""What voice messages are made of: browsers call a WebM a film as well."""
_STICKERS: Final = frozenset({"image/webp"})
_OFFICE: Final = "application/vnd.openxmlformats-officedocument."
_BY_ENDING: Final = {
    ".pdf": "application/pdf",
    ".doc": "application/msword",
    ".xls": "application/vnd.ms-excel",
    ".ppt": "application/vnd.ms-powerpoint",
    ".docx": _OFFICE + "wordprocessingml.document",
    ".xlsx": _OFFICE + "spreadsheetml.sheet",
    ".pptx": _OFFICE + "presentationml.presentation",
    ".txt": "text/plain",
    ".csv": "text/csv",
    ".ics": "text/calendar",
    ".vcf": "text/vcard",
    ".json": "text/plain",
    ".xml": "text/plain",
}
_PAPERS: Final = frozenset(_BY_ENDING.values())
_WRITTEN: Final = re.compile(r"text/[a-z0-9.+-]+|application/(json|xml)", re.ASCII)


class _Rule(NamedTuple):
    most: int
    mimes: frozenset[str]
    too_large: str
    unfit: str


_SOUND_UNFIT: Final = N_(
    "WhatsApp takes sound as MP3, M4A, AAC, AMR or Ogg with Opus, not %(mime)s."
)
_RULES: Final[dict[FileKind, _Rule]] = {
    "image": _Rule(
        5 * MB,
        _PICTURES,
        N_("WhatsApp takes pictures of up to 5 MB; this one has %(size)s."),
        N_("WhatsApp takes pictures as JPEG or PNG, not %(mime)s."),
    ),
    "video": _Rule(
        16 * MB,
        _FILMS,
        N_("WhatsApp takes films of up to 16 MB; this one has %(size)s."),
        N_("WhatsApp takes films as MP4 or 3GP, not %(mime)s."),
    ),
    "audio": _Rule(
        16 * MB,
        _SOUNDS,
        N_("WhatsApp takes sound of up to 16 MB; this has %(size)s."),
        _SOUND_UNFIT,
    ),
    "voice": _Rule(
        16 * MB,
        _RECORDED,
        N_("A voice message is made of up to 16 MB; this has %(size)s."),
        N_("A voice message is made of Ogg, WebM, MP4, MP3, AAC, AMR or WAV, not of %(mime)s."),
    ),
    "document": _Rule(
        MOST,
        _PAPERS | _PICTURES | _FILMS | _SOUNDS | _STICKERS,
        N_("WhatsApp takes documents of up to 100 MB; this one has %(size)s."),
        N_("WhatsApp takes documents as PDF, Word, Excel, PowerPoint or plain text, not %(mime)s."),
    ),
    "sticker": _Rule(
        500 * KB,
        _STICKERS,
        N_("WhatsApp takes stickers of up to 500 KB; this one has %(size)s."),
        N_("WhatsApp takes stickers as WebP, not %(mime)s."),
    ),
}
LIMITS: Final[dict[FileKind, int]] = {kind: rule.most for kind, rule in _RULES.items()}
"""Bytes."""
MIMES: Final[dict[FileKind, frozenset[str]]] = {kind: rule.mimes for kind, rule in _RULES.items()}


class FileFacts(Struct, frozen=True, kw_only=True):
    """What a file is, as its bytes tell. ``codecs``: of a film, by the names in its boxes."""

    mime: str
    bytes: int
    animated: bool = False
    opus: bool = False
    codecs: frozenset[str] = field(default_factory=frozenset)


def check_size(kind: FileKind, count: int) -> None:
    """Before it comes, and while it does."""
    rule = _RULES[kind]
    if count > rule.most:
        raise TooLarge("file", _(rule.too_large, size=size(count)))


def check_file(kind: FileKind, file: FileFacts) -> None:
    """Raises ``TooLarge`` or ``UnfitType`` for what WhatsApp would refuse as this kind."""
    if not file.bytes:
        raise UnfitType("file", _("This file is empty."))
    check_mime(kind, file.mime)
    check_size(kind, file.bytes)
    if kind == "sticker" and not file.animated and file.bytes > STILL_STICKER:
        sentence = _(
            "WhatsApp takes stickers that do not move of up to 100 KB; this one has %(size)s.",
            size=size(file.bytes),
        )
        raise TooLarge("file", sentence)
    if kind == "audio" and file.mime == "audio/ogg" and not file.opus:
        raise UnfitType("file", _(_SOUND_UNFIT, mime="Ogg Vorbis"))
    if kind == "video" and (odd := file.codecs - _PLAYED):
        raise UnfitType(
            "file",
            _(
                "WhatsApp takes films with H.264 and AAC; this one has %(codec)s. "
                "It can be sent as a document.",
                codec=_CODECS.get(min(odd), min(odd)),
            ),
        )


def check_mime(kind: FileKind, mime: str) -> None:
    rule = _RULES[kind]
    if mime not in rule.mimes:
        raise UnfitType("file", _(rule.unfit, mime=mime))


_PLAYED: Final = frozenset({"avc1", "avc3", "mp4a", "s263", "h263", "mp4v", "samr", "sawb"})
"""What a phone plays of an MP4 or 3GP; all else WhatsApp finds out after it has taken it."""
_CODECS: Final = {"hvc1": "H.265 (HEVC)", "hev1": "H.265 (HEVC)", "av01": "AV1", "vp09": "VP9"}


def declared_mime(said: str | None, filename: str) -> str:
    """What a file is called by who brings it: by its ending where a browser knows nothing."""
    mime = (said or "").partition(";")[0].strip().lower()
    ending = PurePath(filename).suffix.lower()
    if mime in _PAPERS and mime != "text/plain":
        return mime
    return _BY_ENDING.get(ending, mime)


def gainsaid(mime: str, head: bytes) -> bool:
    """Whether its first bytes cannot be those of a document of this type."""
    if _WRITTEN.fullmatch(mime):
        return b"\0" in head
    start = b"%PDF-" if mime == "application/pdf" else b"PK" if mime.startswith(_OFFICE) else b""
    return not head.startswith(start)


def sent_mime(mime: str) -> str:
    """What a provider is told that it is: Opus has to be named, and each text is plain."""
    if mime == "audio/ogg":
        return "audio/ogg; codecs=opus"
    return "text/plain" if _WRITTEN.fullmatch(mime) else mime


def usual_kind(mime: str) -> FileKind:
    """As what it is sent where nobody says."""
    for kind in ("image", "video", "audio"):
        if mime in _RULES[kind].mimes:
            return kind
    return "document"
