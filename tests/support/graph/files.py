"""Files that Graph takes for sending: kinds, types, sizes."""

import io
import re
from collections.abc import Collection, Mapping
from typing import Final

from multipart import (  # type: ignore[import-untyped]  # it has types, and does not say so
    MultipartError,
    MultipartParser,
    parse_options_header,
)

from tests.support.graph.wrong import Wrong, only, words

Files = Mapping[str, tuple[bytes, str]]
"""By Meta's id: what is in it, and its MIME type."""

JPEG, PNG, WEBP, MP4, THREE_GP = "image/jpeg", "image/png", "image/webp", "video/mp4", "video/3gpp"
OPUS: Final = "audio/ogg; codecs=opus"
_MB: Final = 1024 * 1024
_OFFICE: Final = "application/vnd.openxmlformats-officedocument."
_TEXTS: Final = {
    "text/plain",
    "application/pdf",
    "application/msword",
    "application/vnd.ms-excel",
    "application/vnd.ms-powerpoint",
    _OFFICE + "wordprocessingml.document",
    _OFFICE + "spreadsheetml.sheet",
    _OFFICE + "presentationml.presentation",
}
_AUDIO: Final = {"audio/aac", "audio/amr", "audio/mpeg", "audio/mp4", OPUS}
MIMES: Final = {
    "image": {JPEG, PNG},
    "video": {MP4, THREE_GP},
    "audio": _AUDIO,
    "sticker": {WEBP},
}
LIMITS: Final = {
    "image": 5 * _MB,
    "video": 16 * _MB,
    "audio": 16 * _MB,
    "document": 100 * _MB,
    "sticker": 500 * 1024,
}
"""Bytes. A sticker that does not move has 100 KB, which nobody sees at the outside."""


_STARTS: Final = {
    JPEG: b"\xff\xd8\xff",
    PNG: b"\x89PNG",
    WEBP: b"RIFF",
    OPUS: b"OggS",
    "application/pdf": b"%PDF-",
}


def form_file(content_type: str, body: bytes) -> tuple[bytes, str]:
    """What a form brings, as Graph wants it: the file and its type; raises ``Wrong``."""
    _, options = parse_options_header(content_type)
    try:
        found = list(MultipartParser(io.BytesIO(body), options.get("boundary", "")))
    except MultipartError as error:
        raise Wrong(100, f"the form is none: {error}") from error
    parts = {part.name: part for part in found}
    if parts.keys() != {"messaging_product", "type", "file"}:
        raise Wrong(100, "The parameters messaging_product, type and file are required")
    if parts["messaging_product"].value != "whatsapp":
        raise Wrong(100, "messaging_product must be whatsapp")
    file, mime = parts["file"], parts["type"].value
    headers = dict(file.headerlist)
    if not file.filename or headers.get("Content-Type") != mime:
        raise Wrong(100, f"file must have a name and the type {mime}")
    return file.raw, mime


def check_bytes(content: bytes, mime: str) -> None:
    """Any file that is to be kept for sending; raises ``Wrong``."""
    kind_of(mime)
    if not content or len(content) > LIMITS["document"]:
        raise Wrong(131053, f"{len(content)} bytes are none, or too many")
    if not content.startswith(_STARTS.get(mime, b"")):
        raise Wrong(131053, f"this is no {mime}")


def check_upload(kind: str, mime: str, size: int) -> None:
    """A file that is to be kept for sending; ``kind``: what its type is for."""
    if size == 0:
        raise Wrong(131053, "the file is empty")
    if size > LIMITS[kind]:
        raise Wrong(131053, f"{size} bytes are more than {LIMITS[kind]} for {kind}")
    if kind == "document":
        return
    if mime not in MIMES[kind]:
        raise Wrong(100, f"Param file must be a file with one of the types {sorted(MIMES[kind])}")


def kind_of(mime: str) -> str:
    """For which kind of message a file of this type may be uploaded; raises ``Wrong``."""
    for kind, mimes in MIMES.items():
        if mime in mimes:
            return kind
    if mime in _TEXTS:
        return "document"
    raise Wrong(100, f"Param file must be a file with a type that WhatsApp has, not {mime}")


def check_file(kind: str, given: object, files: Files, beside: Collection[str] = ()) -> None:
    """By its id or by a link, and with what may stand beside it."""
    file = only(given, {"id", "link", *beside}, kind)
    if ("id" in file) == ("link" in file):
        raise Wrong(100, f"{kind} must have either id or link")
    if "link" in file:
        if not re.match(r"https?://\S+$", words(file["link"], f"{kind}['link']", 4_000)):
            raise Wrong(100, f"{kind}['link'] must be an address")
        return
    if file["id"] not in files:
        raise Wrong(131009, f"{kind}['id'] is the id of no file of this number")
    content, mime = files[file["id"]]
    if kind != "document" and mime not in MIMES[kind]:
        raise Wrong(131053, f"{mime} cannot be sent as {kind}")
    check_upload(kind, mime, len(content))
