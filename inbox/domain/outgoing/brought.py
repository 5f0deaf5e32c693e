"""A message that brings a file: what may stand beside it.

Which file it is, a ``media_id`` tells, and stands in the content once that was looked up: by its
digest, so that the same reply asked for twice says the same.
"""

from collections.abc import Iterator, Mapping
from typing import Final, cast

from inbox.domain.content import Content, FileReference, TypeName
from inbox.domain.errors import Invalid
from inbox.domain.language import _
from inbox.domain.outgoing.checks import words
from inbox.domain.outgoing.files import NAME_LIMIT, FileKind, sent_mime
from inbox.domain.outgoing.said import Said
from inbox.domain.text import JsonObject, present

CAPTION_LIMIT: Final = 1_024
CAPTIONED: Final[frozenset[FileKind]] = frozenset({"image", "video", "document"})
"""What may have words under it."""


def file_said(kind: FileKind, asked: Mapping[str, object]) -> Said:
    """``{media_id | link, caption?, filename?}``; its file is still to be looked up."""
    if bool(asked.get("media_id")) == bool(asked.get("link")):
        raise Invalid("media_id", _("Name the file by media_id, or by a link to fetch it from."))
    caption = words(asked.get("caption"), "caption", CAPTION_LIMIT, blank=True)
    if caption and kind not in CAPTIONED:
        raise Invalid("caption", _("Sound and stickers have no words under them."))
    filename = words(asked.get("filename"), "filename", NAME_LIMIT, blank=True).strip()
    media_id = words(asked.get("media_id"), "media_id", 60, blank=True)
    named = present(FileReference, media_id=media_id, filename=filename or None)
    return said_with(kind, named, caption)


def said_with(kind: FileKind, file: FileReference, caption: str) -> Said:
    content: Content = {"media": {**file, "voice": True} if kind == "voice" else file}
    if caption.strip():
        content["caption"] = caption
    type_name: TypeName = "audio" if kind == "voice" else kind
    return Said(type_name, content)


def kind_said(said: Said) -> FileKind | None:
    """As what its file is sent; None if it brings none."""
    match said.type:
        case "audio":
            return "voice" if said.content["media"].get("voice") else "audio"
        case "image" | "video" | "document" | "sticker":
            return said.type
    return None


def own_file(digest: str, mime: str, count: int, filename: str) -> FileReference:
    """A file of ours as a message that is to be sent names it."""
    return present(
        FileReference,
        sha256=digest,
        mime=sent_mime(mime),
        size=count,
        filename=filename or None,
    )


def own_files(content: object) -> Iterator[FileReference]:
    """Every file of ours in what is to be sent: of the message itself, or above its words."""
    if isinstance(content, dict):
        if "sha256" in content and "mime" in content:
            yield cast(FileReference, content)
        for part in content.values():
            yield from own_files(part)
    elif isinstance(content, list):
        for part in content:
            yield from own_files(part)


def brings_files(said: Said) -> bool:
    return said.type != "text" and any(own_files(said.content))


def with_places(said: Said, places: Mapping[tuple[str, str], JsonObject]) -> Said:
    """The same with what a provider knows its files by, ``{"id": …}`` or ``{"link": …}``.

    ``places`` by digest and MIME type.
    """
    return Said(said.type, cast(Content, _placed(said.content, places)))


def _placed(part: object, places: Mapping[tuple[str, str], JsonObject]) -> object:
    if isinstance(part, list):
        return [_placed(one, places) for one in part]
    if not isinstance(part, dict):
        return part
    if "sha256" in part and "mime" in part:
        return _file(part, places[part["sha256"], part["mime"]])
    return {name: _placed(one, places) for name, one in part.items()}


def _file(part: JsonObject, where: JsonObject) -> JsonObject:
    """Above the words Graph takes only the place and a name; the message's own file keeps all."""
    if "size" in part:
        return {**part, **where}
    return {**where, **{name: part[name] for name in ("filename",) if name in part}}
